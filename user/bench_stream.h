/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_stream - a session in memory, as the frames that a line carries
 *
 * Frames are made before anything is measured, and filled as the exchange
 * fills them: as many messages as an MTU of 1,500 bytes holds.
 */
#ifndef HT_BENCH_STREAM_H
#define HT_BENCH_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct stream {
	uint8_t *bytes;		/* of each frame its length (u16), then it */
	size_t used;
	size_t room;
	size_t open;		/* where the packet being filled begins */
	uint32_t count;		/* messages in it; 0: none is open */
	uint32_t most;		/* of them; 0: as many as fit */
	uint64_t seq;		/* of the next packet's first message */
	uint64_t messages;
	uint64_t packets;
};

/* Where a reader stands in a stream; starts as {0}. */
struct stream_place {
	size_t at;
	uint64_t packets;	/* behind it */
};

/* An empty stream whose first message will have this sequence number. */
void stream_init(struct stream *s, uint64_t seq);
void stream_free(struct stream *s);

/* Appends a message; a packet that has no room for it is closed before.
 * Return: 0, -ENOMEM, or -EMSGSIZE when it fits no packet.
 */
int stream_message(struct stream *s, const uint8_t *message, uint32_t length);

/* Closes the packet that is being filled, if any. */
void stream_flush(struct stream *s);

/* Appends a packet without messages.  Return: 0 or -ENOMEM. */
int stream_heartbeat(struct stream *s);

/*
 * Appends each message of one of the frames in a packet of its own.
 * Return: 0 or -ENOMEM.
 */
int stream_take_apart(struct stream *s, const uint8_t *frame, uint32_t len);

/* The next frame and its length in bytes, or NULL at the end. */
const uint8_t *stream_next(const struct stream *s, struct stream_place *place,
			   uint32_t *len);

/* -- what is put into one ------------------------------------------------ */

/* bench_slice.c: each message of a BinaryFILE of one symbol for so many of
 * them, with fresh references.  Return: 0 or negative errno, said on stderr.
 */
int stream_slice(struct stream *s, const char *path, uint64_t messages,
		 uint32_t *symbols);

/* What `hairtrigger-sim generate` is asked for. */
struct session {
	uint64_t messages;
	uint32_t symbols;
	uint64_t live;		/* orders at the plateau */
	const char *profile;	/* touch or deep */
};

/* A whole market, and a day of it. */
enum { MARKET_SYMBOLS = 8000, MARKET_LIVE = 1400000 };
#define MARKET_MESSAGES	20000000ull

/* -- bench_generate.c -- */

/* So much of a whole market as messages are of MARKET_MESSAGES, 1 at least. */
uint64_t market_part(uint64_t whole, uint64_t messages);

/* Return: 0 or negative errno, said on stderr. */
int stream_generate(struct stream *s, const struct session *session);

#endif
