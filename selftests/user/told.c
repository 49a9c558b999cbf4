// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "told.h"

struct orders orders;

int told_setup(void **state)
{
	return orders_init_room(&orders, FIRST_URN, ROOM);
}

int told_teardown(void **state)
{
	orders_free(&orders);
	return 0;
}

int apply(struct ouch_reply r)
{
	const struct order *changed;

	return orders_apply(&orders, &r, 777, &changed);
}

struct ouch_reply told(char type, uint32_t urn)
{
	struct ouch_reply r = {
		.type = type, .urn = urn, .side = 'B', .qty = 100, .px = 1000,
		.state = 'L', .order_ref = urn + 7000, .match = urn + 9000,
		.reason = 'U', .symbol = "AAPL",
	};

	memcpy(r.clordid, "T0000000000042", sizeof(r.clordid));
	return r;
}

int tell(char type, uint32_t urn)
{
	return apply(told(type, urn));
}

const struct order *find(uint32_t urn)
{
	const struct order *order = orders_find(&orders, urn);

	assert_non_null(order);
	return order;
}

const struct position *aapl(void)
{
	return positions_find(&orders.positions, "AAPL");
}

void assert_state(uint32_t urn, enum order_state state)
{
	assert_string_equal(order_state_name(find(urn)->state),
			    order_state_name(state));
}

struct ouch_reply fill(uint32_t urn, uint32_t qty, uint64_t px,
		       uint64_t match)
{
	struct ouch_reply r = told('E', urn);

	r.qty = qty;
	r.px = px;
	r.match = match;
	return r;
}

int break_trade(uint32_t urn, uint64_t match)
{
	struct ouch_reply r = told('B', urn);

	r.match = match;
	return apply(r);
}
