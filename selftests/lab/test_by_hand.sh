#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Orders by hand against the simulated exchange: every command and its words,
# the gates, what the exchange may answer, positions and profit, a dry run.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

market=${HAIRTRIGGER_BIN:-$here/../../build}/selftests/lab/hand_market

session_is_open() {
	status_is '.controller.status.session_state == "OPEN" and
		.feed.state == "LIVE"'
}

# market_begin NAME FALL [RUN OPTIONS] -- [EXCHANGE OPTIONS]: see
# hand_market.c.
market_begin() {
	local fall=$2 journal=$LAB_DIR/$1.journal options=()

	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	"$market" "$fall" >"$LAB_DIR/session.itch50" ||
		give_up "a market is made"
	hairtrigger load feed0 >/dev/null || give_up "load"
	controller_start --login me:secret --journal "$journal" \
		"${options[@]}"
	exchange_start --speed 1 --max-gap 4000s --order-login me:secret "$@" \
		"$LAB_DIR/session.itch50"
	lab_wait 20 symbol_known BBB || give_up "the market is there"
	lab_wait 20 session_is_open || give_up "the session is open"
	hairtrigger risk set AAA enabled yes >/dev/null || give_up "limits"
	hairtrigger risk set BBB enabled yes >/dev/null || give_up "limits"
}

# Whatever the exchange did, its side and ours end well.
market_end() {
	lab_stop controller
	check "the controller ends well ($1)" [ $? -eq 0 ]
	lab_stop exchange || give_up "the exchange ends well"
	hairtrigger unload >/dev/null || give_up "unload"
}

order() {
	hairtrigger order "$@"
}

# order_is URN FILTER
order_is() {
	says "$2" hairtrigger -j order show "$1"
}

position_is() {
	says ".positions[0] | $2" hairtrigger -j position show "$1"
}

# every FILTER COMMAND...: it holds for each line of JSON, and there is one.
every() {
	local filter=$1

	shift
	"$@" | jq -es "length > 0 and all(.[]; $filter)" >/dev/null
}

# It ends with that code, and says so.
says_no() {
	local code=$1 words=$2

	shift 2
	fails "$code" "$@" && grep -qF "$words" "$LAB_DIR/fails.err"
}

# -- words -------------------------------------------------------------------

words() {
	check "a near miss of a side is named" says_no 1 \
		'SIDE: `by` is unknown, did you mean `buy`?' \
		order send AAA by 100 @ 10
	check "and of a word" says_no 1 'did you mean `hidden`?' \
		order send AAA buy 100 @ 10 hiden
	check "other words are refused" says_no 1 'WORDS: expected ioc, day' \
		order send AAA buy 100 @ 10 tomorrow
	check "what is missing is named" says_no 1 'SIDE is missing' \
		order send AAA
	check "the price" says_no 1 'expected @ PRICE behind QTY, not `10`' \
		order send AAA buy 100 10
	check "a wrong price" says_no 1 'PRICE must be dollars' \
		order send AAA buy 100 @ 0
	check "a wrong quantity" says_no 1 'QTY' order send AAA buy 1000000 @ 1
	check "a value that is missing" says_no 1 '`min-qty` needs a number' \
		order send AAA buy 100 @ 10 min-qty
	check "a time that is too long" says_no 1 'gtt' \
		order send AAA buy 100 @ 10 gtt 86400
	check "nothing is said twice" says_no 1 'was said before' \
		order send AAA buy 100 @ 10 day gtt 60
	check "a broker's name" says_no 1 'locate must be up to 4 letters' \
		order send AAA short 100 @ 10 locate LOCATE
	check "selling only" says_no 1 'expected sell, short or short-exempt' \
		order modify 1 buy 100
	check "a number of an order" says_no 1 'URN' order cancel first
	check "a symbol that is none" says_no 2 'no such symbol' \
		order send CCC buy 100 @ 10
	check "an order that is none" says_no 2 'no order of this day' \
		order show 77
	check "nothing was sent by all that" status_is \
		'.controller.status.sent == 0'
}

# -- the gates ---------------------------------------------------------------

