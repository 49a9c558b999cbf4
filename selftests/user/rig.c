// SPDX-License-Identifier: GPL-2.0
#include "rig.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../user/attach.h"
#include "../../user/depth.h"
#include "../../user/loader.h"
#include "../../user/mold.h"
#include "../../user/symbols.h"
#include "../../user/wanted.h"
#include "hairtrigger.skel.h"

enum {
	ORDERS = 4096,
	BEAT_NS = 1000000,
	PATIENCE_S = 10,
};

struct rig rig;
struct packet packet;

static char name[32];
static uint64_t standing_ns;	/* the clock's; 0: it runs */

static const struct ht_line line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

/* -- time ------------------------------------------------------------------ */

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

/* Two readings are never the same. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_MONOTONIC || !standing_ns)
		return __real_clock_gettime(clock, now);
	standing_ns++;
	now->tv_sec = (time_t)(standing_ns / 1000000000);
	now->tv_nsec = (long)(standing_ns % 1000000000);
	return 0;
}

uint64_t real_ns(void)
{
	struct timespec now;

	__real_clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void later(uint64_t ms)
{
	standing_ns += ms * MS_NS;
}

void clock_catch_up(void)
{
	uint64_t now = real_ns();

	if (standing_ns < now)
		standing_ns = now;
}

void clock_run(void)
{
	standing_ns = 0;
}

static int beat_event(struct source *s)
{
	uint64_t beats;

	if (read(s->fd, &beats, sizeof(beats)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	return recovery_beat(&rig.r);
}

static int after_turn(struct loop *l)
{
	l->stop = true;
	return recovery_turn(&rig.r);
}

void turn(void)
{
	rig.loop.stop = false;
	assert_int_equal(loop_run(&rig.loop), 0);
}

void turns(int count)
{
	while (count--)
		turn();
}

/* -- the instance ---------------------------------------------------------- */

static int tests_in_child(int (*tests)(void), const sigset_t *signals)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	if (!unshare(CLONE_NEWNET))
		return tests();
	puts("a network namespace needs root");
	return 77;
}

int rig_run(int (*tests)(void))
{
	char path[96];
	sigset_t signals;
	int status, sig;
	pid_t pid;

	snprintf(name, sizeof(name), "test-%d", getpid());
	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s", name);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return 1;
	if (!pid)
		exit(tests_in_child(tests, &signals));
	while (waitpid(pid, &status, WNOHANG) != pid)
		if (!sigwait(&signals, &sig) && sig != SIGCHLD)
			kill(pid, SIGKILL);
	if (!access(path, F_OK))
		attach_undo(name);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int rig_load(void **state)
{
	struct symbol_name listed = { .stock = "AAA     " };
	struct symbols symbols = { .names = &listed, .count = 1 };
	struct loader_options options = {
		.orders = ORDERS,
		.lines[0] = line,
		.symbols = &symbols,
	};
	struct hairtrigger_bpf *skel;
	int err;

	if (system("ip link set lo up && "
		   "ip link add feed9 type veth peer name wire9 && "
		   "ip link set feed9 up && ip link set wire9 up"))
		return -1;
	err = loader_load(&skel, &options);
	if (err)
		return err;
	err = attach_instance(skel, name, "feed9");
	hairtrigger_bpf__destroy(skel);
	return err ? err : instance_open(&rig.in, name, true);
}

int rig_unload(void **state)
{
	instance_close(&rig.in);
	return attach_undo(name);
}

static void counters_reset(void)
{
	int cpus = libbpf_num_possible_cpus();
	struct ht_counters *none = calloc((size_t)cpus, sizeof(*none));
	uint32_t zero = 0;

	assert_int_equal(bpf_map_update_elem(rig.in.counters_fd, &zero, none,
					     BPF_ANY), 0);
	free(none);
}

/* As the loader leaves the maps. */
static void maps_reset(void)
{
	struct ht_book book = {
		.order_limit = rig.in.book->order_limit,
		.row_limit = rig.in.book->row_limit,
	};
	struct ht_feed feed = { .expected = 1, .lines[0] = line };
	uint64_t at = 0;
	int more;

	while ((more = instance_empty(&rig.in, &at)) > 0)
		;
	assert_int_equal(more, 0);
	*rig.in.feed = feed;
	*rig.in.book = book;
	memset(rig.in.triggers, 0, HT_TRIGGERS * sizeof(*rig.in.triggers));
	memset(rig.in.watches, 0, HT_LOCATES * sizeof(*rig.in.watches));
	assert_int_equal(wanted_forget(&rig.in), 0);
	counters_reset();
}

static void server_open(int *fd, struct sockaddr_in *address)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	socklen_t len = sizeof(*address);

	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(*fd >= 0);
	setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(bind(*fd, (struct sockaddr *)address, len), 0);
	getsockname(*fd, (struct sockaddr *)address, &len);
}

