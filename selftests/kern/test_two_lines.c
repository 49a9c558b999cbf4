// SPDX-License-Identifier: GPL-2.0
/*
 * One writer at a time: both lines flat out from two CPUs into the loaded
 * program, and the book is the reference's, each message applied once and each
 * frame counted once.  Through BPF_PROG_TEST_RUN, as the controller gives
 * packets back; through the two receive queues of a veth, whose NAPI runs on
 * the CPU of who sends; and one line each way.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/crc.h"
#include "../../user/loader.h"
#include "../../user/netif.h"
#include "hairtrigger.skel.h"
#include "native.h"
#include "race.h"
#include "reference/csv.h"

enum {
	MESSAGES = 500000,
	PATIENCE_MS = 5000,
	TRIES = 10,
};

static struct hairtrigger_bpf *skel;
static struct instance in;
static struct race race;
static struct race_sender sender[RACE_LINES];
static int cpus[RACE_LINES];
static uint64_t seed;

/* -- what the program says at the end ------------------------------------- */

static struct ht_counters counters_of(int cpu)
{
	static struct ht_counters each[4096];
	uint32_t zero = 0;

	assert_in_range(libbpf_num_possible_cpus(), 1, 4096);
	assert_int_equal(bpf_map_lookup_elem(in.counters_fd, &zero, each), 0);
	return each[cpu];
}

static struct ht_counters all_counters(void)
{
	struct ht_counters sum;

	assert_int_equal(instance_counters(&in, &sum), 0);
	return sum;
}

static void describe(void)
{
	int i;

	for (i = 0; i < RACE_LINES; i++) {
		struct ht_counters n = counters_of(cpus[i]);
		const struct race_sender *s = &sender[i];

		print_message("cpu %d: sent %llu, lost %llu, refused %llu, went back %llu; seen %llu: applied %llu, ahead %llu, known %llu, met the other %llu\n",
			      cpus[i], (unsigned long long)s->sent,
			      (unsigned long long)s->lost,
			      (unsigned long long)s->refused,
			      (unsigned long long)s->returns,
			      (unsigned long long)n.frames,
			      (unsigned long long)n.packets,
			      (unsigned long long)n.aside_ahead,
			      (unsigned long long)n.drop_duplicate,
			      (unsigned long long)n.aside_busy);
	}
}

/* Each message once, in order, and nothing that the book has a rule for. */
static void applied_once(const struct ht_counters *n)
{
	assert_int_equal(in.feed->expected, MESSAGES + 1);
	assert_int_equal(in.feed->state, HT_FEED_LIVE);
	assert_int_equal(in.feed->lock, 0);
	assert_int_equal(n->messages, MESSAGES);
	assert_int_equal(n->duplicate_ref, 0);
	assert_int_equal(n->unknown_ref, 0);
	assert_int_equal(n->over_executed, 0);
	assert_int_equal(n->bad_value, 0);
	assert_int_equal(n->corrupt, 0);
	assert_int_equal(in.book->bad_symbols, 0);
}

static void same_book(void)
{
	struct crc crc;
	uint32_t wanted;

	assert_int_equal(csv_crc(&race.book, &wanted), 0);
	assert_int_equal(crc_book(&crc, &in, 0), 0);
	assert_int_equal(crc.sum, wanted);
	assert_int_equal(crc.levels, race.book.levels);
	assert_int_equal(in.book->orders, HASH_COUNT(race.book.by_ref));
}

/* Both CPUs applied packets, and met at the lock: else nothing is proven. */
static bool they_met(void)
{
	struct ht_counters n = all_counters();

	return counters_of(cpus[0]).packets && counters_of(cpus[1]).packets &&
	       n.aside_busy && n.aside_ahead && n.overlap;
}

static void check(void)
{
	struct ht_counters n = all_counters();

	describe();
	assert_int_equal(exits_of(&n), n.frames);
	applied_once(&n);
	same_book();
}

static void senders_ready(bool (*send)(const struct race_sender *s,
				       const uint8_t *frame, uint32_t len))
{
	int i;

	for (i = 0; i < RACE_LINES; i++)
		sender[i] = (struct race_sender){
			.line = &race.line[i], .feed = in.feed,
			.messages = MESSAGES, .cpu = cpus[i],
			.random = seed + (uint64_t)i, .send = send,
			.fd = bpf_program__fd(skel->progs.ht_feed),
		};
}

/* -- through BPF_PROG_TEST_RUN -------------------------------------------- */

static bool send_by_run(const struct race_sender *s, const uint8_t *frame,
			uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, run,
		.data_in = frame,
		.data_size_in = len,
		.repeat = 1,
	);

	return !bpf_prog_test_run_opts(s->fd, &run);
}

static void run(uint32_t most_a, uint32_t most_b)
{
	uint32_t most[RACE_LINES] = { most_a, most_b };

	assert_int_equal(race_make(&race, MESSAGES, most, seed), 0);
	senders_ready(send_by_run);
	assert_int_equal(race_run(sender), 0);
	check();
	assert_int_equal(sender[0].refused + sender[1].refused, 0);
	assert_int_equal(sender[0].sent + sender[1].sent,
			 all_counters().frames);
}

