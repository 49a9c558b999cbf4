// SPDX-License-Identifier: GPL-2.0
/*
 * seeds_orders - what is said of orders: requests, answers, a session's stream
 */
#include <string.h>

#include "compose.h"
#include "seeds.h"
#include "soupbin.h"
#include "../../user/ouch.h"

/* From the first account; see fuzz_exchange.c. */
static void request_add(struct seed *s, const void *message, size_t len)
{
	add_u8(s, 0);
	add_u8(s, (uint8_t)len);
	add(s, message, len);
}

/* Behind a message whose last two bytes are its length. */
static void tagged_add(struct seed *s, const void *message, size_t len,
		       const char *tags, size_t tags_len)
{
	uint8_t bytes[128];

	memcpy(bytes, message, len);
	put_be16(bytes + len - OUCH_APPENDAGE_HEAD, (uint16_t)tags_len);
	memcpy(bytes + len, tags, tags_len);
	request_add(s, bytes, len + tags_len);
}

static void enter_add(struct seed *s, uint32_t urn, char side,
		      const char *stock, char tif, uint64_t px)
{
	const struct ouch_terms terms = {
		.tif = tif, .display = 'Y', .capacity = 'P', .iso = 'N',
		.cross_type = 'N', .firm = "FIRM",
	};
	struct ouch_order order = {
		.urn = urn, .qty = 150, .px = px, .side = side, .symbol = stock,
	};
	uint8_t message[OUCH_ENTER_MAX];
	uint32_t len = ouch_enter_init(message, &terms);

	ouch_clordid(order.clordid, urn);
	ouch_enter_set((void *)message, &order);
	request_add(s, message, len);
}

static void enter_tagged_add(struct seed *s, uint32_t urn, char tif,
			     const char *tags, size_t tags_len)
{
	struct ouch_enter e = {
		.type = 'O', .side = 'B', .symbol = "OPEN    ", .tif = tif,
		.display = 'A', .capacity = 'A', .iso = 'N', .cross_type = 'N',
	};

	put_be32(&e.urn, urn);
	put_be32(&e.qty, 300);
	put_be64(&e.price, 999900);
	ouch_clordid(e.clordid, urn);
	tagged_add(s, &e, sizeof(e), tags, tags_len);
}

static void replace_add(struct seed *s, uint32_t orig, uint32_t urn,
			const char *tags, size_t tags_len)
{
	struct ouch_replace r = {
		.type = 'U', .tif = '0', .display = 'Y', .iso = 'N',
	};

	put_be32(&r.orig_urn, orig);
	put_be32(&r.urn, urn);
	put_be32(&r.qty, 200);
	put_be64(&r.price, 1000300);
	ouch_clordid(r.clordid, urn);
	tagged_add(s, &r, sizeof(r), tags, tags_len);
}

/* Cancel, Modify, Mass Cancel, Disable, Enable and Query. */
static void others_add(struct seed *s, uint32_t open, uint32_t urn)
{
	struct ouch_cancel cancel = { .type = 'X' };
	struct ouch_modify modify = { .type = 'M', .side = 'E' };
	struct ouch_mass_cancel mass = { .type = 'C', .firm = "FIRM",
					 .symbol = "        " };
	struct ouch_entry entry = { .type = 'D', .firm = "FIRM" };

	put_be32(&modify.urn, open);
	put_be32(&modify.qty, 140);
	request_add(s, &modify, sizeof(modify));
	put_be32(&cancel.urn, open);
	put_be32(&cancel.qty, 50);
	request_add(s, &cancel, sizeof(cancel));
	request_add(s, &cancel, sizeof(cancel));
	put_be32(&entry.urn, urn);
	request_add(s, &entry, sizeof(entry));
	enter_add(s, urn + 1, 'B', "OPEN", '0', 999000);
	entry.type = 'E';
	put_be32(&entry.urn, urn + 2);
	request_add(s, &entry, sizeof(entry));
	put_be32(&mass.urn, urn + 3);
	tagged_add(s, &mass, sizeof(mass), "\x02\x1b" "E", 3);
	request_add(s, "Q", 1);
	request_add(s, "Q\0\x03\x02\x1c\x05", 6);
}

