#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every mistake gives one clear line on stderr, the right exit code, and leaves
# nothing behind.
#
# shellcheck disable=SC2016,SC2317
# shellcheck source=selftests/lab/check.sh
. "$(dirname "$0")/check.sh"

# refused CODE PATTERN COMMAND...: it says one line on stderr that matches
# PATTERN and nothing on stdout, and exits with CODE.
refused() {
	local code=$1 pattern=$2 got=0

	shift 2
	"$@" >"$LAB_DIR/out" 2>"$LAB_DIR/err" </dev/null || got=$?
	if [ "$got" -eq "$code" ] && [ ! -s "$LAB_DIR/out" ] &&
	   [ "$(wc -l <"$LAB_DIR/err")" -eq 1 ] &&
	   grep -qiE -e "$pattern" "$LAB_DIR/err"; then
		return
	fi
	{ echo "# exit $got, wanted $code and /$pattern/"
	  sed 's/^/# stdout: /' "$LAB_DIR/out"
	  sed 's/^/# stderr: /' "$LAB_DIR/err"; } >&2
	return 1
}

# As somebody without any privilege; the program must be readable to them.
as_nobody() {
	local command=$1

	shift
	cp "$command" "$LAB_DIR/nobody/" || return
	engine setpriv --reuid 65534 --regid 65534 --clear-groups \
		--bounding-set=-all --inh-caps=-all \
		"$LAB_DIR/nobody/${command##*/}" "$@"
}

nothing_loaded() {
	[ ! -e "/sys/fs/bpf/hairtrigger/$LAB_INSTANCE" ] &&
	! ip -n "$LAB_ENGINE" link show dev feed0 | grep -qw -e xdp -e xdpgeneric
}

nobody_runs() {
	[ -z "$(ip netns pids "$LAB_ENGINE")$(ip netns pids "$LAB_EXCHANGE")" ]
}

words_that_are_none() {
	check "unknown command" refused 1 'bok.*book' hairtrigger bok show
	check "unknown verb" refused 1 'shwo.*show' hairtrigger book shwo
	check "prefix of a verb" refused 1 'sho' hairtrigger book sho
	check "unknown option" refused 1 'option.*--fast' \
		hairtrigger load feed0 --fast
	check "load of nothing" refused 1 'IFNAME|interface' hairtrigger load
	check "group that is none" refused 1 'group' hairtrigger load feed0 \
		--group 1.2.3.4.5:1
	check "bad instance name" refused 1 'instance' \
		engine "$HAIRTRIGGER" -I ../../etc status
	run_options_that_are_none
	check "simulator: unknown option" refused 1 'option' \
		hairtrigger-sim run --generate --fast
	check "simulator: unknown verb" refused 1 'verb|runn' \
		hairtrigger-sim runn
	check "simulator: a login without a password" refused 1 'USER|user' \
		hairtrigger-sim run --generate --order-login trader
	check "simulator: a user twice" refused 1 'is there' \
		hairtrigger-sim run --generate --order-login me:a \
		--order-login ME:b
	check "simulator: reset without a drop" refused 1 'order-drop-after' \
		hairtrigger-sim run --generate --order-drop-reset
	check "simulator: two paces" refused 1 'one of --speed' \
		hairtrigger-sim run --generate --rate 5 --flat-out
}

# bad_run PATTERN OPTION VALUE
bad_run() {
	local pattern=$1

	shift
	check "run: $*" refused 1 "^hairtrigger: $pattern" hairtrigger run \
		--exchange "$LAB_EXCHANGE_IP:9001" "$@"
}

run_options_that_are_none() {
	local login='--login must be USER:PASSWORD of at most 6 and 10 characters, not `'
	local session='--session must be up to ten letters and digits, not `'
	local timeout='--heartbeat-timeout must be a number from 1 to 99999, not `'
	local server="--exchange must be one server's IP:PORT, not \`"

	bad_run 'unknown option `--account`' --account 1
	bad_run "$login"'trader`' --login trader
	bad_run "$login"'toolong:secret`' --login toolong:secret
	bad_run "$login"'trader:much2longer`' --login trader:much2longer
	bad_run "$session"'`' --session ''
	bad_run "$session"'HTSIM000011`' --session HTSIM000011
	bad_run "$session"'HT SIM`' --session 'HT SIM'
	bad_run "$session"'HT-SIM`' --session HT-SIM
	bad_run "$timeout"'0`' --heartbeat-timeout 0
	bad_run "$timeout"'1s`' --heartbeat-timeout 1s
	bad_run "$timeout"'100000`' --heartbeat-timeout 100000
	bad_run "${server}233.54.12.111:9001\`" --exchange 233.54.12.111:9001
	bad_run "${server}0.0.0.0:9001\`" --exchange 0.0.0.0:9001
	bad_run '--exchange must be IP:PORT, not `10.77.0.1`' --exchange 10.77.0.1
	bad_run 'the port of --exchange must be a number from 1 to 65535, not `0`' \
		--exchange 10.77.0.1:0
	bad_run '--max-qty: max-qty must be a number of shares, not `many`' \
		--max-qty many
	bad_run '--max-qty: max-qty must be at most 999999, not `1000000`' \
		--max-qty 1000000
	bad_run '--collar: collar must be like 2% or 200bps, not `2`' --collar 2
	bad_run '--firm must be four capital letters or digits, not `firm`' \
		--firm firm
	bad_run 'unexpected argument `now`' now
}

