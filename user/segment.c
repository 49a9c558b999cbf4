// SPDX-License-Identifier: GPL-2.0
#include "segment.h"

#include <stddef.h>
#include <string.h>

struct payload {
	struct soup_header soup;
	struct ouch_enter enter;	/* tags follow */
} HT_PACKED;

/* What ouch_enter_set() writes; both begin at an even offset of the segment,
 * so each can be summed up by itself.
 */
enum {
	FIELDS = offsetof(struct payload, enter.urn),
	FIELDS_LEN = offsetof(struct ouch_enter, tif) -
		     offsetof(struct ouch_enter, urn),
	CLORDID = offsetof(struct payload, enter.clordid),
};
_Static_assert(FIELDS % 2 == 0 && CLORDID % 2 == 0,
	       "patched fields must begin at even offsets");

void segment_build(struct segment_form *form, void *frame,
		   const struct ht_tcp_path *path,
		   const struct ouch_terms *terms)
{
	struct payload *p;
	uint32_t message;

	form->timestamps = path->timestamps;
	form->head = tcp_head_len(path->timestamps);
	p = segment_payload(form, frame);
	message = ouch_enter_init(&p->enter, terms);
	put_be16(&p->soup.length, (uint16_t)(1 + message));
	p->soup.type = SOUP_UNSEQUENCED;
	form->payload = sizeof(p->soup) + message;
	form->sum = tcp_frame_build(frame, path, form->payload);
	form->sum = csum_add(form->sum, p, form->payload);
}

void segment_build_ack(struct segment_form *form, void *frame,
		       const struct ht_tcp_path *path)
{
	form->timestamps = path->timestamps;
	form->head = tcp_head_len(path->timestamps);
	form->payload = 0;
	form->sum = tcp_frame_build(frame, path, 0);
}

void segment_set(const struct segment_form *form, void *frame,
		 const struct ht_tcp_now *now, const struct ouch_order *order)
{
	struct payload *p = segment_payload(form, frame);
	uint32_t sum = form->sum;

	ouch_enter_set(&p->enter, order);
	sum = csum_add(sum, (uint8_t *)p + FIELDS, FIELDS_LEN);
	sum = csum_add(sum, (uint8_t *)p + CLORDID, OUCH_CLORDID_LEN);
	tcp_frame_set(frame, form->timestamps, now, sum);
}

void *segment_payload(const struct segment_form *form, void *frame)
{
	return (uint8_t *)frame + form->head;
}

void segment_redirect(void *frame, const uint8_t mac[6])
{
	memcpy(((struct ht_tcp_frame *)frame)->eth.h_dest, mac, 6);
}
