#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can become of the session with the exchange while a trigger fires: it is
# dropped, silent, refused, taken over by another client, ended; orders are on
# no wire, or lost on it; the feed begins another session.  Afterwards orders,
# positions and what the gates count with are what the exchange says, and each
# order is there once.
#
#   selftests/lab/test_session_faults.sh CASE...    only these, such as silent
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=selftests/lab/observed.sh
. "$here/observed.sh"

SERVER=$LAB_EXCHANGE_IP:9002

market() {
	exchange_start --verbose --market-open --linger 600s \
		--rate "$(paced 2000)" --rerequest "$SERVER" "$@" "$session"
}

# What the exchange says of the market holds for a session: where there are two
# of them, it must say it.
two_days() {
	session=$LAB_DIR/day.itch50
	[ -e "$session" ] || hairtrigger-sim generate "$session" --symbols 20 \
		--seed 7 --messages 80000 --no-progress >/dev/null ||
		give_up "a session is generated"
}

# A new day of its own for each case.
begin() {
	hairtrigger load feed0 --market-open >/dev/null || give_up "load"
	controller_start --rerequest "$SERVER"
	market "$@"
	trigger_armed "$symbol"
	lab_wait 20 symbol_known "$by_hand" || give_up "$by_hand is known"
	locates_find || give_up "the symbols' rows are found"
}

goes_on() {
	check "$1: orders leave" lab_wait 20 status_is \
		".controller.status | .session_state == \"OPEN\" and
		 .sent > $(status_get .controller.status.sent)"
}

# One that rests, far from the market.
rests() {
	hairtrigger order send "$by_hand" buy 100 @ \
		"$(hairtrigger -j book show "$by_hand" --depth 1 |
		jq -r '.bids[0].price | tonumber * 100 - 60 | round / 100')" \
		day >/dev/null || give_up "an order rests"
}

agrees() {
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	observed "$1: all agree on orders and positions"
	check "$1: no answer contradicts another" \
		[ "$(status_get .controller.status.faults)" = "[]" ]
	check "$1: no UserRefNum was used twice" no_number_twice
	check "$1: no order left before the session was open" none_before_open
}

ends() {
	lab_stop controller
	check "$1: the controller ends well" [ $? -eq 0 ]
	check "$1: it had nothing to complain about" \
		[ ! -s "$LAB_DIR/controller.err" ]
	lab_stop exchange || give_up "the exchange ends well"
	check "$1: each order came in once" report_is '.orders |
		.ignored == 0 and .received == .accepted + .rejected'
	check "$1: the journal is whole" journal_is_whole
	rm -f "$JOURNAL"
	hairtrigger unload >/dev/null || give_up "unload"
}

session_is() {
	status_is ".controller.status.session | $1"
}

# -- what is compared -----------------------------------------------------------

# For its owner only, also when it was there before.
dumps() {
	begin
	goes_on "dump"
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	observed "dump: all agree"
	: >"$LAB_DIR/dump"
	chmod 644 "$LAB_DIR/dump"
	check "dump: into a file" hairtrigger order dump "$LAB_DIR/dump"
	check "dump: for its owner only" \
		[ "$(stat -c %a "$LAB_DIR/dump")" = 600 ]
	check "dump: the same again" cmp "$LAB_DIR/dump" \
		<(hairtrigger order dump -)
	check "dump: it has each order" [ "$(grep -c '^order urn=' \
		"$LAB_DIR/dump")" -eq "$(entered | wc -l)" ]
	check "dump: is no JSON" fails 1 hairtrigger -j order dump
	check "dump: takes one file" fails 1 hairtrigger order dump a b
	check "dump: not into a folder" fails 2 hairtrigger order dump \
		"$LAB_DIR/none/dump"
	ends "dump"
}

# -- the exchange ends the connection -------------------------------------------

# What the second login asks for, and what the exchange had until then.
goes_on_behind() {
	perl -ne '
		$got++ if $in && !/ enter | unfounded/ && /^\S* [a-z]/ &&
			!/: /;
		if (/: logged in, next (\d+), (\d+) to be replayed/) {
			push @next, $1;
			push @left, $2;
			$in = 1;
		}
		END { exit !(@next == 2 && $next[0] == 1 && $next[1] > 1 &&
			$next[1] + $left[1] == $next[0] + $left[0] + $got) }' \
		<(sed '/: logged in, next [^1]/q' "$LAB_DIR/exchange.err")
}

