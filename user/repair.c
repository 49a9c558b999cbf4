// SPDX-License-Identifier: GPL-2.0
#include "repair.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "clock.h"

enum {
	TRIES = 100,
	TICK_US = 3,		/* more in 1 ms: not milliseconds */
	OFF = TCP_REPAIR_OFF_NO_WP,	/* without a window probe */
};

static int set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)) ?
	       -errno : 0;
}

static int get(int fd, int option, uint32_t *value)
{
	socklen_t len = sizeof(*value);

	return getsockopt(fd, IPPROTO_TCP, option, value, &len) ? -errno : 0;
}

static int queue_seq(int fd, int queue, uint32_t *seq)
{
	int err = set(fd, TCP_REPAIR_QUEUE, queue);

	return err ? err : get(fd, TCP_QUEUE_SEQ, seq);
}

/* Bytes: in the receive queue (SIOCINQ), or not acknowledged (SIOCOUTQ). */
static int queue_len(int fd, unsigned long request, uint32_t *len)
{
	int bytes = 0;

	if (ioctl(fd, request, &bytes))
		return -errno;
	*len = (uint32_t)bytes;
	return 0;
}

/* What is in the receive queue was not read; it may grow meanwhile. */
static int learn_read(int fd, uint32_t *read)
{
	uint32_t before, after, len = 0;
	int err, i;

	for (i = 0; i < TRIES; i++) {
		err = queue_seq(fd, TCP_RECV_QUEUE, &before);
		if (!err)
			err = queue_len(fd, SIOCINQ, &len);
		if (!err)
			err = queue_seq(fd, TCP_RECV_QUEUE, &after);
		if (err)
			return err;
		if (before == after) {
			*read = after - len;
			return 0;
		}
	}
	return -EBUSY;
}

static int windows(int fd, uint32_t *peer, uint32_t *own)
{
	struct tcp_repair_window w;
	socklen_t len = sizeof(w);

	if (getsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &w, &len))
		return -errno;
	*peer = w.snd_wnd;
	*own = w.rcv_wnd;
	return 0;
}

static int learn_sequences(int fd, struct repair_facts *f)
{
	uint32_t out = 0;
	int err = set(fd, TCP_REPAIR, TCP_REPAIR_ON), off;

	if (err)
		return err;
	err = queue_seq(fd, TCP_SEND_QUEUE, &f->written);
	if (!err)
		err = queue_len(fd, SIOCOUTQ, &out);
	if (!err)
		err = learn_read(fd, &f->read);
	if (!err)
		err = windows(fd, &f->peer_window, &f->own_window);
	off = set(fd, TCP_REPAIR, OFF);
	f->una = f->written - out;
	return err ? err : off;
}

static int info_get(int fd, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	*info = (struct tcp_info){0};
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len) ? -errno : 0;
}

static uint32_t now_ms(void)
{
	return (uint32_t)(clock_ns() / MS_NS);
}

/* One of our timestamps, and the clock at that time. */
static int ts_sample(int fd, uint32_t *ts, uint32_t *ms)
{
	uint32_t after;
	int err;

	do {
		*ms = now_ms();
		err = get(fd, TCP_TIMESTAMP, ts);
		after = now_ms();
	} while (!err && after != *ms);
	return err;
}

/*
 * From 6.7 on the lowest bit of the answer says whether timestamps are in
 * microseconds; before it is the clock's.  So the value is known where the
 * clock ticks: two samples of neighbouring milliseconds.
 */
static int learn_timestamps(int fd, struct repair_facts *f)
{
	uint32_t first, second, ms, next;
	int i, err;

	for (i = 0; i < TRIES; i++) {
		err = ts_sample(fd, &first, &ms);
		do
			err = err ? err : ts_sample(fd, &second, &next);
		while (!err && next == ms);
		if (err)
			return err;
		if (next == ms + 1)
			break;
	}
	f->ts_in_us = second - first > TICK_US;
	/* equal: the bit was 0 and would be 1 now */
	f->ts_offset = (second == first ? first + 1 : second) - next;
	return i < TRIES ? 0 : -EBUSY;
}

int repair_learn(int fd, struct repair_facts *f)
{
	struct tcp_info info;
	int err = info_get(fd, &info);

	*f = (struct repair_facts){0};
	if (err)
		return err;
	f->timestamps = info.tcpi_options & TCPI_OPT_TIMESTAMPS;
	f->sack = info.tcpi_options & TCPI_OPT_SACK;
	if (info.tcpi_options & TCPI_OPT_WSCALE) {
		f->peer_scale = info.tcpi_snd_wscale;
		f->own_scale = info.tcpi_rcv_wscale;
	}
	if (f->timestamps)
		err = learn_timestamps(fd, f);
	return err ? err : learn_sequences(fd, f);
}

int repair_look(int fd, struct repair_state *s)
{
	struct tcp_info info;
	int err = info_get(fd, &info);

	if (err)
		return err;
	s->cwnd = info.tcpi_snd_cwnd;
	s->unacked = info.tcpi_unacked;
	s->in_flight = info.tcpi_unacked - info.tcpi_sacked - info.tcpi_lost +
		       info.tcpi_retrans;
	s->rto_us = info.tcpi_rto;
	s->retransmits = info.tcpi_total_retrans;
	s->unsent = info.tcpi_notsent_bytes;
	/* 0: open; disorder, CWR, recovery and loss are not */
	s->recovering = info.tcpi_ca_state;
	return 0;
}

static int adopt(int fd, const void *bytes, uint32_t len,
		 struct repair_state *s)
{
	int err = set(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	uint32_t peer_window;
	ssize_t taken;

	if (err)
		return err;
	taken = send(fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (taken < 0)
		return -errno;
	if (taken != len)
		return -EIO;
	err = repair_look(fd, s);
	/* it waits until another has left (tcp_autocorking): no more */
	if (!err && s->unsent) {
		err = set(fd, TCP_NODELAY, 1);
		if (!err)
			err = repair_look(fd, s);
	}
	return err ? err : windows(fd, &peer_window, &s->own_window);
}

int repair_adopt(int fd, const void *bytes, uint32_t len,
		 struct repair_state *s)
{
	int err = set(fd, TCP_REPAIR, TCP_REPAIR_ON), off;

	if (err)
		return err;
	err = adopt(fd, bytes, len, s);
	/* also after a failure: else close() would not say a word to the peer */
	off = set(fd, TCP_REPAIR, OFF);
	return err ? err : off;
}
