/* SPDX-License-Identifier: GPL-2.0 */
/*
 * glimpse_client - a client of the simulator's snapshot server over real TCP,
 * and a reading of SoupBinTCP, GLIMPSE and ITCH that is not the simulator's
 */
#ifndef HT_SELFTESTS_SIM_GLIMPSE_CLIENT_H
#define HT_SELFTESTS_SIM_GLIMPSE_CLIENT_H

#include "listener.h"

#include <uthash.h>

#include "../../user/sim/glimpse.h"

enum { STATES_MAX = 4096 };

struct alive {
	uint64_t ref;
	uint32_t shares, price;
	uint16_t locate;
	char side, stock[8], mpid[4];
	UT_hash_handle hh;
};

/* A message of a symbol's or the market's state, as it stands. */
struct said {
	uint32_t len;
	uint8_t bytes[50];
};

/* What a stream of ITCH messages comes to. */
struct tally {
	struct alive *orders;
	struct said said[STATES_MAX];	/* in no order */
	uint32_t states;
};

void tally_message(struct tally *t, const uint8_t *m, uint32_t len);
void tally_free(struct tally *t);
void expect_same(const struct tally *a, const struct tally *b);

/* The server, on a feed without a listener. */
struct office {
	struct studio studio;
	struct state state;
	struct glimpse glimpse;
};

void office_open(struct office *o, const struct glimpse_options *options);
void office_close(struct office *o);

/* What became of a connection. */
enum outcome {
	WHOLE,				/* up to the end of session */
	REJECTED,
	CLOSED,				/* too early */
	WRONG,				/* not what the protocols say */
};

struct client {
	int fd;
	uint8_t in[1 << 16];
	uint32_t have;
	enum outcome outcome;
	bool ended;			/* G was there */
	char reason;			/* of a rejection */
	char session[11];
	uint64_t seq;			/* in G */
	uint32_t packets, heartbeats;
	struct tally tally;
};

void client_connect(struct client *c, struct office *o);
void client_send(struct client *c, const void *bytes, size_t len);
/* Sends a login of fields that need not be padded. */
void client_login(struct client *c, const char *user, const char *password,
		  const char *session, const char *seq);
/* Serves and reads until the server closes, or something is wrong. */
enum outcome client_finish(struct client *c, struct office *o);
void client_close(struct client *c);

#endif
