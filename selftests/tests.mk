# SPDX-License-Identifier: GPL-2.0
# The tests: every selftests/*/test_*.c is a program of its own, compiled with
# what NEEDS_<its name> lists, all of it under the sanitizers.

T	:= $(B)/selftests
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer
TINC	:= -Iselftests/native -Iselftests -Ikern

native	= $(patsubst %,selftests/native/%.c,$(1))
user	= $(patsubst %,user/%.c,$(1))

# kern/ compiled natively, and the same with a reference beside it
NATIVE	:= $(call native,native compose)
REFBOOK	:= selftests/reference/book.c
AGREE	:= $(NATIVE) $(REFBOOK) $(call native,agree)
# kern/ in the kernel
PROGRAM	:= $(call native,program compose) user/table.c
# the exchange without its network
GENERATE := $(filter-out %_options.c,$(wildcard user/sim/generate*.c))
EXCHANGE := $(filter-out %_options.c,$(wildcard user/sim/exchange*.c)) \
	   $(patsubst %,user/sim/%.c,book order_print)
SESSION	:= $(filter-out %_options.c,$(wildcard user/sim/session*.c)) \
	   $(EXCHANGE) $(patsubst %,user/sim/%.c,login store tcp)
MARKET	:= selftests/sim/market.c $(EXCHANGE)
# what became of our orders
ORDERS	:= $(call user,orders orders_expose orders_enter orders_apply \
	   orders_dump positions)
# a feed of the exchange, into sockets
FEED	:= selftests/sim/listener.c $(patsubst %,user/sim/%.c,feed line \
	   faults store state timing disclosed book)

# what reads the maps from outside
INSTANCE := $(call user,instance out command)
# the loaded program, messages into it, and the book read back
LOADED	:= $(call user,loader limits lock table symbols wanted replay inject book \
	   depth dump crc) $(INSTANCE)
# a file through it
REPLAY	:= $(call user,unzip capture datagram lines reorder play play_capture \
	   progress bbo) $(LOADED)

# a controller's recovery on the loaded program, and its servers
RECOVERY := $(patsubst %,selftests/user/%.c,rig rig_servers snapshot) \
	   $(LOADED) $(call user,attach pins lock) \
	   $(call native,compose) $(call user,recovery ask rejoin reorder \
	   rerequest glimpse soup trigger loop log names ouch ouch_tags \
	   ouch_words)

# a journal, and what is read of it
JOURNAL	:= $(call user,journal journal_file journal_report journal_read \
	   journal_crc loop lock)

# in the order of a packet's way
NEEDS_test_wire		:= $(call native,compose)
NEEDS_test_binaryfile	:= $(call native,compose)
NEEDS_test_feed		:= $(PROGRAM) $(call native,native)
NEEDS_test_frames	:= $(PROGRAM) $(call native,native twin wrap)
NEEDS_test_checksum	:= $(NEEDS_test_frames)
NEEDS_test_session	:= $(PROGRAM) $(call native,native)
NEEDS_test_mold		:= $(NATIVE)
NEEDS_test_recover	:= $(NATIVE)
NEEDS_test_itch		:= $(NATIVE)
NEEDS_test_vectors	:= $(NATIVE)
NEEDS_test_table	:= $(call native,compose)
NEEDS_test_row_homes	:= $(call native,compose)
NEEDS_test_order	:= $(call native,orders compose)
NEEDS_test_order_references := $(NEEDS_test_order)
NEEDS_test_near		:= $(call native,compose)
NEEDS_test_level	:= $(AGREE)
NEEDS_test_book		:= $(AGREE) $(call native,flow)
NEEDS_test_batch	:= $(AGREE) $(call native,flow)
NEEDS_test_corrupt	:= $(AGREE) $(call native,flow)
NEEDS_test_watch	:= $(AGREE) $(call native,flow)
NEEDS_test_trigger	:= $(NATIVE) $(call native,rule allow)
NEEDS_test_trigger_swap	:= $(NATIVE) $(call native,rule allow)
RISK	:= $(call user,risk risk_state risk_order risk_rate risk_clock)
CASES	:= $(call native,gate_world gate_cases gate_cases_state \
	   gate_cases_order gate_cases_exposure)
