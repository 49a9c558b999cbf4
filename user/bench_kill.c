// SPDX-License-Identifier: GPL-2.0
/*
 * bench_kill - the kills: from the command to the last order on the wire
 *
 * Orders leave as fast as they can; then one kill, through the controller's
 * socket or by the word in the map, and when nothing moves any more the stamps
 * tell which order was the last.  Then a reset, and all begins anew.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arrival.map.h"
#include "bench.h"
#include "bench_kill.h"
#include "clock.h"
#include "control.h"
#include "kill.h"
#include "out.h"
#include "trigger.h"

enum {
	LOAD_ORDERS = 200,	/* before each kill; the day has room for some
				 * 260 thousand of them
				 */
	LOAD_MORE_NS = 3000000,	/* and a random time */
	QUIET_MS = 20,		/* then nothing is under way */
	PATIENCE_S = 20,
};

struct run {
	struct kill_results *r;
	struct kill_lab lab;
	uint32_t first;		/* UserRefNum of the load's first order */
	uint64_t begin_ns;	/* before the kill */
	uint32_t fires;		/* when it was in force */
	uint32_t urn;		/* the same: of the next order */
	uint32_t answered_urn;	/* when the controller had answered */
};

static uint32_t urn_next(const struct run *run)
{
	return HT_READ_ONCE(run->lab.in.gate->next_urn);
}

static uint32_t fires_now(const struct run *run)
{
	const struct instance *in = &run->lab.in;

	return (uint32_t)HT_READ_ONCE(
		in->triggers[trigger_find(in, KILL_TRIGGER)].fires);
}

/* Until so many numbers were used.  Return: 0, or negative errno, said. */
static int urn_wait(struct run *run, uint32_t until)
{
	uint64_t end = clock_ns() + PATIENCE_S * SECOND_NS;
	int err = 0;

	while (!err && (int32_t)(urn_next(run) - until) < 0) {
		poll(NULL, 0, 1);
		err = kill_lab_look(&run->lab);
		if (!err && clock_ns() > end)
			err = out_error(-ETIMEDOUT, "no orders leave");
	}
	return err;
}

static int load_make(struct run *run)
{
	struct timespec more = { 0 };
	uint64_t begin = clock_ns();
	int err = trigger_arm(&run->lab.in, KILL_TRIGGER);

	if (err)
		return out_error(err, "the trigger cannot be armed");
	run->first = urn_next(run);
	err = urn_wait(run, run->first + LOAD_ORDERS);
	if (err)
		return err;
	more.tv_nsec = rand() % LOAD_MORE_NS;
	clock_nanosleep(CLOCK_MONOTONIC, 0, &more, NULL);
	run->r->ns += clock_ns() - begin;
	return 0;
}

/* -- the two ways ---------------------------------------------------------- */

/* A question that names no generation: the controller stores the word. */
static int socket_kill(struct run *run)
{
	static const char question[] =
		"{\"ask\":\"" CONTROL_URGENT "\",\"level\":\"global\"}";
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char answer[4096];
	int fd, err = 0;

	snprintf(to.sun_path, sizeof(to.sun_path), CONTROL_DIR "/%s.sock",
		 run->lab.name);
	run->begin_ns = clock_ns();
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) < 0)
		err = -errno;
	while (!err && !HT_READ_ONCE(run->lab.in.kill->global)) {
		sched_yield();
		if (clock_ns() - run->begin_ns > PATIENCE_S * SECOND_NS)
			err = -ETIMEDOUT;
	}
	run->urn = urn_next(run);
	run->fires = fires_now(run);
	if (!err && recv(fd, answer, sizeof(answer), 0) <= 0)
		err = -EPROTO;
	close(fd);
	return err;
}

/* As the command does it. */
static int word_kill(struct run *run)
{
	const struct kill_order k = {
		.level = HT_KILL_GLOBAL, .reason = "bench", .stored = true,
	};
	struct json_object *args = json_object_new_object(), *answer = NULL;
	struct instance *in = &run->lab.in;
	int err;

	run->begin_ns = clock_ns();
	kill_word(in->kill, k.level);
	run->urn = urn_next(run);
	run->fires = fires_now(run);
	err = kill_apply(in, &k);
	out_uint(args, "generation", in->kill->generation);
	if (!err)
		err = control_ask(run->lab.name, CONTROL_URGENT, args, &answer);
	json_object_put(answer);
	json_object_put(args);
	return err ? err : kill_keep(in, &k);
}

/* -- what came of it ------------------------------------------------------- */

static uint64_t arrival_at(const struct run *run, uint32_t urn)
{
	return run->lab.arrivals[urn & (HT_ARRIVALS - 1)];
}

static uint64_t arrived_since(const struct run *run, uint32_t urn)
{
	uint64_t count = 0;

	for (; urn != urn_next(run); urn++)
		count += arrival_at(run, urn) != 0;
	return count;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Orders of a load have one number behind the other. */
static void kill_judge(struct run *run, struct kill_way *way)
{
	uint64_t last = 0, at;
	uint32_t urn;

	for (urn = run->first; urn != run->urn; urn++) {
		run->r->orders++;
		run->r->unseen += !arrival_at(run, urn);
	}
	for (urn = run->first; urn != urn_next(run); urn++) {
		at = arrival_at(run, urn);
		last = larger(last, at);
	}
	way->kills++;
	if (last > run->begin_ns)
		hist_add(&way->last, last - run->begin_ns);
	else
		way->quiet++;
	way->most_fired = larger(way->most_fired, fires_now(run) - run->fires);
	way->most_sent = larger(way->most_sent, arrived_since(run, run->urn));
	way->late += arrived_since(run, run->answered_urn);
}

/* Until the exchange was asked to take orders again. */
static int kill_undo(struct run *run)
{
	struct instance *in = &run->lab.in;
	uint32_t urn = urn_next(run);
	int err = kill_reset(in, in->kill->generation);

	if (err == -ESTALE)
		err = kill_reset(in, in->kill->generation);
	if (err)
		return out_error(err, "the kill cannot be reset");
	return urn_wait(run, urn + 1);
}

static int kill_measure(struct run *run, int which)
{
	int err = load_make(run);

	if (err)
		return err;
	err = which == KILL_SOCKET ? socket_kill(run) : word_kill(run);
	if (err)
		return out_error(err, "a kill");
	run->answered_urn = urn_next(run);
	poll(NULL, 0, QUIET_MS);
	kill_judge(run, &run->r->way[which]);
	return kill_undo(run);
}

int kill_bench(struct kill_results *r)
{
	struct run *run = calloc(1, sizeof(*run));
	uint32_t i;
	int err;

	if (!run)
		return out_error(-ENOMEM, "bench");
	run->r = r;
	snprintf(r->instance, sizeof(r->instance), "bench-%d", getpid());
	bench_progress("an exchange and a controller");
	err = kill_lab_open(&run->lab, &r->options, r->instance);
	for (i = 0; i < 2 * r->options.kills && !err; i++) {
		bench_progress("%u kills", 2 * r->options.kills - i);
		err = kill_measure(run, (int)(i & 1));
	}
	bench_progress("%s", "");
	kill_lab_close(&run->lab);
	free(run);
	return err;
}

/* One packet and one order may have passed their last look at the word. */
bool kill_passed(const struct kill_results *r)
{
	const struct kill_way *way;

	for (way = r->way; way < r->way + KILL_WAYS; way++)
		if (way->most_fired > 1 || way->most_sent > 1 || way->late)
			return false;
	return true;
}
