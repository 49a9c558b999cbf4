// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "compose.h"

struct msg msg_of(char type, uint16_t locate)
{
	struct msg m = { .len = (uint16_t)itch_length(type) };
	struct itch_head *head = (void *)m.byte;

	head->type = type;
	put_be16(&head->locate, locate);
	put_be48(head->timestamp, 34200000000000ull);
	return m;
}

struct msg msg_hex(const char *hex)
{
	struct msg m = { .len = (uint16_t)(strlen(hex) / 2) };
	unsigned int byte;
	uint16_t i;

	for (i = 0; i < m.len; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		m.byte[i] = (uint8_t)byte;
	}
	return m;
}

struct msg msg_add(uint16_t locate, uint64_t ref, char side, uint32_t shares,
		   uint32_t px)
{
	struct msg m = msg_of('A', locate);
	struct itch_add *a = (void *)m.byte;

	put_be64(&a->ref, ref);
	a->side = side;
	put_be32(&a->shares, shares);
	memset(a->stock, ' ', sizeof(a->stock));
	put_be32(&a->price, px);
	return m;
}

struct msg msg_executed(uint16_t locate, uint64_t ref, uint32_t shares)
{
	struct msg m = msg_of('E', locate);
	struct itch_executed *e = (void *)m.byte;

	put_be64(&e->ref, ref);
	put_be32(&e->shares, shares);
	return m;
}

struct msg msg_executed_price(uint16_t locate, uint64_t ref, uint32_t shares,
			      char printable, uint32_t px)
{
	struct msg m = msg_of('C', locate);
	struct itch_executed_price *c = (void *)m.byte;

	put_be64(&c->ref, ref);
	put_be32(&c->shares, shares);
	c->printable = printable;
	put_be32(&c->price, px);
	return m;
}

struct msg msg_cancel(uint16_t locate, uint64_t ref, uint32_t shares)
{
	struct msg m = msg_of('X', locate);
	struct itch_cancel *x = (void *)m.byte;

	put_be64(&x->ref, ref);
	put_be32(&x->shares, shares);
	return m;
}

struct msg msg_delete(uint16_t locate, uint64_t ref)
{
	struct msg m = msg_of('D', locate);

	put_be64(&((struct itch_delete *)m.byte)->ref, ref);
	return m;
}

struct msg msg_replace(uint16_t locate, uint64_t ref, uint64_t new_ref,
		       uint32_t shares, uint32_t px)
{
	struct msg m = msg_of('U', locate);
	struct itch_replace *u = (void *)m.byte;

	put_be64(&u->ref, ref);
	put_be64(&u->new_ref, new_ref);
	put_be32(&u->shares, shares);
	put_be32(&u->price, px);
	return m;
}

struct msg msg_event(char event)
{
	struct msg m = msg_of('S', 0);

	((struct itch_system_event *)m.byte)->event = event;
	return m;
}

struct msg msg_trading(uint16_t locate, char state)
{
	struct msg m = msg_of('H', locate);

	((struct itch_trading_action *)m.byte)->state = state;
	return m;
}

struct msg msg_directory(uint16_t locate, const char *stock, char authenticity)
{
	struct msg m = msg_of('R', locate);
	struct itch_directory *r = (void *)m.byte;

	memset(r->stock, ' ', sizeof(r->stock));
	memcpy(r->stock, stock, strnlen(stock, sizeof(r->stock)));
	put_be32(&r->round_lot, 100);
	r->authenticity = authenticity;
	return m;
}

void packet_begin(struct packet *p, uint64_t seq)
{
	struct mold_header *head = (void *)p->data;

	memcpy(head->session, COMPOSE_SESSION, MOLD_SESSION_LEN);
	put_be64(&head->seq, seq);
	put_be16(&head->count, 0);
	p->len = sizeof(*head);
}

void packet_block(struct packet *p, const void *data, uint16_t len)
{
	struct mold_header *head = (void *)p->data;

	put_be16(p->data + p->len, len);
	memcpy(p->data + p->len + MOLD_BLOCK_HEAD, data, len);
	p->len += MOLD_BLOCK_HEAD + len;
	put_be16(&head->count, get_be16(&head->count) + 1);
}

void packet_add(struct packet *p, struct msg m)
{
	packet_block(p, m.byte, m.len);
}

void packet_count(struct packet *p, uint16_t count)
{
	put_be16(&((struct mold_header *)p->data)->count, count);
}

void packet_session(struct packet *p, const char *session)
{
	memcpy(p->data, session, MOLD_SESSION_LEN);
}

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint32_t random_below(uint64_t *state, uint32_t below)
{
	return (uint32_t)((random_next(state) >> 32) * below >> 32);
}
