// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "wire.h"

#define HEARTBEAT_NS	NS_PER_SECOND
#define END_NS		(100 * NS_PER_MS)
/* A shorter wait is spun: the kernel may wake a sleeper this much too late. */
#define SPIN_NS		(50 * NS_PER_US)
/* A full queue below the socket (ENOBUFS) has no event to wait for. */
#define QUEUE_RETRY_NS	(100 * NS_PER_US)

static volatile sig_atomic_t told_to_stop;
static volatile sig_atomic_t told_to_start;

static void on_stop(int signal)
{
	told_to_stop = 1;
}

static void on_start(int signal)
{
	told_to_start = 1;
}

/* The signals are blocked except inside ppoll(): none can slip by. */
static int signals_take(sigset_t *while_waiting)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction start = { .sa_handler = on_start };
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &ours, while_waiting) ||
	    sigaction(SIGINT, &stop, NULL) ||
	    sigaction(SIGTERM, &stop, NULL) ||
	    sigaction(SIGUSR1, &start, NULL))
		return -errno;
	sigdelset(while_waiting, SIGINT);
	sigdelset(while_waiting, SIGTERM);
	sigdelset(while_waiting, SIGUSR1);
	return 0;
}

static int replay_fail(int err, const char *what)
{
	fprintf(stderr, "hairtrigger-sim run: %s: %s\n", what, strerror(-err));
	return err;
}

/* -- messages ----------------------------------------------------------- */

/* What came before still goes out; the session ends there. */
static void source_fail(struct replay *r, int err)
{
	const char *why = strerror(-err);

	r->source_ended = true;
	r->source_error = err;

	if (err == -EPROTO)
		why = "the file stops inside it";
	else if (err == -EIO)
		why = "it cannot be read or decompressed";
	fprintf(stderr, "hairtrigger-sim run: %s: message %" PRIu64
		" at offset %" PRIu64 ": %s\n",
		r->name, r->source->messages + 1, r->source->offset, why);
}

/* Return: whether a message is at hand. */
static bool message_fetch(struct replay *r)
{
	int len;

	if (r->message_len)
		return true;
	if (r->source_ended)
		return false;
	len = r->source->next(r->source, r->message);
	if (len < 0) {
		source_fail(r, len);
	} else if (!len) {
		r->source_ended = true;
	} else {
		r->message_len = (uint32_t)len;
		r->due_ns = pacing_due(r->pacing, r->message, r->message_len);
	}
	return r->message_len;
}

static int message_too_long(const struct replay *r)
{
	fprintf(stderr, "hairtrigger-sim run: %s: message %" PRIu64
		" has %u bytes and fits in no packet; raise --mtu\n",
		r->name, r->source->messages, r->message_len);
	return -EMSGSIZE;
}

/* Puts every message that is due by now into the packet, up to its end. */
static int packet_fill(struct replay *r, uint64_t now)
{
	struct publisher *p = r->publisher;

	while (message_fetch(r) && r->due_ns <= now) {
		if (!publisher_add(p, r->message, r->message_len))
			return p->count ? 0 : message_too_long(r);
		r->message_len = 0;
	}
	return 0;
}

/* The book follows what has been sent. */
static int packet_apply(struct replay *r)
{
	const struct publisher *p = r->publisher;
	const uint8_t *block = p->packet + sizeof(struct mold_header);
	uint32_t i, len;
	int err;

	for (i = 0; i < p->count; i++) {
		len = get_be16(block);
		err = book_apply(r->book, block + MOLD_BLOCK_HEAD, len);
		if (err)
			return replay_fail(err, "book");
		block += MOLD_BLOCK_HEAD + len;
	}
	return 0;
}

static int packet_send(struct replay *r, uint64_t now)
{
	struct publisher *p = r->publisher;
	int err = publisher_send(p);

	r->busy = err == -EAGAIN || err == -ENOBUFS ? err : 0;
	if (r->busy)
		return 0;
	if (err == -EMSGSIZE)
		return replay_fail(err, "the interface's MTU is below --mtu");
	if (err)
		return replay_fail(err, "group");
	timing_sent(&r->orders->timing, p->seq, p->count, p->sent_ns);
	if (!r->first_ns)
		r->first_ns = now;
	r->last_ns = now;
	r->beat_ns = now + HEARTBEAT_NS;
	err = packet_apply(r);
	publisher_clear(p);
	return err;
}

/* Heartbeat or end of session.  One that finds no room is sent a period later,
 * since the packets in the way say the same.
 */
static int empty_send(struct replay *r, uint64_t now, uint16_t count,
		      uint64_t period)
{
	int err;

	if (now < r->beat_ns)
		return 0;
	r->beat_ns = now + period;
	err = publisher_send_empty(r->publisher, count);
	if (err && err != -EAGAIN && err != -ENOBUFS)
		return replay_fail(err, "group");
	return 0;
}

