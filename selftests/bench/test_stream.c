// SPDX-License-Identifier: GPL-2.0
/*
 * The frames that the benchmark measures on: whole, full, in sequence, and
 * with every message of what they were made of.
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

#include "../../user/bench_stream.h"
#include "ether.h"
#include "itch50.h"
#include "moldudp64.h"
#include "../../user/replay.h"

enum {
	HEAD = sizeof(struct ht_udp_frame) + sizeof(struct mold_header),
	FRAME_MAX = 14 + REPLAY_MTU,
	SYMBOLS = 700,		/* more than the offsets between them */
};

/* The line's address; user/replay.c has it for the program. */
const struct ht_line replay_line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

/* One message of the stream and where it stands. */
struct walk {
	const struct stream *s;
	struct stream_place place;
	const uint8_t *frame;
	uint32_t len;
	uint32_t at;
	uint32_t left;		/* messages in the frame */
	uint64_t seq;		/* of the next one */
};

static const struct mold_header *mold_of(const uint8_t *frame)
{
	return (const void *)(frame + sizeof(struct ht_udp_frame));
}

/* Opens the next frame and checks all that its headers say. */
static bool walk_frame(struct walk *w)
{
	const struct ht_udp_frame *f;
	uint32_t sum;

	w->frame = stream_next(w->s, &w->place, &w->len);
	if (!w->frame)
		return false;
	f = (const void *)w->frame;
	assert_in_range(w->len, HEAD, FRAME_MAX);
	assert_int_equal(get_be16(&f->ip.tot_len), w->len - 14);
	assert_int_equal(get_be16(&f->udp.len), w->len - 34);
	assert_int_equal(get_be16(&f->udp.dest), replay_line.port);
	assert_memory_equal(&f->ip.daddr, replay_line.group, 4);
	assert_int_equal(csum_fold(csum_add(0, &f->ip, sizeof(f->ip))), 0);
	sum = csum_add(17 + w->len - 34, &f->ip.saddr, 8);
	assert_int_equal(csum_fold(csum_add(sum, &f->udp, w->len - 34)), 0);
	assert_int_equal(get_be64(&mold_of(w->frame)->seq), w->seq);
	w->left = get_be16(&mold_of(w->frame)->count);
	w->at = HEAD;
	return true;
}

/* The next message, NULL at the end.  A frame ends with its last block. */
static const uint8_t *walk_next(struct walk *w, uint32_t *length)
{
	const uint8_t *message;

	while (!w->left)
		if (!walk_frame(w))
			return NULL;
	*length = get_be16(w->frame + w->at);
	message = w->frame + w->at + MOLD_BLOCK_HEAD;
	w->at += MOLD_BLOCK_HEAD + *length;
	assert_true(w->at <= w->len);
	w->seq++;
	if (!--w->left)
		assert_int_equal(w->at, w->len);
	return message;
}

static void add_messages(struct stream *s, uint32_t count)
{
	uint8_t message[ITCH_MAX_LEN];
	uint32_t i;

	for (i = 0; i < count; i++) {
		memset(message, (int)i, sizeof(message));
		assert_int_equal(stream_message(s, message,
						12 + i % 39), 0);
	}
	stream_flush(s);
}

static void packets_are_full_and_in_sequence(void **state)
{
	struct walk w = { .seq = 7 };
	const uint8_t *message;
	struct stream s;
	uint32_t i, length;

	stream_init(&s, 7);
	add_messages(&s, 5000);
	w.s = &s;
	for (i = 0; (message = walk_next(&w, &length)); i++) {
		assert_int_equal(length, 12 + i % 39);
		assert_int_equal(message[0], i & 0xff);
		assert_int_equal(message[length - 1], i & 0xff);
		/* what follows would not have fitted */
		if (!w.left && i != 4999)
			assert_true(w.len + MOLD_BLOCK_HEAD +
				    12 + (i + 1) % 39 > FRAME_MAX);
	}
	assert_int_equal(i, 5000);
	assert_int_equal(s.messages, 5000);
	assert_int_equal(s.packets, w.place.packets);
	assert_int_equal(s.seq, 5007);
	stream_free(&s);
}

static void packets_hold_no_more_than_asked(void **state)
{
	struct walk w = { .seq = 1 };
	uint32_t length, i;
	struct stream s;

	stream_init(&s, 1);
	s.most = 3;
	add_messages(&s, 1000);
	w.s = &s;
	for (i = 1; walk_next(&w, &length); i++)
		assert_int_equal(w.left, i == 1000 ? 0 : (3 - i % 3) % 3);
	assert_int_equal(s.packets, 334);
	stream_free(&s);
}

