#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo as a person runs it: to its end, stopped in the middle, and with
# files that it cannot play.  It must leave nothing behind.
#
# shellcheck disable=SC2317,SC2119
# shellcheck source=selftests/lab/demo.sh
. "$(dirname "$0")/demo.sh"

demo_said_or_ended() {
	demo_said "$1" || lab_ended demo
}

# stopped SIGNAL CODE PATTERN: the signal comes when PATTERN was printed.
# What ends at once when asked must not be waited for.
stopped() {
	local got=0

	demo_start
	lab_wait 60 demo_said_or_ended "$3" || give_up "the demo comes to $3"
	kill "-$1" -- "-$demo"
	check "$1 at /$3/ ends the demo soon" lab_wait 5 lab_ended demo
	lab_finish demo || got=$?
	check "with $2" [ "$got" -eq "$2" ]
	check "it said so" demo_said '^demo: interrupted$'
	check "it left nothing" demo_left_nothing
}

# cannot_play PATTERN FILE: said in one line, before anything is made.
cannot_play() {
	fails 2 "$here/../../scripts/demo" "$2" &&
	[ "$(wc -l <"$LAB_DIR/fails.err")" -eq 1 ] &&
	grep -qE "^demo: $2: $1" "$LAB_DIR/fails.err"
}

files() {
	printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00' >"$LAB_DIR/pcap"
	gzip -c "$LAB_DIR/pcap" >"$LAB_DIR/pcap.gz"
	hairtrigger-sim generate "$LAB_DIR/whole" --messages 2000 \
		--symbols 10 --no-progress >/dev/null
	head -c -7 "$LAB_DIR/whole" >"$LAB_DIR/cut"
	: >"$LAB_DIR/empty"
	check "a missing file" cannot_play 'no such file' /nosuch
	check "a folder" cannot_play 'is a directory' "$LAB_DIR"
	check "a pcap" cannot_play 'is a pcap' "$LAB_DIR/pcap"
	check "the same, compressed" cannot_play 'is a pcap' "$LAB_DIR/pcap.gz"
	check "a session that is cut" cannot_play 'not a whole BinaryFILE' \
		"$LAB_DIR/cut"
	check "a file of another kind" cannot_play 'not a' "$here/demo.sh"
	check "a session without orders" cannot_play 'no orders in it' \
		"$LAB_DIR/empty"
	check "two files are too many" fails 1 "$here/../../scripts/demo" a b
}

# As in `scripts/demo | head`: nobody reads what it goes on to say.
unread() {
	TMPDIR=$LAB_DIR/tmp "$here/../../scripts/demo" 2>/dev/null |
		head -n 3 >"$LAB_DIR/head"
	[ "${PIPESTATUS[0]}" -eq 141 ] && [ -z "$(ls -A "$LAB_DIR/tmp")" ]
}

check_begin
files
whole
stopped INT 130 ' LIVE '
stopped TERM 143 '^The exchange'
check "a reader that goes away ends the demo, which leaves nothing" unread
stopped HUP 129 '^The session'
