// SPDX-License-Identifier: GPL-2.0
/*
 * test_disclosed - an order is founded when all it rests on had left before it
 */
#include "listener.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../user/sim/disclosed.h"
#include "../../user/sim/rerequest.h"

static bool founded(struct disclosed *d, uint64_t seq, uint64_t ns)
{
	char id[OUCH_CLORDID_LEN + 1];

	snprintf(id, sizeof(id), "T%013llu", (unsigned long long)seq);
	return disclosed_order(d, id, ns);
}

static void a_hole_founds_nothing_behind_it(void **state)
{
	struct disclosed d;

	assert_int_equal(disclosed_init(&d), 0);
	assert_false(founded(&d, 1, 50));
	disclosed_sent(&d, 1, 10, 100);
	disclosed_sent(&d, 12, 9, 200);
	assert_true(founded(&d, 10, 100));
	assert_false(founded(&d, 11, 1000));
	assert_false(founded(&d, 12, 1000));
	assert_false(founded(&d, 0xffffffffff, 1000));
	assert_int_equal(d.unfounded, 4);
	disclosed_sent(&d, 11, 1, 300);
	assert_true(founded(&d, 20, 300));
	assert_false(founded(&d, 21, 1000));
	disclosed_free(&d);
}

/* What filled the hole dates all behind it; a second copy dates nothing. */
static void the_moment_counts_not_the_look(void **state)
{
	struct disclosed d;

	assert_int_equal(disclosed_init(&d), 0);
	disclosed_sent(&d, 1, 5, 100);
	disclosed_sent(&d, 7, 5, 200);
	disclosed_sent(&d, 6, 1, 300);
	disclosed_sent(&d, 1, 11, 400);
	assert_false(founded(&d, 5, 99));
	assert_true(founded(&d, 5, 100));
	assert_false(founded(&d, 6, 299));
	assert_false(founded(&d, 11, 299));
	assert_true(founded(&d, 11, 300));
	disclosed_free(&d);
}

static void other_names_rest_on_nothing(void **state)
{
	struct disclosed d;

	assert_int_equal(disclosed_init(&d), 0);
	assert_true(disclosed_order(&d, "MANUAL00000001", 1));
	assert_int_equal(d.unfounded, 0);
	disclosed_free(&d);
}

static void long_holes_and_long_sessions(void **state)
{
	const uint64_t ring = DISCLOSED_RING;
	struct disclosed d;

	assert_int_equal(disclosed_init(&d), 0);
	disclosed_sent(&d, 1, 1, 100);
	disclosed_sent(&d, 3, 4, 200);
	disclosed_sent(&d, ring, 2, 300);	/* only the first is in reach */
	disclosed_sent(&d, 2, 1, 400);
	assert_int_equal(d.next, 7);
	assert_true(founded(&d, 6, 400));
	disclosed_sent(&d, 7, (uint32_t)(ring - 7), 500);
	assert_int_equal(d.next, ring + 1);
	disclosed_sent(&d, ring + 1, (uint32_t)ring - 1, 600);
	assert_int_equal(d.next, 2 * ring);
	assert_true(founded(&d, 1, 1));		/* forgotten: long ago */
	assert_false(founded(&d, 2 * ring - 1, 599));
	assert_true(founded(&d, 2 * ring - 1, 600));
	disclosed_free(&d);
}