NEEDS_test_gate_cases	:= $(NATIVE) $(CASES) $(call native,gate_native) $(RISK)
NEEDS_test_gate_program	:= $(PROGRAM) $(CASES)
NEEDS_test_gate_agree	:= $(NEEDS_test_gate_cases) selftests/reference/gate.c
NEEDS_test_gate_user	:= $(NEEDS_test_gate_cases)
NEEDS_test_gate_swap	:= $(NEEDS_test_gate_cases)
NEEDS_test_gate_pace	:= $(NEEDS_test_gate_cases)
NEEDS_test_gate		:= $(NATIVE) $(call native,rule allow)
NEEDS_test_program	:= $(PROGRAM) $(call native,rule allow native)
NEEDS_test_same		:= $(NEEDS_test_frames) $(call native,rule allow flow mutate)
NEEDS_test_watch_program := $(PROGRAM)
NEEDS_test_two_lines	:= $(LOADED) $(REFBOOK) selftests/reference/csv.c \
			   $(call native,native compose flow race) user/netif.c
NEEDS_test_verifier	:= $(PROGRAM)

NEEDS_test_command	:= user/command.c user/out.c
NEEDS_test_ouch		:= user/ouch.c
NEEDS_test_positions	:= user/positions.c
NEEDS_test_ouch_answers	:= user/ouch.c
NEEDS_test_ouch_request	:= $(call user,ouch ouch_tags ouch_encode ouch_request)
NEEDS_test_ouch_original := $(NEEDS_test_ouch_request)
NEEDS_test_ouch_tags	:= $(NEEDS_test_ouch_request)
NEEDS_test_ouch_words	:= $(NEEDS_test_ouch_request) user/ouch_words.c \
			   $(call user,log names)
NEEDS_test_orders	:= $(ORDERS)
NEEDS_test_orders_chain	:= $(ORDERS)
NEEDS_test_orders_learn	:= $(ORDERS) selftests/user/told.c
NEEDS_test_orders_change := $(NEEDS_test_orders_learn)
NEEDS_test_orders_random := $(ORDERS) selftests/user/order_flow.c \
			   selftests/reference/ledger.c
NEEDS_test_orders_replay := $(NEEDS_test_orders_random)
NEEDS_test_journal	:= $(patsubst %,selftests/user/%.c,journal_rig \
			   journal_sample) $(JOURNAL) $(call user,out command \
			   ouch ouch_tags ouch_request)
NEEDS_test_journal_buffers := $(NEEDS_test_journal)
NEEDS_test_journal_crash := $(NEEDS_test_journal)
NEEDS_test_journal_orders := $(NEEDS_test_journal) $(ORDERS) \
			   selftests/user/order_flow.c \
			   selftests/reference/ledger.c $(call user,names \
			   journal_orders journal_words ouch_words)
NEEDS_test_risk		:= $(RISK) $(call user,limits lock) selftests/user/risk_world.c
NEEDS_test_risk_order	:= $(NEEDS_test_risk)
NEEDS_test_xsk		:= $(call user,xsk segment ouch)
NEEDS_test_segment	:= user/segment.c user/ouch.c
NEEDS_test_delegate	:= selftests/user/shared.c $(LOADED) $(call user, \
			   delegate delegate_open repair segment ouch xsk \
			   netif bench_netns bench_orders_wire bench_orders_sink)
