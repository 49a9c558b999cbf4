// SPDX-License-Identifier: GPL-2.0
/*
 * bench_gate - `hairtrigger bench gate`: what the two gates cost
 *
 * The kernel's is what a packet whose trigger is true takes longer than one
 * whose trigger is not, by BPF_PROG_TEST_RUN: refused by the first rule, by the
 * last one (so all were asked), and by none.  The one of user space is timed in
 * this process, on the same maps, as it stands before a descriptor.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "clock.h"
#include "command.h"
#include "hairtrigger.skel.h"
#include "itch50.h"
#include "limits.h"
#include "loader.h"
#include "out.h"
#include "replay.h"
#include "risk.h"

enum {
	ROUNDS = 21,
	PACKETS = 2000,		/* of a round; the ring has room for their
				 * events
				 */
	CHECKS = 20000,		/* of a round */
	LOCATE = 1,
	ROW = 1,
	BID = 999000,		/* 1e-4 dollars */
	ASK = 1001000,
	APART_NS = 20000,	/* two orders: less than any rate */
};

/* What is measured.  X(id, member, words) */
#define MEASURES(X)							\
	X(QUIET,	"packet_ns",	"packet, trigger not true")	\
	X(FIRST,	"refused_first_ns", "packet, refused by the first rule") \
	X(LAST,		"refused_last_ns", "packet, refused by the last rule") \
	X(FIRED,	"fired_ns",	"packet, fired: an event in the ring") \
	X(CHECK,	"check_ns",	"user space: risk_check()")	\
	X(LOOK,		"last_ns",	"user space: risk_last()")

enum {
#define X(id, member, words) M_##id,
	MEASURES(X)
#undef X
	MEASURES
};

static const struct {
	const char *member;
	const char *words;
} measures[MEASURES] = {
#define X(id, member, words) [M_##id] = { member, words },
	MEASURES(X)
#undef X
};

struct bench {
	struct hairtrigger_bpf *program;
	struct instance in;
	struct replay replay;
	struct ring_buffer *ring;
	struct risk risk;
	uint64_t events;
	uint64_t tenths[MEASURES][ROUNDS];	/* of a ns, each */
};

/* -- messages ------------------------------------------------------------- */

static void head(struct itch_head *h, char type)
{
	h->type = type;
	put_be16(&h->locate, LOCATE);
}

static int send(struct bench *b, const void *message, uint32_t length)
{
	int err = replay_message(&b->replay, message, length);

	return err ? err : replay_flush(&b->replay);
}

static int send_add(struct bench *b, uint64_t ref, char side, uint32_t px)
{
	struct itch_add m = { .side = side };

	head(&m.head, 'A');
	put_be64(&m.ref, ref);
	put_be32(&m.shares, 100);
	put_be32(&m.price, px);
	memcpy(m.stock, "BENCH   ", sizeof(m.stock));
	return send(b, &m, sizeof(m));
}

static int send_delete(struct bench *b, uint64_t ref)
{
	struct itch_delete m = {0};

	head(&m.head, 'D');
	put_be64(&m.ref, ref);
	return send(b, &m, sizeof(m));
}

static int market_open(struct bench *b)
{
	struct itch_system_event open = { .event = 'Q' };
	struct itch_directory name = { .authenticity = 'P' };
	struct itch_trading_action trade = { .state = 'T' };
	int err;

	head(&open.head, 'S');
	head(&name.head, 'R');
	head(&trade.head, 'H');
	memcpy(name.stock, "BENCH   ", sizeof(name.stock));
	put_be32(&name.round_lot, 100);
	err = send(b, &open, sizeof(open));
	if (!err)
		err = send(b, &name, sizeof(name));
	if (!err)
		err = send(b, &trade, sizeof(trade));
	if (!err)
		err = send_add(b, 1, 'B', BID);
	return err ? err : send_add(b, 2, 'S', ASK);
}

/* -- what the gates look at ----------------------------------------------- */

/* As `load` has them, but for what would refuse so many orders in a row. */
static int limits_widen(struct bench *b)
{
	static const char *const wide[][2] = {
		{ "symbol-rate", "65536" }, { "session-rate", "65536" },
		{ "rate", "65536" }, { "duplicate", "0" },
		{ "feed-silence", "3600s" }, { "session-silence", "3600s" },
		{ "max-mark", "3600s" },
	};
	enum { WIDE = sizeof(wide) / sizeof(*wide) };
	struct limits_edit edits[WIDE];
	char words[LIMITS_WORDS];
	int i;

	for (i = 0; i < WIDE; i++)
		if (limits_parse(limits_find(wide[i][0], words), wide[i][1],
				 &edits[i], words))
			return -EINVAL;
	return limits_change(&b->in, edits, WIDE);
}

