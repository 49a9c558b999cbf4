# SPDX-License-Identifier: GPL-2.0
# hairtrigger: `make help` lists the targets.  V=1 shows the commands.

CLANG	?= clang
BPFTOOL	?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PREFIX	?= /usr/local
DESTDIR	?=
B	:= build

USER	:= $(wildcard user/*.c)
SIM	:= $(wildcard user/sim/*.c)

WARN	:= -Wall -Wextra -Werror -Wno-unused-parameter -Wshadow \
	   -Wstrict-prototypes -Wmissing-prototypes
INC	:= -Iinclude -Imaps -I$(B)
CFLAGS	?= -O2 -g
# Slots of a table are read as words, whatever struct they hold.
ALIAS	:= -fno-strict-aliasing
HOST	= -std=gnu11 $(ALIAS) -D_GNU_SOURCE $(WARN) $(INC) $(CFLAGS) -MMD -MP
# The pointer to a map's only value is called as the map is: hence no -Wshadow.
# Debian keeps asm/types.h in a folder that clang does not search for BPF.
BPF	:= -std=gnu11 $(ALIAS) -O2 -g -target bpf -mcpu=v3 $(WARN) \
	   -Wno-missing-prototypes -Wno-shadow $(INC) -Ikern \
	   -idirafter /usr/include/$(shell gcc -print-multiarch) -MMD -MP

LIBS	:= -lbpf -lxdp -luring -lmnl -lpcap -ljson-c -lcap-ng -lz
SIMLIBS	:= -ljson-c -lz

PROGRAMS := $(B)/hairtrigger $(B)/hairtrigger-sim
SCRIPTS	:= scripts/demo scripts/lab
# README shows and links them by these paths, also where it is installed
FIGURES	:= $(patsubst %,selftests/bench/book.%,json svg)
BINDIR	= $(DESTDIR)$(PREFIX)/bin
LIBEXECDIR = $(DESTDIR)$(PREFIX)/libexec/hairtrigger
DOCDIR	= $(DESTDIR)$(PREFIX)/share/doc/hairtrigger

# In the order of use, which is also that of `make help`.
TARGETS	:= all demo check test vmtest proof faults soak fuzz bench install uninstall clean help

# What `sudo make` built belongs to who called it, so that `make` works after.
own	= $(if $(SUDO_UID),@chown -R $(SUDO_UID):$(SUDO_GID) $(B))

ifeq ($(V),1)
Q	:=
msg	:= @:
else
Q	:= @
msg	= @printf '  %-8s %s\n' '$(1)' '$(patsubst $(B)/%,%,$(2))'
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: $(TARGETS) tools

all: tools $(PROGRAMS)	## build everything
	$(own)

# Name what is missing at once, and the one command that installs it.
tools:
	@scripts/deps --check

help:	## list these
	@awk -F':.*## ' '/^[a-z]+:.*## / { words[$$1] = $$2 } \
		END { n = split("$(TARGETS)", target, " "); \
		for (i = 1; i <= n; i++) printf "  make %-10s %s\n", \
		i == 1 ? "" : target[i], words[target[i]] }' $(MAKEFILE_LIST)

$(B)/%.bpf.o: kern/%.bpf.c
	@mkdir -p $(@D)
	$(call msg,BPF,$@)
	$(Q)$(CLANG) $(BPF) -c $< -o $@

$(B)/%.skel.h: $(B)/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

USER_O	:= $(USER:%.c=$(B)/%.o)
SIM_O	:= $(SIM:%.c=$(B)/%.o)
$(USER_O): $(B)/hairtrigger.skel.h
# The bench has two rivals of the program in it, compiled as their users would;
# RIVAL= with nothing behind it makes a binary for other machines.
RIVAL	?= -O3 -march=native
$(B)/user/bench_kernel.o: $(B)/floor.skel.h
$(B)/user/bench_wire.o: $(B)/flood.skel.h
$(B)/user/bench_orders_wire.o $(B)/user/bench_kill_lab.o: $(B)/arrival.skel.h
$(B)/user/bench_native.o $(B)/user/bench_baseline.o: CFLAGS += $(RIVAL)
$(B)/user/bench_native.o: INC += -Ikern -DHT_NATIVE
# The exchange judges the engine, so it shares only the wire formats with it.
$(SIM_O): INC := -Iinclude

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call msg,CC,$@)
	$(Q)$(CC) $(HOST) -c $< -o $@

$(B)/hairtrigger: $(USER_O)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

$(B)/hairtrigger-sim: $(SIM_O)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(SIMLIBS)

# Installs what is missing; the build has to see it, hence $(MAKE).
demo:	## an exchange, the engine and orders, to watch (root); FILE=path: a session
	@[ "$$(id -u)" -eq 0 ] || { echo "make demo: not root, which network namespaces and XDP need; run: sudo make demo" >&2; exit 2; }
	@scripts/deps
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@HAIRTRIGGER_BIN=$(B) scripts/demo $(if $(FILE),'$(FILE)')

# Only the program's own time: no network, no driver, no interrupts.  The figures
# that README shows are a run's: for f in json svg; do
# cp build/bench-book.$f selftests/bench/book.$f; done
bench: all	## time per message beside other books; JSON and chart (root)
	@$(B)/hairtrigger bench book --out $(B) \
		--data "$${HAIRTRIGGER_DATA:-../shared/data}"
	$(own)

install: all	## copy to DESTDIR PREFIX (/usr/local)
	install -d $(BINDIR) $(LIBEXECDIR) $(DOCDIR)/selftests/bench
	install $(PROGRAMS) $(BINDIR)
	install $(SCRIPTS) $(LIBEXECDIR)
	install -m 644 README.md LICENSE $(DOCDIR)
	install -m 644 $(FIGURES) $(DOCDIR)/selftests/bench

uninstall:	## remove what install copied
	rm -f $(PROGRAMS:$(B)/%=$(BINDIR)/%) $(SCRIPTS:scripts/%=$(LIBEXECDIR)/%)
	rm -f $(patsubst %,$(DOCDIR)/%,README.md LICENSE $(FIGURES))
	for d in $(LIBEXECDIR) $(DOCDIR)/selftests/bench $(DOCDIR)/selftests \
		$(DOCDIR); do [ ! -d "$$d" ] || rmdir "$$d"; done

clean:	## remove build products
	$(Q)rm -rf $(B)

include $(wildcard selftests/tests.mk selftests/fuzz/fuzz.mk)
-include $(shell find $(B) -name '*.d' 2>/dev/null)
