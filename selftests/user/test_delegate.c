// SPDX-License-Identifier: GPL-2.0
/*
 * user/delegate.c, kern/session.bpf.h and the kernel's TCP on both ends: orders
 * that leave beside TCP, and ACKs that come too early.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/clock.h"
#include "shared.h"

enum { MANY = 3000 };

/* -- the smallest case ----------------------------------------------------- */

/* Our TCP is told at last, or it could not close. */
static void adopt_late(void)
{
	struct repair_state tcp;

	assert_int_equal(repair_adopt(fd, got, ORDERS_LEN, &tcp), 0);
}

/* A frame leaves, and the exchange answers before our TCP is told. */
static void answer_to_what_tcp_does_not_know(void)
{
	const struct ht_tcp_now now = {
		.seq = d.written, .ack = d.ack, .window = 500,
		.ts = (uint32_t)(clock_ns() / MS_NS) + d.ts_offset,
		.ts_echo = d.session->ts_recent,
	};
	int frame = xsk_take(&wire.xsk);
	struct ouch_order o;

	orders_make(0, &o);
	session_reserve(d.session, 1, ORDERS_LEN);
	assert_true(frame >= 0);
	session_reserve(d.session, 1, d.form.payload);
	segment_set(&d.form, xsk_frame(&wire.xsk, (uint32_t)frame), &now, &o);
	assert_int_equal(xsk_send(&wire.xsk, (uint32_t)frame,
				  d.form.head + d.form.payload), 0);
	readable(peer);
	assert_int_equal(recv(peer, got, sizeof(got), 0), ORDERS_LEN);
	assert_int_equal(send(peer, "answer", 6, 0), 6);
}

/* The reason for kern/session: TCP drops the answer with its data. */
static void an_early_ack_alone_loses_the_answer(void **state)
{
	struct pollfd p = { .events = POLLIN };
	uint8_t answer[16];

	NEEDS_ROOT();
	HT_WRITE_ONCE(d.session->active, 0);
	answer_to_what_tcp_does_not_know();
	p.fd = fd;
	assert_int_equal(poll(&p, 1, SOON_MS), 0);
	/* only the exchange's own timeout brings it, when TCP knows */
	adopt_late();
	readable(fd);
	assert_int_equal(recv(fd, answer, sizeof(answer), 0), 6);
}

static void the_answer_comes_with_its_ack_set_back(void **state)
{
	struct pollfd p = { .events = POLLIN };
	uint8_t answer[16];

	NEEDS_ROOT();
	answer_to_what_tcp_does_not_know();
	p.fd = fd;
	assert_int_equal(poll(&p, 1, SOON_MS), 1);
	assert_int_equal(recv(fd, answer, sizeof(answer), 0), 6);
	assert_true(d.session->clamped > 0);
	adopt_late();
}

/* -- the way beside TCP ---------------------------------------------------- */

static void an_order_is_adopted(void **state)
{
	NEEDS_ROOT();
	hot();
	peer_reads();
	assert_int_equal(d.n.delegated + d.n.plain[DELEGATE_LATE], 1);
	assert_int_equal((uint32_t)d.session->next, d.written);
	assert_int_equal(d.session->next >> 32, 2);
}

/* TCP has heard of the ACK, and sends nothing again. */
static void no_timeout_follows_an_early_ack(void **state)
{
	int64_t before;
	int i;

	NEEDS_ROOT();
	before = timeouts();
	assert_true(before >= 0);
	for (i = 0; i < 8; i++) {
		hot();
		peer_reads();
		peer_says(5);
		assert_int_equal(unacknowledged(), 0);
	}
	assert_int_equal(delegate_tend(&d), 0);
	assert_int_equal(d.tcp.retransmits, 0);
	assert_int_equal(timeouts(), before);
}

/* XDP has seen it before TCP found its segment broken.  What is handed in must
 * not make TCP believe it, and take all that follows for old.
 */
static void a_false_timestamp_ends_nothing(void **state)
{
	struct pollfd p = { .events = POLLIN };
	int i;

	NEEDS_ROOT();
	peer_says(5);
	HT_WRITE_ONCE(d.session->ts_recent, d.session->ts_recent + (1u << 30));
	for (i = 0; i < 4; i++) {
		/* all is acknowledged: TCP takes the next timestamp for good */
		p.fd = fd;
		assert_int_equal(poll(&p, 1, SOON_MS), 0);
		hot();
		peer_reads();
		peer_says(5);
	}
	assert_true(d.n.handed_in > 0);
	assert_int_equal(unacknowledged(), 0);
}

