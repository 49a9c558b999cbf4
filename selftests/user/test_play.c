// SPDX-License-Identifier: GPL-2.0
/*
 * user/play.c, play_capture.c: files through the loaded program; captures of
 * two lines that lose and disorder packets are the session all the same
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/capture.h"
#include "../../user/crc.h"
#include "../../user/play.h"
#include "hairtrigger.skel.h"
#include "session.h"

enum { QUIET = 4000 };	/* its messages may be lost: they are of no order */

static struct session session;
static char folder[] = "/tmp/ht-play-XXXXXX";
static char path[64];
static struct packet packet;

/* What one replay came to. */
struct result {
	int err;
	struct crc crc;
	struct ht_counters n;
	struct play play;
	uint64_t holes;
	uint64_t missing;
};

static const char *file(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static struct replay_options asked(const char *name)
{
	return (struct replay_options){
		.file = file(name),
		.end_ns = UINT64_MAX,
		.loader = { .orders = 20000, .lines[0] = replay_line },
	};
}

static struct result replayed(struct replay_options options)
{
	struct hairtrigger_bpf *skel;
	static struct replay replay;
	struct result r = { 0 };
	struct instance in;

	replay = (struct replay){ 0 };
	assert_int_equal(loader_load(&skel, &options.loader), 0);
	assert_int_equal(instance_adopt(&in, skel), 0);
	replay_init(&replay, &in, bpf_program__fd(skel->progs.ht_feed),
		    replay_session);
	r.play = (struct play){
		.options = &options, .replay = &replay,
		.captured = capture_is(options.file),
	};
	r.err = play_file(&r.play);
	assert_int_equal(crc_book(&r.crc, &in, 0), 0);
	assert_int_equal(instance_counters(&in, &r.n), 0);
	r.holes = replay.holes;
	r.missing = replay.missing;
	if (r.play.captured)
		reorder_free(&r.play.reorder);
	instance_close(&in);
	hairtrigger_bpf__destroy(skel);
	return r;
}

/* The book after the first `count` messages, by the plain file of them. */
static struct crc book_after(uint32_t count)
{
	struct result r;

	session_write(&session, file("plain.itch"), count);
	r = replayed(asked("plain.itch"));
	assert_int_equal(r.err, 0);
	assert_int_equal(r.n.messages, count);
	assert_int_equal(r.n.unknown_ref, 0);
	assert_int_equal(r.crc.sequence, count);
	return r.crc;
}

static void same_book(const struct result *r, uint32_t count)
{
	struct crc plain = book_after(count);

	assert_int_equal(r->err, 0);
	assert_int_equal(r->crc.sum, plain.sum);
	assert_int_equal(r->crc.levels, plain.levels);
	assert_int_equal(r->crc.sequence, plain.sequence);
}

static void frame(gzFile out, int line, uint32_t seq, uint32_t count)
{
	session_packet(&session, &packet, seq, count);
	capture_frame(out, line, &packet);
}

static uint32_t most(uint32_t seq, uint32_t count)
{
	return seq + count > SESSION_MESSAGES + 1 ?
	       SESSION_MESSAGES + 1 - seq : count;
}

static int setup(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	session_make(&session, QUIET);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* Line A has seven messages a packet, and loses every eleventh packet. */
static bool lost_by_a(uint32_t seq)
{
	return (seq - 1) / 7 % 11 == 5;
}

/* B has five, comes later, and loses some that A does not. */
static bool lost_by_b(uint32_t seq)
{
	return (seq - 1) / 5 % 3 == 1 && !lost_by_a(seq) && !lost_by_a(seq + 4);
}

static void write_two_lines(const char *name)
{
	gzFile out = capture_create(file(name));
	uint32_t a = 1, b = 1;

	while (b <= SESSION_MESSAGES) {
		if (a <= SESSION_MESSAGES && a < b + 30) {
			if (!lost_by_a(a))
				frame(out, 0, a, most(a, 7));
			a += 7;
			continue;
		}
		if (!lost_by_b(b))
			frame(out, 1, b, most(b, 5));
		b += 5;
	}
	gzclose(out);
}

static void two_lines_are_one_session(void **state)
{
	struct result r;

	write_two_lines("two.pcap");
	r = replayed(asked("two.pcap"));
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.play.lines.count, 2);
	assert_int_equal(r.holes, 0);
	assert_true(r.play.filled > 200);
	assert_true(r.play.reorder.waited > 100);
	assert_int_equal(r.play.filled, r.play.lines.line[0].filled +
					r.play.lines.line[1].filled);
	assert_true(r.n.drop_duplicate > 500);
}

static void compressed_it_is_the_same(void **state)
{
	struct result r;

	write_two_lines("two.pcap.gz");
	assert_true(capture_is(file("two.pcap.gz")));
	r = replayed(asked("two.pcap.gz"));
	same_book(&r, SESSION_MESSAGES);
	session_write(&session, file("plain.itch.gz"), SESSION_MESSAGES);
	assert_false(capture_is(file("plain.itch.gz")));
	r = replayed(asked("plain.itch.gz"));
	same_book(&r, SESSION_MESSAGES);
}

/* What came before the cut is played. */
static void a_cut_compressed_capture_is_told(void **state)
{
	struct result r;
	long size;
	FILE *f;

	write_two_lines("cut.pcap.gz");
	f = fopen(file("cut.pcap.gz"), "r");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	fclose(f);
	assert_int_equal(truncate(file("cut.pcap.gz"), size / 2), 0);
	r = replayed(asked("cut.pcap.gz"));
	assert_int_equal(r.err, -EPROTO);
	assert_in_range(r.n.messages, SESSION_MESSAGES / 4,
			SESSION_MESSAGES - 1);
}

/* Groups of four packets backwards; a heartbeat that is ahead; the end of the
 * session before its last packet.
 */
static void disorder_is_mended(void **state)
{
	gzFile out = capture_create(file("disorder.pcap"));
	struct result r;
	uint32_t seq, i;

	frame(out, 0, 1, 8);
	for (seq = 9; seq + 40 <= SESSION_MESSAGES; seq += 40) {
		frame(out, 0, seq + 40, 0);
		for (i = 4; i--;)
			frame(out, 0, seq + 10 * i, 10);
	}
	session_packet(&session, &packet, SESSION_MESSAGES + 1, 0);
	packet_count(&packet, MOLD_END_OF_SESSION);
	capture_frame(out, 0, &packet);
	frame(out, 0, seq, SESSION_MESSAGES + 1 - seq);
	gzclose(out);
	r = replayed(asked("disorder.pcap"));
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.holes, 0);
	assert_int_equal(r.n.session_ends, 1);
}

