#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The controller is killed, again and again, while a session with losses plays
# and a trigger fires: at random moments, with a gap open, while a snapshot is
# loaded, before it is ready, with an order under way.  The kernel's book stays
# right, nothing fires without it, and the next one picks up by itself.
#
#   KILLS=100 selftests/lab/test_kill.sh    so many; 12 otherwise
#   SEED=2 selftests/lab/test_kill.sh       other moments
#   LAB_PATIENCE=2 ...                      a machine with other work to do
#
# Without a controller the kernel may fire for as long as the heartbeat limit
# says, 200 ms, and not once after that.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

KILLS=${KILLS:-12}
RANDOM=${SEED:-1}
RATE=8000			# messages a second
KILL_SECONDS=$((2 * LAB_PATIENCE))	# of the session for each kill, about
LINE_B=233.49.196.111:26477
moments=(any gap joining early flight)
declare -A hits=()		# kills of each kind that met what they wanted
grace=0				# kills after which it fired, in the limit
early=0				# kills of one that was just launched

# Without its system events, so that the market is open throughout.
session_make() {
	session=$LAB_DIR/session.itch50
	hairtrigger-sim generate "$LAB_DIR/whole" --symbols 20 --seed 7 \
		--messages $((RATE * KILL_SECONDS * KILLS + 16000)) \
		--no-progress >/dev/null || give_up "a session is generated"
	perl -e 'binmode STDIN; binmode STDOUT;
		while (read(STDIN, my $n, 2) == 2) {
			read(STDIN, my $m, unpack("n", $n));
			print $n, $m if $m !~ /^S/;
		}' <"$LAB_DIR/whole" >"$session"
	rm "$LAB_DIR/whole"
	symbol=$(hairtrigger-sim info -j "$session" |
		jq -r '.busiest[0].symbol')
}

load() {
	hairtrigger load feed0 --group 233.54.12.111:26477 --group "$LINE_B" \
		--market-open >/dev/null
}

session_play() {
	exchange_start --rate "$RATE" --market-open --linger 600s \
		--group-b "$LINE_B" --loss 1 --fault-seed "${SEED:-1}" \
		--rerequest "$LAB_EXCHANGE_IP:9002" --rerequest-delay 60ms \
		--glimpse "$LAB_EXCHANGE_IP:9003" --glimpse-delay 500ms \
		"$session"
}

trigger_always() {
	lab_wait 20 symbol_known "$symbol" || give_up "$symbol is known"
	hairtrigger trigger add again "$symbol" when "ask_size >= 1" \
		"then buy 10 @ ask cooldown 20ms max 1000000" >/dev/null ||
		give_up "a trigger is added"
	hairtrigger trigger arm again >/dev/null || give_up "and armed"
}

# Not waiting for anything.
controller_launch() {
	lab_start controller "$LAB_ENGINE" "$HAIRTRIGGER" -I "$LAB_INSTANCE" \
		run --exchange "$LAB_EXCHANGE_IP:9001" \
		--rerequest "$LAB_EXCHANGE_IP:9002" \
		--glimpse "$LAB_EXCHANGE_IP:9003" "$@"
}

controller_ready() {
	lab_ready controller '^ready$' || give_up "the controller is ready"
}

controller_kill() {
	if ! lab_running controller; then
		cat "$LAB_DIR/controller.err" >&2
		give_up "the controller lives until it is killed"
	fi
	kill -KILL "${lab_pids[controller]}"
	lab_finish controller 2>/dev/null
}

feed_is() {
	[[ " $* " == *" $(hairtrigger -j feed show | jq -r .state) "* ]]
}

