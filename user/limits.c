// SPDX-License-Identifier: GPL-2.0
/*
 * limits - a new set of limits, in force whole or not at all
 *
 * The order of the stores is that of maps/limit.map.h.  An editor may be
 * killed after any of them: until the version is stored the set in force is
 * the old one.
 */
#include "limits.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "lock.h"

static struct ht_limit *rows_of(const struct instance *in, uint32_t version)
{
	return &in->limits[(version & 1) * (size_t)HT_LOCATES];
}

int limits_begin(struct limits *l, struct instance *in)
{
	uint32_t version;

	*l = (struct limits){ .in = in };
	l->lock = lock_instance(in->name);
	if (l->lock < 0)
		return l->lock;
	version = in->rules->version;
	l->version = version + 1 ? version + 1 : 2;	/* 0 is no limits */
	l->rows = rows_of(in, l->version);
	l->rules = &in->rules->set[l->version & 1];
	memcpy(l->rows, rows_of(in, version), HT_LOCATES * sizeof(*l->rows));
	*l->rules = in->rules->set[version & 1];
	return 0;
}

uint32_t limits_commit(struct limits *l)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	l->in->rules->at_ns = (uint64_t)now.tv_sec * SECOND_NS +
			      (uint64_t)now.tv_nsec;
	__atomic_store_n(&l->in->rules->version, l->version, __ATOMIC_RELEASE);
	close(l->lock);
	return l->version;
}

void limits_abandon(struct limits *l)
{
	close(l->lock);
}

/* The symbol's row: its own already, or begun with row 0's values. */
static struct ht_limit *row_own(struct limits *l, uint32_t locate)
{
	const char *ticker = l->in->symbols[locate].ticker;
	struct ht_limit *row = &l->rows[locate];

	if (!*ticker)
		return NULL;
	if (row->own == HT_YES && !strncmp(row->symbol, ticker, HT_TICKER))
		return row;
	*row = l->rows[0];
	row->own = HT_YES;
	memcpy(row->symbol, ticker, HT_TICKER);
	return row;
}

static void value_store(void *base, const struct limits_key *key,
			uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	if (key->size == sizeof(narrow))
		memcpy((char *)base + key->offset, &narrow, sizeof(narrow));
	else
		memcpy((char *)base + key->offset, &value, sizeof(value));
}

static uint64_t value_load(const void *base, const struct limits_key *key)
{
	uint64_t value = 0;
	uint32_t narrow;

	if (key->size == sizeof(value)) {
		memcpy(&value, (const char *)base + key->offset, sizeof(value));
		return value;
	}
	memcpy(&narrow, (const char *)base + key->offset, sizeof(narrow));
	return narrow;
}

int limits_apply(struct limits *l, uint32_t locate,
		 const struct limits_edit *edit)
{
	struct ht_limit *row;

	if (!edit->key->of_symbol) {
		if (locate)
			return -EINVAL;
		value_store(l->rules, edit->key, edit->value);
		return 0;
	}
	row = locate ? row_own(l, locate) : &l->rows[0];
	if (!row)
		return -ESRCH;
	value_store(row, edit->key, edit->value);
	return 0;
}

void limits_inherit(struct limits *l, uint32_t locate)
{
	l->rows[locate] = (struct ht_limit){0};
}

int limits_change(struct instance *in, const struct limits_edit *edits,
		  int count)
{
	struct limits l;
	int err, i;

	err = limits_begin(&l, in);
	if (err)
		return err;
	for (i = 0; i < count && !err; i++)
		err = limits_apply(&l, 0, &edits[i]);
	if (err)
		limits_abandon(&l);
	else
		limits_commit(&l);
	return err;
}

void limits_read(const struct instance *in, uint32_t locate,
		 struct limits_view *view)
{
	uint32_t after;

	do {
		const struct ht_limit *rows;

		view->version = __atomic_load_n(&in->rules->version,
						__ATOMIC_ACQUIRE);
		rows = rows_of(in, view->version);
		view->own = locate && rows[locate].own == HT_YES;
		view->row = rows[view->own ? locate : 0];
		view->rules = in->rules->set[view->version & 1];
		view->at_ns = in->rules->at_ns;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&in->rules->version, __ATOMIC_RELAXED);
	} while (after != view->version);
}

uint64_t limits_value(const struct limits_key *key, const struct ht_limit *row,
		      const struct ht_rule_set *rules)
{
	return key->of_symbol ? value_load(row, key) : value_load(rules, key);
}

/*
 * What a desk that has just begun can live with: orders of a size that a person
 * would notice, and a day that ends before it hurts.  Shorts are forbidden.
 * The clocks are not compared, because a session that is played again has its
 * own time of day: on a real feed set max-skew.
 */
void limits_defaults(struct ht_limit *row, struct ht_rule_set *rules,
		     bool enabled)
{
	const uint64_t dollar = 10000;

	*row = (struct ht_limit){
		.enabled = enabled ? HT_YES : HT_NO,
		.shorts = HT_SHORT_NEVER,
		.tick_e4 = 100,
		.max_qty = 1000,
		.collar_bps = 500,
		.max_through = 100,
		.rate = 100,
		.max_open = 100,
		.max_fills = HT_FILLS,
		.fills_ns = 100 * MS_NS,
		.max_notional = 250000 * dollar,
		.max_open_notional = 2500000 * dollar,
		.max_position = 50000,
	};
	*rules = (struct ht_rule_set){
		.max_silence_ns = 3 * SECOND_NS,
		.max_age_ns = SECOND_NS,
		.session_silence_ns = 4 * SECOND_NS,
		.max_rejects = 10,
		.duplicate_ns = 5 * MS_NS,
		.rate = 100,
		.session_rate = 200,
		.max_orders = 100000,
		.max_ratio = 1000,
		.max_open = 1000,
		.iso = HT_NO,
		.max_open_notional = 10000000 * dollar,
		.max_gross = 25000000 * dollar,
		.max_net = 25000000 * dollar,
		.max_loss = 50000 * dollar,
		.max_mark_ns = 5 * SECOND_NS,
	};
}
