// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "info_count.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "itch50.h"
#include "wire.h"

struct info_order {
	uint64_t ref;
	uint32_t shares;
	uint32_t price;
	UT_hash_handle hh;
};

static struct info_order *order_find(const struct info *info, uint64_t ref)
{
	struct info_order *o;

	HASH_FIND(hh, info->orders, &ref, sizeof(ref), o);
	return o;
}

static int order_add(struct info *info, uint64_t ref, uint32_t shares,
		     uint32_t price)
{
	struct info_order *o;

	if (!shares)
		return 0;
	o = order_find(info, ref);
	if (o) {
		info->duplicate_refs++;
		o->shares = shares;
		o->price = price;
		return 0;
	}
	o = malloc(sizeof(*o));
	if (!o)
		return -ENOMEM;
	*o = (struct info_order){
		.ref = ref, .shares = shares, .price = price,
	};
	HASH_ADD(hh, info->orders, ref, sizeof(o->ref), o);
	if (!o->hh.tbl) {
		free(o);
		return -ENOMEM;
	}
	if (++info->live > info->live_max)
		info->live_max = info->live;
	return 0;
}

/* Return: the price of the order, 0 when it is unknown. */
static uint32_t order_reduce(struct info *info, uint64_t ref, uint32_t shares)
{
	struct info_order *o = order_find(info, ref);
	uint32_t price;

	if (!o) {
		info->unknown_refs++;
		return 0;
	}
	price = o->price;
	if (shares > o->shares && shares != UINT32_MAX)
		info->oversized++;
	if (shares < o->shares) {
		o->shares -= shares;
		return price;
	}
	HASH_DEL(info->orders, o);
	free(o);
	info->live--;
	return price;
}

static void count_trade(struct info_symbol *s, uint32_t price)
{
	if (!price)
		return;
	if (!s->trades++)
		s->first_price = price;
	s->last_price = price;
}

static void count_stock(struct info_symbol *s, const char stock[8])
{
	if (!s->stock[0])
		memcpy(s->stock, stock, sizeof(s->stock));
}

static void count_event(struct info *info, char event)
{
	size_t len = strlen(info->events);

	if (len + 1 < sizeof(info->events))
		info->events[len] = isgraph((unsigned char)event) ? event : '?';
}

/* Messages that change orders. */
static int count_order(struct info *info, struct info_symbol *s,
		       const uint8_t *message)
{
	const struct itch_add *add = (const void *)message;
	const struct itch_replace *replace = (const void *)message;
	const struct itch_executed *executed = (const void *)message;
	const struct itch_executed_price *priced = (const void *)message;
	const struct itch_cancel *cancel = (const void *)message;
	uint32_t price;

	switch (message[0]) {
	case 'A':
	case 'F':
		count_stock(s, add->stock);
		return order_add(info, get_be64(&add->ref),
				 get_be32(&add->shares), get_be32(&add->price));
	case 'U':
		order_reduce(info, get_be64(&replace->ref), UINT32_MAX);
		return order_add(info, get_be64(&replace->new_ref),
				 get_be32(&replace->shares),
				 get_be32(&replace->price));
	case 'E':
	case 'C':
		price = order_reduce(info, get_be64(&executed->ref),
				     get_be32(&executed->shares));
		if (message[0] == 'E')
			count_trade(s, price);
		else if (priced->printable == 'Y')
			count_trade(s, get_be32(&priced->price));
		return 0;
	case 'X':
		order_reduce(info, get_be64(&cancel->ref),
			     get_be32(&cancel->shares));
		return 0;
	case 'D':
		order_reduce(info, get_be64(&cancel->ref), UINT32_MAX);
		return 0;
	}
	return 0;
}

/* Messages that do not. */
static void count_other(struct info *info, struct info_symbol *s,
			const uint8_t *message)
{
	const struct itch_system_event *event = (const void *)message;
	const struct itch_directory *directory = (const void *)message;
	const struct itch_trade *trade = (const void *)message;
	const struct itch_cross_trade *cross = (const void *)message;

	switch (message[0]) {
	case 'S':
		count_event(info, event->event);
		break;
	case 'R':
		memcpy(s->stock, directory->stock, sizeof(s->stock));
		s->in_directory = true;
		break;
	case 'P':
		count_stock(s, trade->stock);
		count_trade(s, get_be32(&trade->price));
		break;
	case 'Q':
		count_stock(s, cross->stock);
		if (get_be64(&cross->shares))
			count_trade(s, get_be32(&cross->price));
		break;
	}
}

static void count_time(struct info *info, uint64_t ns)
{
	if (info->messages == 1)
		info->first_ns = ns;
	else if (ns < info->last_ns)
		info->backward++;
	info->last_ns = ns;
}

int info_count(struct info *info, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	struct info_symbol *s;
	uint32_t expected = itch_length((char)message[0]);

	info->messages++;
	info->type[message[0]]++;
	if (!expected)
		info->unknown_types++;
	else if (len != expected)
		info->bad_lengths++;
	if (len < sizeof(*head))
		return 0;
	count_time(info, get_be48(head->timestamp));
	s = &info->symbol[get_be16(&head->locate)];
	s->messages++;
	if (!expected || len < expected)
		return 0;
	count_other(info, s, message);
	return count_order(info, s, message);
}

int info_init(struct info *info)
{
	*info = (struct info){0};
	info->symbol = calloc(INFO_LOCATES, sizeof(*info->symbol));
	return info->symbol ? 0 : -ENOMEM;
}

void info_free(struct info *info)
{
	struct info_order *o, *next;

	HASH_ITER(hh, info->orders, o, next) {
		HASH_DEL(info->orders, o);
		free(o);
	}
	free(info->symbol);
	info->symbol = NULL;
}
