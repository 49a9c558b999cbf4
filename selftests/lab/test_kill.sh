#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The controller is killed, again and again, while a session with losses plays,
# a trigger fires and a person has orders rest, changes and cancels them: at
# random moments and at those that are named below.  The kernel's book stays
# right, nothing fires without it, no order leaves before the next one has
# reconciled, and then orders, positions and what the gates count with are
# what the exchange says, to the last share.  The journal is whole whenever it
# was killed, and rebuilds the same.
#
#   KILLS=100 selftests/lab/test_kill.sh    so many; 12 otherwise, each moment
#                                           once
#   SEED=2 selftests/lab/test_kill.sh       other moments
#   LAB_PATIENCE=2 ...                      a machine with other work to do
#
# Without a controller the kernel may fire for as long as the heartbeat limit
# says, 200 ms, and not once after that.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=selftests/lab/observed.sh
. "$here/observed.sh"

KILLS=${KILLS:-12}
RANDOM=${SEED:-1}
RATE=5000			# messages a second
KILL_SECONDS=$((16 * LAB_PATIENCE))	# of the session for each kill, at most
LINE_B=233.49.196.111:26477
# by: killed while...
moments=(hand		# a person's order is under way
	 gap		# the feed misses messages
	 joining	# a snapshot is loaded
	 early		# it is not ready
	 login		# the exchange has its login and has not answered
	 replay		# it is told of the day's orders
	 flight		# orders are at the exchange, their answers lost
	 hole		# orders are on no wire: the exchange never had them
	 adopt		# an order is in a frame, and TCP is told of it
	 torn		# what the disk had of the journal ends in a record
	 still		# nothing is under way: the next one knows the same
	 any)
declare -A hits=()		# kills of each kind that met what they wanted
grace=0				# kills after which it fired, in the limit
early=0				# kills of one that was just launched

load() {
	hairtrigger load feed0 --group 233.54.12.111:26477 --group "$LINE_B" \
		--market-open >/dev/null
}

session_play() {
	exchange_start --rate "$RATE" --market-open --linger 600s --verbose \
		--group-b "$LINE_B" --loss 1 --fault-seed "${SEED:-1}" \
		--rerequest "$LAB_EXCHANGE_IP:9002" --rerequest-delay 60ms \
		--glimpse "$LAB_EXCHANGE_IP:9003" --glimpse-delay 500ms \
		"$session"
}

