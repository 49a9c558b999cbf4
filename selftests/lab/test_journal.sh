#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The journal of a controller, read by people and programs: show, stats,
# export, check, orders; while it grows, with a torn tail, and damaged.
#
# shellcheck disable=SC2016,SC2317
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=${HAIRTRIGGER_BIN:-$here/../../build}
folder=$(mktemp -d) || exit 2
file=$folder/day.journal
follower=

clean_up() {
	[ -z "$follower" ] || kill "$follower" 2>/dev/null
	rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 2' INT TERM

checks=0 failed=0

check() {
	local words=$1

	shift
	checks=$((checks + 1))
	if "$@" >"$folder/check.out" 2>&1; then
		echo "ok $checks - $words"
	else
		echo "not ok $checks - $words ($*)"
		sed 's/^/# /' "$folder/check.out"
		failed=$((failed + 1))
	fi
}

journal() {
	"$bin/hairtrigger" journal "$@"
}

# holds FILTER: jq's, for all lines of JSON on stdin together.
holds() {
	jq -es "$1"
}

# exits CODE COMMAND...
exits() {
	local code=$1 got=0

	shift
	"$@" || got=$?
	[ "$got" -eq "$code" ]
}

# lines COUNT COMMAND...: it prints as many.
lines() {
	local count=$1

	shift
	[ "$("$@" | wc -l)" -eq "$count" ]
}

# waits COMMAND...: until it holds, ten seconds at most.
waits() {
	local end=$((SECONDS + 10))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return
		read -rt 0.05 <> <(:) || :
	done
}

has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

writer() {
	"$bin/selftests/lab/journal" "$file" "$1" >/dev/null
}

# -- show ----------------------------------------------------------------------

shows() {
	check "three orders are written" writer 3
	check "a line for each record" lines 33 journal show "$file"
	check "of an order: sent, and two answers" lines 3 \
		journal show "$file" --urn 2
	check "of a symbol" lines 15 journal show "$file" --symbol AAPL
	check "of another one: it was killed" lines 3 \
		journal show "$file" --symbol MSFT
	check "of a type" lines 6 journal show "$file" --type reply
	check "the last of those" lines 2 \
		journal show "$file" --type reply --last 2
	check "more than there are" lines 6 \
		journal show "$file" --type reply --last 100
	check "nothing from tomorrow on" lines 0 journal show "$file" --from \
		"$(date -d tomorrow +%Y-%m-%dT%H:%M)"
	check "all from an hour ago on" lines 33 journal show "$file" --from \
		"$(date -d '1 hour ago' +%Y-%m-%dT%H:%M)"
	journal show "$file" >"$folder/shown"
	check "an order in words" grep -q \
		' sent seq 1000 enter urn 1 buy 100 AAPL @ 182.3500 .*; dip, delegated' \
		"$folder/shown"
	check "a refusal in words" grep -q \
		'refusal seq 1000 dip AAPL buy 100 @ 182.3500: event is too old (controller)' \
		"$folder/shown"
	check "its bytes" grep -q '\[4f0000000142' \
		<(journal show "$file" --bytes)
	journal -j show "$file" >"$folder/json"
	check "as JSON" holds 'length == 33 and all(.schema == 1) and
		([.[].index] == [range(1; 34)])' <"$folder/json"
}

refuses() {
	check "a type that is none" exits 1 journal show "$file" --type replay
	check "a time that is none" exits 1 journal show "$file" --from noon
	check "an option of another verb" exits 1 journal stats "$file" --last 2
	check "two files" exits 1 journal check "$file" "$file"
	check "no file" exits 2 journal show "$folder/nothing"
	check "the journal is no output" exits 1 \
		journal export "$file" --output "$file"
	echo "this is a text, longer than the header of a journal, and no journal" \
		>"$folder/text"
	check "a file that is no journal" exits 3 journal check "$folder/text"
}

# -- stats, export -------------------------------------------------------------

counts() {
	journal -j stats "$file" >"$folder/stats"
	check "as many as there are" holds '.[0].records == 33 and
		.[0].lost == 0 and .[0].instance == "lab"' <"$folder/stats"
	check "by type" holds '.[0].types | map({(.type): .count}) | add |
		.reply == 6 and .sent == 3 and .stop == 3' <"$folder/stats"
	check "by way" holds '.[0].sent == [{"way":"delegated","count":3}]' \
		<"$folder/stats"
	check "by reason" holds '.[0].refusals |
		. == [{"reason":"event is too old","count":3}]' \
		<"$folder/stats"
	check "how long it took" holds '.[0].times |
		map({(.time): .max_ns}) | add |
		."XDP entry to kernel" == 10000 and
		."kernel to first answer" == 50000' <"$folder/stats"
	check "in words" grep -q 'XDP entry to kernel  *3 ' \
		<(journal stats "$file")
}

# Its rows, columns apart by tabs: neither is in any cell.
csv_rows() {
	perl -ne 'chomp; my @cells;
		while (/\G(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gc) {
			my $end = $3 eq "";
			push @cells, ($1 // $2) =~ s/""/"/gr;
			last if $end;
		}
		print join("\t", @cells), "\n"' "$folder/csv"
}

csv_is_square() {
	[ "$(csv_rows | awk -F '\t' '{ print NF }' | sort -u)" -eq 25 ]
}

# column NAME: of all rows, the header not
column() {
	csv_rows | awk -F '\t' -v name="$1" '
		NR == 1 { for (i = 1; $i != name; i++) ; next } { print $i }'
}

same_in_csv() {
	diff <(column "$1") <(jq -r ".$1 // \"\"" "$folder/json")
}

exports() {
	check "JSON into a file" journal export "$file" --output "$folder/json"
	check "an object a line" holds 'length == 33 and all(.schema == 1) and
		all(.words | length > 0)' <"$folder/json"
	check "an order's stamps" holds 'map(select(.type == "sent")) |
		length == 3 and all(.entry_ns < .seen_ns and
		.seen_ns < .decided_ns and .decided_ns < .submitted_ns) and
		all(.bytes | startswith("4f")) and all(.limits >= 0)' \
		<"$folder/json"
	check "CSV into a file" journal export "$file" --format csv \
		--output "$folder/csv"
	check "as many columns in each row" csv_is_square
	for member in index time type urn price qty side way message reason; do
		check "the same $member in both" same_in_csv "$member"
	done
	check "a part of it" lines 4 journal export "$file" --format csv \
		--type sent
}

rebuilds() {
	journal -j orders "$file" >"$folder/orders"
	check "the orders, made anew" holds '.[0] | .session == "S000000001" and
		.orders == 3 and .requests == 3 and .replies == 6 and
		.unanswered == 0 and .refused == 0 and .differing == 0' \
		<"$folder/orders"
	journal orders "$file" >"$folder/orders"
	check "each of them" grep -q '^order urn=3 state=filled .*filled=100' \
		"$folder/orders"
	check "what we hold" grep -q '^position symbol=AAPL shares=300 ' \
		"$folder/orders"
}

# -- a file that changes -------------------------------------------------------

grows() {
	: >"$folder/followed"
	journal show "$file" --last 1 --follow >"$folder/followed" 2>&1 &
	follower=$!
	check "the last line is there" waits has_lines "$folder/followed" 1
	check "two orders more are written" writer 2
	check "they are followed" waits has_lines "$folder/followed" 23
	check "all of them" grep -q ' 55 stop ' "$folder/followed"
	kill "$follower"
	wait "$follower" 2>/dev/null
	follower=
}

tears() {
	head -c -5 "$file" >"$folder/torn.journal"
	check "a torn tail is no damage" journal check "$folder/torn.journal"
	check "but it is said" grep -q 'ends in [0-9]* bytes that are no whole' \
		<(journal show "$folder/torn.journal" 2>&1)
	check "what is whole is shown" lines 54 \
		journal show "$folder/torn.journal"
	cp "$file" "$folder/whole.journal"
	cp "$folder/torn.journal" "$file"
	check "a writer cuts it" writer 1
	check "and goes on" journal check "$file"
	check "without a gap" lines 65 journal show "$file"
	cp "$folder/whole.journal" "$folder/bad.journal"
	printf 'X' | dd of="$folder/bad.journal" bs=1 seek=1000 conv=notrunc \
		status=none
	check "damage is told" exits 3 journal check "$folder/bad.journal"
	check "by every verb" exits 3 journal show "$folder/bad.journal"
	check "with where" grep -q 'is damaged: record [0-9]*, at byte' \
		<(journal stats "$folder/bad.journal" 2>&1)
}

if [ ! -x "$bin/selftests/lab/journal" ]; then
	echo "not ok - selftests/lab/journal is built (make test_programs)"
	exit 1
fi
shows
refuses
counts
exports
rebuilds
grows
tears
echo "1..$checks"
[ $failed -eq 0 ] || echo "$failed of $checks checks failed"
exit $((failed > 0))
