/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine - the loaded program under proof, and its maps
 */
#ifndef PROOF_ENGINE_H
#define PROOF_ENGINE_H

#include "native/compose.h"
#include "instance.h"
#include "replay.h"

struct hairtrigger_bpf;

struct engine {
	struct hairtrigger_bpf *skel;
	struct instance in;
	struct replay replay;
	struct ht_counters before;	/* as read the time before */
	struct ht_counters now;		/* as read last */
};

/* An order as the engine keeps it. */
struct engine_order {
	uint64_t ref;
	uint16_t locate;
	uint32_t shares;
	uint32_t px;			/* 1e-4 dollars */
	enum ht_side side;
};

/*
 * Loads the program for so many orders and rows of levels (0: the default).
 * Prints one line on failure.  Return: 0 or negative errno.
 */
int engine_load(struct engine *e, uint64_t orders, uint64_t rows);
void engine_unload(struct engine *e);

/* Runs one packet.  Return: 0 or negative errno, -EBADMSG when the feed is
 * BAD.
 */
int engine_run(struct engine *e, const struct packet *p);

/* Reads the counters.  Return: 0 or negative errno. */
int engine_count(struct engine *e);

/* Orders and levels the engine refused between the last two readings. */
uint64_t engine_refused(const struct engine *e);

/* Slots of the table of orders. */
uint32_t engine_slots(const struct instance *in);

/* Reads one of them.  Return: whether an order is in it. */
bool engine_order(const struct instance *in, uint32_t slot,
		  struct engine_order *order);

#endif
