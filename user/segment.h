/* SPDX-License-Identifier: GPL-2.0 */
/*
 * segment - an OUCH order as it leaves: Ethernet, IPv4, TCP, SoupBinTCP, Enter
 *
 * No I/O.  A frame is built whole once; then an order patches sequence, ACK,
 * window and timestamps, its own fields, and the checksum, of which the sum
 * over all that stays is kept.
 */
#ifndef HT_SEGMENT_H
#define HT_SEGMENT_H

#include "ether.h"
#include "ouch.h"
#include "soupbin.h"

enum {
	SEGMENT_MAX = sizeof(struct ht_tcp_frame) + sizeof(struct soup_header) +
		      OUCH_ENTER_MAX,
};

/* What the frames of a session have in common. */
struct segment_form {
	uint32_t head;		/* bytes before the payload */
	uint32_t payload;	/* bytes of it */
	uint32_t sum;		/* of what no order patches */
	int timestamps;		/* 1: they are there */
};

/*
 * Writes all that an order of any content has into SEGMENT_MAX bytes.  Every
 * frame that is built of the same path and terms has the same form.
 */
void segment_build(struct segment_form *form, void *frame,
		   const struct ht_tcp_path *path,
		   const struct ouch_terms *terms);

/* The same for a segment without data: an ACK. */
void segment_build_ack(struct segment_form *form, void *frame,
		       const struct ht_tcp_path *path);

/* Patches one order into a frame that was built. */
void segment_set(const struct segment_form *form, void *frame,
		 const struct ht_tcp_now *now, const struct ouch_order *order);

/* The SoupBinTCP packet in a frame, form->payload bytes. */
void *segment_payload(const struct segment_form *form, void *frame);

/* Sends it to another station from now on. */
void segment_redirect(void *frame, const uint8_t mac[6]);

#endif