int rig_setup(void **state)
{
	int i, fd;

	standing_ns = real_ns();
	maps_reset();
	rig.options = RECOVERY_DEFAULTS;
	rig.options.wait_ns = 0;
	rig.options.login = me;
	for (i = 0; i < RIG_SERVERS; i++) {
		server_open(&rig.server[i], &rig.options.rerequest[i]);
		world_setup((void **)&rig.glimpse[i]);
		rig.options.glimpse[i] = rig.glimpse[i]->address;
	}
	fd = instance_pin(name, "ht_feed");
	inject_init(&rig.wire, rig.in.feed, fd);
	return fd < 0;
}

int rig_teardown(void **state)
{
	int i;

	rig_close();
	close(rig.wire.prog_fd);
	for (i = 0; i < RIG_SERVERS; i++) {
		close(rig.server[i]);
		world_teardown((void **)&rig.glimpse[i]);
	}
	return 0;
}

void rig_open(int rerequests, int glimpses)
{
	const struct itimerspec every = {
		.it_interval.tv_nsec = BEAT_NS,
		.it_value.tv_nsec = BEAT_NS,
	};
	struct recovery *r = &rig.r;

	rig.options.rerequests = rerequests;
	rig.options.glimpses = glimpses;
	rig.log = (struct log){ .quiet = true };
	memset(r, 0, sizeof(*r));
	r->recover_fd = r->inject.prog_fd = r->timer.fd = -1;
	r->rerequest.fd = r->rejoin.source.fd = -1;
	r->in = &rig.in;
	r->log = &rig.log;
	r->loop = &rig.loop;
	assert_int_equal(loop_open(&rig.loop), 0);
	rig.looping = true;
	rig.loop.after_turn = after_turn;
	rig.beat = (struct source){
		.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK),
		.events = POLLIN,
		.on_event = beat_event,
	};
	timerfd_settime(rig.beat.fd, 0, &every, NULL);
	assert_int_equal(recovery_open(r, &rig.options), 0);
	assert_int_equal(recovery_listen(r), 0);
	assert_int_equal(loop_add(&rig.loop, &rig.beat), 0);
}

void rig_close(void)
{
	if (!rig.looping)
		return;
	recovery_close(&rig.r);
	loop_close(&rig.loop);
	close(rig.beat.fd);
	rig.looping = false;
}

/* -- packets --------------------------------------------------------------- */

static uint32_t shares_of(uint64_t s)
{
	return 100 + (uint32_t)s % 97;
}

struct msg day_message(uint64_t s)
{
	if (s == 1)
		return msg_directory(RIG_LOCATE, "AAA", 'P');
	return msg_add(RIG_LOCATE, s, 'B', shares_of(s), 100 * (uint32_t)s);
}

void compose(uint64_t from, uint64_t to)
{
	packet_begin(&packet, from);
	for (; from < to; from++)
		packet_add(&packet, day_message(from));
}

void aside_packet(void)
{
	assert_int_equal(recovery_packet(&rig.r, packet.data, packet.len), 0);
}

void aside(uint64_t from, uint64_t to)
{
	compose(from, to);
	aside_packet();
}

struct ht_counters counters(void)
{
	struct ht_counters n;

	assert_int_equal(instance_counters(&rig.in, &n), 0);
	return n;
}

static uint64_t asides(void)
{
	struct ht_counters n = counters();

	return n.aside_ahead + n.aside_session + n.aside_state + n.corrupt;
}

void wire_packet(void)
{
	uint64_t before = asides();

	/* what we inject passes for what a controller gives */
	if (rig.in.feed->state != HT_FEED_JOINING) {
		memcpy(inject_payload(&rig.wire), packet.data, packet.len);
		assert_int_equal(inject_run(&rig.wire, packet.len), 0);
		if (asides() == before &&
		    (packet.len > sizeof(struct mold_header) ||
		     rig.in.feed->state != HT_FEED_GAP))
			return;
	}
	if (rig.looping)
		aside_packet();
}

void wire_in(uint64_t from, uint64_t to)
{
	compose(from, to);
	wire_packet();
}

void book_is(uint64_t next, enum ht_feed_state state)
{
	uint64_t orders = next > 2 ? next - 2 : 0, i;
	struct depth d = { 0 };

	assert_int_equal(rig.in.feed->state, state);
	assert_int_equal(rig.in.feed->expected, next);
	assert_int_equal(rig.in.book->orders, orders);
	assert_int_equal(depth_read(&d, &rig.in, RIG_LOCATE), 0);
	assert_int_equal(d.count[HT_BID], orders);
	assert_int_equal(d.count[HT_ASK], 0);
	for (i = 0; i < orders; i++) {
		const struct book_level *level = &d.levels[HT_BID][i];
		uint64_t s = next - 1 - i;

		assert_int_equal(level->px, 100 * s);
		assert_int_equal(level->qty, shares_of(s));
		assert_int_equal(level->orders, 1);
	}
	depth_free(&d);
}
