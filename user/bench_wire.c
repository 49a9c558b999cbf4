// SPDX-License-Identifier: GPL-2.0
#include "bench_wire.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "flood.skel.h"
#include "hairtrigger.skel.h"
#include "loader.h"
#include "netif.h"
#include "out.h"
#include "replay.h"

enum {
	CARRIER_MS = 5000,	/* until there is one */
	LOOK_MS = 5,		/* whether a run is over */
	BATCH = 16,		/* frames that the kernel makes at once */
};

#define NEAR_NAME	"near"

/* Who looks whether a run is over must come before the sender to see it. */
enum { PRIORITY_WORK = 1, PRIORITY_LOOK = 2 };

/* A task of ours, 0: this thread, onto its CPU. */
static int task_place(const struct wire *w, pid_t pid, int cpu, int priority)
{
	struct sched_param first = { .sched_priority = priority };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(pid, sizeof(one), &one) ||
	    (w->realtime && sched_setscheduler(pid, SCHED_FIFO, &first)))
		return -errno;
	return 0;
}

/* The CPUs for both: the first two that we may use. */
static int cpus_choose(struct wire *w)
{
	cpu_set_t allowed;
	int found = 0, i, err;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return out_error(-errno, "cannot see which CPUs there are");
	for (i = 0; i < CPU_SETSIZE && found < 2; i++)
		if (CPU_ISSET(i, &allowed))
			w->cpu[found++] = i;
	if (!w->apart)
		w->cpu[1] = w->cpu[0];
	else if (found < 2)
		return out_error(-ENODEV, "sender and program apart need two CPUs; use --same-cpu");
	err = task_place(w, 0, w->cpu[0], PRIORITY_LOOK);
	return err ? out_error(err, "cannot take CPU %d", w->cpu[0]) : 0;
}

/* -- the program's end ---------------------------------------------------- */

static int program_open(struct wire *w)
{
	struct loader_options options = {
		.lines[0] = replay_line,
		.feed_name = "bench",
	};
	int err = loader_load(&w->program, &options);

	return err ? err : instance_adopt(&w->in, w->program);
}

static int program_attach(struct wire *w)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);

	w->link = bpf_link_create(bpf_program__fd(w->program->progs.ht_feed),
				  (int)if_nametoindex(w->far_name), BPF_XDP,
				  &opts);
	if (w->link < 0)
		return out_error(-errno, "%s: cannot attach natively",
				 w->far_name);
	return 0;
}

/* -- namespaces and veth -------------------------------------------------- */

/* This thread moves into a network of its own.  Return: it, or -errno. */
static int netns_make(void)
{
	int fd;

	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int veth_make(struct wire *w)
{
	int err;

	snprintf(w->far_name, sizeof(w->far_name), "far%d", (int)getpid());
	w->near_netns = netns_make();
	if (w->near_netns < 0)
		return out_error(w->near_netns, "cannot make a network namespace");
	w->far_netns = netns_make();
	if (w->far_netns < 0)
		return out_error(w->far_netns, "cannot make a network namespace");
	err = netif_veth(w->far_name, NEAR_NAME, w->near_netns);
	if (!err)
		err = netif_up((int)if_nametoindex(w->far_name));
	return err ? out_error(err, "cannot make a veth pair") : 0;
}

/* The stack would say a word on a new interface, and the veth drop it. */
static int near_hush(void)
{
	int fd = open("/proc/sys/net/ipv6/conf/" NEAR_NAME "/disable_ipv6",
		      O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;	/* there is no IPv6 */
	if (write(fd, "1", 1) != 1)
		err = -errno;
	close(fd);
	return err;
}

/* Up, and with a carrier, which comes when the other end is up, too: nothing is
 * sent before.
 */
static int near_wait(int ifindex)
{
	int i, err = near_hush();
	struct netif netif = {0};

	if (!err)
		err = netif_up(ifindex);
	for (i = 0; i < CARRIER_MS && !err && !netif.up; i++) {
		err = netif_find(&netif, ifindex);
		if (!err && !netif.up)
			poll(NULL, 0, 1);
	}
	if (!err && !netif.up)
		err = -ENETDOWN;
	return err ? out_error(err, NEAR_NAME ": no carrier") : 0;
}

/* -- the program on a CPU of its own -------------------------------------- */

/* /sys shows the network of who mounted it: for one write we mount our own. */
static int threaded_write(const char *ifname)
{
	char path[64];
	int fd, err = 0;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -errno;
	snprintf(path, sizeof(path), "/sys/class/net/%s/threaded", ifname);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		err = -errno;
	if (fd >= 0)
		close(fd);
	umount2("/sys", MNT_DETACH);
	return err;
}

/* Whether process `pid` is the kernel's thread for the interface. */
static bool is_napi_thread(const char *pid, const char *ifname)
{
	char path[300], name[64] = "", wanted[32];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = 0;
	fclose(file);
	snprintf(wanted, sizeof(wanted), "napi/%s-", ifname);
	return !strncmp(name, wanted, strlen(wanted));
}

static int napi_pin(const struct wire *w)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	int err = -ESRCH;

	if (!processes)
		return -errno;
	while (err == -ESRCH && (entry = readdir(processes)))
		if (is_napi_thread(entry->d_name, w->far_name))
			err = task_place(w, atoi(entry->d_name), w->cpu[1],
					 PRIORITY_WORK);
	closedir(processes);
	return err;
}

static int program_move(const struct wire *w)
{
	int err = threaded_write(w->far_name);

	if (!err)
		err = napi_pin(w);
	return err ? out_error(err, "%s: cannot move its NAPI to another CPU; use --same-cpu",
			       w->far_name) : 0;
}

/* -- the sender's end ----------------------------------------------------- */

static void *map_view(const struct bpf_map *map)
{
	void *view = mmap(NULL, bpf_map__value_size(map),
			  PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map),
			  0);

	return view == MAP_FAILED ? NULL : view;
}

