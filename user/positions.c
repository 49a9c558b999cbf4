// SPDX-License-Identifier: GPL-2.0
#include "positions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -- sums that stay at their limit -------------------------------------- */

static void sum_add(struct positions *p, uint64_t *sum, uint64_t more)
{
	if (*sum == UINT64_MAX)
		return;
	if (!__builtin_add_overflow(*sum, more, sum) && *sum != UINT64_MAX)
		return;
	*sum = UINT64_MAX;
	p->overflows++;
}

static void sum_sub(uint64_t *sum, uint64_t less)
{
	if (*sum != UINT64_MAX)
		*sum -= less;
}

static void profit_add(struct positions *p, int64_t *sum, int64_t more)
{
	if (*sum == INT64_MAX || *sum == INT64_MIN)
		return;
	if (!__builtin_add_overflow(*sum, more, sum) && *sum != INT64_MIN &&
	    *sum != INT64_MAX)
		return;
	*sum = more > 0 ? INT64_MAX : INT64_MIN;
	p->overflows++;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* -- the table ---------------------------------------------------------- */

int positions_init(struct positions *p, uint32_t most)
{
	uint32_t slots = 4;

	*p = (struct positions){ .most = most };
	while (slots < 2 * most)
		slots *= 2;
	p->mask = slots - 1;
	p->table = calloc(most, sizeof(*p->table));
	p->slots = calloc(slots, sizeof(*p->slots));
	if (p->table && p->slots)
		return 0;
	positions_free(p);
	return -ENOMEM;
}

void positions_free(struct positions *p)
{
	free(p->table);
	free(p->slots);
	p->table = NULL;
	p->slots = NULL;
}

void positions_forget(struct positions *p)
{
	const struct positions was = *p;

	memset(was.table, 0, was.count * sizeof(*was.table));
	memset(was.slots, 0, (was.mask + (size_t)1) * sizeof(*was.slots));
	*p = (struct positions){
		.table = was.table, .slots = was.slots, .mask = was.mask,
		.most = was.most,
	};
}

/* The symbol padded with NULs, the last one always there. */
static void symbol_pad(char padded[HT_TICKER], const char *symbol)
{
	memset(padded, 0, HT_TICKER);
	memcpy(padded, symbol, strnlen(symbol, HT_TICKER - 1));
}

/* The slot that has the symbol, or a free one. */
static uint32_t *slot_of(const struct positions *p, const char *padded)
{
	uint64_t low;
	uint32_t high, at;

	memcpy(&low, padded, sizeof(low));
	memcpy(&high, padded + sizeof(low), sizeof(high));
	low = (low ^ high) * 0x9e3779b97f4a7c15ull;
	for (at = (uint32_t)(low >> 32) & p->mask; p->slots[at];
	     at = (at + 1) & p->mask)
		if (!memcmp(p->table[p->slots[at] - 1].symbol, padded,
			    HT_TICKER))
			break;
	return &p->slots[at];
}

struct position *positions_find(const struct positions *p, const char *symbol)
{
	char padded[HT_TICKER];
	uint32_t *slot;

	symbol_pad(padded, symbol);
	slot = slot_of(p, padded);
	return *slot ? &p->table[*slot - 1] : NULL;
}

struct position *positions_get(struct positions *p, const char *symbol)
{
	char padded[HT_TICKER];
	struct position *pos;
	uint32_t *slot;

	symbol_pad(padded, symbol);
	slot = slot_of(p, padded);
	if (*slot)
		return &p->table[*slot - 1];
	if (p->count == p->most)
		return NULL;
	pos = &p->table[p->count++];
	memcpy(pos->symbol, padded, sizeof(pos->symbol));
	*slot = p->count;
	return pos;
}

static void changed_mark(struct positions *p, struct position *pos)
{
	if (pos->changed)
		return;
	pos->changed = true;
	pos->next_changed = p->first_changed;
	p->first_changed = (uint32_t)(pos - p->table) + 1;
}

const struct position *positions_changed(struct positions *p)
{
	struct position *pos;

	if (!p->first_changed)
		return NULL;
	pos = &p->table[p->first_changed - 1];
	p->first_changed = pos->next_changed;
	pos->changed = false;
	return pos;
}

/* -- one position ------------------------------------------------------- */

static uint64_t shares_held(const struct position *pos)
{
	return pos->shares < 0 ? -(uint64_t)pos->shares : (uint64_t)pos->shares;
}

/* What is held at its cost, short negative. */
static int64_t cost_signed(const struct position *pos)
{
	int64_t cost = pos->cost > INT64_MAX ? INT64_MAX : (int64_t)pos->cost;

	return pos->shares < 0 ? -cost : cost;
}

/* The larger end of what `held` can become: `same` adds to it, `other` takes
 * off it and may turn it round.
 */
static uint64_t worst_of(uint64_t held, uint64_t same, uint64_t other)
{
	uint64_t more = plus(held, same);
	uint64_t turned = held > other ? held - other : other - held;

	return more > turned ? more : turned;
}

uint64_t position_worst(const struct position *pos)
{
	if (pos->shares < 0)
		return worst_of(pos->cost, pos->open_sell_notional,
				pos->open_buy_notional);
	return worst_of(pos->cost, pos->open_buy_notional,
			pos->open_sell_notional);
}

uint64_t position_worst_shares(const struct position *pos)
{
	if (pos->shares < 0)
		return worst_of(shares_held(pos), pos->open_sell,
				pos->open_buy);
	return worst_of(shares_held(pos), pos->open_buy, pos->open_sell);
}

int64_t position_unrealised(const struct position *pos, uint64_t mark)
{
	bool is_long = pos->shares > 0;
	uint64_t value;
	int64_t profit;

	if (pos->cost == UINT64_MAX)
		return INT64_MIN;
	if (__builtin_mul_overflow(shares_held(pos), mark, &value))
		return is_long ? INT64_MAX : INT64_MIN;
	if (is_long ? __builtin_sub_overflow(value, pos->cost, &profit) :
		      __builtin_sub_overflow(pos->cost, value, &profit))
		return (value > pos->cost) == is_long ? INT64_MAX : INT64_MIN;
	return profit;
}

/* -- what changes one, and the totals with it --------------------------- */

static void totals_take(struct positions *p, const struct position *pos)
{
	sum_sub(&p->gross, pos->cost);
	sum_sub(&p->worst_gross, position_worst(pos));
	profit_add(p, &p->net, -cost_signed(pos));
	profit_add(p, &p->realised, pos->realised == INT64_MIN ?
		   INT64_MAX : -pos->realised);
}

static void totals_put(struct positions *p, struct position *pos)
{
	sum_add(p, &p->gross, pos->cost);
	sum_add(p, &p->worst_gross, position_worst(pos));
	profit_add(p, &p->net, cost_signed(pos));
	profit_add(p, &p->realised, pos->realised);
	changed_mark(p, pos);
}

/* Takes qty shares at their average cost, rounded down, out of what is held:
 * what is lost in rounding stays in the cost, so that nothing is lost at all.
 */
static void fill_close(struct positions *p, struct position *pos, uint64_t qty,
		       uint64_t px)
{
	uint64_t held = shares_held(pos);
	uint64_t cost = pos->cost / held * qty + pos->cost % held * qty / held;
	int64_t profit = (int64_t)(qty * px) - (int64_t)cost;

	if (pos->cost == UINT64_MAX) {
		pos->realised = INT64_MIN;
		p->overflows++;
		return;
	}
	pos->cost -= cost;
	profit_add(p, &pos->realised, pos->shares < 0 ? -profit : profit);
}

static void fill_add(struct positions *p, struct position *pos, bool is_buy,
		     uint32_t qty, uint64_t px)
{
	uint64_t held = shares_held(pos), closed = 0;

	if (pos->shares && (pos->shares > 0) != is_buy)
		closed = qty < held ? qty : held;
	if (closed)
		fill_close(p, pos, closed, px);
	sum_add(p, &pos->cost, (qty - closed) * px);
	pos->shares += is_buy ? (int64_t)qty : -(int64_t)qty;
	if (is_buy) {
		pos->bought += qty;
		sum_add(p, &pos->bought_notional, qty * px);
	} else {
		pos->sold += qty;
		sum_add(p, &pos->sold_notional, qty * px);
	}
}

void positions_execute(struct positions *p, struct position *pos, bool is_buy,
		       uint32_t qty, uint64_t px)
{
	pos->executions++;
	positions_refill(p, pos, is_buy, qty, px);
}

void positions_filled(struct positions *p, struct position *pos,
		      uint64_t now_ns)
{
	pos->filled_ns[pos->fills++ % POSITION_FILLS] = now_ns;
	changed_mark(p, pos);
}

void positions_unfill(struct positions *p, struct position *pos)
{
	totals_take(p, pos);
	pos->shares = 0;
	pos->cost = 0;
	pos->realised = 0;
	pos->bought = pos->sold = 0;
	pos->bought_notional = pos->sold_notional = 0;
	totals_put(p, pos);
}

void positions_refill(struct positions *p, struct position *pos, bool is_buy,
		      uint32_t qty, uint64_t px)
{
	totals_take(p, pos);
	fill_add(p, pos, is_buy, qty, px);
	totals_put(p, pos);
}

void positions_open(struct positions *p, struct position *pos, bool is_buy,
		    const struct position_open *before,
		    const struct position_open *now)
{
	uint64_t *shares = is_buy ? &pos->open_buy : &pos->open_sell;
	uint64_t *notional = is_buy ? &pos->open_buy_notional :
				      &pos->open_sell_notional;
	uint64_t *total = is_buy ? &p->open_buy_notional :
				   &p->open_sell_notional;

	sum_sub(&p->worst_gross, position_worst(pos));
	*shares += now->shares - before->shares;
	sum_sub(notional, before->notional);
	sum_add(p, notional, now->notional);
	sum_sub(total, before->notional);
	sum_add(p, total, now->notional);
	pos->open_orders += now->orders - before->orders;
	p->open_orders += (uint64_t)now->orders - before->orders;
	sum_add(p, &p->worst_gross, position_worst(pos));
	changed_mark(p, pos);
}

static int64_t net_with(int64_t net, uint64_t open, bool is_buy)
{
	int64_t sum;

	if (is_buy)
		return __builtin_add_overflow(net, open, &sum) ? INT64_MAX :
								 sum;
	return __builtin_sub_overflow(net, open, &sum) ? INT64_MIN : sum;
}

int64_t positions_net_high(const struct positions *p)
{
	return net_with(p->net, p->open_buy_notional, true);
}

int64_t positions_net_low(const struct positions *p)
{
	return net_with(p->net, p->open_sell_notional, false);
}
