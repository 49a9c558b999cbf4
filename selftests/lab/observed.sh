# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# observed - orders and positions as four observers have them, to be equal:
#
#   the exchange	its own log (--verbose), counted here and nowhere else
#   the controller	`order dump`
#   the journal		`journal orders`, made anew from what was written
#   the kernel		the maps that its gate reads: exposures, accounts
#
# Sourced after check.sh.  The exchange was started with --verbose; $SYMBOLS are
# the symbols that are traded.
#
# shellcheck disable=SC2016,SC2034,SC2154

JOURNAL=/var/lib/hairtrigger/$LAB_INSTANCE.journal
declare -A locates=()		# of SYMBOLS

# session_make NAME ARGS: a generated market without its system events, so that
# it is open throughout; of its symbols, the busiest two that may be traded.
session_make() {
	session=$LAB_DIR/$1
	shift
	hairtrigger-sim generate "$LAB_DIR/whole" --symbols 20 --seed 7 \
		--no-progress "$@" >/dev/null || give_up "a session is generated"
	perl -e 'binmode STDIN; binmode STDOUT;
		while (read(STDIN, my $n, 2) == 2) {
			read(STDIN, my $m, unpack("n", $n));
			print $n, $m if $m !~ /^S/;
		}' <"$LAB_DIR/whole" >"$session"
	rm "$LAB_DIR/whole"
	mapfile -t SYMBOLS < <(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0, 2].symbol')
	symbol=${SYMBOLS[0]} by_hand=${SYMBOLS[1]}
}

# What the exchange took and said, as `order dump` has it: but for the cost of
# what is held, which it does not know.
exchange_orders() {
	perl -ne '
	sub px { my ($d, $f) = split /\./, shift; $d * 10000 + $f }
	if (/ enter (\d+) (.) (\d+) (\S+) @ (\S+) tif/) {
		$sent{$1} = { side => $2, qty => $3, symbol => $4,
			      px => px($5) };
	} elsif (/ accepted (\d+) reference (\d+)( dead)?/) {
		$o{$1} = { %{$sent{$1}}, ref => $2, open => $3 ? 0 :
			   $sent{$1}{qty}, filled => 0, notional => 0,
			   dead => $3 };
	} elsif (/ replaced (\d+) by (\d+) (\d+) @ (\S+) reference (\d+)/) {
		my $was = $o{$1};
		$o{$2} = { side => $was->{side}, symbol => $was->{symbol},
			   qty => $3, open => $3, px => px($4), ref => $5,
			   filled => 0, notional => 0 };
		($was->{open}, $was->{replaced}) = (0, 1);
	} elsif (/ executed (\d+) (\d+) @ (\S+) match/) {
		my ($w, $q, $px) = ($o{$1}, $2, px($3));
		$w->{open} -= $q;
		$w->{filled} += $q;
		$w->{notional} += $q * $px;
		$x{$w->{symbol}}++;
	} elsif (/ canceled (\d+) (\d+) reason/) {
		$o{$1}{open} -= $2;
	} elsif (/ rejected (\d+) /) {
		$o{$1} = { rejected => 1 };
	}
	END {
		for my $u (keys %o) {
			my $w = $o{$u};
			my $state = $w->{rejected} ? "rejected" :
			    $w->{replaced} ? "replaced" :
			    $w->{dead} ? "dead" : !$w->{open} ?
			    ($w->{filled} == $w->{qty} ? "filled" :
			     "canceled") :
			    $w->{filled} ? "partial" : "accepted";
			print "order urn=$u state=$state";
			print map { " $_=$w->{$_}" } qw(symbol side open
				filled notional px ref) if !$w->{rejected};
			print "\n";
		}
		print "executions symbol=$_ count=$x{$_}\n" for keys %x;
	}' "$LAB_DIR/exchange.err"
}

