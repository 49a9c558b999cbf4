/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * histogram - log-linear counts of nanoseconds, error below 1 %
 *
 * Each power of two is cut into 128 equal buckets: values below 256 are exact
 * and a bucket is never wider than 1/128 of its values.  The top is 2^36 ns
 * (68 s); anything longer is counted in the last bucket and kept in max.
 */
#ifndef HT_HISTOGRAM_H
#define HT_HISTOGRAM_H

#include "bits.h"

enum {
	HIST_SUB_BITS = 7,
	HIST_TOP_BITS = 36,
	HIST_BUCKETS = (HIST_TOP_BITS - HIST_SUB_BITS + 1) << HIST_SUB_BITS,
};

struct ht_histogram {
	__u64 count;
	__u64 sum;		/* ns */
	__u64 max;		/* ns, exact */
	__u64 bucket[HIST_BUCKETS];
};

static __always_inline __u32 hist_index(__u64 ns)
{
	__u32 shift, index;

	if (ns < 1u << (HIST_SUB_BITS + 1))
		return (__u32)ns;
	shift = bit_high(ns) - HIST_SUB_BITS;
	index = (shift << HIST_SUB_BITS) + (__u32)(ns >> shift);
	return index < HIST_BUCKETS ? index : HIST_BUCKETS - 1;
}

/* The middle of the values that bucket index counts. */
static __always_inline __u64 hist_value(__u32 index)
{
	__u32 shift;

	if (index < 1u << (HIST_SUB_BITS + 1))
		return index;
	shift = (index >> HIST_SUB_BITS) - 1;
	return ((__u64)(index - (shift << HIST_SUB_BITS)) << shift) +
	       (1ull << shift >> 1);
}

static __always_inline void hist_add(struct ht_histogram *h, __u64 ns)
{
	h->bucket[hist_index(ns)]++;
	h->count++;
	h->sum += ns;
	if (ns > h->max)
		h->max = ns;
}

/*
 * The value below which per_mille thousandths of the samples lie, in ns.
 * Return: 0 when there is no sample.
 */
static inline __u64 hist_quantile(const struct ht_histogram *h, __u32 per_mille)
{
	__u64 rank = (h->count * per_mille + 999) / 1000;
	__u64 seen = 0;
	__u32 i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank && seen)
			return hist_value(i) < h->max ? hist_value(i) : h->max;
	}
	return h->max;
}

#endif