/* Both lines lose the quiet messages; then they come, too late or not. */
static void write_hole(const char *name, uint32_t late)
{
	gzFile out = capture_create(file(name));
	uint32_t seq;
	int line;

	for (seq = 1; seq <= SESSION_MESSAGES; seq++)
		for (line = 0; line < 2; line++) {
			if (seq < QUIET || seq >= QUIET + 10)
				frame(out, line, seq, 1);
			if (seq == late)
				frame(out, line, QUIET, 10);
		}
	gzclose(out);
}

static void a_hole_stays_and_is_told(void **state)
{
	struct result r;

	write_hole("hole.pcap", 0);
	r = replayed(asked("hole.pcap"));
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.holes, 1);
	assert_int_equal(r.missing, 10);
	assert_int_equal(r.play.reorder.late, 0);
	assert_int_equal(r.play.filled, 0);
}

static void late_within_the_window_fills_it(void **state)
{
	struct result r;

	write_hole("late.pcap", QUIET + 10 + REORDER_PACKETS / 2 - 5);
	r = replayed(asked("late.pcap"));
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.holes, 0);
	assert_int_equal(r.play.filled, 10);
	assert_int_equal(r.play.reorder.late, 0);
}

static void too_late_is_counted(void **state)
{
	struct result r;

	write_hole("too-late.pcap", QUIET + 10 + REORDER_PACKETS / 2 + 5);
	r = replayed(asked("too-late.pcap"));
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.holes, 1);
	assert_int_equal(r.missing, 10);
	assert_int_equal(r.play.filled, 0);
	assert_int_equal(r.play.reorder.late, 2);
}

