// SPDX-License-Identifier: GPL-2.0
/*
 * test_client_stream - orders over TCP: packets in any pieces, silence, and
 * the faults of an exchange
 */
#include "trader.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

static const struct session_options plain;
static struct floor f;
static struct trader t;
static const struct session_counts *const counts = &f.server.counts;

/* -- the stream --------------------------------------------------------- */

static void packets_come_in_any_pieces(void **state)
{
	uint8_t bytes[] = "\0\1R\0\6+hello\0\1R"
			  "..................................................";
	uint32_t i;

	enter_make(bytes + 14, 1);
	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	for (i = 0; i < 14 + ORDER_LEN; i++) {
		trader_send(&t, bytes + i, 1);
		serve(&f);
	}
	expect_rejects(&t, &f, 1, 1);
	assert_int_equal(counts->heartbeats, 2);
	assert_int_equal(counts->debugs, 1);
	/* and all of it at once, with an order behind it */
	enter_make(bytes + 14, 2);
	trader_send(&t, bytes, 14 + ORDER_LEN);
	trader_orders(&t, &f, 3, 2000);
	expect_rejects(&t, &f, 2, 2001);
	assert_int_equal(counts->heartbeats, 4);
	trader_close(&t);
	floor_close(&f);
}

static void flat_out(void **state)
{
	enum { ORDERS = 100000, ROUND = 5000 };
	uint32_t i;

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	for (i = 0; i < ORDERS; i += ROUND) {
		trader_orders(&t, &f, i + 1, ROUND);
		expect_rejects(&t, &f, i + 1, ROUND);
	}
	assert_int_equal(f.entered, ORDERS);
	assert_int_equal(t.next, ORDERS + 2);
	trader_close(&t);
	floor_close(&f);
}

static void long_and_odd_packets_are_skipped(void **state)
{
	static uint8_t bytes[2 + 65535];

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	memset(bytes, 0xff, sizeof(bytes));
	bytes[2] = '+';
	trader_send(&t, bytes, sizeof(bytes));
	trader_orders(&t, &f, 1, 1);
	expect_rejects(&t, &f, 1, 1);
	bytes[2] = 'U';
	trader_send(&t, bytes, sizeof(bytes));
	trader_send(&t, "\0\2Sx\0\1H\0\1?\0\2Rx", 14);
	trader_orders(&t, &f, 2, 1);
	expect_rejects(&t, &f, 2, 1);
	assert_int_equal(counts->debugs, 1);
	assert_int_equal(counts->oversized, 1);
	assert_int_equal(counts->unknown, 3);
	assert_int_equal(counts->heartbeats, 1);
	assert_int_equal(counts->messages, 2);
	/* an empty message is the exchange's to count */
	trader_send(&t, "\0\1U", 3);
	serve_until(&f, &counts->messages, 3);
	assert_int_equal(f.exchange.counts.truncated, 1);
	trader_close(&t);
	floor_close(&f);
}

static void garbage_ends_a_session(void **state)
{
	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	trader_orders(&t, &f, 1, 1);
	trader_send(&t, "\0\0", 2);
	trader_send(&t, "whatever", 8);
	expect_rejects(&t, &f, 1, 1);
	expect_closed(&t, &f);
	assert_int_equal(counts->garbage, 1);
	/* what comes now is not taken, but counted */
	trader_orders(&t, &f, 2, 1);
	serve_until(&f, &counts->discarded, counts->discarded + ORDER_LEN);
	assert_int_equal(f.entered, 1);
	trader_close(&t);
	/* a second login */
	trader_enter(&t, &f, "alice", "0", 3);
	trader_login(&t, "alice", "", "", "1", NULL);
	expect_closed(&t, &f);
	assert_int_equal(counts->garbage, 2);
	trader_close(&t);
	floor_close(&f);
}

