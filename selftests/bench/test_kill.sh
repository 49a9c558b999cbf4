#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kill switch's benchmark, small: each kill is counted, nothing is left of
# it, and it fails when orders leave behind a kill, not when they are late.
set -u
. "$(dirname "$0")/../replay/compare.sh"

"$bin/hairtrigger" bench kill -j --kills 3 --rate 5000 >"$scratch/said" \
	2>"$scratch/errors" || fail "exits with $?: $(cat "$scratch/errors")"

# holds FILTER
holds() {
	jq -e "$1" "$scratch/said" >"$scratch/held" ||
		fail "$1: $(cat "$scratch/said")"
}

holds '.passed and .orders >= 6 * 200'
holds '.ways | length == 2 and all(.kills == 3 and .quiet <= 3)'
holds '.ways | all(.most_fired <= 1 and .most_sent <= 1 and .late == 0)'
left=$(ls -d /sys/fs/bpf/hairtrigger/bench-* /run/hairtrigger/bench-* \
	/var/lib/hairtrigger/bench-* 2>"$scratch/none")
[ -z "$left" ] || fail "left behind: $left"
echo "bench kill: six kills"
