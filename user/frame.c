// SPDX-License-Identifier: GPL-2.0
#include "frame.h"

#include <netinet/in.h>
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
	struct ht_udp_frame *h = &f->headers;
	uint32_t len = get_be16(&h->udp.len);
	uint32_t sum;
	uint16_t check;

	ouch_enter_set(&f->enter, order);
	put_be16(&h->udp.check, 0);
	/* pseudo header: addresses, protocol, length */
	sum = csum_add(IPPROTO_UDP + len, &h->ip.saddr, 8);
	check = csum_fold(csum_add(sum, &h->udp, len));
	/* a sum of 0 would mean that there is none */
	put_be16(&h->udp.check, check ? check : 0xffff);
}

void frame_redirect(struct order_frame *f, const uint8_t mac[6])
{
	memcpy(f->headers.eth.h_dest, mac, 6);
}
