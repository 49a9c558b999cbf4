# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2317
#
# demo - runs scripts/demo and looks at what it said and left; sourced

# shellcheck source=selftests/lab/check.sh
. "$(dirname "${BASH_SOURCE[0]}")/check.sh"

# In the background with job control, so that it gets signals as from a
# terminal; its scratch files go to a folder of ours.
demo_start() {
	mkdir -p "$LAB_DIR/tmp"
	rm -f "$LAB_DIR/demo.out"	# what the last one said says nothing
	touch "$LAB_DIR/demo.out"
	set -m
	TMPDIR=$LAB_DIR/tmp "$here/../../scripts/demo" "$@" \
		>"$LAB_DIR/demo.out" 2>"$LAB_DIR/demo.err" </dev/null &
	lab_pids[demo]=$!
	set +m
	demo=$!
}

# The names that this run of the demo gave to what it made.
demo_left_nothing() {
	[ ! -e "/run/netns/ht-ex-$demo" ] && [ ! -e "/run/netns/ht-en-$demo" ] &&
	[ ! -e "/sys/fs/bpf/hairtrigger/lab-$demo" ] &&
	[ ! -e "/run/hairtrigger/lab-$demo.sock" ] &&
	[ -z "$(ls -A "$LAB_DIR/tmp")" ]
}

demo_ends_well() {
	demo_start "$@"
	lab_finish demo && return
	sed 's/^/# /' "$LAB_DIR/demo.out" "$LAB_DIR/demo.err" >&2
	return 1
}

demo_said() {
	grep -qE "$1" "$LAB_DIR/demo.out"
}

# whole [FILE]: all that a demo must do.
whole() {
	check "the demo ends well" demo_ends_well "$@"
	check "every check of it held" [ "$(grep -c '^ok ' \
		"$LAB_DIR/demo.out")" -eq 8 ]
	check "it showed the market while it moved" [ "$(grep -cE \
		'^ +[0-9]+ +LIVE ' "$LAB_DIR/demo.out")" -ge 5 ]
	check "an order was followed to its end" demo_said 'executed urn 1 '
	check "it showed the session with the exchange" demo_said \
		'^state +OPEN$'
	check "and the kill switch" demo_said \
		'^ok +no order left while everything was killed$'
	check "it told the latencies" demo_said 'p99\.9 +[0-9.]+ us'
	check "it left nothing" demo_left_nothing
}
