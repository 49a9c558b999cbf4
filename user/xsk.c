// SPDX-License-Identifier: GPL-2.0
#include "xsk.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "patience.h"

enum {
	AREA_SIZE = (XSK_FRAMES + XSK_SPARES) * XSK_FRAME_SIZE,
	PIECES_MAX = 1 << 17,		/* no frame is longer */

	/* linux/if_xdp.h has these from 6.6 on */
	XSK_USE_SG = 1 << 4,		/* bind: long frames in pieces */
	XSK_CONTINUED = 1 << 0,		/* descriptor: another piece follows */
};

static int area_map(struct xsk *x)
{
	x->area = mmap(NULL, AREA_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (x->area == MAP_FAILED) {
		x->area = NULL;
		return -errno;
	}
	return 0;
}

static int umem_register(struct xsk *x)
{
	struct xsk_umem_config config = {
		.fill_size = XSK_SPARES,
		.comp_size = XSK_FRAMES,
		.frame_size = XSK_FRAME_SIZE,
	};

	/* libxdp leaves what an earlier try counted in them */
	memset(&x->spares, 0, sizeof(x->spares));
	memset(&x->completed, 0, sizeof(x->completed));
	memset(&x->rx, 0, sizeof(x->rx));
	memset(&x->tx, 0, sizeof(x->tx));
	return xsk_umem__create(&x->umem, x->area, AREA_SIZE, &x->spares,
				&x->completed, &config);
}

/* The driver takes them while it binds, so they are lent before. */
static void spares_lend(struct xsk *x)
{
	uint32_t first, i;

	if (!xsk_ring_prod__reserve(&x->spares, XSK_SPARES, &first))
		return;
	for (i = 0; i < XSK_SPARES; i++)
		*xsk_ring_prod__fill_addr(&x->spares, first + i) =
			(uint64_t)(XSK_FRAMES + i) * XSK_FRAME_SIZE;
	xsk_ring_prod__submit(&x->spares, XSK_SPARES);
}

static int bind_as(struct xsk *x, const char *ifname, uint16_t mode)
{
	struct xsk_socket_config config = {
		.rx_size = XSK_SPARES,
		.tx_size = XSK_FRAMES,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = mode | XDP_USE_NEED_WAKEUP,
	};

	return xsk_socket__create(&x->socket, ifname, x->queue, x->umem, &x->rx,
				  &x->tx, &config);
}

/* A socket that could not be bound leaves its UMEM in no state to try again,
 * so each try makes both.
 */
static int try_open(struct xsk *x, const char *ifname, uint16_t mode)
{
	int err = umem_register(x);

	if (err)
		return err;
	spares_lend(x);
	err = bind_as(x, ifname, mode);
	if (err) {
		x->socket = NULL;
		xsk_umem__delete(x->umem);
		x->umem = NULL;
	}
	return err;
}

/* With long frames in pieces if that can be had. */
static int try_modes(struct xsk *x, const char *ifname, uint16_t mode)
{
	int err = try_open(x, ifname, mode | XSK_USE_SG);

	return err && err != -EBUSY ? try_open(x, ifname, mode) : err;
}

static int open_best(struct xsk *x, const char *ifname)
{
	x->zero_copy_err = try_modes(x, ifname, XDP_ZEROCOPY);
	return x->zero_copy_err ? try_modes(x, ifname, XDP_COPY) : 0;
}

/* A queue stays busy until some kernel worker has got round to the socket that
 * was closed last.
 */
static int open_patiently(struct xsk *x, const char *ifname)
{
	int left = PATIENCE_MS, err;

	do
		err = open_best(x, ifname);
	while (err == -EBUSY && patience_wait(&left));
	return err;
}

int xsk_open(struct xsk *x, const char *ifname, uint32_t queue)
{
	uint32_t i;
	int err;

	memset(x, 0, sizeof(*x));
	x->queue = queue;
	x->pieces = malloc(PIECES_MAX);
	if (!x->pieces)
		return -ENOMEM;
	err = area_map(x);
	if (!err)
		err = open_patiently(x, ifname);
	if (err) {
		xsk_close(x);
		return err;
	}
	for (i = 0; i < XSK_FRAMES; i++)
		x->idle[i] = i;
	x->idle_count = XSK_FRAMES;
	return 0;
}

void xsk_close(struct xsk *x)
{
	if (x->socket)
		xsk_socket__delete(x->socket);
	if (x->umem)
		xsk_umem__delete(x->umem);
	if (x->area)
		munmap(x->area, AREA_SIZE);
	free(x->pieces);
	x->socket = NULL;
	x->umem = NULL;
	x->area = NULL;
	x->pieces = NULL;
}

int xsk_fd(const struct xsk *x)
{
	return xsk_socket__fd(x->socket);
}

void *xsk_frame(const struct xsk *x, uint32_t frame)
{
	return x->area + (size_t)frame * XSK_FRAME_SIZE;
}

/* The frame that came back last is the one most likely in the cache. */
int xsk_take(struct xsk *x)
{
	if (!x->idle_count && !xsk_reclaim(x))
		return -ENOBUFS;
	return (int)x->idle[--x->idle_count];
}

int xsk_send(struct xsk *x, uint32_t frame, uint32_t len)
{
	uint32_t slot;

	if (!xsk_ring_prod__reserve(&x->tx, 1, &slot))
		return -ENOBUFS;
	*xsk_ring_prod__tx_desc(&x->tx, slot) = (struct xdp_desc){
		.addr = (uint64_t)frame * XSK_FRAME_SIZE,
		.len = len,
	};
	xsk_ring_prod__submit(&x->tx, 1);
	x->sent++;
	return xsk_kick(x);
}

int xsk_kick(struct xsk *x)
{
	x->waiting = x->down = false;
	if (!xsk_ring_prod__needs_wakeup(&x->tx))
		return 0;
	if (sendto(xsk_fd(x), NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0)
		return 0;
	switch (errno) {
	/* net/xdp/xsk.c: one "completed but not sent", the others stay */
	case EBUSY:
		x->dropped++;
		x->waiting = true;
		return 0;
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case EINTR:
		x->waiting = true;
		return 0;
	/* the same, and drivers whose rings are being set up anew */
	case ENETDOWN:
	case ENETUNREACH:
	case ENXIO:
		x->waiting = x->down = true;
		return 0;
	default:
		return -errno;
	}
}

uint32_t xsk_reclaim(struct xsk *x)
{
	uint32_t first, count, i;

	count = xsk_ring_cons__peek(&x->completed, XSK_FRAMES, &first);
	for (i = 0; i < count; i++)
		x->idle[x->idle_count++] = (uint32_t)
			(*xsk_ring_cons__comp_addr(&x->completed, first + i) /
			 XSK_FRAME_SIZE);
	if (count)
		xsk_ring_cons__release(&x->completed, count);
	x->returned += count;
	return count;
}

/* One descriptor: a frame, or a piece of one. */
static int piece_take(struct xsk *x, const struct xdp_desc *d,
		      const struct xsk_sink *sink)
{
	const uint8_t *piece = xsk_umem__get_data(x->area, d->addr);
	bool more = d->options & XSK_CONTINUED;
	uint32_t len = x->pieces_len + d->len;

	if (!x->pieces_len && !more) {
		x->received++;
		return sink->frame(sink->context, piece, d->len);
	}
	if (len <= PIECES_MAX)
		memcpy(x->pieces + x->pieces_len, piece, d->len);
	x->pieces_len = more ? len : 0;
	if (more || len > PIECES_MAX)
		return 0;
	x->received++;
	return sink->frame(sink->context, x->pieces, len);
}

/* Lends as many slots again as were taken: there is room for all of them. */
static void slots_return(struct xsk *x, uint32_t first, uint32_t count)
{
	uint32_t to = 0, i;

	xsk_ring_prod__reserve(&x->spares, count, &to);
	for (i = 0; i < count; i++)
		*xsk_ring_prod__fill_addr(&x->spares, to + i) =
			xsk_ring_cons__rx_desc(&x->rx, first + i)->addr &
			~(uint64_t)(XSK_FRAME_SIZE - 1);
	xsk_ring_prod__submit(&x->spares, count);
	xsk_ring_cons__release(&x->rx, count);
	if (xsk_ring_prod__needs_wakeup(&x->spares))
		recvfrom(xsk_fd(x), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

int xsk_receive(struct xsk *x, const struct xsk_sink *sink)
{
	uint32_t first, count, i;
	int err = 0;

	count = xsk_ring_cons__peek(&x->rx, XSK_SPARES, &first);
	for (i = 0; i < count && !err; i++)
		err = piece_take(x, xsk_ring_cons__rx_desc(&x->rx, first + i),
				 sink);
	if (count)
		slots_return(x, first, count);
	return err;
}

static int statistics(const struct xsk *x, struct xdp_statistics *s)
{
	socklen_t len = sizeof(*s);

	return getsockopt(xsk_fd(x), SOL_XDP, XDP_STATISTICS, s, &len) ?
	       -errno : 0;
}

int64_t xsk_lost(const struct xsk *x)
{
	struct xdp_statistics s;
	int err = statistics(x, &s);

	return err ? err : (int64_t)(s.rx_dropped + s.rx_ring_full);
}

int64_t xsk_malformed(const struct xsk *x)
{
	struct xdp_statistics s;
	int err = statistics(x, &s);

	return err ? err : (int64_t)s.tx_invalid_descs;
}
