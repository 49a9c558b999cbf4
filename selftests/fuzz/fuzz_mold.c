// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of MoldUDP64 through the stages, natively.
 *
 * Input: a byte, odd for a watch list of two symbols, then packets, each a byte
 * that says how its header is made (HOW), what that takes, a u16 length, and so
 * many bytes behind the header.
 */
#include <string.h>

#include "fuzz.h"
#include "native.h"

enum {
	HOW_RAW,		/* the header is the first of the bytes */
	HOW_NEXT,		/* next in sequence, u8 count */
	HOW_NEAR,		/* s8 beyond it, u8 count */
	HOW_FAR,		/* u64 sequence, u16 count */
	HOWS,
};

static void header_make(struct packet *p, struct bytes *in)
{
	switch (fuzz_u8(in) % HOWS) {
	case HOW_RAW:
		p->len = 0;
		return;
	case HOW_NEXT:
		packet_begin(p, native_feed.expected);
		packet_count(p, fuzz_u8(in));
		return;
	case HOW_NEAR:
		packet_begin(p, native_feed.expected +
				(uint64_t)(int8_t)fuzz_u8(in));
		packet_count(p, fuzz_u8(in));
		return;
	default:
		packet_begin(p, fuzz_u64(in));
		packet_count(p, fuzz_u16(in));
	}
}

static void packet_make(struct packet *p, struct bytes *in)
{
	size_t len;
	uint8_t *rest;

	header_make(p, in);
	len = fuzz_u16(in) % 4096;
	rest = fuzz_block(in, &len);
	if (len)
		memcpy(p->data + p->len, rest, len);
	p->len += (uint32_t)len;
	free(rest);
}

static void check(const struct ht_feed *was)
{
	const struct ht_feed *feed = &native_feed;
	const struct ht_counters *n = &native_counters;

	fuzz_check(exits_of(n) == n->frames);
	fuzz_check(n->fired == native_events);
	switch (feed->state) {
	case HT_FEED_LIVE:
		fuzz_check(feed->expected == feed->tail);
		break;
	case HT_FEED_GAP:
		fuzz_check(feed->expected < feed->tail);
		break;
	case HT_FEED_ENDED:
		fuzz_check(feed->expected == feed->end);
		break;
	case HT_FEED_WAITING:
		fuzz_check(!feed->adopted);
		break;
	case HT_FEED_BAD:
		break;
	}
	fuzz_check(feed->expected >= was->expected);
	fuzz_check(feed->tail >= was->tail);
	if (was->state == HT_FEED_BAD)
		fuzz_check(feed->state == HT_FEED_BAD &&
			   feed->expected == was->expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct packet packet;
	struct bytes in = { data, size };
	struct ht_feed was;

	native_reset(NATIVE_TINY);
	if (fuzz_u8(&in) & 1) {
		native_want("ONE     ");
		native_want("TWO     ");
	}
	while (in.left) {
		was = native_feed;
		packet_make(&packet, &in);
		native_packet(packet.data, packet.len);
		check(&was);
	}
	fuzz_check(native_orders_used() == native_book.orders);
	fuzz_check(native_rows_used() == native_book.rows);
	return 0;
}