NEEDS_test_delegate_closed := $(NEEDS_test_delegate)
NEEDS_test_limits	:= $(call user,limits limits_key lock out command)
# all of a controller
NEEDS_test_desk		:= $(filter-out user/main.c user/replay_options.c user/cmd_% \
			   user/bench%, \
			   $(wildcard user/*.c)) $(call native,compose) \
			   $(patsubst %,selftests/user/%.c,desk_rig desk_person)
NEEDS_test_rerequest_client := user/rerequest.c
NEEDS_test_soup		:= user/soup.c
NEEDS_test_order_session := selftests/user/exchange.c $(call user,session \
			   session_state session_tcp soup loop report_session \
			   describe names wanted symbols) $(INSTANCE)
NEEDS_test_order_login	:= $(NEEDS_test_order_session)
NEEDS_test_order_network := $(NEEDS_test_order_session)
NEEDS_test_order_path	:= $(NEEDS_test_order_session) $(call user,path_watch \
			   netif)
NEEDS_test_path_watch	:= user/path_watch.c user/netif.c
NEEDS_test_snapshot	:= selftests/user/snapshot.c user/glimpse.c user/soup.c
NEEDS_test_snapshot_time := $(NEEDS_test_snapshot)
NEEDS_test_membership	:= $(call user,membership netif out command)
NEEDS_test_control	:= $(call user,control_server lock loop out command)
NEEDS_test_trigger_language := user/trigger_parse.c
NEEDS_test_trigger_edit	:= $(call user,trigger lock) $(INSTANCE)
NEEDS_test_kill_switch	:= selftests/user/kill_rig.c $(call user,kill kill_file \
			   state_dir trigger lock) $(INSTANCE)
NEEDS_test_kill_file	:= $(NEEDS_test_kill_switch)
NEEDS_test_instance	:= $(call user,pins lock) $(INSTANCE)
NEEDS_test_lock		:= user/lock.c
NEEDS_test_silence	:= user/silence.c
NEEDS_test_symbols	:= user/symbols.c user/out.c user/command.c
NEEDS_test_daytime	:= user/daytime.c
NEEDS_test_progress	:= user/progress.c
NEEDS_test_reorder	:= user/reorder.c
NEEDS_test_recovery	:= $(RECOVERY)
NEEDS_test_ask		:= $(RECOVERY)
NEEDS_test_rejoin	:= $(RECOVERY)
NEEDS_test_rejoin_fails	:= $(RECOVERY)
NEEDS_test_book_live	:= $(LOADED) $(REFBOOK) $(call native,compose) \
			   $(call user,ladder describe names)
NEEDS_test_play		:= selftests/user/session.c $(REPLAY) \
			   $(call native,compose flow)
NEEDS_test_book_read	:= $(NATIVE) $(REFBOOK) $(call native,flow) \
			   $(INSTANCE) $(call user,book depth dump)

NEEDS_test_stream	:= $(call user,bench_stream bench_slice out command)
NEEDS_test_baseline	:= $(call user,bench_stream bench_baseline out command)

NEEDS_test_generate	:= $(GENERATE)
NEEDS_test_sim_book	:= $(MARKET)
NEEDS_test_exchange	:= $(MARKET)
NEEDS_test_enter	:= $(MARKET)
NEEDS_test_exchange_replace := $(MARKET)
NEEDS_test_exchange_modify := $(MARKET)
NEEDS_test_exchange_mass_cancel := $(MARKET)
NEEDS_test_exchange_disable := $(MARKET)
NEEDS_test_exchange_channels := $(MARKET)
NEEDS_test_exchange_resting := $(MARKET)
NEEDS_test_exchange_faults := $(MARKET)
NEEDS_test_exchange_wire := $(MARKET)
NEEDS_test_exchange_tags := $(MARKET)
NEEDS_test_exchange_accounts := $(MARKET)
NEEDS_test_line		:= $(FEED)
NEEDS_test_faults	:= $(FEED)
NEEDS_test_rerequest	:= $(FEED) user/sim/rerequest.c user/sim/lies.c
NEEDS_test_glimpse	:= selftests/sim/glimpse_client.c $(GENERATE) $(FEED) \
			   $(patsubst %,user/sim/%.c,glimpse login spin snapshot tcp)
NEEDS_test_clients	:= selftests/sim/trader.c $(SESSION)
NEEDS_test_client_stream := $(NEEDS_test_clients)
NEEDS_test_pace		:= user/sim/timing.c user/sim/pacing.c
NEEDS_test_disclosed	:= $(FEED) user/sim/rerequest.c user/sim/lies.c

TEST_SRC := $(wildcard selftests/*/test_*.c)
TESTS	:= $(TEST_SRC:selftests/%.c=$(T)/%)
TLIBS	:= -lcmocka $(LIBS) -lpthread -lm

# their time is the test's
$(patsubst %,$(T)/user/test_%,recovery ask rejoin rejoin_fails \
	order_login order_session order_network order_path): \
	TLIBS += -Wl,--wrap=clock_gettime

$(T)/obj/user/bench_orders_wire.o: $(B)/arrival.skel.h

.SECONDEXPANSION:
$(T)/obj/%.o: %.c | $(B)/hairtrigger.skel.h
	@mkdir -p $(@D)
	$(call msg,CC,$@)
	$(Q)$(CC) $(HOST) $(SAN) $(TINC) $(if $(filter selftests/kern/% \
		selftests/native/%,$<),-DHT_NATIVE) -c $< -o $@

$(TESTS): $(T)/%: $(T)/obj/selftests/%.o \
		$$(addprefix $(T)/obj/,$$(NEEDS_$$(notdir $$*):.c=.o))
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SAN) $^ -o $@ $(TLIBS)

REFERENCE := $(patsubst %,$(B)/selftests/reference/%.o,main book csv)

$(T)/reference/reference: $(REFERENCE)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ -lz

# real frames into a veth, for selftests/lab/test_frames.sh
$(T)/lab/frames: $(patsubst %,$(B)/selftests/%.o,lab/frames native/wrap)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ -lz

# a market to trade in by hand, for selftests/lab/test_by_hand.sh
$(T)/lab/hand_market: $(patsubst %,$(B)/selftests/%.o,lab/hand_market \
		native/compose)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@

