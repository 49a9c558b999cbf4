// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "native.h"
#include "frame.bpf.h"

struct ht_feed native_feed;
struct ht_symbol native_symbols[HT_LOCATES];
struct ht_orders *native_orders;
struct ht_levels *native_levels;
static struct ht_top tops[HT_LOCATES];
struct ht_top *native_tops = tops;
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
struct ht_session native_session;
static struct ht_pace paces[HT_LOCATES];
struct ht_pace *native_paces = paces;
struct ht_counters native_counters;
struct ht_changed native_changed;
struct ht_work native_work;
struct ht_kept native_kept;

uint32_t cfg_order_mask;
uint32_t cfg_level_mask;
uint32_t cfg_watch_list;
uint32_t cfg_verify_checksum;

uint64_t native_now_ns;
uint64_t native_late_ns;
struct ht_event native_event[NATIVE_EVENTS];
uint32_t native_events;
uint32_t native_ring_room;

struct ht_event *event_reserve(void)
{
	if (!native_ring_room || native_events == NATIVE_EVENTS)
		return NULL;
	native_ring_room--;
	return &native_event[native_events];
}

static struct wanted {
	struct ht_stock stock;
	uint32_t locate;
} native_wanted[NATIVE_WANTED];
static uint32_t native_wanted_count;

void native_want(const char stock[ITCH_STOCK_LEN])
{
	struct wanted *w = &native_wanted[native_wanted_count++];

	memcpy(w->stock.name, stock, sizeof(w->stock.name));
	w->locate = 0;
	cfg_watch_list = 1;
}

uint32_t *wanted_find(const struct ht_stock *stock)
{
	uint32_t i;

	for (i = 0; i < native_wanted_count; i++)
		if (!memcmp(&native_wanted[i].stock, stock, sizeof(*stock)))
			return &native_wanted[i].locate;
	return NULL;
}

void event_submit(struct ht_event *event)
{
	native_events++;
}

void native_free(void)
{
	free(native_orders);
	free(native_levels);
	native_orders = NULL;
	native_levels = NULL;
}

/* Gives whole pages back, so that only those which were written cost time. */
static void clear(void *map, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *begin = map, *end = begin + bytes;
	uint8_t *first = (uint8_t *)(((uintptr_t)begin + page - 1) & -page);
	uint8_t *last = (uint8_t *)((uintptr_t)end & -page);

	if (first >= last || madvise(first, (size_t)(last - first),
				     MADV_DONTNEED)) {
		memset(begin, 0, bytes);
		return;
	}
	memset(begin, 0, (size_t)(first - begin));
	memset(last, 0, (size_t)(end - last));
}

void native_reset(struct native_size size)
{
	native_free();
	native_orders = calloc(size.order_slots, sizeof(struct ht_order));
	native_levels = calloc(size.level_slots, sizeof(struct ht_row));
	if (!native_orders || !native_levels)
		abort();
	cfg_order_mask = size.order_slots - 1;
	cfg_level_mask = size.level_slots - 1;

	native_feed = (struct ht_feed){ .expected = 1 };
	native_book = (struct ht_book){
		.order_limit = size.order_limit,
		.row_limit = size.row_limit,
	};
	clear(native_symbols, sizeof(native_symbols));
	clear(tops, sizeof(tops));
	clear(native_triggers, sizeof(native_triggers));
	clear(native_watches, sizeof(native_watches));
	clear(native_queued, sizeof(native_queued));
	native_kept = (struct ht_kept){0};
	native_wanted_count = 0;
	cfg_watch_list = 0;
	cfg_verify_checksum = 0;
	native_gate = (struct ht_gate){0};
	native_kill = (struct ht_kill){0};
	native_rules = (struct ht_rules){0};
	native_account = (struct ht_account){0};
	native_session = (struct ht_session){0};
	clear(limits, sizeof(limits));
	clear(exposures, sizeof(exposures));
	clear(paces, sizeof(paces));
	native_counters = (struct ht_counters){0};
	native_changed = (struct ht_changed){0};
	native_now_ns = 1000000000;
	native_late_ns = 0;
	native_events = 0;
	native_ring_room = NATIVE_EVENTS;
}

