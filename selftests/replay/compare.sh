# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# compare - the kernel's replay of a file against the reference; sourced
#
# HAIRTRIGGER_BIN is where make put the programs, HAIRTRIGGER_DATA where real
# sessions lie.

bin=${HAIRTRIGGER_BIN:-build}
data=${HAIRTRIGGER_DATA:-../shared/data}
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# skip WHY: the last line says what was missing.
skip() {
	echo "$*"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip "BPF_PROG_TEST_RUN needs root"

# figure NAME: what the last replay printed behind these words.
figure() {
	sed -n "s/^$1  *\([0-9a-f.]*\)$/\1/p" "$scratch/said"
}

# is NAME NUMBER
is() {
	[ "$(figure "$1")" = "$2" ] ||
		fail "$1 is $(figure "$1"), not $2"
}

# replays FILE [OPTION...]: runs it and keeps what it says.
replays() {
	"$bin/hairtrigger" replay "$@" >"$scratch/said" ||
		fail "replay $* exits with $?"
	cat "$scratch/said"
}

# same_as_reference FILE: every row of both outputs, byte for byte, and the
# crc of the second.
same_as_reference() {
	replays "$1" --bbo "$scratch/kernel.bbo" \
		--book "$scratch/kernel.book" --crc
	"$bin/selftests/reference/reference" "$1" \
		--bbo "$scratch/reference.bbo" \
		--book "$scratch/reference.book" --crc >"$scratch/reference" ||
		fail "the reference exits with $?"
	is crc "$(sed -n 's/^crc //p' "$scratch/reference")"
	cmp "$scratch/kernel.bbo" "$scratch/reference.bbo" ||
		fail "$1: --bbo differs"
	cmp "$scratch/kernel.book" "$scratch/reference.book" ||
		fail "$1: --book differs"
	is "unknown references" 0
	is "bad symbols" 0
	is "corrupt packets" 0
}