gates() {
	check "no position, no sell" says_no 5 'position does not cover' \
		order send AAA sell 100 @ 10.05
	check "no short sale" says_no 5 refused order send BBB short 10 @ 20.10
	hairtrigger risk set BBB shorts located >/dev/null
	check "one whose shares are located" order send BBB short 10 @ 20.05 \
		day locate MLCO
	check "says so to the exchange" says '.bytes | ascii_downcase |
		contains("021959") and contains("051a4d4c434f")' \
		hairtrigger journal export "$LAB_DIR/plain.journal" \
		--type sent --urn 1
	check "but not at the bid of a restricted symbol" says_no 5 refused \
		order send BBB short 10 @ 20.00
	check "unless it is exempt" order send BBB short-exempt 10 @ 20.00
	check "an order against one's own" says_no 5 refused \
		order send BBB buy 10 @ 20.05
	check "a large one" says_no 5 refused order send AAA buy 1001 @ 10.05
	check "one far off" says_no 5 refused order send AAA buy 100 @ 11
	check "between two ticks" says_no 5 refused \
		order send AAA buy 100 @ 10.0512
	check "each refusal is written down" every \
		'.gate == "order by hand" and .decided_ns >= .entry_ns' \
		hairtrigger journal export "$LAB_DIR/plain.journal" \
		--type refusal
	check "all of it canceled" says '.answer | test("mass cancel")' \
		hairtrigger -j order cancel all
	check "it is" lab_wait 10 order_is 1 '.state == "canceled"'
}

# -- the life of orders ------------------------------------------------------

lives() {
	local urn

	check "a buy at the ask trades" says '.state == "filled" and
		.average == "10.0500"' hairtrigger -j \
		order send AAA buy 100 @ 10.05
	check "the position is right after it" position_is AAA \
		'.shares == 100 and .average == "10.0500" and
		 .mark == "10.0250" and .unrealised == "-2.5000"'
	check "some of it is sold again" says '.state == "filled"' \
		hairtrigger -j order send AAA sell 40 @ 10.00
	check "the loss is realised" position_is AAA '.shares == 60 and
		.realised == "-2.0000" and .unrealised == "-1.5000"'
	urn=$(hairtrigger -j order send AAA buy 100 @ 10.01 day clordid MINE |
		jq .urn)
	check "an order rests" order_is "$urn" '.state == "accepted" and
		.open == 100 and .time_in_force == "0" and
		(.clordid | startswith("MINE")) and .in_feed == "no" and
		.order_ref > 0 and .sent_to_answer_ns > 0'
	check "its worst case is reserved" position_is AAA \
		'.open_buy == 100 and .worst == "1604.0000"'
	check "a replacement keeps its terms" says '.state == "accepted" and
		.open == 200' hairtrigger -j order replace "$urn" 200 @ 10.02
	check "the chain is shown" order_is $((urn + 1)) \
		".chain == [$urn, $urn + 1] and .time_in_force == \"0\""
	check "only the replacement's worst case is left" position_is AAA \
		'.open_buy == 200 and .open_orders == 1'
	check "a part is canceled" says '.open == 150' \
		hairtrigger -j order cancel $((urn + 1)) 150
	check "what changes nothing is no request" says_no 2 \
		'changes nothing' order cancel $((urn + 1)) 150
	check "the rest" says '.state == "canceled" and .open == 0' \
		hairtrigger -j order cancel $((urn + 1))
	check "nothing more can be done to it" says_no 2 'the order is over' \
		order replace $((urn + 1)) 300 @ 10.02
	check "nothing is reserved any more" position_is AAA '.open_buy == 0'
	sells $((urn + 2))
}

# From then on the number is that.
sells() {
	check "a sell rests" order send AAA sell 50 @ 10.20 gtt 3600 hidden \
		min-qty 10 agency
	check "as it was wanted" order_is "$1" '.time_in_force == "6" and
		.display == "N"'
	check "it is no short sale where that is forbidden" says_no 5 \
		refused order modify "$1" short 50
	hairtrigger risk set AAA shorts located >/dev/null
	check "it may become one" says '.side == "sell short" and .open == 40' \
		hairtrigger -j order modify "$1" short 40
	check "without waiting" says '.sent == "yes"' hairtrigger -j \
		order cancel "$1" no-wait
	check "it goes" lab_wait 10 order_is "$1" '.state == "canceled"'
}

entry() {
	check "order entry is disabled" says '.answer | test("disabled")' \
		hairtrigger -j session disable
	check "an order is rejected then, in words" says \
		'.state == "rejected" and .reason == "firm not authorized"' \
		hairtrigger -j order send AAA buy 10 @ 10.02
	check "which the exit code tells" fails 3 \
		order send AAA buy 10 @ 10.03
	check "the status tells why" status_is \
		'.controller.status.order_entry | test("disabled")'
	check "and enabled" says '.answer | test("enabled")' \
		hairtrigger -j session enable
	check "the exchange's next number" says ".next_urn == $(status_get \
		'.controller.status | .sent + 4')" hairtrigger -j session query
	check "nothing is unanswered" status_is '.controller.status |
		.unanswered == 0 and .malformed_answers == 0 and
		.other_answers == 0 and (.faults | length) == 0'
}