dropped() {
	local how="dropped by $1"

	shift
	begin --order-drop-after 25 "$@"
	rests
	check "$how: the connection is lost" lab_wait 20 session_is '.lost == 1'
	check "$how: the session opens again" lab_wait 20 session_is_open
	goes_on "$how"
	check "$how: and is replayed behind what was known" goes_on_behind
	agrees "$how"
	check "$how: the resting order rests" \
		status_is '.controller.status.working == 1'
	ends "$how"
	check "$how: once" report_is '.orders.sessions |
		.dropped == 1 and .logins == 2'
}

# -- orders on no wire ------------------------------------------------------------

# As in a switch that has gone mad; what comes from the exchange arrives.
to_nobody() {
	ip -n "$LAB_ENGINE" neigh replace "$LAB_EXCHANGE_IP" \
		lladdr 02:00:00:00:00:99 nud permanent dev feed0
}

to_exchange() {
	ip -n "$LAB_ENGINE" neigh del "$LAB_EXCHANGE_IP" dev feed0
}

never_arrived() {
	local had

	begin
	goes_on "on no wire"
	to_nobody
	check "on no wire: an order has no answer" lab_wait 10 status_is \
		'.controller.status.unanswered > 0'
	had=$(entered | wc -l)
	check "on no wire: it is counted as one that may trade" lab_wait 10 \
		status_is '.controller.status.working > 0'
	check "on no wire: the exchange is given up" lab_wait 20 session_is \
		'.lost > 0'
	check "on no wire: it had none of that" [ "$(entered | wc -l)" = "$had" ]
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	to_exchange
	check "on no wire: the session opens again" lab_wait 20 session_is_open
	check "on no wire: what never arrived is told" lab_said controller \
		'no answer, and there will be none: the exchange never had it'
	check "on no wire: and released" status_is '.controller.status |
		.working == 0 and .unanswered == 0 and .ignored > 0'
	check "on no wire: the exchange got none of it late" \
		[ "$(entered | wc -l)" = "$had" ]
	hairtrigger trigger arm again >/dev/null || give_up "arm"
	goes_on "on no wire"
	agrees "on no wire"
	ends "on no wire"
}

journal_says() {
	says "$1" "$HAIRTRIGGER" -j journal orders "$JOURNAL"
}

# The same, but nobody is there to be told: what TCP still has must not leave.
killed_before_it_arrived() {
	local had

	begin
	goes_on "killed"
	to_nobody
	check "killed: an order has no answer" lab_wait 10 status_is \
		'.controller.status.unanswered > 0'
	had=$(entered | wc -l)
	kill -KILL "${lab_pids[controller]}"
	lab_finish controller 2>/dev/null
	to_exchange
	check "killed: the journal has its order, and no answer" \
		journal_says '.unanswered > 0 and .working > 0'
	lab_pause 3
	check "killed: its order does not arrive late" \
		[ "$(entered | wc -l)" = "$had" ]
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	controller_start --rerequest "$SERVER"
	check "killed: the next one's session opens" lab_wait 20 session_is_open
	check "killed: the journal knows then that it never arrived" \
		lab_wait 10 journal_says '.unanswered == 0 and .working == 0'
	observed "killed: all agree, nothing is reserved"
	hairtrigger trigger arm again >/dev/null || give_up "arm"
	goes_on "killed"
	agrees "killed"
	ends "killed"
}

lost_segments() {
	begin --order-loss 30 --fault-seed 1
	goes_on "30 % lost"
	lab_wait 60 status_is '.controller.status.sent > 60'
	agrees "30 % lost"
	ends "30 % lost"
}

# -- the exchange does not answer -------------------------------------------------

fires() {
	status_is ".counters.fired > $1"
}

nothing_leaves() {
	check "$1: the trigger fires" lab_wait 20 fires \
		$(($(status_get .counters.fired) + 20))
	check "$1: no order leaves" [ -z "$(entered)" ]
	check "$1: each fire is refused" status_is '.controller.status |
		.sent == 0 and (.fires > 0 or .refusals == 0)'
}

silent() {
	begin --order-silent
	check "silent: the exchange is given up, and tried again" lab_wait 30 \
		session_is '.logins > 1'
	check "silent: it is told why" session_is '.last_reason |
		test("silent|no answer")'
	check "silent: the session was never open" check_not lab_said \
		controller 'session OPEN'
	check "silent: no order leaves" [ -z "$(entered)" ]
	ends "silent"
}

rejected() {
	begin --order-reject-login
	check "rejected: twice" lab_wait 30 session_is '.rejected > 1'
	check "rejected: it is told, once" [ "$(grep -c 'session DOWN: .*reject' \
		"$LAB_DIR/controller.out")" -eq 1 ]
	check "rejected: no order leaves" [ -z "$(entered)" ]
	ends "rejected"
}

