// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of MoldUDP64 through the stages, natively, from the wire and from the
 * controller's hand, and what else the controller asks.
 *
 * Input: a byte, odd for a watch list of two symbols, then steps, each a byte
 * that says what it is (STEP) and how much time has passed.  A packet is a byte
 * that says how its header is made (HOW), what that takes, a u16 length, and so
 * many bytes behind the header.
 */
#include <linux/bpf.h>
#include <string.h>

#include "fuzz.h"
#include "native.h"
#include "recover.bpf.h"

enum {
	STEP_INJECT = 1,
	STEP_RECOVER = 2,	/* all others: a packet off the wire */
};

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

/* What holds in each state. */
static void state_check(const struct ht_feed *feed)
{
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
	case HT_FEED_JOINING:
		break;
	}
}

static void counters_check(void)
{
	const struct ht_counters *n = &native_counters;

	fuzz_check(exits_of(n) == n->frames);
	fuzz_check(n->fired == native_events);
}

/* What a packet cannot do. */
static void packet_check(const struct ht_feed *was, bool injected)
{
	const struct ht_feed *feed = &native_feed;

	fuzz_check(feed->expected >= was->expected);
	fuzz_check(feed->tail >= was->tail);
	fuzz_check(feed->joins == was->joins);
	if (was->state == HT_FEED_BAD)
		fuzz_check(feed->state == HT_FEED_BAD &&
			   feed->expected == was->expected);
	if (was->state == HT_FEED_JOINING && !injected)
		fuzz_check(feed->state == HT_FEED_JOINING &&
			   feed->expected == was->expected);
}

static void packet_run(struct bytes *in, bool injected)
{
	static struct packet packet;
	struct ht_feed was = native_feed;

	packet_make(&packet, in);
	if (injected)
		native_inject(packet.data, packet.len);
	else
		native_packet(packet.data, packet.len);
	packet_check(&was, injected);
}

/* What the controller asks, with any argument. */
static void recover_run(struct bytes *in)
{
	struct ht_recover ask = {
		.op = fuzz_u8(in) % 3,
		.session = COMPOSE_SESSION,
		.seq = fuzz_u16(in),
		.tail = fuzz_u16(in),
	};
	enum ht_feed_state was = native_feed.state;
	int answer;

	ask.session[9] = (char)fuzz_u8(in);
	answer = recover_do(&native_feed, &ask, native_now_ns);
	fuzz_check(answer == HT_RECOVER_DONE || answer == HT_RECOVER_WRONG);
	if (answer == HT_RECOVER_WRONG)
		fuzz_check(native_feed.state == was);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t step;

	native_reset(NATIVE_TINY);
	if (fuzz_u8(&in) & 1) {
		native_want("ONE     ");
		native_want("TWO     ");
	}
	while (in.left) {
		step = fuzz_u8(&in);
		native_now_ns += (uint64_t)(step >> 4) << 28;
		if ((step & 15) == STEP_RECOVER)
			recover_run(&in);
		else
			packet_run(&in, (step & 15) == STEP_INJECT);
		state_check(&native_feed);
		counters_check();
	}
	fuzz_check(native_orders_used() == native_book.orders);
	fuzz_check(native_rows_used() == native_book.rows);
	return 0;
}