# Adds up what it reads.
exchange_positions() {
	perl -ne '
	my %w = /(\w+)=(\S*)/g;
	print if /^order /;
	$x{$w{symbol}} = $w{count} if /^executions /;
	next if !/^order / || $w{state} eq "rejected";
	my $p = $p{$w{symbol}} //= {};
	my $buy = $w{side} eq "B";
	$p->{shares} += $w{filled} * ($buy ? 1 : -1);
	my $t = $p->{$buy ? "bought" : "sold"} //= [0, 0];
	$t->[0] += $w{filled};
	$t->[1] += $w{notional};
	$t = $p->{$buy ? "open_buy" : "open_sell"} //= [0, 0];
	$t->[0] += $w{open};
	$t->[1] += $w{open} * $w{px};
	$p->{orders}++ if $w{open};
	END {
		for my $s (keys %p) {
			my $p = $p{$s};
			next if !$x{$s} && !$p->{orders};
			print "position symbol=$s shares=$p->{shares}";
			print map { " $_=" . join "/", @{$p->{$_} // [0, 0]} }
				qw(bought sold open_buy open_sell);
			print " executions=", $x{$s} // 0, " open_orders=",
			    $p->{orders} // 0, "\n";
		}
	}'
}

exchange_state() {
	exchange_orders | exchange_positions | sort
}

# The same of a dump, on stdin.
dump_state() {
	perl -ne '
	next if !/^(order|position) /;
	my $what = $1;
	my %w = /(\w+)=(\S*)/g;
	my @members = $what eq "order" ?
		qw(urn state symbol side open filled notional px ref) :
		qw(symbol shares bought sold open_buy open_sell executions
		   open_orders);
	print $what, (map { exists $w{$_} ? " $_=$w{$_}" : () } @members),
		"\n";' | sort
}

controller_state() {
	hairtrigger order dump
}

journal_state() {
	"$HAIRTRIGGER" journal orders "$JOURNAL" |
		grep -E '^(order|position)s? [a-z]+='
}

# value_of MAP KEY: as the kernel has it.
value_of() {
	bpftool -j map lookup pinned \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE/$1" \
		key $(($2 & 255)) $(($2 >> 8 & 255)) 0 0 |
		jq -c .formatted.value
}

# Rows of the exposures, by symbol: looked for once, a table of 65,536.
locates_find() {
	local name

	bpftool -j map dump pinned \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE/symbols" |
		jq -c '.[].formatted | select(.value.ticker != "") |
			[.key, .value.ticker]' \
		>"$LAB_DIR/locates"
	for name in "${SYMBOLS[@]}"; do
		locates[$name]=$(jq -r --arg s "$name" \
			'select(.[1] == $s)[0]' "$LAB_DIR/locates")
		[ -n "${locates[$name]}" ] || return
	done
}

# What both gates count with, in the words of a dump; but for recent fills, of
# which a replay's have no time.
kernel_state() {
	local name

	for name in "${SYMBOLS[@]}"; do
		value_of exposures "${locates[$name]}" | jq -r --arg s \
			"$name" '"\($s) \(.position) \(.open_buy) " +
			"\(.open_sell) \(.open_notional) \(.open_orders) " +
			"\(.own_bid_e4) \(.own_ask_e4)"'
	done | sort
	value_of accounts 0 | jq -r '"all \(.open_orders) " +
		"\(.open_notional) \(.gross) \(.net_high) \(.net_low) " +
		"\(.realised)"'
}

# The same of a dump on stdin; of a symbol without a position all is 0.
dump_exposures() {
	perl -e '
	my %p = map { $_ => "0 0 0 0 0 0 0" } @ARGV;
	my $all;
	while (<STDIN>) {
		my %w = /(\w+)=(\S*)/g;
		if (/^position /) {
			my ($b, $bn) = split m{/}, $w{open_buy};
			my ($s, $sn) = split m{/}, $w{open_sell};
			$p{$w{symbol}} = join " ", $w{shares}, $b, $s,
				$bn + $sn, @w{qw(open_orders top_buy low_sell)};
		} elsif (/^positions /) {
			$all = join " ", "all", $w{open_orders},
				$w{open_buy} + $w{open_sell}, $w{worst_gross},
				$w{net} + $w{open_buy},
				$w{net} - $w{open_sell}, $w{realised};
		}
	}
	print map { "$_ $p{$_}\n" } sort keys %p;
	print "$all\n";' "${SYMBOLS[@]}"
}

# All four agree on one moment; they are asked again until they do.
observers_agree() {
	local at=$LAB_DIR/observed

	exchange_state >"$at.exchange" && controller_state >"$at.dump" &&
	dump_state <"$at.dump" >"$at.controller" &&
	cmp -s "$at.exchange" "$at.controller" &&
	journal_state >"$at.journal" && cmp -s "$at.dump" "$at.journal" &&
	kernel_state >"$at.kernel" && dump_exposures <"$at.dump" >"$at.limits" &&
	cmp -s "$at.kernel" "$at.limits"
}

# Which of them does not, for a failed check.
observers_tell() {
	local at=$LAB_DIR/observed

	{ diff "$at.exchange" "$at.controller" | head -n 12
	  diff "$at.dump" "$at.journal" | head -n 12
	  diff "$at.kernel" "$at.limits" | head -n 12; } 2>&1 |
		sed 's/^/# /'
}

# observed WORDS: no order is under way any more, and all agree.
observed() {
	local failed_before=$failed

	check "$1" lab_wait 20 observers_agree
	[ "$failed" -eq "$failed_before" ] || observers_tell
}

# -- what the exchange saw ----------------------------------------------------

# Orders that came in: UserRefNums, in their order.
entered() {
	sed -n 's/.* enter \([0-9]*\) . .*/\1/p' "$LAB_DIR/exchange.err"
}

no_number_twice() {
	[ -z "$( { entered; sed -n 's/.* replaced [0-9]* by \([0-9]*\) .*/\1/p' \
		"$LAB_DIR/exchange.err"; } | sort | uniq -d)" ]
}

# None between a login and the answer to the query that opens the session, but
# of somebody else.
none_before_open() {
	awk '/: logged in, next/ { open = 0 }
		/ next UserRefNum / { open = 1 }
		/ enter [0-9]+ . / && !/ somebody else$/ && !open { print; bad = 1 }
		END { exit bad }' "$LAB_DIR/exchange.err"
}

session_is_open() {
	status_is '.controller.status.session_state == "OPEN"'
}

# -- the journal ---------------------------------------------------------------

journal_is_whole() {
	"$HAIRTRIGGER" journal check "$JOURNAL" >"$LAB_DIR/journal.check" 2>&1
}

# UserRefNums of new orders that the journal says were sent, or answered.
journaled() {
	"$HAIRTRIGGER" -j journal show "$JOURNAL" --type "$1" |
		jq -r 'select(.type == "reply" or .message == "O" or
			.message == "U").urn' | sort
}

# What was in no buffer that the kernel had is told by the exchange's replay.
journal_has_all() {
	entered | sort >"$LAB_DIR/entered"
	journaled sent >"$LAB_DIR/sent"
	journaled reply | sort -u >"$LAB_DIR/replies"
	unwritten=$(comm -23 "$LAB_DIR/entered" "$LAB_DIR/sent" | wc -l)
	[ -s "$LAB_DIR/sent" ] && [ -z "$(comm -23 "$LAB_DIR/entered" \
		<(sort -mu "$LAB_DIR/sent" "$LAB_DIR/replies"))" ]
}

journal_has_no_gap() {
	"$HAIRTRIGGER" -j journal show "$JOURNAL" |
		jq -es '[.[].index] == [range(1; length + 1)]' >/dev/null
}
