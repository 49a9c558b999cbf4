#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The gates' benchmark: each of its packets and checks did what it says, or it
# would have failed, and every figure is there.
set -u
. "$(dirname "$0")/../replay/compare.sh"

"$bin/hairtrigger" -j bench gate >"$scratch/said" 2>"$scratch/errors" ||
	fail "it exits with $?: $(cat "$scratch/errors")"
jq -e '[.gate[].name] == ["gate_ns", "packet_ns", "refused_first_ns",
	"refused_last_ns", "fired_ns", "check_ns", "last_ns"]' \
	"$scratch/said" >/dev/null || fail "rows: $(cat "$scratch/said")"
jq -e 'all(.gate[]; .least_ns <= .median_ns and .median_ns <= .most_ns)' \
	"$scratch/said" >/dev/null || fail "order: $(cat "$scratch/said")"
jq -e 'all(.gate[] | select(.name != "gate_ns"); .most_ns > 0)' \
	"$scratch/said" >/dev/null || fail "figures: $(cat "$scratch/said")"
