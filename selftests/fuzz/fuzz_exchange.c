// SPDX-License-Identifier: GPL-2.0
/*
 * What arrives at the simulator's exchange, against a small book.
 *
 * Input: a byte of what is on (enum on), then events, each a byte for what it
 * is (enum happens): a message is a length of one byte and so many bytes, from
 * one of three accounts; a change of the book is a byte for side and level, and
 * one for the shares; a second byte says how many seconds pass.
 */
#include <string.h>

#include "compose.h"
#include "fuzz.h"
#include "../../user/sim/exchange_orders.h"
#include "../../user/sim/order_print.h"
#include "../../user/sim/timing.h"

enum { ACCOUNTS = 3, BOOK_REFS = 1000, ADDS_MAX = 64 };

#define NS_PER_S 1000000000ull

enum happens {
	HAPPENS_MESSAGE,		/* 0, 1, 2: of this account */
	HAPPENS_BOOK = ACCOUNTS,
	HAPPENS_TIME,
	HAPPENS_HALT,
	HAPPENS_DISCONNECT,
	HAPPENS_DAY,
	HAPPENS,
};

enum on {
	ON_FAULTS = 1,			/* of every second thing */
	ON_LIMITS = 2,
	ON_CANCEL_ON_DISCONNECT = 4,
};

struct talk {
	struct exchange exchange;
	uint32_t adds;
};

static struct book book;
static struct timing timing;

static void book_say(struct msg m)
{
	fuzz_check(!book_apply(&book, m.byte, m.len));
}

static void book_make(void)
{
	uint32_t i;

	fuzz_check(!book_init(&book) && !timing_init(&timing));
	timing_sent(&timing, 1, 1000, 1);
	book_say(msg_event('Q'));
	book_say(msg_directory(1, "OPEN", 'P'));
	book_say(msg_directory(2, "HALTED", 'P'));
	book_say(msg_directory(3, "TEST", 'T'));
	book_say(msg_trading(1, 'T'));
	book_say(msg_trading(2, 'H'));
	book_say(msg_trading(3, 'T'));
	for (i = 0; i < 5; i++) {
		book_say(msg_add(1, 10 + i, 'B', 100 + i, 999900 - 100 * i));
		book_say(msg_add(1, 20 + i, 'S', 100 + i, 1000000 + 100 * i));
	}
}

/* Every input finds the same book. */
static void book_restore(struct talk *t)
{
	while (t->adds)
		book_say(msg_delete(1, BOOK_REFS + --t->adds));
	book_say(msg_trading(1, 'T'));
	book_say(msg_event('Q'));
}

/* -- answers ------------------------------------------------------------ */

static size_t fixed_length(char type)
{
	switch (type) {
	case 'S':
		return sizeof(struct ouch_system_event);
	case 'A':
		return sizeof(struct ouch_accepted);
	case 'U':
		return sizeof(struct ouch_replaced);
	case 'C':
		return sizeof(struct ouch_canceled);
	case 'D':
		return sizeof(struct ouch_aiq_canceled);
	case 'E':
		return sizeof(struct ouch_executed);
	case 'B':
		return sizeof(struct ouch_broken);
	case 'J':
		return sizeof(struct ouch_rejected);
	case 'P':
	case 'I':
		return sizeof(struct ouch_pending);
	case 'T':
		return sizeof(struct ouch_priority);
	case 'M':
		return sizeof(struct ouch_modified);
	case 'R':
		return sizeof(struct ouch_restated);
	case 'X':
		return sizeof(struct ouch_mass_canceled);
	case 'G':
	case 'K':
		return sizeof(struct ouch_entry_response);
	case 'Q':
		return sizeof(struct ouch_query_response);
	default:
		return 0;
	}
}

/* Where the appendage's length stands: in the fixed part, or behind it. */
static void check_message(const uint8_t *m, size_t len)
{
	size_t fixed = fixed_length((char)*m), tags = fixed;
	struct exchange_tags read;

	fuzz_check(fixed && len >= fixed && len <= EXCHANGE_REPLY_MAX);
	if (!strchr("AUERXGK", *m)) {
		if (len == fixed)
			return;
		tags += OUCH_APPENDAGE_HEAD;
	}
	fuzz_check(*m != 'S' && len >= tags);
	fuzz_check(get_be16(m + tags - OUCH_APPENDAGE_HEAD) == len - tags);
	fuzz_check(form_tags_read(&read, m + tags, (uint32_t)(len - tags)));
	fuzz_check(!read.refusal || *m == 'A' || *m == 'U');
}

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	check_message(message, len);
	order_print_reply(client->name, message);
}

