// SPDX-License-Identifier: GPL-2.0
/*
 * bench_kill_lab - an exchange and a controller, each where it would be
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arrival.map.h"
#include "arrival.skel.h"
#include "bench_kill.h"
#include "bench_netns.h"
#include "clock.h"
#include "limits.h"
#include "netif.h"
#include "out.h"
#include "trigger.h"

#define NEAR_NAME	"near"
#define FAR_NAME	"far"
#define NEAR_IP		"10.78.0.2"
#define FAR_IP		"10.78.0.1"
#define EXCHANGE	FAR_IP ":9001"

enum {
	EXCHANGE_PORT = 9001,
	ARGS = 24,
	PATIENCE_S = 120,	/* a long session is generated first */
	END_MS = 5000,
	KILL_MS = 300,		/* for each of them, at most */
	SPARE_MS = 10000,	/* for what comes before them */
};

/* -- namespaces ------------------------------------------------------------ */

static int arrival_open(struct kill_lab *lab)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);

	lab->arrival = arrival_bpf__open();
	if (!lab->arrival)
		return -errno;
	lab->arrival->rodata->cfg_port = EXCHANGE_PORT;
	if (arrival_bpf__load(lab->arrival))
		return -EIO;
	lab->arrivals = mmap(NULL, HT_ARRIVALS * sizeof(*lab->arrivals),
			     PROT_READ | PROT_WRITE, MAP_SHARED,
			     bpf_map__fd(lab->arrival->maps.arrivals), 0);
	if (lab->arrivals == MAP_FAILED) {
		lab->arrivals = NULL;
		return -errno;
	}
	lab->link = bpf_link_create(
		bpf_program__fd(lab->arrival->progs.arrival),
		(int)if_nametoindex(FAR_NAME), BPF_XDP, &opts);
	return lab->link < 0 ? -errno : 0;
}

/* This thread stays in the engine's. */
static int wire_make(struct kill_lab *lab)
{
	int err;

	lab->near_netns = bench_netns_make();
	if (lab->near_netns < 0)
		return lab->near_netns;
	lab->far_netns = bench_netns_make();
	if (lab->far_netns < 0)
		return lab->far_netns;
	err = netif_veth(FAR_NAME, NEAR_NAME, lab->near_netns);
	if (!err)
		err = bench_end_up(FAR_NAME, FAR_IP);
	if (!err)
		err = arrival_open(lab);
	if (!err && setns(lab->near_netns, CLONE_NEWNET))
		err = -errno;
	return err ? err : bench_end_up(NEAR_NAME, NEAR_IP);
}

/* -- processes ------------------------------------------------------------- */

/* A CPU for the controller and one for all others, as far as there are two. */
static int task_place(bool apart, bool first)
{
	struct sched_param priority = { .sched_priority = 1 };
	cpu_set_t allowed, one;
	int cpu, found = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	CPU_ZERO(&one);
	for (cpu = 0; cpu < CPU_SETSIZE && found < 1 + apart; cpu++)
		if (CPU_ISSET(cpu, &allowed)) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			found++;
		}
	if (sched_setaffinity(0, sizeof(one), &one) ||
	    (first && sched_setscheduler(0, SCHED_FIFO, &priority)))
		return -errno;
	return 0;
}

static void child_run(const struct kill_lab *lab, int netns, const char *out,
		      bool is_controller, char *const *argv)
{
	bool placed = lab->options->realtime;
	char path[128];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	snprintf(path, sizeof(path), "%s/%s", lab->folder, out);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ||
	    setns(netns, CLONE_NEWNET) ||
	    (placed && task_place(is_controller, is_controller)))
		_exit(127);
	execv("/proc/self/exe", argv);
	_exit(127);
}

/* words: this program's arguments, one space between two. */
static pid_t process_start(const struct kill_lab *lab, int netns,
			   const char *out, bool is_controller, char *words)
{
	char *argv[ARGS] = { (char *)"hairtrigger" }, *at;
	int n = 1;
	pid_t pid;

	for (words = strtok_r(words, " ", &at); words && n < ARGS - 1;
	     words = strtok_r(NULL, " ", &at))
		argv[n++] = words;
	pid = fork();
	if (!pid)
		child_run(lab, netns, out, is_controller, argv);
	return pid < 0 ? -errno : pid;
}

static int process_finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ECHILD;
}

static int instance_load(struct kill_lab *lab)
{
	char words[256];
	pid_t pid;

	snprintf(words, sizeof(words), "-I %s load " NEAR_NAME, lab->name);
	pid = process_start(lab, lab->near_netns, "load", false, words);
	return pid < 0 ? pid : process_finish(pid);
}

static int sim_start(struct kill_lab *lab)
{
	uint64_t ms = 2ull * KILL_MS * lab->options->kills + SPARE_MS;
	uint64_t rate = lab->options->rate;
	char words[256];

	snprintf(words, sizeof(words), "sim run --generate --symbols 1 --messages %llu --rate %llu --per-packet 1 --market-open --interface-ip " FAR_IP,
		 (unsigned long long)(ms * rate / 1000),
		 (unsigned long long)rate);
	lab->pid[KILL_SIM] = process_start(lab, lab->far_netns, "sim", false,
					   words);
	return lab->pid[KILL_SIM] < 0 ? lab->pid[KILL_SIM] : 0;
}

