#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# replay --symbols: the watched symbols are as without a list, the others are
# not there.
set -u
. "$(dirname "$0")/compare.sh"

"$bin/hairtrigger-sim" generate "$scratch/day.itch" --no-progress --seed 4 \
	--symbols 200 --messages 200000 --profile deep ||
	fail "generate exits with $?"
replays "$scratch/day.itch" --bbo "$scratch/all.bbo" --book "$scratch/all.book"

# of every ninth symbol
cut -d, -f1 "$scratch/all.book" | sed 1d | uniq | awk 'NR % 9 == 4' \
	>"$scratch/names"
[ "$(wc -l <"$scratch/names")" -gt 15 ] || fail "too few symbols"
# keep COLUMN: the rows of those symbols, and the header
keep() {
	awk -F, -v column="$1" 'NR == FNR { name[$1] = 1; next }
		FNR == 1 || $column in name' "$scratch/names" "$2"
}
keep 1 "$scratch/all.book" >"$scratch/wanted.book"
keep 3 "$scratch/all.bbo" >"$scratch/wanted.bbo"

echo "== a file"
{ echo "# every ninth"; sed 's/$/	# one/' "$scratch/names"; } >"$scratch/list"
replays "$scratch/day.itch" --symbols "$scratch/list" \
	--bbo "$scratch/some.bbo" --book "$scratch/some.book"
cmp "$scratch/some.book" "$scratch/wanted.book" || fail "--book differs"
cmp "$scratch/some.bbo" "$scratch/wanted.bbo" || fail "--bbo differs"
is "watched symbols" "$(wc -l <"$scratch/names")"
is "directory named" "$(wc -l <"$scratch/names")"
is "unknown references" 0
is "bad symbols" 0
is levels $(($(wc -l <"$scratch/wanted.book") - 1))

echo "== a list"
list=$(paste -s -d, "$scratch/names")
replays "$scratch/day.itch" --symbols "$list" --book "$scratch/some.book"
cmp "$scratch/some.book" "$scratch/wanted.book" || fail "--book differs"
grep -q "^not named yet" "$scratch/said" && fail "all were named"

echo "== a table for the watched ones alone"
# the reference keeps the whole market; its rows say how many orders live
orders=$(awk -F, 'NR > 1 { n += $5 } END { print n }' "$scratch/wanted.book")
replays "$scratch/day.itch" --symbols "$list" --orders $((orders * 4))
is "bad symbols" 0
is "orders live" "$orders"

echo "== nobody"
replays "$scratch/day.itch" --symbols NOBODY,NOONE --book "$scratch/none.book" \
	2>"$scratch/error"
grep -q '2 of 2 watched symbols were never named by the directory: NOBODY, NOONE$' \
	"$scratch/error" || fail "no warning: $(cat "$scratch/error")"
is "orders live" 0
[ "$(wc -l <"$scratch/none.book")" -eq 1 ] || fail "rows of nobody"
