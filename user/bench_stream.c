// SPDX-License-Identifier: GPL-2.0
#include "bench_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ether.h"
#include "moldudp64.h"
#include "replay.h"

enum {
	STREAM_HEAD = sizeof(struct ht_udp_frame) + sizeof(struct mold_header),
	STREAM_FRAME = sizeof(struct ethhdr) + REPLAY_MTU,
	STREAM_ROOM = 1 << 20,		/* bytes, to begin with */
};

static const char stream_session[MOLD_SESSION_LEN + 1] = "BENCH     ";

void stream_init(struct stream *s, uint64_t seq)
{
	*s = (struct stream){ .seq = seq };
}

void stream_free(struct stream *s)
{
	free(s->bytes);
	*s = (struct stream){0};
}

/* Makes sure that one more frame of any size fits. */
static int stream_reserve(struct stream *s)
{
	size_t room = s->room ? 2 * s->room : STREAM_ROOM;
	uint8_t *bytes;

	if (s->room - s->used > 2 * (sizeof(uint16_t) + STREAM_FRAME))
		return 0;
	bytes = realloc(s->bytes, room);
	if (!bytes)
		return -ENOMEM;
	s->bytes = bytes;
	s->room = room;
	return 0;
}

static void stream_begin(struct stream *s)
{
	s->open = s->used;
	s->used += sizeof(uint16_t) + STREAM_HEAD;
}

static size_t stream_open_bytes(const struct stream *s)
{
	return s->used - s->open - sizeof(uint16_t);
}

/* Puts the headers before what stands in the open packet. */
static void stream_close(struct stream *s)
{
	struct ht_udp_path path = {
		.dst_mac = { 0x01, 0x00, 0x5e, 0x36, 0x0c, 0x6f },
		.src_mac = { 0x02, 0, 0, 0, 0, 1 },
		.src_ip = htonl(0x0a000001),
		.src_port = htons(replay_line.port),
		.dst_port = htons(replay_line.port),
		.ttl = 1,
	};
	uint16_t len = (uint16_t)stream_open_bytes(s);
	uint8_t *frame = s->bytes + s->open + sizeof(len);
	struct mold_header *m =
		(struct mold_header *)(frame + sizeof(struct ht_udp_frame));

	memcpy(m->session, stream_session, MOLD_SESSION_LEN);
	put_be64(&m->seq, s->seq);
	put_be16(&m->count, (uint16_t)s->count);
	memcpy(&path.dst_ip, replay_line.group, sizeof(path.dst_ip));
	udp_frame_build((struct ht_udp_frame *)frame, &path,
			len - (uint32_t)sizeof(struct ht_udp_frame));
	memcpy(s->bytes + s->open, &len, sizeof(len));
	s->seq += s->count;
	s->count = 0;
	s->packets++;
}

void stream_flush(struct stream *s)
{
	if (s->count)
		stream_close(s);
}

int stream_message(struct stream *s, const uint8_t *message, uint32_t length)
{
	uint32_t block = MOLD_BLOCK_HEAD + length;

	if (STREAM_HEAD + block > STREAM_FRAME)
		return -EMSGSIZE;
	if (s->count && (s->count == s->most ||
			 stream_open_bytes(s) + block > STREAM_FRAME))
		stream_close(s);
	if (stream_reserve(s))
		return -ENOMEM;
	if (!s->count)
		stream_begin(s);
	put_be16(s->bytes + s->used, (uint16_t)length);
	memcpy(s->bytes + s->used + MOLD_BLOCK_HEAD, message, length);
	s->used += block;
	s->count++;
	s->messages++;
	return 0;
}

int stream_heartbeat(struct stream *s)
{
	stream_flush(s);
	if (stream_reserve(s))
		return -ENOMEM;
	stream_begin(s);
	stream_close(s);
	return 0;
}

int stream_take_apart(struct stream *s, const uint8_t *frame, uint32_t len)
{
	uint32_t at, length;
	int err = 0;

	for (at = STREAM_HEAD; at + MOLD_BLOCK_HEAD <= len && !err;
	     at += MOLD_BLOCK_HEAD + length) {
		length = get_be16(frame + at);
		err = stream_message(s, frame + at + MOLD_BLOCK_HEAD, length);
		stream_flush(s);
	}
	return err;
}

const uint8_t *stream_next(const struct stream *s, struct stream_place *place,
			   uint32_t *len)
{
	const uint8_t *frame;
	uint16_t length;

	if (place->at >= s->used)
		return NULL;
	memcpy(&length, s->bytes + place->at, sizeof(length));
	frame = s->bytes + place->at + sizeof(length);
	place->at += sizeof(length) + length;
	place->packets++;
	*len = length;
	return frame;
}
