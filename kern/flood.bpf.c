// SPDX-License-Identifier: GPL-2.0
/*
 * flood - the sender of `hairtrigger bench feed`
 *
 * Run by BPF_PROG_TEST_RUN on live frames (BPF_F_TEST_XDP_LIVE_FRAMES), again
 * and again within one system call: each time it makes of an empty frame the
 * next one of the stream and redirects it into the interface, or drops it when
 * nothing is due.  No socket and no skb: six times the frames a second that
 * AF_XDP sends through a veth, where it has to copy, and none of the copying is
 * left to who receives.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "csum.h"
#include "ether.h"
#include "feed.map.h"
#include "flood.map.h"
#include "moldudp64.h"

enum {
	FLOOD_LENGTH = sizeof(__u16),	/* before each frame */
	FLOOD_HEAD = sizeof(struct ht_udp_frame) + sizeof(struct mold_header),
};

#define SECOND_NS	1000000000ull

/* For the bench's record of what compiled the BPF side. */
const volatile char cfg_compiler[64] = __VERSION__;
/* Where the frames go, in the network namespace of who runs this. */
const volatile __u32 cfg_ifindex;
/* Of the stream. */
const volatile __u32 cfg_bytes = 1 << 19;
const volatile __u64 cfg_messages;

static __always_inline struct ht_flood *flood_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&floods, &zero);
}

/* Gives the frame its sequence; its checksum goes along (RFC 1624).
 * Return: messages in it.
 */
static __always_inline __u32 flood_number(struct ht_udp_frame *f, __u64 seq)
{
	struct mold_header *m = (void *)(f + 1);
	__u32 sum = (__u16)~get_be16(&f->udp.check);
	__u16 check;
	__u32 i;

	for (i = 0; i < sizeof(m->seq); i += 2)
		sum += (__u16)~get_be16((__u8 *)&m->seq + i);
	put_be64(&m->seq, seq);
	check = csum_fold(csum_add(sum, &m->seq, sizeof(m->seq)));
	put_be16(&f->udp.check, check ? check : 0xffff);
	return get_be16(&m->count);
}

/* The next frame of the stream, which begins anew behind its end. */
static __always_inline int flood_send(struct xdp_md *ctx, struct ht_flood *f)
{
	__u32 zero = 0, at = f->at, len;
	__u8 *stream = bpf_map_lookup_elem(&streams, &zero);
	void *data, *data_end;

	if (!stream)
		return XDP_ABORTED;
	if (at >= cfg_bytes) {
		at = 0;
		f->laps += cfg_messages;
	}
	len = *(__u16 *)(stream + at);
	if (len < FLOOD_HEAD || len > HT_FLOOD_FRAME)
		return XDP_ABORTED;
	if (bpf_xdp_adjust_tail(ctx, (int)(len - bpf_xdp_get_buff_len(ctx))))
		return XDP_ABORTED;
	if (bpf_xdp_store_bytes(ctx, 0, stream + at + FLOOD_LENGTH, len))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	data_end = (void *)(long)ctx->data_end;
	if (data + FLOOD_HEAD > data_end)
		return XDP_ABORTED;
	f->next += flood_number(data, f->next);
	f->at = at + FLOOD_LENGTH + len;
	f->frames++;
	return bpf_redirect(cfg_ifindex, 0);
}

/* Whether this run goes on.  The first call starts its clock. */
static __always_inline int flood_goes_on(struct ht_flood *f,
					 const struct ht_feed *feed, __u64 now)
{
	if (f->done)
		return 0;
	if (!f->start_ns) {
		f->start_ns = now;
		f->first = f->next;
	}
	if (now - f->start_ns < f->duration_ns &&
	    !(f->until && f->next >= f->until) &&
	    !(f->until_loss && HT_READ_ONCE(feed->state) == HT_FEED_GAP))
		return 1;
	f->done = 1;
	return 0;
}

/* As fast as the program takes them: few are on the way at any moment. */
SEC("xdp")
int flood_taken(struct xdp_md *ctx)
{
	struct ht_feed *feed = feed_get();
	struct ht_flood *f = flood_get();

	if (!f || !feed || !flood_goes_on(f, feed, bpf_ktime_get_ns()))
		return XDP_DROP;
	if (f->frames - f->lost - HT_READ_ONCE(feed->lines[0].packets) >=
	    HT_FLOOD_ROOM)
		return XDP_DROP;
	return flood_send(ctx, f);
}

/* By the clock, whatever becomes of them.  What we are too late for, when
 * others had our CPU, is not sent in a lump: the rate is missed then.
 */
SEC("xdp")
int flood_clock(struct xdp_md *ctx)
{
	__u64 now = bpf_ktime_get_ns(), elapsed, due, most;
	struct ht_feed *feed = feed_get();
	struct ht_flood *f = flood_get();

	if (!f || !feed || !flood_goes_on(f, feed, now))
		return XDP_DROP;
	elapsed = now - f->start_ns;
	due = f->first + elapsed / SECOND_NS * f->rate +
	      elapsed % SECOND_NS * f->rate / SECOND_NS - f->late;
	if (f->next >= due)
		return XDP_DROP;
	most = f->next + f->rate / HT_FLOOD_SLACK + 1;
	if (due > most)
		f->late += due - most;
	return flood_send(ctx, f);
}

/* The burst is all sent: is it in the book?  It is not waited for forever. */
static __always_inline void burst_wait(struct ht_flood *f,
				       const struct ht_feed *feed, __u64 now)
{
	__u64 took = now - f->burst_ns;

	if (HT_READ_ONCE(feed->expected) >= f->burst_end) {
		hist_add(&f->applied, took);
		f->in_burst = 0;
		f->burst_sent = 0;
		f->burst_ns += f->burst_every_ns;
		f->bursts--;
		f->done = !f->bursts;
	} else if (took > HT_FLOOD_PATIENCE_NS) {
		f->done = 1;
	}
}

/* A burst flat out, then nothing until the next one is due. */
SEC("xdp")
int flood_bursts(struct xdp_md *ctx)
{
	struct ht_feed *feed = feed_get();
	struct ht_flood *f = flood_get();
	__u64 now = bpf_ktime_get_ns();

	if (!f || !feed || !flood_goes_on(f, feed, now))
		return XDP_DROP;
	if (f->burst_sent) {
		burst_wait(f, feed, now);
		return XDP_DROP;
	}
	if (!f->in_burst) {
		if (now < f->burst_ns)
			return XDP_DROP;
		f->in_burst = 1;
		f->burst_ns = now;
		f->burst_end = f->next + f->burst_messages;
	}
	if (f->next < f->burst_end)
		return flood_send(ctx, f);
	f->burst_end = f->next;
	f->burst_sent = 1;
	hist_add(&f->sent, now - f->burst_ns);
	f->in_time += now - f->burst_ns <= HT_FLOOD_BURST_NS;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
