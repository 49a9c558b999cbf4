#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files that cannot be replayed: one line on stderr, and exit code 2; 1 when
# what was asked for cannot be had from that file.
set -u
. "$(dirname "$0")/compare.sh"

wanted=2

# refuses WORDS FILE [OPTION...]
refuses() {
	words=$1
	shift
	echo "== $words"
	"$bin/hairtrigger" replay "$@" >"$scratch/said" 2>"$scratch/error"
	code=$?
	cat "$scratch/error"
	[ "$code" -eq "$wanted" ] ||
		fail "$words: exit code $code, not $wanted"
	[ "$(wc -l <"$scratch/error")" -eq 1 ] ||
		fail "$words: not one line on stderr"
}

"$bin/hairtrigger-sim" generate "$scratch/good.itch" --no-progress \
	--symbols 10 --messages 2000 || fail "generate exits with $?"

refuses "missing file" "$scratch/nothing-here"
refuses "a directory" "$scratch"
refuses "output cannot be written" "$scratch/good.itch" \
	--bbo "$scratch/no/such/folder"

head -c -1 "$scratch/good.itch" >"$scratch/cut.itch"
refuses "file cut inside its last message" "$scratch/cut.itch"
grep -q 'Protocol error' "$scratch/error" && fail "words of an errno"
whole=$(sed -n 's/.*inside message \([0-9]*\) .*/\1/p' "$scratch/error")
is messages $((whole - 1))	# all that came before the cut
head -c 1001 "$scratch/good.itch" >"$scratch/cut.itch"
refuses "file cut inside a message" "$scratch/cut.itch"

gzip -c "$scratch/good.itch" | head -c -9 >"$scratch/cut.itch.gz"
refuses "compressed file cut" "$scratch/cut.itch.gz"

printf '\000\014S' >"$scratch/cut.itch"
refuses "file that ends inside its first message" "$scratch/cut.itch"

# 65,486 bytes: one more than a datagram has room for, and then the most
{ printf '\377\316S'; head -c 65485 /dev/zero; } >"$scratch/long.itch"
refuses "message too long" "$scratch/long.itch"
grep -q ': message 1 of 65486 bytes fits no datagram$' "$scratch/error" ||
	fail "not the reason"
{ printf '\377\315S'; head -c 65484 /dev/zero; } >"$scratch/long.itch"
replays "$scratch/long.itch"
is messages 1

# the head of a capture without a packet (little endian, Ethernet)
printf '\324\303\262\241\002\0\004\0\0\0\0\0\0\0\0\0\377\377\0\0\001\0\0\0' \
	>"$scratch/empty.pcap"
replays "$scratch/empty.pcap"
is frames 0
wanted=1
refuses "best bids and offers of a capture" "$scratch/empty.pcap" \
	--bbo "$scratch/bbo.csv"
[ ! -e "$scratch/bbo.csv" ] || fail "--bbo wrote a file all the same"

cp "$scratch/good.itch" "$scratch/kept.itch"
ln "$scratch/good.itch" "$scratch/link.itch"
refuses "rows over the file itself" "$scratch/good.itch" \
	--bbo "$scratch/link.itch"
refuses "the book over the file itself" "$scratch/good.itch" \
	--book "$scratch/../${scratch##*/}/good.itch"
cmp "$scratch/good.itch" "$scratch/kept.itch" || fail "written over"
refuses "two outputs in one file" "$scratch/good.itch" \
	--bbo "$scratch/one.csv" --book "$scratch/../${scratch##*/}/one.csv"
[ ! -e "$scratch/one.csv" ] || fail "a refused output was left behind"
refuses "rows to stdout" "$scratch/good.itch" --bbo -
refuses "the book to stdout" "$scratch/good.itch" --book -
wanted=2
refuses "the book to nowhere" "$scratch/good.itch" \
	--book "$scratch/no/such/folder"
[ ! -s "$scratch/said" ] || fail "it was replayed all the same"
head -c 1001 "$scratch/good.itch" >"$scratch/cut.itch"
refuses "a book that is not written" "$scratch/cut.itch" --crc \
	--book "$scratch/none.csv"
grep -q '; left out: --book --crc$' "$scratch/error" || fail "nobody says so"
[ ! -e "$scratch/none.csv" ] || fail "an empty book was left behind"
