// SPDX-License-Identifier: GPL-2.0
/*
 * hairtrigger - the fast path, from the wire to the order's event
 *
 * This file is the table of contents: one call per stage, each in the file of
 * its name, in the order in which a packet meets them.
 *
 *   feed     is it ours?  no: up the stack, untouched
 *   session    the order session's peer: looked at, and up the stack, too
 *   checksum is it whole?  only when asked for
 *   packet   one at a time, these stages in turn:
 *   mold     session, sequence, gap
 *   itch     the messages, a batch at a time:
 *     touch    what the batch will need, into the cache
 *     decode   what each one says
 *     book     orders, near and far levels, best bid and offer
 *   trigger  conditions on what changed
 *     gate     the last word before anything acts
 *     act      the event for the controller
 *   aside    what is out of order goes to the controller, who puts it in order
 *            and gives it back
 *   recover  the controller begins the book anew
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"

#include "frame.bpf.h"
#include "recover.bpf.h"

SEC("xdp.frags")
int ht_feed(struct xdp_md *ctx)
{
	struct walk w = {
		.c.ctx = ctx,
		.feed = feed_get(),
		.n = counters_get(),
		.book = book_get(),
		.orders = orders_get(),
		.work = work_get(),
	};

	if (!w.feed || !w.n || !w.book || !w.orders || !w.work)
		return XDP_PASS;
	return frame_run(&w);
}

/* Where orders leave by another interface than the feed's comes in by. */
SEC("xdp.frags")
int ht_order(struct xdp_md *ctx)
{
	__u32 off = feed_ip_offset((void *)(long)ctx->data,
				   (void *)(long)ctx->data_end);

	if (off)
		session_segment(ctx, off);
	return XDP_PASS;
}

SEC("syscall")
int ht_recover(struct ht_recover *argument)
{
	/* verifier: no pointer into the argument ("modified ctx ptr") */
	struct ht_recover ask = *argument;
	struct ht_feed *feed = feed_get();
	int answer;

	if (!feed || !feed_lock(feed))
		return HT_RECOVER_BUSY;
	answer = recover_do(feed, &ask, bpf_ktime_get_ns());
	feed_unlock(feed);
	return answer;
}

char LICENSE[] SEC("license") = "GPL";