static void a_snapshot_of_another_process(void **state)
{
	struct disclosed_snapshot *s;
	struct disclosed d;
	pid_t pid;

	assert_int_equal(disclosed_init(&d), 0);
	disclosed_sent(&d, 100, 10, 100);
	s = disclosed_snapshot_begin(&d, DISCLOSED_SNAPSHOTS - 1);
	assert_false(founded(&d, 99, 1000));
	pid = fork();
	if (!pid) {
		disclosed_snapshot_end(s, 100, 500);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(founded(&d, 99, 499));
	assert_true(founded(&d, 109, 500));
	assert_false(founded(&d, 110, 1000));
	disclosed_free(&d);
}

static void sessions_are_kept_apart(void **state)
{
	struct disclosed d;

	assert_int_equal(disclosed_init(&d), 0);
	disclosed_sent(&d, 1, 10, 100);
	disclosed_restart(&d, 1000);
	/* may still be under way; what had not left then never is */
	assert_true(founded(&d, 10, 1000));
	assert_false(founded(&d, 11, 1000));
	assert_false(founded(&d, 10, 1000 + DISCLOSED_GRACE_NS));
	disclosed_sent(&d, 1, 5, 2000);
	assert_true(founded(&d, 5, 1000 + DISCLOSED_GRACE_NS));
	assert_false(founded(&d, 6, 1000 + DISCLOSED_GRACE_NS));
	disclosed_free(&d);
}

/* The order comes after all of it, whatever the clock says. */
#define LATE	(UINT64_MAX / 2)

static void what_a_fault_took_has_not_left(void **state)
{
	struct feed_options o = { .line = {
		{ .payload = 1472, .per_packet = 10 },
		{ .payload = 1472, .per_packet = 10 },
	}, .faults = { .loss = { FAULT_SURE, 0 } } };
	struct disclosed d;
	struct studio s;

	assert_int_equal(disclosed_init(&d), 0);
	studio_open(&s, &o);
	s.feed.disclosed = &d;
	studio_publish(&s, 10);
	studio_flush(&s);
	assert_true(founded(&d, 10, LATE));	/* by line B */
	s.feed.options.faults.loss[1] = FAULT_SURE;
	studio_publish(&s, 20);
	studio_flush(&s);
	s.feed.options.faults.loss[0] = 0;
	studio_publish(&s, 30);
	studio_flush(&s);
	assert_int_equal(s.feed.published, 31);
	assert_int_equal(d.next, 11);
	assert_false(founded(&d, 11, LATE));
	assert_false(founded(&d, 30, LATE));
	studio_close(&s);
	disclosed_free(&d);
}

static void ask(struct rerequest *r, struct listener *l, uint64_t seq)
{
	struct pollfd arrived = { .fd = r->fd, .events = POLLIN };
	uint8_t bytes[20] = "TEST000009";
	int i;

	for (i = 0; i < 8; i++)
		bytes[10 + i] = (uint8_t)(seq >> 8 * (7 - i));
	bytes[19] = 5;
	assert_int_equal(sendto(l->fd, bytes, sizeof(bytes), 0,
				(struct sockaddr *)&r->address,
				sizeof(r->address)), sizeof(bytes));
	assert_int_equal(poll(&arrived, 1, 1000), 1);
	assert_int_equal(rerequest_serve(r, NOW), 0);
}

/* Nine lies go round, and every third reply is right. */
static void answers_count_and_lies_do_not(void **state)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct feed_options o = {
		.line = { { .payload = 1472, .per_packet = 10 } },
		.keep = true,
		.faults = { .loss = { FAULT_SURE, 0 } },
	};
	struct rerequest_faults faults = { .lies = true };
	struct disclosed d;
	struct rerequest r;
	struct studio s;

	assert_int_equal(disclosed_init(&d), 0);
	studio_open(&s, &o);
	s.feed.disclosed = &d;
	studio_publish(&s, 100);
	studio_flush(&s);
	assert_int_equal(rerequest_open(&r, &any, &faults, &s.feed), 0);
	ask(&r, &s.b, 1);
	ask(&r, &s.b, 1);
	assert_int_equal(r.counts.lied, 2);
	assert_int_equal(d.next, 1);
	ask(&r, &s.b, 1);
	assert_int_equal(r.counts.answered, 1);
	assert_int_equal(d.next, 6);
	assert_true(founded(&d, 5, LATE));
	while (r.counts.lied < 2 * 9)
		ask(&r, &s.b, 1);
	assert_int_equal(d.next, 6);
	rerequest_close(&r);
	studio_close(&s);
	disclosed_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hole_founds_nothing_behind_it),
		cmocka_unit_test(the_moment_counts_not_the_look),
		cmocka_unit_test(other_names_rest_on_nothing),
		cmocka_unit_test(long_holes_and_long_sessions),
		cmocka_unit_test(a_snapshot_of_another_process),
		cmocka_unit_test(sessions_are_kept_apart),
		cmocka_unit_test(what_a_fault_took_has_not_left),
		cmocka_unit_test(answers_count_and_lies_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
