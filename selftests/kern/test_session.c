// SPDX-License-Identifier: GPL-2.0
/*
 * kern/session.bpf.h, in the kernel (ht_order, ht_feed) and natively beside it:
 * both must make the same of a frame, to the last byte, and learn the same.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "feed.bpf.h"
#include "hairtrigger.skel.h"
#include "program.h"

enum {
	OURS = 40001, THEIRS = 26400,	/* ports */
	US = 0x0a000002, THEM = 0x0a000001,
	DATA = 20,
	MUTATIONS = 4000,
};

#define BASE	0xffffff80u	/* our sequences wrap soon */
#define PEER	0xfffffff0u	/* ... and the peer's */

static struct program program;
static uint8_t frame[512], after[512];
static uint32_t frame_len;
static struct ht_session before;	/* what both begin with */

static void session_reset(void)
{
	before = (struct ht_session){
		.active = 1, .peer_scale = 7,
		.next = (uint64_t)1 << 32 | (BASE + 400), .adopted = BASE + 100,
		.una = BASE, .edge = BASE + 1000, .end = PEER,
		.early_ack = BASE,
	};
	put_be32(&before.local_ip, US);
	put_be32(&before.remote_ip, THEM);
	put_be16(&before.local_port, OURS);
	put_be16(&before.remote_port, THEIRS);
}

/* A segment of the peer's with DATA bytes. */
static void segment_make(uint32_t ack, int timestamps)
{
	struct ht_tcp_path path = {
		.src_mac = { 2, 0, 0, 0, 0, 1 },
		.dst_mac = { 2, 0, 0, 0, 0, 2 },
		.ttl = 64, .timestamps = (uint8_t)timestamps,
	};
	const struct ht_tcp_now now = {
		.seq = PEER, .ack = ack, .ts = 777, .ts_echo = 555,
		.window = 300,
	};
	uint32_t head = tcp_head_len(timestamps), sum;

	put_be32(&path.src_ip, THEM);
	put_be32(&path.dst_ip, US);
	put_be16(&path.src_port, THEIRS);
	put_be16(&path.dst_port, OURS);
	sum = tcp_frame_build((struct ht_tcp_frame *)frame, &path, DATA);
	memset(frame + head, 'x', DATA);
	sum = csum_add(sum, frame + head, DATA);
	tcp_frame_set((struct ht_tcp_frame *)frame, timestamps, &now, sum);
	frame_len = head + DATA;
}

/* Moves what follows the first `at` bytes by `by` bytes, zeros between. */
static void insert(uint32_t at, uint32_t by)
{
	memmove(frame + at + by, frame + at, frame_len - at);
	memset(frame + at, 0, by);
	frame_len += by;
}

static void kernel_run(const struct bpf_program *which)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		.data_in = frame, .data_size_in = frame_len,
		.data_out = after, .data_size_out = sizeof(after), .repeat = 1,
	);

	*program.session = before;
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(which), &opts),
			 0);
	assert_int_equal(opts.retval, XDP_PASS);
	assert_int_equal(opts.data_size_out, frame_len);
}

/* Both programs and the native build; what they made of it is in `after` and
 * program.session.
 */
static void run(void)
{
	struct ht_session native = before;
	/* a driver puts frames where their IP header is aligned */
	uint8_t room[sizeof(frame) + 2] __attribute__((aligned(8)));
	uint8_t *copy = room + 2;
	uint32_t off;

	memcpy(copy, frame, sizeof(frame));
	off = feed_ip_offset(copy, copy + frame_len);
	if (off && native.active)
		session_look(&native, copy, copy + frame_len, off);
	kernel_run(program.skel->progs.ht_feed);
	assert_memory_equal(after, copy, frame_len);
	assert_memory_equal(program.session, &native, sizeof(native));
	kernel_run(program.skel->progs.ht_order);
	assert_memory_equal(after, copy, frame_len);
	assert_memory_equal(program.session, &native, sizeof(native));
}

static void untouched(void)
{
	run();
	assert_memory_equal(after, frame, frame_len);
}

/* Sum over pseudo header and segment of what came out: 0 when it is right. */
static uint16_t sum_after(uint32_t ip_at)
{
	const uint8_t *ip = after + ip_at;
	uint32_t head = (ip[0] & 15u) * 4;
	uint32_t len = get_be16(ip + 2) - head;

	return csum_fold(csum_add(csum_add(6 + len, ip + 12, 8), ip + head,
				  len));
}

static uint32_t ack_after(uint32_t ip_at)
{
	return get_be32(after + ip_at + (after[ip_at] & 15u) * 4 + 8);
}

static void is_clamped(uint32_t ip_at, uint32_t ack)
{
	const struct ht_session *s = program.session;

	run();
	assert_int_equal(ack_after(ip_at), before.adopted);
	assert_int_equal(sum_after(ip_at), 0);
	assert_int_equal(s->early_ack, ack);
	assert_int_equal(s->early_window, 300);
	assert_int_equal(s->una, ack);
	assert_int_equal(s->clamped, 1);
}