# a journal to read, for selftests/lab/test_journal.sh
$(T)/lab/journal: $(patsubst %,$(B)/selftests/%.o,lab/journal \
		user/journal_sample) $(JOURNAL:%.c=$(B)/%.o) \
		$(patsubst %,$(B)/user/%.o,out command ouch)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

# the loaded program against the reference, message by message
PROOF	:= $(wildcard selftests/proof/*.c) $(call native,compose flow) \
	   $(addprefix selftests/reference/,book.c csv.c)
PROOF_O	:= $(PROOF:%.c=$(B)/%.o)
$(PROOF_O): INC += -Iselftests -Iselftests/native -Iuser
$(PROOF_O): $(B)/hairtrigger.skel.h

$(T)/proof/proof: $(PROOF_O) $(REPLAY:%.c=$(B)/%.o)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

.PHONY: test_programs
test_programs: $(TESTS) $(T)/reference/reference $(T)/proof/proof \
	$(T)/lab/frames $(T)/lab/hand_market $(T)/lab/journal

# Installs what is missing; the build has to see it, hence $(MAKE).
check:	## build everything and run every test (root; installs what is missing)
	@[ "$$(id -u)" -eq 0 ] || echo "make check: not root, so the tests of the loaded program and of the network will be skipped; all of them: sudo make check" >&2
	@scripts/deps
	@$(MAKE) --no-print-directory -j$$(nproc) test

test: all test_programs	## the same, installing nothing
	@selftests/run $(B)

# What another kernel, or its verifier, may answer differently: all that is
# linked with one of these, and the tests in namespaces.  An emulated CPU is ten
# times slower: LONG_TESTS would take minutes there, of what the others do, too,
# or of what no kernel changes.
ASKS_KERNEL := selftests/native/program.c $(call user,loader pins lock xsk \
	   session_tcp path_watch control_server)
LONG_TESTS := %/test_play %/test_book_live %/test_journal %/test_journal_orders \
	   %/test_journal_buffers %/test_kill_switch %/test_kill_file \
	   %/test_demo.sh %/test_demo_real.sh %/test_lab.sh %/test_kill.sh \
	   %/test_kill_load.sh %/test_killswitch.sh \
	   %/test_killswitch_restart.sh %/test_errors.sh %/test_refusals.sh \
	   %/test_book_commands.sh %/test_journal.sh %/test_by_hand.sh \
	   %/test_session_faults.sh %/test_orders_leave.sh %/test_risk.sh
VM_TESTS = $(filter-out $(LONG_TESTS),$(foreach test,$(TESTS),\
	   $(if $(filter $(ASKS_KERNEL),$(NEEDS_$(notdir $(test)))),$(test))) \
	   $(wildcard selftests/lab/test_*.sh))

# The program for those: without the code that bench compiles for this CPU.
RIVALS	:= $(patsubst %,user/%.o,bench_native bench_baseline)
$(B)/vm/user/bench_native.o: INC += -Ikern -DHT_NATIVE
$(addprefix $(B)/vm/,$(RIVALS)): $(B)/hairtrigger.skel.h

$(B)/vm/%.o: %.c
	@mkdir -p $(@D)
	$(call msg,CC,$@)
	$(Q)$(CC) $(HOST) -c $< -o $@

$(B)/vm/hairtrigger: $(filter-out $(RIVALS:%=$(B)/%),$(USER_O)) \
		$(RIVALS:%=$(B)/vm/%)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

vmtest:	## what asks the kernel, in Debian's 6.1 and 6.12, emulated (root installs what is missing)
	@scripts/deps vmtest
	@$(MAKE) --no-print-directory -j$$(nproc) all test_programs $(B)/vm/hairtrigger
	@scripts/vmtest $(B) $(VM_TESTS)
	$(own)

# SEEDS="1 2": other seeds than 1 2 3
proof: all $(T)/proof/proof	## the book against the reference at a market's size (root, half an hour)
	@HAIRTRIGGER_BIN=$(B) selftests/proof/full $(SEEDS)

# NAMES="loss-5% corrupt": those scenarios only
faults: all test_programs	## every fault of a feed, in namespaces; table and JSON (root, ten minutes; NAMES=: some)
	@selftests/lab/faults --json $(B)/faults.json $(NAMES)
	$(own)

# MINUTES=2 SEED=7: shorter, and other sessions and faults
soak: all	## one instance under random faults and restarts, watched for leaks (root, half an hour)
	@HAIRTRIGGER_BIN=$(B) selftests/lab/soak $(or $(MINUTES),30) $(SEED)
	$(own)
