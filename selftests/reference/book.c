// SPDX-License-Identifier: GPL-2.0
/*
 * book - the rules of ITCH 5.0's displayed book, and nothing else
 *
 * What cannot be is treated as the engine documents it (kern/book.bpf.h): it
 * is counted, the symbol is BAD, and the rest of the message still applies.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "itch50.h"
#include "wire.h"

#include "book.h"

static int price_order(const struct ref_price *a, const struct ref_price *b)
{
	return (a->quote.px > b->quote.px) - (a->quote.px < b->quote.px);
}

RB_PROTOTYPE(ref_side, ref_price, tree, price_order)
RB_GENERATE(ref_side, ref_price, tree, price_order)

int ref_init(struct ref_book *b)
{
	*b = (struct ref_book){0};
	b->symbols = calloc(REF_LOCATES, sizeof(*b->symbols));
	return b->symbols ? 0 : -ENOMEM;
}

static void side_free(struct ref_side *side)
{
	struct ref_price *price, *next;

	RB_FOREACH_SAFE(price, ref_side, side, next) {
		RB_REMOVE(ref_side, side, price);
		free(price);
	}
}

void ref_free(struct ref_book *b)
{
	struct ref_order *order, *next;
	uint32_t locate;

	HASH_ITER(hh, b->by_ref, order, next) {
		HASH_DEL(b->by_ref, order);
		free(order);
	}
	for (locate = 0; b->symbols && locate < REF_LOCATES; locate++) {
		side_free(&b->symbols[locate].bids);
		side_free(&b->symbols[locate].asks);
	}
	free(b->symbols);
	*b = (struct ref_book){0};
}

/* Counts what cannot be. */
static void mark_bad(struct ref_book *b, uint16_t locate, uint64_t *counter)
{
	(*counter)++;
	b->bad_symbols += !b->symbols[locate].bad;
	b->symbols[locate].bad = true;
}

/* Bytes of struct ref_order from ref on that an order is known by. */
enum { NAME_BYTES = sizeof(uint64_t) + sizeof(uint16_t) };

static struct ref_order *order_by_name(const struct ref_book *b,
				       uint16_t locate, uint64_t ref)
{
	const struct ref_order name = { .ref = ref, .locate = locate };
	struct ref_order *order;

	HASH_FIND(hh, b->by_ref, &name.ref, NAME_BYTES, order);
	return order;
}

const struct ref_order *ref_order(const struct ref_book *b, uint16_t locate,
				  uint64_t ref)
{
	return order_by_name(b, locate, ref);
}

/* The symbol's order with this reference, or NULL (counted). */
static struct ref_order *order_of(struct ref_book *b, uint16_t locate,
				  const void *ref)
{
	struct ref_order *order = order_by_name(b, locate, get_be64(ref));

	if (!order)
		mark_bad(b, locate, &b->unknown_refs);
	return order;
}

static struct ref_side *side_of(struct ref_symbol *s, char side)
{
	return side == 'B' ? &s->bids : &s->asks;
}

static struct ref_price *price_find(struct ref_side *side, uint32_t px)
{
	struct ref_price wanted = { .quote.px = px };

	return RB_FIND(ref_side, side, &wanted);
}

/* The price in the tree, new and empty when it was not there, or NULL when
 * there is no memory.
 */
static struct ref_price *price_claim(struct ref_book *b, struct ref_side *side,
				     uint32_t px)
{
	struct ref_price *price = price_find(side, px);

	if (price)
		return price;
	price = calloc(1, sizeof(*price));
	if (!price)
		return NULL;
	price->quote.px = px;
	RB_INSERT(ref_side, side, price);
	b->levels++;
	return price;
}

/* Takes shares off an order and its price; each ends when nothing is left. */
static void take(struct ref_book *b, struct ref_order *order, uint32_t shares)
{
	struct ref_side *side = side_of(&b->symbols[order->locate],
					order->side);
	struct ref_price *price = price_find(side, order->px);

	order->shares -= shares;
	price->quote.qty -= shares;
	if (order->shares)
		return;
	HASH_DEL(b->by_ref, order);
	free(order);
	if (--price->quote.orders)
		return;
	RB_REMOVE(ref_side, side, price);
	free(price);
	b->levels--;
}

static int insert(struct ref_book *b, const struct ref_order *wanted)
{
	struct ref_side *side = side_of(&b->symbols[wanted->locate],
					wanted->side);
	struct ref_order *order = malloc(sizeof(*order));
	struct ref_price *price = order ? price_claim(b, side, wanted->px) :
					  NULL;

	if (!price) {
		free(order);
		return -ENOMEM;
	}
	*order = *wanted;
	HASH_ADD(hh, b->by_ref, ref, NAME_BYTES, order);
	price->quote.orders++;
	price->quote.qty += order->shares;
	return 0;
}

static int add_order(struct ref_book *b, const struct ref_order *wanted)
{
	if (!wanted->ref || wanted->ref > REF_MOST || !wanted->shares ||
	    !wanted->px || wanted->px > REF_PRICE_MAX ||
	    (wanted->side != 'B' && wanted->side != 'S')) {
		mark_bad(b, wanted->locate, &b->bad_values);
		return 0;
	}
	if (order_by_name(b, wanted->locate, wanted->ref)) {
		mark_bad(b, wanted->locate, &b->duplicate_refs);
		return 0;
	}
	return insert(b, wanted);
}

