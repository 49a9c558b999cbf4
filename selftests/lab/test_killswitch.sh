#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kill switch while a trigger fires as fast as packets come and orders rest
# at the exchange: each level, and what a reset brings back.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=selftests/lab/killing.sh
. "$(dirname "$0")/killing.sh"

# After a reset nothing fires by itself, and all is as before when armed.
again() {
	mark
	check "a wrong generation resets nothing" fails 5 \
		hairtrigger kill reset "$(($(generation) - 1))"
	check "it is still on" kill_show_is '.killed != "nothing"'
	check "the right one does" reset
	[ "$1" = symbol ] ||
		check "the exchange takes orders again" \
			lab_wait 10 since_said 'order entry enabled'
	lab_pause 0.2
	check "nothing fires until it is armed" \
		[ "$(since | grep -c ' tif 3')" -eq "${2:-0}" ]
	arm one two
	check "then it does" fires "$symbol"
	check "and the other" fires "$other"
}

# level LEVEL WORDS...
whole_level() {
	local level=$1

	both_rest
	fires "$symbol" || give_up "the trigger fires"
	mark
	check "kill $level" says '.exchange | test("^asked to cancel all")' \
		hairtrigger -j kill "$level" --reason "test of $level"
	check "the exchange cancels all" lab_wait 10 since_said 'mass cancel done'
	check "and takes no more" lab_wait 10 since_said 'order entry disabled'
	lab_pause 0.3
	check "no order left behind that" none_behind
	check "what rested does not" lab_wait 10 canceled "$here"
	check "nor in the other symbol" lab_wait 10 canceled "$there"
	check "triggers are disarmed" triggers_armed_are 0
	check "a person's order is refused" fails 5 \
		hairtrigger order send "$symbol" buy 1 @ 1.00 day
	check "status shows who, when and why" status_is \
		'.kill | .last == "'"$level"'" and (.who | test("pid")) and
		 (.at | test("20")) and .reason == "test of '"$level"'"'
	check "before all else" grep -q '\*\* KILLED \*\*' \
		<(hairtrigger status)
	check "the journal has it" grep -q "test of $level" \
		<(hairtrigger journal show --type kill)
}

symbol_level() {
	both_rest
	fires "$symbol" || give_up "the trigger fires"
	mark
	check "kill symbol" hairtrigger kill symbol "$symbol"
	check "its orders are canceled" lab_wait 10 since_said 'mass cancel'
	check "its order does not rest" lab_wait 10 canceled "$here"
	check "the other fires on" fires "$other"
	check "of this one none left" none_behind "$symbol "
	check "its trigger alone is disarmed" triggers_armed_are 1
	check "the other's order rests" check_not canceled "$there"
	check "entry is open" check_not since_said 'order entry disabled'
	check "its triggers may be armed, and are refused" \
		hairtrigger trigger arm one
	check "by the kernel" lab_wait 10 status_is \
		'.counters.refused_killed_symbol > 0'
	check "none leaves" none_behind "$symbol "
	hairtrigger trigger disarm two >/dev/null
}

closing() {
	mark
	check "kill session --close" hairtrigger kill session --close
	check "cancels first" lab_wait 10 since_said 'order entry disabled'
	check "and logs out" lab_wait 10 status_is \
		'.controller.status.session.state == "DOWN"'
	check "a reset logs in again" reset
	check "it opens" lab_wait 20 status_is \
		'.controller.status.session.state == "OPEN"'
	check "and takes orders" lab_wait 10 since_said 'order entry enabled'
	arm one two
	check "which leave" fires "$symbol"
}

# A question without a generation, as no command asks it.
asked_to_kill() {
	perl -e 'use Socket;
		socket(my $s, AF_UNIX, SOCK_SEQPACKET, 0) or die;
		connect($s, pack_sockaddr_un($ARGV[0])) or die;
		send($s, q({"ask":"kill","level":"global","reason":"why"}), 0);
		recv($s, my $answer, 65536, 0);
		print $answer' "/run/hairtrigger/$LAB_INSTANCE.sock"
}

by_the_socket() {
	mark
	check "the controller kills by itself when it is asked" says \
		'(.exchange | test("^asked to cancel all")) and (has("file") | not)' \
		asked_to_kill
	check "the exchange cancels all" lab_wait 10 since_said 'mass cancel done'
	check "no order left behind that" none_behind
	check "it says who and why" kill_show_is \
		'.killed == "everything" and .who == "the control socket" and
		 .reason == "why"'
	check "it is kept" says '.global == 1' \
		cat "/var/lib/hairtrigger/$LAB_INSTANCE.kill"
	check "triggers are disarmed" triggers_armed_are 0
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
whole_level global
again global
whole_level session
again session
symbol_level
again symbol
closing
by_the_socket
again global
lab_stop exchange
lab_stop controller
check "unload" hairtrigger unload
