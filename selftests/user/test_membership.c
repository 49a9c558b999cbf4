// SPDX-License-Identifier: GPL-2.0
/* user/membership.c in a network namespace of its own, on a link that can lose
 * IPv4 and come back, or go away for good.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/membership.h"

#define GROUP_A	"233.54.12.111"
#define GROUP_B	"233.54.12.112"

static struct membership m;
static int ifindex;

/* Of the links without wires either may not be in this kernel. */
static const char *link_add = "link add feed9 type dummy";

static bool links_here(void)
{
	if (system("ip link add here9 type dummy 2>/dev/null")) {
		link_add = "link add feed9 type ifb";
		if (system("ip link add here9 type ifb 2>/dev/null"))
			return false;
	}
	return !system("ip link del here9");
}

static struct ht_line line_of(const char *group, const char *source)
{
	struct ht_line line = { .port = 26477 };

	assert_int_equal(inet_pton(AF_INET, group, line.group), 1);
	if (source)
		assert_int_equal(inet_pton(AF_INET, source, line.source), 1);
	return line;
}

static void ip(const char *words)
{
	char command[128];

	snprintf(command, sizeof(command), "ip %s", words);
	assert_int_equal(system(command), 0);
}

static int opened(struct ht_line a, struct ht_line b)
{
	const struct ht_line lines[HT_LINES] = { a, b };

	membership_init(&m, lines);
	return membership_open(&m, ifindex);
}

static void words_are(int line, const char *words)
{
	char text[MEMBERSHIP_WORDS + 16];

	membership_words(&m.lines[line], text);
	assert_string_equal(text, words);
}

static void both_joined(uint64_t rejoins)
{
	int i;

	for (i = 0; i < HT_LINES; i++) {
		words_are(i, "joined");
		assert_int_equal(m.lines[i].rejoins, rejoins);
	}
}

static int setup(void **state)
{
	ip(link_add);
	ip("link set feed9 up");
	ifindex = (int)if_nametoindex("feed9");
	return ifindex ? 0 : -1;
}

static int teardown(void **state)
{
	membership_close(&m);
	return system("ip link del feed9 2>/dev/null") < 0;
}

static void joins_and_leaves(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, NULL), line_of(GROUP_B, NULL)),
			 0);
	both_joined(0);
	assert_false(membership_refresh(&m));
	both_joined(0);
	membership_close(&m);
	assert_true(system("ip maddress show dev feed9 | grep -q 233.54") != 0);
}

/* One group, two senders, each the only one of its line. */
static void one_group_two_sources(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, "10.0.0.1"),
				line_of(GROUP_A, "10.0.0.2")), 0);
	both_joined(0);
	assert_false(membership_refresh(&m));
	both_joined(0);
}

static void one_group_any_and_one(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, NULL),
				line_of(GROUP_A, "10.0.0.2")), 0);
	both_joined(0);
	assert_false(membership_refresh(&m));
}

static void unused_and_unicast(void **state)
{
	assert_int_equal(opened(line_of("10.0.0.9", NULL),
				(struct ht_line){0}), 0);
	words_are(0, "unicast");
	assert_int_equal(m.lines[0].fd, -1);
	assert_int_equal(m.lines[1].fd, -1);
	ip("link set feed9 down");
	assert_false(membership_refresh(&m));
}

static void not_asked(void **state)
{
	const struct ht_line lines[HT_LINES] = { line_of(GROUP_A, NULL) };

	membership_init(&m, lines);
	words_are(0, "not joined: --no-join");
	assert_false(membership_refresh(&m));
	words_are(0, "not joined: --no-join");
}

static void link_down_and_up(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, "10.0.0.1"),
				line_of(GROUP_B, NULL)), 0);
	ip("link set feed9 down");
	assert_true(membership_refresh(&m));
	words_are(0, "not joined: the link is down");
	assert_false(membership_refresh(&m));
	ip("link set feed9 up");
	assert_true(membership_refresh(&m));
	both_joined(1);
	assert_false(membership_refresh(&m));
	both_joined(1);
}

/* Too small for IPv4, which the kernel then takes off the interface, with all
 * memberships; the sockets are members still, of nothing.
 */
static void ipv4_lost(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, NULL),
				line_of(GROUP_B, "10.0.0.1")), 0);
	ip("link set feed9 mtu 60");
	assert_true(membership_refresh(&m));
	words_are(0, "not joined: feed9: No such device");
	ip("link set feed9 mtu 1500");
	assert_true(membership_refresh(&m));
	both_joined(1);
}

/* Lost and back before anybody looked: the kernel is asked, not the socket. */
static void ipv4_lost_and_back(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, NULL),
				line_of(GROUP_B, "10.0.0.1")), 0);
	ip("link set feed9 mtu 60");
	ip("link set feed9 mtu 1500");
	assert_true(system("ip maddress show dev feed9 | grep -q 233.54") != 0);
	assert_false(membership_refresh(&m));
	both_joined(1);
}

static void no_more_allowed(void **state)
{
	const char *limit = "/proc/sys/net/ipv4/igmp_max_memberships";
	FILE *f = fopen(limit, "w");

	assert_non_null(f);
	assert_int_equal(opened(line_of(GROUP_A, NULL),
				line_of(GROUP_B, "10.0.0.1")), 0);
	assert_true(membership_is_whole(&m));
	ip("link set feed9 down");
	assert_true(membership_refresh(&m));
	assert_true(fputs("0", f) >= 0 && !fflush(f));
	ip("link set feed9 up");
	assert_false(membership_refresh(&m));
	words_are(0, "not joined: feed9: No buffer space available");
	words_are(1, "not joined: feed9: No buffer space available");
	assert_false(membership_is_whole(&m));
	rewind(f);
	assert_true(fputs("20", f) >= 0 && !fclose(f));
	assert_true(membership_refresh(&m));
	both_joined(1);
	assert_true(membership_is_whole(&m));
}

static void interface_gone(void **state)
{
	assert_int_equal(opened(line_of(GROUP_A, NULL), line_of(GROUP_B, NULL)),
			 0);
	ip("link del feed9");
	assert_true(membership_refresh(&m));
	words_are(0, "not joined: feed9: No such device");
	assert_false(membership_refresh(&m));
}

static void refused_at_first(void **state)
{
	ip("link set feed9 down");
	assert_int_equal(opened(line_of(GROUP_A, NULL), line_of(GROUP_B, NULL)),
			 -ENETDOWN);
	ip("link set feed9 up mtu 60");
	assert_int_equal(opened(line_of(GROUP_A, NULL), line_of(GROUP_B, NULL)),
			 -ENODEV);
	assert_int_equal(membership_open(&m, 99), -ENODEV);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(joins_and_leaves),
		CASE(one_group_two_sources),
		CASE(one_group_any_and_one),
		CASE(unused_and_unicast),
		CASE(not_asked),
		CASE(link_down_and_up),
		CASE(ipv4_lost),
		CASE(ipv4_lost_and_back),
		CASE(no_more_allowed),
		CASE(interface_gone),
		CASE(refused_at_first),
	};

	if (unshare(CLONE_NEWNET)) {
		puts("a network namespace needs root");
		return 77;
	}
	if (!links_here()) {
		puts("this kernel has neither dummy nor ifb links");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
