# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034
#
# killing - what the tests of the kill switch have in common; sourced
#
# What the exchange writes down is in the order in which it came, so what
# follows a Mass Cancel left after it.

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
