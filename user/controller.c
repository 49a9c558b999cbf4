// SPDX-License-Identifier: GPL-2.0
#include "controller.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "clock.h"
#include "command.h"
#include "out.h"
#include "privileges.h"

enum {
	BEAT_MS = 10,
	BEAT_MAX_MS = 200,	/* the kernel takes us for dead after that */
	SLOW_BEATS = 100,	/* of these make one second */
	LEAVE_MS = 500,		/* to wait for the last answers */
	LOGOUT_MS = 2500,	/* and for the end of the session */
	TURN_EVENTS = 2,	/* of the ring, then whatever else has come */
};

/* -- heartbeat ---------------------------------------------------------- */

static void gate_open(struct controller *c)
{
	c->started_ns = c->beat_ns = c->awake_ns = clock_ns();
	c->risk.since_ns = c->started_ns;
	risk_clock(&c->risk, &c->in, c->started_ns);
	mirror_beat(c, c->started_ns);
	HT_WRITE_ONCE(c->in.gate->heartbeat_max_ns, BEAT_MAX_MS * MS_NS);
	HT_BARRIER();
	HT_WRITE_ONCE(c->in.gate->heartbeat_ns, c->beat_ns);
}

static void gate_beat(struct controller *c, uint64_t now)
{
	if (now - c->beat_ns > c->worst_beat_ns)
		c->worst_beat_ns = now - c->beat_ns;
	if (now - c->beat_ns > BEAT_MAX_MS * MS_NS)
		c->awake_ns = now;
	c->beat_ns = now;
	HT_WRITE_ONCE(c->in.gate->heartbeat_ns, now);
}

static void gate_close(struct controller *c)
{
	c->risk.stopped = true;
	if (!c->started_ns)	/* they may be another controller's */
		return;
	HT_WRITE_ONCE(c->in.gate->heartbeat_ns, 0);
	HT_WRITE_ONCE(c->in.account->session, HT_SESSION_DOWN);
}

/* -- events of the ring ------------------------------------------------- */

/* The position in the ring is behind what was taken, whatever we return. */
static int event_take(void *controller, void *record, size_t size)
{
	struct controller *c = controller;
	int err = fire_take(c, record, size);

	if (err)
		return err;
	return --c->turn_events ? 0 : -EINTR;
}

/*
 * Some of the ring: a loop that was in it for all of a burst would hear of
 * nothing else, of a kill neither.  What is left keeps the loop awake.
 *
 * The kernel wakes us only for a record at the consumer's position.  So after
 * the position is stored the ring is looked at once more; without the fence
 * the CPU could do the second before the first, and a record that came in
 * between would wait for the next one.
 */
static int events_take(struct controller *c)
{
	int got;

	c->turn_events = TURN_EVENTS;
	do {
		got = ring_buffer__consume(c->ring);
		atomic_thread_fence(memory_order_seq_cst);
	} while (got > 0);
	c->loop.busy = got == -EINTR;
	return c->loop.busy ? 0 : got;
}

static int events_drain(struct controller *c)
{
	int err;

	do
		err = events_take(c);
	while (!err && c->loop.busy);
	return err;
}

/* Taken at the end of the turn, behind all that came with it. */
static int events_event(struct source *s)
{
	source_owner(s, struct controller, events)->loop.busy = true;
	return 0;
}

/* -- frames and news ---------------------------------------------------- */

/* What stays in the ring is TCP's, too: it leaves twice at worst. */
static int frames_check(struct controller *c)
{
	return egress_kick(&c->egress);
}

static int frames_event(struct source *s)
{
	return frames_check(source_owner(s, struct controller, frames));
}

/* Looks whether the feed still arrives, and logs what changed. */
static void membership_tell(struct controller *c)
{
	char words[MEMBERSHIP_WORDS + 16];
	int i;

	if (!membership_refresh(&c->membership))
		return;
	for (i = 0; i < HT_LINES; i++) {
		const struct membership_line *l = &c->membership.lines[i];

		if (!l->line.port)
			continue;
		membership_words(l, words);
		log_line(&c->log, "line %c: %s", 'A' + i, words);
	}
}

static int news_event(struct source *s)
{
	struct controller *c = source_owner(s, struct controller, news);
	int err = way_follow(c);

	membership_tell(c);
	answers_tell(c);
	return err;
}

/* -- timer and signals -------------------------------------------------- */

static void silence_log(struct controller *c, int line)
{
	if (silence_is(&c->silence, line))
		log_line(&c->log, "line %c: silent for %d s", 'A' + line,
			 SILENCE_S);
	else
		log_line(&c->log, "line %c: heard again", 'A' + line);
}

static void silence_tell(struct controller *c)
{
	uint32_t changed = silence_beat(&c->silence, c->in.feed);
	int i;

	for (i = 0; i < HT_LINES; i++)
		if (changed >> i & 1)
			silence_log(c, i);
}

