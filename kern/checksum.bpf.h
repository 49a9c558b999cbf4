/* SPDX-License-Identifier: GPL-2.0 */
/*
 * checksum - is the datagram what its sender summed up (RFC 768)?
 *
 * path: wire > feed > [checksum] > mold > itch > book > trigger > gate > act
 *
 * Only when `load --verify-checksum` asks for it: a receiver's hardware, or
 * the kernel's stack, does this as a rule, and XDP comes before both.  The sum
 * is over a pseudo header (addresses, protocol, length), the UDP header and
 * all of the data, in as many buffers as it lies.
 */
#ifndef HT_CHECKSUM_BPF_H
#define HT_CHECKSUM_BPF_H

#include "feed.bpf.h"
#include "loop.bpf.h"

#ifdef __bpf__
const volatile __u32 cfg_verify_checksum;	/* 1: drop what is wrong */

/* Adds `size` bytes, a multiple of 4, in memory order: a sum of 16-bit words
 * is the same in either order, bytes swapped (RFC 1071).
 */
static __always_inline __u32 checksum_add(__u32 sum, const __u32 *word,
					  __u32 size)
{
	return bpf_csum_diff(NULL, 0, (void *)word, size, sum);
}
#else
extern __u32 cfg_verify_checksum;

static inline __u32 checksum_add(__u32 sum, const __u32 *word, __u32 size)
{
	__u64 wide = sum;
	__u32 i;

	for (i = 0; i < size / 4; i++)
		wide += word[i];
	wide = (wide & 0xffffffff) + (wide >> 32);
	return (__u32)(wide + (wide >> 32));
}
#endif

/* Adds the next HT_CHUNK bytes, or those that are left, with zeros behind. */
static long checksum_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_chunk *k = &w->work->chunk;
	/* verifier: see cursor_view() */
	__u32 last = HT_READ_ONCE(k->left) - 1;

	if (last >= HT_CHUNK)
		last = HT_CHUNK - 1;
	k->word[last / 4] = 0;
	if (cursor_copy(&w->c, HT_READ_ONCE(k->off) & CURSOR_RANGE, k->word,
			last + 1)) {
		k->failed = 1;
		return 1;
	}
	k->sum = checksum_add(k->sum, k->word, (last | 3) + 1);
	k->off += last + 1;
	k->left -= last + 1;
	return 0;
}

/* Sum of the pseudo header, in memory order, in 32 bits. */
static __always_inline __u32 checksum_pseudo(const struct iphdr *ip,
					     const struct udphdr *udp)
{
	__u64 sum = (__u64)ip->saddr + ip->daddr + bpf_htons(IPPROTO_UDP) +
		    udp->len;

	sum = (sum & 0xffffffff) + (sum >> 32);
	return (__u32)(sum + (sum >> 32));
}

static __always_inline int checksum_is_whole(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/*
 * The cursor stands behind the UDP header, as feed_match() leaves it, and the
 * caller holds the feed's lock.  A checksum of 0 says that the sender made
 * none, which IPv4 allows.
 * verifier: a function of its own, so that its stack is not ht_feed's.
 */
static __noinline int checksum_is_good(struct walk *w)
{
	struct ht_chunk *k = &w->work->chunk;
	struct cursor c = w->c;
	const struct udphdr *udp;
	const struct iphdr *ip;
	void *data, *data_end;
	__u32 off;

	data = cursor_head(&c, &data_end);
	off = feed_ip_offset(data, data_end);
	ip = data + off;
	c.off -= sizeof(*udp);
	udp = (const void *)cursor_direct(&c, sizeof(*udp));
	if (!off || (void *)(ip + 1) > data_end || !udp)
		return 0;
	if (!udp->check)
		return 1;
	k->off = c.off;
	k->left = c.end - c.off;
	k->sum = checksum_pseudo(ip, udp);
	k->failed = 0;
	ht_loop((k->left + HT_CHUNK - 1) / HT_CHUNK, checksum_step, w);
	HT_BARRIER();
	return !k->failed && checksum_is_whole(k->sum);
}

#endif
