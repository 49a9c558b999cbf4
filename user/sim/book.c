// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "book.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "itch50.h"
#include "price.h"
#include "wire.h"

enum { CHUNK_ORDERS = 4096, STOCK_TEXT = 9 };

struct book_chunk {
	struct book_chunk *next;
	struct book_order order[CHUNK_ORDERS];
};

int book_init(struct book *b)
{
	*b = (struct book){0};
	b->symbols = calloc(BOOK_LOCATES, sizeof(*b->symbols));
	return b->symbols ? 0 : -ENOMEM;
}

void book_free(struct book *b)
{
	struct book_chunk *next;
	uint32_t i;

	HASH_CLEAR(hh, b->orders);
	HASH_CLEAR(hh, b->by_stock);
	for (; b->chunks; b->chunks = next) {
		next = b->chunks->next;
		free(b->chunks);
	}
	for (i = 0; b->symbols && i < BOOK_LOCATES; i++) {
		free(b->symbols[i].side[BOOK_BID].level);
		free(b->symbols[i].side[BOOK_ASK].level);
	}
	free(b->symbols);
	b->symbols = NULL;
}

/* -- levels ------------------------------------------------------------- */

/* Where price stands in the side, or would stand: worse prices come before. */
static uint32_t level_position(const struct book_side *s, int side,
			       uint32_t price)
{
	uint32_t low = 0, high = s->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		uint32_t have = s->level[mid].price;

		if (side == BOOK_BID ? have < price : have > price)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct book_level *level_insert(struct book_side *s, uint32_t at,
				       uint32_t price)
{
	struct book_level *grown;
	uint32_t room;

	if (s->count == s->room) {
		room = s->room ? 2 * s->room : 8;
		grown = realloc(s->level, room * sizeof(*grown));
		if (!grown)
			return NULL;
		s->level = grown;
		s->room = room;
	}
	memmove(s->level + at + 1, s->level + at,
		(s->count - at) * sizeof(*s->level));
	s->count++;
	s->level[at] = (struct book_level){ .price = price };
	return s->level + at;
}

static int level_add(struct book *b, const struct book_order *o)
{
	struct book_side *s = &b->symbols[o->locate].side[o->side];
	uint32_t at = level_position(s, o->side, o->price);
	struct book_level *level;

	if (at < s->count && s->level[at].price == o->price) {
		level = &s->level[at];
	} else {
		level = level_insert(s, at, o->price);
		if (!level)
			return -ENOMEM;
		b->levels++;
	}
	level->qty += o->shares;
	level->orders++;
	return 0;
}

/* Takes shares off the order's level, and the order itself when it is gone. */
static void level_take(struct book *b, const struct book_order *o,
		       uint32_t shares, bool gone)
{
	struct book_side *s = &b->symbols[o->locate].side[o->side];
	uint32_t at = level_position(s, o->side, o->price);
	struct book_level *level = &s->level[at];

	level->qty -= shares;
	level->orders -= gone;
	if (level->orders)
		return;
	s->count--;
	memmove(level, level + 1, (s->count - at) * sizeof(*level));
	b->levels--;
}

/* -- orders ------------------------------------------------------------- */

static struct book_order *order_take_spare(struct book *b)
{
	struct book_chunk *chunk;
	struct book_order *o;
	int i;

	if (!b->spare) {
		chunk = malloc(sizeof(*chunk));
		if (!chunk)
			return NULL;
		chunk->next = b->chunks;
		b->chunks = chunk;
		for (i = 0; i < CHUNK_ORDERS; i++) {
			chunk->order[i].hh.next = b->spare;
			b->spare = &chunk->order[i];
		}
	}
	o = b->spare;
	b->spare = o->hh.next;
	return o;
}

static void order_give_back(struct book *b, struct book_order *o)
{
	o->hh.next = b->spare;
	b->spare = o;
}

static struct book_order *order_find(struct book *b, const void *wire_ref)
{
	uint64_t ref = get_be64(wire_ref);
	struct book_order *o;

	HASH_FIND(hh, b->orders, &ref, sizeof(ref), o);
	if (!o)
		b->unknown_refs++;
	return o;
}

static void order_reduce(struct book *b, struct book_order *o, uint32_t shares)
{
	bool gone = shares >= o->shares;

	if (shares > o->shares)
		b->oversized++;
	if (gone)
		shares = o->shares;
	level_take(b, o, shares, gone);
	o->shares -= shares;
	if (!gone)
		return;
	HASH_DEL(b->orders, o);
	order_give_back(b, o);
}

static int order_insert(struct book *b, const struct book_order *model)
{
	struct book_order *o;
	int err;

	HASH_FIND(hh, b->orders, &model->ref, sizeof(model->ref), o);
	if (o) {
		b->duplicate_refs++;
		order_reduce(b, o, o->shares);
	}
	o = order_take_spare(b);
	if (!o)
		return -ENOMEM;
	*o = *model;
	err = level_add(b, o);
	if (err)
		goto err_order;
	HASH_ADD(hh, b->orders, ref, sizeof(o->ref), o);
	if (o->hh.tbl)
		return 0;
	err = -ENOMEM;
	level_take(b, o, o->shares, true);
err_order:
	order_give_back(b, o);
	return err;
}

/* -- messages ----------------------------------------------------------- */

/* A and F alike: F only has the attribution behind. */
static int apply_add(struct book *b, const struct itch_add *m)
{
	struct book_order model = {
		.ref = get_be64(&m->ref),
		.shares = get_be32(&m->shares),
		.price = get_be32(&m->price),
		.locate = get_be16(&m->head.locate),
		.side = m->side == 'B' ? BOOK_BID : BOOK_ASK,
	};

	if (m->side != 'B' && m->side != 'S') {
		b->bad_messages++;
		return 0;
	}
	if (m->head.type == 'F')
		memcpy(model.mpid, ((const struct itch_add_mpid *)m)->mpid,
		       sizeof(model.mpid));
	return order_insert(b, &model);
}

/* E, C and X stand alike up to the shares. */
static void apply_reduce(struct book *b, const struct itch_cancel *m)
{
	struct book_order *o = order_find(b, &m->ref);

	if (o)
		order_reduce(b, o, get_be32(&m->shares));
}

static void apply_delete(struct book *b, const struct itch_delete *m)
{
	struct book_order *o = order_find(b, &m->ref);

	if (o)
		order_reduce(b, o, o->shares);
}

static int apply_replace(struct book *b, const struct itch_replace *m)
{
	struct book_order *old = order_find(b, &m->ref);
	struct book_order model;

	if (!old)
		return 0;
	model = (struct book_order){
		.ref = get_be64(&m->new_ref),
		.shares = get_be32(&m->shares),
		.price = get_be32(&m->price),
		.locate = old->locate,
		.side = old->side,
	};
	memcpy(model.mpid, old->mpid, sizeof(model.mpid));
	order_reduce(b, old, old->shares);
	return order_insert(b, &model);
}

/* The last directory message of a locate, and of a name, is in force. */
static int apply_directory(struct book *b, const struct itch_directory *m)
{
	struct book_symbol *s = &b->symbols[get_be16(&m->head.locate)];
	struct book_symbol *other;

	if (s->listed)
		HASH_DEL(b->by_stock, s);
	HASH_FIND(hh, b->by_stock, m->stock, sizeof(m->stock), other);
	if (other) {
		HASH_DEL(b->by_stock, other);
		other->listed = false;
	}
	memcpy(s->stock, m->stock, sizeof(s->stock));
	s->is_test = m->authenticity == 'T';
	HASH_ADD(hh, b->by_stock, stock, sizeof(s->stock), s);
	s->listed = s->hh.tbl != NULL;
	return s->listed ? 0 : -ENOMEM;
}

static void apply_state(struct book *b, const struct itch_trading_action *m)
{
	b->symbols[get_be16(&m->head.locate)].state = m->state;
}

static void apply_halt(struct book *b, const struct itch_operational_halt *m)
{
	if (m->market == 'Q')
		b->symbols[get_be16(&m->head.locate)].halted_here =
			m->action == 'H';
}

static void apply_system_event(struct book *b,
			       const struct itch_system_event *m)
{
	if (m->event == 'Q')
		b->market_open = true;
	else if (m->event == 'M')
		b->market_open = false;
}

int book_apply(struct book *b, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	uint32_t need = len ? itch_length(head->type) : 0;

	if (len && !need) {
		b->unknown_types++;
		return 0;
	}
	if (!len || len < need) {
		b->bad_messages++;
		return 0;
	}
	b->timestamp = get_be48(head->timestamp);
	switch (head->type) {
	case 'A':
	case 'F':
		return apply_add(b, (const void *)message);
	case 'E':
	case 'C':
	case 'X':
		apply_reduce(b, (const void *)message);
		return 0;
	case 'D':
		apply_delete(b, (const void *)message);
		return 0;
	case 'U':
		return apply_replace(b, (const void *)message);
	case 'R':
		return apply_directory(b, (const void *)message);
	case 'H':
		apply_state(b, (const void *)message);
		return 0;
	case 'h':
		apply_halt(b, (const void *)message);
		return 0;
	case 'S':
		apply_system_event(b, (const void *)message);
	}
	return 0;
}

/* -- reading ------------------------------------------------------------ */

const struct book_symbol *book_find(const struct book *b, const char stock[8])
{
	struct book_symbol *s;

	HASH_FIND(hh, b->by_stock, stock, sizeof(s->stock), s);
	return s;
}

uint64_t book_live_orders(const struct book *b)
{
	return HASH_COUNT(b->orders);
}

struct row {
	char name[STOCK_TEXT];
	const struct book_symbol *symbol;
};

static void row_name(struct row *r, const struct book *b)
{
	const struct book_symbol *s = r->symbol;
	size_t len = sizeof(s->stock);

	if (!s->listed) {
		snprintf(r->name, sizeof(r->name), "#%u",
			 (unsigned int)(s - b->symbols) & 0xffff);
		return;
	}
	while (len && s->stock[len - 1] == ' ')
		len--;
	memcpy(r->name, s->stock, len);
	r->name[len] = '\0';
}

static int row_compare(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->name,
		      ((const struct row *)b)->name);
}

