#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The book is the reference's after every message and, in filled packets, after
# every packet: real sessions, streams made to break it, generated sessions.
set -u
. "$(dirname "$0")/../replay/compare.sh"

proof=$bin/selftests/proof/proof

# proves WHAT...: in both ways of filling packets.
proves() {
	"$proof" "$@" || fail "proof $* exits with $?"
	"$proof" --packed "$@" || fail "proof --packed $* exits with $?"
}

# generated OPTION...
generated() {
	echo "== generate $*"
	"$bin/hairtrigger-sim" generate "$scratch/session.itch" \
		--no-progress --messages 300000 "$@" ||
		fail "generate $* exits with $?"
	proves "$scratch/session.itch"
}

missing=
for file in nasdaq-20200130-AAPL-10k.itch50 \
	nasdaq-20190130-preopen-35k.itch50 \
	pcap/Nasdaq.Equities.TotalView.Itch.v5.0/Multiple.Packets.pcap; do
	if [ -r "$data/$file" ]; then
		proves "$data/$file"
	else
		missing=$file
	fi
done

proves --messages 20000 --stream all

for seed in 1 2; do
	generated --seed $seed --symbols 2000 --profile touch
	generated --seed $seed --symbols 500 --profile deep
done

[ -z "$missing" ] ||
	skip "$missing not here (set HAIRTRIGGER_DATA); all else is equal"