/* The kernel's stamp, on when it came and not on when it was read. */
static void an_order_has_the_stamp_of_its_arrival(void **state)
{
	uint64_t before, after;
	uint32_t i;

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	/* the kernel begins to stamp a moment after it was told to */
	for (i = 1; i < 1000; i++) {
		before = clock_ns(CLOCK_REALTIME);
		trader_orders(&t, &f, i, 1);
		after = clock_ns(CLOCK_REALTIME);
		while (clock_ns(CLOCK_REALTIME) == after)
			;
		expect_rejects(&t, &f, i, 1);
		assert_true(f.arrival.ns >= before);
		if (f.arrival.ns <= after)
			break;
	}
	assert_true(f.arrival.ns <= after);
	assert_int_equal(f.arrival.from.sin_addr.s_addr,
			 htonl(INADDR_LOOPBACK));
	trader_close(&t);
	floor_close(&f);
}

static void every_client_is_served_as_it_comes(void **state)
{
	enum { CLIENTS = 8, ORDERS = 50 };
	static struct trader client[CLIENTS];
	char user[8];
	uint32_t i, n;

	floor_open(&f, &plain);
	for (i = 0; i < CLIENTS; i++) {
		snprintf(user, sizeof(user), "%u", i);
		trader_enter(&client[i], &f, user, "0", 2);
	}
	/* one that says a lot, and then the others */
	trader_orders(&client[0], &f, 1, 1000);
	for (n = 1; n <= ORDERS; n++) {
		for (i = 1; i < CLIENTS; i++)
			trader_orders(&client[i], &f, n * 10000 + i, 1);
		serve_until(&f, &f.exchange.counts.received,
			    f.exchange.counts.received + CLIENTS - 1 +
			    (n == 1 ? 1000 : 0));
		for (i = 1; n > 1 && i < CLIENTS; i++)
			assert_int_equal(f.urn[f.entered - CLIENTS + i],
					 n * 10000 + i);
	}
	expect_rejects(&client[0], &f, 1, 1000);
	for (i = 1; i < CLIENTS; i++)
		for (n = 1; n <= ORDERS; n++)
			expect_rejects(&client[i], &f, n * 10000 + i, 1);
	for (i = 0; i < CLIENTS; i++)
		trader_close(&client[i]);
	floor_close(&f);
}

/* -- time --------------------------------------------------------------- */

static void both_sides_beat(void **state)
{
	int i;

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	for (i = 0; i < 40; i++) {
		f.now += SESSION_BEAT_NS - 1;
		expect_nothing(&t, &f);
		assert_true(session_due(&f.server) == f.now + 1);
		f.now++;
		serve(&f);
		assert_int_equal(trader_next(&t, &f), 'H');
		trader_send(&t, "\0\1R", 3);
		serve_until(&f, &counts->heartbeats, counts->heartbeats + 1);
	}
	/* who sends messages need not beat, and what is sent is a beat */
	f.now += SESSION_BEAT_NS - 1;
	trader_orders(&t, &f, 1, 1);
	expect_rejects(&t, &f, 1, 1);
	f.now += SESSION_BEAT_NS - 1;
	expect_nothing(&t, &f);
	trader_close(&t);
	floor_close(&f);
}

static void the_silent_are_dropped(void **state)
{
	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	f.now += SESSION_SILENCE_NS - 1;
	serve(&f);
	assert_int_equal(counts->silent, 0);
	f.now++;
	serve(&f);
	assert_int_equal(counts->silent, 1);
	expect_closed(&t, &f);
	trader_close(&t);
	/* 4.1 says itself how long */
	trader_connect(&t, &f);
	trader_login(&t, "alice", "", "", "0", "2500");
	assert_int_equal(trader_next(&t, &f), 'A');
	f.now += 2500 * NS_PER_MS - 1;
	serve(&f);
	assert_int_equal(counts->silent, 1);
	trader_send(&t, "\0\1R", 3);
	serve_until(&f, &counts->heartbeats, 1);
	f.now += 2500 * NS_PER_MS - 1;
	serve(&f);
	assert_int_equal(counts->silent, 1);
	f.now++;
	serve(&f);
	assert_int_equal(counts->silent, 2);
	expect_closed(&t, &f);
	trader_close(&t);
	floor_close(&f);
}

/* -- faults ------------------------------------------------------------- */

