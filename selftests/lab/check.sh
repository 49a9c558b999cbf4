# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# check - what the tests in this folder have in common; sourced
#
# Exit: 0 all checks held, 1 one did not, 77 skipped.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lab
. "$here/../../scripts/lab"

checks=0 failed=0

# The pins, sockets, namespaces and files that belong to this lab.
lab_traces() {
	local path

	for path in "/run/netns/$LAB_EXCHANGE" "/run/netns/$LAB_ENGINE" \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE" \
		"/run/hairtrigger/$LAB_INSTANCE".* \
		"/var/lib/hairtrigger/$LAB_INSTANCE".* "$LAB_DIR"; do
		[ ! -e "$path" ] || echo "$path"
	done
}

# check WORDS COMMAND...: the test's one way to hold something against the
# product.  What the command prints is not shown.
check() {
	local words=$1

	shift
	checks=$((checks + 1))
	if "$@" >"$LAB_DIR/check.out"; then
		echo "ok $checks - $words"
	else
		echo "not ok $checks - $words ($*)"
		failed=$((failed + 1))
	fi
}

check_not() {
	! "$@"
}

# On every way out, also when a check ended the test early.
check_end() {
	local status=$? left

	lab_down
	left=$(lab_traces)
	if [ -n "$left" ]; then
		echo "not ok - left behind: $left"
		failed=$((failed + 1))
	fi
	[ "$status" -eq 0 ] || exit "$status"
	echo "1..$checks"
	[ "$failed" -eq 0 ] || echo "$failed of $checks checks failed"
	exit $((failed > 0))
}

check_begin() {
	if [ "$(id -u)" -ne 0 ]; then
		echo "SKIP: ${0##*/} needs root for network namespaces and XDP"
		exit 77
	fi
	lab_at_exit check_end
	lab_up || exit 1
}

# Ends the test: nothing after this can be told.
give_up() {
	echo "not ok - $1"
	exit 1
}

# fails CODE COMMAND...: it exits with just that code.
fails() {
	local code=$1 got=0

	shift
	"$@" 2>"$LAB_DIR/fails.err" || got=$?
	[ "$got" -eq "$code" ]
}

# says FILTER COMMAND...: jq's FILTER holds for what COMMAND prints.
says() {
	local filter=$1

	shift
	"$@" | jq -e "$filter" >/dev/null
}

status_is() {
	says "$1" hairtrigger -j status
}

report_is() {
	says "$1" cat "$LAB_DIR/exchange.json"
}

# A number out of the status.
status_get() {
	hairtrigger -j status | jq -r "$1"
}

symbol_known() {
	hairtrigger -j book show "$1" --depth 1 >/dev/null 2>&1
}

# Logged in, reconciled, and orders may leave.
session_is_open() {
	session_is '.state == "OPEN"' 2>/dev/null
}

# session_is FILTER: jq's, of what `session show` says.
session_is() {
	says "$1" hairtrigger -j session show
}

session_open() {
	lab_wait 20 session_is_open ||
		give_up "the session with the exchange is open"
}

# Where the exchange runs already, until orders may leave.
controller_start() {
	lab_start controller "$LAB_ENGINE" "$HAIRTRIGGER" -I "$LAB_INSTANCE" \
		run --exchange "$LAB_EXCHANGE_IP:9001" "$@"
	lab_ready controller '^ready$' || give_up "the controller runs"
	[ -z "${lab_pids[exchange]:-}" ] || session_open
}

# exchange_start ARGS: what `hairtrigger-sim run` is to be told besides.
exchange_start() {
	lab_start exchange "$LAB_EXCHANGE" "$HAIRTRIGGER_SIM" run \
		--interface-ip "$LAB_EXCHANGE_IP" \
		--book "$LAB_DIR/exchange.csv" \
		--report "$LAB_DIR/exchange.json" "$@"
	lab_ready exchange '^ready' || give_up "the exchange runs"
}

# paced RATE: as many messages a second on a fast machine.
paced() {
	echo $(($1 / LAB_PATIENCE))
}

# trigger_armed SYMBOL [MS]: it fires again and again while the market is open, as
# often in a paced session as in a fast one: of too many orders only the last are
# shown.
trigger_armed() {
	lab_wait 20 symbol_known "$1" || give_up "$1 is in the directory"
	hairtrigger trigger add again "$1" when "ask_size >= 1" \
		"then buy 10 @ ask cooldown $((${2:-20} * LAB_PATIENCE))ms max 1000" \
		>/dev/null ||
		give_up "a trigger on $1 is added"
	hairtrigger trigger arm again >/dev/null || give_up "and armed"
}
