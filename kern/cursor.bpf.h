/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cursor - the one place that compares with the end of the frame
 *
 * A frame may lie in several buffers (xdp.frags).  cursor_view() gives a
 * window of CURSOR_WINDOW readable bytes at an offset: straight into the
 * packet where all of it is in the first buffer, else a copy, zero-filled
 * beyond the end of the data.
 */
#ifndef HT_CURSOR_BPF_H
#define HT_CURSOR_BPF_H

#include "aside.map.h"
#include "itch50.h"
#include "moldudp64.h"
#include "work.map.h"

enum {
	/* a block's length and the longest message */
	CURSOR_WINDOW = MOLD_BLOCK_HEAD + ITCH_MAX_LEN,
	/* verifier: packet offsets must be known to stay below 64 KiB */
	CURSOR_DIRECT = 0x8000,
	/* verifier: a loop's offset must have the same range in every round
	 * ("the sequence of 8193 jumps is too complex"); no frame is longer
	 */
	CURSOR_RANGE = 0x1ffff,
};

#ifdef __bpf__
struct cursor {
	struct xdp_md *ctx;
	__u32 off;		/* of the next unread byte */
	__u32 end;		/* one past the UDP data */
};

/* Does the packet come from the controller? */
static __always_inline int cursor_injected(const struct cursor *c)
{
	return c->ctx->ingress_ifindex == HT_LOOPBACK;
}

/* To the controller's socket.  Return: XDP_REDIRECT; XDP_DROP without one. */
static __always_inline int cursor_redirect(const struct cursor *c)
{
	return bpf_redirect_map(&asides, c->ctx->rx_queue_index, XDP_DROP);
}

/* The first buffer, which has the headers. */
static __always_inline void *cursor_head(const struct cursor *c, void **end)
{
	*end = (void *)(long)c->ctx->data_end;
	return (void *)(long)c->ctx->data;
}

/* The data ends at `end`.  Return: 0 when the frame, all its buffers, is
 * shorter.
 */
static __always_inline int cursor_cut(struct cursor *c, __u32 end)
{
	c->end = end;
	return end <= bpf_xdp_get_buff_len(c->ctx);
}

/* Copies len bytes, at least 1, from off.  Return: 0 or negative errno. */
static __always_inline long cursor_copy(const struct cursor *c, __u32 off,
					void *to, __u32 len)
{
	return bpf_xdp_load_bytes(c->ctx, off, to, len);
}

/* len bytes from c->off where they lie; NULL unless the first buffer has all
 * of them.
 */
static __always_inline const __u8 *cursor_direct(const struct cursor *c,
						 __u32 len)
{
	void *data = (void *)(long)c->ctx->data;
	void *data_end = (void *)(long)c->ctx->data_end;

	if (c->off < CURSOR_DIRECT && data + c->off + len <= data_end)
		return data + c->off;
	return NULL;
}

/*
 * The bytes from c->off on; NULL when there are none.
 * verifier: the copy lives in a map because reads of the stack must be aligned
 * ("misaligned stack access"), and a message's fields are not.
 */
static __always_inline const __u8 *cursor_view(struct cursor *c,
					       struct ht_window *copy)
{
	const __u8 *direct = cursor_direct(c, CURSOR_WINDOW);
	__u32 off = c->off;
	__u32 last;

	if (direct)
		return direct;
	if (off == c->end)
		return NULL;
	/* verifier: a length that is not 0 is one more than some index of the
	 * copy; said otherwise it stays unknown ("invalid zero-sized read", and
	 * on 6.1 "R3 min value is outside of the allowed memory range")
	 */
	last = c->end - off - 1;
	if (last >= CURSOR_WINDOW)
		last = CURSOR_WINDOW - 1;
	*copy = (struct ht_window){};
	if (cursor_copy(c, off, copy, last + 1))
		return NULL;
	return (const __u8 *)copy;
}
#else
#include <errno.h>
#include <string.h>

struct cursor {
	const __u8 *data;
	__u32 off;
	__u32 end;		/* of the frame, until it is cut */
	__u32 injected;
};

static inline int cursor_injected(const struct cursor *c)
{
	return c->injected;
}

static inline int cursor_redirect(const struct cursor *c)
{
	return XDP_DROP;
}

static inline void *cursor_head(const struct cursor *c, void **end)
{
	*end = (void *)(c->data + c->end);
	return (void *)c->data;
}

static inline int cursor_cut(struct cursor *c, __u32 end)
{
	int fits = end <= c->end;

	c->end = end;
	return fits;
}

static inline long cursor_copy(const struct cursor *c, __u32 off, void *to,
			       __u32 len)
{
	if (off > c->end || c->end - off < len)
		return -EINVAL;
	memcpy(to, c->data + off, len);
	return 0;
}

static inline const __u8 *cursor_direct(const struct cursor *c, __u32 len)
{
	if (c->off > c->end || c->end - c->off < len)
		return NULL;
	return c->data + c->off;
}

static inline const __u8 *cursor_view(struct cursor *c,
				      struct ht_window *copy)
{
	__u32 left;

	if (c->off >= c->end)
		return NULL;
	left = c->end - c->off;
	if (left >= CURSOR_WINDOW)
		return c->data + c->off;
	*copy = (struct ht_window){};
	memcpy(copy, c->data + c->off, left);
	return (const __u8 *)copy;
}
#endif

#endif
