// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "twin.h"

static uint32_t events_seen;	/* of the kernel's, since twin_reset() */

uint32_t twin_frame(uint8_t frame[FRAME_MAX], const struct wrap *w,
		    const void *payload, uint32_t len)
{
	const struct ht_udp_path path = frame_path();

	return wrap_frame(frame, w, &path, payload, len);
}

void twin_reset(struct program *p)
{
	uint32_t verify = cfg_verify_checksum;

	program_reset(p);
	native_reset(p->size);
	cfg_verify_checksum = verify;
	memcpy(native_feed.lines, p->feed->lines, sizeof(native_feed.lines));
	events_seen = 0;
}

int twin_load(struct program *p, bool verify_checksum)
{
	int err = verify_checksum ?
		  program_load_verifying(p, NATIVE_ROOMY) :
		  program_load(p, NATIVE_ROOMY);

	if (err)
		return err;
	cfg_verify_checksum = verify_checksum;
	twin_reset(p);
	return 0;
}

void twin_source(struct program *p, uint32_t source)
{
	put_be32(p->feed->lines[0].source, source);
	put_be32(native_feed.lines[0].source, source);
}

/* The clocks differ. */
static struct ht_feed timeless(const struct ht_feed *feed)
{
	struct ht_feed f = *feed;

	f.last_ns = 0;
	f.gap_ns = f.heal_ns = f.heal_worst_ns = 0;
	return f;
}

static void twin_same(const struct program *p)
{
	struct ht_counters n = program_counters(p);
	struct ht_feed kernel = timeless(p->feed);
	struct ht_feed native = timeless(&native_feed);

	assert_memory_equal(&n, &native_counters, sizeof(n));
	assert_int_equal(exits_of(&n), n.frames);
	assert_memory_equal(&kernel, &native, sizeof(kernel));
	assert_memory_equal(p->book, &native_book, sizeof(native_book));
	assert_memory_equal(p->tops, native_tops, 16 * sizeof(*native_tops));
}

int twin_run(struct program *p, const void *frame, uint32_t len)
{
	int verdict = native_frame(frame, len);

	assert_int_equal(program_run(p, frame, len), verdict);
	twin_same(p);
	return verdict;
}

static void same_triggers(const struct program *p)
{
	struct ht_trigger kernel, native;
	uint32_t row;

	for (row = 0; row < HT_TRIGGERS; row++) {
		kernel = p->triggers[row];
		native = native_triggers[row];
		kernel.last_ns = native.last_ns = 0;
		assert_memory_equal(&kernel, &native, sizeof(kernel));
	}
}

void twin_same_maps(const struct program *p)
{
	struct ht_kept kept = program_kept(p);

#define SAME(member, map, count)					\
	assert_memory_equal(p->member, map, (count) * sizeof(*p->member))
	SAME(symbols, native_symbols, HT_LOCATES);
	SAME(tops, native_tops, HT_LOCATES);
	SAME(watches, native_watches, HT_LOCATES);
	SAME(orders->bucket, native_orders->bucket,
	     p->size.order_slots / HT_BUCKET_ORDERS);
	SAME(levels->row, native_levels->row, p->size.level_slots);
#undef SAME
	assert_memory_equal(&kept, &native_kept, sizeof(kept));
	same_triggers(p);
}

static int same_event(void *context, void *data, size_t len)
{
	struct ht_event native = native_event[events_seen++];
	struct ht_event kernel;

	assert_int_equal(len, sizeof(kernel));
	memcpy(&kernel, data, len);
	kernel.entry_ns = native.entry_ns = 0;
	assert_memory_equal(&kernel, &native, sizeof(kernel));
	return 0;
}

void twin_same_events(struct program *p)
{
	program_events(p, same_event);
	assert_int_equal(events_seen, native_events);
	if (events_seen < NATIVE_EVENTS / 2)
		return;
	events_seen = native_events = 0;	/* the native ring is read */
	native_ring_room = NATIVE_EVENTS;
}
