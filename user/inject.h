/* SPDX-License-Identifier: GPL-2.0 */
/*
 * inject - a MoldUDP64 packet into the loaded program, as if it had arrived
 *
 * By BPF_PROG_TEST_RUN: history (user/replay.c) and what was missing
 * (user/recovery.c) go the way of live packets.
 */
#ifndef HT_INJECT_H
#define HT_INJECT_H

#include <stdint.h>

#include "ether.h"
#include "maps.h"

enum {
	INJECT_HEAD = sizeof(struct ht_udp_frame),
	INJECT_FRAME = 14 + 65535,	/* Ethernet, the longest IP packet */
	INJECT_PAYLOAD = INJECT_FRAME - INJECT_HEAD,
};

struct inject {
	int prog_fd;
	const struct ht_feed *feed;	/* we arrive on its first line */
	uint64_t packets;
	uint64_t ns;			/* in the program, says the kernel */
	uint64_t busy;			/* tries that met another CPU */
	uint8_t frame[INJECT_FRAME];
};

void inject_init(struct inject *i, const struct ht_feed *feed, int prog_fd);

/* Where the payload is written before inject_run(): INJECT_PAYLOAD bytes. */
static inline uint8_t *inject_payload(struct inject *i)
{
	return i->frame + INJECT_HEAD;
}

/*
 * Runs the packet of len bytes that stands at inject_payload().
 * Return: 0, whatever the program made of it; -EAGAIN when another CPU held the
 * feed each time we tried; -EPROTO when the program did not take it for the
 * feed's; or another negative errno.
 */
int inject_run(struct inject *i, uint32_t len);

#endif