/* Once a second. */
static int slow_duties(struct controller *c)
{
	int64_t malformed = xsk_malformed(&c->egress.xsk);

	if (malformed)
		return out_error(malformed < 0 ? (int)malformed : -EBADMSG,
				 "%s: AF_XDP descriptors",
				 c->egress.netif.name);
	if (controller_pin(c) != c->pin_inode) {
		c->gone = true;
		return -ENOENT;
	}
	risk_clock(&c->risk, &c->in, clock_ns());
	silence_tell(c);
	feed_tell(c);
	answers_day(c);
	/* not all that a join fails on is news */
	if (!membership_is_whole(&c->membership))
		membership_tell(c);
	return 0;
}

/* Orders that the exchange has neither answered nor ignored. */
static bool answers_are_due(const struct controller *c)
{
	return c->orders.count > c->orders.answered + c->orders.ignored;
}

/* Answers first, then the logout; what rests at the exchange goes on resting. */
static int leave_beat(struct controller *c, uint64_t now)
{
	int err = events_drain(c);

	session_beat(&c->session, now);
	if (c->session.state == HT_SESSION_OPEN &&
	    (!answers_are_due(c) || now >= c->leave_ns + LEAVE_MS * MS_NS))
		session_close(&c->session);
	c->loop.stop = now >= c->leave_ns + LOGOUT_MS * MS_NS ||
		       (c->session.state != HT_SESSION_OPEN &&
			session_is_idle(&c->session));
	return err ? err : frames_check(c);
}

/* Everything about orders that is a matter of time. */
static int orders_beat(struct controller *c, uint64_t now)
{
	int err;

	session_beat(&c->session, now);
	err = c->session.way_open ? delegate_tend(&c->delegate) : 0;
	if (err)
		session_drop(&c->session, "its connection cannot be shared any more");
	killed_beat(c);
	limits_beat(c);
	mirror_beat(c, now);
	return answers_judge(c, now);
}

