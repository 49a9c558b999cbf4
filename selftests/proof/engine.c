// SPDX-License-Identifier: GPL-2.0
#include "engine.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hairtrigger.skel.h"
#include "loader.h"

int engine_load(struct engine *e, uint64_t orders, uint64_t blocks)
{
	struct loader_options options = {
		.orders = orders,
		.blocks = blocks,
		.lines[0] = replay_line,
		.feed_name = "proof",
	};
	int err;

	*e = (struct engine){0};
	err = loader_load(&e->skel, &options);
	if (err)
		return err;
	err = instance_adopt(&e->in, e->skel);
	if (err) {
		hairtrigger_bpf__destroy(e->skel);
		e->skel = NULL;
		return err;
	}
	replay_init(&e->replay, &e->in,
		    bpf_program__fd(e->skel->progs.ht_feed));
	return 0;
}

void engine_unload(struct engine *e)
{
	if (!e->skel)
		return;
	instance_close(&e->in);
	hairtrigger_bpf__destroy(e->skel);
	e->skel = NULL;
}

int engine_run(struct engine *e, const struct packet *p)
{
	return replay_packet(&e->replay, p->data, p->len);
}

int engine_count(struct engine *e)
{
	e->before = e->now;
	return instance_counters(&e->in, &e->now);
}

uint64_t engine_refused(const struct engine *e)
{
	return e->now.orders_full - e->before.orders_full +
	       e->now.levels_full - e->before.levels_full;
}

uint32_t engine_slots(const struct instance *in)
{
	return in->buckets * HT_BUCKET_ORDERS;
}

bool engine_order(const struct instance *in, uint32_t slot,
		  struct engine_order *order)
{
	const struct ht_order *o = &in->orders[slot / HT_BUCKET_ORDERS]
				    .order[slot % HT_BUCKET_ORDERS];
	const struct ht_block *block = &in->levels[o->level >> HT_PLACE_BITS];

	if (!o->ref || o->ref == UINT64_MAX)	/* free, or lost */
		return false;
	*order = (struct engine_order){
		.ref = o->ref,
		.shares = o->shares,
		.px = block_price(block->key, o->level & HT_BLOCK_LEVELS),
		.side = key_side(block->key),
	};
	return true;
}
