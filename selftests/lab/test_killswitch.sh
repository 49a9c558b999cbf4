#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kill switch while a trigger fires as fast as packets come and orders rest
# at the exchange: each level, over restarts, whatever the session is doing, and
# without a controller; and the dead man's switches.
#
# What the exchange writes down is in the order in which it came, so what
# follows a Mass Cancel left after it.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 800000 \
		--seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
	other=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[1].symbol')
}

limits_raise() {
	local key

	for key in rate=65536 symbol-rate=65536 session-rate=65536 \
		duplicate=0 max-orders=1000000 position=1000000 \
		max-fills=8 fills-time=1us max-backlog=1000000; do
		hairtrigger risk set "${key%=*}" "${key#*=}" >/dev/null ||
			give_up "$key"
	done
}

# trigger_make NAME SYMBOL
trigger_make() {
	lab_wait 20 symbol_known "$2" || give_up "$2 is in the directory"
	hairtrigger trigger add "$1" "$2" when "ask_size >= 1" \
		"then buy 1 @ ask cooldown 0ms max 1000000" >/dev/null ||
		give_up "a trigger on $2 is added"
}

arm() {
	hairtrigger trigger arm "$@" >/dev/null || give_up "arm $*"
}

# Orders of a symbol that the exchange was asked for, so far.
entered() {
	grep -c " enter [0-9]* . [0-9]* $1 .* tif 3" "$LAB_DIR/exchange.err"
}

more_than() {
	[ "$(entered "$1")" -gt "$2" ]
}

fires() {
	lab_wait 20 more_than "$1" "$(($(entered "$1") + 20))"
}

# An order of a day, a little below the bid; refused while a halt lasts.  Its
# number is in $urn.
order_rests() {
	local px

	px=$(hairtrigger -j book show "$1" --depth 1 |
		jq -r '.bids[0].price | tonumber * 97 | floor / 100') &&
	urn=$(hairtrigger -j order send "$1" buy 7 @ "$px" day \
		2>"$LAB_DIR/rests.err" | jq -er .urn) &&
	lab_wait 5 lab_said exchange " accepted $urn "
}

rest() {
	lab_wait 10 order_rests "$1" ||
		give_up "an order rests in $1: $(cat "$LAB_DIR/rests.err")"
}

# Two of them: $here in the symbol, $there in the other.
both_rest() {
	rest "$symbol"
	here=$urn
	rest "$other"
	there=$urn
}

canceled() {
	since_said " canceled $1 "
}

# Forgets what was, and remembers the place in the exchange's log.
mark() {
	marked=$(wc -l <"$LAB_DIR/exchange.err")
}

since() {
	tail -n +"$((marked + 1))" "$LAB_DIR/exchange.err"
}

# since_said PATTERN [COUNT]: so many such lines since the mark, at least
since_said() {
	[ "$(since | grep -c "$1")" -ge "${2:-1}" ]
}

# No order, of a symbol if one is named, behind the Mass Cancel.
none_behind() {
	! since | sed '1,/mass cancel/d' | grep -q " enter [0-9]* . [0-9]* ${1:-}"
}

kill_show_is() {
	says "$1" hairtrigger -j kill show
}

generation() {
	hairtrigger -j kill show | jq -r .generation
}

reset() {
	hairtrigger kill reset "$(generation)" >/dev/null
}

triggers_armed_are() {
	status_is ".triggers.armed == $1"
}

# After a reset nothing fires by itself, and all is as before when armed.
again() {
	mark
	check "a wrong generation resets nothing" fails 5 \
		hairtrigger kill reset "$(($(generation) - 1))"
	check "it is still on" kill_show_is '.killed != "nothing"'
	check "the right one does" reset
	[ "$1" = symbol ] ||
		check "the exchange takes orders again" \
			lab_wait 10 since_said 'order entry enabled'
	lab_pause 0.2
	check "nothing fires until it is armed" \
		[ "$(since | grep -c ' tif 3')" -eq "${2:-0}" ]
	arm one two
	check "then it does" fires "$symbol"
	check "and the other" fires "$other"
}

# level LEVEL WORDS...
whole_level() {
	local level=$1

	both_rest
	fires "$symbol" || give_up "the trigger fires"
	mark
	check "kill $level" says '.exchange | test("^asked to cancel all")' \
		hairtrigger -j kill "$level" --reason "test of $level"
	check "the exchange cancels all" lab_wait 10 since_said 'mass cancel done'
	check "and takes no more" lab_wait 10 since_said 'order entry disabled'
	lab_pause 0.3
	check "no order left behind that" none_behind
	check "what rested does not" lab_wait 10 canceled "$here"
	check "nor in the other symbol" lab_wait 10 canceled "$there"
	check "triggers are disarmed" triggers_armed_are 0
	check "a person's order is refused" fails 5 \
		hairtrigger order send "$symbol" buy 1 @ 1.00 day
	check "status shows who, when and why" status_is \
		'.kill | .last == "'"$level"'" and (.who | test("pid")) and
		 (.at | test("20")) and .reason == "test of '"$level"'"'
	check "before all else" grep -q '\*\* KILLED \*\*' \
		<(hairtrigger status)
	check "the journal has it" grep -q "test of $level" \
		<(hairtrigger journal show --type kill)
}

symbol_level() {
	both_rest
	fires "$symbol" || give_up "the trigger fires"
	mark
	check "kill symbol" hairtrigger kill symbol "$symbol"
	check "its orders are canceled" lab_wait 10 since_said 'mass cancel'
	check "its order does not rest" lab_wait 10 canceled "$here"
	check "the other fires on" fires "$other"
	check "of this one none left" none_behind "$symbol "
	check "its trigger alone is disarmed" triggers_armed_are 1
	check "the other's order rests" check_not canceled "$there"
	check "entry is open" check_not since_said 'order entry disabled'
	check "its triggers may be armed, and are refused" \
		hairtrigger trigger arm one
	check "by the kernel" lab_wait 10 status_is \
		'.counters.refused_killed_symbol > 0'
	check "none leaves" none_behind "$symbol "
	hairtrigger trigger disarm two >/dev/null
}

closing() {
	mark
	check "kill session --close" hairtrigger kill session --close
	check "cancels first" lab_wait 10 since_said 'order entry disabled'
	check "and logs out" lab_wait 10 status_is \
		'.controller.status.session.state == "DOWN"'
	check "a reset logs in again" reset
	check "it opens" lab_wait 20 status_is \
		'.controller.status.session.state == "OPEN"'
	check "and takes orders" lab_wait 10 since_said 'order entry enabled'
	arm one two
	check "which leave" fires "$symbol"
}

check_begin
session_make
hairtrigger load feed0 >/dev/null || give_up "load"
controller_start
exchange_start -v --rate "$(paced 4000)" "$session"
limits_raise
trigger_make one "$symbol"
trigger_make two "$other"
arm one two
check "orders leave" fires "$symbol"
whole_level global
again global
whole_level session
again session
symbol_level
again symbol
closing
lab_stop exchange
lab_stop controller
check "unload" hairtrigger unload
