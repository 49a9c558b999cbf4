/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xsk - send Ethernet frames through an AF_XDP socket, and take those that the
 * program sets aside
 *
 *            xsk_take()           xsk_send()              the kernel
 *   idle  ------------->  ours  ------------->  TX ring  ------------> wire
 *     ^                                                                 |
 *     +-----------------  completion ring  <----------------------------+
 *            xsk_reclaim()
 *
 * A frame is a number, and a slot of XSK_FRAME_SIZE bytes in one piece of
 * memory (UMEM) that the kernel knows.  At any moment each frame has one owner:
 * the stack of idle ones, the caller who took it, or the kernel, from
 * xsk_send() until it comes back through the completion ring.  Both rings hold
 * as many entries as there are frames, so neither can overflow.
 *
 * The contents of a frame stay as they are while it is idle.  Write what all
 * frames have in common once, after xsk_open(); then a send is a few fields,
 * one descriptor and one system call.
 *
 * XSK_SPARES more slots are lent to the kernel for what arrives: xsk_receive()
 * takes the frames that an XDP program redirected to this socket, and lends
 * their slots again.  A driver in zero-copy mode takes the buffers for *all*
 * that arrives on the queue from them, so they are lent also where nothing is
 * redirected; then it recycles them itself.
 *
 * A frame that is longer than a slot comes in pieces where the kernel can
 * (Linux 6.6); before that it does not come at all, and is counted as lost.
 */
#ifndef HT_XSK_H
#define HT_XSK_H

#include <stdbool.h>
#include <stdint.h>

#include <xdp/xsk.h>

enum {
	XSK_FRAMES = 256,		/* a power of two, as the rings are */
	XSK_FRAME_SIZE = 2048,		/* bytes; the kernel's minimum */
	XSK_SPARES = 4096,
};

/* Takes one frame, which is gone when it returns.  Return: 0 or an error. */
struct xsk_sink {
	int (*frame)(void *context, const uint8_t *frame, uint32_t len);
	void *context;
};

struct xsk {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod tx;
	struct xsk_ring_cons completed;
	struct xsk_ring_prod spares;	/* the fill ring */
	struct xsk_ring_cons rx;
	uint8_t *area;
	uint8_t *pieces;		/* of one frame, put together */
	uint32_t pieces_len;
	uint32_t idle[XSK_FRAMES];
	uint32_t idle_count;
	uint32_t queue;
	int zero_copy_err;		/* 0: zero-copy; else why not */
	bool waiting;			/* the kernel may have left frames in
					 * the ring
					 */
	bool down;			/* the link was, at the last try */
	uint64_t sent;
	uint64_t returned;		/* completed and idle again */
	uint64_t dropped;		/* by the driver, after it took them */
	uint64_t received;
};

/*
 * Binds to one queue of an interface: zero-copy where the driver can, else with
 * a copy.  No XDP program is touched.
 * Return: 0; -EBUSY when the queue still has another AF_XDP socket after a
 * second; -EPERM without CAP_NET_RAW; -ENOBUFS when memory may not be locked;
 * or another negative errno.
 */
int xsk_open(struct xsk *x, const char *ifname, uint32_t queue);
void xsk_close(struct xsk *x);

int xsk_fd(const struct xsk *x);

/* The bytes of a frame, 0 to XSK_FRAMES - 1. */
void *xsk_frame(const struct xsk *x, uint32_t frame);

/* Return: an idle frame, now the caller's, or -ENOBUFS. */
int xsk_take(struct xsk *x);

/*
 * Hands a frame of len bytes to the kernel and tells it so.
 * Return: 0, also when the kernel is busy, dropped a frame, or has no link
 * (then x->down is set, too): x->waiting is set and xsk_kick() must be called
 * again before anything else is sent, or what is left in the ring would go out
 * with it; a negative errno when nothing can be sent through this socket any
 * more.
 */
int xsk_send(struct xsk *x, uint32_t frame, uint32_t len);

/* Has the kernel send what is in the ring.  Return: as xsk_send(). */
int xsk_kick(struct xsk *x);

/* Makes completed frames idle again.  Return: how many. */
uint32_t xsk_reclaim(struct xsk *x);

/*
 * Hands all that was redirected here to the sink, at most as many frames as
 * there are slots.  Return: 0, or the sink's error.
 */
int xsk_receive(struct xsk *x, const struct xsk_sink *sink);

/* Frames redirected here that found no slot, no room, or were too long for one.
 * Return: how many, or negative errno.
 */
int64_t xsk_lost(const struct xsk *x);

/* Descriptors that the kernel refused as malformed: ours to answer for.
 * Return: how many, or negative errno.
 */
int64_t xsk_malformed(const struct xsk *x);

#endif