/* What TCP adopts after a pause is as young as if TCP had sent it. */
static void no_timeout_right_after_a_pause(void **state)
{
	struct pollfd p = { .events = POLLIN };
	int64_t before;
	int i;

	NEEDS_ROOT();
	hot();
	peer_reads();
	p.fd = fd;
	assert_int_equal(poll(&p, 1, PAUSE_MS), 0);
	before = timeouts();
	filter_set(peer, true);
	for (i = 0; i < 4; i++)
		hot();
	assert_int_equal(poll(&p, 1, SOON_MS), 0);
	assert_int_equal(timeouts(), before);
	filter_set(peer, false);
	peer_reads();
}

/* What comes in by another interface than its answer would leave by. */
static void with_strict_source_checks(void **state)
{
	int64_t before;

	NEEDS_ROOT();
	sysctl_set("conf/all/rp_filter", "1");
	before = timeouts();
	hot();
	peer_reads();
	peer_says(5);
	sysctl_set("conf/all/rp_filter", "0");
	assert_true(d.n.handed_in > 0 || d.n.plain[DELEGATE_LATE]);
	assert_int_equal(unacknowledged(), 0);
	assert_int_equal(timeouts(), before);
}

static void hot_and_plain_in_the_order_of_numbers(void **state)
{
	enum delegate_reason reason;
	uint64_t random = 3;
	int64_t before;
	int i, err;

	NEEDS_ROOT();
	before = timeouts();
	for (i = 0; i < MANY; i++) {
		random = random * 6364136223846793005ull + 1;
		d.asked = random >> 60 & 1;
		err = order(&reason);
		if (err)
			assert_int_equal(err, -EAGAIN);
		if (err || random >> 59 & 1)
			peer_reads();
		if ((random >> 40 & 7) == 0)
			heartbeat();
		if ((random >> 44 & 7) == 0)
			peer_says(1 + (random >> 50 & 255));
	}
	peer_reads();
	assert_true(d.n.delegated > MANY / 4);
	assert_true(d.n.plain[DELEGATE_ASKED] > MANY / 4);
	assert_int_equal(timeouts(), before);
}

static void without_timestamps(void **state)
{
	int i;

	NEEDS_ROOT();
	assert_int_equal(d.form.head, 66);
	sysctl_set("tcp_timestamps", "0");
	reconnect(0);
	assert_int_equal(d.form.head, 54);
	for (i = 0; i < 20; i++) {
		hot();
		peer_reads();
		peer_says(7);
	}
	assert_int_equal(d.tcp.retransmits, 0);
}

/* To the millisecond, but for the bit that newer kernels do not tell. */
static void timestamps_are_tcps_own(void **state)
{
	uint32_t ts, ours, after;
	socklen_t len = sizeof(ts);

	NEEDS_ROOT();
	do {
		ours = (uint32_t)(clock_ns() / MS_NS) + d.ts_offset;
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP,
					    &ts, &len), 0);
		after = (uint32_t)(clock_ns() / MS_NS) + d.ts_offset;
	} while (ours != after);
	assert_in_range(ours - ts, 0, 1);
}

/* Up to where the exchange's TCP believes that it may send.  An ACK may come
 * between the two questions.
 */
static uint32_t edge_at_peer(void)
{
	struct repair_facts f, again;

	assert_int_equal(repair_learn(peer, &again), 0);
	do {
		f = again;
		assert_int_equal(repair_learn(peer, &again), 0);
	} while (f.una != again.una || f.peer_window != again.peer_window);
	return f.una + f.peer_window;
}

/* Whatever was read of what came: neither our segments nor TCP's take back what
 * the other has promised, but for the rounding of either.
 */
static void our_window_never_shrinks(void **state)
{
	const struct linger none = { .l_onoff = 1 };
	static uint8_t bytes[4096];
	uint32_t edge, now;
	int i;

	NEEDS_ROOT();
	edge = edge_at_peer();
	for (i = 0; i < 60; i++) {
		if (i % 3) {
			peer_says(1 + (uint32_t)i * 7);
		} else {
			assert_int_equal(send(peer, bytes, 301, 0), 301);
			hot();
			readable(fd);
		}
		hot();
		peer_reads();
		now = edge_at_peer();
		assert_false(seq_after(edge, now + (2u << d.scale)));
		edge = now;
		if (i % 3 == 0) {
			assert_int_equal(recv(fd, bytes, sizeof(bytes), 0),
					 301);
			delegate_received(&d, 301);
		}
	}
	/* a socket that was asked so would keep its port from the next test */
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_early_ack_alone_loses_the_answer),
		T(the_answer_comes_with_its_ack_set_back),
		T(an_order_is_adopted),
		T(no_timeout_follows_an_early_ack),
		T(a_false_timestamp_ends_nothing),
		T(no_timeout_right_after_a_pause),
		T(with_strict_source_checks),
		T(hot_and_plain_in_the_order_of_numbers),
		T(without_timestamps),
		T(timestamps_are_tcps_own),
		T(our_window_never_shrinks),
	};

	return cmocka_run_group_tests(tests, shared_group_setup,
				      shared_group_teardown);
}
