// SPDX-License-Identifier: GPL-2.0
#include "frame.h"

#include <string.h>

uint32_t frame_build(struct order_frame *f, const struct ht_udp_path *path,
		     const struct ouch_terms *terms)
{
	uint32_t message = ouch_enter_init(&f->enter, terms);
	uint32_t payload = sizeof(f->soup) + message;

	put_be16(&f->soup.length, (uint16_t)(1 + message));
	f->soup.type = SOUP_UNSEQUENCED;
	udp_frame_build(&f->headers, path, payload);
	return sizeof(f->headers) + payload;
}

void frame_set(struct order_frame *f, const struct ouch_order *order)
{
	ouch_enter_set(&f->enter, order);
	udp_frame_check(&f->headers);
}

void frame_redirect(struct order_frame *f, const uint8_t mac[6])
{
	memcpy(f->headers.eth.h_dest, mac, 6);
}
