// SPDX-License-Identifier: GPL-2.0
/*
 * The conventional book of the benchmark against one that is kept as simply
 * as can be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/bench_contender.h"
#include "../../user/bench_stream.h"
#include "itch50.h"

enum {
	ORDERS = 3000,		/* live at most */
	LOCATES = 7,
	PRICES = 200,
	MESSAGES = 200000,
};

struct order {
	uint64_t ref;		/* 0: none */
	uint32_t shares;
	uint32_t px;
	uint16_t locate;
	bool ask;
};

const struct ht_line replay_line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

static struct order orders[ORDERS];
static uint64_t next_ref = 1;
static uint64_t seed = 88172645463325252ull;

static uint32_t below(uint32_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % limit;
}

static void order_draw(struct order *o)
{
	o->ref = next_ref++;
	o->shares = 1 + below(1000);
	o->px = 1000 + 100 * below(PRICES);
}

static uint32_t compose_add(struct order *o, uint8_t *bytes)
{
	struct itch_add *a = (struct itch_add *)bytes;

	order_draw(o);
	o->locate = (uint16_t)(1 + below(LOCATES));
	o->ask = below(2);
	a->head.type = below(2) ? 'A' : 'F';
	put_be64(&a->ref, o->ref);
	a->side = o->ask ? 'S' : 'B';
	put_be32(&a->shares, o->shares);
	put_be32(&a->price, o->px);
	return itch_length(a->head.type);
}

static uint32_t compose_replace(struct order *o, uint8_t *bytes)
{
	struct itch_replace *u = (struct itch_replace *)bytes;

	u->head.type = 'U';
	put_be64(&u->ref, o->ref);
	order_draw(o);
	put_be64(&u->new_ref, o->ref);
	put_be32(&u->shares, o->shares);
	put_be32(&u->price, o->px);
	return itch_length('U');
}

static uint32_t compose_reduce(struct order *o, uint8_t *bytes)
{
	struct itch_cancel *x = (struct itch_cancel *)bytes;
	uint32_t shares = 1 + below(o->shares);

	x->head.type = "ECX"[below(3)];
	put_be64(&x->ref, o->ref);
	put_be32(&x->shares, shares);
	o->shares -= shares;
	if (!o->shares)
		o->ref = 0;
	return itch_length(x->head.type);
}

static uint32_t compose_delete(struct order *o, uint8_t *bytes)
{
	struct itch_delete *d = (struct itch_delete *)bytes;

	d->head.type = 'D';
	put_be64(&d->ref, o->ref);
	o->ref = 0;
	return itch_length('D');
}

static void some_message(struct stream *s)
{
	struct order *o = &orders[below(ORDERS)];
	uint8_t bytes[ITCH_MAX_LEN] = {0};
	struct itch_head *head = (struct itch_head *)bytes;
	uint32_t length, luck = below(10);

	if (!o->ref)
		length = compose_add(o, bytes);
	else if (luck < 3)
		length = compose_replace(o, bytes);
	else if (luck < 7)
		length = compose_reduce(o, bytes);
	else
		length = compose_delete(o, bytes);
	put_be16(&head->locate, o->locate);
	assert_int_equal(stream_message(s, bytes, length), 0);
}

/* The level at px, added up over all orders. */
static struct book_level level_of(uint16_t locate, bool ask, uint32_t px)
{
	struct book_level level = { .px = px };
	uint32_t i;

	for (i = 0; i < ORDERS; i++) {
		const struct order *o = &orders[i];

		if (!o->ref || o->locate != locate || o->ask != ask ||
		    o->px != px)
			continue;
		level.orders++;
		level.qty += o->shares;
	}
	return level;
}

static void same_side(uint16_t locate, bool ask)
{
	uint32_t i, px, at = 0;

	for (i = 0; i < PRICES; i++) {
		struct book_level want, got;

		px = 1000 + 100 * (ask ? i : PRICES - 1 - i);
		want = level_of(locate, ask, px);
		if (!want.orders)
			continue;
		assert_true(at < baseline_levels(locate,
						 ask ? HT_ASK : HT_BID));
		got = baseline_level(locate, ask ? HT_ASK : HT_BID, at++);
		assert_int_equal(got.px, want.px);
		assert_int_equal(got.orders, want.orders);
		assert_int_equal(got.qty, want.qty);
	}
	assert_int_equal(at, baseline_levels(locate, ask ? HT_ASK : HT_BID));
}

static void levels_are_what_the_orders_add_up_to(void **state)
{
	struct stream_place place = {0};
	const uint8_t *frame;
	struct stream s;
	uint32_t i, len;
	uint16_t locate;
	uint64_t live = 0;

	stream_init(&s, 1);
	for (i = 0; i < MESSAGES; i++)
		some_message(&s);
	stream_flush(&s);
	assert_int_equal(baseline_open(), 0);
	while ((frame = stream_next(&s, &place, &len)))
		assert_true(baseline_packet(frame, len) >= 0);
	assert_int_equal(baseline_expected(), MESSAGES + 1);
	for (i = 0; i < ORDERS; i++)
		live += !!orders[i].ref;
	assert_int_equal(baseline_orders(), live);
	for (locate = 1; locate <= LOCATES; locate++) {
		same_side(locate, false);
		same_side(locate, true);
	}
	baseline_close();
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_are_what_the_orders_add_up_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
