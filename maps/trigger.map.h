/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * triggers - conditions on a symbol's top of book; watches - who has any
 *
 *   triggers  key: row, value: struct ht_trigger
 *   watches   key: stock locate, value: struct ht_watch
 *   queued    key: stock locate, value: struct ht_queued; the kernel's own
 *   writer    user/trigger.c: rules, version, next, first, state and base;
 *             kern/trigger: fires, last_*, refused, and state from
 *             ARMED to SPENT or FAULT by compare-and-swap;
 *             kern/changed: queued
 *   reader    kern/trigger; user space maps triggers and watches
 *   pinned    these two
 *
 * A rule is never edited in place.  The writer fills rule[(version + 1) & 1]
 * and then stores version + 1: the next packet sees the new rule whole.  The
 * kernel reads version before and after it evaluates and evaluates again when
 * it moved.  Rows of one symbol hang on a list from watches[locate].first.
 */
#ifndef HT_TRIGGER_MAP_H
#define HT_TRIGGER_MAP_H

#include "abi.h"
#include "gate.map.h"
#include "level.map.h"
#include "symbol.map.h"

enum {
	HT_TRIGGERS = 4096,		/* row 0 is not used */
	HT_CLAUSES = 4,
	HT_SYMBOL_TRIGGERS = 64,	/* on one symbol */
	HT_TRIGGER_NAME = 24,		/* bytes with NUL */
	HT_TRIGGER_TEXT = 136,		/* bytes with NUL */
};

enum ht_unit {
	HT_UNIT_PRICE,		/* 1e-4 dollars */
	HT_UNIT_SHARES,
};

/* X(id, word in the language, unit of its values: HT_UNIT_...) */
#define HT_FEATURES(X)							\
	X(BID,		"bid",		PRICE)				\
	X(ASK,		"ask",		PRICE)				\
	X(SPREAD,	"spread",	PRICE)				\
	X(BID_QTY,	"bid_size",	SHARES)				\
	X(ASK_QTY,	"ask_size",	SHARES)

enum ht_feature {
	HT_F_NONE,		/* of a clause that is not used */
#define X(id, word, unit) HT_F_##id,
	HT_FEATURES(X)
#undef X
	HT_F_MAX
};

enum ht_op { HT_LE, HT_GE, HT_EQ };

/* Where an order's limit comes from. */
enum ht_price_from {
	HT_AT_LIMIT,		/* limit_px_e4 */
	HT_AT_BID,		/* the bid that caused the event */
	HT_AT_ASK,
};

enum ht_trigger_state {
	HT_TRIGGER_FREE,	/* the row is not in use */
	HT_TRIGGER_DISARMED,
	HT_TRIGGER_ARMED,
	HT_TRIGGER_SPENT,	/* fired as often as it may */
	HT_TRIGGER_FAULT,	/* its event found the ring full */
};

/* What an order says besides side, price and quantity. */
enum ht_order_mark {
	HT_ORDER_SHORT = 1,	/* a sell: short, OUCH side T */
	HT_ORDER_EXEMPT = 2,	/* a sell: short, exempt from Rule 201, E */
	HT_ORDER_ISO = 4,	/* intermarket sweep */
};

struct ht_clause {
	enum ht_feature feature;
	enum ht_op op;
	__s64 value;		/* 1e-4 dollars or shares */
};
HT_ABI_SIZE(struct ht_clause, 16);

struct ht_rule {
	char text[HT_TRIGGER_TEXT];	/* as the user wrote it */
	__u32 locate;
	__u32 clauses;			/* 1 to HT_CLAUSES, all must hold */
	struct ht_clause clause[HT_CLAUSES];
	enum ht_side side;
	enum ht_price_from price_from;
	__u32 limit_px_e4;		/* 1e-4 dollars, for HT_AT_LIMIT */
	__u32 qty;			/* shares */
	__u64 cooldown_ns;		/* between two fires */
	__u64 max_fires;		/* since it was armed */
	__u32 marks;			/* enum ht_order_mark */
	__u32 pad;
};
HT_ABI_SIZE(struct ht_rule, 248);

struct ht_trigger {
	char name[HT_TRIGGER_NAME];
	char symbol[HT_TICKER];
	enum ht_trigger_state state;
	__u32 version;		/* rule[version & 1] is in force */
	__u32 next;		/* row of the same symbol, 0: last */
	__u64 base;		/* fires when it was last armed */
	__u64 fires;
	__u64 last_ns;		/* CLOCK_MONOTONIC of the last fire */
	__u64 last_seq;		/* MoldUDP64 sequence that fired it */
	__u64 refused;		/* true, but the gate said no */
	enum ht_refusal last_refusal;
	__u32 pad;
	struct ht_rule rule[2];
};
HT_ABI_SIZE(struct ht_trigger, 592);

/* Asked for at every change of a best price, so no larger than it must be (an
 * array's values stand eight bytes apart at least).
 */
struct ht_watch {
	__u32 first;		/* row, 0: no trigger on this symbol */
	__u32 pad;
};
HT_ABI_SIZE(struct ht_watch, 8);

struct ht_queued {
	__u64 stamp;		/* packet that last queued it, see kern/changed */
	__u64 seq;		/* MoldUDP64 sequence of the last message that
				 * changed its top or its state
				 */
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_TRIGGERS);
	__type(key, __u32);
	__type(value, struct ht_trigger);
} triggers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_watch);
} watches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);	/* for tests to clear */
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_queued);
} queued SEC(".maps");

static __always_inline struct ht_trigger *trigger_at(__u32 row)
{
	return bpf_map_lookup_elem(&triggers, &row);
}

static __always_inline struct ht_watch *watch_at(__u32 locate)
{
	return bpf_map_lookup_elem(&watches, &locate);
}

static __always_inline struct ht_queued *queued_at(__u32 locate)
{
	return bpf_map_lookup_elem(&queued, &locate);
}
#elif defined(HT_NATIVE)
extern struct ht_trigger native_triggers[HT_TRIGGERS];
extern struct ht_watch native_watches[HT_LOCATES];
extern struct ht_queued native_queued[HT_LOCATES];

static inline struct ht_trigger *trigger_at(__u32 row)
{
	return row < HT_TRIGGERS ? &native_triggers[row] : NULL;
}

static inline struct ht_watch *watch_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_watches[locate] : NULL;
}

static inline struct ht_queued *queued_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_queued[locate] : NULL;
}
#endif
#endif