# Of a session there is nothing to see, and no limit and no kill to be set.
orders_by_hand_refuse() {
	check "a price without @" refused 1 'expected @ PRICE behind QTY' \
		hairtrigger order send AAPL buy 10 182.00
	check "a side that is none" refused 1 '`bid` is unknown, did you mean `buy`' \
		hairtrigger order send AAPL bid 10 @ 182.00
	check "a word that is none" refused 1 '`gtc` is unknown, did you mean `gtx`' \
		hairtrigger order send AAPL buy 10 @ 182.00 gtc
	check "a limit that is none" refused 1 'a limit needs' \
		hairtrigger risk set max-qty=5
	check "a limit of a symbol that is none" refused 2 '`NOSUCH`' \
		hairtrigger risk show NOSUCH
	check "a reset of nothing" refused 5 'nothing is killed' \
		hairtrigger kill reset 1
	check "a kill of no ticker" refused 1 'no ticker' \
		hairtrigger kill symbol TOOLONGTICKER
	check "a journal that is not there" refused 2 '/nosuch' \
		hairtrigger journal show /nosuch
}

# While the controller runs, and no exchange does.
session_refuses() {
	check "the session says why it is not open" session_is \
		'.state != "OPEN" and
		 .last_reason == "cannot connect: Connection refused"'
	check "a cancel of what is not there" refused 2 'no order has that number' \
		hairtrigger order cancel 7
	check "a cancel of all without a session" refused 2 \
		'the session does not take it now' hairtrigger order cancel all
}

nothing_is_loaded() {
	check "status" refused 4 'not loaded' hairtrigger status
	check "unload" refused 4 'not loaded' hairtrigger unload
	check "feed show" refused 4 'not loaded' hairtrigger feed show
	check "book show" refused 4 'not loaded' hairtrigger book show
	check "trigger show" refused 4 'not loaded' hairtrigger trigger show
	check "order show" refused 4 'not loaded|no controller' \
		hairtrigger order show
	check "session show" refused 4 'no controller' hairtrigger session show
	check "risk show" refused 4 'not loaded' hairtrigger risk show
	check "kill" refused 4 'not loaded' hairtrigger kill global
	check "run" refused 4 'not loaded' \
		hairtrigger run --exchange "$LAB_EXCHANGE_IP:9001"
}

load_refuses() {
	check "no such interface" refused 2 'nosuch0.*no such' \
		hairtrigger load nosuch0
	check "an interface without native XDP" refused 2 'lo:.*XDP' \
		hairtrigger load lo
	check "no permission" refused 2 'root|CAP_' \
		as_nobody "$HAIRTRIGGER" -I "$LAB_INSTANCE" load feed0
	check "nothing came of it" nothing_loaded
	check "load" hairtrigger load feed0
	check "loaded already" refused 2 'already loaded.*unload' \
		hairtrigger load feed0
	check "another instance on the same interface" \
		refused 2 'feed0.*another XDP' \
		engine "$HAIRTRIGGER" -I "$LAB_INSTANCE-b" load feed0
	check "the other one left nothing" \
		[ ! -e "/sys/fs/bpf/hairtrigger/$LAB_INSTANCE-b" ]
	check "the first is as it was" status_is '.feed.state == "WAITING"'
	check "status without permission" refused 2 'root|permi|CAP_' \
		as_nobody "$HAIRTRIGGER" -I "$LAB_INSTANCE" status
	check "unload without permission" refused 2 'root|permi|CAP_' \
		as_nobody "$HAIRTRIGGER" -I "$LAB_INSTANCE" unload
}

triggers_refuse() {
	check "unknown symbol" refused 2 'NOSUCH' hairtrigger trigger add a \
		NOSUCH "when ask <= 1 then buy 1 @ ask"
	check "unknown trigger" refused 2 'nosuch' hairtrigger trigger arm nosuch
	check "book of an unknown symbol" refused 2 'NOSUCH' \
		hairtrigger book show NOSUCH
	check "operator that is none" refused_rule 'when "ask < 1" then buy 1 @ ask'
	check "feature that is none" refused_rule 'when oops <= 1 then buy 1 @ ask'
	check "price finer than ITCH's" refused_rule \
		'when ask <= 1.00001 then buy 1 @ ask'
	check "five clauses" refused_rule \
		'when ask <= 1 and ask <= 1 and ask <= 1 and ask <= 1 and ask <= 1 then buy 1 @ ask'
	check "no quantity" refused_rule 'when ask <= 1 then buy @ ask'
	check "quantity 0" refused_rule 'when ask <= 1 then buy 0 @ ask'
	check "words at the end" refused_rule 'when ask <= 1 then buy 1 @ ask now'
}

