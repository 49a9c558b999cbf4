#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must stop orders from leaving while triggers fire: an exchange that says
# nothing, an order without an answer, another route, another MAC; what does not
# stop them; and what a running controller may still do.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$session" --symbols 20 --messages 1200000 \
		--seed 7 --no-progress >/dev/null ||
		give_up "a session is generated"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

# What is lost while the link is down is asked for.
begin() {
	controller_start --rerequest "$LAB_EXCHANGE_IP:9002"
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

# The same of what we send.
orders_get_lost() {
	ip -n "$LAB_ENGINE" neigh replace "$LAB_EXCHANGE_IP" \
		lladdr 02:00:00:00:00:99 nud permanent dev feed0
}

orders_arrive() {
	ip -n "$LAB_ENGINE" neigh del "$LAB_EXCHANGE_IP" dev feed0
}

# So many lines of the controller's match.
said_times() {
	[ "$(grep -cE "$2" "$LAB_DIR/controller.out")" -eq "$1" ]
}

said() {
	grep -qE "$1" "$LAB_DIR/controller.out"
}

# refused_for REASON...: so often, by both gates.
refused_for() {
	local reason sum=0

	for reason; do
		sum="$sum + .counters.refused_$reason +
			([.controller.status.refused[] |
			  select(.reason == \"$reason\").count] | add // 0)"
	done
	echo "($sum)"
}

# An order that is sent after this was called gets its answer.
orders_go_on() {
	lab_wait 20 status_is ".controller.status.accepted > $(
		status_get .controller.status.accepted)"
}

another_route() {
	local refused

	refused=$(refused_for session)
	check "another route to the exchange ends the connection" \
		route_changes "$(status_get "$refused")" "$refused"
	check "and is told" said \
		'session DOWN: the route to the exchange has changed'
	check "there is no other connection by it" \
		session_is '.state != "OPEN" and .logins == 1'
	ip -n "$LAB_ENGINE" route del "$LAB_EXCHANGE_IP/32" dev lo
	check "the old one lets orders leave again" lab_wait 20 \
		orders_leave yes
	check "in another connection" session_is '.lost == 1 and .logins == 2'
	check "and they are answered" orders_go_on
}

# route_changes COUNT FILTER: fires are refused then.
route_changes() {
	ip -n "$LAB_ENGINE" route add "$LAB_EXCHANGE_IP/32" dev lo
	lab_wait 10 orders_leave "the session with the exchange is not open" &&
	lab_wait 10 status_is "$2 > $1"
}

# The neighbour answers for another MAC: the same connection goes on.
another_neighbour() {
	local delegated='[.controller.status.ways[] |
		select(.reason == "delegated").count] | add'
	local before

	ip -n "$LAB_EXCHANGE" link set exch0 address 02:00:00:00:00:88
	ip -n "$LAB_ENGINE" neigh replace "$LAB_EXCHANGE_IP" \
		lladdr 02:00:00:00:00:88 nud reachable dev feed0
	before=$(status_get "$delegated")
	check "orders go to the neighbour's other MAC, by AF_XDP" lab_wait 10 \
		status_is "($delegated) > $before"
	check "and are answered" orders_go_on
	check "in the same connection" session_is '.logins == 2'
}

# Nothing is under way: an order would be missed before the heartbeats are.
silence() {
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	lab_wait 10 status_is '.controller.status.unanswered == 0' ||
		give_up "all orders are answered"
	answers_get_lost
	check "a silent exchange is noticed" lab_wait 10 \
		orders_leave "the session with the exchange is not open"
	check "and told" said 'session DOWN: the exchange was silent for 4000 ms'
	check "it cannot be reached" lab_wait 10 session_is \
		'.last_reason == "cannot connect: no answer for 3000 ms"'
	answers_arrive
	check "until it is heard again" lab_wait 20 orders_leave yes
	check "it was said once" said_times 1 'the exchange was silent'
	hairtrigger trigger arm again >/dev/null || give_up "arm"
	check "and orders leave" orders_go_on
}

# It was taken: the replay of the next connection brings the answer.
no_answer() {
	local refused

	answers_get_lost
	check "an order without an answer stops all others" lab_wait 10 \
		orders_leave "an order got no answer"
	refused=$(refused_for unanswered session)
	check "it is counted" status_is '.controller.status.overdue > 0'
	check "its number is said, once" said_times 1 'urn [0-9]+ .*: no answer for '
	check "what fires is refused" nothing_leaves \
		"$(status_get .controller.status.sent)" \
		"$(status_get "$refused")" "$refused"
	check "the connection is given up" lab_wait 10 session_is \
		'.state != "OPEN"'
	answers_arrive
	check "the next connection brings the answer" lab_wait 20 status_is \
		'.controller.status | .unanswered == 0 and .orders_leave == "yes"'
	check "so the order is accounted for" check_not said \
		'there will be none'
	check "and others leave" orders_go_on
}

# nothing_leaves SENT REFUSED FILTER
nothing_leaves() {
	lab_wait 10 status_is "$3 > $2 + 5" &&
	status_is ".controller.status.sent == $1"
}

# It was not: the Account Query of the next connection tells.
no_arrival() {
	orders_get_lost
	check "an order that does not arrive stops all others, too" lab_wait 10 \
		orders_leave "an order got no answer"
	check "the connection is given up" lab_wait 10 session_is \
		'.state != "OPEN"'
	orders_arrive
	check "another one tells what became of it" lab_wait 20 status_is \
		'.controller.status | .unanswered == 0 and .orders_leave == "yes"'
	check "the exchange never had it" said \
		'urn [0-9]+ .*: no answer, and there will be none: the exchange never had it'
	check "and takes its number from another one" orders_go_on
}

# The exchange has the whole day, and a fresh process asks for it.
restart() {
	local before

	lab_stop controller
	check "the controller ends well" [ $? -eq 0 ]
	begin
	before=$(status_get .controller.status.accepted)
	check "a restarted one knows the orders of the day" \
		[ "$before" -gt 10 ]
	check "all of them with their answers" status_is \
		'.controller.status | .unanswered == 0 and .foreign == 0'
	check "and orders leave" orders_go_on
}

# The kernel forgets the exchange's MAC and route with the link.
link_down() {
	ip -n "$LAB_ENGINE" link set feed0 down
	check "a link that goes down is noticed" lab_wait 10 \
		orders_leave "the link is down"
	ip -n "$LAB_ENGINE" link set feed0 up
	check "orders can leave when it is back" lab_wait 20 orders_leave yes
	check_not lab_ended controller || give_up "the controller lives on"
	check "and do" orders_go_on
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
begin
check "the controller keeps four capabilities" few_privileges
exchange_start --rate "$(paced 8000)" --rerequest "$LAB_EXCHANGE_IP:9002" \
	"$session"
session_open
# slow enough that what comes at once after a pause is below max-fills
trigger_armed "$symbol" 200
lab_wait 30 status_is '.triggers.fires >= 3' || give_up "the trigger fires"
another_route
another_neighbour
silence
no_answer
no_arrival
restart
link_down
other_mac
lab_stop exchange
check "unload" hairtrigger unload