/* -- what is learned ------------------------------------------------------- */

static void an_ack_is_learned(void **state)
{
	const struct ht_session *s = program.session;

	segment_make(BASE + 100, 1);
	untouched();
	assert_int_equal(s->una, BASE + 100);
	assert_int_equal(s->edge, BASE + 100 + (300 << 7));
	assert_int_equal(s->end, PEER + DATA);
	assert_int_equal(s->ts_recent, 777);
	assert_int_equal(s->segments, 1);
	assert_int_equal(s->clamped, 0);
	assert_int_equal(s->early_ack, BASE);
}

static void nothing_goes_back(void **state)
{
	const struct ht_session *s = program.session;

	before.una = BASE + 100;
	before.edge = BASE + 100000;
	before.end = PEER + 1000;
	before.ts_recent = 800;
	before.segments = 1;
	segment_make(BASE + 50, 1);
	untouched();
	assert_int_equal(s->una, before.una);
	assert_int_equal(s->edge, before.edge);
	assert_int_equal(s->end, before.end);
	assert_int_equal(s->ts_recent, 800);
	assert_int_equal(s->segments, 2);
}

/* Any first timestamp, also one that looks older than 0. */
static void the_first_timestamp_counts(void **state)
{
	segment_make(BASE, 1);
	put_be32(&((struct ht_tcp_frame *)frame)->ts.value, 0x90000000);
	untouched();
	assert_int_equal(program.session->ts_recent, 0x90000000);
}

static void a_fin_counts_as_a_byte(void **state)
{
	segment_make(BASE, 0);
	frame[34 + 13] |= 1;
	untouched();
	assert_int_equal(program.session->end, PEER + DATA + 1);
}

static void a_reset_is_only_counted(void **state)
{
	segment_make(BASE + 500, 0);
	frame[34 + 13] |= 4;
	untouched();
	assert_int_equal(program.session->resets, 1);
	assert_int_equal(program.session->segments, 0);
}

/* -- early ACKs ------------------------------------------------------------ */

static void an_early_ack_is_set_back(void **state)
{
	uint32_t ack;
	int ts;

	for (ts = 0; ts < 2; ts++)
		for (ack = BASE + 102; ack != BASE + 400; ack++) {
			segment_make(ack, ts);
			is_clamped(14, ack);
		}
	segment_make(BASE + 400, 1);
	is_clamped(14, BASE + 400);
}

static void the_highest_early_ack_is_kept(void **state)
{
	before.una = BASE + 300;
	before.early_ack = BASE + 300;
	before.early_window = 5;
	segment_make(BASE + 200, 1);
	run();
	assert_int_equal(ack_after(14), before.adopted);
	assert_int_equal(program.session->early_ack, BASE + 300);
	assert_int_equal(program.session->early_window, 5);
}

/* Also where nothing was early for more than half of all sequences. */
static void an_old_early_ack_is_none(void **state)
{
	before.early_ack = BASE + 0x80001000;
	segment_make(BASE + 200, 1);
	is_clamped(14, BASE + 200);
}

/* TCP has sent its FIN by itself. */
static void the_ack_of_our_fin_passes(void **state)
{
	segment_make(BASE + 101, 1);
	untouched();
	assert_int_equal(program.session->una, BASE + 101);
	assert_int_equal(program.session->clamped, 0);
}

static void with_vlan_tags_and_ip_options(void **state)
{
	uint32_t tags, options;

	for (tags = 0; tags <= 2; tags++)
		for (options = 0; options <= 10; options += 5) {
			segment_make(BASE + 150, 1);
			insert(34, options * 4);
			frame[14] = (uint8_t)(0x45 + options);
			put_be16(frame + 16, (uint16_t)(frame_len - 14));
			insert(12, tags * 4);
			if (tags > 0)
				put_be16(frame + 12, ETH_P_8021Q);
			if (tags > 1)
				put_be16(frame + 16, ETH_P_8021Q);
			is_clamped(14 + tags * 4, BASE + 150);
			assert_int_equal(program.session->ts_recent, 777);
			assert_int_equal(program.session->end, PEER + DATA);
		}
}

/* SACK blocks before the timestamps, and padding in the frame. */
static void timestamps_behind_other_options(void **state)
{
	segment_make(BASE + 150, 1);
	insert(54, 12);
	frame[54] = frame[55] = HT_TCP_NOP;
	frame[56] = 5;
	frame[57] = 10;
	frame[34 + 12] = 11 << 4;
	put_be16(frame + 16, (uint16_t)(frame_len - 14));
	frame_len += 6;
	run();
	assert_int_equal(ack_after(14), before.adopted);
	assert_int_equal(program.session->ts_recent, 777);
	assert_int_equal(program.session->end, PEER + DATA);
}