pause_up_to() {
	local ms=$((RANDOM % $1))

	lab_pause "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

# -- the moments -------------------------------------------------------------

# The next controller is what makes the last one's death good.
picked_up() {
	check "kill $kill: the feed heals by itself" lab_wait 20 \
		feed_is LIVE ENDED
	feed_is ENDED || check "kill $kill: orders go on" lab_wait 20 \
		status_is '.controller.status.accepted > 0'
}

moment_any() {
	controller_launch
	controller_ready
	picked_up
	pause_up_to 500
	hits[any]=$((${hits[any]:-0} + 1))
}

moment_gap() {
	controller_launch
	controller_ready
	picked_up
	feed_is ENDED && return
	lab_wait 5 feed_is GAP ENDED
	feed_is ENDED || hits[gap]=$((${hits[gap]:-0} + 1))
}

# Without a controller a gap stays, and grows.
moment_joining() {
	lab_wait 10 says '.state == "ENDED" or .tail - .expected > 500' \
		hairtrigger -j feed show
	controller_launch --snapshot-above 500
	controller_ready
	lab_wait 5 feed_is JOINING ENDED
	pause_up_to 300
}

# Every other time at once, so that some are not ready on the fastest machine.
moment_early() {
	controller_launch
	early=$((early + 1))
	pause_up_to $((early % 2 ? 1 : 150))
	lab_said controller '^ready$' ||
		hits[early]=$((${hits[early]:-0} + 1))
}

# What the exchange answers goes to a station that does not exist.
moment_flight() {
	controller_launch
	controller_ready
	picked_up
	ip -n "$LAB_EXCHANGE" neigh replace "$LAB_ENGINE_IP" \
		lladdr 02:00:00:00:00:99 nud permanent dev exch0
	lab_wait 5 status_is '.feed.state == "ENDED" or
		.controller.status.working > 0'
	status_is '.controller.status.working > 0' &&
		hits[flight]=$((${hits[flight]:-0} + 1))
}

answers_arrive() {
	ip -n "$LAB_EXCHANGE" neigh del "$LAB_ENGINE_IP" dev exch0 2>/dev/null
}

# -- what must hold without a controller -------------------------------------

value_of() {
	bpftool -j map lookup pinned \
		"/sys/fs/bpf/hairtrigger/$LAB_INSTANCE/$1" \
		key "$2" 0 0 0 | jq -c .formatted.value
}

# The kernel's own clock: the last fire, and the last heartbeat.
fired_within_the_limit() {
	jq -en --argjson t "$(value_of triggers 1)" \
		--argjson g "$(value_of gates 0)" \
		'$t.last_ns <= $g.heartbeat_ns + $g.heartbeat_max_ns'
}

fires_after_the_last_beat() {
	jq -en --argjson t "$(value_of triggers 1)" \
		--argjson g "$(value_of gates 0)" \
		'$t.last_ns > $g.heartbeat_ns' >/dev/null
}

fires() {
	status_get '"\(.counters.fired) \(.triggers.fires)"'
}

# Long enough that the trigger would have fired, were there a controller; unless
# the feed is not LIVE, or its session ends.
packets_go_on() {
	local frames

	frames=$(status_get .counters.frames)
	lab_wait 10 status_is ".feed.state != \"LIVE\" or
		.counters.frames > $frames + 3000"
}

dead() {
	local before

	# nobody takes the feed out of it any more
	! feed_is JOINING || hits[joining]=$((${hits[joining]:-0} + 1))
	check "kill $kill: order show says that no controller runs" \
		fails 4 hairtrigger order show
	check "kill $kill: in words" grep -q 'no controller runs' \
		"$LAB_DIR/fails.err"
	check "kill $kill: status notices" lab_wait 5 \
		status_is '.controller.alive | not'
	before=$(fires)
	check "kill $kill: packets arrive" packets_go_on
	check "kill $kill: nothing fires" [ "$(fires)" = "$before" ]
	check "kill $kill: nor did since the heartbeat's limit" \
		fired_within_the_limit
	! fires_after_the_last_beat || grace=$((grace + 1))
	check "kill $kill: no symbol's book is BAD" \
		status_is '.book.bad_symbols == 0'
}

kills() {
	local refused

	for ((kill = 1; kill <= KILLS; kill++)); do
		"moment_${moments[kill % ${#moments[@]}]}"
		controller_kill
		answers_arrive
		check "kill $kill: it had nothing to complain about" \
			[ ! -s "$LAB_DIR/controller.err" ]
		dead
	done
	refused=$(status_get .counters.refused_controller)
	echo "# ${moments[*]}: ${hits[any]:-0} ${hits[gap]:-0}" \
		"${hits[joining]:-0} ${hits[early]:-0} ${hits[flight]:-0};" \
		"$grace fired after the last beat, within its limit;" \
		"later $refused fires were refused"
	check "some died with a gap open" [ "${hits[gap]:-0}" -gt 0 ]
	check "some while a snapshot was loaded" [ "${hits[joining]:-0}" -gt 0 ]
	check "some before they were ready" [ "${hits[early]:-0}" -gt 0 ]
	check "some with an order under way" [ "${hits[flight]:-0}" -gt 0 ]
	check "the kernel refused to fire without one" [ "$refused" -gt 0 ]
}

# -- the end ------------------------------------------------------------------

to_the_end() {
	controller_launch
	controller_ready
	check "the session ends, nothing missing" lab_wait 120 feed_is ENDED
	next_urn=$(value_of gates 0 | jq .next_urn)
	lab_stop controller
	check "the last controller ends well" [ $? -eq 0 ]
	lab_stop exchange
	check "the book is dumped" hairtrigger book dump "$LAB_DIR/kernel.csv"
	check "it is the exchange's, byte for byte" \
		cmp "$LAB_DIR/kernel.csv" "$LAB_DIR/exchange.csv"
	check "no UserRefNum was used twice" report_is '.orders |
		.ignored == 0 and .received > 0 and .accepted == .received'
	check "none was sent that no controller had counted" report_is \
		".orders.received < $next_urn"
	echo "# orders: $(jq -c '.orders | [.received, .accepted]' \
		"$LAB_DIR/exchange.json"), next UserRefNum $next_urn;" \
		"feed: $(hairtrigger -j feed show |
			jq -c '[.gaps, .times_healed, .times_begun_anew]')"
}

xdp_sockets() {
	engine awk '$1 == "XDP" { print $3 }' /proc/net/protocols
}

no_program() {
	! bpftool prog show id "$program" 2>/dev/null
}

nothing_is_left() {
	program=$(ip -n "$LAB_ENGINE" -j -d link show dev feed0 |
		jq '.[0].xdp.prog.id')
	check "unload" hairtrigger unload
	check "no pin or file is left" [ -z "$(lab_traces | grep -e /bpf/ \
		-e /run/hairtrigger/)" ]
	check "no AF_XDP socket" lab_wait 5 [ "$(xdp_sockets)" -eq 0 ]
	check "no program" lab_wait 5 no_program
	check "nobody runs" lab_namespace_empty "$LAB_ENGINE"
	check "load works at once" load
	check "so does unload" hairtrigger unload
}

check_begin
session_make
load || give_up "load"
controller_launch
controller_ready
session_play
trigger_always
lab_wait 20 status_is '.triggers.fires > 3' || give_up "the trigger fires"
lab_stop controller
kills
to_the_end
nothing_is_left