# What it prints from now on, and no line of before.
watches() {
	lab_start watch "$LAB_ENGINE" "$HAIRTRIGGER" -I "$LAB_INSTANCE" -j \
		order watch
	lab_wait 10 watch_sees || give_up "an order is seen by a watch"
	check "a watch shows what changes" check_not grep -q '"urn":1,' \
		"$LAB_DIR/watch.out"
	kill -INT "${lab_pids[watch]}"
	lab_wait 10 lab_ended watch
	lab_finish watch
	check "an interrupt ends it well" [ $? -eq 0 ]
	hairtrigger order watch 2>"$LAB_DIR/reader.err" |
		head -n 1 >"$LAB_DIR/reader.out" &
	reader=$!
	check "so does a reader who leaves" lab_wait 10 reader_left
	wait "$reader"
	check "and nobody complains" [ ! -s "$LAB_DIR/reader.err" ]
}

reader_left() {
	order send AAA buy 1 @ 10.05 >/dev/null
	! kill -0 "$reader" 2>/dev/null
}

watch_sees() {
	order send AAA buy 1 @ 10.05 >/dev/null
	grep -q '"filled"' "$LAB_DIR/watch.out"
}

plain() {
	market_begin plain 3600 --
	words
	gates
	lives
	watches
	entry
	market_end plain
	check "the exchange was asked what was said here, and nothing else" \
		report_is '.orders | .replaces == 1 and .replaced == 1 and
			.cancels == 3 and .cancels_unknown == 0 and
			.modified == 1 and .mass_cancels == 1 and
			.disables == 1 and .enables == 1 and .queries == 2 and
			.requests_ignored == 0 and .bad_length == 0 and
			.unfounded == 0'
}

# -- what the book does to what rests ----------------------------------------

falling() {
	market_begin falling 5 --
	order send AAA buy 100 @ 10.01 day >/dev/null ||
		give_up "an order rests"
	check "the replayed book executes it" lab_wait 30 order_is 1 \
		'.state == "filled"'
	check "and marks what it brought" lab_wait 10 position_is AAA \
		'.shares == 100 and .mark == "9.9250" and
		 (.unrealised | startswith("-"))'
	market_end falling
}

# -- rare answers ------------------------------------------------------------

rare() {
	market_begin rare 3600 -- --reprice-every 1 --restate-every 1 \
		--priority-every 1 --pending-every 1 --late-every 1
	check "an order at another price than asked for" says \
		'.state == "accepted" and .price == "10.0000"' hairtrigger -j \
		order send AAA buy 100 @ 10.01 day
	check "under another reference" lab_wait 10 order_is 1 '.order_ref > 1'
	check "a replacement comes too late" says_no_json 3 \
		'.state == "rejected"' order replace 1 200 @ 10.02
	check "the original is as it was" order_is 1 '.open == 100'
	check "a cancel waits, and is refused" says_no_json 3 \
		'.cancel == "refused by the exchange"' order cancel 1
	check "the order is as it was" order_is 1 \
		'.state == "accepted" and .open == 100 and .asked == null'
	check "none of it is a fault" status_is \
		'(.controller.status.faults | length) == 0'
	market_end rare
}

says_no_json() {
	local code=$1 filter=$2

	shift 2
	fails "$code" hairtrigger -j "$@" >"$LAB_DIR/no.json" &&
		says "$filter" cat "$LAB_DIR/no.json"
}

broken() {
	market_begin broken 3600 -- --break-every 1
	order send AAA buy 100 @ 10.05 >/dev/null || give_up "a buy"
	hairtrigger session query >/dev/null || give_up "time passes"
	check "a trade that is broken is none" lab_wait 20 position_is AAA \
		'.shares == 0 and .realised == "0.0000" and
		 .broken_trades == 1'
	check "the order tells it" order_is 1 '.filled == 0 and .broken == 100'
	market_end broken
}

dead() {
	market_begin dead 3600 -- --dead-every 1 --limit-shares 500
	check "accepted, and dead at once" says '.state == "dead" and
		.open == 0' hairtrigger -j order send AAA buy 100 @ 10.01 day
	check "its exposure is released" position_is AAA '.open_buy == 0'
	check "the exchange's own limit, in words" says_no_json 3 \
		'.state == "rejected" and (.reason | length) > 5' \
		order send AAA buy 600 @ 10.02 day
	market_end dead
}

