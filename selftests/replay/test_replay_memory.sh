#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Where memory is short the tables do not fit: one line says which one, how
# large it is, and what to do.
set -u
. "$(dirname "$0")/compare.sh"

# The memory controller of either version.
for root in /sys/fs/cgroup/memory /sys/fs/cgroup /sys/fs/cgroup/unified; do
	for limit in memory.limit_in_bytes memory.max; do
		group=$root/ht-memory-$$
		[ -d "$root" ] && mkdir "$group" 2>/dev/null || continue
		[ -w "$group/$limit" ] && break 2
		rmdir "$group"
	done
	group=
done
[ -n "$group" ] || skip "no memory cgroup can be made here"

# The kernel takes its time to count a dead process out of its group.
leave() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		rmdir "$group" 2>/dev/null && break
		sleep 0.1
	done
	rm -rf "$scratch"
}
trap leave EXIT

"$bin/hairtrigger-sim" generate "$scratch/day.itch" --no-progress \
	--symbols 2 --messages 1000 || fail "generate exits with $?"

# short OPTION...: replays with 128 MiB.  The tables of 65,536 locates, which no
# option shrinks, take 72 MiB, and the verifier 20 while it loads the program.
short() {
	echo 128M >"$group/$limit" || skip "the memory cgroup takes no limit"
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" \
		"$bin/hairtrigger" replay "$scratch/day.itch" "$@" \
		>"$scratch/said" 2>"$scratch/error"
}

short
code=$?
cat "$scratch/error"
[ "$code" -eq 2 ] || fail "exit code $code, not 2"
[ "$(wc -l <"$scratch/error")" -eq 1 ] || fail "not one line"
grep -Eq 'map `[a-z]+` of [0-9]+ MiB does not fit in memory; choose smaller --orders or --levels' \
	"$scratch/error" || fail "not the words"
short --orders 10000 --levels 10000 ||
	fail "smaller tables do not fit: $(cat "$scratch/error")"
is messages 1000
