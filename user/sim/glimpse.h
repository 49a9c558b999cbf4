/* SPDX-License-Identifier: GPL-2.0 */
/*
 * glimpse - a GLIMPSE 5.0 server: SoupBinTCP 3.00 over the kernel's TCP
 *
 * Logins are read here, without waiting for anybody.  One that is accepted
 * gets a process that sends the snapshot (spin.h).
 */
#ifndef HT_SIM_GLIMPSE_H
#define HT_SIM_GLIMPSE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "feed.h"
#include "soupbin.h"
#include "spin.h"

enum { GLIMPSE_CLIENTS = DISCLOSED_SNAPSHOTS };	/* at once */

struct glimpse_options {
	struct sockaddr_in address;	/* port may be 0; no family: none */
	const char *user;		/* NULL: any */
	const char *password;
	struct glimpse_faults faults;
};

struct glimpse_counts {
	uint64_t connections;
	uint64_t logins;		/* accepted */
	uint64_t rejected;		/* user or password */
	uint64_t rejected_session;	/* another session, not sequence 1 */
	uint64_t malformed;		/* no login request */
	uint64_t silent;		/* no login in time, or left before */
	uint64_t refused;		/* too many at once, no process */
	uint64_t served;		/* whole snapshots */
	uint64_t cut;			/* by a fault */
	uint64_t dropped;		/* the client left, or was too slow */
};

enum glimpse_phase {
	GLIMPSE_FREE,
	GLIMPSE_LOGIN,			/* reads the login request */
	GLIMPSE_CLOSING,		/* reads until the client closes */
	GLIMPSE_SPINNING,		/* a process sends the snapshot */
};

struct glimpse_client {
	enum glimpse_phase phase;
	int fd;				/* socket, or the process's pidfd */
	pid_t pid;
	uint64_t deadline_ns;		/* CLOCK_MONOTONIC */
	uint32_t have;			/* bytes of the login */
	union {
		struct soup_login_request login;
		uint8_t bytes[sizeof(struct soup_login_request)];
	};
};

struct glimpse {
	struct glimpse_options options;
	int fd;				/* to be polled: readable when needed */
	int listen_fd;
	struct sockaddr_in address;	/* with the port the kernel chose */
	const struct feed *feed;
	uint64_t snapshots;		/* begun */
	struct glimpse_counts counts;
	struct glimpse_client client[GLIMPSE_CLIENTS];
};

/* Return: 0, or negative errno with nothing to close. */
int glimpse_open(struct glimpse *g, const struct glimpse_options *o,
		 const struct feed *feed);

/* Ends every connection, in the middle of a snapshot too, and all else. */
void glimpse_close(struct glimpse *g);

/* Ends every connection: the exchange starts again. */
void glimpse_drop_all(struct glimpse *g);

/*
 * Does what there is to do at now, CLOCK_MONOTONIC, without waiting.
 * Return: 0 or negative errno.
 */
int glimpse_serve(struct glimpse *g, uint64_t now);

/* The first deadline of a client; UINT64_MAX: none. */
uint64_t glimpse_due(const struct glimpse *g);

#endif
