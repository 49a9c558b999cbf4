// SPDX-License-Identifier: GPL-2.0
/*
 * test_glimpse - a client over TCP gets the state of the moment, and is told
 * where the feed goes on
 */
#include "glimpse_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/sim/clock.h"
#include "../../user/sim/sim.h"

enum { MESSAGES = 60000, LIVE = 20000, SYMBOLS = 20 };

static const struct glimpse_options plain;

/* Publishes a generated session up to message last, and keeps the tally. */
static void market(struct office *o, struct source *source, uint64_t last,
		   struct tally *t)
{
	static uint8_t m[BINARYFILE_MAX];
	struct feed *f = &o->studio.feed;
	int len = 1;

	while (f->store.next <= last && len > 0) {
		len = source->next(source, m);
		assert_true(len > 0);
		tally_message(t, m, (uint32_t)len);
		assert_int_equal(feed_add(f, m, (uint32_t)len, NOW), 0);
		assert_int_equal(feed_send(f, NOW), 0);
	}
	studio_flush(&o->studio);
}

static void market_open(struct source *source)
{
	const struct generate_options options = {
		.symbols = SYMBOLS, .messages = MESSAGES, .live = LIVE,
		.seed = 3, .mwcb = true,
	};

	assert_int_equal(generate_source_open(source, &options), 0);
}

static void serve(struct office *o)
{
	assert_int_equal(glimpse_serve(&o->glimpse,
				       clock_ns(CLOCK_MONOTONIC)), 0);
}

/* Serves until so many logins were accepted, so many processes begun. */
static void serve_logins(struct office *o, uint64_t logins)
{
	struct pollfd p = { .fd = o->glimpse.fd, .events = POLLIN };

	while (o->glimpse.counts.logins < logins) {
		assert_int_equal(poll(&p, 1, 5000), 1);
		serve(o);
	}
}

/* Serves until no process is left. */
static void serve_ends(struct office *o, uint64_t ends)
{
	struct pollfd p = { .fd = o->glimpse.fd, .events = POLLIN };
	const struct glimpse_counts *c = &o->glimpse.counts;

	while (c->served + c->cut + c->dropped < ends) {
		assert_int_equal(poll(&p, 1, 10000), 1);
		serve(o);
	}
}

static void a_snapshot_is_the_state_of_its_moment(void **state)
{
	static struct tally truth;
	static struct client c;
	static struct office o;
	struct source source;
	uint64_t at[] = { 0, 500, MESSAGES / 2, MESSAGES - 200 };
	uint32_t i;

	truth = (struct tally){0};
	office_open(&o, &plain);
	market_open(&source);
	for (i = 0; i < 4; i++) {
		market(&o, &source, at[i], &truth);
		client_connect(&c, &o);
		client_login(&c, "", "", "", "1");
		assert_int_equal(client_finish(&c, &o), WHOLE);
		assert_string_equal(c.session, "TEST000009");
		assert_int_equal(c.seq, at[i] + 1);
		expect_same(&truth, &c.tally);
		client_close(&c);
		serve_ends(&o, i + 1);
	}
	assert_int_equal(o.glimpse.counts.served, 4);
	source.close(&source);
	tally_free(&truth);
	office_close(&o);
}

/* Snapshot and feed together are the whole, whoever reads how slowly. */
static void the_feed_waits_for_no_reader(void **state)
{
	static struct tally truth;
	static struct client slow, late;
	static struct office o;
	struct source source;
	int room = 1 << 16;

	truth = (struct tally){0};
	office_open(&o, &plain);
	market_open(&source);
	market(&o, &source, MESSAGES / 2, &truth);
	client_connect(&slow, &o);
	setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	client_login(&slow, "", "", "", "1");
	serve_logins(&o, 1);
	market(&o, &source, MESSAGES - 100, &truth);
	client_connect(&late, &o);
	client_login(&late, "", "", "", "1");
	assert_int_equal(client_finish(&late, &o), WHOLE);
	assert_int_equal(late.seq, MESSAGES - 99);
	expect_same(&truth, &late.tally);
	client_close(&late);
	/* the other one is longer than what sockets hold: it must wait */
	serve_ends(&o, 1);
	assert_int_equal(o.glimpse.counts.served, 1);
	assert_int_equal(client_finish(&slow, &o), WHOLE);
	assert_int_equal(slow.seq, MESSAGES / 2 + 1);
	assert_true(HASH_COUNT(slow.tally.orders) > LIVE / 2);
	source.close(&source);
	market_open(&source);
	/* what the slow one got, and the feed from there on */
	for (uint64_t n = 1; n <= MESSAGES - 100; n++) {
		static uint8_t m[BINARYFILE_MAX];
		int len = source.next(&source, m);

		if (n >= slow.seq)
			tally_message(&slow.tally, m, (uint32_t)len);
	}
	expect_same(&truth, &slow.tally);
	client_close(&slow);
	source.close(&source);
	tally_free(&truth);
	office_close(&o);
}

