#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Generated sessions of several shapes: the book is the reference's.
set -u
. "$(dirname "$0")/compare.sh"

# generated OPTION...: writes that session and compares.
generated() {
	echo "== generate $*"
	"$bin/hairtrigger-sim" generate "$scratch/session.itch" \
		--no-progress "$@" || fail "generate $* exits with $?"
	same_as_reference "$scratch/session.itch"
}

generated --seed 1 --symbols 1 --messages 5000
generated --seed 2 --symbols 100 --messages 200000
generated --seed 3 --symbols 100 --messages 200000 --profile deep
generated --seed 4 --symbols 2000 --messages 100000 --mwcb
generated --seed 5 --symbols 20 --messages 60000 --live 20000 --profile deep
