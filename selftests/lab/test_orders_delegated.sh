#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Orders beside the kernel's TCP, and by it, on one session: all of them arrive
# once and in order, at full speed and with pauses, whatever is lost.
#
# shellcheck disable=SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

# bench ARGS: its answer is in bench.json.
bench() {
	"$HAIRTRIGGER" -j bench orders "$@" >"$LAB_DIR/bench.json" \
		2>"$LAB_DIR/bench.err"
}

answers() {
	says "$1" cat "$LAB_DIR/bench.json"
}

# orders_arrive WORDS ARGS: what holds of every run.
orders_arrive() {
	local words=$1

	shift
	check "$words: it passes" bench "$@"
	check "$words: each order arrived once, in order" answers '.checks |
		.arrived_once_in_order == .orders and .arrived_wrong == 0'
	check "$words: no reset, and FIN behind the last byte" answers '.checks |
		.resets == 0 and .fin_behind_the_last_byte'
	check "$words: every answer was read" answers '.checks |
		.answers_read == .answers_sent'
	check "$words: both ways were taken" answers \
		'.delegated > 0 and ([.plain[].orders] | add) > 0'
	check "$words: no order left twice, or by no way" answers '.checks.orders ==
		.delegated + ([.plain[].orders] | add)'
}

check_begin
orders_arrive "flat out" --orders $((20000 / LAB_PATIENCE))
orders_arrive "pauses" --orders $((4000 / LAB_PATIENCE)) --pause 200
orders_arrive "1 % lost" --orders $((8000 / LAB_PATIENCE)) --loss 1
orders_arrive "10 % lost" --orders $((2000 / LAB_PATIENCE)) --loss 10
orders_arrive "10 % lost, pauses" --orders $((1000 / LAB_PATIENCE)) --loss 10 \
	--pause 500
check "TCP alone bears the same losses" bench --plain --loss 10 \
	--orders $((1000 / LAB_PATIENCE))
check "nothing but send() was used" answers '.delegated == 0'
check "loss beyond 50 % is refused" fails 1 "$HAIRTRIGGER" bench orders \
	--loss 51
