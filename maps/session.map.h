/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * sessions - the order session's TCP connection, between those who send on it
 *
 *   key     0: an instance has one order session
 *   value   struct ht_session; who writes what stands there
 *   writer  the controller; kern/session
 *   reader  both
 *   pinned  yes
 *
 * The kernel's TCP owns the connection, but a hot order leaves beside it, and
 * its TCP is told only then.  So what the peer says is looked at before TCP
 * sees it (kern/session): how far it has read, how far it would, and whether
 * it acknowledges what our TCP has not heard of yet.
 *
 * Each writer has cache lines of its own: the controller's `next` is written
 * with every order, and what XDP learns with every segment of the peer's.
 * Sequences are in host order, and wrap.
 */
#ifndef HT_SESSION_MAP_H
#define HT_SESSION_MAP_H

#include "abi.h"

struct ht_session {
	/* the controller, before it sets `active`; addresses and ports in
	 * network order
	 */
	__u32 active;		/* 1: there is one; 0: no segment is its */
	__be32 local_ip;
	__be32 remote_ip;
	__be16 local_port;
	__be16 remote_port;
	__u32 peer_scale;	/* of the windows that the peer tells */
	__u32 pad[11];

	/* who sends: the controller */
	__u64 next;		/* UserRefNum of the next order << 32 | sequence
				 * of the next byte; session_reserve()
				 */
	__u32 adopted;		/* up to here our TCP knows the bytes */
	__u32 pad2[13];

	/* kern/session; before `active` the controller says how it begins */
	__u32 una;		/* up to here the peer has them */
	__u32 edge;		/* up to here it would take them */
	__u32 end;		/* of the peer's own bytes */
	__u32 ts_recent;	/* the peer's last timestamp */
	__u32 early_ack;	/* highest that was above `adopted` */
	__u16 early_window;	/* of that segment, as it stood there */
	__u16 resets;		/* segments with RST */
	__u64 segments;		/* of the peer's, seen */
	__u64 clamped;		/* of them, with an ACK above `adopted` */
	__u64 strange;		/* others, which cannot be the peer's */
	__u64 pad4[2];
};
HT_ABI_SIZE(struct ht_session, 192);

/* Is sequence a behind b, with at most 2 GiB between them? */
static __always_inline int seq_after(__u32 a, __u32 b)
{
	return (__s32)(a - b) > 0;
}

/*
 * Reserves a UserRefNum for each of so many orders, and `bytes` of the stream,
 * in one step, so that the order of the numbers is the order of the bytes
 * whoever else reserves.  A sequence that wraps skips a number, which OUCH
 * allows: they must rise.
 * Return: `next` as it was.
 */
static __always_inline __u64 session_reserve(struct ht_session *s, __u32 orders,
					     __u32 bytes)
{
	return __sync_fetch_and_add(&s->next, (__u64)orders << 32 | bytes);
}

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_session);
} sessions SEC(".maps");

static __always_inline struct ht_session *session_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sessions, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_session native_session;

static inline struct ht_session *session_get(void)
{
	return &native_session;
}
#endif
#endif
