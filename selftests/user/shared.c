// SPDX-License-Identifier: GPL-2.0
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/clock.h"

struct orders_wire wire;
struct delegate d;
int fd, peer;
uint8_t sent[SHARED_STREAM], got[SHARED_STREAM];
uint32_t sent_len, got_len;
static uint64_t number;			/* of the next order */

/* -- a connection ---------------------------------------------------------- */

void sysctl_set(const char *name, const char *value)
{
	char path[96];
	int f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	f = open(path, O_WRONLY);
	assert_true(f >= 0);
	assert_int_equal(write(f, value, strlen(value)), strlen(value));
	close(f);
}

void link_set(bool up)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq r = { .ifr_name = "near", .ifr_flags = up ? IFF_UP : 0 };

	assert_int_equal(ioctl(s, SIOCSIFFLAGS, &r), 0);
	close(s);
}

void readable(int socket)
{
	struct pollfd p = { .fd = socket, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

/* The exchange says something; we read it. */
void peer_says(uint32_t len)
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
	fd = orders_wire_connect();
	assert_true(fd >= 0);
	readable(listener);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	close(listener);
	assert_int_equal(orders_wire_delegate(&wire, &d, fd), 0);
	peer_says(3);
}

int shared_setup(void **state)
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

int shared_teardown(void **state)
{
	if (fd < 0)
		return 0;
	delegate_close(&d);
	close(peer);
	close(fd);
	return 0;
}

void reconnect(int receive_buffer)
{
	shared_teardown(NULL);
	connection_open(receive_buffer);
}

/* -- orders ---------------------------------------------------------------- */

/* Sends the next order and notes its bytes.  Return: as delegate_send(). */
int order(enum delegate_reason *reason)
{
	struct soup_header *soup = (struct soup_header *)(sent + sent_len);
	struct ouch_order o;
	int err;

	assert_true(sent_len + ORDERS_LEN <= SHARED_STREAM);
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
void hot(void)
{
	enum delegate_reason reason;

	assert_int_equal(order(&reason), 0);
	if (reason == DELEGATE_LATE)
		return;
	assert_string_equal(delegate_words(reason),
			    delegate_words(DELEGATE_NONE));
}

void heartbeat(void)
{
	static const uint8_t beat[] = { 0, 1, 'R' };

	assert_int_equal(delegate_plain(&d, beat, sizeof(beat)), 0);
	memcpy(sent + sent_len, beat, sizeof(beat));
	sent_len += sizeof(beat);
}

/* The exchange reads all that was sent. */
void peer_reads(void)
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

int unacknowledged(void)
{
	int left = -1;

	assert_int_equal(ioctl(fd, SIOCOUTQ, &left), 0);
	return left;
}

int64_t timeouts(void)
{
	return orders_wire_count("netstat", "TcpExt", "TCPTimeouts");
}

void filter_set(int socket, bool drop_all)
{
	int none = 0;

	if (drop_all)
		assert_int_equal(orders_wire_lose(socket, 1000), 0);
	else
		assert_int_equal(setsockopt(socket, SOL_SOCKET,
					    SO_DETACH_FILTER, &none,
					    sizeof(none)), 0);
}

int shared_group_setup(void **state)
{
	return geteuid() ? 0 : orders_wire_open(&wire);
}

int shared_group_teardown(void **state)
{
	if (wire.near)
		orders_wire_close(&wire);
	return 0;
}