static void orders_save(const char *name, uint8_t on)
{
	static const uint8_t later[] = {	/* HAPPENS_ of the target */
		3, 2 * 12, 200,		/* an offer at 1000200 */
		3, 2 * 9 + 1, 250,	/* a bid at 999900 */
		4, 30, 5, 0, 5, 1, 6, 7, 1, 7, 0,
	};
	static const char tags[] = "\x05\x03\0\0\0\x0a" "\x02\x0cN"
		"\x05\x0f\0\0\0\x0a" "\x03\x18\0\x07" "\x02\x1d" "D"
		"\x02\x1c\x05";
	struct seed s = {0};

	add_u8(&s, on);
	enter_add(&s, 1, 'B', "OPEN", '3', 1000200);
	enter_add(&s, 2, 'S', "OPEN", '0', 1010000);
	enter_add(&s, 3, 'B', "HALTED", '3', 1000200);
	enter_add(&s, 4, 'B', "TEST", '3', 1000200);
	enter_add(&s, 5, 'B', "NONE", '3', 1000200);
	enter_add(&s, 6, 'B', "OPEN", '0', 1010000);
	enter_add(&s, 7, 'T', "OPEN", '0', 1010000);
	replace_add(&s, 7, 8, "\x02\x1b" "E", 3);
	replace_add(&s, 8, 9, "", 0);
	enter_add(&s, 10, 'S', "OPEN", '0', 1000400);
	others_add(&s, 10, 11);
	enter_tagged_add(&s, 1, '6', tags, sizeof(tags) - 1);
	replace_add(&s, 1, 2, "\x02\x1c\x05", 3);
	enter_tagged_add(&s, 20, '0', "\x02\x0cP", 3);
	add(&s, later, sizeof(later));
	save("exchange", name, &s);
}

static void orders(void)
{
	orders_save("orders", 0);
	orders_save("faults", 1);
	orders_save("limits", 2 | 4);
}

static void asked_add(struct seed *s, const struct ouch_request *r)
{
	struct ouch_request original = *r;
	uint8_t message[OUCH_REQUEST_MAX];
	int len = ouch_request_encode(message, r, &original);

	if (len < 0)
		die("a request that OUCH does not allow");
	add_u8(s, (uint8_t)len);
	add(s, message, (size_t)len);
}

/* One of each type, without tags and with some. */
static void requests_of_ouch(void)
{
	struct seed s = {0};
	const char *type;

	for (type = "OUXMCDEQ"; *type; type++) {
		struct ouch_request r = {
			.type = *type, .side = 'T', .urn = 7, .orig_urn = 6,
			.qty = 100, .px = 1823500, .symbol = "OPEN",
			.terms = { '0', 'Y', 'P', 'N', 'N', .firm = "FIRM" },
		};

		ouch_clordid(r.clordid, 7);
		asked_add(&s, &r);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 5);
		asked_add(&s, &r);
		if (!strchr("OU", *type))
			continue;
		r.terms.tif = OUCH_TIF_GTT;
		ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME, 60);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_POST_ONLY, 'P');
		ouch_tag_put(&r.terms.tags, OUCH_TAG_PEG_OFFSET, (uint64_t)-1);
		ouch_tag_put_text(&r.terms.tags, OUCH_TAG_LOCATE_BROKER, "B");
		asked_add(&s, &r);
	}
	save("request", "all", &s);
}

static void answer_add(struct seed *answers,
		       const void *message, size_t len)
{
	add_u8(answers, (uint8_t)len);
	add(answers, message, len);
}

static void answers(void)
{
	struct ouch_accepted a = { .type = 'A', .side = 'B', .state = 'L' };
	struct ouch_executed e = { .type = 'E', .liquidity = 'R' };
	struct ouch_canceled c = { .type = 'C', .reason = 'I' };
	struct ouch_rejected j = { .type = 'J' };
	struct seed all = {0};

	add_u8(&all, 4);
	put_be32(&a.urn, 1);
	put_be32(&a.qty, 100);
	put_be64(&a.price, 1000000);
	memset(a.clordid, '0', sizeof(a.clordid));
	put_be32(&e.urn, 1);
	put_be32(&e.qty, 60);
	put_be64(&e.price, 999900);
	put_be32(&c.urn, 1);
	put_be32(&c.qty, 40);
	put_be32(&j.urn, 2);
	memcpy(j.clordid, a.clordid, sizeof(j.clordid));
	answer_add(&all, &a, sizeof(a));
	answer_add(&all, &e, sizeof(e));
	answer_add(&all, &e, OUCH_EXECUTED_MIN);
	answer_add(&all, &c, sizeof(c));
	answer_add(&all, &j, sizeof(j));
	save("ouch", "answers", &all);
}