static int controller_start(struct kill_lab *lab)
{
	char words[256];

	snprintf(words, sizeof(words), "-I %s run --exchange " EXCHANGE " --journal %s/journal --quiet",
		 lab->name, lab->folder);
	lab->pid[KILL_CONTROLLER] = process_start(lab, lab->near_netns, "run",
						  true, words);
	return lab->pid[KILL_CONTROLLER] < 0 ? lab->pid[KILL_CONTROLLER] : 0;
}

int kill_lab_look(const struct kill_lab *lab)
{
	static const char *const names[] = { "exchange", "controller" };
	siginfo_t info = {0};
	int i;

	for (i = 0; i < KILL_PROCESSES; i++) {
		if (lab->pid[i] <= 0 ||
		    waitid(P_PID, (id_t)lab->pid[i], &info,
			   WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
			continue;
		return out_error(-ECHILD, "the %s has ended", names[i]);
	}
	return 0;
}

/* -- limits and trigger ---------------------------------------------------- */

static int limits_raise(struct instance *in)
{
	static const char *const values[][2] = {
		{ "rate", "65536" }, { "symbol-rate", "65536" },
		{ "session-rate", "65536" }, { "duplicate", "0" },
		{ "max-orders", "1000000" }, { "position", "100000000" },
		{ "fills-time", "1us" }, { "max-backlog", "1000000" },
		{ "max-gross", "100000000000" }, { "max-net", "100000000000" },
		{ "max-loss", "100000000000" }, { "collar", "50%" },
	};
	struct limits_edit edits[sizeof(values) / sizeof(*values)];
	char words[LIMITS_WORDS];
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
		const struct limits_key *key = limits_find(values[i][0], words);

		if (!key || limits_parse(key, values[i][1], &edits[i], words))
			return out_error(-EINVAL, "%s: %s", values[i][0],
					 words);
	}
	return limits_change(in, edits, (int)i);
}

static bool is_ready(const struct kill_lab *lab)
{
	const struct instance *in = &lab->in;

	return in->feed->phase == HT_PHASE_MARKET &&
	       in->feed->state == HT_FEED_LIVE && in->symbols[1].ticker[0] &&
	       HT_READ_ONCE(in->account->session) == HT_SESSION_OPEN;
}

static int ready_wait(struct kill_lab *lab)
{
	uint64_t end = clock_ns() + PATIENCE_S * SECOND_NS;
	int err = 0;

	while (!err && !is_ready(lab)) {
		poll(NULL, 0, 1);
		err = kill_lab_look(lab);
		if (!err && clock_ns() > end)
			err = out_error(-ETIMEDOUT, "the market does not open");
	}
	return err;
}

static int trigger_make(struct kill_lab *lab)
{
	struct trigger_error error;
	struct ht_rule rule;
	int err = trigger_compile("when ask_size >= 1 then buy 1 @ ask cooldown 0ms max 1000000",
				  &rule, &error);

	if (!err)
		err = trigger_add(&lab->in, KILL_TRIGGER, 1, &rule);
	return err < 0 ? out_error(err, "no trigger") : 0;
}

int kill_lab_open(struct kill_lab *lab, const struct kill_options *options,
		  const char *instance)
{
	int err;

	*lab = (struct kill_lab){
		.options = options, .name = instance, .in = INSTANCE_CLOSED,
		.near_netns = -1, .far_netns = -1, .link = -1,
		.folder = "/tmp/hairtrigger-bench.XXXXXX",
	};
	if (!mkdtemp(lab->folder)) {
		*lab->folder = 0;
		return out_error(-errno, "no folder");
	}
	err = wire_make(lab);
	if (err)
		return out_error(err, "cannot make a veth pair");
	err = instance_load(lab);
	if (!err)
		err = instance_open(&lab->in, instance, true);
	if (!err)
		err = limits_raise(&lab->in);
	if (!err)
		err = controller_start(lab);
	if (!err)
		err = sim_start(lab);
	if (err)
		return out_error(err, "cannot start the processes");
	err = ready_wait(lab);
	if (!err)
		err = trigger_make(lab);
	if (!err && options->realtime)
		err = task_place(false, true);
	return err;
}

static void process_end(pid_t pid)
{
	int left = END_MS;

	if (pid <= 0)
		return;
	kill(pid, SIGTERM);
	while (!waitpid(pid, NULL, WNOHANG)) {
		poll(NULL, 0, 10);
		left -= 10;
		if (left == 0)
			kill(pid, SIGKILL);
	}
}

static void files_remove(struct kill_lab *lab)
{
	static const char *const names[] = { "load", "sim", "run", "journal" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", lab->folder, names[i]);
		unlink(path);
	}
	if (*lab->folder)
		rmdir(lab->folder);
	snprintf(path, sizeof(path), "/var/lib/hairtrigger/%s.kill", lab->name);
	unlink(path);
}

void kill_lab_close(struct kill_lab *lab)
{
	char words[128];
	pid_t pid;

	process_end(lab->pid[KILL_CONTROLLER]);
	process_end(lab->pid[KILL_SIM]);
	instance_close(&lab->in);
	snprintf(words, sizeof(words), "-I %s unload --force", lab->name);
	pid = *lab->folder ? process_start(lab, lab->near_netns, "load", false,
					   words) : -1;
	if (pid > 0)
		process_finish(pid);
	if (lab->link >= 0)
		close(lab->link);
	if (lab->arrivals)
		munmap(lab->arrivals, HT_ARRIVALS * sizeof(*lab->arrivals));
	arrival_bpf__destroy(lab->arrival);
	if (lab->near_netns >= 0)
		close(lab->near_netns);
	if (lab->far_netns >= 0)
		close(lab->far_netns);
	files_remove(lab);
}
