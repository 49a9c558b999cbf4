/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame - an OUCH order as it leaves: Ethernet, IPv4, UDP, SoupBinTCP, Enter
 *
 * SoupBinTCP in a datagram is the laboratory transport, not an exchange
 * protocol.  Frames are built whole once and then only patched.
 */
#ifndef HT_FRAME_H
#define HT_FRAME_H

#include "ether.h"
#include "ouch.h"
#include "soupbin.h"

struct order_frame {
	struct ht_udp_frame headers;
	struct soup_header soup;
	struct ouch_enter enter;	/* tags follow */
} HT_PACKED;

/*
 * Writes all that an order of any content has; the room behind the frame must
 * hold OUCH_ENTER_MAX.  Return: the length of the frame in bytes.
 */
uint32_t frame_build(struct order_frame *f, const struct ht_udp_path *path,
		     const struct ouch_terms *terms);

/* Patches one order, and the UDP checksum, into a frame that was built. */
void frame_set(struct order_frame *f, const struct ouch_order *order);

/* Sends it to another station from now on. */
void frame_redirect(struct order_frame *f, const uint8_t mac[6]);

#endif
