#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must stop the engine from firing while the market goes on: a gap,
# another session, a dead controller, a trigger that was disarmed.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 200000 \
		--seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

# An empty MoldUDP64 packet (a heartbeat) of session $1 that says that message
# $2 (a number below 256, times 2^32) is next.
heartbeat() {
	local sequence count='\x00\x00'

	sequence=$(printf '\\x%02x' 0 0 0 "$2" 0 0 0 1)
	exchange bash -c "printf '$1$sequence$count' \
		>/dev/udp/233.54.12.111/26477"
}

# Market open, feed live, orders going out.
scene_begin() {
	hairtrigger load feed0 >/dev/null || give_up "load"
	controller_start
	exchange_start --rate "$(paced 8000)" "$session"
	session_open
	trigger_armed "$symbol"
	lab_wait 30 status_is '.triggers.fires >= 3' ||
		give_up "the trigger fires"
}

scene_end() {
	lab_stop exchange
	lab_stop controller
	hairtrigger unload >/dev/null || give_up "unload"
}

# Waits until the kernel refused for reason $1, then until 4,000 more messages
# were in the book: no fire may come with them.
fires_no_more() {
	local fires messages

	lab_wait 20 status_is ".counters.refused_$1 > 0" || return
	fires=$(status_get .triggers.fires)
	messages=$(status_get .counters.messages)
	lab_wait 20 status_is ".counters.messages > $messages + 4000" || return
	[ "$(status_get .triggers.fires)" -eq "$fires" ]
}

gap() {
	scene_begin
	heartbeat HTSIM00001 255
	check "a heartbeat from beyond opens a gap" lab_wait 10 \
		status_is '.feed.state == "GAP" and .feed.gaps == 1 and
			.counters.missed > 0'
	check "no trigger fires while something is missing" \
		fires_no_more feed
	check "the symbol says why" says '.book == "GAP"' \
		hairtrigger -j book show "$symbol"
	scene_end
}

# Ours lives, so nobody talks us out of it.
foreign_session() {
	local messages

	scene_begin
	heartbeat OTHER00001 0
	check "a packet of another session is counted" lab_wait 10 \
		status_is '.counters.aside_session == 1'
	messages=$(status_get .counters.messages)
	check "and the feed goes on" lab_wait 10 status_is \
		".feed.state == \"LIVE\" and .counters.messages > $messages"
	scene_end
}

dead_controller() {
	local before

	scene_begin
	kill -KILL "${lab_pids[controller]}"
	lab_finish controller 2>/dev/null
	check "without a controller nothing fires" fires_no_more controller
	check "order show says that none runs" fails 4 hairtrigger order show
	before=$(status_get .triggers.fires)
	controller_start
	check "the exchange told it all orders of the day" status_is '
		.controller.status | .accepted > 0 and .unanswered == 0'
	check "a new controller takes over, and orders go out again" \
		lab_wait 10 status_is \
		".triggers.fires > $before and
		 .controller.status.accepted > $before"
	scene_end
}

disarmed() {
	local fires messages

	scene_begin
	hairtrigger trigger disarm again >/dev/null
	fires=$(status_get .triggers.fires)
	messages=$(status_get .counters.messages)
	check "disarmed, it does not fire" lab_wait 10 status_is \
		".triggers.fires == $fires and
		 .counters.messages > $messages + 4000"
	hairtrigger trigger set again when "ask_size >= 1" \
		"then buy 20 @ ask cooldown 20ms max 3" >/dev/null
	hairtrigger trigger arm again >/dev/null
	check "edited and armed, it fires as often as it may" lab_wait 10 \
		status_is ".triggers.fires == $fires + 3 and
			.triggers.spent == 1"
	check "with the new quantity" says \
		'[.orders[-3:][].qty] == [20, 20, 20]' hairtrigger -j order show
	scene_end
}

check_begin
session_make
gap
foreign_session
dead_controller
disarmed
