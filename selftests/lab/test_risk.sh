#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `hairtrigger risk`: limits that stop a trigger and let it go on while the
# market does, of one symbol and of all; and the words it has for mistakes.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 200000 \
		--seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

# limit_is KEY VALUE [SYMBOL]: what `risk show` says.
limit_is() {
	says ".limits[] | select(.key == \"$1\") | .value == \"$2\"" \
		hairtrigger -j risk show ${3:+"$3"}
}

# words TEXT COMMAND...: it fails as a wrong command line, and says TEXT.
words() {
	local text=$1

	shift
	fails 1 "$@" && grep -qF -- "$text" "$LAB_DIR/fails.err"
}

# Waits for refusals by reason $1, then that no fire comes any more.
stopped_by() {
	local refused fires

	refused=$(status_get ".counters.refused_$1")
	lab_wait 20 status_is ".counters.refused_$1 > $refused" || return
	fires=$(status_get .triggers.fires)
	refused=$(status_get ".counters.refused_$1")
	lab_wait 20 status_is ".counters.refused_$1 > $refused + 20" || return
	[ "$(status_get .triggers.fires)" -eq "$fires" ]
}

goes_on() {
	local fires

	fires=$(status_get .triggers.fires)
	lab_wait 20 status_is ".triggers.fires > $fires + 2"
}

mistakes() {
	hairtrigger load feed0 >/dev/null || give_up "load"
	check "load puts the first set in force" says '.version == 1' \
		hairtrigger -j risk show
	check "a key that is none" words 'did you mean `max-qty`?' \
		hairtrigger risk set max-qtty 5
	check "a value without its unit" words 'collar must be like' \
		hairtrigger risk set collar 2
	check "a value above what can be" words 'at most 999999' \
		hairtrigger risk set max-qty 1000000
	check "a key of all with a symbol" words 'not of a symbol' \
		hairtrigger risk set AAPL max-loss 5
	check "no value" words 'a limit needs' hairtrigger risk set AAPL
	check "a symbol that is none" fails 2 \
		hairtrigger risk set NOSUCH max-qty 5
	check "nothing of that is in force" says '.version == 1' \
		hairtrigger -j risk show
	check "several at once are one version" says '.version == 2' \
		hairtrigger -j risk set max-loss 5000 max-age 100ms
	check "and in force" limit_is max-age 100ms
	check "as dollars" limit_is max-loss 5000.0000
	check "nothing to clear" says '.rejects_cleared == 0 and
		.pauses_cleared == 0' hairtrigger -j risk clear
	hairtrigger unload >/dev/null || give_up "unload"
}

while_it_trades() {
	hairtrigger load feed0 >/dev/null || give_up "load"
	controller_start --max-qty 500 --collar 10%
	check "limits of the command line are the instance's" \
		limit_is max-qty 500
	check "all of them" limit_is collar 1000bps
	exchange_start --rate "$(paced 8000)" "$session"
	trigger_armed "$symbol"
	check "the trigger fires" goes_on
	hairtrigger risk set "$symbol" max-qty 9 >/dev/null
	check "a symbol's limit stops it" stopped_by max_qty
	check "it is the symbol's own" says '.limits[] |
		select(.key == "max-qty") | .from == "its own"' \
		hairtrigger -j risk show "$symbol"
	check "which is listed" says "[.own[].symbol] == [\"$symbol\"]" \
		hairtrigger -j risk show
	check "who was refused is, too" says '.refused[] |
		select(.reason == "max_qty") | .rule == "O2" and .kernel > 0' \
		hairtrigger -j risk show
	check "another symbol's is as it was" limit_is max-qty 500
	hairtrigger risk set "$symbol" inherit >/dev/null
	check "given up, it goes on" goes_on
	hairtrigger risk set enabled no >/dev/null
	check "no symbol is enabled, nothing fires" stopped_by not_enabled
	hairtrigger risk set "$symbol" enabled yes >/dev/null
	check "but the one that is" goes_on
	lab_stop exchange
	lab_stop controller
	hairtrigger unload >/dev/null || give_up "unload"
}

white_list() {
	hairtrigger load feed0 --no-symbols-enabled >/dev/null ||
		give_up "load"
	controller_start
	exchange_start --rate "$(paced 8000)" "$session"
	trigger_armed "$symbol"
	check "loaded with none enabled, nothing fires" stopped_by not_enabled
	check "from the first packet on" status_is '.triggers.fires == 0'
	hairtrigger risk set "$symbol" enabled yes >/dev/null
	check "until it is named" goes_on
	lab_stop exchange
	lab_stop controller
	hairtrigger unload >/dev/null || give_up "unload"
}

check_begin
session_make
mistakes
while_it_trades
white_list