static void side_write(const struct row *r, char letter,
		       const struct book_side *s, FILE *out)
{
	char price[PRICE_TEXT];
	uint32_t i;

	for (i = s->count; i-- > 0; )
		fprintf(out, "%s,%c,%s,%" PRIu64 ",%u\n", r->name, letter,
			price_text(price, s->level[i].price), s->level[i].qty,
			s->level[i].orders);
}

int book_write_csv(const struct book *b, FILE *out)
{
	struct row *row = malloc(BOOK_LOCATES * sizeof(*row));
	uint32_t rows = 0, i;

	if (!row)
		return -ENOMEM;
	for (i = 0; i < BOOK_LOCATES; i++) {
		struct book_symbol *s = &b->symbols[i];

		if (!s->side[BOOK_BID].count && !s->side[BOOK_ASK].count)
			continue;
		row[rows].symbol = s;
		row_name(&row[rows++], b);
	}
	qsort(row, rows, sizeof(*row), row_compare);
	fprintf(out, "symbol,side,price,qty,orders\n");
	for (i = 0; i < rows; i++) {
		side_write(row + i, 'B', &row[i].symbol->side[BOOK_BID], out);
		side_write(row + i, 'S', &row[i].symbol->side[BOOK_ASK], out);
	}
	free(row);
	return ferror(out) ? -EIO : 0;
}
