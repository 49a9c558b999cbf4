/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * events - what the kernel tells the controller; changed - the packet's list
 *
 *   events   ring of struct ht_event; writer kern/act, reader the controller
 *   changed  key: 0, value: struct ht_changed; kern/ alone, under the feed's
 *            lock: packet empties it, changed fills it, trigger reads it
 *   pinned   events
 *
 * An event carries all the controller needs to decide: the top of book that
 * caused it, the rule's version and the sequence number.  Only an interpreted
 * order leaves the kernel: side, price and quantity are already worked out.
 */
#ifndef HT_EVENT_MAP_H
#define HT_EVENT_MAP_H

#include "abi.h"
#include "feed.map.h"
#include "top.map.h"
#include "trigger.map.h"

enum { HT_EVENT_RING = 1 << 20 };	/* bytes, about 8,000 events */

struct ht_event {
	__u64 seq;		/* MoldUDP64 sequence of the message that
				 * made it true: the last one of the packet that
				 * changed the symbol
				 */
	__u64 entry_ns;		/* CLOCK_MONOTONIC at XDP entry */
	__u64 itch_ns;		/* exchange time of the packet's last message */
	__u64 fires;		/* of this trigger, this one included */
	__u32 trigger;		/* row */
	__u32 version;		/* of the rule that was true */
	__u32 locate;
	__u32 qty;		/* shares to order */
	__u32 px;		/* limit, 1e-4 dollars */
	enum ht_side side;
	enum ht_feed_state feed;
	enum ht_symbol_state state;
	struct ht_quote bid;
	struct ht_quote ask;
	char symbol[HT_TICKER];
	__u32 marks;		/* enum ht_order_mark */
};
HT_ABI_SIZE(struct ht_event, 112);

struct ht_changed {
	__u64 packet;		/* number of the packet being applied */
	__u32 count;
	__u32 pad;
	__u32 locate[HT_TRIGGERS];
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, HT_EVENT_RING);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_changed);
} changed SEC(".maps");

static __always_inline struct ht_changed *changed_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&changed, &zero);
}

static __always_inline struct ht_event *event_reserve(void)
{
	return bpf_ringbuf_reserve(&events, sizeof(struct ht_event), 0);
}

static __always_inline void event_submit(struct ht_event *event)
{
	bpf_ringbuf_submit(event, 0);
}
#elif defined(HT_NATIVE)
extern struct ht_changed native_changed;

static inline struct ht_changed *changed_get(void)
{
	return &native_changed;
}

/* Supplied by whoever compiles the stages natively. */
struct ht_event *event_reserve(void);
void event_submit(struct ht_event *event);
#endif
#endif
