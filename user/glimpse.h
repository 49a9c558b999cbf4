/* SPDX-License-Identifier: GPL-2.0 */
/*
 * glimpse - one snapshot from a GLIMPSE 5.0 server
 *
 * A TCP connection that never blocks: poll its fd for what glimpse_wants(),
 * call glimpse_event() when that is there and glimpse_beat() every now and
 * then, all until one of them returns something else than 0.  The messages of
 * the snapshot go to a sink as they come; only when End of Snapshot has come
 * were they all of it.
 *
 * A message that is not as long as ITCH 5.0 says, a break in the framing, or a
 * snapshot that does not begin at its beginning makes all of it worthless.
 * Types that ITCH 5.0 does not know are counted and passed on.
 */
#ifndef HT_GLIMPSE_H
#define HT_GLIMPSE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "soup.h"

enum {
	GLIMPSE_TURN = 256 << 10,	/* bytes taken in one call */
	GLIMPSE_WORDS = 192,
};

struct glimpse {
	int fd;
	bool connected;
	bool done;
	uint64_t seq;			/* when done: of the first message that
					 * the snapshot does not hold
					 */
	char words[GLIMPSE_WORDS];	/* why it failed */
	uint64_t messages;		/* without End of Snapshot */
	uint64_t of_type[256];		/* of them, by type */
	uint64_t unknown;		/* of them, those of unknown types */
	uint64_t unsequenced;		/* packets, which GLIMPSE has none of:
					 * dropped
					 */
	uint64_t bytes;			/* of the stream */
	uint64_t beats;			/* heartbeats of ours */
	struct soup_limits limits;
	uint64_t beat_ns;		/* when glimpse_beat() came last */
	uint64_t heard_ns;		/* when it last went on: opened, logged
					 * in, a message
					 */
	uint64_t sent_ns;		/* when we last said something */
	uint8_t out[sizeof(struct soup_login_request)];
	size_t out_at;			/* what is still to be sent is */
	size_t out_len;			/* [out_at, out_len) */
	struct soup soup;
};

/*
 * Takes one message of len bytes, at least one.
 * Return: 0 or an error that ends all.
 */
struct glimpse_sink {
	int (*message)(void *context, const uint8_t *itch, size_t len);
	void *context;
};

/*
 * Starts to connect and to log in; of the credentials the sequence number is
 * ignored.  limits NULL: SoupBinTCP's own.
 * Return: 0, -EINVAL for credentials that do not fit, or another negative
 * errno, with words and nothing to close.
 */
int glimpse_open(struct glimpse *g, const struct sockaddr_in *server,
		 const struct soup_credentials *credentials,
		 const struct soup_limits *limits);

/* Logs out, if the network takes it at once, and closes. */
void glimpse_close(struct glimpse *g);

/* Return: events to poll the fd for, POLLIN and POLLOUT. */
short glimpse_wants(const struct glimpse *g);

/*
 * Takes what has arrived, at most GLIMPSE_TURN bytes (poll tells of the rest),
 * and sends what waits.
 * Return: 0 go on, 1 done, the sink's error, or with words
 * -EACCES	the login was rejected
 * -EBADMSG	the stream is broken
 * -EPIPE	the server ended it before End of Snapshot
 * -ECONNRESET, -ECONNREFUSED, -ETIMEDOUT...	what TCP says
 */
int glimpse_event(struct glimpse *g, const struct glimpse_sink *sink);

/*
 * Sends a heartbeat when we were silent for heartbeat_ns, and gives up when for
 * silence_ns neither a login nor a message came; the server's heartbeats alone
 * are no progress.  Call it more often than every heartbeat_ns: after a longer
 * time, in which nobody read what the server said, its silence counts anew.
 * Return: 0, or -ETIMEDOUT with words.
 */
int glimpse_beat(struct glimpse *g, uint64_t now_ns);

#endif
