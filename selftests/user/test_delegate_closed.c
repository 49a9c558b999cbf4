// SPDX-License-Identifier: GPL-2.0
/*
 * user/delegate.c and the kernel's TCP on both ends: when the way beside TCP is
 * closed, what becomes of the order then, and how a session ends.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared.h"

enum { MANY = 3000 };

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
	/* what TCP did since it was last looked at */
	assert_int_equal(delegate_tend(&d), 0);
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
	/* what TCP did since it was last looked at */
	assert_int_equal(delegate_tend(&d), 0);
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
	link_set(false);
	assert_int_equal(order(&reason), 0);
	assert_int_equal(reason, DELEGATE_KICK);
	assert_int_equal(order(&reason), 0);
	assert_int_not_equal(reason, DELEGATE_NONE);
	link_set(true);
	peer_reads();
	hot();
	peer_reads();
}

/* The session was given up meanwhile: an order that late is worse than none. */
static void what_waits_for_the_link_dies_with_the_session(void **state)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct pollfd p = { .fd = peer, .events = POLLIN };
	enum delegate_reason reason;

	NEEDS_ROOT();
	link_set(false);
	assert_int_equal(order(&reason), 0);
	assert_int_equal(reason, DELEGATE_KICK);
	delegate_close(&d);
	assert_int_equal(connect(fd, &nowhere, sizeof(nowhere)), 0);
	link_set(true);
	assert_int_equal(xsk_kick(&wire.xsk), 0);
	assert_false(wire.xsk.waiting);
	assert_int_equal(poll(&p, 1, SOON_MS), 0);
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

/* It would wait in the socket, and leave with the link. */
static void a_way_that_is_cut_takes_no_order(void **state)
{
	enum delegate_reason reason;
	uint64_t next;

	NEEDS_ROOT();
	next = d.session->next;
	d.cut = true;
	assert_int_equal(order(&reason), -EAGAIN);
	assert_int_equal(reason, DELEGATE_PATH);
	assert_true(next == d.session->next);
	assert_int_equal(d.n.refused, 1);
	heartbeat();
	d.cut = false;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_peers_window),
		T(the_congestion_window),
		T(a_lost_frame_comes_again),
		T(lost_in_both_directions),
		T(a_peer_without_sack),
		T(a_socket_of_one_interface),
		T(a_link_that_goes_down),
		T(what_waits_for_the_link_dies_with_the_session),
		T(a_path_that_changed),
		T(a_way_that_is_cut_takes_no_order),
		T(a_full_socket_refuses),
		T(a_reset_ends_the_session),
		T(a_foreign_reservation_ends_the_session),
		T(an_end_behind_the_last_byte),
	};

	return cmocka_run_group_tests(tests, shared_group_setup,
				      shared_group_teardown);
}
