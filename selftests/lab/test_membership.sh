#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The controller joins the feed's groups on the feed's interface, sees when they
# are lost, joins again when it can, and `feed show` says so at each step.
#
# shellcheck disable=SC2015,SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

A=233.54.12.111
B=233.54.12.112

lines_are() {
	says ".lines | $1" hairtrigger -j feed show
}

all_joined() {
	lines_are 'all(.membership == "joined")'
}

# rejoined N: both lines, N times by now.
rejoined() {
	lines_are "all(.membership == \"joined\" and .rejoins == $1)"
}

not_joined() {
	lines_are "all(.membership | startswith(\"not joined: $1\"))"
}

# Also in text, where a line is one row.
shown() {
	[ "$(hairtrigger feed show | grep -c -e "$1\$")" -eq "$2" ]
}

# What the kernel says, whatever we do: the interface's groups, with the MACs
# that they have on the wire.
has_groups() {
	ip -n "$LAB_ENGINE" maddress show dev "$1" >"$LAB_DIR/maddress" &&
	grep -qw "$A" "$LAB_DIR/maddress" && grep -qw "$B" "$LAB_DIR/maddress" &&
	grep -q 01:00:5e:36:0c:6f "$LAB_DIR/maddress" &&
	grep -q 01:00:5e:36:0c:70 "$LAB_DIR/maddress"
}

has_no_group() {
	ip -n "$LAB_ENGINE" maddress show dev "$1" |
		check_not grep -q -e 01:00:5e:36:0c:6f -e 01:00:5e:36:0c:70
}

# B was joined last: of the others the kernel may not tell.
has_source() {
	engine cat /proc/net/mcfilter |
		grep -qi "feed0 0xe9360c70 0x0a4d0001 *1 *0"
}

engine_link() {
	ip -n "$LAB_ENGINE" link set dev feed0 "$@"
}

without_one() {
	hairtrigger load feed0 --group "$A:26477" --group "$B:26477" \
		--source "$LAB_EXCHANGE_IP" >/dev/null || give_up "load"
	check "no controller: nobody joined" \
		lines_are 'all(.membership == "no controller")'
	check "the kernel says so, too" has_no_group feed0
	controller_start --quiet --no-join
	check "nor does one that is told not to" not_joined --no-join
	check "the kernel says so again" has_no_group feed0
	lab_stop controller
}

joined_at_once() {
	controller_start
	check "when the controller is ready, both lines are joined" rejoined 0
	check "and the interface has them" has_groups feed0
	check "the one with a source for that source only" has_source
	check "in text, too" shown ' joined' 2
}

link_down_and_up() {
	engine_link down
	check "the link goes down: the membership is lost" \
		lab_wait 10 not_joined 'the link is down'
	check "in text, too" shown 'not joined: the link is down' 2
	check "the interface does not listen to the groups" has_no_group feed0
	engine_link up
	check "it comes back: joined again" lab_wait 10 rejoined 1
	check "the interface listens again" has_groups feed0
	check "for the source as before" has_source
	check "and the controller told both" both_told 'the link is down'
}

both_told() {
	lab_wait 10 lab_said controller "line B: not joined: $1" &&
	lab_wait 10 lab_said controller 'line B: joined'
}

# The cable is out: the kernel keeps the membership, switches do not.
carrier_lost() {
	ip -n "$LAB_EXCHANGE" link set dev exch0 down
	check "the carrier is lost: not joined" \
		lab_wait 10 not_joined 'the link is down'
	ip -n "$LAB_EXCHANGE" link set dev exch0 up
	check "it comes back: joined again" lab_wait 10 rejoined 2
	check "the interface listens" has_groups feed0
}

memberships_at_most() {
	engine sh -c "echo $1 >/proc/sys/net/ipv4/igmp_max_memberships" ||
		give_up "a limit of memberships"
}

# The kernel refuses for a reason that is no news of a link when it ends.
join_refused() {
	memberships_at_most 0
	engine_link down
	check "the link goes down once more" \
		lab_wait 10 not_joined 'the link is down'
	engine_link up
	check "it comes back, the kernel refuses: not joined, and why" \
		lab_wait 10 not_joined 'feed0: No buffer space'
	memberships_at_most 20
	check "it does not any more: joined again" lab_wait 10 rejoined 3
	check "the interface listens to the groups" has_groups feed0
}

ended() {
	lab_stop controller
	check "the controller ends well" [ $? -eq 0 ]
	check "without it nobody is a member" has_no_group feed0
	check "and feed show says so" \
		lines_are 'all(.membership == "no controller")'
}

# Orders leave by another interface than that which the feed comes in by.
other_egress() {
	ip link add exch1 netns "$LAB_EXCHANGE" type veth \
		peer name orders0 netns "$LAB_ENGINE" &&
	lab_interface "$LAB_EXCHANGE" exch1 10.78.0.1 &&
	lab_interface "$LAB_ENGINE" orders0 10.78.0.2 &&
	lab_wait 10 lab_has_carrier "$LAB_ENGINE" orders0 ||
		give_up "a second link"
	exchange_start --generate --wait-for-start --orders 10.78.0.1:9001
	lab_start controller "$LAB_ENGINE" "$HAIRTRIGGER" -I "$LAB_INSTANCE" \
		run --quiet --exchange 10.78.0.1:9001 --interface orders0
	lab_ready controller '^ready$' || give_up "the controller runs"
	session_open
	check "orders go elsewhere: joined all the same" all_joined
	check "on the feed's interface" has_groups feed0
	check "not on that of the orders" has_no_group orders0
	engine_link down
	check "news of the feed's link are heard" \
		lab_wait 10 not_joined 'the link is down'
	check "the controller lives, and its orders can leave" status_is \
		'.controller.status | .orders_leave == "yes" and
		 .session.state == "OPEN" and .session.logins == 1'
	engine_link up
	check "and are joined again" lab_wait 10 rejoined 1
	lab_stop controller
	lab_stop exchange
}

check_begin
without_one
joined_at_once
link_down_and_up
carrier_lost
join_refused
ended
other_egress
check "unload" hairtrigger unload
