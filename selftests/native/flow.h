/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow - a random stream of the messages that change a book
 *
 * It remembers which orders live, so that most messages make sense; the
 * others are wrong on purpose, in every way the book has a rule for.
 */
#ifndef FLOW_H
#define FLOW_H

#include "compose.h"

enum { FLOW_ORDERS = 1 << 16 };

/* What kind of market it is; zeros give a sensible one. */
struct flow_shape {
	uint32_t locates;	/* symbols 1 to locates; 0: 1 */
	uint32_t live;		/* orders it hovers around; 0: 200 */
	uint32_t middle_px;	/* 1e-4 dollars; 0: 100 dollars */
	uint32_t width;		/* 1e-4 dollars each way; 0: 1 dollar */
	uint32_t fine_per_mille; /* prices off the cent */
	uint32_t bad_per_mille;	/* messages that cannot be */
};

struct flow_order {
	uint64_t ref;
	uint32_t shares;
	uint16_t locate;
};

struct flow {
	struct flow_shape shape;
	uint64_t random;
	uint64_t next_ref;
	uint32_t count;
	struct flow_order order[FLOW_ORDERS];
};

void flow_init(struct flow *f, uint64_t seed, struct flow_shape shape);
struct msg flow_next(struct flow *f);
/* Deletes of all that live; len 0 when none is left. */
struct msg flow_drain(struct flow *f);

#endif
