// SPDX-License-Identifier: GPL-2.0
/*
 * user/xsk.c over a veth pair in a network namespace of the
 * test's own.  Needs root; skipped without.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/segment.h"
#include "../../user/xsk.h"
#include "wire.h"

/* An order as it leaves, whose bytes can be told on the other side. */
struct order_frame {
	struct ht_tcp_frame headers;
	struct soup_header soup;
	struct ouch_enter enter;
} HT_PACKED;

enum {
	PATIENCE_MS = 5000,
	ROUNDS = 20,
	FRAME_LEN = sizeof(struct order_frame),
	PRICE = 1823500,
};

static int wire = -1;		/* AF_PACKET on the far end */
static bool is_root;
static struct segment_form form;

static void link_up(const char *name)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq r = { .ifr_flags = IFF_UP };

	strcpy(r.ifr_name, name);
	assert_int_equal(ioctl(s, SIOCSIFFLAGS, &r), 0);
	close(s);
}

static void link_wait(const char *name)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq r = {0};
	int i;

	strcpy(r.ifr_name, name);
	for (i = 0; i < PATIENCE_MS && !(r.ifr_flags & IFF_RUNNING); i++) {
		assert_int_equal(ioctl(s, SIOCGIFFLAGS, &r), 0);
		poll(NULL, 0, 1);
	}
	assert_true(r.ifr_flags & IFF_RUNNING);
	close(s);
}

static int group_setup(void **state)
{
	struct sockaddr_ll far = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
	};
	int room = 1 << 23;

	if (geteuid() || unshare(CLONE_NEWNET))
		return 0;
	is_root = true;
	if (system("ip link add near type veth peer name far"))
		return -1;
	link_up("near");
	link_up("far");
	link_wait("near");
	wire = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));
	far.sll_ifindex = (int)if_nametoindex("far");
	setsockopt(wire, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return bind(wire, (struct sockaddr *)&far, sizeof(far));
}

static int group_teardown(void **state)
{
	if (wire >= 0)
		close(wire);
	return 0;
}

static int setup(void **state)
{
	static struct xsk x;
	static const struct ht_tcp_path path = {
		.src_mac = { 2, 0, 0, 0, 0, 1 },
		.dst_mac = { 2, 0, 0, 0, 0, 2 },
		.src_ip = 0x02004d0a, .dst_ip = 0x01004d0a,
		.src_port = 0x3930, .dst_port = 0x2923, .ttl = 64,
		.timestamps = 1,
	};
	static const struct ouch_terms terms = {
		.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P',
		.iso = 'N', .cross_type = 'N',
	};
	uint32_t i;

	*state = &x;
	if (!is_root)
		return 0;
	assert_int_equal(xsk_open(&x, "near", 0), 0);
	for (i = 0; i < XSK_FRAMES; i++) {
		segment_build(&form, xsk_frame(&x, i), &path, &terms);
		assert_int_equal(form.head + form.payload, FRAME_LEN);
	}
	return 0;
}

static int teardown(void **state)
{
	if (is_root)
		xsk_close(*state);
	return 0;
}