# -- another client of the account -------------------------------------------------

# It logs in, has an order rest and leaves.
other_client() {
	local px

	px=$(hairtrigger -j book show "$by_hand" --depth 1 |
		jq -r '.bids[0].price | tonumber * 10000 - 6000 | round')
	px=$(printf '\\x%02x\\x%02x\\x%02x' $((px >> 16 & 255)) \
		$((px >> 8 & 255)) $((px & 255)))
	lab_start other "$LAB_ENGINE" bash -c '
		exec 3<>"/dev/tcp/$1/9001" || exit
		printf "$2" >&3
		exec cat <&3' bash "$LAB_EXCHANGE_IP" "$(
		printf '\\x00\\x2fL%6s%10s%10s%20s' '' '' '' 1
		printf '\\x00\\x30UO\\x00\\x01\\x00\\x00B\\x00\\x00\\x00\\x0a'
		printf '%-8s\\x00\\x00\\x00\\x00\\x00%s' "$by_hand" "$px"
		printf '0YPNN%-14s\\x00\\x00' 'somebody else')"
}

taken_over() {
	begin
	goes_on "taken over"
	other_client
	check "taken over: the connection is lost" lab_wait 20 session_is \
		'.lost > 0'
	check "taken over: it is taken back" lab_wait 20 session_is_open
	goes_on "taken over"
	check "taken over: the other one's order is known" lab_wait 10 \
		status_is '.controller.status | .foreign == 1 and .working == 1'
	check "taken over: ours have numbers above it" lab_wait 10 says \
		'.orders[-1].urn > 65536' hairtrigger -j order show
	lab_stop other
	agrees "taken over"
	ends "taken over"
}

# -- days ----------------------------------------------------------------------

other_feed_session() {
	two_days
	begin --new-session-after 30000
	goes_on "another feed session"
	rests
	check "another feed session: it begins" lab_wait 60 says \
		'.session == "HTSIM00002" and .state == "LIVE"' \
		hairtrigger -j feed show
	check "another feed session: the orders' goes on" session_is_open
	lab_wait 20 symbol_known "$symbol" || give_up "$symbol is known again"
	hairtrigger trigger arm again >/dev/null || give_up "arm"
	goes_on "another feed session"
	agrees "another feed session"
	ends "another feed session"
}

# The exchange's next day, in another process: its log begins anew, too.
next_day() {
	local last tries

	two_days
	begin
	goes_on "next day"
	agrees "next day, the evening before"
	last=$(value_of gates 0 | jq .next_urn)
	lab_stop exchange || give_up "the exchange ends well"
	check "next day: the session has ended" lab_wait 10 session_is \
		'.state == "ENDED"'
	tries=$(status_get .controller.status.session.tries)
	lab_pause 1.5
	check "next day: and is not tried again" session_is ".tries == $tries"
	market --session NEXTDAY001
	check "next day: the feed's next session is LIVE" lab_wait 20 says \
		'.session == "NEXTDAY001" and .state == "LIVE"' \
		hairtrigger -j feed show
	check "next day: the orders' opens by itself" lab_wait 20 \
		session_is_open
	check "next day: nothing is left of the day before" status_is \
		'.controller.status | .sent == 0 and .executions == 0'
	lab_wait 20 symbol_known "$symbol" || give_up "$symbol is known again"
	hairtrigger trigger arm again >/dev/null || give_up "arm"
	goes_on "next day"
	check "next day: no number of the day before" \
		[ "$(entered | head -n1)" -ge "$last" ]
	agrees "next day"
	ends "next day"
}

# Its process is gone without an end of the session, and with it all orders.
exchange_forgets() {
	begin
	goes_on "forgotten"
	rests
	kill -KILL "${lab_pids[exchange]}" && lab_finish exchange
	market --session OTHER00001
	check "forgotten: the session is killed" lab_wait 20 says \
		'.killed == "the session" and .who == "the controller"' \
		hairtrigger -j kill show
	check "forgotten: no order leaves" lab_wait 20 status_is \
		'.controller.status | .sent == 0 and
		 (.orders_leave | test("^killed"))'
	hairtrigger kill reset "$(hairtrigger -j kill show | jq .generation)" \
		>/dev/null || give_up "reset"
	ends "forgotten"
}

check_begin
session_make session.itch50 --messages 200000
for case in "${@:-all}"; do
	case $case in
	all)
		dumps
		dropped FIN
		dropped RST --order-drop-reset
		never_arrived
		killed_before_it_arrived
		lost_segments
		silent
		rejected
		taken_over
		other_feed_session
		next_day
		exchange_forgets ;;
	*) eval "$case" ;;
	esac
done
