# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# soak_samples - what grows, looked at every few seconds, and the verdict on
# it; sourced by soak
#
# $out/samples.csv has a row a sample; a controller that is down is a row of
# "-" in its columns.  Judged is growth: the least of the last fifth of the
# samples against the least of the first, as what has leaked never goes away,
# and what a moment needs (to empty the tables takes a window of 8 MiB) does.

COLUMNS=second,session,state,expected,gaps,healed,begun_anew,worst_heal_us,life
COLUMNS+=,age_s,rss_kb,own_kb,locked_kb,fds,bpf_fds,threads
COLUMNS+=,maps,map_bytes,programs,links,xdp_sockets
COLUMNS+=,fires,sent,snapshots,snapshots_failed,asked_for,slab_kb,vmalloc_kb

# What poll last saw.
feed_gaps=0 feed_healed=0 feed_begun=0
feed_state=WAITING feed_session=- feed_expected=1 feed_recovery=-
live_since=			# when the wait for LIVE began, microseconds
map_ids=[] feeds_id=0
polls=0 polls_live=0

clock() {
	printf '%5d s' "$SECONDS"
}

# A wait for LIVE begins: with a session, or with a controller.
wait_for_live() {
	live_since=${EPOCHREALTIME/[.,]/}
}

live_at_last() {
	case $feed_state in LIVE | ENDED) ;; *) return ;; esac
	[ -n "$live_since" ] && [ "$feed_session" != - ] || return
	echo $(((${EPOCHREALTIME/[.,]/} - live_since) / 1000)) >>"$out/live_ms"
	live_since=
}

