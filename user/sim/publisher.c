// SPDX-License-Identifier: GPL-2.0
#include "publisher.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "wire.h"

/*
 * Half of what the kernel then allows (it doubles the value).  That many bytes
 * of socket buffers are fewer datagrams than the 256 slots of a veth's receive
 * ring, so a slow receiver there makes the sender wait and loses nothing.
 */
enum { SEND_BUFFER = 65536 };

static int set_option(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_IP, option, &value, sizeof(value));
}

static int socket_configure(int fd, const struct publisher_options *o)
{
	struct sockaddr_in source = {
		.sin_family = AF_INET,
		.sin_addr = o->interface,
	};
	struct ip_mreqn interface = { .imr_address = o->interface };
	int buffer = SEND_BUFFER;

	/* IP_RECVERR: without it a full queue drops datagrams and says so to
	 * nobody (ip(7)).
	 */
	if (bind(fd, (struct sockaddr *)&source, sizeof(source)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface,
		       sizeof(interface)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)) ||
	    set_option(fd, IP_MULTICAST_TTL, 1) ||
	    set_option(fd, IP_MULTICAST_LOOP, 0) ||
	    set_option(fd, IP_MTU_DISCOVER, IP_PMTUDISC_DO) ||
	    set_option(fd, IP_RECVERR, 1))
		return -errno;
	return 0;
}

int publisher_open(struct publisher *p, const struct publisher_options *o)
{
	int err;

	*p = (struct publisher){ .options = *o, .seq = 1 };
	publisher_clear(p);
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		return -errno;
	err = socket_configure(p->fd, o);
	if (err)
		publisher_close(p);
	return err;
}

void publisher_close(struct publisher *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void publisher_clear(struct publisher *p)
{
	p->seq += p->count;
	p->count = 0;
	p->len = sizeof(struct mold_header);
}

bool publisher_add(struct publisher *p, const void *message, uint32_t len)
{
	uint8_t *block = p->packet + p->len;

	if (p->count >= p->options.per_packet ||
	    len > p->options.payload - p->len ||
	    MOLD_BLOCK_HEAD > p->options.payload - p->len - len)
		return false;
	put_be16(block, (uint16_t)len);
	memcpy(block + MOLD_BLOCK_HEAD, message, len);
	p->len += MOLD_BLOCK_HEAD + len;
	p->count++;
	return true;
}

static int packet_send(struct publisher *p, uint16_t count, uint32_t len)
{
	struct mold_header *head = (void *)p->packet;
	ssize_t sent;

	memcpy(head->session, p->options.session, sizeof(head->session));
	put_be64(&head->seq, p->seq);
	put_be16(&head->count, count);
	p->sent_ns = clock_ns(CLOCK_REALTIME);
	sent = sendto(p->fd, p->packet, len, 0,
		      (struct sockaddr *)&p->options.group,
		      sizeof(p->options.group));
	if (sent < 0) {
		p->busy += errno == EAGAIN || errno == ENOBUFS;
		return -errno;
	}
	return 0;
}

int publisher_send(struct publisher *p)
{
	int err = packet_send(p, (uint16_t)p->count, p->len);

	if (err)
		return err;
	p->messages += p->count;
	p->packets++;
	p->bytes += p->len;
	return 0;
}

int publisher_send_empty(struct publisher *p, uint16_t count)
{
	int err = packet_send(p, count, sizeof(struct mold_header));

	if (err)
		return err;
	if (count == MOLD_HEARTBEAT)
		p->heartbeats++;
	else
		p->ends++;
	return 0;
}
