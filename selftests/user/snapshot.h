/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snapshot - a TCP server on the loopback, which says what a test has it say,
 * and a glimpse client, both driven by hand
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "../../user/clock.h"
#include "../../user/glimpse.h"

#define LITERAL(text)	(text), sizeof(text) - 1
/* of `me` */
#define LOGIN		"\0\57Lme    secret              " \
			"                   1"
#define ACCEPTED	"\0\37A" "000010059B" "                   1"
#define END		"\0\26SG" "            14757721"

enum { SCRIPT_MAX = 4 << 20 };

struct world {
	int listener;
	int server;			/* the connection, as it sees it */
	struct sockaddr_in address;
	struct glimpse g;
	char *script;			/* what the server is to say */
	size_t len;
	size_t said;
	uint64_t taken;			/* messages that the sink got */
	uint64_t order;			/* and in which order: a hash */
	uint64_t expected;		/* the same of the script */
	int err;			/* what the sink answers */
};

extern const struct soup_credentials me;

int world_setup(void **state);
int world_teardown(void **state);

/* Ends a connection, for another one to follow. */
void hang_up(struct world *w);

void script_add(struct world *w, const void *bytes, size_t len);

/* A message of this type and length, each with another body. */
void script_message(struct world *w, char type, size_t len);

/* One message of each type that ITCH has.  Return: how many. */
uint64_t script_messages(struct world *w);

/* The server says more of its script, at most that many bytes. */
void say(struct world *w, size_t most);

/* The client's sink; its context is the world. */
int message_take(void *context, const uint8_t *itch, size_t len);

/* Connects, logs in, and has the server read that. */
void log_in(struct world *w, const struct soup_limits *limits);

/* Waits for what the client wants.  Return: of glimpse_event(). */
int event(struct world *w);

/* The server says all it has to say, and the client takes it.  Return: how it
 * ended, 0: not yet.
 */
int play(struct world *w);

/* The same, and the server closes.  Return: how it ended. */
int play_and_close(struct world *w);

#endif
