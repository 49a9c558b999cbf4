// SPDX-License-Identifier: GPL-2.0
#include "playback.h"

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

static int playback_fail(int err, const char *what)
{
	fprintf(stderr, "hairtrigger-sim run: %s: %s\n", what, strerror(-err));
	return err;
}

/* -- messages ----------------------------------------------------------- */

/* What came before still goes out; the session ends there. */
static void source_fail(struct playback *pb, int err)
{
	const char *why = strerror(-err);

	pb->source_ended = true;
	pb->source_error = err;

	if (err == -EPROTO)
		why = "the file stops inside it";
	else if (err == -EIO)
		why = "it cannot be read or decompressed";
	fprintf(stderr, "hairtrigger-sim run: %s: message %" PRIu64
		" at offset %" PRIu64 ": %s\n",
		pb->name, pb->source->messages + 1, pb->source->offset, why);
}

/* Return: whether a message is at hand. */
static bool message_fetch(struct playback *pb)
{
	int len;

	if (pb->message_len)
		return true;
	if (pb->source_ended)
		return false;
	len = pb->source->next(pb->source, pb->message);
	if (len < 0) {
		source_fail(pb, len);
	} else if (!len) {
		pb->source_ended = true;
	} else {
		pb->message_len = (uint32_t)len;
		pb->due_ns = pacing_due(pb->pacing, pb->message,
					pb->message_len);
	}
	return pb->message_len;
}

static int message_too_long(const struct playback *pb)
{
	fprintf(stderr, "hairtrigger-sim run: %s: message %" PRIu64
		" has %u bytes and fits in no packet; raise --mtu\n",
		pb->name, pb->source->messages, pb->message_len);
	return -EMSGSIZE;
}

/* Puts every message that is due by now into the packet, up to its end. */
static int packet_fill(struct playback *pb, uint64_t now)
{
	struct publisher *p = pb->publisher;

	while (message_fetch(pb) && pb->due_ns <= now) {
		if (!publisher_add(p, pb->message, pb->message_len))
			return p->count ? 0 : message_too_long(pb);
		pb->message_len = 0;
	}
	return 0;
}

/* The book follows what has been sent. */
static int packet_apply(struct playback *pb)
{
	const struct publisher *p = pb->publisher;
	const uint8_t *block = p->packet + sizeof(struct mold_header);
	uint32_t i, len;
	int err;

	for (i = 0; i < p->count; i++) {
		len = get_be16(block);
		err = book_apply(pb->book, block + MOLD_BLOCK_HEAD, len);
		if (err)
			return playback_fail(err, "book");
		block += MOLD_BLOCK_HEAD + len;
	}
	return 0;
}

static int packet_send(struct playback *pb, uint64_t now)
{
	struct publisher *p = pb->publisher;
	int err = publisher_send(p);

	pb->busy = err == -EAGAIN || err == -ENOBUFS ? err : 0;
	if (pb->busy)
		return 0;
	if (err == -EMSGSIZE)
		return playback_fail(err, "the interface's MTU is below --mtu");
	if (err)
		return playback_fail(err, "group");
	timing_sent(&pb->entry->timing, p->seq, p->count, p->sent_ns);
	if (!pb->first_ns)
		pb->first_ns = now;
	pb->last_ns = now;
	pb->beat_ns = now + HEARTBEAT_NS;
	err = packet_apply(pb);
	publisher_clear(p);
	return err;
}

/* Heartbeat or end of session.  One that finds no room is sent a period later,
 * since the packets in the way say the same.
 */
static int empty_send(struct playback *pb, uint64_t now, uint16_t count,
		      uint64_t period)
{
	int err;

	if (now < pb->beat_ns)
		return 0;
	pb->beat_ns = now + period;
	err = publisher_send_empty(pb->publisher, count);
	if (err && err != -EAGAIN && err != -ENOBUFS)
		return playback_fail(err, "group");
	return 0;
}

/* -- phases ------------------------------------------------------------- */