static void a_delay_is_kept(void **state)
{
	const struct session_options slow = {
		.faults.delay_ns = 300 * NS_PER_MS,
	};

	floor_open(&f, &slow);
	trader_enter(&t, &f, "alice", "0", 2);
	trader_orders(&t, &f, 1, 2);
	serve_until(&f, &counts->messages, 2);
	f.now += 300 * NS_PER_MS - 1;
	assert_true(session_due(&f.server) == f.now + 1);
	trader_orders(&t, &f, 3, 1);
	serve_until(&f, &counts->messages, 3);
	expect_nothing(&t, &f);
	f.now++;
	serve(&f);
	expect_rejects(&t, &f, 1, 2);
	expect_nothing(&t, &f);
	f.now += 300 * NS_PER_MS;
	serve(&f);
	expect_rejects(&t, &f, 3, 1);
	trader_close(&t);
	floor_close(&f);
}

static void drop_after(bool reset)
{
	const struct session_options drop = {
		.faults = { .drop_after = 5, .drop_reset = reset },
	};
	char type;

	floor_open(&f, &drop);
	trader_enter(&t, &f, "alice", "0", 2);
	trader_orders(&t, &f, 1, 3);
	expect_rejects(&t, &f, 1, 3);
	trader_orders(&t, &f, 4, 2);
	while ((type = trader_next(&t, &f)) == 'S')
		;
	assert_int_equal(type, reset ? CAME_RESET : CAME_END);
	assert_true(t.next < 7);
	assert_int_equal(counts->dropped, 1);
	assert_int_equal(f.entered, 5);
	trader_close(&t);
	/* once, and the answers are there */
	trader_enter(&t, &f, "alice", "2", 2);
	expect_rejects(&t, &f, 1, 5);
	trader_orders(&t, &f, 6, 20);
	expect_rejects(&t, &f, 6, 20);
	assert_int_equal(counts->dropped, 1);
	trader_close(&t);
	floor_close(&f);
}

static void a_connection_is_dropped_once(void **state)
{
	drop_after(false);
	drop_after(true);
}

static void a_silent_exchange_takes_orders(void **state)
{
	const struct session_options silent = { .faults.silent = true };

	floor_open(&f, &silent);
	trader_enter(&t, &f, "alice", "1", 1);
	trader_orders(&t, &f, 1, 1);
	serve_until(&f, &counts->messages, 1);
	f.now += 10 * NS_PER_SECOND;
	expect_nothing(&t, &f);
	assert_int_equal(f.entered, 1);
	trader_close(&t);
	floor_close(&f);
}

static void no_login_is_good_enough(void **state)
{
	const struct session_options reject = {
		.faults.reject_login = true,
	};

	floor_open(&f, &reject);
	trader_connect(&t, &f);
	trader_login(&t, "alice", "", "", "1", NULL);
	assert_int_equal(trader_next(&t, &f), 'J');
	assert_int_equal(t.payload[0], 'A');
	expect_closed(&t, &f);
	trader_close(&t);
	floor_close(&f);
}

static uint32_t sent_again(void)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	assert_int_equal(getsockopt(t.fd, IPPROTO_TCP, TCP_INFO, &info, &len),
			 0);
	return info.tcpi_total_retrans;
}

/* What is lost below TCP is sent again by it: nothing is missing above. */
static void lost_segments_come_again(void **state)
{
	const struct session_options lossy = { .faults.loss = 100000 };
	uint32_t i;

	floor_open(&f, &lossy);
	trader_enter(&t, &f, "alice", "0", 2);
	for (i = 1; i < 1000 && sent_again() < 3; i++) {
		trader_orders(&t, &f, i, 1);
		expect_rejects(&t, &f, i, 1);
	}
	assert_true(sent_again() >= 3);
	assert_int_equal(f.entered, i - 1);
	trader_close(&t);
	floor_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_in_any_pieces),
		cmocka_unit_test(flat_out),
		cmocka_unit_test(long_and_odd_packets_are_skipped),
		cmocka_unit_test(garbage_ends_a_session),
		cmocka_unit_test(an_order_has_the_stamp_of_its_arrival),
		cmocka_unit_test(every_client_is_served_as_it_comes),
		cmocka_unit_test(both_sides_beat),
		cmocka_unit_test(the_silent_are_dropped),
		cmocka_unit_test(a_delay_is_kept),
		cmocka_unit_test(a_connection_is_dropped_once),
		cmocka_unit_test(a_silent_exchange_takes_orders),
		cmocka_unit_test(no_login_is_good_enough),
		cmocka_unit_test(lost_segments_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
