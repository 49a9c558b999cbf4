#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo with a real session, which has no system events.
#
# shellcheck source=selftests/lab/demo.sh
. "$(dirname "$0")/demo.sh"

real=${HAIRTRIGGER_DATA:-$here/../../../shared/data}/nasdaq-20200130-AAPL-10k.itch50
if [ ! -r "$real" ]; then
	echo "real data not here (set HAIRTRIGGER_DATA)"
	exit 77
fi
check_begin
whole "$real"
check "it had to say that the market is open" \
	demo_said 'hairtrigger load feed0 .*--market-open'
