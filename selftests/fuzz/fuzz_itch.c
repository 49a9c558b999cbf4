// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that make sense, mostly, and the book against the reference.
 *
 * Input: one byte for each thing to do (DO), then what it takes.  Messages are
 * next in sequence and gather in a packet until it is sent, so that orders live
 * and die here; after each packet the book is the reference's, or the feed is
 * BAD exactly where the reference refused the message.  In the end every order
 * is deleted, and nothing may be left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agree.h"
#include "fuzz.h"
#include "rule.h"

enum {
	DO_ADD,			/* order, side and kind, shares, price */
	DO_LADDER,		/* symbol, price, how many, side and step: an
				 * order at each of so many prices
				 */
	DO_EXECUTE,		/* order, symbol, shares */
	DO_EXECUTE_AT,		/* order, symbol, shares, printable, price */
	DO_CANCEL,		/* order, symbol, shares */
	DO_DELETE,		/* order, symbol */
	DO_REPLACE,		/* the same, new reference, shares, price */
	DO_EVENT,		/* letter */
	DO_TRADING,		/* symbol, letter */
	DO_DIRECTORY,		/* symbol, which of two names, authenticity */
	DO_RAW,			/* length, bytes */
	DO_SEND,
	DO_SEND_KNOWN,		/* the last packet once more, in the next one */
	DOES,
};

enum { REFS = 255, TOUCHED = 64 };

static const uint16_t locates[] = { 1, 2, 777, UINT16_MAX };

static struct ref_book reference;
static struct packet packet;
static struct known {
	uint64_t ref;
	uint16_t locate;
} known[REFS];				/* used lately, some still live */
static uint32_t known_count;
static uint16_t touched[TOUCHED];
static uint32_t touched_count;
static bool refused;			/* the reference would not have it */

static void touch(uint16_t locate)
{
	uint32_t i;

	for (i = 0; i < touched_count; i++)
		if (touched[i] == locate)
			return;
	if (i < TOUCHED)
		touched[touched_count++] = locate;
}

static uint16_t some_locate(struct bytes *in)
{
	return locates[fuzz_u8(in) % 4];
}

/* One of the orders, on its own symbol or another; or of any reference. */
static struct known some_order(struct bytes *in)
{
	uint32_t count = known_count < REFS ? known_count : REFS;
	uint8_t which = fuzz_u8(in), where = fuzz_u8(in);
	struct known order = { .locate = locates[where % 4] };

	if (which == UINT8_MAX)
		order.ref = fuzz_u64(in);
	else if (count)
		order.ref = known[which % count].ref;
	if (where >= 16 && count && which != UINT8_MAX)
		order.locate = known[which % count].locate;
	return order;
}

static uint64_t new_ref(uint16_t locate, uint64_t ref)
{
	known[known_count++ % REFS] = (struct known){ ref, locate };
	return ref;
}

static uint64_t next_ref(uint16_t locate, uint8_t how)
{
	return new_ref(locate, 1000 + known_count * 7 + how % 7);
}

static uint64_t some_ref(struct bytes *in, uint16_t locate)
{
	uint8_t how = fuzz_u8(in);

	if (how == UINT8_MAX)
		return new_ref(locate, fuzz_u64(in));
	return next_ref(locate, how);
}

/* Near a hundred dollars, on the cent; or off it; or anywhere. */
static uint32_t some_price(struct bytes *in)
{
	uint8_t how = fuzz_u8(in);

	if (how == UINT8_MAX)
		return fuzz_u32(in);
	if (how >= 192)
		return 1000000 + how;
	if (how >= 128)
		return (uint32_t)(how - 127) * 30000000;
	return 1000000 + how * 100u;
}

static uint32_t some_shares(struct bytes *in)
{
	uint8_t how = fuzz_u8(in);

	return how == UINT8_MAX ? fuzz_u32(in) : how;
}

static struct msg add_make(struct bytes *in)
{
	uint16_t locate = some_locate(in);
	uint64_t ref = some_ref(in, locate);
	uint8_t side = fuzz_u8(in);
	uint32_t shares = some_shares(in);
	struct msg m = msg_add(locate, ref, "BSBSBSb"[side % 7], shares,
			       some_price(in));

	if (side & 0x80) {
		m.byte[0] = 'F';
		m.len = (uint16_t)itch_length('F');
	}
	return m;
}

static struct msg order_make(struct bytes *in, uint8_t what)
{
	struct known order = some_order(in);
	uint16_t locate = order.locate;
	uint64_t ref = order.ref, next;
	uint32_t shares;
	char printable;

	if (what == DO_DELETE)
		return msg_delete(locate, ref);
	next = what == DO_REPLACE ? some_ref(in, locate) : 0;
	shares = some_shares(in);
	if (what == DO_REPLACE)
		return msg_replace(locate, ref, next, shares, some_price(in));
	if (what == DO_CANCEL)
		return msg_cancel(locate, ref, shares);
	if (what == DO_EXECUTE)
		return msg_executed(locate, ref, shares);
	printable = (char)fuzz_u8(in);
	return msg_executed_price(locate, ref, shares, printable,
				  some_price(in));
}

static struct msg state_make(struct bytes *in, uint8_t what)
{
	static const char *const names[] = { "ONE", "TWO" };
	uint16_t locate;
	uint8_t letter;

	if (what == DO_EVENT)
		return msg_event((char)fuzz_u8(in));
	locate = some_locate(in);
	letter = fuzz_u8(in);
	if (what == DO_TRADING)
		return msg_trading(locate, (char)letter);
	return msg_directory(locate, names[letter & 1], letter & 2 ? 'T' : 'P');
}

