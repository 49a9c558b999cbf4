/* SPDX-License-Identifier: GPL-2.0 */
/*
 * membership - has the feed's interface joined the groups of its lines?
 *
 * The XDP program takes the packets; that they come at all is up to IGMP, for
 * which the kernel wants a socket that is a member.  These sockets are never
 * bound, so nothing arrives on them.  A member by its socket is not believed:
 * the kernel is asked whether the interface has the group, and its MAC among
 * those that it listens to.  When it has not, or after its link was down, it
 * joins again, so that switches hear of it at once.
 */
#ifndef HT_MEMBERSHIP_H
#define HT_MEMBERSHIP_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

enum { MEMBERSHIP_WORDS = 96 };

struct membership_line {
	struct ht_line line;
	int fd;			/* the member, -1: none */
	bool joined;		/* when the kernel was last asked */
	char why[MEMBERSHIP_WORDS];	/* it is not joined */
	uint64_t rejoins;
};

struct membership {
	int ifindex;		/* the feed's; 0: nobody wants to join */
	char name[IF_NAMESIZE];
	uint32_t downs;		/* times that it had lost its carrier by then */
	struct membership_line lines[HT_LINES];
};

/* Of nothing: every line says that it is not joined, and is left alone. */
void membership_init(struct membership *m,
		     const struct ht_line lines[HT_LINES]);

/*
 * Joins on the feed's interface; lines that are not used or not multicast are
 * left alone.  Prints one line on failure.  Return: 0 or negative errno.
 */
int membership_open(struct membership *m, int ifindex);
/* Also of one that is all zeros. */
void membership_close(struct membership *m);

/* Whether every line that should be joined was when last looked at. */
bool membership_is_whole(const struct membership *m);

/* Looks again, on news of links, and joins where that is needed.
 * Return: whether a line is joined that was not, or the other way round.
 */
bool membership_refresh(struct membership *m);

/* "joined", "not joined: WHY", or "unicast", in text. */
void membership_words(const struct membership_line *line,
		      char text[MEMBERSHIP_WORDS + 16]);

#endif
