#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Frames as the world sends them, over a veth of 9,000 bytes: tags, options,
# padding and several buffers into the book; spoofed and broken ones counted;
# fragments and IPv6 to the sockets they are for.
#
# shellcheck disable=SC2015,SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

GROUP=233.54.12.111
PORT=26477
frames=${HAIRTRIGGER_BIN:-$here/../../build}/selftests/lab/frames

jumbo_links() {
	ip -n "$LAB_EXCHANGE" link set exch0 mtu 9000 &&
	ip -n "$LAB_ENGINE" link set feed0 mtu 9000 ||
		give_up "veth takes an MTU of 9000"
}

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 40 --messages 30000 \
		--seed 11 --no-progress >/dev/null ||
		give_up "a session is generated"
}

# play NAME SOURCE [HOW]: what it says in $LAB_DIR/NAME.json, and before and
# after it the status in NAME.before and NAME.after.
play() {
	hairtrigger -j status >"$LAB_DIR/$1.before" &&
	exchange "$frames" play exch0 "$session" "$2" "$LAB_ENGINE_IP" \
		${3:+"$3"} >"$LAB_DIR/$1.json" &&
	hairtrigger -j status >"$LAB_DIR/$1.after"
}

# played NAME FILTER: holds for what was sent, $x, the counters' growth, $n,
# and the feed after it, $f.
played() {
	jq -en --slurpfile x "$LAB_DIR/$1.json" \
		--slurpfile b "$LAB_DIR/$1.before" \
		--slurpfile a "$LAB_DIR/$1.after" '
		$x[0] as $x | $a[0].feed as $f |
		($a[0].counters | with_entries(.value -=
		 ($b[0].counters[.key]))) as $n |
		'"$2" >/dev/null
}

untouched='$f.state == "WAITING" and $n.packets == 0 and $n.messages == 0'

refused_ones() {
	check "a foreign sender plays the session" play spoofed 10.77.0.9
	check "each frame of his is counted and ignored" played spoofed \
		'$n.drop_source == $x.frames and '"$untouched"
	check "the session comes with wrong checksums" \
		play wrong "$LAB_EXCHANGE_IP" wrong-checksums
	check "each frame of it is counted and refused" played wrong \
		'$n.drop_checksum == $x.frames and '"$untouched"
}

good_ones() {
	check "the session comes in frames of every shape" \
		play good "$LAB_EXCHANGE_IP"
	check "there were tags, options, padding, and no checksums" played good \
		'.5 * $x.frames < $x.tagged and .5 * $x.frames < $x.optioned and
		 $x.padded > 50 and $x.unsummed > 50'
	check "there were 600 messages and more in a frame" played good \
		'$x.most_messages > 600 and $x.longest >= 9000'
	check "all of it was applied, frame by frame" played good '
		$f.state == "ENDED" and $f.expected == $x.next_sequence and
		$f.gaps == 0 and $n.packets == $x.frames - 1 and
		$n.session_ends == 1 and
		$n.messages == $x.next_sequence - 1'
	check "nothing of it was dropped" played good '
		[$n | to_entries[] | select(.key | startswith("drop_") or
		 . == "corrupt" or . == "missed" or . == "overlap") | .value] |
		add == 0'
	check "every frame is accounted for" status_is .frames_accounted
	hairtrigger book dump "$LAB_DIR/kernel.csv" >/dev/null
	hairtrigger replay "$session" --book "$LAB_DIR/replayed.csv" >/dev/null
	check "there is a book" [ -s "$LAB_DIR/replayed.csv" ]
	check "it is the book of the messages in plain packets" \
		cmp "$LAB_DIR/kernel.csv" "$LAB_DIR/replayed.csv"
}

# reaches NAME ADDRESS PORT BYTES: a datagram reaches a socket, byte for byte.
reaches() {
	head -c "$4" /dev/urandom >"$LAB_DIR/$1.sent"
	lab_start "$1" "$LAB_ENGINE" "$frames" receive feed0 "$2" "$3" \
		"$LAB_DIR/$1.received"
	lab_ready "$1" '^ready$' || return
	exchange "$frames" send exch0 "$2" "$3" "$LAB_DIR/$1.sent" || return
	lab_finish "$1" && cmp "$LAB_DIR/$1.sent" "$LAB_DIR/$1.received"
}

ipv6_ready() {
	ip -n "$1" -6 -o address show dev "$2" scope link >"$LAB_DIR/ipv6" &&
	grep -q 'inet6' "$LAB_DIR/ipv6" && ! grep -q tentative "$LAB_DIR/ipv6"
}

ipv6_passed() {
	if [ ! -e /proc/sys/net/ipv6 ]; then
		echo "# this kernel has no IPv6"
		return
	fi
	lab_wait 10 ipv6_ready "$LAB_EXCHANGE" exch0 &&
	lab_wait 10 ipv6_ready "$LAB_ENGINE" feed0 ||
		give_up "IPv6 addresses"
	check "IPv6 to the feed's port reaches its socket" \
		reaches six ff02::6877 "$PORT" 1000
	check "and in one frame of 9,000 bytes" \
		reaches six_jumbo ff02::6877 "$PORT" 8900
	check "and in fragments" reaches six_cut ff02::6877 "$PORT" 20000
}

passed_ones() {
	local before after

	before=$(status_get .counters.pass_fragment)
	check "fragments to the feed's group and port reach a socket" \
		reaches three "$GROUP" "$PORT" 20000
	after=$(status_get .counters.pass_fragment)
	check "first, middle and last were counted" \
		[ $((after - before)) -eq 3 ]
	check "a datagram to another port of the group reaches its socket" \
		reaches other "$GROUP" $((PORT + 1)) 1000
	check "and one that takes several buffers" \
		reaches large "$GROUP" $((PORT + 1)) 8972
	ipv6_passed
	check "ping works both ways, also with 8,972 bytes" \
		exchange ping -q -c 2 -i 0.01 -W 2 -s 8972 "$LAB_ENGINE_IP"
	check "nothing of this was the feed's" status_is \
		'.feed.expected == '"$(jq .next_sequence "$LAB_DIR/good.json")"
}

check_begin
[ -x "$frames" ] || give_up "selftests/lab/frames is built (make test_programs)"
jumbo_links
session_make
check "native XDP is loaded at an MTU of 9000" says '.xdp_mode == "native"' \
	hairtrigger -j load feed0 --source "$LAB_EXCHANGE_IP" --verify-checksum
refused_ones
good_ones
passed_ones
check "unload" hairtrigger unload