/* Through the reference at once; what it refuses ends the feed. */
static void message_add(const void *message, size_t len)
{
	const struct itch_head *head = message;

	if (refused || packet.len + MOLD_BLOCK_HEAD + len > sizeof(packet.data))
		return;
	packet_block(&packet, message, (uint16_t)len);
	if (len >= sizeof(head->type) + sizeof(head->locate))
		touch(get_be16(&head->locate));
	refused = ref_apply(&reference, message, (uint32_t)len) < 0;
}

static bool tables_full(void)
{
	return native_counters.orders_full || native_counters.levels_full;
}

/* A symbol that found no room is BAD, and the reference has room for all. */
static void check(void)
{
	uint32_t i;

	fuzz_check(exits_of(&native_counters) == native_counters.frames);
	fuzz_check(native_counters.fired == native_events);
	fuzz_check((native_feed.state == HT_FEED_BAD) == refused);
	if (tables_full())
		return;
	for (i = 0; i < touched_count; i++)
		if (touched[i])
			agree_top(&reference, touched[i]);
	/* it counts nothing of a message that it refuses */
	if (!refused)
		agree_counts(&reference);
	agree_book(&reference);
}

static void packet_send(bool again)
{
	struct mold_header *head = (void *)packet.data;
	uint64_t next = get_be64(&head->seq) + get_be16(&head->count);

	if (!get_be16(&head->count))
		return;
	native_packet(packet.data, packet.len);
	check();
	fuzz_check(refused || native_feed.expected == next);
	if (!again)
		packet_begin(&packet, next);
}

/* Far more prices than a side keeps near: near levels become far, and back. */
static void ladder_add(struct bytes *in)
{
	static const uint32_t steps[] = { 1, 100, 800, 10000, 1000000 };
	uint16_t locate = some_locate(in);
	uint32_t px = some_price(in);
	uint8_t count = fuzz_u8(in) % 64, how = fuzz_u8(in);
	uint32_t step = steps[how / 2 % 5];
	struct msg m;

	for (; count; count--, px += how & 0x80 ? -step : step) {
		m = msg_add(locate, next_ref(locate, how), "BS"[how & 1],
			    count, px);
		message_add(m.byte, m.len);
	}
}

static void step(struct bytes *in)
{
	uint8_t what = fuzz_u8(in) % DOES;
	struct msg m;
	size_t len;
	uint8_t *raw;

	switch (what) {
	case DO_SEND:
	case DO_SEND_KNOWN:
		packet_send(what == DO_SEND_KNOWN);
		return;
	case DO_RAW:
		len = fuzz_u8(in);
		raw = fuzz_block(in, &len);
		message_add(raw, len);
		free(raw);
		return;
	case DO_LADDER:
		ladder_add(in);
		return;
	case DO_ADD:
		m = add_make(in);
		break;
	case DO_EVENT:
	case DO_TRADING:
	case DO_DIRECTORY:
		m = state_make(in, what);
		break;
	default:
		m = order_make(in, what);
	}
	message_add(m.byte, m.len);
}

/* Rows differ in what they watch, ask, and how often they may. */
static struct ht_trigger some_rule(uint32_t row)
{
	static const enum ht_op ops[] = { HT_LE, HT_GE, HT_EQ };
	struct ht_trigger t = rule_one(locates[row % 4],
				       1 + row % (HT_F_MAX - 1), ops[row % 3],
				       row & 2 ? 100 : 1000000);
	struct ht_rule *rule = &t.rule[0];

	rule->price_from = row % 3 ? HT_AT_BID : HT_AT_ASK;
	if (row % 5 == 0)
		rule->price_from = HT_AT_LIMIT;
	rule->cooldown_ns = row & 4;
	if (row & 8)
		rule->max_fires = 2;
	return t;
}

/* Every feature is watched somewhere, and the gate lets it through. */
static void market_open(void)
{
	const struct allow_maps maps = native_allow();
	uint32_t row;

	allow_all(&maps, native_now_ns);
	native_gate.heartbeat_max_ns = UINT64_MAX;
	native_feed.phase = HT_PHASE_MARKET;
	for (row = 1; row < 32; row++) {
		native_symbols[locates[row % 4]].state = HT_SYMBOL_TRADING;
		allow_symbol(&maps, native_symbols, locates[row % 4], 1000000);
		snprintf(reference.symbols[locates[row % 4]].name,
			 sizeof(reference.symbols->name), "TEST");
		rule_install(row, some_rule(row));
	}
}

/* Deletes what lives, in the book too while it is the reference's. */
static void drain(void)
{
	bool both = !refused && !tables_full();
	struct ref_order *order, *next;
	struct msg m;
	uint32_t i;

	HASH_ITER(hh, reference.by_ref, order, next) {
		m = msg_delete(order->locate, order->ref);
		fuzz_check(ref_apply(&reference, m.byte, m.len) >= 0);
		if (both)
			native_message(m);
	}
	fuzz_check(!reference.levels);
	if (both)
		fuzz_check(!native_book.orders && !native_book.levels &&
			   !native_book.rows && !native_orders_used() &&
			   !native_rows_used());
	for (i = 0; i < touched_count; i++)
		memset(&reference.symbols[touched[i]], 0,
		       sizeof(*reference.symbols));
}

static void reset(void)
{
	struct ref_symbol *symbols = reference.symbols;

	if (!symbols)
		fuzz_check(!ref_init(&reference));
	else
		reference = (struct ref_book){ .symbols = symbols };
	native_reset(NATIVE_TINY);
	market_open();
	known_count = touched_count = 0;
	refused = false;
	packet_begin(&packet, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	reset();
	while (in.left && !refused && touched_count < TOUCHED)
		step(&in);
	packet_send(false);
	drain();
	return 0;
}