# The compiler of rules points at the word, so it may say three lines.
refused_rule() {
	! hairtrigger trigger add bad AAPL "$1" >"$LAB_DIR/out" \
		2>"$LAB_DIR/err" && [ ! -s "$LAB_DIR/out" ] &&
	head -n 1 "$LAB_DIR/err" | grep -q 'column [0-9]*: expected'
}

controllers_refuse() {
	check "no exchange named" refused 1 'exchange' hairtrigger run
	check "exchange that is none" refused 1 'exchange' \
		hairtrigger run --exchange 10.77.0.300:1
	check "exchange in another network" refused 2 '192\.0\.2\.1' \
		hairtrigger run --exchange 192.0.2.1:9001
	check "journal to nowhere" refused 2 '/nosuch' hairtrigger run \
		--exchange "$LAB_EXCHANGE_IP:9001" --journal /nosuch/dir/journal
	check "orders' log to nowhere" refused 2 '/nosuch' hairtrigger run \
		--exchange "$LAB_EXCHANGE_IP:9001" --orders-log /nosuch/log
	controller_start --quiet
	lab_wait 10 session_is '.last_reason' ||
		give_up "the controller tries to connect"
	session_refuses
	orders_by_hand_refuse
	check "second controller" refused 2 'another|already' \
		hairtrigger run --exchange "$LAB_EXCHANGE_IP:9001"
	check "unload under a controller" refused 5 'controller' \
		hairtrigger unload
	check "the first one lives" status_is '.controller.alive'
	lab_stop controller
	check "it ended well" [ $? -eq 0 ]
	check "order show without it" refused 4 'controller' \
		hairtrigger order show
	check "order send without it" refused 4 'controller' \
		hairtrigger order send AAPL buy 10 @ 182.00
	check "session show without it" refused 4 'controller' \
		hairtrigger session show
}

simulators_refuse() {
	check "port in use: first" exchange_starts
	check "port in use" refused 2 '9001.*in use' \
		hairtrigger-sim run --interface-ip "$LAB_EXCHANGE_IP" --generate
	lab_stop exchange
	check "address of nobody" refused 2 '10\.9\.9\.9' \
		hairtrigger-sim run --interface-ip 10.9.9.9 --generate
	check "generate to nowhere" refused 2 '/nosuch/file' \
		hairtrigger-sim generate /nosuch/file --messages 1000
}

exchange_starts() {
	exchange_start --generate --wait-for-start
}

# Files: missing, of another kind, and cut inside a message.
files_refuse() {
	local cut=$LAB_DIR/cut.itch50

	hairtrigger-sim generate "$LAB_DIR/whole.itch50" --messages 2000 \
		--symbols 10 --no-progress >/dev/null
	head -c -7 "$LAB_DIR/whole.itch50" >"$cut"
	check "replay of a missing file" refused 2 '/nosuch.*no such' \
		hairtrigger replay /nosuch
	check "info of a missing file" refused 2 '/nosuch.*no such' \
		hairtrigger-sim info /nosuch
	check "run of a missing file" refused 2 '/nosuch.*no such' \
		hairtrigger-sim run --interface-ip "$LAB_EXCHANGE_IP" /nosuch
	check "replay of a folder" refused 2 'directory' \
		hairtrigger replay "$LAB_DIR"
	check "replay without permission" refused 2 'root|CAP_' \
		as_nobody "$HAIRTRIGGER" replay "$LAB_DIR/whole.itch50"
	check "replay of a truncated file" cut_short replay "$cut"
	check "info of a truncated file" cut_short_sim info "$cut"
	check "run of a truncated file" cut_short_sim run --flat-out \
		--linger 1ms --interface-ip "$LAB_EXCHANGE_IP" "$cut"
	check "bbo to nowhere" refused 2 '/nosuch/bbo' hairtrigger replay \
		--bbo /nosuch/bbo "$LAB_DIR/whole.itch50"
}

# They may say on stdout what came before the cut; stderr has the one line.
cut_short() {
	fails 2 hairtrigger "$@" && [ "$(wc -l <"$LAB_DIR/fails.err")" -eq 1 ] &&
	grep -q 'message [0-9]' "$LAB_DIR/fails.err"
}

# The simulator also says where it listens.
cut_short_sim() {
	fails 2 hairtrigger-sim "$@" &&
	grep -q 'message [0-9]' "$LAB_DIR/fails.err"
}

check_begin
mkdir -m 711 "$LAB_DIR/nobody" && chmod 711 "$LAB_DIR"
words_that_are_none
nothing_is_loaded
load_refuses
triggers_refuse
controllers_refuse
check "unload" hairtrigger unload
check "unload again" refused 4 'not loaded' hairtrigger unload
simulators_refuse
files_refuse
check "nothing is loaded" nothing_loaded
check "nobody runs" nobody_runs
