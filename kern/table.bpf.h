/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table - the rows of levels: an open-addressed hash table in one map value
 *
 * Key 0 is free.  Linear probing, and deletion by shifting the rest of the run
 * back, so that there are no tombstones and a miss stops at the first free
 * slot.  User space reads along (user/book.c): a slot never shows a key with
 * what is not its content.
 *
 * verifier: these loops are too many paths to inline into every caller.
 * kern/level wraps them once in global functions of scalars, which the kernel
 * verifies one time.
 */
#ifndef HT_TABLE_BPF_H
#define HT_TABLE_BPF_H

#include "abi.h"
#include "bits.h"
#include "level.map.h"
#include "stat.map.h"

enum {
	TABLE_SHIFTS = 512,	/* slots looked at by one deletion */
};

#define TABLE_NONE	0xffffffffu
#define TABLE_WAS_THERE	0x80000000u	/* claim: the key had a slot already */

/* Fills a slot that holds nothing; `from` NULL: with zeros. */
static __always_inline void table_fill(struct ht_row *to,
				       const struct ht_row *from, __u64 key)
{
	__u32 i;

	HT_WRITE_ONCE(to->key, HT_LOST);
	for (i = 0; i < HT_ROW_LEVELS; i++)
		HT_WRITE_ONCE(to->level[i], from ? from->level[i] : 0);
	HT_WRITE_ONCE(to->key, key);
}

/* Return: the key's slot, or TABLE_NONE. */
static __always_inline __u32 table_find(struct ht_levels *table, __u32 mask,
					__u64 key)
{
	__u32 i = slot_home(key, mask);
	__u32 n;

	for (n = 0; n < HT_PROBES; n++) {
		struct ht_row *slot = &table->row[i & mask];

		if (!slot->key)
			return TABLE_NONE;
		if (slot->key == key)
			return i;
		i = (i + 1) & mask;
	}
	return TABLE_NONE;
}

/*
 * Return: the key's slot, with TABLE_WAS_THERE when it had one; a new one is
 * empty.  TABLE_NONE when every place it may live in is taken.
 */
static __always_inline __u32 table_claim(struct ht_levels *table, __u32 mask,
					 __u64 key)
{
	__u32 i = slot_home(key, mask);
	__u32 n;

	for (n = 0; n < HT_PROBES; n++) {
		struct ht_row *slot = &table->row[i & mask];

		if (!slot->key) {
			table_fill(slot, NULL, key);
			return i & mask;
		}
		if (slot->key == key)
			return i | TABLE_WAS_THERE;
		i = (i + 1) & mask;
	}
	return TABLE_NONE;
}

/*
 * Frees slot i.  A later key of the run moves into the hole when its home
 * does not lie behind the hole; then its old slot is the hole.
 * Return: 0, or -1 when the run was too long to mend; the hole is then filled
 * with a key that nobody can ask for, and its slot is lost and counted.
 */
static __always_inline int table_free(struct ht_levels *table, __u32 mask,
				      __u32 i)
{
	struct ht_row *hole = &table->row[i & mask];
	struct ht_counters *counted;
	__u32 at = i;
	__u32 n;

	for (n = 0; n < TABLE_SHIFTS; n++) {
		struct ht_row *slot;
		__u32 distance;

		at = (at + 1) & mask;
		slot = &table->row[at & mask];
		if (!slot->key) {
			hole->key = 0;
			return 0;
		}
		distance = (at - slot_home(slot->key, mask)) & mask;
		if (distance < ((at - i) & mask))
			continue;
		table_fill(hole, slot, slot->key);
		hole = slot;
		i = at;
	}
	hole->key = HT_LOST;
	counted = counters_get();
	if (counted)
		counted->slots_lost++;
	return -1;
}

#endif