static void account_open(struct bench *b)
{
	uint64_t now = clock_ns();

	b->in.gate->heartbeat_max_ns = UINT64_MAX;
	b->in.gate->heartbeat_ns = now;
	b->in.account->heard_ns = b->in.account->marked_ns = now;
	b->in.account->session = HT_SESSION_OPEN;
}

static void trigger_put(struct bench *b)
{
	struct ht_trigger t = {
		.name = "bench", .symbol = "BENCH",
		.state = HT_TRIGGER_ARMED,
		.rule[0] = {
			.locate = LOCATE, .clauses = 1,
			.clause[0] = { HT_F_BID, HT_GE, BID },
			.side = HT_BID, .price_from = HT_AT_ASK,
			.qty = 100, .max_fires = UINT64_MAX,
		},
	};

	b->in.triggers[ROW] = t;
	b->in.watches[LOCATE].first = ROW;
}

/* -- the kernel's --------------------------------------------------------- */

static int event_take(void *context, void *event, size_t size)
{
	struct bench *b = context;

	b->events++;
	return 0;
}

/* The bid gains an order and loses it; each of them is a packet. */
static int packets_time(struct bench *b, uint64_t *tenths)
{
	uint64_t before = b->replay.inject.ns;
	int err = 0, i;

	for (i = 0; i < PACKETS / 2 && !err; i++) {
		err = send_add(b, 3, 'B', BID);
		if (!err)
			err = send_delete(b, 3);
	}
	*tenths = (b->replay.inject.ns - before) * 10 / PACKETS;
	ring_buffer__consume(b->ring);
	return err;
}

/* A figure of another thing than it says would look good. */
static int packets_measure(struct bench *b, int measure, int round,
			   uint64_t events)
{
	int err;

	b->events = 0;
	err = packets_time(b, &b->tenths[measure][round]);
	if (!err && b->events != events)
		err = -EBADMSG;
	return err;
}

static int kernel_round(struct bench *b, int round)
{
	struct ht_clause *clause = &b->in.triggers[ROW].rule[0].clause[0];
	int err;

	clause->value = ASK;
	err = packets_measure(b, M_QUIET, round, 0);
	clause->value = BID;
	if (!err) {
		b->in.kill->global = 1;
		err = packets_measure(b, M_FIRST, round, 0);
		b->in.kill->global = 0;
	}
	if (!err) {
		b->in.exposures[LOCATE].paused = HT_YES;
		err = packets_measure(b, M_LAST, round, 0);
		b->in.exposures[LOCATE].paused = HT_NO;
	}
	return err ? err : packets_measure(b, M_FIRED, round, PACKETS);
}

/* -- the one of user space ------------------------------------------------ */

static struct ht_event event_make(uint64_t now_ns)
{
	return (struct ht_event){
		.fires = 1, .trigger = ROW, .locate = LOCATE, .qty = 100,
		.px = ASK, .side = HT_BID, .feed = HT_FEED_LIVE,
		.state = HT_SYMBOL_TRADING, .symbol = "BENCH",
		.entry_ns = now_ns,
	};
}

static int user_round(struct bench *b, int round)
{
	uint64_t now = clock_ns(), start, passed = 0;
	struct ht_event e;
	struct risk_order o;
	uint32_t i;

	risk_init(&b->risk);
	b->in.account->heard_ns = b->in.account->marked_ns = now;
	start = clock_ns();
	for (i = 0; i < CHECKS; i++) {
		now += APART_NS;
		e = event_make(now);
		e.seq = i + 1;
		o = risk_order_of(&e);
		passed += !risk_check(&b->risk, &b->in, &o, now);
	}
	b->tenths[M_CHECK][round] = (clock_ns() - start) * 10 / CHECKS;
	if (passed != CHECKS)
		return -EBADMSG;
	start = clock_ns();
	for (i = 0; i < CHECKS; i++)
		passed -= !risk_last(&b->risk, &b->in, &o);
	b->tenths[M_LOOK][round] = (clock_ns() - start) * 10 / CHECKS;
	return passed ? -EBADMSG : 0;
}

