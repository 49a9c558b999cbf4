#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must stop orders from leaving while triggers fire: an exchange that says
# nothing, an order without an answer, another route, another MAC; and what a
# running controller may still do.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 400000 \
		--seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

orders_leave() {
	status_is '.controller.status.orders_leave | test("^'"$1"'")'
}

# What the exchange sends to us goes to a station that does not exist; what it
# sends to the feed's group does not.
answers_get_lost() {
	ip -n "$LAB_EXCHANGE" neigh replace "$LAB_ENGINE_IP" \
		lladdr 02:00:00:00:00:99 nud permanent dev exch0
}

answers_arrive() {
	ip -n "$LAB_EXCHANGE" neigh del "$LAB_ENGINE_IP" dev exch0
}

other_route() {
	local refused='[.controller.status.refused[] |
		select(.reason == "transport").count] | add // 0'
	local before

	before=$(status_get "$refused")
	ip -n "$LAB_ENGINE" route add "$LAB_EXCHANGE_IP/32" dev lo
	check "another route to the exchange is noticed" lab_wait 10 \
		orders_leave "the route to the exchange has changed"
	check "fires are refused then" lab_wait 10 \
		status_is "($refused) > $before"
	ip -n "$LAB_ENGINE" route del "$LAB_EXCHANGE_IP/32" dev lo
	check "the old one lets orders leave again" lab_wait 10 \
		orders_leave yes
}

# Nothing is under way: an order would be missed before the heartbeats are.
silence() {
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	answers_get_lost
	check "a silent exchange is noticed" lab_wait 10 \
		orders_leave "the exchange is silent"
	answers_arrive
	check "until it is heard again" lab_wait 10 orders_leave yes
	check "it was said once" [ "$(grep -c \
		'cannot leave: the exchange is silent' \
		"$LAB_DIR/controller.out")" -eq 1 ]
	hairtrigger trigger arm again >/dev/null || give_up "arm"
}

no_answer() {
	local sent

	answers_get_lost
	check "an order without an answer stops all others" lab_wait 10 \
		orders_leave "an order got no answer"
	answers_arrive
	sent=$(status_get .controller.status.sent)
	check "its number is said, once" [ "$(grep -c ' no answer for ' \
		"$LAB_DIR/controller.out")" -eq 1 ]
	check "it is counted" status_is '.controller.status.overdue > 0'
	check "triggers fire on, orders do not leave" lab_wait 10 \
		status_is ".controller.status |
			.sent == $sent and .fires > $sent + 20"
	check "also when the exchange answers again" orders_leave \
		"an order got no answer"
	lab_stop controller
	controller_start
	check "a restart ends it" lab_wait 10 status_is \
		'.controller.status.accepted > 0'
}

# The kernel forgets the exchange's MAC and route with the link.
link_down() {
	ip -n "$LAB_ENGINE" link set feed0 down
	check "a link that goes down is noticed" lab_wait 10 \
		orders_leave "the link is down"
	ip -n "$LAB_ENGINE" link set feed0 up
	check "orders can leave when it is back" lab_wait 20 \
		orders_leave "(yes|an order got no answer)"
	check_not lab_ended controller || give_up "the controller lives on"
}

# The bits of CapEff: 12 net_admin, 13 net_raw, 14 ipc_lock, 39 bpf.
few_privileges() {
	[ "$(sed -n 's/^CapEff:\t//p' \
		"/proc/${lab_pids[controller]}/status")" = 0000008000007000 ]
}

other_mac() {
	ip -n "$LAB_ENGINE" link set feed0 address 02:00:00:00:00:77
	check "another MAC of its interface ends the controller" lab_wait 10 \
		lab_ended controller
	lab_finish controller
	check "with a system error" [ $? -eq 2 ]
	check "that names it" grep -q 'feed0: its MAC was changed' \
		"$LAB_DIR/controller.err"
}

check_begin
session_make
hairtrigger load feed0 >/dev/null || give_up "load"
controller_start
check "the controller keeps four capabilities" few_privileges
exchange_start --rate "$(paced 8000)" "$session"
trigger_armed "$symbol"
lab_wait 30 status_is '.triggers.fires >= 3' || give_up "the trigger fires"
other_route
silence
no_answer
link_down
other_mac
lab_stop exchange
check "unload" hairtrigger unload
