// SPDX-License-Identifier: GPL-2.0
/*
 * user/session.c and user/path_watch.c between two network namespaces, where
 * neighbour, route and source change while the session is open.
 */
#include "exchange.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/path_watch.h"

static int ours, theirs;		/* network namespaces */
static struct path_watch path;
static struct source news;
static int changes;			/* of the path, all so far */

static void ip(int netns, const char *command)
{
	assert_int_equal(setns(netns, CLONE_NEWNET), 0);
	assert_int_equal(system(command), 0);
	assert_int_equal(setns(ours, CLONE_NEWNET), 0);
}

static int netns_new(void)
{
	return unshare(CLONE_NEWNET) ? -1 :
	       open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* What the session's owner does. */
static int news_event(struct source *s)
{
	int change = path_watch_look(&path);

	if (change < 0)
		return change;
	changes |= change;
	if (change & PATH_ROUTE)
		session_drop(&w.s, "the route to the exchange has changed");
	return 0;
}

/* The exchange has two addresses, and so may we. */
static int setup(void **state)
{
	theirs = netns_new();
	ours = netns_new();
	if (theirs < 0 || ours < 0 || netif_veth("near", "far", theirs))
		return -1;
	ip(theirs, "ip addr add 192.0.2.1/24 dev far && "
		   "ip addr add 198.51.100.1/32 dev far && "
		   "ip addr add 203.0.113.1/24 dev far && "
		   "echo 1 >/proc/sys/net/ipv4/conf/far/arp_notify && "
		   "ip link set far up");
	ip(ours, "echo 0 >/proc/sys/net/ipv4/neigh/near/locktime && "
		 "ip link set lo up && ip addr add 192.0.2.2/24 dev near && ip link set near up && "
		 "ip route add 198.51.100.1 via 192.0.2.1");
	exchange_setup(state);
	close(w.listener);
	setns(theirs, CLONE_NEWNET);
	listen_at("198.51.100.1");
	setns(ours, CLONE_NEWNET);
	changes = 0;
	if (path_watch_open(&path, w.options.exchange.sin_addr.s_addr, 0))
		return -1;
	news = (struct source){
		.fd = path_watch_fd(&path),
		.events = POLLIN,
		.on_event = news_event,
	};
	return loop_add(&w.loop, &news);
}

static int teardown(void **state)
{
	exchange_teardown(state);
	path_watch_close(&path);
	close(ours);
	close(theirs);
	return 0;
}

static void source_is(const char *address)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	assert_int_equal(getpeername(w.peer, (struct sockaddr *)&from, &len),
			 0);
	assert_int_equal(from.sin_addr.s_addr, inet_addr(address));
	assert_int_equal(path.route.source, inet_addr(address));
}

static void open_here(void)
{
	open_fresh();
	source_is("192.0.2.2");
	UNTIL(path.resolved);
	changes = 0;
}

/* Both ways, in the same connection. */
static void session_goes_on(void)
{
	int messages = w.messages;

	assert_int_equal(session_send(&w.s, "XYZ", 3), 0);
	hears("\0\4UXYZ", 6);
	say_message("A");
	UNTIL(w.messages == messages + 1);
	state_is(HT_SESSION_OPEN);
	assert_int_equal(w.s.losses, 0);
}

static void another_mac_is_the_same_session(void **state)
{
	open_here();
	ip(theirs, "ip link set far address 02:00:00:00:00:99");
	UNTIL(changes);
	assert_int_equal(changes, PATH_MAC);
	UNTIL(path.resolved && path.mac[5] == 0x99);
	session_goes_on();
}

static void another_route_is_another_connection(void **state)
{
	open_here();
	ip(ours, "ip addr add 203.0.113.2/24 dev near");
	ip(ours, "ip route replace 198.51.100.1 via 203.0.113.1");
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("the route to the exchange has changed");
	hears_reset();
	pass(250);
	open_again(2);
	source_is("203.0.113.2");
	assert_int_equal(path.route.next_hop, inet_addr("203.0.113.1"));
}

static void another_source_is_another_connection(void **state)
{
	open_here();
	ip(ours, "ip addr add 192.0.2.3/24 dev near");
	turns(3);
	session_goes_on();
	ip(ours, "ip route replace 198.51.100.1 via 192.0.2.1 src 192.0.2.3");
	UNTIL(w.s.state == HT_SESSION_DOWN);
	hears_reset();
	pass(250);
	open_again(3);
	source_is("192.0.2.3");
}

/* The kernel does not close what it cannot send for any more. */
static void a_source_that_is_gone_is_silence(void **state)
{
	open_here();
	ip(ours, "ip addr del 192.0.2.2/24 dev near");
	UNTIL(changes & PATH_LOST);
	state_is(HT_SESSION_OPEN);
	pass(4200);
	state_is(HT_SESSION_DOWN);
	words_are("the exchange was silent for 4000 ms");
	UNTIL(session_is_idle(&w.s));
	hang_up();
	ip(ours, "ip addr add 192.0.2.4/24 dev near && "
		 "ip route add 198.51.100.1 via 192.0.2.1");
	UNTIL(changes & PATH_BACK);
	pass(250);
	open_again(2);
	source_is("192.0.2.4");
}

static void a_route_that_comes_back_is_the_same_session(void **state)
{
	open_here();
	ip(ours, "ip route del 198.51.100.1");
	UNTIL(changes & PATH_LOST);
	state_is(HT_SESSION_OPEN);
	assert_int_equal(session_send(&w.s, "XYZ", 3), 0);
	ip(ours, "ip route add 198.51.100.1 via 192.0.2.1");
	UNTIL(changes & PATH_BACK);
	hears("\0\4UXYZ", 6);
	session_goes_on();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(another_mac_is_the_same_session),
		T(another_route_is_another_connection),
		T(another_source_is_another_connection),
		T(a_source_that_is_gone_is_silence),
		T(a_route_that_comes_back_is_the_same_session),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
