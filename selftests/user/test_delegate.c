// SPDX-License-Identifier: GPL-2.0
/*
 * user/delegate.c, kern/session.bpf.h and the kernel's TCP on both ends, over a
 * veth between two network namespaces of the test's own.  Needs root; skipped
 * without.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/bench_orders.h"
#include "../../user/clock.h"
#include "hairtrigger.skel.h"

enum {
	SOON_MS = 100,		/* no peer sends anything again before */
	PAUSE_MS = 300,		/* longer than TCP's shortest timeout */
	PATIENCE_MS = 20000,
	MANY = 3000,
	STREAM = 1 << 20,
};

static struct orders_wire wire;
static struct delegate d;
static int fd, peer;			/* our socket, and the exchange's */
static uint8_t sent[STREAM], got[STREAM];
static uint32_t sent_len, got_len;
static uint64_t number;			/* of the next order */

/* -- a connection ---------------------------------------------------------- */

static void sysctl_set(const char *name, const char *value)
{
	char path[96];
	int f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	f = open(path, O_WRONLY);
	assert_true(f >= 0);
	assert_int_equal(write(f, value, strlen(value)), strlen(value));
	close(f);
}

static void readable(int socket)
{
	struct pollfd p = { .fd = socket, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

/* The exchange says something; we read it. */
static void peer_says(uint32_t len)
{
	uint8_t bytes[512] = {0};
	ssize_t n;

	assert_int_equal(send(peer, bytes, len, 0), len);
	while (len) {
		readable(fd);
		n = recv(fd, bytes, sizeof(bytes), 0);
		assert_true(n > 0 && n <= len);
		delegate_received(&d, (size_t)n);
		len -= (uint32_t)n;
	}
}

static void connection_open(int receive_buffer)
{
	int listener = orders_wire_listen(&wire);

	assert_true(listener >= 0);
	if (receive_buffer)
		setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
			   sizeof(receive_buffer));
	fd = orders_wire_connect(&wire);
	assert_true(fd >= 0);
	readable(listener);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	close(listener);
	assert_int_equal(orders_wire_delegate(&wire, &d, fd), 0);
	peer_says(3);
}

static int setup(void **state)
{
	sent_len = got_len = 0;
	number = 0;
	peer = fd = -1;
	if (!wire.near)
		return 0;
	sysctl_set("tcp_timestamps", "1");
	sysctl_set("tcp_sack", "1");
	connection_open(0);
	return 0;
}

static int teardown(void **state)
{
	if (fd < 0)
		return 0;
	delegate_close(&d);
	close(peer);
	close(fd);
	return 0;
}

#define NEEDS_ROOT()							\
	do {								\
		if (!wire.near)						\
			skip();						\
	} while (0)

static void reconnect(int receive_buffer)
{
	teardown(NULL);
	connection_open(receive_buffer);
}

/* -- orders ---------------------------------------------------------------- */

/* Sends the next order and notes its bytes.  Return: as delegate_send(). */
static int order(enum delegate_reason *reason)
{
	struct soup_header *soup = (struct soup_header *)(sent + sent_len);
	struct ouch_order o;
	int err;

	assert_true(sent_len + ORDERS_LEN <= STREAM);
	orders_make(number, &o);
	err = delegate_send(&d, &o, reason);
	if (err)
		return err;
	put_be16(&soup->length, ORDERS_LEN - SOUP_LENGTH_LEN);
	soup->type = SOUP_UNSEQUENCED;
	ouch_enter_init(soup + 1, &orders_terms);
	ouch_enter_set((struct ouch_enter *)(soup + 1), &o);
	sent_len += ORDERS_LEN;
	number++;
	return 0;
}

/* It leaves as a frame; too late when others have the machine. */
static void hot(void)
{
	enum delegate_reason reason;

	assert_int_equal(order(&reason), 0);
	if (reason == DELEGATE_LATE)
		return;
	assert_string_equal(delegate_words(reason),
			    delegate_words(DELEGATE_NONE));
}

static void heartbeat(void)
{
	static const uint8_t beat[] = { 0, 1, 'R' };

	assert_int_equal(delegate_plain(&d, beat, sizeof(beat)), 0);
	memcpy(sent + sent_len, beat, sizeof(beat));
	sent_len += sizeof(beat);
}

/* The exchange reads all that was sent. */
static void peer_reads(void)
{
	struct pollfd p[] = {
		{ .fd = peer, .events = POLLIN }, { .fd = fd },
	};
	uint64_t end = clock_ns() + PATIENCE_MS * MS_NS;
	ssize_t n;

	while (got_len < sent_len) {
		assert_true(clock_ns() < end);
		poll(p, 1, 10);
		assert_int_equal(delegate_tend(&d), 0);
		n = recv(peer, got + got_len, sizeof(got) - got_len,
			 MSG_DONTWAIT);
		assert_true(n > 0 || errno == EAGAIN);
		if (n > 0)
			got_len += (uint32_t)n;
	}
	assert_int_equal(got_len, sent_len);
	assert_memory_equal(got, sent, sent_len);
}

static int unacknowledged(void)
{
	int left = -1;

	assert_int_equal(ioctl(fd, SIOCOUTQ, &left), 0);
	return left;
}

static int64_t timeouts(void)
{
	return orders_wire_count("netstat", "TcpExt", "TCPTimeouts");
}

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
	assert_true(frame >= 0);
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

static void filter_set(int socket, bool drop_all)
{
	int none = 0;

	if (drop_all)
		assert_int_equal(orders_wire_lose(socket, 1000), 0);
	else
		assert_int_equal(setsockopt(socket, SOL_SOCKET,
					    SO_DETACH_FILTER, &none,
					    sizeof(none)), 0);
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
 * the other has promised.
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
		assert_false(seq_after(edge, now));
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

/* -- when it is closed ----------------------------------------------------- */

static void the_peers_window(void **state)
{
	enum delegate_reason reason;
	int i;

	NEEDS_ROOT();
	reconnect(2304);
	for (i = 0; i < 200; i++)
		if (order(&reason) == -EAGAIN)
			break;
	assert_true(d.n.plain[DELEGATE_WINDOW] + d.n.plain[DELEGATE_UNSENT]);
	assert_true(d.n.delegated > 0);
	peer_reads();
	hot();
	peer_reads();
}

/* No ACK comes: not more leaves than the congestion window has room for. */
static void the_congestion_window(void **state)
{
	enum delegate_reason reason;
	uint32_t cwnd, i;

	NEEDS_ROOT();
	cwnd = d.tcp.cwnd;
	filter_set(peer, true);
	for (i = 0; i < 2 * cwnd; i++)
		assert_int_equal(order(&reason), 0);
	assert_true(d.n.delegated > 0 && d.n.delegated <= cwnd);
	assert_true(d.n.plain[DELEGATE_CONGESTION] > 0);
	filter_set(peer, false);
	peer_reads();
	assert_true(d.tcp.retransmits > 0);
}

/* A lost frame is TCP's to send again. */
static void a_lost_frame_comes_again(void **state)
{
	NEEDS_ROOT();
	filter_set(peer, true);
	hot();
	assert_int_equal(unacknowledged(), ORDERS_LEN);
	filter_set(peer, false);
	peer_reads();
	assert_true(d.tcp.retransmits > 0);
	hot();
	peer_reads();
}

static void lost_in_both_directions(void **state)
{
	enum delegate_reason reason;
	int i;

	NEEDS_ROOT();
	assert_int_equal(orders_wire_lose(peer, 50), 0);
	assert_int_equal(orders_wire_lose(fd, 50), 0);
	for (i = 0; i < 300; i++) {
		assert_int_equal(order(&reason), 0);
		if (i % 20 == 0)
			heartbeat();
		if (i % 8 == 7)
			peer_reads();
	}
	peer_reads();
	assert_true(d.n.delegated > 0);
}

static void a_peer_without_sack(void **state)
{
	enum delegate_reason reason;

	NEEDS_ROOT();
	sysctl_set("tcp_sack", "0");
	reconnect(0);
	assert_false(d.able);
	assert_non_null(strstr(d.why, "SACK"));
	assert_int_equal(order(&reason), 0);
	assert_int_equal(reason, DELEGATE_UNABLE);
	heartbeat();
	peer_reads();
}

static void a_socket_of_one_interface(void **state)
{
	NEEDS_ROOT();
	delegate_close(&d);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "near",
				    5), 0);
	assert_int_equal(orders_wire_delegate(&wire, &d, fd), 0);
	assert_false(d.able);
}

