#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# hand_market - a session of ITCH 5.0 made by hand, as a BinaryFILE on stdout
#
#   hand_market.pl FALL
#
# AAA is 10.00 x 1000 to 10.05 x 500, and falls to 9.90 to 9.95 after FALL
# seconds; an hour after that the market is closed.  BBB is 20.00 to 20.10 and may not be sold short
# at its bid (Regulation SHO).
use strict;
use warnings;

my $fall = shift;
my $open = (9 * 3600 + 30 * 60) * 1000000000;
my ($ref, $ns) = (1000000, $open);

binmode STDOUT;

# Type, locate, and all behind the timestamp.
sub say_message {
	my ($type, $locate, $rest) = @_;
	my $m = $type . pack('nn', $locate, 0) .
		substr(pack('Q>', $ns), 2) . $rest;

	$ns += 1000;
	print pack('n', length $m), $m;
}

sub stock { return sprintf '%-8s', shift; }

sub symbol {
	my ($locate, $name) = @_;

	say_message('R', $locate, stock($name) . 'QN' . pack('N', 100) .
		'NCZ PNN1N' . pack('N', 0) . 'N');
	say_message('H', $locate, stock($name) . 'T' . ' ' . '    ');
}

sub add {
	my ($locate, $name, $side, $shares, $price) = @_;

	say_message('A', $locate, pack('Q>', ++$ref) . $side .
		pack('N', $shares) . stock($name) . pack('N', $price));
	return $ref;
}

sub del { say_message('D', shift, pack('Q>', shift)); }

say_message('S', 0, 'O');
symbol(1, 'AAA');
symbol(2, 'BBB');
say_message('Y', 2, stock('BBB') . '1');
say_message('S', 0, 'S');
say_message('S', 0, 'Q');
my $bid = add(1, 'AAA', 'B', 1000, 100000);
my $ask = add(1, 'AAA', 'S', 500, 100500);
add(2, 'BBB', 'B', 1000, 200000);
add(2, 'BBB', 'S', 1000, 201000);
$ns = $open + $fall * 1000000000;
del(1, $bid);
del(1, $ask);
add(1, 'AAA', 'B', 1000, 99000);
add(1, 'AAA', 'S', 300, 99500);
$ns += 3600 * 1000000000;
say_message('S', 0, 'M');
