#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo's path, hop by hop: exchange, XDP, book, trigger, controller, AF_XDP
# beside TCP, exchange, answers.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

MESSAGES=40000

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 \
		--messages "$MESSAGES" --seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

attached_native() {
	ip -n "$LAB_ENGINE" link show dev feed0 >"$LAB_DIR/link" &&
	grep -qw xdp "$LAB_DIR/link" && ! grep -q xdpgeneric "$LAB_DIR/link"
}

# The other traffic of the interface: ICMP both ways and a TCP connection.
listener_listens() {
	engine ss -Hltn sport = :7001 | grep -q LISTEN
}

tcp_echo_works() {
	lab_start listener "$LAB_ENGINE" perl -MIO::Socket::INET -e '
		alarm 20;
		my $l = IO::Socket::INET->new(Listen => 1,
			LocalPort => 7001, ReuseAddr => 1)
			or die "listen: $!";
		my $c = $l->accept or die "accept: $!";
		local $/ = "\n";
		print $c scalar <$c>;'
	lab_wait 10 listener_listens || return
	exchange bash -c '
		exec 3<>/dev/tcp/'"$LAB_ENGINE_IP"'/7001 || exit
		printf "%065000d\n" 7 >&3
		read -rt 10 line <&3
		[ "$line" = "$(printf "%065000d" 7)" ]' || return
	lab_finish listener
}

others_pass() {
	check "ping works from the exchange $1" exchange ping -q -c 3 -i 0.01 \
		-W 2 "$LAB_ENGINE_IP"
	check "ping works from the engine $1" engine ping -q -c 3 -i 0.01 \
		-W 2 "$LAB_EXCHANGE_IP"
	check "65,000 bytes go there and back by TCP $1" tcp_echo_works
}

before_the_session() {
	check "load" says '.xdp_mode == "native"' \
		hairtrigger -j load feed0
	check "the program is in the driver, not in the generic hook" \
		attached_native
	check "no message seen: the feed waits" status_is '
		.feed.state == "WAITING" and .counters.messages == 0'
	controller_start --quiet
	check "the controller is alive" status_is '.controller.alive'
	check "it is not connected: nobody listens" lab_wait 10 session_is '
		.state != "OPEN" and .logins == 0 and
		.last_reason == "cannot connect: Connection refused"'
	others_pass "before the session"
}

play() {
	exchange_start --rate "$(paced 8000)" "$session"
	session_open
	trigger_armed "$symbol"
	lab_wait 20 status_is '.feed.state == "LIVE"' ||
		give_up "the feed gets LIVE"
	others_pass "while the feed plays"
	lab_finish exchange
	check "the exchange ended well" [ $? -eq 0 ]
	hairtrigger -j status >"$LAB_DIR/status.json"
	hairtrigger -j order show >"$LAB_DIR/orders.json"
	hairtrigger -j trigger show again >"$LAB_DIR/trigger.json"
	hairtrigger -j journal stats >"$LAB_DIR/journal.json"
}

# Compares the exchange's report $x, the status $s, orders $o, trigger $t, and
# what the journal counts, $j.
agree() {
	jq -en --slurpfile x "$LAB_DIR/exchange.json" \
		--slurpfile s "$LAB_DIR/status.json" \
		--slurpfile o "$LAB_DIR/orders.json" \
		--slurpfile t "$LAB_DIR/trigger.json" \
		--slurpfile j "$LAB_DIR/journal.json" '
		$x[0] as $x | $s[0] as $s | $s.counters as $n |
		$s.controller.status as $c | $o[0].orders as $o |
		$t[0].triggers[0] as $t | '"$1" >/dev/null
}

feed_hops() {
	check "the exchange sent every message" agree \
		'$x.feed.messages == '"$MESSAGES"
	check "the kernel applied as many messages" agree \
		'$n.messages == $x.feed.messages'
	check "in as many packets" agree '$n.packets == $x.feed.packets'
	check "of as many bytes" agree \
		'$n.bytes + 20 * $n.packets == $x.feed.bytes or
		 $n.bytes == $x.feed.bytes'
	check "it saw the session to its end" agree '
		$s.feed.state == "ENDED" and
		$s.feed.expected == $x.feed.next_sequence and
		$n.session_ends == $x.feed.ends_of_session and
		$s.feed.gaps == 0'
	check "nothing was dropped, missed or corrupt" agree '
		[$n | to_entries[] | select(.key | startswith("drop_") or
		 . == "missed" or . == "corrupt" or . == "overlap" or
		 . == "short_message" or . == "unknown_type") | .value] |
		add == 0'
	check "every frame is accounted for" agree '$s.frames_accounted'
	check "the other traffic was passed up" agree \
		'$n.pass_not_ours + $n.pass_not_udp > 12'
}

