#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kill switch outlives the controller, in whatever way that ends, and the
# instance; it counts while the session is down, while the feed is joined, and
# without a controller; whoever writes to the map is obeyed.  And the dead man's
# switches: of the controller, of the feed, of the session.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=selftests/lab/killing.sh
. "$(dirname "$0")/killing.sh"

# Once more when nobody had said who and why.
fires_again() {
	reset 2>"$LAB_DIR/reset.err" || reset || give_up "a reset"
	lab_wait 10 since_said 'order entry enabled' ||
		give_up "the exchange takes orders again"
	arm one two
	check "after a reset all is as before" fires "$symbol"
}

exchange_was_asked() {
	check "$1: the exchange cancels" lab_wait 20 since_said 'mass cancel done'
	check "and takes no order" lab_wait 10 since_said 'order entry disabled'
	check "none is behind that" none_behind
}

map_written() {
	# shellcheck disable=SC2046 # a word for each byte
	bpftool map update pinned \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE/kills" key hex 0 0 0 0 \
		value hex 1 0 0 0 $(yes 0 | head -n 932)
}

journal_says() {
	hairtrigger journal show --type kill | grep -q "$1"
}

by_the_map() {
	command -v bpftool >/dev/null || return 0
	mark
	check "the map is written to" map_written
	exchange_was_asked "the map"
	check "the journal says so" lab_wait 10 journal_says \
		'the map was written'
	mark
	fires_again
}

# Of 200 ms of its events none leaves when it lives again.
controller_stands_still() {
	local fired

	hairtrigger risk set max-age 50ms >/dev/null || give_up "max-age"
	kill -STOP "${lab_pids[controller]}"
	check "without a heartbeat the kernel refuses" lab_wait 10 status_is \
		'.counters.refused_controller > 0'
	fired=$(status_get .counters.fired)
	lab_pause 0.3
	check "and lets nothing fire" status_is ".counters.fired == $fired"
	hairtrigger trigger disarm one >/dev/null
	hairtrigger trigger disarm two >/dev/null
	mark
	kill -CONT "${lab_pids[controller]}"
	check "the controller is back" lab_wait 10 status_is '.controller.alive'
	lab_pause 0.2
	check "nothing stale leaves" check_not since_said ' tif 3'
	hairtrigger risk set max-age 1s >/dev/null || give_up "max-age"
	arm one two
	check "what is new does" fires "$symbol"
}

# hand_refused WORDS: a person's order, by that reason
hand_refused() {
	! hairtrigger order send "$symbol" buy 1 @ 100 day \
		2>"$LAB_DIR/refused.err" && grep -q "$1" "$LAB_DIR/refused.err"
}

feed_stands_still() {
	hairtrigger risk set feed-silence 300ms >/dev/null || give_up "silence"
	kill -STOP "${lab_pids[exchange]}"
	check "a silent feed lets nothing leave" lab_wait 3 \
		hand_refused 'feed.*silent\|silent.*feed'
	kill -CONT "${lab_pids[exchange]}"
	check "until it is heard again" fires "$symbol"
	hairtrigger risk set feed-silence 60s >/dev/null || give_up "silence"
}

session_stands_still() {
	local losses

	losses=$(status_get .controller.status.session.lost)
	kill -STOP "${lab_pids[exchange]}"
	check "a silent session is given up" lab_wait 15 status_is \
		".controller.status.session.lost > $losses"
	check "and lets nothing leave" hand_refused 'session'
	kill -CONT "${lab_pids[exchange]}"
	check "it connects again" lab_wait 20 session_is_open
	check "and orders leave" fires "$symbol"
}

# The route is another one, and no connection can be made.
session_is_down() {
	ip -n "$LAB_ENGINE" route add "$LAB_EXCHANGE_IP/32" dev lo
	lab_wait 10 check_not session_is_open || give_up "the session is lost"
	mark
	check "a kill while it is down" says '.exchange | test("not asked yet")' \
		hairtrigger -j kill global
	ip -n "$LAB_ENGINE" route del "$LAB_EXCHANGE_IP/32" dev lo
	exchange_was_asked "when it is open"
}

# It is killed, and so it stays.
restarts() {
	mark
	lab_stop controller
	controller_start
	exchange_was_asked "another controller"
	mark
	kill -KILL "${lab_pids[controller]}"
	lab_finish controller 2>/dev/null
	controller_start
	exchange_was_asked "after SIGKILL"
	hairtrigger trigger arm one two >/dev/null
	check "what is armed is refused" lab_wait 10 status_is \
		'.counters.refused_killed > 0'
	check "and does not leave" none_behind
	lab_stop controller
	mark
	check "a reset without a controller" reset
	controller_start
	check "the next one has entry enabled" lab_wait 20 \
		since_said 'order entry enabled'
	lab_pause 0.2
	check "nothing fires by itself" check_not since_said ' tif 3'
	arm one two
	check "then orders leave" fires "$symbol"
}

without_a_controller() {
	lab_stop controller
	mark
	check "a kill without a controller says so" says \
		'.exchange | test("no controller")' \
		hairtrigger -j kill session --reason alone
	controller_start
	exchange_was_asked "the next controller"
}

# The new instance knows nothing of the feed, and joins it.
another_instance() {
	lab_stop controller
	hairtrigger unload >/dev/null || give_up "unload"
	check "a load says that it is killed" grep -q 'still on.*alone' \
		<(hairtrigger load feed0 2>&1)
	check "by whom and why" kill_show_is \
		'.killed == "the session" and .reason == "alone"'
	mark
	controller_start
	exchange_was_asked "its controller"
	check "a reset" reset
	lab_wait 10 since_said 'order entry enabled' || give_up "entry"
	check "while the feed is joined" status_is '.feed.state != "LIVE"'
	mark
	check "a kill counts, too" hairtrigger kill global
	exchange_was_asked "then"
}

check_begin
session_make
hairtrigger load feed0 >/dev/null || give_up "load"
controller_start
exchange_start -v --rate "$(paced 4000)" "$session"
limits_raise
trigger_make one "$symbol"
trigger_make two "$other"
arm one two
check "orders leave" fires "$symbol"
by_the_map
controller_stands_still
feed_stands_still
session_stands_still
session_is_down
restarts
without_a_controller
another_instance
lab_stop exchange
lab_stop controller
check "unload" hairtrigger unload