/* A line is a destination: the ninth one of our own session is left out. */
static void a_ninth_line_is_counted(void **state)
{
	static const uint8_t group[] = { 233, 54, 12, 111 };
	struct line_packet p = { .payload = packet.data, .group = group };
	struct lines lines;

	session_packet(&session, &packet, 1, 1);
	p.len = packet.len;
	lines_init(&lines, NULL, 0);
	for (p.port = 1; p.port <= LINES_MOST; p.port++)
		assert_non_null(lines_take(&lines, &p));
	assert_null(lines_take(&lines, &p));
	assert_int_equal(lines.count, LINES_MOST);
	assert_int_equal(lines.left_out, 1);
	assert_int_equal(lines.other_sessions, 0);
}

/* Other traffic, another session, and the line that was not asked for. */
static void only_the_feed_is_played(void **state)
{
	struct replay_options options = asked("mixed.pcap");
	gzFile out = capture_create(file("mixed.pcap"));
	struct result r;
	uint32_t seq;

	packet_begin(&packet, 1);
	packet.len = 40;	/* no MoldUDP64: the blocks do not add up */
	capture_frame(out, 1, &packet);
	for (seq = 1; seq <= SESSION_MESSAGES; seq += 10) {
		frame(out, 0, seq, most(seq, 10));
		session_packet(&session, &packet, seq, most(seq, 10));
		packet_session(&packet, "OTHERDAY01");
		capture_frame(out, 1, &packet);
	}
	gzclose(out);
	r = replayed(options);
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.play.lines.count, 1);
	assert_int_equal(r.play.lines.others, 1);
	assert_int_equal(r.play.lines.other_sessions, 900);

	options = asked("mixed.pcap");
	options.group_count = 1;
	options.groups[0] = (struct ht_line){
		.group = { 233, 49, 196, 111 }, .port = 26477,
	};
	r = replayed(options);
	assert_int_equal(r.err, -EBADMSG);	/* no packet of a feed */
	options.groups[0].group[1] = 54;
	options.groups[0].group[2] = 12;
	r = replayed(options);
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.play.lines.others, 901);
}

/* -- the window ------------------------------------------------------------ */

static uint64_t time_of(uint32_t message)
{
	return SESSION_START + message * SESSION_STEP;
}

static void window(const char *name, uint32_t first, uint32_t last)
{
	struct replay_options options = asked(name);
	struct result r;

	options.from_ns = time_of(first);
	options.end_ns = time_of(last) + 1;
	r = replayed(options);
	same_book(&r, last);
	assert_int_equal(r.n.messages, last);
	assert_int_equal(r.play.before.messages, first - 1);
	assert_true(r.play.stopped == (last < SESSION_MESSAGES));
}

/* Wherever in a packet its ends are. */
static void the_window_is_exact(void **state)
{
	uint32_t i;

	session_write(&session, file("whole.itch"), SESSION_MESSAGES);
	write_two_lines("two.pcap");
	for (i = 0; i < 8; i += 3) {
		window("whole.itch", 2001 + i, 3001 + 3 * i);
		window("two.pcap", 2001 + i, 3001 + 3 * i);
	}
	window("two.pcap", 3000, 3000);
	window("two.pcap", 8999, 9000);
}

static void a_window_behind_the_end(void **state)
{
	struct replay_options options = asked("whole.itch");
	struct result r;

	session_write(&session, file("whole.itch"), SESSION_MESSAGES);
	options = asked("whole.itch");
	options.from_ns = time_of(SESSION_MESSAGES + 1);
	r = replayed(options);
	same_book(&r, SESSION_MESSAGES);
	assert_int_equal(r.play.before.messages, SESSION_MESSAGES);
	options.from_ns = 0;
	options.end_ns = time_of(1);
	r = replayed(options);
	assert_int_equal(r.err, 0);
	assert_int_equal(r.n.messages, 0);
	assert_int_equal(r.crc.sequence, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_lines_are_one_session),
		cmocka_unit_test(compressed_it_is_the_same),
		cmocka_unit_test(a_cut_compressed_capture_is_told),
		cmocka_unit_test(disorder_is_mended),
		cmocka_unit_test(a_hole_stays_and_is_told),
		cmocka_unit_test(late_within_the_window_fills_it),
		cmocka_unit_test(too_late_is_counted),
		cmocka_unit_test(a_ninth_line_is_counted),
		cmocka_unit_test(only_the_feed_is_played),
		cmocka_unit_test(the_window_is_exact),
		cmocka_unit_test(a_window_behind_the_end),
	};

	if (geteuid()) {
		puts("the program needs root");
		return 77;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