static int apply_add(struct ref_book *b, uint16_t locate, const void *message)
{
	const struct itch_add *a = message;

	return add_order(b, &(struct ref_order){
		.ref = get_be64(&a->ref),
		.locate = locate,
		.side = a->side,
		.shares = get_be32(&a->shares),
		.px = get_be32(&a->price),
	});
}

/* Executed (E, C) or cancelled in part (X): their fields stand alike. */
static int apply_reduce(struct ref_book *b, uint16_t locate,
			const void *message)
{
	const struct itch_cancel *x = message;
	struct ref_order *order = order_of(b, locate, &x->ref);
	uint32_t shares = get_be32(&x->shares);

	if (!order)
		return 0;
	if (shares > order->shares) {
		mark_bad(b, locate, &b->over_executed);
		shares = order->shares;
	}
	take(b, order, shares);
	return 0;
}

static int apply_delete(struct ref_book *b, uint16_t locate,
			const void *message)
{
	const struct itch_delete *d = message;
	struct ref_order *order = order_of(b, locate, &d->ref);

	if (order)
		take(b, order, order->shares);
	return 0;
}

static int apply_replace(struct ref_book *b, uint16_t locate,
			 const void *message)
{
	const struct itch_replace *u = message;
	struct ref_order *old = order_of(b, locate, &u->ref);
	struct ref_order wanted = {
		.ref = get_be64(&u->new_ref),
		.locate = locate,
		.shares = get_be32(&u->shares),
		.px = get_be32(&u->price),
	};

	if (!old)
		return 0;
	wanted.side = old->side;
	take(b, old, old->shares);
	return add_order(b, &wanted);
}

/* The same stands in kern/symbol.bpf.h: what would break a line of CSV is ?. */
static char name_letter(char c)
{
	return c <= ' ' || c > '~' || c == ',' || c == '"' ? '?' : c;
}

/* A symbol keeps its name all day: another one makes its book BAD. */
static void apply_directory(struct ref_book *b, uint16_t locate,
			    const void *message)
{
	const struct itch_directory *r = message;
	char *name = b->symbols[locate].name;
	char named[sizeof(b->symbols[locate].name)] = "";
	size_t len = ITCH_STOCK_LEN, i;

	while (len && r->stock[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		named[i] = name_letter(r->stock[i]);
	if (*name && strcmp(name, named))
		mark_bad(b, locate, &b->renamed);
	strcpy(name, named);
}

int ref_apply(struct ref_book *b, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	uint16_t locate;
	int err = 0;

	if (!len || !itch_length(head->type))
		return 0;
	if (len < itch_length(head->type))
		return -EPROTO;
	locate = get_be16(&head->locate);
	if (!locate)		/* nobody's: there is no such book */
		return strchr("AFECXDU", head->type) ? -EPROTO : 0;
	switch (head->type) {
	case 'A':
	case 'F':
		err = apply_add(b, locate, message);
		break;
	case 'E':
	case 'C':
	case 'X':
		err = apply_reduce(b, locate, message);
		break;
	case 'D':
		err = apply_delete(b, locate, message);
		break;
	case 'U':
		err = apply_replace(b, locate, message);
		break;
	case 'R':
		apply_directory(b, locate, message);
		return 0;
	default:
		return 0;
	}
	return err ? err : 1;
}

struct ref_quote ref_best(const struct ref_symbol *s, char side)
{
	struct ref_side *tree = side_of((struct ref_symbol *)s, side);
	const struct ref_price *best = side == 'B' ? RB_MAX(ref_side, tree) :
						     RB_MIN(ref_side, tree);

	return best ? best->quote : (struct ref_quote){0};
}

const char *ref_name(const struct ref_book *b, uint16_t locate, char text[12])
{
	if (b->symbols[locate].name[0])
		snprintf(text, 12, "%s", b->symbols[locate].name);
	else
		snprintf(text, 12, "#%u", (unsigned int)locate);
	return text;
}

static bool better(char side, uint32_t px, uint32_t than)
{
	return side == 'B' ? px > than : px < than;
}

static int level_compare(const void *left, const void *right)
{
	const struct ref_level *a = left, *b = right;
	int by_symbol = strcmp(a->symbol, b->symbol);

	if (by_symbol)
		return by_symbol;
	if (a->locate != b->locate)
		return a->locate < b->locate ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	if (a->quote.px == b->quote.px)
		return 0;
	return better(a->side, a->quote.px, b->quote.px) ? -1 : 1;
}

/* Sorted orders of the same level stand together: one row for each run. */
static int merge_levels(struct ref_level *level, int count)
{
	int i, last = 0;

	for (i = 1; i < count; i++) {
		if (!level_compare(&level[last], &level[i])) {
			level[last].quote.orders++;
			level[last].quote.qty += level[i].quote.qty;
		} else {
			level[++last] = level[i];
		}
	}
	return count ? last + 1 : 0;
}

int ref_levels(const struct ref_book *b, struct ref_level **levels)
{
	int count = (int)HASH_COUNT(b->by_ref);
	struct ref_level *level = calloc((size_t)count + 1, sizeof(*level));
	struct ref_order *order, *next;
	int i = 0;

	*levels = level;
	if (!level)
		return -ENOMEM;
	HASH_ITER(hh, b->by_ref, order, next) {
		ref_name(b, order->locate, level[i].symbol);
		level[i].locate = order->locate;
		level[i].side = order->side;
		level[i].quote = (struct ref_quote){
			.px = order->px, .orders = 1, .qty = order->shares,
		};
		i++;
	}
	qsort(level, (size_t)count, sizeof(*level), level_compare);
	return merge_levels(level, count);
}