static void on_entered(void *context, const struct ouch_enter *e)
{
	timing_order(&timing, e->clordid, 2);
	order_print_entered("client", e);
}

/* -- what must hold after every event ----------------------------------- */

static uint64_t orders_check(const struct exchange_client *client)
{
	const struct exchange_order *o;
	uint64_t count = 0;

	for (o = client->orders; o; o = o->hh.next, count++) {
		fuzz_check(o->open && o->at && o->tif != OUCH_TIF_IOC);
		fuzz_check((uint64_t)o->open + o->executed <= OUCH_QTY_MAX);
		fuzz_check(order_urn(o) <= client->last_urn[order_channel(o)]);
		fuzz_check(!o->expires_ns == (o->tif != OUCH_TIF_GTT));
	}
	return count;
}

static void check(const struct exchange *x)
{
	const struct exchange_counts *n = &x->counts;
	const struct exchange_client *client;
	uint64_t open = 0;

	for (client = x->clients; client; client = client->hh.next)
		open += orders_check(client);
	fuzz_check(open == n->open && open <= n->open_max);
	fuzz_check(n->received == n->accepted + n->rejected + n->ignored);
	fuzz_check(n->filled <= n->accepted);
	fuzz_check(n->dead <= n->accepted && n->replaced <= n->replaces);
	fuzz_check(n->pending == n->cancel_rejects);
}

/* -- events ------------------------------------------------------------- */

static void say(struct talk *t, struct bytes *in, uint8_t who)
{
	const char name[] = { (char)('A' + who), '\0' };
	size_t len = fuzz_u8(in);
	uint8_t *bytes = fuzz_block(in, &len);

	exchange_message(&t->exchange, exchange_account(&t->exchange, name),
			 bytes, len);
	free(bytes);
}

static void book_change(struct talk *t, struct bytes *in)
{
	uint8_t where = fuzz_u8(in), shares = fuzz_u8(in);

	if (t->adds == ADDS_MAX || !shares)
		return;
	book_say(msg_add(1, BOOK_REFS + t->adds++, where & 1 ? 'B' : 'S',
			 shares, 999000u + 100 * (where >> 1)));
	exchange_book_changed(&t->exchange, 1);
}

static void happen(struct talk *t, struct bytes *in)
{
	struct exchange_client *client = t->exchange.clients;
	uint8_t what = fuzz_u8(in) % HAPPENS;

	switch (what) {
	case HAPPENS_BOOK:
		book_change(t, in);
		break;
	case HAPPENS_TIME:
		book.timestamp += fuzz_u8(in) * NS_PER_S;
		exchange_book_changed(&t->exchange, 0);
		break;
	case HAPPENS_HALT:
		book_say(msg_trading(1, fuzz_u8(in) & 1 ? 'T' : 'H'));
		exchange_book_changed(&t->exchange, 1);
		break;
	case HAPPENS_DISCONNECT:
		if (client)
			exchange_disconnected(&t->exchange, client);
		break;
	case HAPPENS_DAY:
		exchange_day(&t->exchange, fuzz_u8(in) & 1 ? 'S' : 'E');
		break;
	default:
		say(t, in, what);
	}
	check(&t->exchange);
}

static void turn_on(struct exchange *x, uint8_t on)
{
	struct exchange_faults *f = &x->faults;

	x->cancel_on_disconnect = on & ON_CANCEL_ON_DISCONNECT;
	if (on & ON_LIMITS)
		x->limits = (struct exchange_limits){ 900000, 1u << 31, 3 };
	if (!(on & ON_FAULTS))
		return;
	f->broken.every = 2;
	f->dead.every = 5;
	f->repriced.every = 2;
	f->restated.every = 2;
	f->priority.every = 2;
	f->supervised.every = 5;
	f->pending.every = 2;
	f->late.every = 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct talk t = {0};
	const struct exchange_sink sink = { on_reply, on_entered, NULL };
	struct bytes in = { data, size };

	if (!book.symbols)
		book_make();
	book.timestamp = 0;
	exchange_init(&t.exchange, &book, &sink);
	turn_on(&t.exchange, fuzz_u8(&in));
	while (in.left)
		happen(&t, &in);
	exchange_free(&t.exchange);
	book_restore(&t);
	return 0;
}
