# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# soak_session - one session after another, each with faults of its own;
# sourced by soak
#
# Session n of a seed always has the same market and the same faults.

FEED_A=233.54.12.111:26477
FEED_B=233.49.196.111:26477
PATIENCE_S=90			# from a session's last message to ENDED

sessions=0 sessions_equal=0 messages=0 received_all=0
session=			# the name under which its last message goes out
session_args=()			# what the simulator is told

# within LOW HIGH: a random whole number, both included, in $random; no
# subshell, which would not move RANDOM on.
within() {
	random=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
}

# chance N: true once in N times.
chance() {
	within 1 "$1"
	[ "$random" -eq 1 ]
}

# option NAME LOW HIGH [UNIT]: to the simulator's options
option() {
	within "$2" "$3"
	session_args+=("$1" "$random${4:-}")
}

line_faults() {
	local second most

	within 0 20
	most=$((random > 14 ? 20 : random > 7 ? 5 : 1))
	! chance 2 || option --loss-a 0 "$most"
	! chance 2 || option --loss-b 0 "$most"
	! chance 2 || option --duplicate 0 10
	! chance 2 || option --reorder 0 10
	! chance 3 || option --skew-b 0 3000 us
	! chance 3 || option --mtu-b 300 1500
	if chance 3; then
		option --burst 5 300
		option --burst-every 1000 5000
	fi
	within 1 6
	second=$random
	! chance 4 || option --dead-a "$second" "$second" s+2s
	! chance 4 || option --dead-b $((second + 2)) $((second + 2)) s+2s
	! chance 5 || option --dead "$second" "$second" s+1500ms
}

# Somebody must be left who knows what is missing: the second server has no
# faults, and is there whenever the first one or the snapshots may not do.
server_faults() {
	local second=0

	session_args+=(--rerequest "$LAB_EXCHANGE_IP:9100")
	! chance 3 || option --rerequest-loss 0 50
	! chance 3 || option --rerequest-delay 0 50 ms
	if chance 4; then
		session_args+=(--rerequest-lies)
		second=1
	elif chance 6; then
		session_args+=(--rerequest-dead)
		second=1
	fi
	if chance 5; then
		second=1
	else
		session_args+=(--glimpse "$LAB_EXCHANGE_IP:9200")
		! chance 3 || option --glimpse-delay 0 500 ms
		within 1 6
		case $random in
		1) session_args+=(--glimpse-dead)
		   second=1 ;;
		2) session_args+=(--glimpse-cut) ;;
		3) session_args+=(--glimpse-lies) ;;
		esac
	fi
	[ "$second" -eq 0 ] && chance 2 ||
		session_args+=(--rerequest "$LAB_EXCHANGE_IP:9101")
}

# Some 10 to 25 seconds of market; once in six times the exchange falls over
# in the middle and begins again under the next name.
session_market() {
	local rate seconds number=$((sessions * 2))

	within 1000 8000
	rate=$random
	within 10 25
	seconds=$random
	session_s=$seconds
	session_args=(--generate --group "$FEED_A" --group-b "$FEED_B"
		--session "$(printf 'SOAK%06d' "$number")"
		--rate "$rate" --messages $((rate * seconds))
		--linger 1000s)
	option --symbols 10 200
	option --seed 1 30000
	option --fault-seed 1 30000
	! chance 3 || session_args+=(--profile deep)
	if chance 6; then
		option --new-session-after $((rate * 3)) $((rate * 8))
		session_s=$((seconds + 8))
		number=$((number + 1))
	fi
	session=$(printf 'SOAK%06d' "$number")
}

session_start() {
	sessions=$((sessions + 1))
	RANDOM=$((seed + sessions))
	session_market
	line_faults
	server_faults
	echo "$(clock) session $session: ${session_args[*]}" >>"$out/sessions"
	exchange_start "${session_args[@]}"
	# then nobody ends the controller: it must get there in PATIENCE_S
	session_quiet_s=$((SECONDS + session_s))
	session_end_s=$((session_quiet_s + PATIENCE_S))
	wait_for_live
}

# The feed is at the end of this session, and misses nothing.
session_over() {
	[ "$feed_session" = "$session" ] && [ "$feed_state" = ENDED ]
}

# What a look at a violation needs, kept beyond the lab's end.
session_keep() {
	local to=$out/$session

	mkdir -p "$to" &&
	cp "$LAB_DIR"/exchange.* "$LAB_DIR"/controller.* "$to" &&
	hairtrigger -j status >"$to/status.json" &&
	hairtrigger book dump "$to/kernel.csv" &&
	printf '%s\n' "${session_args[*]}" >"$to/arguments"
	echo "# $feed_state at $feed_expected of $feed_session, recovery:" \
		"$feed_recovery; see $to"
}

crc_of() {
	gzip -c "$1" | tail -c8 | head -c4 | od -An -tx4 | tr -d ' '
}

book_is_the_exchanges() {
	hairtrigger book dump "$LAB_DIR/kernel.csv" &&
	cmp "$LAB_DIR/exchange.csv" "$LAB_DIR/kernel.csv" &&
	[ "$(hairtrigger -j book crc | jq -r .crc)" = \
		"$(crc_of "$LAB_DIR/exchange.csv")" ]
}

# The exchange has ended: what it sent is what is in the book.
session_verify() {
	local failed_before=$failed

	lab_stop exchange || :
	check "$(clock) session $session is over: ENDED" session_over
	check "its book is the exchange's: $(crc_of "$LAB_DIR/exchange.csv")" \
		book_is_the_exchanges
	check "no symbol is BAD, every frame is accounted for" status_is '
		.book.bad_symbols == 0 and .frames_accounted'
	check "each order came in once, on what had left the exchange" \
		report_is '.orders | .ignored == 0 and .unfounded == 0 and
		.received == .accepted + .rejected'
	received_all=$((received_all + $(jq .orders.received \
		"$LAB_DIR/exchange.json")))
	check "the feed is where the exchange ended" \
		[ "$feed_expected" = "$(jq .feed.next_sequence \
		"$LAB_DIR/exchange.json")" ]
	messages=$((messages + $(jq .feed.messages "$LAB_DIR/exchange.json")))
	if [ "$failed" -eq "$failed_before" ]; then
		sessions_equal=$((sessions_equal + 1))
	else
		session_keep
	fi
}

# Return: 0 when it is over, in one way or the other, and was verified.
session_done() {
	lab_running exchange || give_up "the exchange lives"
	session_over || [ "$SECONDS" -ge "$session_end_s" ] || return
	session_verify
}
