#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Captures that begin late, have holes, or hold other groups: what the book
# lacks is said, in a line each.
set -u
. "$(dirname "$0")/compare.sh"

# capture OUT FIRST [HOLE...]: the day in packets of ten messages, from packet
# FIRST on (0 is the first), without the packets named HOLE.
capture() {
	perl -e '
		my ($in, $out, $first, @holes) = @ARGV;
		my %hole = map { $_ => 1 } @holes;
		my ($blocks, $n, $size, @packet) = ("", 0);
		open my $f, "<:raw", $in or die;
		while (read($f, $size, 2) == 2 and unpack "n", $size) {
			read $f, my $message, unpack "n", $size;
			$blocks .= $size . $message;
			push(@packet, $blocks), $blocks = "" if ++$n % 10 == 0;
		}
		open my $o, ">:raw", $out or die;
		print $o pack "VvvVVVV", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1;
		for my $k ($first .. $#packet) {
			next if $hole{$k};
			my $m = "REPLAYTEST" .
				pack("Q>n", 10 * $k + 1, 10) . $packet[$k];
			my $u = pack("n4", 26477, 26477, 8 + length $m, 0) . $m;
			my $frame = pack("H*", "01005e360c6f0200000000010800") .
				pack("CCnnnCCnNN", 0x45, 0, 20 + length $u, 0,
				     0, 1, 17, 0, 0x0a000001, 0xe9360c6f) . $u;
			print $o pack("V4", 0, $k, length $frame,
				      length $frame), $frame;
		}' "$scratch/day.itch" "$@" || fail "no capture"
}

# doubts CODE LINES FILE [OPTION...]
doubts() {
	wanted=$1
	lines=$2
	shift 2
	"$bin/hairtrigger" replay "$@" >"$scratch/said" 2>"$scratch/error"
	code=$?
	cat "$scratch/error"
	[ "$code" -eq "$wanted" ] || fail "$*: exit code $code, not $wanted"
	[ "$(wc -l <"$scratch/error")" -eq "$lines" ] || fail "not $lines lines"
}

# because WORDS: stderr has them.
because() {
	grep -q -- "$1" "$scratch/error" || fail "nobody says: $1"
}

"$bin/hairtrigger-sim" generate "$scratch/day.itch" --no-progress --seed 2 \
	--symbols 10 --messages 20000 || fail "generate exits with $?"
capture "$scratch/whole.pcap" 0
capture "$scratch/late.pcap" 500
capture "$scratch/holes.pcap" 0 1500 1501 1800
symbol=$("$bin/hairtrigger-sim" info -j "$scratch/day.itch" |
	jq -r '.busiest[0].symbol')

echo "== a whole one"
doubts 0 0 "$scratch/whole.pcap" --group 233.54.12.111:26477
is "begins at" 1
doubts 3 1 "$scratch/whole.pcap" --group 233.54.12.1:26477
because '233.54.12.1:26477: .* its MoldUDP64 goes to 233.54.12.111:26477$'

echo "== a late one"
doubts 0 2 "$scratch/late.pcap"
because 'late.pcap begins at message 5,001: the book is of what follows$'
is "begins at" 5001
doubts 0 2 "$scratch/late.pcap" --symbols "$symbol"
because "$symbol (the capture begins behind the directory; "

echo "== one with holes"
doubts 0 2 "$scratch/holes.pcap" --at 23:00
because 'missing from .*: 30, in holes: 2; '
is "messages missing" 30
grep -q '^book  *LIVE$' "$scratch/said" && fail "LIVE behind a hole"
grep -q '^book  *GAP$' "$scratch/said" || fail "no book is behind a hole"
