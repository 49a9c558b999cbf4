#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The benchmark at a small size: all figures are there, and the books agree.
set -u
. "$(dirname "$0")/../replay/compare.sh"

# said FILTER WANTED: what the JSON has there.
said() {
	got=$(jq -c "$1" "$scratch/bench-book.json") || fail "jq $1"
	[ "$got" = "$2" ] || fail "$1 is $got, not $2"
}

bench() {
	"$bin/hairtrigger" bench book --messages 60000 --rounds 1 "$@"
}

echo "== without the slice"
bench -j --data "$scratch/nowhere" --out "$scratch" >"$scratch/said" \
	2>"$scratch/errors" || fail "exits with $?: $(cat "$scratch/errors")"
grep -q 'SKIPPED' "$scratch/errors" || fail "says nothing of the slice"
said '.streams[0].skipped' true
said '[.streams[1:][] | .books_are_equal]' '[true,true]'
said '[.streams[1:][] | .decode, .decode_and_orders, .program, .native,
	.conventional] | all(. > 0)' true
said '[.streams[1:][].types_ns[] | select(.type == "A" or .type == "D") |
	.p50 > 0 and .p99 >= .p50] == [true, true, true, true]' true
# of the five the first three are one symbol at this size
said '[.curve.by_symbols[].symbols]' '[1,3,24]'
said '.curve.by_live_orders | length' 3
said '[.machine | .cpu, .kernel, .compiler, .bpf_compiler, .date] |
	all(length > 3)' true
said '.load_ns > 0 and .map_bytes > 0' true
[ "$(jq .streams "$scratch/said")" = \
	"$(jq .streams "$scratch/bench-book.json")" ] ||
	fail "-j and the file differ"
for class in decode orders program native baseline symbols live; do
	grep -q "class=\"$class\"" "$scratch/bench-book.svg" ||
		fail "the chart shows no $class"
done
[ "$(tail -n 1 "$scratch/bench-book.svg")" = "</svg>" ] ||
	fail "the chart has no end"

echo "== told of no data at all"
(unset HAIRTRIGGER_DATA; bench 2>"$scratch/errors" >/dev/null) ||
	fail "exits with $?: $(cat "$scratch/errors")"
grep -q 'SKIPPED' "$scratch/errors" || fail "says nothing of the slice"

echo "== what cannot be"
"$bin/hairtrigger" bench book --messages 5 2>/dev/null
[ $? -eq 1 ] || fail "--messages 5 is taken"
bench --out "$scratch/nowhere" 2>/dev/null
[ $? -eq 2 ] || fail "--out of no directory is taken"
echo no >"$scratch/no.itch"
bench --data "$scratch/no.itch" 2>/dev/null
[ $? -eq 2 ] || fail "--data of no session is taken"

[ -r "$data/nasdaq-20200130-AAPL-10k.itch50" ] ||
	skip "real data not here (set HAIRTRIGGER_DATA)"
echo "== with the slice"
bench --data "$data" --out "$scratch" >"$scratch/said" 2>&1 ||
	fail "exits with $?: $(cat "$scratch/said")"
grep -q '^AAPL, real, x 6 .* yes$' "$scratch/said" || fail "no line of AAPL"
said '.streams[0] | .books_are_equal, .symbols, .messages' \
	"$(printf 'true\n6\n60000')"
