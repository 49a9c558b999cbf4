// SPDX-License-Identifier: GPL-2.0
/*
 * What is read of a book while another process drives the loaded program flat
 * out: never a mixture of two moments, and checksums of the very message they
 * name.
 *
 * The stream keeps rules that hold after each message and for no mixture: a
 * symbol's bids are below its middle and its asks above, and its sides differ
 * by at most one order of 100 shares, as orders come and go in pairs.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "../../user/crc.h"
#include "../../user/dump.h"
#include "../../user/ladder.h"
#include "../../user/loader.h"
#include "../../user/replay.h"
#include "compose.h"
#include "hairtrigger.skel.h"
#include "price.h"
#include "reference/book.h"

enum {
	SYMBOLS = 40,
	PAIRS = 200,		/* of each symbol at most */
	MESSAGES = 3000000,
	STOP_EVERY = 20000,	/* messages, until somebody has a checksum */
	MIDDLE = 1000000,
	READS_LEAST = 50,
};

/* The stream, made of nothing but its state: both sides make the same. */
struct stream {
	uint64_t random;
	uint32_t made;
	uint32_t pairs[SYMBOLS + 1];	/* live */
	uint64_t first[SYMBOLS + 1];	/* number of the oldest pair */
	bool half;		/* the other half of a pair is next */
	uint16_t locate;
	bool add;
};

static struct hairtrigger_bpf *skel;
static struct instance in;

static uint64_t reference_of(uint16_t locate, uint64_t pair, int ask)
{
	return ((uint64_t)locate << 32 | pair << 1 | (uint64_t)ask) + 1;
}

/* A pair's price is the same distance from the middle on both sides. */
static uint32_t distance(uint64_t pair)
{
	return 100 * (1 + (uint32_t)(pair * 7 % 61));
}

static struct msg half_of_pair(struct stream *s)
{
	uint64_t pair = s->first[s->locate];
	int ask = s->half;

	if (s->add)
		pair += s->pairs[s->locate];
	s->half = !s->half;
	if (!s->half) {		/* the pair is whole, or gone */
		s->pairs[s->locate] += s->add ? 1 : -1u;
		s->first[s->locate] += !s->add;
	}
	if (!s->add)
		return msg_delete(s->locate,
				  reference_of(s->locate, pair, ask));
	return msg_add(s->locate, reference_of(s->locate, pair, ask),
		       ask ? 'S' : 'B', 100, ask ? MIDDLE + distance(pair) :
						   MIDDLE - distance(pair));
}

static struct msg stream_next(struct stream *s)
{
	char stock[9];

	s->made++;
	if (s->made <= SYMBOLS) {
		snprintf(stock, sizeof(stock), "S%02u     ", s->made);
		return msg_directory((uint16_t)s->made, stock, 'P');
	}
	if (!s->half) {
		s->locate = (uint16_t)(1 + random_below(&s->random, SYMBOLS));
		s->add = s->pairs[s->locate] < PAIRS &&
			 (!s->pairs[s->locate] ||
			  random_below(&s->random, 100) < 52);
	}
	return half_of_pair(s);
}

/* The child: everything through the program, as fast as it goes; with a
 * descriptor it stops now and then until a byte comes in there.
 */
static void drive(int go)
{
	static struct replay replay;
	struct stream s = { .random = 5 };
	struct msg m;
	uint32_t i;
	int err = 0;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	replay_init(&replay, &in, bpf_program__fd(skel->progs.ht_feed),
		    replay_session);
	for (i = 0; i < MESSAGES && !err; i++) {
		m = stream_next(&s);
		err = replay_message(&replay, m.byte, m.len);
		if (!err && go >= 0 && i % STOP_EVERY == 0) {
			err = replay_flush(&replay);
			if (read(go, &byte, 1) != 1)
				err = -EPIPE;
		}
	}
	if (!err)
		err = replay_flush(&replay);
	_exit(err ? 1 : 0);
}

static int setup(void **state)
{
	struct loader_options options = { .orders = 100000,
					  .lines[0] = replay_line };
	int err = loader_load(&skel, &options);

	return err ? err : instance_adopt(&in, skel);
}

static int teardown(void **state)
{
	instance_close(&in);
	hairtrigger_bpf__destroy(skel);
	return 0;
}

static pid_t driver_start(int go)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		drive(go);
	return pid;
}

/* Whether it still runs; its end must be a good one. */
static bool driver_runs(pid_t pid)
{
	int status;

	if (!waitpid(pid, &status, WNOHANG))
		return true;
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	return false;
}

static uint64_t side_check(const struct depth *d, int side)
{
	const struct book_level *level = d->levels[side];
	uint64_t orders = 0;
	int i;

	for (i = 0; i < d->count[side]; i++) {
		assert_true(level[i].orders);
		assert_int_equal(level[i].qty, 100 * level[i].orders);
		assert_true(side == HT_BID ? level[i].px < MIDDLE :
					     level[i].px > MIDDLE);
		if (i)
			assert_true((level[i].px < level[i - 1].px) ==
				    (side == HT_BID));
		orders += level[i].orders;
	}
	return orders;
}

static void depth_check(const struct depth *d)
{
	uint64_t bids = side_check(d, HT_BID), asks = side_check(d, HT_ASK);

	assert_true(bids == asks || bids + 1 == asks || asks + 1 == bids);
	assert_true(bids <= PAIRS && asks <= PAIRS);
}

