// SPDX-License-Identifier: GPL-2.0
#include "session_stream.h"

#include <errno.h>
#include <string.h>

#include "wire.h"

/* Bytes of the packet whose head is at the front. */
static uint32_t packet_len(const struct session_stream *s)
{
	const struct soup_header *head = (const void *)(s->bytes + s->begin);

	return SOUP_LENGTH_LEN + get_be16(&head->length);
}

uint8_t *session_stream_room(struct session_stream *s, size_t *len)
{
	uint32_t have = s->end - s->begin, want = SESSION_READ;

	memmove(s->bytes, s->bytes + s->begin, have);
	s->begin = 0;
	s->end = have;
	if (s->skip)
		want = s->skip < sizeof(s->bytes) ? s->skip :
						    sizeof(s->bytes);
	else if (have >= sizeof(struct soup_header))
		want = packet_len(s);
	*len = want - have;
	return s->bytes + have;
}

void session_stream_filled(struct session_stream *s, size_t len)
{
	if (s->skip)
		s->skip -= (uint32_t)len;
	else
		s->end += (uint32_t)len;
}

int session_stream_next(struct session_stream *s, struct session_packet *p)
{
	const uint8_t *at = s->bytes + s->begin;
	const struct soup_header *head = (const void *)at;
	uint32_t have = s->end - s->begin, len;

	if (have < sizeof(*head))
		return 0;
	len = packet_len(s);
	if (len < sizeof(*head))
		return -EBADMSG;
	*p = (struct session_packet){
		.type = head->type,
		.len = len - (uint32_t)sizeof(*head),
	};
	if (len > sizeof(s->bytes)) {
		s->skip = len - have;
		s->begin = s->end = 0;
		return 1;
	}
	if (have < len)
		return 0;
	p->payload = at + sizeof(*head);
	s->begin += len;
	return 1;
}
