#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The most telling of the scenarios in `faults`, with short sessions; all of them
# at their size: make faults.
exec "$(dirname "$0")/faults" --messages 60000 --rate 30000 \
	loss-20% burst-1000 framed-apart both-dead-1s both-dead-spin \
	server-lies servers-dead session-change late-join late-spin spin-cut \
	corrupt killed
