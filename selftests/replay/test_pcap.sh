#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Captured packets of an exchange: each decodes, and nothing is counted as
# wrong.  (Their orders are of a book that nobody captured, so references may
# be unknown.)
set -u
. "$(dirname "$0")/compare.sh"

count=0
for file in "$data"/pcap/Nasdaq.Equities*/*.pcap; do
	[ -r "$file" ] || skip "real data not here (set HAIRTRIGGER_DATA)"
	echo "== ${file##*/}"
	replays "$file"
	[ "$(figure messages)" -gt 0 ] || fail "$file: no message"
	is "unknown types" 0
	is "short messages" 0
	is "corrupt packets" 0
	count=$((count + 1))
done
[ "$count" -ge 23 ] || fail "only $count captures"