# -- a dry run ---------------------------------------------------------------

# The same requests, whatever becomes of them.
requests() {
	hairtrigger risk set BBB shorts located >/dev/null
	order send AAA buy 100 @ 10.05 clordid ONE
	order send BBB short 10 @ 20.09 day hidden locate MLCO clordid TWO
	order send AAA buy 7 @ 10.02 gtt 60 min-qty 5 agency clordid THREE
	order cancel all BBB
	hairtrigger session disable
	hairtrigger session enable
	hairtrigger session query
}

sent_bytes() {
	hairtrigger journal export "$LAB_DIR/$1.journal" --type sent |
		jq -r .bytes
}

dry() {
	market_begin live 3600 --
	requests >/dev/null
	market_end live
	market_begin dry 3600 --dry-run --
	requests >"$LAB_DIR/requests.out"
	check "a dry run says what it is" grep -q 'dry run' \
		"$LAB_DIR/requests.out"
	check "it holds nothing" says '(.positions | length) == 0' \
		hairtrigger -j position show
	check "and has no order" says '.count == 0' hairtrigger -j order show
	market_end dry
	check "nothing reached the exchange" report_is \
		'.orders.received == 0'
	sent_bytes live >"$LAB_DIR/live.bytes"
	sent_bytes dry >"$LAB_DIR/dry.bytes"
	check "seven requests were written down" \
		[ "$(wc -l <"$LAB_DIR/live.bytes")" -eq 7 ]
	check "and by the dry run the same, to the byte" \
		cmp "$LAB_DIR/live.bytes" "$LAB_DIR/dry.bytes"
	check "marked as such" every '.way == "dry run"' hairtrigger journal \
		export "$LAB_DIR/dry.journal" --type sent
}

# -- while triggers fire -------------------------------------------------------

# A generated market, in which a trigger fires all the time.
crowd_begin() {
	hairtrigger load feed0 --market-open >/dev/null || give_up "load"
	controller_start --journal "$LAB_DIR/crowd.journal"
	exchange_start --generate --symbols 5 --messages 400000 --seed 7 \
		--rate "$(paced 5000)" --market-open
	symbol=$(hairtrigger-sim info -j "$LAB_DIR/crowd.itch50" |
		jq -r '.busiest[0].symbol')
	trigger_armed "$symbol"
	lab_wait 30 status_is '.controller.status.accepted > 0' ||
		give_up "the trigger's orders leave"
}

# Each to be accepted or refused by a gate, as its price is soon an old one.
crowd_orders() {
	local n price

	for n in $(seq 20); do
		price=$(hairtrigger -j book show "$symbol" --depth 1 |
			jq -r '.bids[0].price // empty')
		[ -z "$price" ] || order send "$symbol" buy "$n" @ "$price" \
			day no-wait >/dev/null 2>&1
		[ $((n % 5)) -gt 0 ] || order cancel all no-wait >/dev/null
	done
}

crowd() {
	hairtrigger-sim generate "$LAB_DIR/crowd.itch50" --symbols 5 \
		--messages 400000 --seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	crowd_begin
	crowd_orders
	hairtrigger trigger disarm again >/dev/null
	check "every order has its answer" lab_wait 20 status_is \
		'.controller.status.unanswered == 0'
	check "some by hand among those of the trigger" says \
		'[.orders[] | select(.trigger == "")] | length > 0' \
		hairtrigger -j order show
	lab_stop controller
	lab_stop exchange || give_up "the exchange ends well"
	check "each number was used once, in the order of the bytes" \
		numbers_rise crowd
	check "so the exchange ignored none" report_is '.orders |
		.requests_ignored == 0 and .ignored == 0 and
		.bad_length == 0'
	hairtrigger unload >/dev/null || give_up "unload"
}

# Those of the requests that take a number, as they were written down.
numbers_rise() {
	hairtrigger journal export "$LAB_DIR/$1.journal" --type sent | jq -es '
		[.[] | select(.bytes | test("^(4f|55|43|44|45)"; "i")).urn] |
		length > 20 and . == (. | unique)' >/dev/null
}

check_begin
[ -x "$market" ] ||
	give_up "selftests/lab/hand_market is built (make test_programs)"
plain
falling
rare
broken
dead
dry
crowd
