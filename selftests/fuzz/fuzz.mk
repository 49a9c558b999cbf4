# SPDX-License-Identifier: GPL-2.0
# The fuzzers: every selftests/fuzz/fuzz_*.c is a libFuzzer target, compiled by
# clang with what FUZZES_<its name> lists, all of it under the sanitizers.

F	:= $(B)/fuzz
FSAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer
# Inputs are chosen by the ways they take through these.
COVERED	:= selftests/native/native.c user/%
FCOV	:= -fsanitize=fuzzer-no-link \
	   -fsanitize-coverage-ignorelist=selftests/fuzz/uncovered

# a file through all of replay, the program natively
PLAYING	:= selftests/fuzz/playing.c $(NATIVE) $(INSTANCE) \
	   $(call user,unzip capture datagram lines reorder play play_capture \
	   progress replay inject bbo symbols)

FUZZES_frame	:= $(NATIVE) $(call native,wrap)
FUZZES_mold	:= $(NATIVE)
FUZZES_itch	:= $(AGREE) $(call native,rule allow)
FUZZES_pcap	:= $(PLAYING)
FUZZES_binaryfile := $(PLAYING)
FUZZES_ouch	:= $(call user,ouch ouch_tags ouch_words) $(ORDERS)
FUZZES_request	:= $(call user,ouch ouch_tags ouch_encode ouch_request \
		   ouch_words)
FUZZES_soup	:= $(call user,soup)
FUZZES_glimpse	:= $(call user,glimpse soup)
FUZZES_order_session := $(call user,session session_state session_tcp soup loop)
FUZZES_rerequest := $(call user,rerequest) $(call native,compose)
FUZZES_servers	:= $(FEED) $(call native,compose) \
		   $(call user,sim/state sim/rerequest sim/lies sim/login)
FUZZES_control	:= $(call user,lock out command)
FUZZES_journal	:= $(call user,journal_read journal_crc journal_words \
		   journal_object journal_stats journal_orders ouch ouch_tags \
		   ouch_request ouch_words names out command) $(ORDERS)
FUZZES_kill	:= $(call user,kill kill_file state_dir trigger lock) $(INSTANCE)
FUZZES_trigger	:= $(call user,trigger_parse)
FUZZES_limits	:= $(call user,limits limits_key lock out command)
FUZZES_symbols	:= $(call user,symbols out command)
FUZZES_words	:= $(call user,daytime group command out)
FUZZES_options	:= $(call user,replay_options group daytime) $(LOADED)
FUZZES_exchange	:= $(call native,compose) $(EXCHANGE) $(call user,sim/timing)
FUZZES_entry	:= $(SESSION)
FUZZES_session	:= $(call native,compose) \
		   $(call user,sim/source sim/book sim/info_count sim/pacing)
FUZZES_sim_options := $(call user,sim/run_options sim/generate_options \
		   sim/line_options sim/server_options sim/exchange_options \
		   sim/session_options sim/option_values sim/options \
		   sim/pacing)

FUZZES	:= $(patsubst selftests/fuzz/fuzz_%.c,%,\
	   $(wildcard selftests/fuzz/fuzz_*.c))

$(F)/obj/%.o: %.c | $(B)/hairtrigger.skel.h
	@mkdir -p $(@D)
	$(call msg,FUZZ,$@)
	$(Q)$(CLANG) $(HOST) $(FSAN) $(if $(filter $(COVERED),$<),$(FCOV)) $(TINC) \
		$(if $(filter selftests/fuzz/% selftests/native/%,$<),-DHT_NATIVE) \
		-c $< -o $@

$(FUZZES:%=$(F)/%): $(F)/%: $(F)/obj/selftests/fuzz/fuzz_%.o \
		$(F)/obj/selftests/fuzz/fuzz.o \
		$$(addprefix $(F)/obj/,$$(FUZZES_$$*:.c=.o))
	$(call msg,LINK,$@)
	$(Q)$(CLANG) $(CFLAGS) $(FSAN) -fsanitize=fuzzer $^ -o $@ $(TLIBS)

$(F)/seeds: $(T)/obj/selftests/fuzz/seeds.o \
		$(T)/obj/selftests/fuzz/seeds_journal.o \
		$(T)/obj/selftests/fuzz/seeds_orders.o \
		$(T)/obj/selftests/native/compose.o \
		$(T)/obj/selftests/native/flow.o \
		$(patsubst %,$(T)/obj/user/%.o,ouch ouch_tags ouch_encode)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SAN) $^ -o $@ -lz

.PHONY: fuzz_programs
fuzz_programs: $(FUZZES:%=$(F)/%) $(F)/seeds $(B)/hairtrigger-sim

# Installs what is missing.  TARGET="itch mold": these alone.  The corpora stay
# in build/fuzz/corpus, and grow, until `make clean`.
fuzz:	## every parser against random input, TIME=60 seconds each (TARGET=name: one)
	@scripts/deps fuzz
	@$(MAKE) --no-print-directory fuzz_programs
	@selftests/fuzz/run $(B) $(or $(TIME),60) $(or $(TARGET),$(FUZZES))
	$(own)