static int timer_event(struct source *s)
{
	struct controller *c = source_owner(s, struct controller, timer);
	uint64_t now = clock_ns();
	uint64_t expirations, beats;
	int err;

	if (read(s->fd, &expirations, sizeof(expirations)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (c->leave_ns)
		return leave_beat(c, now);
	beats = (now - c->started_ns) / (BEAT_MS * SLOW_BEATS * MS_NS);
	if (beats != (c->beat_ns - c->started_ns) /
		     (BEAT_MS * SLOW_BEATS * MS_NS)) {
		err = slow_duties(c);
		if (err)
			return err;
	}
	gate_beat(c, now);
	c->loop.busy = true;	/* look at the ring, too */
	err = frames_check(c);
	if (!err)
		err = aside_drain(&c->aside);
	if (!err)
		err = recovery_beat(&c->recovery);
	if (!err)
		err = orders_beat(c, now);
	return err ? err : control_tick(&c->control);
}

/* The first signal ends all trading, then waits for the answers that are due;
 * the second one does not wait.
 */
static int signals_event(struct source *s)
{
	struct controller *c = source_owner(s, struct controller, signals);
	struct signalfd_siginfo info;

	if (read(s->fd, &info, sizeof(info)) != sizeof(info))
		return errno == EAGAIN ? 0 : -errno;
	gate_close(c);
	if (c->leave_ns)
		c->loop.stop = true;
	c->leave_ns = clock_ns();
	return events_drain(c);
}

/* An order that nobody can read of must not be followed by another. */
static int turn_end(struct loop *l)
{
	struct controller *c = source_owner(l, struct controller, loop);
	int err = recovery_turn(&c->recovery);

	if (err)
		return out_error(err, "the feed's recovery");
	err = c->loop.busy ? events_take(c) : 0;
	if (err)
		return err;
	journal_turn(&c->journal);
	err = log_flush(&c->log);
	return err ? out_error(err, "cannot write what happened") : 0;
}

/* -- opening ------------------------------------------------------------ */

static int timer_open(void)
{
	const struct itimerspec beat = {
		.it_interval.tv_nsec = BEAT_MS * MS_NS,
		.it_value.tv_nsec = BEAT_MS * MS_NS,
	};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd >= 0)
		timerfd_settime(fd, 0, &beat, NULL);
	return fd;
}

static int signals_open(void)
{
	struct sigaction hangup;
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* nohup means what it says: a blocked signal comes in all the same */
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int source_open(struct controller *c, struct source *s, int fd,
		       uint32_t events, int (*on_event)(struct source *))
{
	if (fd < 0)
		return -errno;
	s->fd = fd;
	s->events = events;
	s->on_event = on_event;
	return loop_add(&c->loop, s);
}

static int sources_open(struct controller *c)
{
	struct egress *e = &c->egress;
	int err;

	err = source_open(c, &c->signals, signals_open(), POLLIN,
			  signals_event);
	if (!err)
		err = source_open(c, &c->timer, timer_open(), POLLIN,
				  timer_event);
	if (!err)
		err = source_open(c, &c->events, c->in.events_fd, POLLIN,
				  events_event);
	if (!err)
		err = source_open(c, &c->frames, xsk_fd(&e->xsk), POLLOUT,
				  frames_event);
	if (!err)
		err = source_open(c, &c->news, path_watch_fd(&e->path), POLLIN,
				  news_event);
	if (!err)
		err = aside_listen(&c->aside, &c->loop);
	if (!err)
		err = recovery_listen(&c->recovery);
	return err;
}

static int loop_prepare(struct controller *c)
{
	int err = loop_open(&c->loop);

	if (err == -EPERM || err == -ENOSYS)
		return out_error(err, "no io_uring; see sysctl kernel.io_uring_disabled");
	if (err == -EINVAL)
		return out_error(err, "io_uring is too old here: Linux 6.1 or newer is needed");
	if (err)
		return out_error(err, "io_uring");
	c->loop.after_turn = turn_end;
	c->ring = ring_buffer__new(c->in.events_fd, event_take, c, NULL);
	if (!c->ring)
		return out_error(-errno, "instance `%s`: its event ring",
				 c->in.name);
	err = sources_open(c);
	if (err)
		return out_error(err, "cannot set up the loop");
	c->control.answer = report_answer;
	c->control.context = c;
	err = control_listen(&c->control, c->in.name, &c->loop);
	if (err)
		return out_error(err, "%s: cannot listen",
				 c->control.address.sun_path);
	return 0;
}

/* Its journal first: whatever the exchange says is written down. */
static int session_prepare(struct controller *c)
{
	const struct session_sink sink = {
		.message = answer_take,
		.state = answer_state,
		.session_new = answer_new_session,
		.context = c,
	};
	const struct session_way way = way_make(c);
	int err = journal_prepare(c);

	if (err)
		return err;
	err = session_init(&c->session, &c->loop, &c->options->session, &sink,
			   &way);
	if (err)
		return out_error(err, "--login does not fit");
	session_open(&c->session);
	return 0;
}

static int controller_open(struct controller *c)
{
	const struct controller_options *o = c->options;
	int err;

	risk_init(&c->risk);
	err = log_open(&c->log, o->orders_log, o->quiet);
	if (err) {
		out_error(err, "%s", o->orders_log);
		return -EIO;	/* -ENOENT would be a missing instance */
	}
	err = controller_prepare(c);
	if (!err)
		killed_begin(c);
	if (!err)
		err = loop_prepare(c);
	if (!err)
		err = session_prepare(c);
	if (err)
		return err;
	c->locked = !mlockall(MCL_CURRENT);
	err = privileges_drop();
	return err ? out_error(err, "cannot drop privileges") : 0;
}

/* -- the whole ---------------------------------------------------------- */

static struct controller *controller_new(const struct controller_options *o)
{
	struct controller *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->options = o;
	c->kill_told = "not asked for anything";
	c->in = INSTANCE_CLOSED;
	c->timer.fd = c->signals.fd = -1;
	c->session.fd = c->delegate.fd = c->journal.fd = c->order_link = -1;
	c->recovery.recover_fd = c->recovery.inject.prog_fd = -1;
	c->recovery.timer.fd = c->recovery.rerequest.fd = -1;
	c->recovery.rejoin.source.fd = -1;
	c->loop.ring.ring_fd = -1;
	c->control.lock_fd = c->control.listener.fd = -1;
	return c;
}

static void controller_close(struct controller *c)
{
	gate_close(c);
	if (c->control.lock_fd >= 0)
		control_close(&c->control);
	recovery_close(&c->recovery);
	if (c->session.fd >= 0)
		session_drop(&c->session, "the controller ends");
	if (c->journal.fd >= 0)
		journal_close(&c->journal, LEAVE_MS);
	if (c->loop.ring.ring_fd >= 0)
		loop_close(&c->loop);
	aside_close(&c->aside);
	if (c->timer.fd >= 0)
		close(c->timer.fd);
	if (c->signals.fd >= 0)
		close(c->signals.fd);
	ring_buffer__free(c->ring);
	dump_forget(c);
	orders_free(&c->orders);
	if (c->order_link >= 0)
		close(c->order_link);
	egress_close(&c->egress);
	membership_close(&c->membership);
	instance_close(&c->in);
	log_close(&c->log);
	free(c);
}

static int controller_end(struct controller *c, int err)
{
	gate_close(c);
	if (c->gone)
		out_error(0, "instance `%s` was unloaded; the controller ends",
			  c->in.name);
	else if (err)
		out_error(err, "the controller ends on an error; nothing fires any more");
	log_drain(&c->log, LEAVE_MS);
	journal_put_stop(&c->journal, err, c->gone ? "instance unloaded" :
			 err ? "error" : "asked to");
	report_end(c);
	if (c->gone)
		return EXIT_NOT_RUNNING;
	return err ? EXIT_SYSTEM : EXIT_OK;
}

int controller_run(const struct controller_options *options)
{
	struct controller *c = controller_new(options);
	int err, code;

	if (!c)
		return exit_code(out_error(-ENOMEM, "no memory"));
	err = controller_open(c);
	if (err) {
		code = exit_code(err);
	} else {
		gate_open(c);
		report_start(c);
		err = loop_run(&c->loop);
		code = controller_end(c, err);
	}
	controller_close(c);
	return code;
}
