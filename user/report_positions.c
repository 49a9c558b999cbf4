// SPDX-License-Identifier: GPL-2.0
/*
 * report_positions - what a controller says about what it holds
 */
#include <string.h>

#include "controller.h"
#include "out.h"
#include "price.h"

enum { POSITIONS_SHOWN = 500 };	/* an answer is one packet */

void report_money(struct json_object *o, const char *member, int64_t e4)
{
	char text[PRICE_TEXT + 1] = "-";
	uint64_t size = e4 < 0 ? -(uint64_t)e4 : (uint64_t)e4;

	price_text(text + 1, size);
	out_text(o, member, e4 < 0 ? text : text + 1);
}

static struct json_object *position_object(const struct controller *c,
					   const struct position *p)
{
	struct json_object *o = json_object_new_object();
	uint64_t mark = mirror_mark(c, mirror_locate(c, p->symbol));

	out_text(o, "symbol", p->symbol);
	json_object_object_add(o, "shares", json_object_new_int64(p->shares));
	if (p->shares)
		out_price(o, "average", p->cost / (uint64_t)
			  (p->shares < 0 ? -p->shares : p->shares));
	report_money(o, "realised", p->realised);
	if (mark) {
		out_price(o, "mark", mark);
		report_money(o, "unrealised", position_unrealised(p, mark));
	}
	out_uint(o, "bought", p->bought);
	out_uint(o, "sold", p->sold);
	out_uint(o, "open_orders", p->open_orders);
	out_uint(o, "open_buy", p->open_buy);
	out_uint(o, "open_sell", p->open_sell);
	out_uint(o, "worst_shares", position_worst_shares(p));
	out_price(o, "worst", position_worst(p));
	out_uint(o, "fills", p->fills);
	out_uint(o, "broken_trades", p->breaks);
	return o;
}

/* Of one symbol where one is asked for. */
static bool is_asked(const char *symbol, const struct position *p)
{
	return !*symbol || !strncmp(symbol, p->symbol, HT_TICKER);
}

struct json_object *report_positions(const struct controller *c,
				     struct json_object *args)
{
	const struct positions *p = &c->orders.positions;
	const char *symbol = question_text(args, "symbol");
	struct json_object *o = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	uint32_t i, shown = 0;

	for (i = 0; i < p->count && shown < POSITIONS_SHOWN; i++) {
		if (!is_asked(symbol, &p->table[i]))
			continue;
		json_object_array_add(rows, position_object(c, &p->table[i]));
		shown++;
	}
	out_uint(o, "symbols", p->count);
	report_money(o, "realised", p->realised);
	report_money(o, "unrealised", c->in.account->unrealised);
	out_price(o, "gross", p->gross);
	report_money(o, "net", p->net);
	out_price(o, "worst_gross", p->worst_gross);
	out_uint(o, "overflows", p->overflows);
	json_object_object_add(o, "truncated",
			       json_object_new_boolean(i < p->count));
	json_object_object_add(o, "positions", rows);
	return o;
}