/* The next frame on the wire. */
static void wire_read(struct order_frame *f)
{
	struct pollfd p = { .fd = wire, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(recv(wire, f, sizeof(*f), MSG_TRUNC), FRAME_LEN);
}

static void take_back(struct xsk *x, uint32_t count)
{
	struct pollfd p = { .fd = xsk_fd(x), .events = POLLOUT };
	int i;

	for (i = 0; i < PATIENCE_MS && x->idle_count < count; i++) {
		xsk_reclaim(x);
		poll(&p, 1, 1);
	}
	assert_int_equal(x->idle_count, count);
}

static void send_one(struct xsk *x, uint32_t urn)
{
	struct ouch_order order = {
		.urn = urn, .qty = urn % 1000 + 1, .px = PRICE + urn,
		.side = urn & 1 ? 'B' : 'S', .symbol = "AAPL",
	};
	const struct ht_tcp_now now = {
		.seq = urn * form.payload, .ack = 1, .ts = urn, .ts_echo = 1,
		.window = 1000,
	};
	int frame = xsk_take(x);

	assert_true(frame >= 0);
	ouch_clordid(order.clordid, urn);
	segment_set(&form, xsk_frame(x, (uint32_t)frame), &now, &order);
	assert_int_equal(xsk_send(x, (uint32_t)frame, FRAME_LEN), 0);
	while (x->waiting)
		assert_int_equal(xsk_kick(x), 0);
}

/* RFC 1071, RFC 9293: a sum over all that has a right checksum is 0xffff. */
static void checksums_are_right(const struct order_frame *f)
{
	const struct ht_tcp_frame *h = &f->headers;
	uint32_t len = get_be16(&h->ip.tot_len) - sizeof(h->ip);
	uint32_t sum = csum_add(6 + len, &h->ip.saddr, 8);

	assert_int_equal(len, FRAME_LEN - sizeof(h->eth) - sizeof(h->ip));
	assert_int_equal(csum_fold(csum_add(0, &h->ip, sizeof(h->ip))), 0);
	assert_int_equal(csum_fold(csum_add(sum, &h->tcp, len)), 0);
}

static void orders_arrive_whole_and_in_order(void **state)
{
	struct xsk *x = *state;
	struct order_frame f;
	uint32_t urn;

	if (!is_root)
		skip();
	for (urn = 1; urn <= ROUNDS * XSK_FRAMES; urn++) {
		send_one(x, urn);
		wire_read(&f);
		checksums_are_right(&f);
		assert_int_equal(get_be32(&f.enter.urn), urn);
		assert_int_equal(get_be32(&f.enter.qty), urn % 1000 + 1);
		assert_int_equal(get_be64(&f.enter.price), PRICE + urn);
		assert_memory_equal(f.enter.symbol, "AAPL    ", 8);
	}
	take_back(x, XSK_FRAMES);
	assert_int_equal(x->sent, ROUNDS * XSK_FRAMES);
	assert_int_equal(x->returned, x->sent);
	assert_int_equal(xsk_malformed(x), 0);
}

static void frames_run_out_and_come_back(void **state)
{
	struct xsk *x = *state;
	int frame[XSK_FRAMES];
	bool seen[XSK_FRAMES] = {0};
	struct order_frame f;
	uint32_t i;

	if (!is_root)
		skip();
	for (i = 0; i < XSK_FRAMES; i++) {
		frame[i] = xsk_take(x);
		assert_in_range(frame[i], 0, XSK_FRAMES - 1);
		assert_false(seen[frame[i]]);
		seen[frame[i]] = true;
	}
	assert_int_equal(xsk_take(x), -ENOBUFS);
	for (i = 0; i < XSK_FRAMES; i++) {
		assert_int_equal(xsk_send(x, (uint32_t)frame[i], FRAME_LEN),
				 0);
		wire_read(&f);
	}
	take_back(x, XSK_FRAMES);
	assert_true(xsk_take(x) >= 0);
}

/* A veth drops what its peer's MTU does not allow, as a full queue would. */
static void a_dropped_frame_is_counted_and_waited_for(void **state)
{
	struct xsk *x = *state;
	int frame;

	if (!is_root)
		skip();
	frame = xsk_take(x);
	assert_int_equal(system("ip link set far mtu 68"), 0);
	assert_int_equal(xsk_send(x, (uint32_t)frame, FRAME_LEN), 0);
	assert_int_equal(system("ip link set far mtu 1500"), 0);
	assert_int_equal(x->dropped, 1);
	assert_true(x->waiting);
	assert_int_equal(xsk_kick(x), 0);
	assert_false(x->waiting);
	take_back(x, XSK_FRAMES);
}

static void a_queue_has_one_socket(void **state)
{
	static struct xsk other;

	if (!is_root)
		skip();
	assert_int_equal(xsk_open(&other, "near", 0), -EBUSY);
	assert_null(other.area);
}

static void an_unknown_interface_is_refused(void **state)
{
	static struct xsk other;

	if (!is_root)
		skip();
	assert_int_equal(xsk_open(&other, "nosuch0", 0), -ENODEV);
	assert_null(other.area);
}

static void a_link_that_goes_down_is_waited_for(void **state)
{
	struct xsk *x = *state;
	int frame;

	if (!is_root)
		skip();
	frame = xsk_take(x);
	assert_int_equal(system("ip link set near down"), 0);
	assert_int_equal(xsk_send(x, (uint32_t)frame, FRAME_LEN), 0);
	assert_true(x->down && x->waiting);
	assert_int_equal(xsk_kick(x), 0);
	assert_true(x->down && x->waiting);
	assert_int_equal(system("ip link set near up"), 0);
	assert_int_equal(xsk_kick(x), 0);
	assert_false(x->down || x->waiting);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(orders_arrive_whole_and_in_order),
		T(frames_run_out_and_come_back),
		T(a_dropped_frame_is_counted_and_waited_for),
		T(a_queue_has_one_socket),
		T(an_unknown_interface_is_refused),
		T(a_link_that_goes_down_is_waited_for),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