book_hops() {
	check "the book is dumped" hairtrigger book dump "$LAB_DIR/kernel.csv"
	check "it is the exchange's book, byte for byte" \
		cmp "$LAB_DIR/kernel.csv" "$LAB_DIR/exchange.csv"
	check "no symbol's book is BAD" agree '$s.book.bad_symbols == 0'
	check "orders and levels are as many" agree '
		$s.book.orders == $x.book.live_orders and
		$s.book.levels == $x.book.levels'
}

order_hops() {
	check "the trigger fired" agree '$t.fires > 0'
	check "each fire became an event" agree '$n.fired == $t.fires'
	check "each event reached the controller" agree \
		'$c.fires == $n.fired'
	check "each became an order, or was refused for a reason" agree \
		'$c.sent + ([$c.refused[].count] | add // 0) == $c.fires and
		 $c.sent > 0'
	check "each order left through AF_XDP, or by send() for a reason" agree '
		([$c.ways[].count] | add) == $c.sent and
		([$c.ways[] | select(.reason == "delegated").count] | add) > 0'
	check "as one frame each" agree '
		([$c.ways[] | select(.reason == ("delegated", "late", "kick"))
			.count] | add) == $c.xsk.sent and
		$c.xsk.completed == $c.xsk.sent and
		$c.xsk.dropped_by_driver == 0'
	check "each order reached the exchange" agree \
		'$x.orders.received == $c.sent'
	check "which accepted all of them" agree '
		$x.orders.accepted == $c.sent and $c.accepted == $c.sent and
		$x.orders.rejected == 0'
	check "and executed some" agree '
		$x.orders.executions > 0 and
		$x.orders.executions == $c.executions and
		$x.orders.shares == $c.executed_shares'
	check "no order is without its answer" agree '$c.unanswered == 0'
}

session_hops() {
	check "it was one session, to its end" agree '
		$c.session.state == "ENDED" and $c.session.logins == 1 and
		$c.session.lost == 0 and $x.orders.sessions.logins == 1 and
		$x.orders.sessions.ended == 1'
	check "all that the engine said was heard" agree '
		$c.session.sent + $x.orders.queries ==
			$x.orders.sessions.messages'
	check "and the other way" agree \
		'$c.session.messages == $x.orders.sessions.sequenced'
	check "no answer was without effect" agree '$c.faults == []'
	check "the session's TCP was passed up" agree '$n.pass_session > 0'
	check "the journal is whole" hairtrigger journal check
	check "and has each order once" agree '
		([$j[0].sent[].count] | add) == $x.orders.received'
}

# What `order show` says must follow from what the exchange did.
order_states() {
	check "order show lists each order once, in order" agree \
		'[$o[].urn] == [range(1; $c.sent + 1)]'
	check "each is filled or canceled" agree \
		'all($o[]; .state == "filled" or .state == "canceled")'
	check "filled ones are filled whole" agree \
		'all($o[]; (.state == "filled") == (.filled == .qty))'
	check "their shares add up" agree \
		'([$o[].filled] | add) == $x.orders.shares'
	check "each names its trigger, and its message in the ClOrdID" agree '
		all($o[]; .trigger == "again" and .sequence > 0 and
		    .clordid == "T" + ("0" * 13 + "\(.sequence)")[-13:])'
	check "no two orders answer one message" agree \
		'([$o[].sequence] | unique | length) == ($o | length)'
	check "the cooldown held some fires back" agree '$n.held > 0'
}

timing_hops() {
	check "wire to wire is timed for each order" agree '
		$x.wire_to_wire.count == $x.orders.received and
		$x.wire_to_wire.unmarked == 0 and
		$x.wire_to_wire.unknown_sequence == 0'
	check "and its quantiles are in order" agree '
		$x.wire_to_wire | 0 < .p50_ns and .p50_ns <= .p90_ns and
		.p90_ns <= .p99_ns and .p99_ns <= .p999_ns and
		.p999_ns <= .max_ns'
}

after_the_session() {
	lab_stop controller
	check "the controller ends well when asked to" [ $? -eq 0 ]
	check "its socket is gone" \
		[ ! -e "/run/hairtrigger/$LAB_INSTANCE.sock" ]
	check "unload" hairtrigger unload
	check "no program is left on the interface" \
		check_not attached_native
	check "no pin is left" [ ! -e "/sys/fs/bpf/hairtrigger/$LAB_INSTANCE" ]
	check "ping works without the program" exchange ping -q -c 1 -W 2 \
		"$LAB_ENGINE_IP" >"$LAB_DIR/ping"
}

check_begin
session_make
before_the_session
play
feed_hops
book_hops
order_hops
session_hops
order_states
timing_hops
after_the_session