static void few_messages(void)
{
	run(2, 3);
}

static void many_messages(void)
{
	run(20, 40);
}

/* -- through a veth ------------------------------------------------------- */

static bool send_by_packet(const struct race_sender *s, const uint8_t *frame,
			   uint32_t len)
{
	return send(s->fd, frame, len, 0) == (ssize_t)len;
}

static int packet_socket(const char *ifname)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	assert_true(fd >= 0);
	/* straight into the driver, on the queue of this CPU */
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on,
				    sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void wait_for_carrier(const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname), i;
	struct netif netif = {0};

	for (i = 0; i < PATIENCE_MS && !netif.up; i++) {
		assert_int_equal(netif_find(&netif, ifindex), 0);
		poll(NULL, 0, 1);
	}
	assert_true(netif.up);
}

/* The program on the far end of a veth, in a network of our own. */
static int veth_make(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int link;

	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(system("ip link add near numtxqueues 2 numrxqueues 2 type veth peer name far numtxqueues 2 numrxqueues 2 && ip link set near up && ip link set far up"),
			 0);
	link = bpf_link_create(bpf_program__fd(skel->progs.ht_feed),
			       (int)if_nametoindex("far"), BPF_XDP, &opts);
	assert_true(link >= 0);
	wait_for_carrier("near");
	wait_for_carrier("far");
	return link;
}

/* Frames of the feed: the stack of either end says a word, too. */
static uint64_t frames_seen(void)
{
	struct ht_counters n = all_counters();

	return n.frames - n.pass_short - n.pass_not_udp - n.pass_fragment -
	       n.pass_not_ours;
}

/* What the veth took is on its way, or seen. */
static void wait_for_frames(uint64_t sent)
{
	int i;

	for (i = 0; i < PATIENCE_MS && frames_seen() < sent; i++)
		poll(NULL, 0, 1);
	assert_int_equal(frames_seen(), sent);
}

/* Nobody takes what a line's frames are set aside for: that is counted, too.
 * Frames of the controller are its own.
 */
static void asides_add_up(void)
{
	struct ht_counters n = all_counters();

	assert_int_equal(n.asides, 0);
	assert_true(n.aside_lost > 0);
	assert_true(n.aside_lost <= n.aside_busy + n.aside_ahead);
	if (!n.injected)
		assert_int_equal(n.aside_lost, n.aside_busy + n.aside_ahead);
}

/* Line A through the veth; line B, too, or by the controller's way. */
static void run_veth(bool injected)
{
	uint32_t most[RACE_LINES] = { 20, 30 };
	int link, i;

	assert_int_equal(race_make(&race, MESSAGES, most, seed), 0);
	link = veth_make();
	senders_ready(send_by_packet);
	for (i = 0; i < RACE_LINES; i++)
		sender[i].fd = packet_socket("near");
	if (injected) {
		close(sender[1].fd);
		sender[1].fd = bpf_program__fd(skel->progs.ht_feed);
		sender[1].send = send_by_run;
	}
	assert_int_equal(race_run(sender), 0);
	wait_for_frames(sender[0].sent + sender[1].sent);
	check();
	asides_add_up();
	assert_int_equal(all_counters().injected,
			 injected ? sender[1].sent : 0);
	close(sender[0].fd);
	if (!injected)
		close(sender[1].fd);
	close(link);
}

static void both_by_veth(void)
{
	run_veth(false);
}

static void one_injected(void)
{
	run_veth(true);
}

/* -- the cases ------------------------------------------------------------- */

static int setup(void **state)
{
	struct loader_options options = {
		.orders = 100000,
		.lines = { race_lines[0], race_lines[1] },
	};
	int err = loader_load(&skel, &options);

	return err ? err : instance_adopt(&in, skel);
}

static int teardown(void **state)
{
	race_free(&race);
	instance_close(&in);
	hairtrigger_bpf__destroy(skel);
	return 0;
}

/* On a machine with much else to do one sender may be done before the other has
 * a turn: then nothing was tried.
 */
static void until_they_meet(void (*race_once)(void))
{
	int tries;

	race_once();
	for (tries = 1; tries < TRIES && !they_met(); tries++) {
		print_message("the CPUs did not meet: again\n");
		teardown(NULL);
		assert_int_equal(setup(NULL), 0);
		race_once();
	}
	assert_true(they_met());
}

static void packets_of_few_messages(void **state)
{
	until_they_meet(few_messages);
}

static void packets_of_many_messages(void **state)
{
	until_they_meet(many_messages);
}

static void two_receive_queues(void **state)
{
	until_they_meet(both_by_veth);
}

static void a_line_and_the_controller(void **state)
{
	until_they_meet(one_injected);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(packets_of_few_messages),
		CASE(packets_of_many_messages),
		CASE(two_receive_queues),
		CASE(a_line_and_the_controller),
	};
	const char *given = getenv("SEED");

	if (geteuid()) {
		puts("the program needs root");
		return 77;
	}
	if (!race_cpus(cpus)) {
		puts("two lines at the same time need two CPUs");
		return 77;
	}
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	printf("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
