#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# replay --from, --to, --at, --crc: a part of the day is that part, exactly,
# and the checksum is the one that anybody can compute.
set -u
. "$(dirname "$0")/compare.sh"

# said MEMBER: of the last answer in JSON, as text.
said() {
	jq -r "$1" "$scratch/said"
}

# crc_of FILE: eight hex digits, from what gzip writes behind its data.
crc_of() {
	gzip -c "$1" | tail -c8 | head -c4 | od -An -tu1 |
		awk '{ printf "%02x%02x%02x%02x\n", $4, $3, $2, $1 }'
}

# equal WORDS GOT WANTED
equal() {
	[ "$2" = "$3" ] || fail "$1: $2, not $3"
}

# asks OPTION...: replays the day and keeps its answer in JSON.
asks() {
	"$bin/hairtrigger" -j replay "$scratch/day.itch" "$@" \
		>"$scratch/said" 2>"$scratch/error" ||
		fail "replay $* exits with $?: $(cat "$scratch/error")"
}

"$bin/hairtrigger-sim" generate "$scratch/day.itch" --no-progress --seed 9 \
	--symbols 20 --messages 60000 || fail "generate exits with $?"

echo "== the checksum"
asks --crc --book "$scratch/book.csv" --bbo "$scratch/all.bbo"
equal "--crc" "$(said .crc)" "$(crc_of "$scratch/book.csv")"
equal "sequence" "$(said .sequence)" "$(said .messages)"
whole=$(said .crc)
"$bin/selftests/reference/reference" "$scratch/day.itch" \
	--book "$scratch/reference.csv" || fail "the reference exits with $?"
equal "--crc of the reference's book" "$whole" "$(crc_of "$scratch/reference.csv")"
asks --crc
equal "--crc of a second run" "$(said .crc)" "$whole"
gzip -k "$scratch/day.itch"
replays "$scratch/day.itch.gz" --crc
equal "--crc of the compressed day" \
	"$(sed -n 's/^crc  *//p' "$scratch/said")" "$whole"

echo "== the window"
# rows of a window are the day's rows of that time
asks --from 09:30:00.25 --to 10:00 --bbo "$scratch/some.bbo" --crc
awk -F, 'NR == 1 || ($2 >= 34200250000000 && $2 <= 36000000000000)' \
	"$scratch/all.bbo" >"$scratch/wanted.bbo"
[ "$(wc -l <"$scratch/wanted.bbo")" -gt 100 ] || fail "no rows to compare"
cmp "$scratch/some.bbo" "$scratch/wanted.bbo" || fail "--bbo of a window"
inside=$(said .messages)
before=$(said .messages_before)
equal "sequence at the end" "$(said .sequence)" $((before + inside))
at_ten=$(said .crc)
asks --to 10:00 --crc
equal "--crc does not depend on --from" "$(said .crc)" "$at_ten"
equal "messages up to --to" "$(said .messages)" $((before + inside))

# a compressed day whose end nobody wants to read
replays "$scratch/day.itch.gz" --to 10:00 --crc
equal "--crc of the compressed day up to 10:00" \
	"$(sed -n 's/^crc  *//p' "$scratch/said")" "$at_ten"

echo "== the moment"
asks --at 10:00 --symbols ZZZZ,"$(awk -F, 'NR == 2 { print $3 }' \
	"$scratch/all.bbo")" --crc
grep -q '1 of 2 watched symbols were never named by the directory: ZZZZ$' \
	"$scratch/error" || fail "no word about ZZZZ: $(cat "$scratch/error")"
equal "symbols of --at" "$(said '.symbols | length')" 1
symbol=$(said '.symbols[0].symbol')
row=$(awk -F, -v symbol="$symbol" '$3 == symbol && $2 <= 36000000000000' \
	"$scratch/all.bbo" | tail -n 1 | cut -d, -f4-)
equal "$symbol at 10:00" "$(said '.symbols[0] |
	[(.bids[0] | .price, .size), (.asks[0] | .price, .size)] |
	map(tostring) | join(",")')" "$row"
asks --at 10:00
equal "of many only the best prices" "$(said '.symbols[0].bids')" null
[ "$(said '.symbols | length')" -gt 10 ] || fail "not every symbol at 10:00"
replays "$scratch/day.itch" --at 10:00 --symbols "$symbol" --depth 2
grep -q "^symbol  *$symbol\$" "$scratch/said" || fail "no book of $symbol"
equal "levels shown" "$(grep -c '^ *[12]  ' "$scratch/said")" 2

echo "== nothing to show"
# empty WORDS OPTION...: exit 0, and a line about it.
empty() {
	words=$1
	shift
	asks "$@"
	equal "messages of $*" "$(said .messages)" 0
	grep -q "$words" "$scratch/error" || fail "$*: $(cat "$scratch/error")"
}
empty 'before --from: nothing to show$' --from 23:59
empty 'begins after 00:01:00.000000000: nothing to show$' --at 00:01
equal "messages per second of none" "$(said .messages_per_second)" null

echo "== what is wrong"
# refuses CODE WORDS OPTION...
refuses() {
	wanted=$1
	words=$2
	shift 2
	"$bin/hairtrigger" replay "$scratch/day.itch" "$@" \
		>"$scratch/said" 2>"$scratch/error"
	code=$?
	[ "$code" -eq "$wanted" ] || fail "$*: exit code $code, not $wanted"
	[ "$(wc -l <"$scratch/error")" -eq 1 ] || fail "$*: not one line"
	grep -q "$words" "$scratch/error" ||
		fail "$*: $(cat "$scratch/error")"
}
refuses 1 'such as 09:30' --from 9:30
refuses 1 'such as 09:30' --to 24:00
refuses 1 'such as 09:30' --at 09:30:00.
refuses 1 'ends once' --at 10:00 --to 11:00
refuses 1 'later than the end' --from 10:00:00.000000001 --to 10:00
refuses 1 'of the book of --at' --depth 3
refuses 1 'is for captures' --group 233.54.12.111:26477
refuses 1 'stands there twice' --symbols AAA,BBB,AAA
refuses 2 'No such file' --symbols "$scratch/none"
refuses 1 'must be a number from 1 to' --orders 2000000000
refuses 1 'must be a number from 1 to' --levels 2000000000
