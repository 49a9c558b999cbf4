# SPDX-License-Identifier: GPL-2.0
# The tests: every selftests/*/test_*.c is a program of its own, compiled with
# what NEEDS_<its name> lists, all of it under the sanitizers.

T	:= $(B)/selftests
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer
TINC	:= -Iselftests/native -Iselftests -Ikern

# kern/ compiled natively, and what feeds it
NATIVE	:= $(patsubst %,selftests/native/%.c,native compose rule flow)
REFBOOK	:= selftests/reference/book.c
AGREE	:= $(NATIVE) $(REFBOOK) selftests/native/agree.c
# the exchange without its network
GENERATE := $(filter-out %_options.c,$(wildcard user/sim/generate*.c))
MARKET	:= selftests/sim/market.c user/sim/book.c user/sim/exchange.c

# what reads the maps from outside
INSTANCE := $(patsubst %,user/%.c,instance out command)

# a file through the loaded program, and the book it leaves
REPLAY	:= $(patsubst %,user/%.c,loader table pins lock symbols wanted unzip \
	   capture lines reorder replay play play_capture progress bbo book \
	   depth dump crc) $(INSTANCE)

# in the order of a packet's way
NEEDS_test_wire		:= selftests/native/compose.c
NEEDS_test_binaryfile	:= selftests/native/compose.c
NEEDS_test_feed		:= $(NATIVE) selftests/native/program.c user/table.c
NEEDS_test_mold		:= $(NATIVE)
NEEDS_test_itch		:= $(NATIVE)
NEEDS_test_vectors	:= $(NATIVE)
NEEDS_test_table	:= selftests/native/compose.c
NEEDS_test_node_homes	:= selftests/native/compose.c
NEEDS_test_order	:= $(patsubst %,selftests/native/%.c,orders compose)
NEEDS_test_order_references := $(NEEDS_test_order)
NEEDS_test_level	:= $(AGREE)
NEEDS_test_book		:= $(AGREE)
NEEDS_test_batch	:= $(AGREE)
NEEDS_test_corrupt	:= $(AGREE)
NEEDS_test_watch	:= $(AGREE)
NEEDS_test_trigger	:= $(NATIVE)
NEEDS_test_trigger_swap	:= $(NATIVE)
NEEDS_test_gate		:= $(NATIVE)
NEEDS_test_program	:= $(NATIVE) selftests/native/program.c user/table.c
NEEDS_test_same		:= $(NATIVE) selftests/native/program.c user/table.c
NEEDS_test_watch_program := $(NATIVE) selftests/native/program.c user/table.c

NEEDS_test_command	:= user/command.c user/out.c
NEEDS_test_ouch		:= user/ouch.c
NEEDS_test_orders	:= user/orders.c
NEEDS_test_risk		:= user/risk.c
NEEDS_test_xsk		:= user/xsk.c user/frame.c user/ouch.c
NEEDS_test_transport	:= user/transport.c
NEEDS_test_control	:= $(patsubst %,user/%.c,control_server lock loop out command)
NEEDS_test_trigger_language := user/trigger_parse.c
NEEDS_test_trigger_edit	:= user/trigger.c user/trigger_parse.c user/lock.c \
			   $(INSTANCE)
NEEDS_test_instance	:= user/pins.c $(INSTANCE)
NEEDS_test_lock		:= user/lock.c
NEEDS_test_symbols	:= user/symbols.c user/out.c user/command.c
NEEDS_test_daytime	:= user/daytime.c
NEEDS_test_progress	:= user/progress.c
NEEDS_test_reorder	:= user/reorder.c
NEEDS_test_book_live	:= $(REPLAY) $(REFBOOK) selftests/native/compose.c \
			   $(patsubst %,user/%.c,ladder describe names)
NEEDS_test_play		:= selftests/user/session.c $(REPLAY) \
			   $(addprefix selftests/native/,compose.c flow.c)
NEEDS_test_book_read	:= $(NATIVE) $(REFBOOK) $(INSTANCE) \
			   $(patsubst %,user/%.c,book depth dump)

NEEDS_test_stream	:= user/bench_stream.c user/bench_slice.c $(INSTANCE)
NEEDS_test_baseline	:= user/bench_stream.c user/bench_baseline.c $(INSTANCE)

NEEDS_test_generate	:= $(GENERATE)
NEEDS_test_sim_book	:= $(MARKET)
NEEDS_test_exchange	:= $(MARKET)
NEEDS_test_enter	:= $(MARKET)
NEEDS_test_pace		:= user/sim/timing.c user/sim/pacing.c

TEST_SRC := $(wildcard selftests/*/test_*.c)
TESTS	:= $(TEST_SRC:selftests/%.c=$(T)/%)
TLIBS	:= -lcmocka $(LIBS) -lpthread -lm

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

# the loaded program against the reference, message by message
PROOF	:= $(wildcard selftests/proof/*.c) selftests/native/compose.c \
	   selftests/native/flow.c $(addprefix selftests/reference/,book.c csv.c)
PROOF_O	:= $(PROOF:%.c=$(B)/%.o)
$(PROOF_O): INC += -Iselftests -Iselftests/native -Iuser
$(PROOF_O): $(B)/hairtrigger.skel.h

$(T)/proof/proof: $(PROOF_O) $(REPLAY:%.c=$(B)/%.o)
	@mkdir -p $(@D)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

.PHONY: test_programs
test_programs: $(TESTS) $(T)/reference/reference $(T)/proof/proof

# Installs what is missing; the build has to see it, hence $(MAKE).
check:	## build everything and run every test (root; installs what is missing)
	@[ "$$(id -u)" -eq 0 ] || echo "make check: not root, so the tests of the loaded program and of the network will be skipped; all of them: sudo make check" >&2
	@scripts/deps
	@$(MAKE) --no-print-directory test

test: all test_programs	## the same, installing nothing
	@selftests/run $(B)

# SEEDS="1 2": other seeds than 1 2 3
proof: all $(T)/proof/proof	## the book against the reference at a market's size (root, half an hour)
	@HAIRTRIGGER_BIN=$(B) selftests/proof/full $(SEEDS)
