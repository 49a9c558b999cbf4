// SPDX-License-Identifier: GPL-2.0
/*
 * book - the rules of ITCH 5.0's displayed book, over a list of orders
 *
 * What cannot be is treated as the engine documents it (kern/book.bpf.h): it
 * is counted, the symbol is BAD, and the rest of the message still applies.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "itch50.h"
#include "wire.h"

#include "book.h"

int ref_init(struct ref_book *b)
{
	*b = (struct ref_book){0};
	b->symbols = calloc(REF_LOCATES, sizeof(*b->symbols));
	return b->symbols ? 0 : -ENOMEM;
}

void ref_free(struct ref_book *b)
{
	struct ref_order *order, *next;

	HASH_ITER(hh, b->by_ref, order, next) {
		HASH_DEL(b->by_ref, order);
		free(order);
	}
	free(b->symbols);
	*b = (struct ref_book){0};
}

/* Counts what cannot be. */
static void mark_bad(struct ref_book *b, uint16_t locate, uint64_t *counter)
{
	(*counter)++;
	b->symbols[locate].bad = true;
}

static struct ref_order *order_by_ref(const struct ref_book *b, uint64_t ref)
{
	struct ref_order *order;

	HASH_FIND(hh, b->by_ref, &ref, sizeof(ref), order);
	return order;
}

/* The symbol's order with this reference, or NULL (counted). */
static struct ref_order *order_of(struct ref_book *b, uint16_t locate,
				  const void *ref)
{
	struct ref_order *order = order_by_ref(b, get_be64(ref));

	if (order && order->locate == locate)
		return order;
	mark_bad(b, locate, &b->unknown_refs);
	return NULL;
}

static void remove_order(struct ref_book *b, struct ref_order *order)
{
	DL_DELETE(b->symbols[order->locate].orders, order);
	HASH_DEL(b->by_ref, order);
	free(order);
}

static int add_order(struct ref_book *b, const struct ref_order *wanted)
{
	struct ref_order *order;

	if (!wanted->ref || wanted->ref == UINT64_MAX || !wanted->shares ||
	    !wanted->px || wanted->px > REF_PRICE_MAX ||
	    (wanted->side != 'B' && wanted->side != 'S')) {
		mark_bad(b, wanted->locate, &b->bad_values);
		return 0;
	}
	if (order_by_ref(b, wanted->ref)) {
		mark_bad(b, wanted->locate, &b->duplicate_refs);
		return 0;
	}
	order = malloc(sizeof(*order));
	if (!order)
		return -ENOMEM;
	*order = *wanted;
	HASH_ADD(hh, b->by_ref, ref, sizeof(order->ref), order);
	DL_APPEND(b->symbols[order->locate].orders, order);
	return 0;
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
	order->shares -= shares;
	if (!order->shares)
		remove_order(b, order);
	return 0;
}

static int apply_delete(struct ref_book *b, uint16_t locate,
			const void *message)
{
	const struct itch_delete *d = message;
	struct ref_order *order = order_of(b, locate, &d->ref);

	if (order)
		remove_order(b, order);
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
	remove_order(b, old);
	return add_order(b, &wanted);
}

static void apply_directory(struct ref_book *b, uint16_t locate,
			    const void *message)
{
	const struct itch_directory *r = message;
	char *name = b->symbols[locate].name;
	int i;

	memcpy(name, r->stock, ITCH_STOCK_LEN);
	for (i = ITCH_STOCK_LEN; i && name[i - 1] == ' '; i--)
		;
	name[i] = '\0';
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

static bool better(char side, uint32_t px, uint32_t than)
{
	return side == 'B' ? px > than : px < than;
}

struct ref_quote ref_best(const struct ref_symbol *s, char side)
{
	struct ref_quote best = {0};
	const struct ref_order *order;

	DL_FOREACH(s->orders, order) {
		if (order->side != side)
			continue;
		if (!best.orders || better(side, order->px, best.px))
			best = (struct ref_quote){ .px = order->px };
		if (order->px != best.px)
			continue;
		best.orders++;
		best.qty += order->shares;
	}
	return best;
}

const char *ref_name(const struct ref_book *b, uint16_t locate, char text[12])
{
	if (b->symbols[locate].name[0])
		snprintf(text, 12, "%s", b->symbols[locate].name);
	else
		snprintf(text, 12, "#%u", (unsigned int)locate);
	return text;
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
