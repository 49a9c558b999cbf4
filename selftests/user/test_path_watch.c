// SPDX-License-Identifier: GPL-2.0
/* user/path_watch.c beside routes, addresses and neighbours that change. */
#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/path_watch.h"

enum { PATIENCE_MS = 5000 };

static struct path_watch p;

static void ip(const char *command)
{
	assert_int_equal(system(command), 0);
}

/* The namespace is a new one for each test. */
static int setup(void **state)
{
	if (unshare(CLONE_NEWNET))
		return -1;
	return system("ip link add near type veth peer name far && "
		      "ip link set far up && ip link set near up && "
		      "ip addr add 192.0.2.1/24 dev near && "
		      "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev near");
}

static int teardown(void **state)
{
	path_watch_close(&p);
	return 0;
}

static void watch(const char *address, const char *source)
{
	assert_int_equal(path_watch_open(&p, inet_addr(address), source ?
					 inet_addr(source) : 0), 0);
}

/* The news say so; more of them may come for one change. */
static void changes(int expected)
{
	struct pollfd news = { .fd = path_watch_fd(&p), .events = POLLIN };
	int seen = 0, got;

	while (seen != expected) {
		assert_int_equal(poll(&news, 1, PATIENCE_MS), 1);
		got = path_watch_look(&p);
		assert_true(got >= 0);
		seen |= got;
		assert_int_equal(seen & ~expected, 0);
	}
	assert_int_equal(path_watch_look(&p), 0);
}

static void route_is(const char *source, const char *next_hop)
{
	assert_int_equal(p.route.source, inet_addr(source));
	assert_int_equal(p.route.next_hop, inet_addr(next_hop));
}

static void a_neighbour_with_another_mac(void **state)
{
	static const uint8_t second[6] = { 2, 0, 0, 0, 0, 3 };

	watch("192.0.2.2", NULL);
	assert_true(p.routed && p.resolved);
	route_is("192.0.2.1", "192.0.2.2");
	assert_int_equal(p.mac[5], 2);
	assert_int_equal(path_watch_look(&p), 0);
	ip("ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:03 dev near");
	changes(PATH_MAC);
	assert_memory_equal(p.mac, second, sizeof(second));
	ip("ip neigh del 192.0.2.2 dev near");
	changes(PATH_MAC);
	assert_false(p.resolved);
	ip("ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:03 dev near");
	changes(PATH_MAC);
	assert_true(p.resolved);
}

static void another_neighbour_is_no_news(void **state)
{
	watch("192.0.2.2", NULL);
	ip("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev near");
	assert_int_equal(path_watch_look(&p), 0);
}

static void another_next_hop(void **state)
{
	ip("ip route add 198.51.100.0/24 via 192.0.2.2");
	watch("198.51.100.1", NULL);
	route_is("192.0.2.1", "192.0.2.2");
	assert_true(p.resolved);
	ip("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev near");
	ip("ip route replace 198.51.100.0/24 via 192.0.2.3");
	changes(PATH_ROUTE | PATH_MAC);
	route_is("192.0.2.1", "192.0.2.3");
	/* a better one */
	ip("ip route add 198.51.100.1/32 via 192.0.2.2");
	changes(PATH_ROUTE | PATH_MAC);
}

static void another_source(void **state)
{
	watch("192.0.2.2", NULL);
	ip("ip addr add 192.0.2.9/24 dev near");
	ip("ip route replace 192.0.2.0/24 dev near src 192.0.2.9");
	changes(PATH_ROUTE);
	route_is("192.0.2.9", "192.0.2.2");
}

static void another_interface(void **state)
{
	ip("ip route add 198.51.100.0/24 via 192.0.2.2");
	watch("198.51.100.1", NULL);
	ip("ip addr add 203.0.113.1/24 dev far");
	ip("ip route replace 198.51.100.0/24 via 203.0.113.2");
	changes(PATH_ROUTE | PATH_MAC);
	assert_false(p.resolved);
	route_is("203.0.113.1", "203.0.113.2");
}

static void a_route_that_goes_and_comes(void **state)
{
	watch("198.51.100.1", NULL);
	assert_false(p.routed);
	ip("ip route add 198.51.100.0/24 via 192.0.2.2");
	changes(PATH_BACK | PATH_ROUTE | PATH_MAC);
	ip("ip route del 198.51.100.0/24");
	changes(PATH_LOST | PATH_MAC);
	assert_false(p.routed);
	route_is("192.0.2.1", "192.0.2.2");
	ip("ip route add 198.51.100.0/24 via 192.0.2.2");
	changes(PATH_BACK | PATH_MAC);
	ip("ip route replace prohibit 198.51.100.0/24");
	ip("ip route del 198.51.100.0/24 via 192.0.2.2 2>/dev/null || true");
	changes(PATH_LOST | PATH_MAC);
}

static void a_link_that_goes_down(void **state)
{
	watch("192.0.2.2", NULL);
	ip("ip link set near down");
	changes(PATH_LOST | PATH_MAC);
	ip("ip link set near up");
	changes(PATH_BACK);
	assert_false(p.resolved);
}

/* The only thing that TCP cannot do without. */
static void a_source_that_is_taken_away(void **state)
{
	ip("ip addr add 192.0.2.9/24 dev near");
	watch("192.0.2.2", "192.0.2.9");
	route_is("192.0.2.9", "192.0.2.2");
	ip("ip addr del 192.0.2.9/24 dev near");
	changes(PATH_LOST | PATH_MAC);
	ip("ip addr add 192.0.2.9/24 dev near");
	changes(PATH_BACK | PATH_MAC);
	route_is("192.0.2.9", "192.0.2.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(a_neighbour_with_another_mac),
		T(another_neighbour_is_no_news),
		T(another_next_hop),
		T(another_source),
		T(another_interface),
		T(a_route_that_goes_and_comes),
		T(a_link_that_goes_down),
		T(a_source_that_is_taken_away),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