/* Every type at its length, about the first order; tags as a channel has them,
 * and those of a Restated.
 */
static void every_answer(void)
{
	static const struct { char type; uint8_t len, tags; } types[] = {
		{ 'S', 10, 0 }, { 'A', 62, 2 }, { 'U', 66, 2 }, { 'C', 18, 0 },
		{ 'D', 32, 0 }, { 'E', 34, 0 }, { 'B', 36, 0 }, { 'J', 29, 0 },
		{ 'P', 13, 5 }, { 'I', 13, 5 }, { 'T', 30, 5 }, { 'M', 18, 5 },
		{ 'R', 14, 24 }, { 'X', 25, 5 }, { 'G', 17, 2 }, { 'K', 17, 2 },
		{ 'Q', 13, 5 },
	};
	static const uint8_t channel[] = { 0, 3, 2, OUCH_TAG_USER_REF_IDX, 5 };
	static const uint8_t restated[24] = {
		0, 22, 9, OUCH_TAG_SECONDARY_REF, 0, 0, 0, 0, 0, 0, 0, 9,
		5, OUCH_TAG_DISPLAY_QTY, 0, 0, 0, 100,
		5, 250, 1, 2, 3, 4,
	};
	struct seed all = {0};
	uint8_t message[128] = {0};
	size_t i;

	add_u8(&all, 4);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		message[0] = (uint8_t)types[i].type;
		put_be32(message + 9, 1);
		memset(message + types[i].len, 0, 2);
		if (types[i].tags == sizeof(channel))
			memcpy(message + types[i].len, channel,
			       sizeof(channel));
		if (types[i].tags == sizeof(restated))
			memcpy(message + types[i].len, restated,
			       sizeof(restated));
		answer_add(&all, message,
			   types[i].len + (size_t)types[i].tags);
	}
	save("ouch", "every", &all);
}

/* As fuzz_entry.c reads it: two clients of one account, orders, and what ends
 * a session.
 */
static void entries(void)
{
	static const struct { uint8_t client, len; const char *bytes; } said[] = {
		{ 0, 3, "\0\1R" }, { 0, 6, "\0\4+abc" }, { 1, 2, "\0\1" },
		{ 1, 1, "R" }, { 0, 3, "\0\1O" }, { 1, 3, "\0\0R" },
	};
	struct seed s = {0};
	uint32_t i;

	add(&s, (const uint8_t[]){ 0x40, 2, 0x41, 3, 0x40, 1 }, 6);
	for (i = 1; i < 4; i++)
		enter_add(&s, i, 'B', "NONE", '3', 1000200);
	add_u8(&s, 0x84);		/* a second */
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		add_u8(&s, said[i].client);
		add_u8(&s, said[i].len);
		add(&s, said[i].bytes, said[i].len);
	}
	add(&s, (const uint8_t[]){ 0x40, 2, 0x3c, 0xfc }, 4);
	save("entry", "orders", &s);
}

/* Behind a login; all in one piece. */
static void order_stream(void)
{
	const struct ouch_query_response answer = { .type = 'Q' };
	struct seed stream = {0};

	add_u8(&stream, 1);
	add_u8(&stream, 0);
	soup_add(&stream, SOUP_SEQUENCED, &answer, sizeof(answer));
	soup_add(&stream, SOUP_SERVER_HEARTBEAT, "", 0);
	soup_add(&stream, SOUP_SEQUENCED, &answer, sizeof(answer));
	soup_add(&stream, SOUP_SEQUENCED, "A", 1);
	soup_add(&stream, SOUP_END_OF_SESSION, "", 0);
	save("order_session", "day", &stream);
}

void seeds_of_orders(void)
{
	orders();
	requests_of_ouch();
	answers();
	every_answer();
	entries();
	order_stream();
}
