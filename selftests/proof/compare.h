/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compare - engine and reference, side by side
 *
 * What they must agree on after every packet is in compare.c; what is looked at
 * now and then, and at the end, in whole.c.  The first difference is said in
 * one line.
 *
 * The reference knows no limits.  A symbol of which the engine refused an
 * order or a level for want of room is `lost`: it must be BAD from then on,
 * its figures are not compared any more, and all other symbols' are at once.
 */
#ifndef PROOF_COMPARE_H
#define PROOF_COMPARE_H

#include "reference/book.h"

#include "engine.h"

/* What must become of a symbol. */
enum expect {
	EXPECT_EQUAL,		/* the reference's book; never lost */
	EXPECT_LOST,		/* refused room, BAD */
	EXPECT_EITHER,
};

enum {
	PACKET_MESSAGES = 4096,	/* more than any packet has room for */
	COUNT_EVERY = 1024,	/* packets of a file that counted nothing */
};

struct session {
	const char *name;		/* of the file or stream */
	struct engine engine;
	struct ref_book reference;
	const uint8_t *expect;		/* [REF_LOCATES], NULL: all equal */
	uint64_t refused;		/* orders to be refused, 0: any */
	bool lost[REF_LOCATES];
	uint32_t lost_symbols;
	/* the packet run last, or being filled */
	uint64_t first;			/* number of its first message */
	uint32_t messages;
	char types[PACKET_MESSAGES];
	uint16_t touched[PACKET_MESSAGES]; /* each message's locate */
	struct ref_book counted;	/* as of the engine's last reading */
};

/* Takes the progress line off the terminal, if there is one. */
void line_clear(void);

/* One line on stderr that begins with the session and the packet's messages.
 * Return: 1, which is what every comparison returns for a difference.
 */
int differs(const struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * What the packet run last touched, and what it counted.  To read the engine's
 * counters is a system call: of a file they are read when a BAD symbol was
 * touched, which is when there should be something to read, and now and then.
 * Return: 0, 1 for a difference, or negative errno.
 */
int compare_packet(struct session *s);

/* Reads the counters, and finds who was refused something.  Return: as above.
 */
int compare_counted(struct session *s);

/* Best bid and offer of every symbol, and the totals.  Return: as above. */
int compare_tops(const struct session *s);

/* The whole book: levels, orders, crc (whole.c).
 * Return: as above, or negative errno.
 */
int compare_whole(const struct session *s);

/* At the end: who had to be refused something was, and so often.
 * Return: 0, 1 for a difference.
 */
int compare_expected(const struct session *s);

#endif
