#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo as a person runs it: to its end, and stopped in the middle.  It must
# leave nothing behind.
#
# shellcheck disable=SC2317,SC2119
# shellcheck source=selftests/lab/demo.sh
. "$(dirname "$0")/demo.sh"

demo_said_or_ended() {
	demo_said "$1" || lab_ended demo
}

# stopped SIGNAL CODE PATTERN: the signal comes when PATTERN was printed.
stopped() {
	local got=0

	demo_start
	lab_wait 60 demo_said_or_ended "$3" || give_up "the demo comes to $3"
	kill "-$1" -- "-$demo"
	lab_finish demo || got=$?
	check "$1 at /$3/ ends the demo with $2" [ "$got" -eq "$2" ]
	check "it said so" demo_said '^demo: interrupted$'
	check "it left nothing" demo_left_nothing
}

check_begin
whole
stopped INT 130 '^The session'
stopped INT 130 '^The engine'
stopped INT 130 ' LIVE +MARKET '
stopped TERM 143 ' LIVE +MARKET '
stopped HUP 129 '^The exchange'
check "a missing file is told at once" fails 2 \
	"$here/../../scripts/demo" /nosuch
check "in one line" [ "$(wc -l <"$LAB_DIR/fails.err")" -eq 1 ]
check "two files are too many" fails 1 "$here/../../scripts/demo" a b
