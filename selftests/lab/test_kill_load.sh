#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# load and unload are killed before system calls of theirs that leave something
# behind, and at random moments.  Whatever the moment, the interface has the
# program of a whole instance or none, and the next load, or unload, simply
# works.
#
#   KILLS=100 selftests/lab/test_kill_load.sh    at all of those calls, and 100
#                                                times at random; else at seven
#                                                and 3 times
#   SEED=2 selftests/lab/test_kill_load.sh       other moments
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

KILLS=${KILLS:-3}
RANDOM=${SEED:-1}
pins=/sys/fs/bpf/hairtrigger/$LAB_INSTANCE

# killed_at CALL N COMMAND...: as it enters the Nth of these system calls.
# Return: false when it ended before.
killed_at() {
	local call=$1 n=$2

	shift 2
	! engine strace -qqq -o "$LAB_DIR/strace" -e "trace=$call" \
		-e "inject=$call:signal=KILL:when=$n" \
		"$HAIRTRIGGER" -I "$LAB_INSTANCE" "$@" >/dev/null 2>&1
}

# calls_of CALL,... COMMAND...: the trace of all of them in $LAB_DIR/calls.
calls_of() {
	local names=$1

	shift
	engine strace -qqq -o "$LAB_DIR/calls" -e "trace=$names" \
		"$HAIRTRIGGER" -I "$LAB_INSTANCE" "$@" >/dev/null
}

count() {
	grep -c "^$1" "$LAB_DIR/calls"
}

# The numbers FIRST to LAST, or just one of them.
choose() {
	if [ "$KILLS" -ge 100 ]; then
		mapfile -t chosen < <(seq "$1" "$2")
	else
		chosen=($(($1 + RANDOM % ($2 - $1 + 1))))
	fi
}

program_there() {
	ip -n "$LAB_ENGINE" link show dev feed0 | grep -qw xdp
}

no_program() {
	! program_there
}

# Attached and pinned whole, or neither.
is_whole_or_nothing() {
	if [ -e "$pins/link" ]; then
		program_there && hairtrigger status >/dev/null
	else
		no_program
	fi
}

# A whole instance is unloaded before.
simply_loads() {
	check "$1: the interface has a whole instance, or nothing" \
		is_whole_or_nothing
	if [ -e "$pins/link" ]; then
		check "$1: it is unloaded" hairtrigger unload
	elif [ -e "$pins" ]; then
		partly=$((partly + 1))
	fi
	check "$1: load works" quietly hairtrigger load feed0
	check "$1: the instance works" status_is '.feed.state == "WAITING"'
}

simply_unloads() {
	check "$1: the interface has a whole instance, or nothing" \
		is_whole_or_nothing
	[ ! -e "$pins" ] || check "$1: unload works" hairtrigger unload
	check "$1: nothing is left" nothing_is_left
}

quietly() {
	"$@" 2>"$LAB_DIR/quietly.err"
}

nothing_is_left() {
	[ ! -e "$pins" ] && no_program &&
	[ -z "$(ls /run/hairtrigger/"$LAB_INSTANCE".* 2>/dev/null)" ]
}

# load_killed CALL FIRST LAST
load_killed() {
	local call=$1 n

	choose "$2" "$3"
	for n in "${chosen[@]}"; do
		check "load killed at $call $n" killed_at "$call" "$n" \
			load feed0
		simply_loads "load killed at $call $n"
		hairtrigger unload >/dev/null
		steps=$((steps + 1))
	done
}

# What comes before the first mkdir leaves nothing behind.
load_kills() {
	local before

	calls_of mkdir,flock,bpf load feed0
	before=$(sed '/^mkdir/q' "$LAB_DIR/calls" | grep -c '^bpf')
	hairtrigger unload >/dev/null
	check "load pins in more than ten steps" \
		[ $(($(count bpf) - before)) -gt 10 ]
	load_killed mkdir 1 "$(count mkdir)"
	load_killed flock 1 "$(count flock)"
	load_killed bpf $((before + 1)) $(($(count bpf) - 1))
	load_killed bpf "$(count bpf)" "$(count bpf)"	# the link's pin
}

# By turns an unload follows, or a load.
unload_killed() {
	local call=$1 n

	choose 1 "$(count "$call")"
	for n in "${chosen[@]}"; do
		hairtrigger load feed0 >/dev/null || give_up "load"
		check "unload killed at $call $n" killed_at "$call" "$n" unload
		if [ $((n % 2)) -eq 0 ]; then
			simply_unloads "unload killed at $call $n"
		else
			simply_loads "unload killed at $call $n"
			hairtrigger unload >/dev/null
		fi
		steps=$((steps + 1))
	done
}

unload_kills() {
	local call

	hairtrigger load feed0 >/dev/null || give_up "load"
	calls_of flock,bpf,unlink,rmdir unload
	for call in flock bpf unlink rmdir; do
		unload_killed "$call"
	done
}

# The time that a load takes is where its kills are.  Nobody waits for the
# killed one's end: its kernel may still be at work.
random_kills() {
	local begin=${EPOCHREALTIME/[.,]/} took us n

	hairtrigger load feed0 >/dev/null
	took=$((${EPOCHREALTIME/[.,]/} - begin))
	hairtrigger unload >/dev/null
	for ((n = 1; n <= KILLS; n++)); do
		us=$(((RANDOM * 32768 + RANDOM) % took))
		lab_start load "$LAB_ENGINE" "$HAIRTRIGGER" \
			-I "$LAB_INSTANCE" load feed0
		lab_pause "$(printf '%d.%06d' $((us / 1000000)) \
			$((us % 1000000)))"
		kill -KILL "${lab_pids[load]}" 2>/dev/null
		quietly hairtrigger load feed0 >/dev/null ||
			check "random kill $n: it was whole" \
				grep -q 'already loaded' "$LAB_DIR/quietly.err"
		lab_finish load 2>/dev/null
		check "random kill $n: the instance works" \
			status_is '.feed.state == "WAITING"'
		check "random kill $n: unload" hairtrigger unload
		check "random kill $n: nothing is left" nothing_is_left
	done
}

# The kernel takes the link off with the interface; the pins stay.
interface_gone() {
	check "load" hairtrigger load feed0
	ip -n "$LAB_ENGINE" link del feed0
	ip -n "$LAB_ENGINE" link add feed1 type veth peer name exch1
	ip -n "$LAB_ENGINE" link set exch1 up
	ip -n "$LAB_ENGINE" link set feed1 up
	check "an instance whose interface is gone is not overwritten" \
		fails 2 hairtrigger load feed1
	check "one line says what to do" grep -qx \
		".*its interface is gone; .*$LAB_INSTANCE unload. clears.*" \
		"$LAB_DIR/fails.err"
	check "which works" hairtrigger unload
	check "and then load on another one" hairtrigger load feed1
	check "whose unload leaves nothing" hairtrigger unload
	check "no pins" [ ! -e "$pins" ]
}

check_begin
steps=0 partly=0
load_kills
unload_kills
check "some left a part of an instance" [ "$partly" -gt 0 ]
echo "# killed at $steps system calls, $partly of them left a part"
random_kills
interface_gone
