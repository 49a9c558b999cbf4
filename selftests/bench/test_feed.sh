#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The feed's benchmark, small: what it says of losses is true, whatever the
# machine has time for, and the book behind them is the one of a replay.
set -u
. "$(dirname "$0")/../replay/compare.sh"

# bench [OPTION...]: runs it; its exit code is in $code, what it said in `said`.
bench() {
	"$bin/hairtrigger" bench feed -j --messages 20000 "$@" \
		>"$scratch/answers" 2>"$scratch/errors"
	code=$?
	# an error that is said behind it is an answer of its own
	head -n 1 "$scratch/answers" >"$scratch/said"
	[ "$code" -eq 0 ] || [ "$code" -eq 3 ] ||
		fail "$* exits with $code: $(cat "$scratch/errors")"
}

# said FILTER WANTED: what the JSON has there.
said() {
	got=$(jq -c "$1" "$scratch/said") || fail "jq $1"
	[ "$got" = "$2" ] || fail "$1 is $got, not $2: $(cat "$scratch/said")"
}

# What holds of every run.  The veth counts its drops itself.
is_true() {
	said '.book.books_are_equal and .book.crc == .book.replayed_crc' true
	said '[.load, .taken // empty, .tries[]] |
		all(.packets_lost == .packets_dropped_by_veth)' true
	said '[.load, .taken // empty, .tries[]] |
		all((.packets_lost > 0) == (.messages_not_applied > 0))' true
	said '.passed == (.load.packets_lost == 0 and .load.messages > 0 and
		.bursts.applied_whole == .bursts.bursts)' true
	said '.passed' "$([ "$code" -eq 0 ] && echo true || echo false)"
}

echo "== a rate that is asked for, and bursts"
bench --rate 200000 --seconds 1 --bursts 20
is_true
said '.book.sequence >= .load.messages + 20 * 2000' true
said '.bursts | .bursts, .messages_each >= 2000, .packets_each > 30' \
	"$(printf '20\ntrue\ntrue')"
said '.load | .asked_messages_per_second, .messages > 0' \
	"$(printf '200000\ntrue')"

echo "== far more than can be taken"
bench --rate 100000000 --per-packet 1 --seconds 1 --bursts 0
is_true
said '.load | .packets == .messages' true
said '.book.sequence == .load.messages' true
said '.bursts' null
[ "$code" -eq 3 ] || echo "nothing was lost: the program was fast enough"

echo "== sender and program on one CPU, a rate that is searched"
bench --same-cpu --seconds 1 --bursts 20 --burst-messages 100
is_true
said '.taken.packets_lost' 0
said '.tries | length > 0' true
said '.same_cpu' true

echo "== nothing is left behind"
left=$(ls -d /sys/fs/bpf/hairtrigger/bench* 2>/dev/null)
[ -z "$left" ] || fail "pins are left: $left"
"$bin/hairtrigger" bench feed --messages 20000 --rate 1000 --seconds 60 \
	>/dev/null 2>&1 &
killed=$!
# until WANTED: the kernel's thread for its veth is there, or is not; 20 s.
until_veth() {
	tries=200
	until [ "$(pgrep -c "^napi/far$killed-")" -eq "$1" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail "$1 veths never came to be"
		sleep 0.1
	done
}
until_veth 1
kill -KILL "$killed"
until_veth 0

echo "== what cannot be"
for option in "--rate 5" "--seconds 0" "--per-packet 0" "--messages 5" \
	      "--bursts -1" "--burst-messages 0" "extra"; do
	# shellcheck disable=SC2086 # an option and its value
	"$bin/hairtrigger" bench feed $option >/dev/null 2>&1
	[ $? -eq 1 ] || fail "$option is taken"
done