static void phase_enter(struct playback *pb, enum playback_phase phase,
			uint64_t now)
{
	pb->phase = phase;
	switch (phase) {
	case PLAYBACK_SENDING:
		pacing_start(pb->pacing, now);
		break;
	case PLAYBACK_LINGERING:
		pb->beat_ns = now;
		pb->linger_end_ns = now + pb->linger_ns;
		break;
	case PLAYBACK_WAITING:
	case PLAYBACK_DONE:
		break;
	}
}

static int step_sending(struct playback *pb, uint64_t now, uint64_t *wake)
{
	struct publisher *p = pb->publisher;
	int err = 0;

	if (!pb->busy)
		err = packet_fill(pb, now);
	if (!err && p->count)
		err = packet_send(pb, now);
	if (err)
		return err;
	if (pb->busy) {
		*wake = now + (pb->busy == -ENOBUFS ? QUEUE_RETRY_NS :
						     HEARTBEAT_NS);
		return 0;
	}
	if (!message_fetch(pb)) {
		phase_enter(pb, PLAYBACK_LINGERING, now);
		*wake = now;
		return pb->source_error;
	}
	err = empty_send(pb, now, MOLD_HEARTBEAT, HEARTBEAT_NS);
	*wake = pb->due_ns < pb->beat_ns ? pb->due_ns : pb->beat_ns;
	return err;
}

static int step_lingering(struct playback *pb, uint64_t now, uint64_t *wake)
{
	int err = empty_send(pb, now, MOLD_END_OF_SESSION, END_NS);

	if (now >= pb->linger_end_ns)
		phase_enter(pb, PLAYBACK_DONE, now);
	*wake = pb->beat_ns < pb->linger_end_ns ? pb->beat_ns :
						  pb->linger_end_ns;
	return err;
}

/* Does what is due at now; *wake: when there is more to do. */
static int step(struct playback *pb, uint64_t now, uint64_t *wake)
{
	int err = 0;

	*wake = now;
	switch (pb->phase) {
	case PLAYBACK_WAITING:
		if (told_to_start) {
			phase_enter(pb, PLAYBACK_SENDING, now);
			break;
		}
		err = empty_send(pb, now, MOLD_HEARTBEAT, HEARTBEAT_NS);
		*wake = pb->beat_ns;
		break;
	case PLAYBACK_SENDING:
		err = step_sending(pb, now, wake);
		break;
	case PLAYBACK_LINGERING:
		err = step_lingering(pb, now, wake);
		break;
	case PLAYBACK_DONE:
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
static int wait_until(struct playback *pb, uint64_t wake, const sigset_t *mask)
{
	struct pollfd fds[] = {
		{ .fd = pb->entry->fd, .events = POLLIN },
		{ .fd = pb->busy == -EAGAIN ? pb->publisher->fd : -1,
		  .events = POLLOUT },
		{ .fd = pb->phase == PLAYBACK_WAITING ? STDIN_FILENO : -1,
		  .events = POLLIN },
	};
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	uint64_t ns = wake > now + SPIN_NS ? wake - now - SPIN_NS : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / NS_PER_SECOND),
		.tv_nsec = (long)(ns % NS_PER_SECOND),
	};

	if (ppoll(fds, 3, &timeout, mask) < 0)
		return errno == EINTR ? 0 : playback_fail(-errno, "poll");
	if (fds[2].revents)
		stdin_read();
	if (fds[0].revents) {
		int err = entry_serve(pb->entry);

		if (err)
			return playback_fail(err, "orders");
	}
	return 0;
}

int playback_run(struct playback *pb)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), wake;
	sigset_t mask;
	int err = signals_take(&mask);

	if (err)
		return playback_fail(err, "signals");
	/* the default lets a sleeper oversleep by 50 us */
	prctl(PR_SET_TIMERSLACK, 1);
	told_to_start = !pb->wait_for_start;
	pb->beat_ns = now;
	while (!err && pb->phase != PLAYBACK_DONE && !told_to_stop) {
		now = clock_ns(CLOCK_MONOTONIC);
		err = step(pb, now, &wake);
		if (!err && pb->phase != PLAYBACK_DONE)
			err = wait_until(pb, wake, &mask);
	}
	pb->interrupted = told_to_stop;
	if (pb->phase != PLAYBACK_DONE)
		publisher_send_empty(pb->publisher, MOLD_END_OF_SESSION);
	return err;
}