/* -- what cannot be the peer's --------------------------------------------- */

static void is_strange(void)
{
	struct ht_session expected = before;

	expected.strange = 1;
	untouched();
	assert_memory_equal(program.session, &expected, sizeof(expected));
}

/* TCP drops them; set back, they would be believed with their data. */
static void an_ack_of_what_was_never_sent(void **state)
{
	uint32_t ack;

	segment_make(BASE + 402, 1);
	is_strange();
	for (ack = 1024; ack < 0x80000000 - 1024; ack *= 2) {
		segment_make(BASE + 401 + ack, 1);
		is_strange();
	}
	segment_make(BASE + 401, 1);
	is_clamped(14, BASE + 401);
}

static void a_segment_far_from_the_others(void **state)
{
	static const uint32_t by[] = { 1u << 25, 1u << 31, -(1u << 25) };
	uint32_t i;

	for (i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		segment_make(BASE + 150, 1);
		put_be32(&((struct ht_tcp_frame *)frame)->tcp.seq, PEER + by[i]);
		is_strange();
	}
}

/* -- what is not its ------------------------------------------------------- */

static void nothing_while_not_active(void **state)
{
	before.active = 0;
	segment_make(BASE + 150, 1);
	untouched();
	assert_memory_equal(program.session, &before, sizeof(before));
}

static void other_connections_pass(void **state)
{
	static const uint32_t at[] = { 26, 29, 30, 33, 34, 35, 36, 37 };
	uint32_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		segment_make(BASE + 150, 1);
		frame[at[i]] ^= 1;
		untouched();
		assert_memory_equal(program.session, &before, sizeof(before));
	}
}

static void every_truncation(void **state)
{
	uint32_t whole;

	segment_make(BASE + 150, 1);
	whole = frame_len;
	for (frame_len = 15; frame_len < whole; frame_len++)
		run();
}

static void mutated_segments(void **state)
{
	uint64_t random = 7;
	uint32_t i, n;

	for (i = 0; i < MUTATIONS; i++) {
		segment_make(BASE + random_below(&random, 300), i & 1);
		for (n = random_below(&random, 4); n; n--)
			frame[12 + random_below(&random, frame_len - 12)] =
				(uint8_t)random_below(&random, 256);
		run();
	}
}

static void each_frame_is_counted_once(void **state)
{
	struct ht_counters n;

	segment_make(BASE + 150, 1);
	kernel_run(program.skel->progs.ht_feed);
	before.active = 0;
	kernel_run(program.skel->progs.ht_feed);
	n = program_counters(&program);
	assert_int_equal(n.frames, 2);
	assert_int_equal(n.pass_session, 1);
	assert_int_equal(n.pass_not_udp, 1);
	assert_int_equal(exits_of(&n), 2);
}

static void a_reservation_is_number_and_sequence(void **state)
{
	struct ht_session s = { .next = (uint64_t)9 << 32 | 100 };

	assert_true(session_reserve(&s, 1, 50) == ((uint64_t)9 << 32 | 100));
	assert_true(session_reserve(&s, 0, 3) == ((uint64_t)10 << 32 | 150));
	assert_true(s.next == ((uint64_t)10 << 32 | 153));
	/* a sequence that wraps skips a number */
	s.next = (uint64_t)10 << 32 | 0xfffffff0;
	session_reserve(&s, 1, 50);
	assert_true(s.next == ((uint64_t)12 << 32 | 0x22));
}

static int fresh(void **state)
{
	program_reset(&program);
	session_reset();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_ack_is_learned),
		CASE(nothing_goes_back),
		CASE(the_first_timestamp_counts),
		CASE(a_fin_counts_as_a_byte),
		CASE(a_reset_is_only_counted),
		CASE(an_early_ack_is_set_back),
		CASE(the_highest_early_ack_is_kept),
		CASE(an_old_early_ack_is_none),
		CASE(the_ack_of_our_fin_passes),
		CASE(with_vlan_tags_and_ip_options),
		CASE(timestamps_behind_other_options),
		CASE(an_ack_of_what_was_never_sent),
		CASE(a_segment_far_from_the_others),
		CASE(nothing_while_not_active),
		CASE(other_connections_pass),
		CASE(every_truncation),
		CASE(mutated_segments),
		CASE(each_frame_is_counted_once),
		CASE(a_reservation_is_number_and_sequence),
	};
	int err = program_load(&program, NATIVE_ROOMY);

	if (err == -EPERM || err == -EACCES) {
		puts("BPF_PROG_TEST_RUN needs root");
		return 77;
	}
	if (err)
		return 1;
	err = cmocka_run_group_tests(tests, NULL, NULL);
	program_unload(&program);
	return err;
}
