#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The exchange's order entry, as a client in another namespace sees it: logins,
# orders, what was missed, the ends of a session, and its faults.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

# What a client says: printf's escapes.

# login USER PASSWORD SEQUENCE
login() {
	printf '\\000\\057L%-6s%-10s%10s%20s' "$1" "$2" '' "$3"
}

# orders FIRST LAST: to buy a symbol that is none, so each is rejected.
orders() {
	local n

	for n in $(seq "$1" "$2"); do
		printf '\\000\\060UO\\000\\000\\000\\%03oB\\000\\000\\000d' "$n"
		printf 'NOSUCH  \\000\\000\\000\\000\\000\\000\\047\\020'
		printf '3YPNN%-14s\\000\\000' "order $n"
	done
}

logout='\000\001O'

# client NAME BYTES...: says that, and keeps what comes in NAME.out.
client() {
	local name=$1

	shift
	lab_start "$name" "$LAB_ENGINE" bash -c '
		exec 3<>"/dev/tcp/$1/9001" || exit
		printf "$2" >&3
		exec cat <&3' bash "$LAB_EXCHANGE_IP" "$(printf '%s' "$@")"
}

# got NAME PATTERN: what came matches, as bytes; . is any but a newline.
got() {
	LC_ALL=C grep -qzP "(?s)$2" <(tr '\0' '~' <"$LAB_DIR/$1.out")
}

# The rejects that came, by their token.
rejects() {
	LC_ALL=C grep -ao 'order [0-9]* *' "$LAB_DIR/$1.out" | wc -l
}

rejects_are() {
	[ "$(rejects "$1")" -eq "$2" ]
}

# A generated session that lasts until it is told to end.
market() {
	exchange_start --generate --symbols 5 --messages 100000 --rate 1 \
		--order-login me:secret --order-login you:secret "$@"
}

# Which ends every connection, and so the clients that are named.
market_ends() {
	local name

	lab_stop exchange || give_up "the exchange ends well"
	for name; do
		check "a client sees the end ($name)" lab_wait 10 \
			lab_ended "$name"
		lab_stop "$name"
	done
}

a_session() {
	market --market-open
	client mine "$(login ME secret 1)" "$(orders 1 3)"
	check "a login is accepted, and the day begins" lab_wait 10 \
		got mine '^~.AHTSIM00001 {19}1~.SS.{8}S'
	check "orders are answered" lab_wait 10 rejects_are mine 3
	check "the exchange beats" lab_wait 10 got mine '~.H'
	client wrong "$(login me guess 1)"
	check "a wrong password is not" lab_wait 10 got wrong '^~.JA$'
	client ahead "$(login you secret 3)"
	check "nor is a sequence to come" lab_wait 10 got ahead '^~.JS$'
	client again "$(login me secret 2)" "$(orders 4 4)"
	check "a new login goes on where it says" lab_wait 10 \
		got again '^~.AHTSIM00001 {19}2~.SJ.*order 3.*order 4'
	check "and takes over from the old one" lab_wait 10 lab_ended mine
	client gone "$(login you secret 0)" "$(orders 1 2)" "$logout"
	check "a logout ends it behind the answers" lab_wait 10 lab_ended gone
	check "which have come" rejects_are gone 2
	market_ends mine wrong ahead again gone
	check "the end of the day and of the session are told" lab_wait 10 \
		got again '~.SS.{8}E~.Z$'
	check "all is in the report" report_is '.orders.received == 6 and
		(.orders.sessions | .logins == 3 and .messages == 6 and
		 .rejected == 1 and .rejected_session == 1 and
		 .taken_over == 1 and .logouts == 1 and .replays >= 2 and
		 .ended == 1)'
}

# Its orders come again from TCP, and each is taken once.
lost_segments() {
	market --order-loss 10%
	client lossy "$(login me secret 0)" "$(orders 1 100)"
	check "segments may be lost, orders are not" lab_wait 60 \
		rejects_are lossy 100
	market_ends lossy
	check "nor taken twice" report_is '.orders.received == 100'
}

# dropped ARGS: after the third order, whose answer is missed.
dropped() {
	market --order-drop-after 3 "$@"
	client drop "$(login me secret 0)" "$(orders 1 3)"
	check "the connection is dropped $*" lab_wait 10 lab_ended drop
	check "before the last answer" check_not rejects_are drop 3
	client again "$(login me secret 2)"
	check "which is there for who comes again" lab_wait 10 \
		rejects_are again 3
	market_ends drop again
	check "it was dropped once" report_is '.orders.sessions.dropped == 1'
}

late_answers() {
	market --order-delay 2s -v
	client late "$(login me secret 0)" "$(orders 1 1)"
	lab_wait 10 lab_said exchange 'me rejected 1' ||
		give_up "an order is answered"
	check "an answer is delayed" rejects_are late 0
	check "and comes then" lab_wait 10 rejects_are late 1
	market_ends late
}

# Ten times a second it would have something to say.
says_nothing() {
	market --order-silent
	client silent "$(login me secret 1)" "$(orders 1 2)"
	check "a silent exchange accepts the login" lab_wait 10 \
		got silent '^~.AHTSIM00001 {19}1$'
	lab_pause 2
	check "and says nothing more" got silent '^~.AHTSIM00001 {19}1$'
	market_ends silent
	check "though it took the orders" report_is '.orders.received == 2'
}

check_begin
a_session
lost_segments
dropped
dropped --order-drop-reset
late_answers
says_nothing
