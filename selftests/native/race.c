// SPDX-License-Identifier: GPL-2.0
#include "race.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "../../user/clock.h"
#include "ether.h"
#include "flow.h"

enum {
	AHEAD = 16,		/* frames that a sender is ahead at most */
	LOSES = 8,		/* one frame of so many is lost */
	LOOK_AT_CLOCK = 1024,	/* once in so many frames */
	FRAME_MAX = 1514,
	FLOW_SYMBOLS = 40,
};

#define RACE_PATIENCE_NS	10000000000ull

const struct ht_line race_lines[RACE_LINES] = {
	{ .group = { 233, 54, 12, 111 }, .port = 26477 },
	{ .group = { 233, 49, 196, 111 }, .port = 26477 },
};

/* Puts the headers before a packet's messages.  Return: the frame's length. */
static uint32_t frame_close(uint8_t *frame, const struct packet *p, int line)
{
	struct ht_udp_path path = {
		.dst_mac = { 0x01, 0x00, 0x5e, 1, 1, 1 },
		.src_mac = { 0x02, 0, 0, 0, 0, 1 },
		.src_ip = htonl(0x0a000001),
		.src_port = htons(race_lines[line].port),
		.dst_port = htons(race_lines[line].port),
		.ttl = 1,
	};

	memcpy(&path.dst_ip, race_lines[line].group, sizeof(path.dst_ip));
	memcpy(frame + sizeof(struct ht_udp_frame), p->data, p->len);
	udp_frame_build((struct ht_udp_frame *)frame, &path, p->len);
	return (uint32_t)sizeof(struct ht_udp_frame) + p->len;
}

/* A frame of the messages [seq, seq + count), as many of them as fit. */
static uint32_t line_frame(struct race_line *l, int line,
			   const struct msg *message, uint32_t seq,
			   uint32_t count, size_t at)
{
	static struct packet packet;
	struct race_frame *f = &l->frame[l->count];
	uint32_t room = FRAME_MAX - sizeof(struct ht_udp_frame), i;

	packet_begin(&packet, seq);
	for (i = 0; i < count && packet.len + MOLD_BLOCK_HEAD +
	     message[seq - 1 + i].len <= room; i++) {
		packet_add(&packet, message[seq - 1 + i]);
		l->frame_of[seq + i] = l->count;
	}
	f->at = at;
	f->len = frame_close(l->bytes + at, &packet, line);
	l->count++;
	return i;
}

static int line_make(struct race_line *l, int line, const struct msg *message,
		     uint32_t messages, uint32_t most, uint64_t *random)
{
	uint32_t head = sizeof(struct ht_udp_frame) +
			sizeof(struct mold_header);
	uint32_t seq = 1, count;
	size_t at = 0;

	l->bytes = malloc((size_t)messages *
			  (head + MOLD_BLOCK_HEAD + ITCH_MAX_LEN));
	l->frame = calloc(messages, sizeof(*l->frame));
	l->frame_of = calloc(messages + 1, sizeof(*l->frame_of));
	if (!l->bytes || !l->frame || !l->frame_of)
		return -ENOMEM;
	while (seq <= messages) {
		count = 1 + random_below(random, most);
		if (count > messages + 1 - seq)
			count = messages + 1 - seq;
		seq += line_frame(l, line, message, seq, count, at);
		at += l->frame[l->count - 1].len;
	}
	return 0;
}

/* The messages, which the reference applies at once. */
static struct msg *messages_make(struct race *r, uint64_t seed)
{
	static struct flow flow;
	struct msg *message = calloc(r->messages, sizeof(*message));
	uint32_t i;

	flow_init(&flow, seed, (struct flow_shape){
		.locates = FLOW_SYMBOLS, .live = 5000, .fine_per_mille = 50 });
	for (i = 0; message && i < r->messages; i++) {
		message[i] = flow_next(&flow);
		if (ref_apply(&r->book, message[i].byte, message[i].len) < 0) {
			free(message);
			return NULL;
		}
	}
	return message;
}

int race_make(struct race *r, uint32_t messages,
	      const uint32_t most[RACE_LINES], uint64_t seed)
{
	struct msg *message;
	int line, err;

	*r = (struct race){ .messages = messages };
	err = ref_init(&r->book);
	if (err)
		return err;
	message = messages_make(r, seed);
	err = message ? 0 : -ENOMEM;
	for (line = 0; line < RACE_LINES && !err; line++)
		err = line_make(&r->line[line], line, message, messages,
				most[line], &seed);
	free(message);
	return err;
}

void race_free(struct race *r)
{
	int line;

	for (line = 0; line < RACE_LINES; line++) {
		free(r->line[line].bytes);
		free(r->line[line].frame);
		free(r->line[line].frame_of);
	}
	ref_free(&r->book);
}

bool race_cpus(int cpu[RACE_LINES])
{
	cpu_set_t allowed;
	int found = 0, i;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return false;
	for (i = 0; i < CPU_SETSIZE && found < RACE_LINES; i++)
		if (CPU_ISSET(i, &allowed))
			cpu[found++] = i;
	return found == RACE_LINES;
}

static void send_frame(struct race_sender *s, const struct race_frame *f)
{
	if (!random_below(&s->random, LOSES))
		s->lost++;
	else if (s->send(s, s->line->bytes + f->at, f->len))
		s->sent++;
	else
		s->refused++;
}

/* Whether it is over; `moved` is when the program came to `last`. */
static bool given_up(const struct race_sender *s, uint64_t expected,
		     uint64_t *last, uint64_t *moved)
{
	uint64_t now = clock_ns();

	if (expected != *last)
		*moved = now;
	*last = expected;
	return HT_READ_ONCE(s->feed->state) == HT_FEED_BAD ||
	       now - *moved > RACE_PATIENCE_NS;
}

static void *sender_run(void *argument)
{
	struct race_sender *s = argument;
	uint64_t expected, last = 0, moved = 0;
	uint32_t at = 0, frames = 0, missing;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(s->cpu, &one);
	pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
	pthread_barrier_wait(s->start);
	while ((expected = HT_READ_ONCE(s->feed->expected)) <= s->messages) {
		if (frames++ % LOOK_AT_CLOCK == 0 &&
		    given_up(s, expected, &last, &moved))
			break;
		missing = s->line->frame_of[expected];
		if (at == s->line->count || at > missing + AHEAD) {
			at = missing;
			s->returns++;
		}
		send_frame(s, &s->line->frame[at++]);
	}
	return NULL;
}

int race_run(struct race_sender sender[RACE_LINES])
{
	pthread_t thread[RACE_LINES];
	pthread_barrier_t start;
	int i, err;

	err = pthread_barrier_init(&start, NULL, RACE_LINES);
	for (i = 0; i < RACE_LINES && !err; i++) {
		sender[i].start = &start;
		err = pthread_create(&thread[i], NULL, sender_run, &sender[i]);
		if (err)	/* nobody comes to the barrier any more */
			abort();
	}
	while (i--)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&start);
	return -err;
}