__u64 bpf_ktime_get_ns(void)
{
	return native_now_ns + native_late_ns;
}

/* A driver puts frames where their IP header is aligned: linux/skbuff.h. */
enum { NET_IP_ALIGN = 2 };

static uint8_t *room(uint32_t len)
{
	uint8_t *p = malloc(len ? len : 1);

	if (!p)
		abort();
	return p;
}

/* At the start of `exact`, into which the bytes are copied. */
static struct walk walk_on(uint8_t *exact, const void *data, uint32_t len,
			   bool injected)
{
	memcpy(exact, data, len);
	return (struct walk){
		.c = { .data = exact, .end = len, .injected = injected },
		.feed = feed_get(),
		.n = counters_get(),
		.book = book_get(),
		.orders = orders_get(),
		.work = work_get(),
		.entry_ns = native_now_ns,
	};
}

/* The copy has the exact size: a read past its end is caught.  Frames come as
 * by BPF_PROG_TEST_RUN, from the controller's hand.
 */
int native_frame(const void *data, uint32_t len)
{
	uint8_t *exact = room(NET_IP_ALIGN + len);
	struct walk w = walk_on(exact + NET_IP_ALIGN, data, len, true);
	int verdict = frame_run(&w);

	free(exact);
	return verdict;
}

static void packet_run(const void *data, uint32_t len, bool injected)
{
	uint8_t *exact = room(len);
	struct walk w = walk_on(exact, data, len, injected);

	w.n->frames++;
	if (len < sizeof(struct mold_header))
		w.n->drop_runt++;
	else
		packet_apply(&w);
	free(exact);
}

void native_packet(const void *data, uint32_t len)
{
	packet_run(data, len, false);
}

void native_inject(const void *data, uint32_t len)
{
	packet_run(data, len, true);
}

void native_message(struct msg m)
{
	static struct packet p;

	packet_begin(&p, native_feed.expected);
	packet_add(&p, m);
	native_packet(p.data, p.len);
}

uint32_t native_orders_used(void)
{
	uint32_t i, used = 0;

	for (i = 0; i <= cfg_order_mask; i++) {
		uint64_t key = native_orders->bucket[i / HT_BUCKET_ORDERS]
				.order[i % HT_BUCKET_ORDERS].key;

		used += key && key != HT_LOST;
	}
	return used;
}

uint32_t native_rows_used(void)
{
	uint32_t i, used = 0;

	for (i = 0; i <= cfg_level_mask; i++)
		used += native_levels->row[i].key + 1 > 1;
	return used;
}

/* Word of a level where it should be, near or far; 0: there is none. */
static uint64_t level_at_price(uint32_t locate, enum ht_side side, uint32_t px)
{
	struct ht_near *near = &native_tops[locate].near[side];
	uint32_t place, level;

	if (near_holds(near, side, px)) {
		place = near_find(near, px);
		return place ? *near_level(near, place) : 0;
	}
	level = level_find(native_levels, locate, side, px, 0);
	return level == LEVEL_NONE ? 0 :
	       *level_word(level_row(native_levels, level), level);
}

bool native_level(uint32_t locate, enum ht_side side, uint32_t px,
		  struct ht_quote *quote)
{
	uint64_t word = level_at_price(locate, side, px);

	if (!word)
		return false;
	*quote = (struct ht_quote){
		.px_e4 = px,
		.orders = level_orders(word),
		.qty = level_qty(word),
	};
	return true;
}

uint64_t exits_of(const struct ht_counters *n)
{
	uint64_t exits = 0;

#define X(field, unit, help) exits += n->field;
	HT_EXITS(X)
#undef X
	return exits;
}
