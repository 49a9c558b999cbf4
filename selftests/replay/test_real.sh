#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Real sessions: the book is the reference's, and the figures are known.
set -u
. "$(dirname "$0")/compare.sh"

aapl=$data/nasdaq-20200130-AAPL-10k.itch50
preopen=$data/nasdaq-20190130-preopen-35k.itch50
for file in "$aapl" "$preopen"; do
	[ -r "$file" ] || skip "real data not here (set HAIRTRIGGER_DATA)"
done

same_as_reference "$aapl"
is messages 10000
is "orders live" 215
is levels 142
rows=$(($(wc -l <"$scratch/kernel.bbo") - 1))
[ "$rows" -eq 2792 ] || fail "$rows changes of the best bid or offer, not 2792"

# the crc is anybody's crc32 of the book's bytes
gzip=$(gzip -c "$scratch/kernel.book" | tail -c 8 | head -c 4 |
	od -An -tx4 | tr -d ' ')
is crc "$gzip"

# compressed it is the same session
cp "$scratch/kernel.bbo" "$scratch/plain.bbo"
gzip -c "$aapl" >"$scratch/aapl.itch.gz" || fail "cannot compress"
same_as_reference "$scratch/aapl.itch.gz"
cmp "$scratch/kernel.bbo" "$scratch/plain.bbo" || fail "compressed differs"

same_as_reference "$preopen"
is messages 35581
is "orders live" 0