/* The frame does not leave, and TCP sends the order itself. */
static void a_link_that_goes_down(void **state)
{
	enum delegate_reason reason;

	NEEDS_ROOT();
	hot();
	peer_reads();
	assert_int_equal(system("ip link set near down"), 0);
	assert_int_equal(order(&reason), 0);
	assert_int_equal(reason, DELEGATE_KICK);
	assert_int_equal(order(&reason), 0);
	assert_int_not_equal(reason, DELEGATE_NONE);
	assert_int_equal(system("ip link set near up"), 0);
	peer_reads();
	hot();
	peer_reads();
}

static void a_path_that_changed(void **state)
{
	enum delegate_reason reason;

	NEEDS_ROOT();
	d.blocked = true;
	assert_int_equal(order(&reason), 0);
	assert_int_equal(reason, DELEGATE_PATH);
	d.blocked = false;
	peer_reads();
	hot();
	peer_reads();
}

/* What nobody reads fills the socket: refused, and nothing of it is sent. */
static void a_full_socket_refuses(void **state)
{
	enum delegate_reason reason;
	uint64_t next;
	int i, err = 0;

	NEEDS_ROOT();
	filter_set(peer, true);
	for (i = 0; i < MANY && !err; i++)
		err = order(&reason);
	assert_int_equal(err, -EAGAIN);
	next = d.session->next;
	assert_int_equal(order(&reason), -EAGAIN);
	assert_true(next == d.session->next);
	assert_int_equal(d.n.refused, 2);
	filter_set(peer, false);
	peer_reads();
	hot();
	peer_reads();
}