static void logins_are_judged(void **state)
{
	static const struct {
		const char *user, *password, *session, *seq;
		enum outcome outcome;
		char reason;
	} cases[] = {
		{ "trader", "secret", "", "1", WHOLE, 0 },
		{ "TRADER", "Secret", "TEST000009", "1", WHOLE, 0 },
		{ "trader", "secret", "", "00000000000000000001", WHOLE, 0 },
		{ "trader", "secre", "", "1", REJECTED, 'A' },
		{ "trader", "secrets", "", "1", REJECTED, 'A' },
		{ "trade", "secret", "", "1", REJECTED, 'A' },
		{ "", "", "", "1", REJECTED, 'A' },
		{ "trader", "secret", "TEST000008", "1", REJECTED, 'S' },
		{ "trader", "secret", "TEST", "1", REJECTED, 'S' },
		{ "trader", "secret", "", "0", REJECTED, 'S' },
		{ "trader", "secret", "", "2", REJECTED, 'S' },
		{ "trader", "secret", "", "", REJECTED, 'S' },
		{ "trader", "secret", "", "1x", REJECTED, 'S' },
	};
	const struct glimpse_options locked = {
		.user = "trader", .password = "secret",
	};
	static struct client c;
	static struct office o;
	uint32_t i;

	office_open(&o, &locked);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_connect(&c, &o);
		client_login(&c, cases[i].user, cases[i].password,
			     cases[i].session, cases[i].seq);
		assert_int_equal(client_finish(&c, &o), cases[i].outcome);
		assert_int_equal(c.reason, cases[i].reason);
		client_close(&c);
	}
	assert_int_equal(o.glimpse.counts.logins, 3);
	assert_int_equal(o.glimpse.counts.rejected, 4);
	assert_int_equal(o.glimpse.counts.rejected_session, 6);
	office_close(&o);
}

static void logins_come_in_any_pieces(void **state)
{
	/* 16 bytes of user and password, 10 of the session, 20 of the number */
	static const char good[] = "\0\57L" "                " "          "
				   "                   1";
	static struct client c;
	static struct office o;
	size_t i;

	office_open(&o, &plain);
	client_connect(&c, &o);
	for (i = 0; i < 49; i++) {
		client_send(&c, good + i, 1);
		serve(&o);
	}
	assert_int_equal(client_finish(&c, &o), WHOLE);
	client_close(&c);
	office_close(&o);
}

static void what_is_no_login_is_refused(void **state)
{
	static const char *const bad[] = {
		"\0\57S", "\0\56L", "\0\64L", "\377\377L", "\0\1R", "GET",
	};
	static struct client c;
	static struct office o;
	uint32_t i;

	office_open(&o, &plain);
	for (i = 0; i < 6; i++) {
		client_connect(&c, &o);
		client_send(&c, bad[i], 3);
		assert_int_equal(client_finish(&c, &o), CLOSED);
		assert_int_equal(c.packets, 0);
		client_close(&c);
	}
	assert_int_equal(o.glimpse.counts.malformed, 6);
	client_connect(&c, &o);
	client_send(&c, "\0\57L", 3);
	client_close(&c);
	while (!o.glimpse.counts.silent)
		serve(&o);
	office_close(&o);
}

static void so_many_at_once(void **state)
{
	static struct client c[GLIMPSE_CLIENTS + 1];
	static struct office o;
	uint32_t i;

	office_open(&o, &plain);
	for (i = 0; i <= GLIMPSE_CLIENTS; i++) {
		client_connect(&c[i], &o);
		while (o.glimpse.counts.connections <= i)
			serve(&o);
	}
	assert_int_equal(client_finish(&c[GLIMPSE_CLIENTS], &o), CLOSED);
	assert_int_equal(o.glimpse.counts.refused, 1);
	for (i = 0; i < GLIMPSE_CLIENTS; i++)
		client_login(&c[i], "", "", "", "1");
	for (i = 0; i < GLIMPSE_CLIENTS; i++)
		assert_int_equal(client_finish(&c[i], &o), WHOLE);
	for (i = 0; i <= GLIMPSE_CLIENTS; i++)
		client_close(&c[i]);
	serve_ends(&o, GLIMPSE_CLIENTS);
	assert_int_equal(o.glimpse.counts.served, GLIMPSE_CLIENTS);
	office_close(&o);
}