/* -- the whole ------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
	const uint64_t *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

static void row_add(struct json_object *rows, const char *member,
		    const char *words, uint64_t median, uint64_t least,
		    uint64_t most)
{
	struct json_object *row = json_object_new_object();

	out_text(row, "name", member);
	out_tenths(row, "median_ns", median);
	out_tenths(row, "least_ns", least);
	out_tenths(row, "most_ns", most);
	out_text(row, "words", words);
	json_object_array_add(rows, row);
}

/* Round by round, so that what slows a whole round is not in the difference. */
static void gate_row_add(struct json_object *rows, const struct bench *b)
{
	uint64_t own[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++)
		own[i] = b->tenths[M_LAST][i] > b->tenths[M_QUIET][i] ?
			 b->tenths[M_LAST][i] - b->tenths[M_QUIET][i] : 0;
	qsort(own, ROUNDS, sizeof(*own), by_value);
	row_add(rows, "gate_ns", "kernel: the whole gate, the difference",
		own[ROUNDS / 2], own[0], own[ROUNDS - 1]);
}

static struct json_object *report(struct bench *b)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	int i;

	gate_row_add(rows, b);
	for (i = 0; i < MEASURES; i++) {
		uint64_t *t = b->tenths[i];

		qsort(t, ROUNDS, sizeof(*t), by_value);
		row_add(rows, measures[i].member, measures[i].words,
			t[ROUNDS / 2], t[0], t[ROUNDS - 1]);
	}
	out_uint(answer, "rounds", ROUNDS);
	out_uint(answer, "packets_a_round", PACKETS);
	out_uint(answer, "checks_a_round", CHECKS);
	json_object_object_add(answer, "gate", rows);
	json_object_object_add(answer, "machine",
			       bench_machine(kernel_compiler()));
	return answer;
}

static void print(struct json_object *answer)
{
	static const struct out_column columns[] = {
		{ "median_ns", "MEDIAN NS", 1 },
		{ "least_ns", "LEAST NS", 1 },
		{ "most_ns", "MOST NS", 1 },
		{ "words", "OF", 0 },
		{ NULL, NULL, 0 }
	};

	out_fields(answer);
	putchar('\n');
	out_table(json_object_object_get(answer, "gate"), columns);
}

static int bench_open(struct bench *b)
{
	struct loader_options options = {
		.lines[0] = replay_line, .feed_name = "bench",
		.orders = 1 << 16,
	};
	int err = kernel_open_decode();	/* a floor knows the compiler */

	kernel_close();
	if (!err)
		err = loader_load(&b->program, &options);
	if (err)
		return err;
	err = instance_adopt(&b->in, b->program);
	if (err)
		return err;
	b->ring = ring_buffer__new(b->in.events_fd, event_take, b, NULL);
	if (!b->ring)
		return out_error(-errno, "the event ring");
	replay_init(&b->replay, &b->in,
		    bpf_program__fd(b->program->progs.ht_feed),
		    replay_session);
	err = limits_widen(b);
	if (!err)
		err = market_open(b);
	account_open(b);
	trigger_put(b);
	return err ? out_error(err, "the market does not open") : 0;
}

static void bench_close(struct bench *b)
{
	ring_buffer__free(b->ring);
	instance_close(&b->in);
	hairtrigger_bpf__destroy(b->program);
}

static int bench_rounds(struct bench *b)
{
	int round, err = 0;

	for (round = 0; round < ROUNDS && !err; round++) {
		bench_progress("gate: round %d of %d", round + 1, ROUNDS);
		err = kernel_round(b, round);
		if (!err)
			err = user_round(b, round);
	}
	bench_progress("%s", "");
	return err ? out_error(err, "a gate did not do what was measured") : 0;
}

int cmd_bench_gate(int argc, char **argv)
{
	struct json_object *answer;
	struct bench *b;
	int err;

	if (argc > 1)
		return argument_error(argv[1]);
	b = calloc(1, sizeof(*b));
	if (!b) {
		out_error(-ENOMEM, "bench");
		return EXIT_SYSTEM;
	}
	b->in = INSTANCE_CLOSED;
	err = bench_open(b);
	if (!err)
		err = bench_rounds(b);
	if (!err) {
		answer = report(b);
		if (globals.json)
			out_json(answer);
		else
			print(answer);
		json_object_put(answer);
	}
	bench_close(b);
	free(b);
	return err ? EXIT_SYSTEM : EXIT_OK;
}
