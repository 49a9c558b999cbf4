// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"
#include "packet.bpf.h"

struct ht_feed native_feed;
struct ht_symbol native_symbols[HT_LOCATES];
struct ht_order *native_orders;
struct ht_block *native_levels;
struct ht_node *native_nodes;
uint32_t native_blocks;
struct ht_top native_tops[HT_LOCATES];
struct ht_book native_book;
struct ht_trigger native_triggers[HT_TRIGGERS];
struct ht_watch native_watches[HT_LOCATES];
struct ht_gate native_gate;
struct ht_counters native_counters;
struct ht_changed native_changed;

uint32_t cfg_order_mask;
uint32_t cfg_node_mask;
uint32_t cfg_blocks;

uint64_t native_now_ns;
struct ht_event native_event[NATIVE_EVENTS];
uint32_t native_events;
uint32_t native_ring_room;

struct ht_event *event_reserve(void)
{
	if (!native_ring_room || native_events == NATIVE_EVENTS)
		return NULL;
	native_ring_room--;
	return &native_event[native_events];
}

void event_submit(struct ht_event *event)
{
	native_events++;
}

void native_free(void)
{
	free(native_orders);
	free(native_levels);
	free(native_nodes);
	native_orders = NULL;
	native_levels = NULL;
	native_nodes = NULL;
}

void native_reset(struct native_size size)
{
	native_free();
	native_orders = calloc(size.order_slots, sizeof(*native_orders));
	native_levels = calloc(size.blocks, sizeof(*native_levels));
	native_nodes = calloc(size.node_slots, sizeof(*native_nodes));
	if (!native_orders || !native_levels || !native_nodes)
		abort();
	native_blocks = size.blocks;
	cfg_order_mask = size.order_slots - 1;
	cfg_node_mask = size.node_slots - 1;
	cfg_blocks = size.blocks;

	native_feed = (struct ht_feed){ .expected = 1 };
	native_book = (struct ht_book){
		.order_limit = size.order_limit,
		.fresh_block = 1,
	};
	memset(native_symbols, 0, sizeof(native_symbols));
	memset(native_tops, 0, sizeof(native_tops));
	memset(native_triggers, 0, sizeof(native_triggers));
	memset(native_watches, 0, sizeof(native_watches));
	native_gate = (struct ht_gate){0};
	native_counters = (struct ht_counters){0};
	native_changed = (struct ht_changed){0};
	native_now_ns = 1000000000;
	native_events = 0;
	native_ring_room = NATIVE_EVENTS;
}

/* The copy has the packet's exact size: a read past its end is caught. */
void native_packet(const void *data, uint32_t len)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct walk w = {
		.c = { .data = exact, .end = len },
		.feed = feed_get(),
		.n = counters_get(),
		.changed = changed_get(),
		.entry_ns = native_now_ns,
	};

	if (!exact)
		abort();
	memcpy(exact, data, len);
	w.n->frames++;
	if (len < sizeof(struct mold_header))
		w.n->drop_runt++;
	else
		packet_apply(&w);
	free(exact);
}

void native_message(struct msg m)
{
	static struct packet p;

	packet_begin(&p, native_feed.expected);
	packet_add(&p, m);
	native_packet(p.data, p.len);
}

uint32_t native_orders_used(void)
{
	uint32_t i, used = 0;

	for (i = 0; i <= cfg_order_mask; i++)
		used += native_orders[i].ref + 1 > 1;
	return used;
}

uint32_t native_nodes_used(void)
{
	uint32_t i, used = 0;

	for (i = 0; i <= cfg_node_mask; i++)
		used += native_nodes[i].key + 1 > 1;
	return used;
}

bool native_level(uint32_t locate, enum ht_side side, uint32_t px,
		  struct ht_quote *quote)
{
	uint32_t grid = price_grid(px);
	uint32_t index = price_index(px, grid);
	uint32_t place = index % HT_BLOCK_LEVELS;
	uint64_t number = node_value(node_key(locate, side, grid, 0, index));
	const struct ht_block *block = &native_levels[number];

	if (!number || !(block->occupied & 1u << place))
		return false;
	*quote = (struct ht_quote){
		.px_e4 = px,
		.orders = block->orders[place],
		.qty = block->qty[place],
	};
	return true;
}

uint64_t exits_of(const struct ht_counters *n)
{
	uint64_t exits = 0;

#define X(field, unit, help) exits += n->field;
	HT_EXITS(X)
#undef X
	return exits;
}
