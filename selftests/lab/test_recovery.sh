#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The most telling of the scenarios in `faults`, with short sessions; all of them
# at their size: make faults.
exec "$(dirname "$0")/faults" --messages 60000 --rate 12000 \
	loss-20% both-dead-1s session-change spin-cut corrupt killed