trigger_always() {
	lab_wait 20 symbol_known "$symbol" || give_up "$symbol is known"
	hairtrigger trigger add again "$symbol" when "ask_size >= 1" \
		"then buy 10 @ ask cooldown 40ms max 1000000" >/dev/null ||
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

controller_lives() {
	lab_running controller && return
	cat "$LAB_DIR/controller.err" >&2
	give_up "the controller lives until it is killed"
}

# By us, if it was not at a call of its own.
controller_kill() {
	if [ "${killed:-0}" -eq 0 ]; then
		controller_lives
		kill -KILL "${lab_pids[controller]}"
	fi
	killed=0
	lab_finish controller 2>/dev/null
}

feed_is() {
	[[ " $* " == *" $(hairtrigger -j feed show | jq -r .state) "* ]]
}

pause_up_to() {
	local ms=$((RANDOM % $1))

	lab_pause "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

hit() {
	hits[$1]=$((${hits[$1]:-0} + 1))
}

# The state in which the controller left the session.
session_was() {
	[ "$(value_of accounts 0 | jq -r .session)" = "HT_SESSION_$1" ]
}

# -- a person ----------------------------------------------------------------

# A price so many cents below the best bid.
below_bid() {
	hairtrigger -j book show "$by_hand" --depth 1 |
		jq -r --argjson cents "$1" '.bids[0].price | tonumber * 100 -
		$cents | round / 100'
}

# One that rests, of which the oldest is in $urn.
resting() {
	urn=$(hairtrigger -j order show | jq -r --arg s "$by_hand" '
		[.orders[] | select(.symbol == $s and .open > 0 and
		.state != "sent")][0].urn // empty')
	[ -n "$urn" ]
}

# The exchange or the gate may refuse any of it, and orders may be over: what
# became of it is seen in the end.
person() {
	hairtrigger "$@" >/dev/null 2>>"$LAB_DIR/person.err"
}

rest() {
	person order send "$by_hand" buy 100 @ "$(below_bid "$1")" day
}

people() {
	rest 0
	rest $((30 + RANDOM % 100))
	rest $((30 + RANDOM % 100))
	resting && person order cancel "$urn" 40
	resting && person order replace "$urn" $((50 + RANDOM % 50)) @ \
		"$(below_bid $((RANDOM % 3)))" day
	person order send "$symbol" sell 10 @ \
		"$(hairtrigger -j book show "$symbol" --depth 1 |
		jq -r '.bids[0].price | tonumber * 100 | round / 100')" ioc
	[ $((RANDOM % 3)) -ne 0 ] || ! resting || person order cancel "$urn"
}

# -- the moments -------------------------------------------------------------

# Orders go on: some of this controller's own were sent.
orders_go_on() {
	status_is '.controller.status |
		.session_state == "OPEN" and .sent > 0'
}

# What the last one left is what the exchange has: nobody sends meanwhile.
reconciled() {
	check "kill $kill: the session opens" lab_wait 20 session_is_open
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	observed "kill $kill: all agree on orders and positions"
	knows_the_same
	was_cut
	check "kill $kill: no answer contradicts another" [ "$(status_get \
		'.controller.status | "\(.faults) \(.foreign)"')" = "[] 0" ]
	hairtrigger trigger arm again >/dev/null || give_up "arm"
}

# The next controller is what makes the last one's death good.
picked_up() {
	check "kill $kill: the feed heals by itself" lab_wait 20 \
		feed_is LIVE ENDED
	reconciled
	feed_is ENDED && give_up "the session lasts: more KILL_SECONDS"
	check "kill $kill: orders go on" lab_wait 20 orders_go_on
	people
}

begin() {
	controller_launch
	controller_ready
	picked_up
}

moment_any() {
	begin
	pause_up_to 500
	hit any
}

moment_hand() {
	begin
	lab_start person "$LAB_ENGINE" "$HAIRTRIGGER" -I "$LAB_INSTANCE" \
		order send "$by_hand" buy 10 @ "$(below_bid 50)" day
	pause_up_to 30
	hit hand
}

moment_gap() {
	begin
	lab_wait 5 feed_is GAP ENDED
	feed_is ENDED || hit gap
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
	lab_said controller '^ready$' || hit early
}

# The exchange stands still; its kernel takes the connection and the login.
moment_login() {
	kill -STOP "${lab_pids[exchange]}"
	controller_launch
	controller_ready
	lab_wait 5 session_was LOGIN && hit login
	pause_up_to 100
}

moment_replay() {
	controller_launch
	controller_ready
	lab_wait 5 session_was RECONCILING
	pause_up_to 600
	! session_was RECONCILING || hit replay
}

# What goes from $1 to $2 goes to a station that does not exist.
to_nobody() {
	ip -n "$1" neigh replace "$2" lladdr 02:00:00:00:00:99 nud permanent \
		dev "$3"
}

to_everybody() {
	kill -CONT "${lab_pids[exchange]}"
	ip -n "$LAB_EXCHANGE" neigh del "$LAB_ENGINE_IP" dev exch0 2>/dev/null
	ip -n "$LAB_ENGINE" neigh del "$LAB_EXCHANGE_IP" dev feed0 2>/dev/null
	:
}

unanswered() {
	lab_wait 10 status_is '.controller.status.unanswered > 0' && return
	echo "# kill $kill: no order: $(status_get '.controller.status |
		"\(.orders_leave), \(.refused)"')"
	return 1
}

moment_flight() {
	begin
	to_nobody "$LAB_EXCHANGE" "$LAB_ENGINE_IP" exch0
	unanswered && hit flight
}

# Those that TCP holds are its own to send, with nobody there to be asked.
moment_hole() {
	begin
	to_nobody "$LAB_ENGINE" "$LAB_EXCHANGE_IP" feed0
	unanswered && hit hole
	orders=$(entered | wc -l)
	pause_up_to 300
}

# At one of the calls by which TCP is told of a frame that has left.
moment_adopt() {
	begin
	lab_start tracer "$LAB_ENGINE" strace -qqq -o "$LAB_DIR/strace" \
		-p "${lab_pids[controller]}" -e trace=setsockopt \
		-e inject=setsockopt:signal=KILL:when=$((1 + RANDOM % 6))
	lab_wait 10 lab_ended controller && killed=1 && hit adopt
	lab_stop tracer
}

moment_torn() {
	begin
	pause_up_to 500
}

# The last bytes never got to the disk: the machine has died, too.
tear() {
	[ "${moments[kill % ${#moments[@]}]}" = torn ] || return 0
	truncate -s -$((1 + RANDOM % 40)) "$JOURNAL"
	check "kill $kill: a torn tail is no damage" journal_is_whole
	check "kill $kill: but it is told" grep -q 'no whole' \
		"$LAB_DIR/journal.check"
	torn=1
	hit torn
}

was_cut() {
	[ "${torn:-0}" -eq 1 ] || return 0
	check "kill $kill: the next one cuts it" grep -q 'cut' \
		"$LAB_DIR/controller.err"
	torn=0
}

# What it knew, the next one learns from the exchange.
moment_still() {
	begin
	hairtrigger trigger disarm again >/dev/null || give_up "disarm"
	# what rests from here on is too far away to trade meanwhile
	person order cancel all "$by_hand"
	rest 100
	rest 120
	observed "kill $kill: all agree before it"
	cp "$LAB_DIR/observed.dump" "$LAB_DIR/before.dump"
	cp "$LAB_DIR/observed.exchange" "$LAB_DIR/before.exchange"
}

# If nothing has happened at the exchange since.
knows_the_same() {
	[ -e "$LAB_DIR/before.dump" ] || return 0
	if cmp -s "$LAB_DIR/before.exchange" "$LAB_DIR/observed.exchange"; then
		check "kill $kill: the state is the one before, byte for byte" \
			cmp "$LAB_DIR/before.dump" "$LAB_DIR/observed.dump"
		hit still
	fi
	rm "$LAB_DIR/before.dump"
}

# -- what must hold without a controller -------------------------------------

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

# A torn tail of the one before is all that it may speak of.
says_nothing() {
	! grep -v 'these are cut$' "$LAB_DIR/controller.err"
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
	check "kill $kill: the journal is whole" journal_is_whole
	tear
	before=$(fires) orders=${orders:-$(entered | wc -l)}
	check "kill $kill: packets arrive" packets_go_on
	check "kill $kill: nothing fires" [ "$(fires)" = "$before" ]
	check "kill $kill: no order leaves" [ "$(entered | wc -l)" = "$orders" ]
	orders=
	check "kill $kill: nor did since the heartbeat's limit" \
		fired_within_the_limit
	! fires_after_the_last_beat || grace=$((grace + 1))
	check "kill $kill: no symbol's book is BAD" \
		status_is '.book.bad_symbols == 0'
}

kills() {
	local refused moment

	for ((kill = 1; kill <= KILLS; kill++)); do
		"moment_${moments[kill % ${#moments[@]}]}"
		controller_kill
		to_everybody
		check "kill $kill: it had nothing to complain about" \
			says_nothing
		dead
	done
	refused=$(status_get .counters.refused_controller)
	for moment in "${moments[@]}"; do
		echo "# $moment: ${hits[$moment]:-0}"
		check "some died so: $moment" [ "${hits[$moment]:-0}" -gt 0 ]
	done
	echo "# $grace fired after the last beat, within its limit; later" \
		"$refused fires were refused"
	check "the kernel refused to fire without one" [ "$refused" -gt 0 ]
}

# -- the end ------------------------------------------------------------------

orders_were_right() {
	check "no UserRefNum was used twice" no_number_twice
	check "nor sent twice" report_is '.orders | .ignored == 0 and
		.received > 0 and .received == .accepted + .rejected'
	check "no order left before the session was open" none_before_open
	check "orders rested, traded, were replaced and canceled" report_is \
		'.orders | .replaced > 0 and .cancels > 0 and .canceled > 0 and
		.resting_executions > 0'
	check "none was sent that no controller had counted" [ "$(entered |
		sort -n | tail -n1)" -lt "$next_urn" ]
	check "the journal has no gap" journal_has_no_gap
	check "and every order, sent or answered" journal_has_all
	check "none of them twice" [ -z "$(uniq -d "$LAB_DIR/sent")" ]
	echo "# orders: $(jq -c '.orders | [.received, .accepted, .rejected,
		.canceled, .replaced, .resting_executions]' \
		"$LAB_DIR/exchange.json"), next UserRefNum $next_urn;" \
		"$unwritten not in the journal as sent, $(comm -13 \
		"$LAB_DIR/entered" "$LAB_DIR/sent" | wc -l) in it only," \
		"replaces among them; feed: $(hairtrigger -j feed show |
			jq -c '[.gaps, .times_healed, .times_begun_anew]')"
}

to_the_end() {
	controller_launch
	controller_ready
	picked_up
	check "the session ends, nothing missing" \
		lab_wait $((KILL_SECONDS * KILLS)) feed_is ENDED
	hairtrigger trigger disarm again >/dev/null
	observed "all agree in the end"
	next_urn=$(value_of gates 0 | jq .next_urn)
	lab_stop controller
	check "the last controller ends well" [ $? -eq 0 ]
	lab_stop exchange
	check "the book is dumped" hairtrigger book dump "$LAB_DIR/kernel.csv"
	check "it is the exchange's, byte for byte" \
		cmp "$LAB_DIR/kernel.csv" "$LAB_DIR/exchange.csv"
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
session_make session.itch50 \
	--messages $((RATE * KILL_SECONDS * KILLS + 16000))
load || give_up "load"
controller_launch
controller_ready
session_play
lab_wait 20 symbol_known "$by_hand" || give_up "$by_hand is known"
trigger_always
locates_find || give_up "the symbols' rows are found"
lab_wait 20 status_is '.triggers.fires > 3' || give_up "the trigger fires"
lab_stop controller
kills
to_the_end
orders_were_right
nothing_is_left
