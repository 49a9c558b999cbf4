// SPDX-License-Identifier: GPL-2.0
/*
 * bench_orders - the sender: every other order beside TCP, the rest by it
 */
#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arrival.map.h"
#include "bench_orders.h"
#include "clock.h"
#include "out.h"

enum {
	FRAME, PLAIN,		/* the two ways, of r->wire[] */
	WAIT_MS = 1,
	LOSS_RTOS = 3,		/* timeouts in a row are losses in a row */
	DELAYED_ACK_NS = 200000000,
	SPARSE = 10000,		/* orders for each timeout without a loss */
};

#define PATIENCE_NS	(120 * SECOND_NS)	/* without an order taken */

struct run {
	struct orders_results *r;
	struct orders_wire wire;
	struct sink sink;
	struct delegate d;
	int fd;
	uint64_t orders;
	uint64_t *decided;	/* [orders] ns */
	uint32_t *urn;		/* [orders] */
	uint8_t *reason;	/* [orders] enum delegate_reason */
	bool eof;
};

/* Takes what the exchange answers. */
static int answers_take(struct run *run)
{
	uint8_t bytes[4096];
	ssize_t len;

	while ((len = recv(run->fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		run->r->answered += (uint64_t)len;
		delegate_received(&run->d, (size_t)len);
	}
	if (!len)
		run->eof = true;
	return len < 0 && errno != EAGAIN ? -errno : 0;
}

static void rto_note(struct run *run)
{
	uint64_t ns = run->d.tcp.rto_us * 1000ull;

	if (ns > run->r->rto_ns)
		run->r->rto_ns = ns;
}

static int look(struct run *run)
{
	int err = answers_take(run);

	if (!err)
		err = delegate_tend(&run->d);
	rto_note(run);
	return err;
}

static int wait_a_little(struct run *run, short events)
{
	struct pollfd p = { .fd = run->fd, .events = events };

	poll(&p, 1, WAIT_MS);
	return look(run);
}

static uint64_t random_next(uint64_t *random)
{
	*random = *random * 6364136223846793005ull + 1442695040888963407ull;
	return *random >> 33;
}

/* Asleep, or as a controller that spins. */
static int pause_random(struct run *run, uint64_t *random)
{
	const struct orders_options *o = &run->r->options;
	uint64_t end;
	int err;

	if (!o->pause_us)
		return 0;
	end = clock_ns() + random_next(random) % o->pause_us * 1000;
	do {
		if (!o->spin) {
			const struct timespec t = {
				.tv_sec = (time_t)(end / SECOND_NS),
				.tv_nsec = (long)(end % SECOND_NS),
			};

			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t,
					NULL);
		}
		err = look(run);
	} while (!err && clock_ns() < end);
	return err;
}

/* One order; when the socket is full it is decided again. */
static int order_send(struct run *run, uint64_t i)
{
	uint64_t end = clock_ns() + PATIENCE_NS;
	enum delegate_reason reason;
	struct ouch_order order;
	int err;

	orders_make(i, &order);
	run->d.asked = i & 1 || run->r->options.plain;
	for (;;) {
		HT_WRITE_ONCE(run->decided[i], clock_ns());
		err = delegate_send(&run->d, &order, &reason);
		if (err != -EAGAIN)
			break;
		if (clock_ns() > end)
			return -ETIMEDOUT;
		err = wait_a_little(run, POLLIN | POLLOUT);
		if (err)
			return err;
	}
	if (!err && (reason == DELEGATE_NONE || reason == DELEGATE_ASKED))
		hist_add(&run->r->call[reason == DELEGATE_NONE ? FRAME : PLAIN],
			 clock_ns() - run->decided[i]);
	rto_note(run);
	run->urn[i] = order.urn;
	run->reason[i] = (uint8_t)reason;
	return err ? err : answers_take(run);
}

static int orders_send(struct run *run)
{
	uint64_t i, random = 1;
	int err = 0;

	for (i = 0; i < run->orders && !err; i++) {
		err = pause_random(run, &random);
		if (!err)
			err = order_send(run, i);
	}
	run->r->sent = i;
	return err;
}

/* FIN behind the last byte, the peer's after it has all. */
static int finish(struct run *run)
{
	uint64_t end = clock_ns() + PATIENCE_NS;
	int left = 1, err = 0;

	while (!err && (left || run->d.held_len)) {
		if (ioctl(run->fd, SIOCOUTQ, &left))
			return -errno;
		if (clock_ns() > end)
			return -ETIMEDOUT;
		err = left ? wait_a_little(run, POLLIN) : look(run);
	}
	if (!err && shutdown(run->fd, SHUT_WR))
		err = -errno;
	while (!err && !(run->eof && orders_wire_is_closed(run->fd))) {
		if (clock_ns() > end)
			return -ETIMEDOUT;
		err = wait_a_little(run, POLLIN);
	}
	return err;
}

/* -- results --------------------------------------------------------------- */

static void times_take(struct run *run)
{
	struct orders_results *r = run->r;
	uint64_t i, at;

	for (i = 0; i < r->sent; i++) {
		at = run->wire.arrivals[run->urn[i] & (HT_ARRIVALS - 1)];
		if (at < run->decided[i])
			continue;
		if (run->reason[i] == DELEGATE_NONE)
			hist_add(&r->wire[FRAME], at - run->decided[i]);
		else if (run->reason[i] == DELEGATE_ASKED)
			hist_add(&r->wire[PLAIN], at - run->decided[i]);
	}
}

static void results_take(struct run *run)
{
	struct orders_results *r = run->r;

	r->got = run->sink.got;
	r->wrong = run->sink.wrong;
	r->answers = run->sink.answers;
	r->stall_ns = run->sink.stall_ns;
	r->finished = run->sink.finished && run->eof;
	r->n = run->d.n;
	r->clamped = run->wire.in.session->clamped;
	r->retransmits = run->d.tcp.retransmits;
	r->resets = run->sink.resets +
		    (uint64_t)orders_wire_count("snmp", "Tcp", "OutRsts");
	r->stale = run->sink.stale;
	r->dropped = run->sink.dropped + orders_wire_dropped();
	r->timeouts = (uint64_t)orders_wire_count("netstat", "TcpExt",
						  "TCPTimeouts");
	memcpy(r->why, run->d.why, sizeof(r->why));
	times_take(run);
}

/* -- one run --------------------------------------------------------------- */

static int connection_open(struct run *run)
{
	int err;

	run->fd = orders_wire_connect();
	if (run->fd < 0)
		return out_error(run->fd, "cannot connect");
	err = orders_wire_delegate(&run->wire, &run->d, run->fd);
	if (err)
		return out_error(err, "cannot share the connection");
	err = orders_wire_lose(run->fd, run->r->options.loss);
	return err ? out_error(err, "cannot lose packets") : 0;
}

/* Until the exchange's first byte has come: XDP has seen it then. */
static int first_answer(struct run *run)
{
	uint64_t end = clock_ns() + PATIENCE_NS;
	int err = 0;

	while (!err && !run->r->answered && clock_ns() < end)
		err = wait_a_little(run, POLLIN);
	return err;
}

static int run_orders(struct run *run)
{
	uint64_t begin;
	int err = sink_start(&run->sink);

	if (err)
		return err;
	err = connection_open(run);
	begin = clock_ns();
	if (!err) {
		err = first_answer(run);
		if (!err)
			err = orders_send(run);
		if (!err)
			err = finish(run);
		if (err)
			out_error(err, "after %llu orders",
				  (unsigned long long)run->r->sent);
	}
	run->r->ns = clock_ns() - begin;
	sink_stop(&run->sink, err);
	if (!err && run->sink.err)
		err = out_error(run->sink.err, "the exchange's end");
	if (!err)
		results_take(run);
	delegate_close(&run->d);
	if (run->fd >= 0)
		close(run->fd);
	return err;
}

int orders_bench(struct orders_results *r)
{
	uint64_t orders = 2 * r->options.orders;
	struct run *run = calloc(1, sizeof(*run));
	int err = -ENOMEM;

	if (!run)
		return out_error(err, "bench");
	*run = (struct run){ .r = r, .orders = orders, .fd = -1, .d.hand = -1 };
	run->decided = calloc(orders, sizeof(*run->decided));
	run->urn = calloc(orders, sizeof(*run->urn));
	run->reason = calloc(orders, sizeof(*run->reason));
	run->sink.wire = &run->wire;
	run->sink.decided = run->decided;
	run->sink.orders = orders;
	run->sink.loss = r->options.loss;
	if (!run->decided || !run->urn || !run->reason) {
		out_error(err, "bench");
	} else {
		err = orders_wire_open(&run->wire);
		if (!err)
			err = run_orders(run);
		orders_wire_close(&run->wire);
	}
	free(run->decided);
	free(run->urn);
	free(run->reason);
	free(run);
	return err;
}

/*
 * TCP waits for its own timeouts where segments are lost, and no longer.  Where
 * none is, an ACK that TCP never heard of would cost one for nearly every order;
 * one in a while is a machine that stood still for 200 ms.
 */
bool orders_passed(const struct orders_results *r)
{
	if (r->got != r->sent || r->wrong || r->answered != r->answers ||
	    r->resets || !r->finished)
		return false;
	if (!r->options.loss && r->timeouts > 1 + r->sent / SPARSE)
		return false;
	return r->stall_ns <= LOSS_RTOS * r->rto_ns + DELAYED_ACK_NS;
}
