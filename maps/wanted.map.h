/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * wanted, kept - the watch list: which symbols a book is kept of
 *
 *   wanted  key: struct ht_stock, as on the wire; value: its locate, 0 until
 *           the Stock Directory has named it; writer: the loader puts the
 *           symbols in, kern/decode their locates; reader: user space
 *   kept    key: 0; value: struct ht_kept, a bit for each locate of a wanted
 *           symbol; kern/decode alone, and user space between two books
 *   pinned  both
 *
 * Without a watch list (cfg_watch_list 0) both are empty and nobody asks.
 */
#ifndef HT_WANTED_MAP_H
#define HT_WANTED_MAP_H

#include "abi.h"
#include "itch50.h"
#include "symbol.map.h"

enum { HT_WANTED = 65535 };	/* symbols at most, unless the loader is told */

struct ht_stock {
	char name[ITCH_STOCK_LEN];	/* padded with spaces */
};

struct ht_kept {
	__u64 bit[HT_LOCATES / 64];
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, HT_WANTED);
	__type(key, struct ht_stock);
	__type(value, __u32);
} wanted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_kept);
} kept SEC(".maps");

static __always_inline __u32 *wanted_find(const struct ht_stock *stock)
{
	return bpf_map_lookup_elem(&wanted, stock);
}

static __always_inline struct ht_kept *kept_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&kept, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_kept native_kept;

static inline struct ht_kept *kept_get(void)
{
	return &native_kept;
}

/* Supplied by whoever compiles the stages natively. */
__u32 *wanted_find(const struct ht_stock *stock);
#endif
#endif
