/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_kill - from a kill to the last order on the wire, under full load
 *
 *	cmd_bench_kill.c	the command line, and the results as text and JSON
 *	bench_kill.c		the kills and what they are measured by
 *	bench_kill_lab.c	namespaces, veth, processes, limits, a trigger
 *
 *   exchange's namespace                         engine's
 *   `sim run`  <-- far: kern/arrival  veth  near: ht_feed -->  `run`
 *
 * Everything is what it is in production: this program, loaded and run as
 * processes of their own.  The namespaces have no names; the instance is
 * pinned, and unloaded at the end.
 */
#ifndef HT_BENCH_KILL_H
#define HT_BENCH_KILL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "histogram.h"
#include "instance.h"

struct arrival_bpf;

struct kill_options {
	uint32_t kills;		/* of each way */
	uint64_t rate;		/* messages/s of the feed */
	bool realtime;		/* before all other tasks, on CPUs of their own */
};

/* One way to kill. */
struct kill_way {
	struct ht_histogram last;	/* ns, from before it to the last order */
	uint64_t kills;
	uint64_t quiet;		/* no order came behind the kill */
	uint64_t most_fired;	/* by XDP, after the word was in force */
	uint64_t most_sent;	/* by the controller, after that */
	uint64_t late;		/* orders, behind the answer */
};

enum { KILL_SOCKET, KILL_WORD, KILL_WAYS };

struct kill_results {
	struct kill_options options;
	struct kill_way way[KILL_WAYS];
	uint64_t orders;	/* that left in all of it */
	uint64_t unseen;	/* of them, without a stamp */
	uint64_t ns;		/* while orders left */
	char instance[32];
};

/* -- bench_kill_lab.c ------------------------------------------------------ */

enum kill_process { KILL_SIM, KILL_CONTROLLER, KILL_PROCESSES };

struct kill_lab {
	const struct kill_options *options;
	const char *name;		/* of the instance */
	char folder[64];		/* scratch */
	int near_netns;
	int far_netns;
	struct arrival_bpf *arrival;
	uint64_t *arrivals;		/* [HT_ARRIVALS] */
	int link;
	pid_t pid[KILL_PROCESSES];
	struct instance in;
};

/* Until a trigger is there that fires at every packet.  Prints one line on
 * failure.  Return: 0 or negative errno; kill_lab_close() in both cases.
 */
int kill_lab_open(struct kill_lab *lab, const struct kill_options *options,
		  const char *instance);
void kill_lab_close(struct kill_lab *lab);

/* Return: 0, or -ECHILD, said, when a process has ended. */
int kill_lab_look(const struct kill_lab *lab);

#define KILL_TRIGGER	"bench"

/* -- bench_kill.c ---------------------------------------------------------- */

/* Return: 0, or negative errno, said on stderr. */
int kill_bench(struct kill_results *r);

/* Nothing left after a kill was in force but what was under way. */
bool kill_passed(const struct kill_results *r);

/* -- cmd_bench_kill.c ------------------------------------------------------ */

int cmd_bench_kill(int argc, char **argv);

#endif
