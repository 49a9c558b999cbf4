/* SPDX-License-Identifier: GPL-2.0 */
/*
 * recovery - what the feed misses, from the other line, from a re-request
 * server or from a snapshot
 *
 *   set aside by the program ──► held, by sequence ──► given back, in order
 *   asked for, and answered ───►
 *
 * A hole is given some time for the other line to fill it; then it is asked
 * for, in ranges of what fits a datagram, several at a time; what is not
 * answered is asked again, of the next server, with growing patience.  When no
 * server answers, when too much is missing, or when the feed is BAD, the book
 * is begun anew (rejoin.c): from a snapshot, or from the session's first
 * message.
 *
 * The program decides when the feed is LIVE.  Nothing here fires or sends an
 * order.
 */
#ifndef HT_RECOVERY_H
#define HT_RECOVERY_H

#include "glimpse.h"
#include "inject.h"
#include "instance.h"
#include "log.h"
#include "loop.h"
#include "reorder.h"
#include "replay.h"
#include "rerequest.h"

enum {
	RECOVERY_SERVERS = REREQUEST_SERVERS,
	RECOVERY_ASKS = 128,		/* ranges asked for at a time */
	RECOVERY_HELD = 65536,		/* packets, and */
	RECOVERY_BYTES = 256 << 20,	/* bytes; what comes then is asked for
					 * later
					 */
};

struct recovery_options {
	struct sockaddr_in rerequest[RECOVERY_SERVERS];
	int rerequests;
	struct sockaddr_in glimpse[RECOVERY_SERVERS];
	int glimpses;
	struct soup_credentials login;	/* of the GLIMPSE servers */
	uint64_t wait_ns;		/* for the other line */
	uint64_t snapshot_above;	/* messages that are missing */
};

#define RECOVERY_DEFAULTS						\
	((struct recovery_options){ .wait_ns = 2000000,			\
				    .snapshot_above = 100000 })

/* [from, to) was asked for, and not answered yet; free when from >= to. */
struct ask {
	uint64_t from;
	uint64_t to;
	uint64_t first_ns;	/* when it was asked for first, */
	uint64_t sent_ns;	/* and last */
	uint32_t tries;
};

enum rejoin_step {
	REJOIN_NOT,
	REJOIN_BEGIN,		/* at again_ns */
	REJOIN_EMPTYING,	/* the maps, a part a turn */
	REJOIN_FILLING,		/* from where there is something to be had */
	REJOIN_LOADING,		/* a snapshot */
	REJOIN_MEETING,		/* it waits for the lines to come so far */
};

struct rejoin {
	enum rejoin_step step;
	uint64_t emptied;	/* bytes */
	uint64_t again_ns;
	uint64_t until_ns;	/* of the loading, then of the meeting */
	int server;		/* GLIMPSE, the next one to be asked */
	uint32_t failures;	/* in a row */
	char why[GLIMPSE_WORDS]; /* the last one, in words */
	struct glimpse glimpse;
	struct source source;
	struct replay into;	/* the program */
	uint64_t snapshots;	/* loaded */
	uint64_t failed;
	bool at_first;		/* the book begins at the session's first
				 * message: all that is missing is asked for
				 */
	uint64_t from_start;	/* begun there */
};

struct recovery {
	const struct recovery_options *options;
	struct instance *in;
	struct loop *loop;
	struct log *log;
	struct inject inject;
	int recover_fd;			/* program ht_recover */
	struct reorder held;
	struct rerequest rerequest;
	struct source replies;
	struct source timer;
	uint64_t deadline_ns;		/* of the timer; 0: it sleeps */
	bool news;			/* since the last turn */

	struct ask ask[RECOVERY_ASKS];
	uint64_t asked_to;		/* everything below is held, or asked */
	uint64_t tail;			/* the feed's when we last looked, */
	uint64_t tail_ns;		/* and since when */
	uint64_t seen_tail;		/* of packets set aside */
	uint32_t chunk;			/* messages to ask for at a time */
	uint64_t moved_to;		/* what is missing first, */
	uint64_t moved_ns;		/* and since when, 0: it was not asked
					 * for
					 */
	uint64_t reply_ns;		/* what a reply takes, smoothed */
	char other[MOLD_SESSION_LEN];	/* session of a foreign packet, */
	uint64_t other_ns;		/* the last one, and when; 0: none */
	struct rejoin rejoin;

	uint64_t given;			/* packets, to the program */
	uint64_t malformed;		/* set aside, but no MoldUDP64 */
	uint64_t known;			/* ... of which all was in the book */
	uint64_t twice;			/* ... or held already */
	uint64_t overflow;		/* ... with no room to hold them */
	uint64_t asked_again;		/* ranges, after no answer */
	uint64_t refilled;		/* messages that servers brought */
	uint64_t worst_ns;		/* longest turn of ours */
};

/*
 * Opens the programs' pins and the sockets; r->in, loop and log are the
 * caller's.  Prints one line on failure.  Return: 0 or negative errno.
 */
int recovery_open(struct recovery *r, const struct recovery_options *options);
void recovery_close(struct recovery *r);

/* Polls what there is to poll.  Return: 0 or negative errno. */
int recovery_listen(struct recovery *r);

/* Takes the payload of a packet that was set aside; an aside_sink. */
int recovery_packet(void *recovery, const uint8_t *payload, uint32_t len);

/* Does what is due, when something came in or it is time; each turn.
 * Return: 0 or an error that ends the controller.
 */
int recovery_turn(struct recovery *r);

/* The same whether anything came in or not; every 10 ms. */
int recovery_beat(struct recovery *r);

/* -- between recovery.c, ask.c and rejoin.c ----------------------------- */

/* Wakes us at ns, or earlier. */
void recovery_wake_at(struct recovery *r, uint64_t ns);

/* Since when the hole is known: the packet behind it came, or the tail rose. */
uint64_t recovery_hole_since(const struct recovery *r,
			     const struct hole *hole);

/* Whether there is no room for more than the packet whose turn it is. */
bool recovery_is_full(const struct recovery *r);

/* Forgets what is held and asked for. */
void recovery_forget(struct recovery *r);

/*
 * Asks for what is missing: again for what was not answered in time, then for
 * what nobody was asked for yet.  Return: 0 or an error.
 */
int asks_run(struct recovery *r, uint64_t now_ns);

/* Whether nobody has told us anything useful for long. */
bool asks_in_vain(const struct recovery *r, uint64_t now_ns);

void asks_forget(struct recovery *r);
int asks_open(struct recovery *r);
int asks_listen(struct recovery *r);

/* Begins the book anew as soon as it may. */
void rejoin_start(struct recovery *r);

/* Whether there is anything to begin it from. */
bool rejoin_possible(const struct recovery *r);

/* The next step of it, when it is due.  Return: 0 or an error. */
int rejoin_run(struct recovery *r, uint64_t now_ns);

void rejoin_close(struct recovery *r);

#endif