/* -- when it ends ---------------------------------------------------------- */

static void a_reset_ends_the_session(void **state)
{
	const struct linger none = { .l_onoff = 1 };
	enum delegate_reason reason;
	struct pollfd p = { .events = POLLIN };

	NEEDS_ROOT();
	hot();
	peer_reads();
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(peer);
	p.fd = fd;
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(d.session->resets, 1);
	assert_in_range(-order(&reason), 1, 133);
}

/* Bytes that somebody else has reserved are none of ours to step over. */
static void a_foreign_reservation_ends_the_session(void **state)
{
	enum delegate_reason reason;

	NEEDS_ROOT();
	session_reserve(d.session, 1, 50);
	assert_int_equal(order(&reason), -EPROTO);
}

static void an_end_behind_the_last_byte(void **state)
{
	uint8_t byte;

	NEEDS_ROOT();
	hot();
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	peer_reads();
	readable(peer);
	assert_int_equal(recv(peer, got, sizeof(got), 0), 0);
	/* our TCP hears that its FIN was read: the last bytes may take time */
	assert_int_equal(shutdown(peer, SHUT_WR), 0);
	readable(fd);
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	assert_true(orders_wire_is_closed(fd));
}

static int group_setup(void **state)
{
	return geteuid() ? 0 : orders_wire_open(&wire);
}

static int group_teardown(void **state)
{
	if (wire.near)
		orders_wire_close(&wire);
	return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_early_ack_alone_loses_the_answer),
		T(the_answer_comes_with_its_ack_set_back),
		T(an_order_is_adopted),
		T(no_timeout_follows_an_early_ack),
		T(no_timeout_right_after_a_pause),
		T(with_strict_source_checks),
		T(hot_and_plain_in_the_order_of_numbers),
		T(without_timestamps),
		T(timestamps_are_tcps_own),
		T(our_window_never_shrinks),
		T(the_peers_window),
		T(the_congestion_window),
		T(a_lost_frame_comes_again),
		T(lost_in_both_directions),
		T(a_peer_without_sack),
		T(a_socket_of_one_interface),
		T(a_link_that_goes_down),
		T(a_path_that_changed),
		T(a_full_socket_refuses),
		T(a_reset_ends_the_session),
		T(a_foreign_reservation_ends_the_session),
		T(an_end_behind_the_last_byte),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
