#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is said about the book of a loaded engine, while the feed plays and
# after it: show, dump, crc; and a watch list that keeps a few symbols only.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 40000 \
		--seed 3 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
	other=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[1].symbol')
}

# crc_of FILE: eight hex digits, from what gzip writes behind its data.
crc_of() {
	gzip -c "$1" | tail -c8 | head -c4 | od -An -tu1 |
		awk '{ printf "%02x%02x%02x%02x\n", $4, $3, $2, $1 }'
}

crc_is() {
	local wanted=$1

	shift
	[ "$(hairtrigger -j book crc "$@" | jq -r .crc)" = "$wanted" ]
}

# A checksum of a moving book names its message: the file up to there has it.
crc_is_the_sequence() {
	local answer

	answer=$(hairtrigger -j book crc) || return
	echo "$answer" >>"$LAB_DIR/crcs"
}

# Each of the checksums that were taken, against a replay up to its message.
crcs_agree() {
	local sequence crc

	while read -r sequence crc; do
		head_of "$sequence"
		[ "$(engine "$HAIRTRIGGER" -j replay "$LAB_DIR/head.itch50" \
			--crc | jq -r .crc)" = "$crc" ] || return
	done < <(jq -r '"\(.sequence) \(.crc)"' "$LAB_DIR/crcs" | sort -u |
		shuf -n 5 --random-source="$session")
}

# The first so many messages of the session.
head_of() {
	perl -e 'open my $f, "<:raw", $ARGV[0] or die; binmode STDOUT;
		for (1 .. $ARGV[1]) { read $f, my $n, 2 or die;
			read $f, my $m, unpack "n", $n; print $n, $m }' \
		"$session" "$1" >"$LAB_DIR/head.itch50"
}

shows_a_book() {
	says '(.bids | length) <= 3 and
		([.bids[].price | tonumber] | . == (sort | reverse)) and
		([.asks[].price | tonumber] | . == sort) and
		((.bids + .asks) | all(.size > 0 and .orders > 0)) and
		.totals.bid_levels >= (.bids | length) and
		.totals.bid_orders >= ([.bids[].orders] | add // 0)' \
		hairtrigger -j book show "$symbol" --depth 3
}

dumps_are_sorted() {
	hairtrigger book dump >"$LAB_DIR/live.csv" &&
	tail -n +2 "$LAB_DIR/live.csv" | cut -d, -f1 |
		LC_ALL=C sort -c 2>/dev/null &&
	hairtrigger -j book dump | jq -es 'map(.symbol) | . == sort' >/dev/null
}

while_it_plays() {
	local i

	exchange_start --rate 4000 "$session"
	lab_wait 20 symbol_known "$symbol" || give_up "$symbol is named"
	for i in 1 2 3 4 5 6 7 8; do
		check "a book is shown, $i" shows_a_book
		check "the whole book is dumped, $i" dumps_are_sorted
		check "a checksum of one moment, $i" crc_is_the_sequence
		check "a checksum of one symbol, $i" \
			hairtrigger book crc "$symbol"
	done
	lab_finish exchange
	check "the exchange ended well" [ $? -eq 0 ]
}

json_as_csv() {
	hairtrigger -j book dump | jq -r '.symbol as $s |
		(.bids[] | "\($s),B,\(.price),\(.size),\(.orders)"),
		(.asks[] | "\($s),S,\(.price),\(.size),\(.orders)")' |
		cmp - <(tail -n +2 "$LAB_DIR/exchange.csv")
}

named_loaded() {
	fails 4 engine "$HAIRTRIGGER" -I nosuch book show &&
		grep -q "loaded: .*$LAB_INSTANCE.*; choose one with -I" \
			"$LAB_DIR/fails.err"
}

after_it() {
	check "the checksums are of the messages they name" crcs_agree
	check "the checksum is that of the exchange's book" \
		crc_is "$(crc_of "$LAB_DIR/exchange.csv")"
	grep -e ^symbol, -e "^$symbol," "$LAB_DIR/exchange.csv" \
		>"$LAB_DIR/one.csv"
	check "and of one symbol, of its rows" \
		crc_is "$(crc_of "$LAB_DIR/one.csv")" "$symbol"
	check "the dump in JSON holds the same" json_as_csv
	check "no checksum of nobody" fails 2 hairtrigger book crc NOSUCH
	check "one symbol at a time" fails 1 hairtrigger book crc A B
	check "a symbol is no file" fails 1 hairtrigger book dump "$symbol"
	check "depth is of a symbol" fails 1 hairtrigger book show --depth 3
	check "all is of no symbol" fails 1 hairtrigger book show "$symbol" --all
	check "another instance: what is loaded is named" named_loaded
}

# A third symbol of the session: it has orders, and they are not kept.
refused_unwatched() {
	local name

	name=$(cut -d, -f1 "$LAB_DIR/exchange.csv" | sed 1d |
		grep -v -e "^$symbol\$" -e "^$other\$" | head -n 1)
	fails 2 hairtrigger book show "$name" &&
		grep -q 'not on the watch list' "$LAB_DIR/fails.err" &&
		fails 2 hairtrigger book crc "$name" &&
		fails 2 hairtrigger book show NOSUCH &&
		grep -q 'NOSUCH is not on the watch list' "$LAB_DIR/fails.err"
}

# The same session again, of which two symbols are watched, and one that never
# comes.
watched() {
	check "unload" hairtrigger unload
	check "a watch list with a mistake" fails 1 hairtrigger load feed0 \
		--symbols "$symbol,$symbol"
	check "a watch list that is not there" fails 2 hairtrigger load feed0 \
		--symbols "$LAB_DIR/no-list"
	check "load with a watch list" says '.watched_symbols == 3' \
		hairtrigger -j load feed0 --symbols "$symbol,$other,ZZZZ"
	exchange_start --rate 20000 "$session"
	lab_finish exchange
	hairtrigger book dump "$LAB_DIR/kernel.csv" >/dev/null
	grep -e ^symbol, -e "^$symbol," -e "^$other," "$LAB_DIR/exchange.csv" \
		>"$LAB_DIR/watched.csv"
	check "their books are the exchange's" \
		cmp "$LAB_DIR/kernel.csv" "$LAB_DIR/watched.csv"
	check "nobody else has one" [ "$(cut -d, -f1 "$LAB_DIR/kernel.csv" |
		sort -u | wc -l)" -eq 3 ]
	check "the status says who is missing" status_is '
		.book.watched_symbols == 3 and .book.directory_named == 2 and
		.book.not_named_yet == "ZZZZ" and .book.bad_symbols == 0'
	check "of nobody else is a book shown" refused_unwatched
	check "the feed, too" says '.watched_symbols == 3' \
		hairtrigger -j feed show
	check "all messages were seen" status_is \
		'.counters.messages == 40000 and .counters.unknown_ref == 0'
}

check_begin
session_make
check "load" hairtrigger load feed0
check "the checksum of an empty book" crc_is "$(crc_of \
	<(echo symbol,side,price,qty,orders))"
while_it_plays
after_it
watched
