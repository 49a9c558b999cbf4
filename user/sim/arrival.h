/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arrival - from whom the order at hand came, and when
 */
#ifndef HT_SIM_ARRIVAL_H
#define HT_SIM_ARRIVAL_H

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"

struct arrival {
	uint64_t ns;			/* CLOCK_REALTIME */
	struct sockaddr_in from;
};

enum { ARRIVAL_CONTROL = CMSG_SPACE(sizeof(struct timespec)) };

/* The kernel's stamp on what was received, of a socket with SO_TIMESTAMPNS;
 * this moment where it gave none.
 */
static inline uint64_t arrival_ns(struct msghdr *m)
{
	struct cmsghdr *c;
	struct timespec stamp;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET ||
		    c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
		return timespec_ns(&stamp);
	}
	return clock_ns(CLOCK_REALTIME);
}

#endif
