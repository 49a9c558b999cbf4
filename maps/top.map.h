/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * tops - best bid and offer of each symbol; books - totals over all of them
 *
 *   tops    key: stock locate, value: struct ht_top: one cache line, and
 *           behind it the levels near it (maps/near.map.h)
 *   books   key: 0, value: struct ht_book
 *   writer  tops: kern/book, near, far, itch (lock, seq) and symbol (symbol);
 *           books: kern/book, far and level, and the loader before attach (the
 *           limits); all under the feed's lock; the controller empties both
 *           while the feed is JOINING
 *   reader  kern/trigger; user space maps them
 *   pinned  yes
 *
 * `lock` is odd while a message of that symbol is being applied: whoever reads
 * the symbol's top, levels or orders from user space reads it before and
 * after, and reads again when it was odd or has changed.
 */
#ifndef HT_TOP_MAP_H
#define HT_TOP_MAP_H

#include "abi.h"
#include "near.map.h"
#include "symbol.map.h"

enum ht_book_state {
	HT_BOOK_OK,
	HT_BOOK_BAD,		/* not to be trusted; triggers do not act */
};

struct ht_quote {
	__u32 px_e4;		/* price, 1e-4 dollars */
	__u32 orders;		/* 0: this side is empty, px and qty are 0 */
	__u64 qty;		/* shares */
};
HT_ABI_SIZE(struct ht_quote, 16);

struct ht_top {
	__u32 lock;
	enum ht_book_state book;
	struct ht_quote bid;
	struct ht_quote ask;
	__u64 seq;		/* MoldUDP64 sequence of the last message that
				 * moved bid or ask
				 */
	char symbol[HT_TICKER];
	__u32 fine_levels;	/* far levels off the cent grid, both sides */
	struct ht_near near[2];	/* by enum ht_side */
};
HT_ABI_SIZE(struct ht_top, 448);

struct ht_book {
	__u64 orders;		/* live */
	__u64 levels;		/* with orders */
	__u64 order_limit;	/* live orders at most; the loader's */
	__u32 row_limit;	/* slots of `levels` at most; the loader's */
	__u32 rows;		/* that are used */
	__u32 bad_symbols;
	__u32 pad;
};
HT_ABI_SIZE(struct ht_book, 40);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_top);
} tops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_book);
} books SEC(".maps");

static __always_inline struct ht_top *top_at(__u32 locate)
{
	return bpf_map_lookup_elem(&tops, &locate);
}

static __always_inline struct ht_book *book_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&books, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_top *native_tops;	/* [HT_LOCATES] */
extern struct ht_book native_book;

static inline struct ht_top *top_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_tops[locate] : NULL;
}

static inline struct ht_book *book_get(void)
{
	return &native_book;
}
#endif
#endif