/* -- phases ------------------------------------------------------------- */

static void phase_enter(struct replay *r, enum replay_phase phase, uint64_t now)
{
	r->phase = phase;
	switch (phase) {
	case REPLAY_SENDING:
		pacing_start(r->pacing, now);
		break;
	case REPLAY_LINGERING:
		r->beat_ns = now;
		r->linger_end_ns = now + r->linger_ns;
		break;
	case REPLAY_WAITING:
	case REPLAY_DONE:
		break;
	}
}

static int step_sending(struct replay *r, uint64_t now, uint64_t *wake)
{
	struct publisher *p = r->publisher;
	int err = 0;

	if (!r->busy)
		err = packet_fill(r, now);
	if (!err && p->count)
		err = packet_send(r, now);
	if (err)
		return err;
	if (r->busy) {
		*wake = now + (r->busy == -ENOBUFS ? QUEUE_RETRY_NS :
						     HEARTBEAT_NS);
		return 0;
	}
	if (!message_fetch(r)) {
		phase_enter(r, REPLAY_LINGERING, now);
		*wake = now;
		return r->source_error;
	}
	err = empty_send(r, now, MOLD_HEARTBEAT, HEARTBEAT_NS);
	*wake = r->due_ns < r->beat_ns ? r->due_ns : r->beat_ns;
	return err;
}

static int step_lingering(struct replay *r, uint64_t now, uint64_t *wake)
{
	int err = empty_send(r, now, MOLD_END_OF_SESSION, END_NS);

	if (now >= r->linger_end_ns)
		phase_enter(r, REPLAY_DONE, now);
	*wake = r->beat_ns < r->linger_end_ns ? r->beat_ns : r->linger_end_ns;
	return err;
}

/* Does what is due at now; *wake: when there is more to do. */
static int step(struct replay *r, uint64_t now, uint64_t *wake)
{
	int err = 0;

	*wake = now;
	switch (r->phase) {
	case REPLAY_WAITING:
		if (told_to_start) {
			phase_enter(r, REPLAY_SENDING, now);
			break;
		}
		err = empty_send(r, now, MOLD_HEARTBEAT, HEARTBEAT_NS);
		*wake = r->beat_ns;
		break;
	case REPLAY_SENDING:
		err = step_sending(r, now, wake);
		break;
	case REPLAY_LINGERING:
		err = step_lingering(r, now, wake);
		break;
	case REPLAY_DONE:
		break;
	}
	return err;
}

/* -- the loop ----------------------------------------------------------- */

/* A line, or the end, of standard input starts the session. */
static void stdin_read(void)
{
	char text[256];
	ssize_t got = read(STDIN_FILENO, text, sizeof(text));

	if (got <= 0 || memchr(text, '\n', (size_t)got))
		told_to_start = 1;
}

/* Serves orders until wake; stdin and room in the socket end it early. */
static int wait_until(struct replay *r, uint64_t wake, const sigset_t *mask)
{
	struct pollfd fds[] = {
		{ .fd = r->orders->fd, .events = POLLIN },
		{ .fd = r->busy == -EAGAIN ? r->publisher->fd : -1,
		  .events = POLLOUT },
		{ .fd = r->phase == REPLAY_WAITING ? STDIN_FILENO : -1,
		  .events = POLLIN },
	};
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	uint64_t ns = wake > now + SPIN_NS ? wake - now - SPIN_NS : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / NS_PER_SECOND),
		.tv_nsec = (long)(ns % NS_PER_SECOND),
	};

	if (ppoll(fds, 3, &timeout, mask) < 0)
		return errno == EINTR ? 0 : replay_fail(-errno, "poll");
	if (fds[2].revents)
		stdin_read();
	if (fds[0].revents) {
		int err = orders_serve(r->orders);

		if (err)
			return replay_fail(err, "orders");
	}
	return 0;
}

int replay_run(struct replay *r)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), wake;
	sigset_t mask;
	int err = signals_take(&mask);

	if (err)
		return replay_fail(err, "signals");
	/* the default lets a sleeper oversleep by 50 us */
	prctl(PR_SET_TIMERSLACK, 1);
	told_to_start = !r->wait_for_start;
	r->beat_ns = now;
	while (!err && r->phase != REPLAY_DONE && !told_to_stop) {
		now = clock_ns(CLOCK_MONOTONIC);
		err = step(r, now, &wake);
		if (!err && r->phase != REPLAY_DONE)
			err = wait_until(r, wake, &mask);
	}
	r->interrupted = told_to_stop;
	if (r->phase != REPLAY_DONE)
		publisher_send_empty(r->publisher, MOLD_END_OF_SESSION);
	return err;
}
