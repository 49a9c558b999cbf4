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

#define HEARTBEAT_NS	NS_PER_SECOND
#define END_NS		(100 * NS_PER_MS)
/* For clients to read what there is for them, and to close. */
#define ENDING_NS	(2 * NS_PER_SECOND)
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

/* The exchange has published what it does before it starts again. */
static bool restart_is_due(const struct playback *pb)
{
	return pb->restart_after && pb->feed->sessions == 1 &&
	       pb->source->messages == pb->restart_after;
}

/* Return: whether a message is at hand. */
static bool message_fetch(struct playback *pb)
{
	int len;

	if (pb->message_len)
		return true;
	if (pb->source_ended || restart_is_due(pb))
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

/* What came before it goes out first. */
static int message_too_long(const struct playback *pb, uint64_t now)
{
	int err = feed_flush(pb->feed, now);

	if (err || feed_due(pb->feed) <= now)
		return err;
	fprintf(stderr, "hairtrigger-sim run: %s: message %" PRIu64
		" has %u bytes and fits in no packet; raise --mtu, --mtu-b\n",
		pb->name, pb->source->messages, pb->message_len);
	return -EMSGSIZE;
}

/*
 * Frames messages that are due by now until a packet is full.  When none is
 * left the packets end as they are.
 */
static int packets_fill(struct playback *pb, uint64_t now)
{
	struct feed *f = pb->feed;
	int err = 0;

	while (!err && feed_due(f) > now) {
		if (!message_fetch(pb) || pb->due_ns > now)
			return feed_flush(f, now);
		if (!feed_fits(f, pb->message_len))
			return message_too_long(pb, now);
		err = feed_add(f, pb->message, pb->message_len, now);
		pb->message_len = 0;
		pb->beat_ns = now + HEARTBEAT_NS;
	}
	return err ? playback_fail(err, "messages") : 0;
}

static int packets_send(struct playback *pb, uint64_t now)
{
	uint64_t before = pb->feed->published;
	int err = feed_send(pb->feed, now);

	if (err == -EMSGSIZE)
		return playback_fail(err, "the interface's MTU is below --mtu "
				     "or --mtu-b");
	if (err)
		return playback_fail(err, "group");
	if (pb->feed->published == before)
		return 0;
	if (!pb->first_ns)
		pb->first_ns = now;
	pb->last_ns = now;
	return 0;
}

/* Heartbeat or end of session.  While a line has no room the packets in the
 * way say the same.
 */
static int empty_send(struct playback *pb, uint64_t now, uint16_t count,
		      uint64_t period)
{
	int err = 0;

	if (now >= pb->beat_ns) {
		pb->beat_ns = now + period;
		if (!feed_busy(pb->feed))
			err = feed_empty(pb->feed, count, now);
	}
	return err ? playback_fail(err, "group") : packets_send(pb, now);
}

/* -- phases ------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

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
	case PLAYBACK_ENDING:
		pb->ending_end_ns = now + ENDING_NS;
		session_end(pb->entry->session);
		break;
	case PLAYBACK_WAITING:
	case PLAYBACK_DONE:
		break;
	}
}

/* All is sent: the end of the session, or the beginning of the next one. */
static int session_over(struct playback *pb, uint64_t now)
{
	int err;

	if (!restart_is_due(pb)) {
		phase_enter(pb, PLAYBACK_LINGERING, now);
		return pb->source_error;
	}
	if (pb->glimpse)
		glimpse_drop_all(pb->glimpse);
	err = pb->rewind(pb->context);
	if (!err)
		err = feed_restart(pb->feed);
	if (err)
		return playback_fail(err, "--new-session-after");
	fprintf(stderr, "session %.10s\n", pb->feed->session);
	pb->first_ns = 0;
	phase_enter(pb, PLAYBACK_SENDING, now);
	return 0;
}

static int step_sending(struct playback *pb, uint64_t now, uint64_t *wake)
{
	int err = packets_fill(pb, now);

	if (!err && !message_fetch(pb))
		err = feed_release(pb->feed, now);
	if (!err)
		err = packets_send(pb, now);
	if (err || feed_due(pb->feed) <= now)
		return err;
	if (message_fetch(pb)) {
		*wake = earlier(pb->due_ns, pb->beat_ns);
		return empty_send(pb, now, MOLD_HEARTBEAT, HEARTBEAT_NS);
	}
	if (feed_due(pb->feed) == UINT64_MAX)
		return session_over(pb, now);
	*wake = feed_due(pb->feed);
	return 0;
}

static int step_lingering(struct playback *pb, uint64_t now, uint64_t *wake)
{
	int err = empty_send(pb, now, MOLD_END_OF_SESSION, END_NS);

	if (now >= pb->linger_end_ns)
		phase_enter(pb, PLAYBACK_ENDING, now);
	*wake = earlier(pb->beat_ns, pb->linger_end_ns);
	return err;
}

static int step_ending(struct playback *pb, uint64_t now, uint64_t *wake)
{
	int err = empty_send(pb, now, MOLD_END_OF_SESSION, END_NS);

	if (now >= pb->ending_end_ns || session_is_idle(pb->entry->session))
		phase_enter(pb, PLAYBACK_DONE, now);
	*wake = earlier(pb->beat_ns, pb->ending_end_ns);
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
	case PLAYBACK_ENDING:
		err = step_ending(pb, now, wake);
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

/* When the loop has to look again, with what waits in queues. */
static uint64_t wake_time(const struct playback *pb, uint64_t wake,
			  uint64_t now)
{
	int busy = feed_busy(pb->feed);
	uint32_t i;

	for (i = 0; i < pb->rerequests; i++)
		wake = earlier(wake, rerequest_due(&pb->rerequest[i]));
	if (pb->glimpse)
		wake = earlier(wake, glimpse_due(pb->glimpse));
	if (!busy)
		wake = earlier(wake, feed_due(pb->feed));
	else
		/* the socket, or a retry, tells when there is room */
		wake = earlier(wake > now ? wake : UINT64_MAX,
			       now + (busy == -ENOBUFS ? QUEUE_RETRY_NS :
							 HEARTBEAT_NS));
	return earlier(wake, session_due(pb->entry->session));
}

/* Places in what is polled. */
enum {
	POLL_SESSIONS, POLL_STDIN, POLL_GLIMPSE, POLL_LINE,
	POLL_REREQUEST = POLL_LINE + FAULT_LINES,
	POLLS = POLL_REREQUEST + REREQUEST_SERVERS,
};

static void polls_fill(const struct playback *pb, struct pollfd fds[POLLS])
{
	uint32_t i;

	for (i = 0; i < POLLS; i++)
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	fds[POLL_SESSIONS].fd = pb->entry->session->fd;
	if (pb->glimpse)
		fds[POLL_GLIMPSE].fd = pb->glimpse->fd;
	if (pb->phase == PLAYBACK_WAITING)
		fds[POLL_STDIN].fd = STDIN_FILENO;
	for (i = 0; i < pb->feed->lines; i++) {
		fds[POLL_LINE + i].events = POLLOUT;
		if (pb->feed->line[i].busy == -EAGAIN)
			fds[POLL_LINE + i].fd = pb->feed->line[i].fd;
	}
	for (i = 0; i < pb->rerequests; i++)
		fds[POLL_REREQUEST + i].fd = pb->rerequest[i].fd;
}

static int serve(struct playback *pb, const struct pollfd fds[POLLS])
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct rerequest *r = pb->rerequest;
	uint32_t i;
	int err = 0;

	for (i = 0; i < pb->rerequests && !err; i++)
		if (fds[POLL_REREQUEST + i].revents ||
		    rerequest_due(&r[i]) <= now)
			err = rerequest_serve(&r[i], now);
	if (err)
		return playback_fail(err, "re-requests");
	if (fds[POLL_GLIMPSE].revents ||
	    (pb->glimpse && glimpse_due(pb->glimpse) <= now))
		err = glimpse_serve(pb->glimpse, now);
	if (err)
		return playback_fail(err, "snapshots");
	if (fds[POLL_SESSIONS].revents ||
	    session_due(pb->entry->session) <= now)
		err = session_serve(pb->entry->session, now);
	return err ? playback_fail(err, "orders") : 0;
}

/* Serves clients until wake; stdin and room in a socket end it early. */
static int wait_until(struct playback *pb, uint64_t wake, const sigset_t *mask)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), ns;
	struct pollfd fds[POLLS];
	struct timespec timeout;

	polls_fill(pb, fds);
	wake = wake_time(pb, wake, now);
	ns = wake > now + SPIN_NS ? wake - now - SPIN_NS : 0;
	timeout = (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_SECOND),
		.tv_nsec = (long)(ns % NS_PER_SECOND),
	};
	if (ppoll(fds, POLLS, &timeout, mask) < 0)
		return errno == EINTR ? 0 : playback_fail(-errno, "poll");
	if (fds[POLL_STDIN].revents)
		stdin_read();
	return serve(pb, fds);
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
		session_time(pb->entry->session, now);
		err = step(pb, now, &wake);
		if (!err && pb->phase != PLAYBACK_DONE)
			err = wait_until(pb, wake, &mask);
	}
	pb->interrupted = told_to_stop;
	if (pb->phase != PLAYBACK_DONE) {
		feed_end(pb->feed);
		if (pb->phase != PLAYBACK_ENDING)
			session_end(pb->entry->session);
		session_serve(pb->entry->session, clock_ns(CLOCK_MONOTONIC));
	}
	return err;
}