static uint64_t total(struct json_object *totals, const char *member)
{
	return json_object_get_uint64(json_object_object_get(totals, member));
}

/* What `book show` prints: totals and levels are of one read. */
static void ladder_check(uint32_t locate)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *totals, *bids;
	uint64_t orders = 0;
	size_t i;

	assert_int_equal(ladder_add(answer, &in, locate, 1000), 0);
	totals = json_object_object_get(answer, "totals");
	bids = json_object_object_get(answer, "bids");
	for (i = 0; i < json_object_array_length(bids); i++)
		orders += total(json_object_array_get_idx(bids, i), "orders");
	assert_int_equal(orders, total(totals, "bid_orders"));
	assert_int_equal(i, total(totals, "bid_levels"));
	assert_int_equal(100 * orders, total(totals, "bid_size"));
	assert_true(total(totals, "ask_orders") + 1 >= orders &&
		    total(totals, "ask_orders") <= orders + 1);
	json_object_put(answer);
}

static void reads_are_of_one_moment(void **state)
{
	struct depth depth = { 0 };
	uint32_t reads = 0, locate = 0;
	pid_t pid = driver_start(-1);

	while (driver_runs(pid)) {
		locate = locate % SYMBOLS + 1;
		assert_int_equal(depth_read(&depth, &in, locate), 0);
		depth_check(&depth);
		ladder_check(locate);
		reads++;
	}
	depth_free(&depth);
	assert_true(reads > READS_LEAST);
}

/* One symbol at a time in the dump, too: rows of a symbol stand together. */
static void dumps_are_whole_symbols(void **state)
{
	pid_t pid = driver_start(-1);
	uint32_t dumps = 0;

	while (driver_runs(pid)) {
		char *text = NULL, *row, *rest;
		int64_t orders[2] = { 0, 0 };
		char last[4] = "";
		size_t size;
		FILE *out = open_memstream(&text, &size);

		assert_non_null(out);
		assert_true(dump_write(&in, out) >= 0);
		fclose(out);
		rest = text;
		assert_string_equal(strsep(&rest, "\n"),
				    "symbol,side,price,qty,orders");
		while ((row = strsep(&rest, "\n")) && *row) {
			if (strncmp(row, last, 3)) {
				assert_true(strncmp(row, last, 3) > 0);
				assert_in_range(orders[0] - orders[1] + 1,
						0, 2);
				orders[0] = orders[1] = 0;
				memcpy(last, row, 3);
			}
			orders[row[4] == 'S'] += atoi(strrchr(row, ',') + 1);
		}
		assert_in_range(orders[0] - orders[1] + 1, 0, 2);
		free(text);
		dumps++;
	}
	assert_true(dumps > 3);
}

/* The definition, carried out by the reference: zlib's CRC-32 of its rows. */
static uint32_t reference_crc(const struct ref_book *book)
{
	struct ref_level *levels;
	int count = ref_levels(book, &levels), i;
	uint32_t sum = (uint32_t)crc32(0, NULL, 0);
	char row[128], px[PRICE_TEXT];

	sum = (uint32_t)crc32(sum, (const void *)"symbol,side,price,qty,orders\n",
			      29);
	for (i = 0; i < count; i++) {
		int length = snprintf(row, sizeof(row), "%s,%c,%s,%llu,%u\n",
				      levels[i].symbol, levels[i].side,
				      price_text(px, levels[i].quote.px),
				      (unsigned long long)levels[i].quote.qty,
				      levels[i].quote.orders);

		sum = (uint32_t)crc32(sum, (const void *)row,
				      (unsigned int)length);
	}
	free(levels);
	return sum;
}

/* Applies the stream up to the message the checksum names, and compares. */
static void crc_check(struct ref_book *book, struct stream *s,
		      const struct crc *crc)
{
	struct msg m;

	assert_true(crc->sequence >= s->made);
	while (s->made < crc->sequence) {
		m = stream_next(s);
		assert_true(ref_apply(book, m.byte, m.len) >= 0);
	}
	assert_int_equal(crc->sum, reference_crc(book));
}

/* They are tried all the time; where the driver stops they can be had. */
static void checksums_are_of_the_message_they_name(void **state)
{
	enum { CRCS = 4096 };
	static struct crc crcs[CRCS];
	struct stream s = { .random = 5 };
	struct ref_book book;
	int count = 0, i, err;
	int go[2];
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	pid = driver_start(go[0]);
	while (driver_runs(pid)) {
		assert_true(count < CRCS);
		err = crc_book(&crcs[count], &in, 0);
		assert_true(!err || err == -EAGAIN);
		if (err || (count && crcs[count].sequence ==
				     crcs[count - 1].sequence))
			continue;
		count++;
		assert_int_equal(write(go[1], "", 1), 1);
	}
	close(go[0]);
	close(go[1]);
	assert_true(count >= MESSAGES / STOP_EVERY);
	assert_int_equal(crc_book(&crcs[count - 1], &in, 0), 0);
	assert_int_equal(crcs[count - 1].sequence, MESSAGES);
	assert_int_equal(ref_init(&book), 0);
	for (i = 0; i < count; i++)
		crc_check(&book, &s, &crcs[i]);
	ref_free(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_are_of_one_moment, setup,
						teardown),
		cmocka_unit_test_setup_teardown(dumps_are_whole_symbols, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			checksums_are_of_the_message_they_name, setup,
			teardown),
	};

	if (geteuid()) {
		puts("the program needs root");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