/* Odd snapshots are faulty, even ones are right. */
static void faults_hit_every_other_snapshot(void **state)
{
	static const struct glimpse_options cut = { .faults.cut = true };
	static const struct glimpse_options lies = { .faults.lies = true };
	static struct tally truth;
	static struct client c;
	static struct office o;
	struct source source;
	uint32_t i, turn;

	for (turn = 0; turn < 2; turn++) {
		truth = (struct tally){0};
		office_open(&o, turn ? &lies : &cut);
		market_open(&source);
		market(&o, &source, 1000, &truth);
		for (i = 0; i < 18; i++) {
			client_connect(&c, &o);
			client_login(&c, "", "", "", "1");
			client_finish(&c, &o);
			if (i % 2) {
				assert_int_equal(c.outcome, WHOLE);
				expect_same(&truth, &c.tally);
			} else {
				/* a length that lies may swallow the rest */
				assert_true(c.outcome == CLOSED ||
					    (turn && c.outcome == WRONG));
			}
			client_close(&c);
			serve_ends(&o, i + 1);
		}
		assert_int_equal(o.glimpse.counts.cut, turn ? 0 : 9);
		source.close(&source);
		tally_free(&truth);
		office_close(&o);
	}
}

static void a_dead_server_says_nothing(void **state)
{
	static const struct glimpse_options dead = { .faults.dead = true };
	static struct client c;
	static struct office o;
	struct pollfd p;

	office_open(&o, &dead);
	client_connect(&c, &o);
	client_login(&c, "", "", "", "1");
	p = (struct pollfd){ .fd = o.glimpse.fd, .events = POLLIN };
	/* it reads, and then there is nothing more to do */
	while (poll(&p, 1, 50))
		serve(&o);
	p = (struct pollfd){ .fd = c.fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 50), 0);
	assert_int_equal(o.glimpse.counts.connections, 1);
	assert_int_equal(o.glimpse.counts.logins, 0);
	client_close(&c);
	office_close(&o);
}

/* Once after a second, and not a second time: there is time for both to be late
 * on a busy machine.
 */
static void a_slow_server_beats(void **state)
{
	const struct glimpse_options slow = {
		.faults.delay_ns = 1900 * NS_PER_MS,
	};
	static struct client c;
	static struct office o;
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);

	office_open(&o, &slow);
	client_connect(&c, &o);
	client_login(&c, "", "", "", "1");
	assert_int_equal(client_finish(&c, &o), WHOLE);
	assert_true(clock_ns(CLOCK_MONOTONIC) - begin >= 1900 * NS_PER_MS);
	assert_int_equal(c.heartbeats, 1);
	client_close(&c);
	office_close(&o);
}

/* A logout, a lost client and a new session end a snapshot. */
static void clients_leave(void **state)
{
	const struct glimpse_options slow = {
		.faults.delay_ns = 60 * NS_PER_SECOND,
	};
	static struct client c;
	static struct office o;

	office_open(&o, &slow);
	client_connect(&c, &o);
	client_login(&c, "", "", "", "1");
	client_send(&c, "\0\1R\0\3+hi\0\1O", 11);
	assert_int_equal(client_finish(&c, &o), CLOSED);
	client_close(&c);
	serve_ends(&o, 1);
	client_connect(&c, &o);
	client_login(&c, "", "", "", "1");
	serve_logins(&o, 2);
	client_close(&c);
	serve_ends(&o, 2);
	client_connect(&c, &o);
	client_login(&c, "", "", "", "1");
	serve_logins(&o, 3);
	glimpse_drop_all(&o.glimpse);
	assert_int_equal(client_finish(&c, &o), CLOSED);
	client_close(&c);
	assert_int_equal(o.glimpse.counts.dropped, 3);
	office_close(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_snapshot_is_the_state_of_its_moment),
		cmocka_unit_test(the_feed_waits_for_no_reader),
		cmocka_unit_test(logins_are_judged),
		cmocka_unit_test(logins_come_in_any_pieces),
		cmocka_unit_test(what_is_no_login_is_refused),
		cmocka_unit_test(so_many_at_once),
		cmocka_unit_test(faults_hit_every_other_snapshot),
		cmocka_unit_test(a_dead_server_says_nothing),
		cmocka_unit_test(a_slow_server_beats),
		cmocka_unit_test(clients_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