static void apart_means_one_message_a_packet(void **state)
{
	struct stream whole, apart;
	struct stream_place place = {0};
	struct walk w = { .s = &apart, .seq = 1 };
	const uint8_t *frame;
	uint32_t len, length, i;

	stream_init(&whole, 1);
	stream_init(&apart, 1);
	add_messages(&whole, 100);
	while ((frame = stream_next(&whole, &place, &len))) {
		assert_int_equal(stream_heartbeat(&apart), 0);
		assert_int_equal(stream_take_apart(&apart, frame, len), 0);
	}
	assert_int_equal(apart.messages, 100);
	assert_int_equal(apart.packets, 100 + whole.packets);
	for (i = 0; walk_next(&w, &length); i++) {
		assert_int_equal(w.left, 0);
		assert_int_equal(length, 12 + i % 39);
	}
	assert_int_equal(i, 100);
	stream_free(&whole);
	stream_free(&apart);
}

static void what_fits_no_packet_is_refused(void **state)
{
	static uint8_t message[2 * REPLAY_MTU];
	struct stream s;

	stream_init(&s, 1);
	assert_int_equal(stream_message(&s, message, FRAME_MAX - HEAD - 1),
			 -EMSGSIZE);
	assert_int_equal(stream_message(&s, message, FRAME_MAX - HEAD - 2), 0);
	stream_flush(&s);
	assert_int_equal(s.packets, 1);
	stream_free(&s);
}

/* -- the slice ------------------------------------------------------------- */

static void put_message(FILE *file, char type, uint64_t ref, uint64_t new_ref)
{
	uint8_t bytes[2 + ITCH_MAX_LEN] = {0};
	struct itch_replace *m = (struct itch_replace *)(bytes + 2);
	uint32_t length = itch_length(type);

	put_be16(bytes, (uint16_t)length);
	m->head.type = type;
	put_be16(&m->head.locate, 13);
	if (ref)
		put_be64(&m->ref, ref);
	if (new_ref)
		put_be64(&m->new_ref, new_ref);
	assert_int_equal(fwrite(bytes, 2 + length, 1, file), 1);
}

/* An order is added, replaced and deleted; another one stays. */
static void slice_file(char path[])
{
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	put_message(file, 'R', 0, 0);
	put_message(file, 'A', 900, 0);
	put_message(file, 'A', 700, 0);
	put_message(file, 'U', 900, 901);
	put_message(file, 'D', 901, 0);
	assert_int_equal(fclose(file), 0);
}

/* Where a symbol stands in the slice, and its own references so far. */
struct symbol {
	uint32_t played;
	uint64_t first;
	uint64_t second;
	uint64_t replaced;
};

static void symbol_message(struct symbol *s, const uint8_t *message,
			   uint64_t *newest)
{
	static const char order[] = "RAAUD";
	const struct itch_replace *m = (const void *)message;
	uint64_t ref = get_be64(&m->ref);

	assert_int_equal(m->head.type, order[s->played]);
	switch (s->played++) {
	case 1:
		assert_true(ref > *newest);
		*newest = s->first = ref;
		break;
	case 2:
		assert_true(ref > *newest);
		*newest = s->second = ref;
		break;
	case 3:
		assert_int_equal(ref, s->first);
		s->replaced = get_be64(&m->new_ref);
		assert_true(s->replaced > *newest);
		*newest = s->replaced;
		break;
	case 4:
		assert_int_equal(ref, s->replaced);
		break;
	}
}

static void every_symbol_plays_the_slice(void **state)
{
	static struct symbol symbols[SYMBOLS + 1];
	char path[] = "/tmp/ht-slice-XXXXXX";
	struct walk w = { .seq = 1 };
	const uint8_t *message;
	uint32_t length, count = 0, locate;
	uint64_t newest = 0;
	struct stream s;

	slice_file(path);
	stream_init(&s, 1);
	assert_int_equal(stream_slice(&s, path, SYMBOLS * 5, &count), 0);
	unlink(path);
	assert_int_equal(count, SYMBOLS);
	w.s = &s;
	while ((message = walk_next(&w, &length))) {
		locate = get_be16(message + 1);
		assert_in_range(locate, 1, SYMBOLS);
		symbol_message(&symbols[locate], message, &newest);
	}
	for (locate = 1; locate <= SYMBOLS; locate++)
		assert_int_equal(symbols[locate].played, 5);
	stream_free(&s);
}

static void what_is_no_slice_is_refused(void **state)
{
	static const char *const not[] = { "", "no session at all\n" };
	struct stream s;
	uint32_t count, i;

	stream_init(&s, 1);
	for (i = 0; i < 2; i++) {
		char path[] = "/tmp/ht-slice-XXXXXX";
		int fd = mkstemp(path);

		assert_int_equal(write(fd, not[i], strlen(not[i])),
				 strlen(not[i]));
		close(fd);
		assert_int_equal(stream_slice(&s, path, 1, &count), -EPROTO);
		unlink(path);
	}
	assert_true(stream_slice(&s, "/nowhere", 1, &count) < 0);
	assert_int_equal(s.packets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_full_and_in_sequence),
		cmocka_unit_test(packets_hold_no_more_than_asked),
		cmocka_unit_test(apart_means_one_message_a_packet),
		cmocka_unit_test(what_fits_no_packet_is_refused),
		cmocka_unit_test(every_symbol_plays_the_slice),
		cmocka_unit_test(what_is_no_slice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
