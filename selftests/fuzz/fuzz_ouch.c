// SPDX-License-Identifier: GPL-2.0
/*
 * The exchange's answers, decoded, told, and applied to orders that were sent.
 *
 * Input: how many orders, then answers, each behind its length of one byte.
 */
#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "../../user/orders.h"

enum { FIRST_URN = 1, MOST = 8, ROOM = 64 };

static void orders_send(struct orders *o, uint32_t count)
{
	struct order *order;
	uint32_t i;

	for (i = 0; i < count; i++) {
		order = orders_next(o);
		fuzz_check(order);
		order->side = i & 1 ? 'S' : 'B';
		order->qty = 100 * (i + 1);
		order->px = 1000000;
		order->sent_ns = 1;
		memset(order->clordid, '0', sizeof(order->clordid));
		orders_commit(o);
	}
}

/* Whatever is answered, an order adds up. */
static void check(const struct orders *o)
{
	uint32_t i, working = 0;

	for (i = 0; i < o->count; i++) {
		const struct order *order = &o->table[i];

		fuzz_check(order->open <= order->qty &&
			   order->filled <= order->qty - order->open);
		fuzz_check(order_state_name(order->state)[0] != '?');
		working += order->open > 0;
	}
	fuzz_check(o->working == working);
	fuzz_check(o->positions.open_orders == working);
}

static void say(const struct ouch_reply *r)
{
	char text[OUCH_WORDS];
	size_t i;

	ouch_reply_words(text, r);
	for (i = 0; text[i]; i++)
		fuzz_check(i < sizeof(text) && isprint((uint8_t)text[i]));
	fuzz_check(i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orders orders;
	struct bytes in = { data, size };
	const struct order *changed;
	struct ouch_reply reply;
	uint8_t *message;
	size_t len;
	int err;

	fuzz_check(!orders_init_room(&orders, FIRST_URN, ROOM));
	orders_send(&orders, fuzz_u8(&in) % (MOST + 1));
	while (in.left) {
		len = fuzz_u8(&in);
		message = fuzz_block(&in, &len);
		err = ouch_decode(message, len, &reply);
		free(message);
		say(&reply);
		if (!err && reply.type != 'S')
			orders_apply(&orders, &reply, 2, &changed);
		check(&orders);
	}
	orders_free(&orders);
	return 0;
}
