// SPDX-License-Identifier: GPL-2.0
#include "snapshot.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "glimpse50.h"
#include "wire.h"

/* A message within what holds it. */
struct part {
	size_t offset;
	uint32_t len;
};

#define PART(type, member) \
	{ offsetof(struct type, member), sizeof(((struct type *)0)->member) }

/* In the order of the specification; what it does not name comes behind. */
static const struct part symbol_parts[] = {
	PART(state_symbol, directory),
	PART(state_symbol, trading),
	PART(state_symbol, reg_sho),
	PART(state_symbol, halt[0]),
	PART(state_symbol, halt[1]),
	PART(state_symbol, halt[2]),
	PART(state_symbol, ipo),
	PART(state_symbol, collar),
};

static const struct part market_parts[] = {
	PART(state, levels),
	PART(state, breach[0]),
	PART(state, breach[1]),
	PART(state, breach[2]),
};

enum {
	SYMBOL_PARTS = sizeof(symbol_parts) / sizeof(symbol_parts[0]),
	MARKET_PARTS = sizeof(market_parts) / sizeof(market_parts[0]),
};

void snapshot_begin(struct snapshot *s, const struct book *book,
		    const struct state *state, uint64_t seq)
{
	*s = (struct snapshot){
		.book = book,
		.state = state,
		.seq = seq,
		.order = book->orders,
	};
}

static uint32_t stage_over(struct snapshot *s)
{
	s->stage++;
	s->part = 0;
	s->at = 0;
	return 0;
}

/* Return: its length, or 0 when it was never sent. */
static uint32_t part_copy(const void *holder, const struct part *part,
			  uint8_t *message)
{
	const uint8_t *from = (const uint8_t *)holder + part->offset;

	if (!*from)
		return 0;
	memcpy(message, from, part->len);
	return part->len;
}

static uint32_t next_event(struct snapshot *s, uint8_t *message)
{
	if (s->at == s->state->event_count)
		return stage_over(s);
	memcpy(message, &s->state->events[s->at++], sizeof(*s->state->events));
	return sizeof(*s->state->events);
}

static uint32_t next_of_symbols(struct snapshot *s, uint8_t *message)
{
	uint32_t len;

	for (; s->part < SYMBOL_PARTS; s->part++, s->at = 0) {
		while (s->at < STATE_LOCATES) {
			len = part_copy(&s->state->symbols[s->at++],
					&symbol_parts[s->part], message);
			if (len)
				return len;
		}
	}
	return stage_over(s);
}

static uint32_t next_of_market(struct snapshot *s, uint8_t *message)
{
	uint32_t len;

	while (s->part < MARKET_PARTS) {
		len = part_copy(s->state, &market_parts[s->part++], message);
		if (len)
			return len;
	}
	return stage_over(s);
}

/* What the add cannot know any more, its time, is the snapshot's. */
static uint32_t next_order(struct snapshot *s, uint8_t *message)
{
	const struct book_order *o = s->order;
	struct itch_add_mpid *m = (void *)message;
	const struct book_symbol *symbol;

	if (!o)
		return stage_over(s);
	s->order = o->hh.next;
	symbol = &s->book->symbols[o->locate];
	*m = (struct itch_add_mpid){ .head.type = o->mpid[0] ? 'F' : 'A' };
	put_be16(&m->head.locate, o->locate);
	put_be48(m->head.timestamp, s->book->timestamp);
	put_be64(&m->ref, o->ref);
	m->side = o->side == BOOK_BID ? 'B' : 'S';
	put_be32(&m->shares, o->shares);
	if (symbol->listed)
		memcpy(m->stock, symbol->stock, sizeof(m->stock));
	else
		memset(m->stock, ' ', sizeof(m->stock));
	put_be32(&m->price, o->price);
	memcpy(m->mpid, o->mpid, sizeof(m->mpid));
	return itch_length(m->head.type);
}

static uint32_t write_end(struct snapshot *s, uint8_t *message)
{
	struct glimpse_end *end = (void *)message;
	char digits[GLIMPSE_SEQUENCE_LEN + 1];

	stage_over(s);
	end->type = GLIMPSE_END_OF_SNAPSHOT;
	snprintf(digits, sizeof(digits), "%-*" PRIu64, GLIMPSE_SEQUENCE_LEN,
		 s->seq);
	memcpy(end->seq, digits, sizeof(end->seq));
	return sizeof(*end);
}

uint32_t snapshot_next(struct snapshot *s, uint8_t message[ITCH_MAX_LEN])
{
	uint32_t len = 0;

	while (!len) {
		switch (s->stage) {
		case SNAPSHOT_EVENTS:
			len = next_event(s, message);
			break;
		case SNAPSHOT_SYMBOLS:
			len = next_of_symbols(s, message);
			break;
		case SNAPSHOT_MARKET:
			len = next_of_market(s, message);
			break;
		case SNAPSHOT_ORDERS:
			len = next_order(s, message);
			break;
		case SNAPSHOT_END:
			len = write_end(s, message);
			break;
		case SNAPSHOT_OVER:
			return 0;
		}
	}
	return len;
}
