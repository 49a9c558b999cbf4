/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * symbols - what the day has said about each symbol, besides its book
 *
 *   key     stock locate, 1 to 65,535 (the day's number of the symbol)
 *   value   struct ht_symbol
 *   writer  kern/symbol, itch and book, under the feed's lock; the controller
 *           empties it while the feed is JOINING
 *   reader  kern/gate; user space maps it
 *   pinned  yes
 */
#ifndef HT_SYMBOL_MAP_H
#define HT_SYMBOL_MAP_H

#include "abi.h"

enum {
	HT_LOCATES = 65536,
	HT_TICKER = 12,		/* bytes of a ticker with its NUL, padded */
};

/* A symbol is HALTED until the exchange says otherwise (ITCH 5.0, Stock
 * Trading Action: no message by the start of system hours means halted).
 */
enum ht_symbol_state {
	HT_SYMBOL_HALTED,
	HT_SYMBOL_PAUSED,
	HT_SYMBOL_QUOTATION,
	HT_SYMBOL_TRADING,
};

enum ht_reg_sho {
	HT_SHO_NONE,
	HT_SHO_TRIGGERED,	/* today */
	HT_SHO_CARRIED,		/* from the day before */
};

enum ht_flag {
	HT_NO,
	HT_YES,
};

struct ht_symbol {
	char ticker[HT_TICKER];
	enum ht_symbol_state state;
	enum ht_flag nasdaq_halt;	/* operational halt, market Q */
	enum ht_reg_sho reg_sho;
	enum ht_flag test;		/* authenticity T: never trade it */
	__u32 round_lot;		/* shares */
	__u32 last_px_e4;		/* 1e-4 dollars, last printed trade */
	__u32 last_qty;
	__u32 collar_upper_e4;		/* 1e-4 dollars, last LULD auction */
	__u32 collar_lower_e4;
	__u64 state_ns;			/* ITCH time of the last state change */
	__u64 last_ns;			/* ITCH time of the last trade */
	__u64 trades;			/* printed: E, C printable, P */
	__u64 volume;			/* shares of those */
	__u64 hidden_volume;		/* shares of P alone */
	__u64 cross_volume;		/* shares of Q */
	__u64 crosses;
	__u64 broken;			/* trades the exchange broke, B */
	__u64 unknown_refs;		/* messages about orders not in the book */
};
HT_ABI_SIZE(struct ht_symbol, 120);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_symbol);
} symbols SEC(".maps");

static __always_inline struct ht_symbol *symbol_at(__u32 locate)
{
	return bpf_map_lookup_elem(&symbols, &locate);
}
#elif defined(HT_NATIVE)
extern struct ht_symbol native_symbols[HT_LOCATES];

static inline struct ht_symbol *symbol_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_symbols[locate] : NULL;
}
#endif
#endif
