/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drive - a session's messages into packets, the packets through the engine
 */
#ifndef PROOF_DRIVE_H
#define PROOF_DRIVE_H

#include "compare.h"

/* How packets are filled. */
struct packing {
	uint32_t messages;
	uint32_t bytes;			/* of UDP payload */
	uint64_t random;		/* not 0: 1 to `messages` of them */
};

/* How a session is to be proved. */
struct plan {
	struct packing packing;
	uint64_t whole_every;		/* messages between whole books */
	uint64_t orders;		/* capacities, 0: the default */
	uint64_t rows;
};

/*
 * Drives a BinaryFILE, or a capture in the packets it was captured in, through
 * the engine, and compares after each packet and at the end.
 * Return: 0, 1 for a difference, or negative errno.
 */
int drive(struct session *s, const char *path, struct plan *plan);

#endif
