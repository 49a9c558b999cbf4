#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The most telling of the scenarios in `faults`, with short sessions; all of them
# at their size: make faults.  On a machine that needs LAB_PATIENCE only two:
# one that asks for what is missing, one that loads a snapshot.
if [ "${LAB_PATIENCE:-1}" -gt 1 ]; then
	set -- --messages 20000 --rate 12000 loss-20% corrupt-spin
else
	set -- --messages 60000 --rate 12000 \
		loss-20% both-dead-1s session-change spin-cut corrupt killed
fi
exec "$(dirname "$0")/faults" "$@"
