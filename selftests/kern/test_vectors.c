// SPDX-License-Identifier: GPL-2.0
/* Messages of a real exchange day, through the stages, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "native.h"
#include "vectors.h"

static void quote_is(const struct ht_quote *q, uint32_t px, uint64_t qty)
{
	assert_int_equal(q->px_e4, px);
	assert_int_equal(q->qty, qty);
	assert_int_equal(q->orders, qty ? 1 : 0);
}

/* Head, type, locate and timestamp of each; the right counter. */
static void heads(void **state)
{
	struct msg m;

#define X(hex, name, locate_, ns)					\
	m = msg_hex(hex);						\
	assert_int_equal(m.len, sizeof(struct itch_##name));		\
	assert_int_equal(m.len, itch_length((char)m.byte[0]));		\
	assert_int_equal(get_be16(&((struct itch_head *)m.byte)->locate), \
			 locate_);					\
	native_reset(NATIVE_ROOMY);					\
	native_message(m);						\
	assert_int_equal(native_feed.itch_ns, ns);			\
	assert_int_equal(native_counters.itch_##name, 1);		\
	assert_int_equal(native_feed.state, HT_FEED_LIVE);
	VECTORS(X)
#undef X
}

static void add(void **state)
{
	native_message(msg_hex(VECTOR_A));
	quote_is(&native_tops[524].bid, 242700, 300);
	quote_is(&native_tops[524].ask, 0, 0);
	native_message(msg_delete(524, 1551269));
	assert_int_equal(native_counters.unknown_ref, 0);
}

static void add_mpid(void **state)
{
	native_message(msg_hex(VECTOR_F));
	quote_is(&native_tops[670].ask, 479100, 100);
	quote_is(&native_tops[670].bid, 0, 0);
	native_message(msg_delete(670, 1551965));
	assert_int_equal(native_counters.unknown_ref, 0);
}

static void executed(void **state)
{
	native_message(msg_add(7765, 3017419, 'S', 30, 123400));
	native_message(msg_hex(VECTOR_E));
	quote_is(&native_tops[7765].ask, 123400, 20);
	assert_int_equal(native_symbols[7765].volume, 10);
	assert_int_equal(native_symbols[7765].last_px_e4, 123400);
}

static void executed_price(void **state)
{
	native_message(msg_add(5092, 19993566, 'B', 5000, 226000));
	native_message(msg_hex(VECTOR_C_HIDDEN));
	quote_is(&native_tops[5092].bid, 226000, 74);
	assert_int_equal(native_symbols[5092].trades, 0);
	native_message(msg_add(7561, 3208515, 'B', 5, 1177000));
	native_message(msg_hex(VECTOR_C));
	quote_is(&native_tops[7561].bid, 0, 0);
	assert_int_equal(native_symbols[7561].last_px_e4, 1176700);
	assert_int_equal(native_symbols[7561].last_qty, 5);
}

static void cancel(void **state)
{
	native_message(msg_add(1251, 1464801, 'B', 1500, 50000));
	native_message(msg_hex(VECTOR_X));
	quote_is(&native_tops[1251].bid, 50000, 500);
}

static void delete(void **state)
{
	native_message(msg_add(4135, 2902330, 'S', 1500, 50000));
	native_message(msg_hex(VECTOR_D));
	quote_is(&native_tops[4135].ask, 0, 0);
	assert_int_equal(native_counters.unknown_ref, 0);
}

static void replace(void **state)
{
	native_message(msg_add(4146, 2415366, 'S', 200, 900000));
	native_message(msg_hex(VECTOR_U));
	quote_is(&native_tops[4146].ask, 898000, 100);
	native_message(msg_delete(4146, 3541190));
	quote_is(&native_tops[4146].ask, 0, 0);
	assert_int_equal(native_counters.unknown_ref, 0);
}

static void trades(void **state)
{
	native_message(msg_hex(VECTOR_P));
	assert_int_equal(native_symbols[523].last_px_e4, 1351400);
	assert_int_equal(native_symbols[523].hidden_volume, 1);
	native_message(msg_hex(VECTOR_Q));
	assert_int_equal(native_symbols[983].crosses, 1);
	assert_int_equal(native_symbols[983].cross_volume, 0);
}

static void states(void **state)
{
	native_message(msg_trading(11325, 'T'));
	native_message(msg_hex(VECTOR_H));
	assert_int_equal(native_symbols[11325].state, HT_SYMBOL_HALTED);
	assert_int_equal(native_symbols[11325].state_ns, 0x1f1e703b99e8);
	native_message(msg_hex(VECTOR_S));
	assert_int_equal(native_feed.phase, HT_PHASE_MARKET);
	native_message(msg_hex(VECTOR_Y));
	assert_int_equal(native_symbols[9405].reg_sho, HT_SHO_TRIGGERED);
}

static void mold_header(void **state)
{
	struct msg head = msg_hex(VECTOR_MOLD);
	struct msg m = msg_hex(VECTOR_S);
	uint8_t data[64];

	assert_int_equal(head.len, sizeof(struct mold_header));
	memcpy(data, head.byte, head.len);
	put_be16(data + head.len, m.len);
	memcpy(data + head.len + MOLD_BLOCK_HEAD, m.byte, m.len);
	native_feed.expected = 0;
	native_packet(data, head.len + MOLD_BLOCK_HEAD + m.len);
	assert_string_equal(native_feed.session, "000010059B");
	assert_int_equal(native_feed.expected, 14757722);
	assert_int_equal(native_feed.state, HT_FEED_LIVE);
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	return 0;
}

static int done(void **state)
{
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(heads, fresh),
		cmocka_unit_test_setup(add, fresh),
		cmocka_unit_test_setup(add_mpid, fresh),
		cmocka_unit_test_setup(executed, fresh),
		cmocka_unit_test_setup(executed_price, fresh),
		cmocka_unit_test_setup(cancel, fresh),
		cmocka_unit_test_setup(delete, fresh),
		cmocka_unit_test_setup(replace, fresh),
		cmocka_unit_test_setup(trades, fresh),
		cmocka_unit_test_setup(states, fresh),
		cmocka_unit_test_setup(mold_header, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
