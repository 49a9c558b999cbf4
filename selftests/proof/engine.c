// SPDX-License-Identifier: GPL-2.0
#include "engine.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hairtrigger.skel.h"
#include "loader.h"

int engine_load(struct engine *e, uint64_t orders, uint64_t rows)
{
	struct loader_options options = {
		.orders = orders,
		.rows = rows,
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
		    bpf_program__fd(e->skel->progs.ht_feed), replay_session);
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

	if (!o->key || o->key == HT_LOST)
		return false;
	*order = (struct engine_order){
		.ref = o->key & HT_REF_MASK,
		.locate = o->key >> HT_LOCATE_SHIFT,
		.shares = o->shares,
		.px = o->px_side >> 1,
		.side = o->px_side & 1,
	};
	return true;
}
