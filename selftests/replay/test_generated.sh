#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Generated sessions of several shapes: the book is the reference's.
set -u
. "$(dirname "$0")/compare.sh"

# generated OPTION...: writes that session and compares.
generated() {
	echo "== generate $*"
	"$bin/hairtrigger-sim" generate "$scratch/session.itch" \
		--no-progress "$@" || fail "generate $* exits with $?"
	same_as_reference "$scratch/session.itch"
}

generated --seed 1 --symbols 1 --messages 5000
generated --seed 2 --symbols 100 --messages 200000
generated --seed 3 --symbols 100 --messages 200000 --profile deep
generated --seed 4 --symbols 2000 --messages 100000 --mwcb
generated --seed 5 --symbols 20 --messages 60000 --live 20000 --profile deep

# a table of a few orders, each of which may be alone at its price
echo "== --orders 1000"
"$bin/hairtrigger-sim" generate "$scratch/few.itch" --no-progress --seed 6 \
	--symbols 300 --messages 3000 --live 900 || fail "generate exits with $?"
replays "$scratch/few.itch" --orders 1000
is "bad symbols" 0

echo "== a table that is full"
"$bin/hairtrigger" replay "$scratch/few.itch" --orders 16 \
	>"$scratch/said" 2>"$scratch/error"
code=$?
[ "$code" -eq 3 ] || fail "a full table: exit code $code, not 3"
[ "$(wc -l <"$scratch/error")" -eq 1 ] || fail "not one line"
grep -q -- '--orders is too small: ' "$scratch/error" || fail "not the reason"

# what --bbo measures is of another packing, and JSON has numbers
cost=$("$bin/hairtrigger" replay "$scratch/few.itch" -j \
	--bbo "$scratch/few.bbo") || fail "replay -j exits with $?"
echo "$cost" | grep -q '"ns_per_message":[0-9]*\.[0-9],"messages_per_packet":1\.0,' ||
	fail "no numbers: $cost"
