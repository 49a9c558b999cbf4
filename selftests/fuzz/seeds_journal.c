// SPDX-License-Identifier: GPL-2.0
/*
 * seeds_journal - a journal with a record of each type, and an order in it
 */
#include "seeds.h"
#include "wire.h"
#include "../../user/journal_format.h"
#include "../../user/ouch.h"

static void add_record(struct seed *s, enum journal_type type,
		       const void *payload, size_t len, const void *more,
		       size_t more_len)
{
	size_t all = sizeof(struct journal_head) + len + more_len;
	struct journal_head head = {
		.length = (uint16_t)((all + 7) / JOURNAL_ALIGN * JOURNAL_ALIGN),
		.type = (uint8_t)type,
		.format = 1,
		.seq = 77,
	};
	static const uint8_t zeros[JOURNAL_ALIGN];

	add(s, &head, sizeof(head));
	add(s, payload, len);
	add(s, more, more_len);
	add(s, zeros, head.length - all);
}

static void add_order(struct seed *s)
{
	const struct ouch_terms terms = { .tif = '3', .display = 'Y' };
	const struct ouch_order order = { .urn = 5, .qty = 100, .px = 1823500,
					  .side = 'B', .symbol = "AAPL" };
	struct ouch_accepted a = { .type = 'A', .side = 'B', .state = 'L',
				   .symbol = "AAPL    " };
	struct ouch_executed e = { .type = 'E' };
	struct journal_sent sent = { .urn = 5, .symbol = "AAPL" };
	struct journal_reply reply = { .urn = 5, .number = 1 };
	uint8_t message[OUCH_ENTER_MAX];

	sent.len = (uint16_t)ouch_enter_init(message, &terms);
	ouch_enter_set((void *)message, &order);
	add_record(s, JOURNAL_SENT, &sent, sizeof(sent), message, sent.len);
	put_be32(&a.urn, 5);
	put_be32(&a.qty, 100);
	put_be64(&a.price, 1823500);
	reply.len = sizeof(a);
	add_record(s, JOURNAL_REPLY, &reply, sizeof(reply), &a, sizeof(a));
	put_be32(&e.urn, 5);
	put_be32(&e.qty, 40);
	put_be64(&e.price, 1823500);
	reply.number = 2;
	reply.len = sizeof(e);
	add_record(s, JOURNAL_REPLY, &reply, sizeof(reply), &e, sizeof(e));
}

/* One of each type, and an order; what sums them up is made right by
 * fuzz_journal.c.
 */
void seeds_of_journals(void)
{
	static const uint8_t zeros[256];
	const struct journal_header header = { .instance = "lab" };
	const struct journal_start start = { .len = 9, .release = "0.1.0",
					     .session = "S1" };
	const struct journal_limits limits = { .len = 9, .who = "root" };
	struct seed s = {0};

	add_u8(&s, 1);
	add(&s, &header, sizeof(header));
#define X(id, name, payload)						\
	add_record(&s, JOURNAL_##id, zeros, sizeof(payload), "", 0);
	JOURNAL_TYPES(X)
#undef X
	add_record(&s, JOURNAL_START, &start, sizeof(start), "--rate 10", 9);
	add_record(&s, JOURNAL_LIMITS, &limits, sizeof(limits), "rate 1->2", 9);
	add_order(&s);
	save("journal", "each", &s);
}
