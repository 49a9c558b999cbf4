#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The laboratory as a person uses it: its commands are programs, each in its
# namespace, and nothing is left when it is left.
#
# shellcheck disable=SC2016,SC2317,SC2119
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

lab() {
	TMPDIR=$LAB_DIR/tmp "$here/../../scripts/lab" "$@"
}

# It prints the namespaces' names before it ends.
lab_names_gone() {
	local names name

	names=$(lab bash -c 'echo "$LAB_EXCHANGE" "$LAB_ENGINE"') || return
	for name in $names; do
		[ ! -e "/run/netns/$name" ] || return
	done
	[ -n "$names" ] && [ -z "$(ls -A "$LAB_DIR/tmp")" ]
}

lab_says() {
	local pattern=$1

	shift
	lab "$@" >"$LAB_DIR/lab.out" 2>&1
	grep -qe "$pattern" "$LAB_DIR/lab.out"
}

# As in `scripts/lab ... | head -n 1`, which writes on.
lab_without_reader() {
	lab yes lab 2>/dev/null | head -n 1 >/dev/null
	[ "${PIPESTATUS[0]}" -ne 0 ] && [ -z "$(ls -A "$LAB_DIR/tmp")" ]
}

check_begin
mkdir "$LAB_DIR/tmp"
check "timeout finds hairtrigger" lab_says 'is not loaded' \
	timeout 10 hairtrigger status
check "xargs finds hairtrigger-sim" lab_says 'generate' \
	xargs -a /dev/null hairtrigger-sim --help
check "engine runs anything there" lab engine ping -qc 1 -W 2 \
	"$LAB_EXCHANGE_IP"
check "and so does exchange" lab exchange ping -qc 1 -W 2 "$LAB_ENGINE_IP"
check "arguments arrive whole" lab_says "^it's <a  b>\$" \
	engine printf "it's <%s>\n" 'a  b'
check "its exit status is the command's" fails 7 lab bash -c 'exit 7'
check "what still runs is ended, under a heading" \
	lab_says "^lab: ends what runs in the exchange's namespace" \
	bash -c 'exchange sleep 300 >/dev/null 2>&1 &
		while [ -z "$(ip netns pids "$LAB_EXCHANGE")" ]; do :; done'
check "a reader that goes away ends it" lab_without_reader
check "nothing is left" lab_names_gone