/* Its maps: as long as the stream, and the feed is the program's. */
static int flood_load(struct wire *w, const struct stream *s)
{
	w->flood = flood_bpf__open();
	if (!w->flood)
		return -errno;
	w->flood->rodata->cfg_ifindex = (uint32_t)w->near;
	w->flood->rodata->cfg_bytes = (uint32_t)s->used;
	w->flood->rodata->cfg_messages = s->messages;
	if (bpf_map__set_value_size(w->flood->maps.streams,
				    (uint32_t)s->used + 2 * HT_FLOOD_FRAME) ||
	    bpf_map__reuse_fd(w->flood->maps.feeds,
			      bpf_map__fd(w->program->maps.feeds)) ||
	    flood_bpf__load(w->flood))
		return -errno;
	return 0;
}

static int flood_open(struct wire *w, const struct stream *s)
{
	uint8_t *bytes;
	int err;

	w->near = (int)if_nametoindex(NEAR_NAME);
	if (s->used > HT_FLOOD_STREAM_MAX)
		return out_error(-E2BIG, "the session takes %zu MiB in frames, of %u at most; choose fewer --messages",
				 s->used >> 20, HT_FLOOD_STREAM_MAX >> 20);
	err = flood_load(w, s);
	if (err)
		return out_error(err, "cannot load the sender's program");
	w->state = map_view(w->flood->maps.floods);
	bytes = map_view(w->flood->maps.streams);
	if (!w->state || !bytes)
		return out_error(-errno, "cannot map the sender's frames");
	memcpy(bytes, s->bytes, s->used);
	munmap(bytes, bpf_map__value_size(w->flood->maps.streams));
	w->state->next = 1;
	return 0;
}

int wire_open(struct wire *w, const struct stream *s, bool apart,
	      bool realtime)
{
	int err;

	*w = (struct wire){
		.link = -1, .near_netns = -1, .far_netns = -1,
		.apart = apart, .realtime = realtime,
	};
	err = program_open(w);

	if (!err)
		err = cpus_choose(w);
	if (!err)
		err = veth_make(w);
	if (!err)
		err = program_attach(w);
	if (!err && w->apart)
		err = program_move(w);
	if (!err && setns(w->near_netns, CLONE_NEWNET))
		err = out_error(-errno, "cannot enter the sender's namespace");
	if (!err)
		err = flood_open(w, s);
	return err ? err : near_wait(w->near);
}

void wire_close(struct wire *w)
{
	if (w->state)
		munmap(w->state, sizeof(*w->state));
	flood_bpf__destroy(w->flood);
	if (w->link >= 0)
		close(w->link);
	if (w->near_netns >= 0)
		close(w->near_netns);
	if (w->far_netns >= 0)
		close(w->far_netns);
	if (w->in.feed)
		instance_close(&w->in);
	hairtrigger_bpf__destroy(w->program);
}

/* -- one run -------------------------------------------------------------- */

struct run {
	const struct wire *wire;
	int fd;
	int err;
};

/* In one system call: making its frames takes tens of milliseconds, each time.
 * Nothing but a signal ends it before INT_MAX frames.
 */
static void *run_thread(void *argument)
{
	static const uint8_t empty[HT_FLOOD_FRAME];
	struct run *run = argument;
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		.data_in = empty,
		.data_size_in = sizeof(empty),
		.repeat = INT_MAX,
		.batch_size = BATCH,
		.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
	);

	run->err = task_place(run->wire, 0, run->wire->cpu[0], PRIORITY_WORK);
	if (!run->err && bpf_prog_test_run_opts(run->fd, &opts) &&
	    errno != EINTR)
		run->err = -errno;
	return NULL;
}

static void run_interrupted(int signal)
{
}

int wire_run(struct wire *w, enum wire_sender sender)
{
	const struct bpf_program *program[WIRE_SENDERS] = {
		[WIRE_TAKEN] = w->flood->progs.flood_taken,
		[WIRE_CLOCK] = w->flood->progs.flood_clock,
		[WIRE_BURSTS] = w->flood->progs.flood_bursts,
	};
	struct sigaction interrupt = { .sa_handler = run_interrupted };
	struct run run = {
		.wire = w, .fd = bpf_program__fd(program[sender]),
	};
	bool ended = false;
	pthread_t thread;
	int err;

	w->state->start_ns = w->state->late = 0;
	w->state->done = w->state->in_burst = w->state->burst_sent = 0;
	sigaction(SIGUSR1, &interrupt, NULL);
	err = pthread_create(&thread, NULL, run_thread, &run);
	if (err)
		return out_error(-err, "cannot start the sender");
	while (!HT_READ_ONCE(w->state->done) && !ended) {
		poll(NULL, 0, LOOK_MS);
		ended = !pthread_tryjoin_np(thread, NULL);
	}
	/* a signal that comes before the call ends nothing: again */
	while (!ended) {
		pthread_kill(thread, SIGUSR1);
		poll(NULL, 0, 1);
		ended = !pthread_tryjoin_np(thread, NULL);
	}
	return run.err ? out_error(run.err, "cannot send") : 0;
}

uint64_t wire_seen(const struct wire *w)
{
	return HT_READ_ONCE(w->in.feed->lines[0].packets);
}

int64_t wire_dropped(const struct wire *w)
{
	struct netif netif;
	int err = netif_find(&netif, w->near);

	return err ? err : (int64_t)netif.tx_dropped;
}

const char *wire_compiler(const struct wire *w)
{
	return (const char *)w->flood->rodata->cfg_compiler;
}