# "-" stands for what is not there: read takes tabs together.
poll() {
	IFS=$'\t' read -r feed_state feed_session feed_expected feed_gaps \
		feed_healed feed_begun feed_worst fires sent snapshots \
		snapshots_failed asked_for feed_recovery < <(
		hairtrigger -j status | jq -r '.feed as $f |
		.controller.status as $c | $c.recovery as $r | [$f.state,
		$f.session, $f.expected, $f.gaps, $f.times_healed,
		$f.times_begun_anew, $f.worst_heal_ns // 0, $c.fires,
		$c.session.sent,
		$r.snapshots, $r.snapshots_failed, $r.messages_asked_for,
		$r.now | if . == null or . == "" then "-" else . end] |
		@tsv') || give_up "status says how it is"
	polls=$((polls + 1))
	[ "$feed_state" != LIVE ] || polls_live=$((polls_live + 1))
	live_at_last
}

# The instance's maps, by the pins: their ids stay for as long as it is loaded.
samples_begin() {
	local pin

	for pin in "/sys/fs/bpf/hairtrigger/$LAB_INSTANCE"/*; do
		bpftool -j map show pinned "$pin" 2>/dev/null
	done | jq -sc '[.[].id | numbers]' >"$LAB_DIR/ids"
	map_ids=$(cat "$LAB_DIR/ids")
	feeds_id=$(bpftool -j map show pinned \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE/feeds" | jq .id)
	sample_every_s=$((minutes < 5 ? 1 : 3))
	echo "$COLUMNS" >"$out/samples.csv"
	: >"$out/live_ms"
}

maps_of_instance() {
	bpftool -j map show | jq -r --argjson ids "$map_ids" '
		[.[] | select(.id as $id | any($ids[]; . == $id))] |
		"\(length),\(map(.bytes_memlock) | add // 0)"'
}

# Programs that use the instance's feed, and links that hold them.
programs_of_instance() {
	{ bpftool -j prog show; bpftool -j link show; } |
		jq -rs --argjson map "$feeds_id" '
		[.[0][] | select(any(.map_ids[]?; . == $map)) | .id] as $mine |
		"\($mine | length),\([.[1][] |
		select(.prog_id as $p | any($mine[]; . == $p))] | length)"'
}

# KEY of a file of lines such as "VmRSS:   343612 kB"
line_of() {
	awk -v key="$1:" '$1 == key { print $2 }' "$2"
}

controller_size() {
	local proc=/proc/${lab_pids[controller]:-none} bpf

	if ! lab_running controller; then
		echo "-,-,-,-,-,-,-"
		return
	fi
	bpf=$(find "$proc/fd" -lname 'anon_inode:bpf*' 2>/dev/null | wc -l)
	echo "$((SECONDS - life_began)),$(line_of VmRSS "$proc/status"),$(
		line_of RssAnon "$proc/status"),$(
		line_of VmLck "$proc/status"),$(
		find "$proc/fd" -type l 2>/dev/null | wc -l),$bpf,$(
		line_of Threads "$proc/status")"
}

# Of the engine's network namespace.
xdp_sockets() {
	engine awk '$1 == "XDP" { print $3 }' /proc/net/protocols
}

sample() {
	local xdp=-

	! lab_running controller || xdp=$(xdp_sockets)
	echo "$SECONDS,$feed_session,$feed_state,$feed_expected,$feed_gaps,$(
		echo "$feed_healed,$feed_begun,$((feed_worst / 1000)),$life"),$(
		controller_size),$(maps_of_instance),$(
		programs_of_instance),$xdp,$(
		echo "$fires,$sent,$snapshots,$snapshots_failed,$asked_for"),$(
		line_of Slab /proc/meminfo),$(
		line_of VmallocUsed /proc/meminfo)" >>"$out/samples.csv"
}

# fifths COLUMN ROWS: the least of the first and of the last fifth, the peak of
# all, and of how many.  ROWS: "all"; "long", the one long life once it is warm;
# "young", one a life, the least between its third and tenth second.
fifths() {
	awk -F, -v column="$1" -v rows="$2" -v long="$long_life" \
		-v warm=$((minutes < 5 ? 6 : 60)) '
	function least(from, n,    i, min) {
		min = value[from]
		for (i = from; i < from + n; i++)
			if (value[i] < min) min = value[i]
		return min
	}
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ v = $at[column]; life = $at["life"]; age = $at["age_s"] }
	v == "-" { next }
	rows == "long" && (life != long || age < warm) { next }
	rows == "young" && (age < 3 || age > 10) { next }
	rows == "young" && life == before {
		if (v + 0 < value[n - 1]) value[n - 1] = v + 0
		next
	}
	{ value[n++] = v + 0; before = life; if (v + 0 > peak) peak = v + 0 }
	END {
		if (!n) exit 1
		fifth = int((n + 4) / 5)
		print least(0, fifth), least(n - fifth, fifth), peak + 0, n
	}' "$out/samples.csv"
}

# judge WORDS COLUMN ROWS BOUND: it grew by BOUND at most; "-": only shown
judge() {
	local first last peak n

	if ! read -r first last peak n < <(fifths "$2" "$3"); then
		check "$1: too short for a sample" [ "$minutes" -lt 5 ]
		return
	fi
	printf '  %-44s %11s %11s %11s %6s %6s\n' "$1" "$first" "$last" \
		"$peak" "$n" "$4" >>"$out/growth"
	[ "$4" = - ] ||
		check "$1 stays: $first at first, $last at last" \
			[ "$((last - first))" -le "$4" ]
}

# Bounds: 0 for what is counted exactly.  A heap keeps some of what the most
# packets held at a time took, and the most may come late: 4 MiB, where a leak
# of one packet in a hundred makes ten.  A connection for a snapshot is a
# descriptor, io_uring's workers are threads; the list of watched symbols, a
# hash, takes 32 bytes for the entry that it has at times.
judge_growth() {
	printf '  %-44s %11s %11s %11s %6s %6s\n' "least of a fifth" first \
		last peak n bound >"$out/growth"
	judge "long life: resident, KiB" rss_kb long 4096
	judge "long life: its own, KiB" own_kb long 4096
	judge "long life: locked, KiB" locked_kb long 0
	# two more while the session is open: its socket, and the raw one by
	# which early ACKs are handed in
	judge "long life: descriptors" fds long 3
	judge "long life: BPF descriptors" bpf_fds long 0
	judge "long life: threads" threads long 2
	judge "lives of 3 to 10 s: resident, KiB" rss_kb young 4096
	judge "lives of 3 to 10 s: descriptors" fds young 3
	judge "maps of the instance" maps all 0
	judge "their memory, bytes" map_bytes all 32
	judge "programs that use them" programs all 0
	judge "links of these programs" links all 0
	judge "AF_XDP sockets" xdp_sockets all 0
	judge "the machine's slab, KiB" slab_kb all -
	judge "the machine's vmalloc, KiB" vmalloc_kb all -
}
