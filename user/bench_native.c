// SPDX-License-Identifier: GPL-2.0
/*
 * bench_native - the program's own code, compiled for this CPU
 *
 * Against the program it shows what BPF costs, against the conventional book
 * what the layout is worth.  Its tables lie in huge pages.
 */
#include <linux/bpf.h>
#include <errno.h>

#include "bench_contender.h"
#include "bench_memory.h"
#include "out.h"
#include "packet.bpf.h"

/* As the loader sizes them when it is not told. */
enum {
	ORDERS = HT_BUCKETS * HT_BUCKET_ORDERS,
	ORDER_BYTES = ORDERS * sizeof(struct ht_order),
	LEVEL_BYTES = HT_LEVEL_SLOTS * sizeof(struct ht_row),
	TOP_BYTES = HT_LOCATES * sizeof(struct ht_top),
};

struct ht_feed native_feed;
struct ht_symbol native_symbols[HT_LOCATES];
struct ht_orders *native_orders;
struct ht_levels *native_levels;
struct ht_top *native_tops;
struct ht_book native_book;
struct ht_trigger native_triggers[HT_TRIGGERS];
struct ht_watch native_watches[HT_LOCATES];
struct ht_queued native_queued[HT_LOCATES];
struct ht_gate native_gate;
struct ht_kill native_kill;
struct ht_rules native_rules;
struct ht_account native_account;
static struct ht_limit limits[2 * HT_LOCATES];
struct ht_limit *native_limits = limits;
static struct ht_exposure exposures[HT_LOCATES];
struct ht_exposure *native_exposures = exposures;
static struct ht_pace paces[HT_LOCATES];
struct ht_pace *native_paces = paces;
struct ht_counters native_counters;
struct ht_changed native_changed;
struct ht_work native_work;
struct ht_kept native_kept;

uint32_t cfg_order_mask = ORDERS - 1;
uint32_t cfg_level_mask = HT_LEVEL_SLOTS - 1;
uint32_t cfg_watch_list;

/* No trigger is armed here: nobody asks for the time, and no event is made. */
__u64 bpf_ktime_get_ns(void)
{
	return clock_ns();
}

struct ht_event *event_reserve(void)
{
	return NULL;
}

void event_submit(struct ht_event *event)
{
}

/* There is no watch list either. */
uint32_t *wanted_find(const struct ht_stock *stock)
{
	return NULL;
}

int native_open(void)
{
	native_orders = memory_huge(ORDER_BYTES);
	native_levels = memory_huge(LEVEL_BYTES);
	native_tops = memory_huge(TOP_BYTES);
	if (!native_orders || !native_levels || !native_tops) {
		native_close();
		return out_error(-ENOMEM, "the native book");
	}
	native_feed = (struct ht_feed){ .expected = 1 };
	native_book = (struct ht_book){
		.order_limit = HT_BUCKETS,
		.row_limit = HT_LEVEL_SLOTS / 2,
	};
	memset(native_symbols, 0, sizeof(native_symbols));
	native_changed = (struct ht_changed){0};
	return 0;
}

void native_close(void)
{
	memory_free(native_orders, ORDER_BYTES);
	memory_free(native_levels, LEVEL_BYTES);
	memory_free(native_tops, TOP_BYTES);
	native_orders = NULL;
	native_levels = NULL;
	native_tops = NULL;
}

static void native_apply(const uint8_t *payload, uint32_t len)
{
	struct walk w = {
		.c = { .data = payload, .end = len },
		.feed = feed_get(),
		.n = counters_get(),
		.book = book_get(),
		.orders = orders_get(),
		.work = work_get(),
		.entry_ns = clock_ns(),
	};

	w.n->frames++;
	packet_apply(&w);
}

int64_t native_packet(const uint8_t *frame, uint32_t len)
{
	return bench_timed(native_apply, frame, len);
}

uint64_t native_expected(void)
{
	return native_feed.expected;
}

const struct ht_book *native_totals(void)
{
	return &native_book;
}

const struct ht_top *native_top(uint32_t locate)
{
	return &native_tops[locate];
}
