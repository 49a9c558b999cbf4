// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <errno.h>
#include <string.h>

#include "moldudp64.h"

const char replay_session[MOLD_SESSION_LEN + 1] = "REPLAY    ";

const struct ht_line replay_line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

void replay_init(struct replay *r, struct instance *in, int prog_fd,
		 const char *session)
{
	r->in = in;
	r->seq = 1;
	r->count = 0;
	r->len = sizeof(struct mold_header);
	memcpy(r->session, session, sizeof(r->session));
	inject_init(&r->inject, in->feed, prog_fd);
}

/* Runs the packet of `len` bytes through the program. */
static int replay_run(struct replay *r, uint32_t len)
{
	int err = inject_run(&r->inject, len);

	if (err)
		return err;
	return r->in->feed->state == HT_FEED_BAD ? -EBADMSG : 0;
}

int replay_flush(struct replay *r)
{
	struct mold_header *m = (void *)inject_payload(&r->inject);
	int err;

	if (!r->count)
		return 0;
	memcpy(m->session, r->session, sizeof(m->session));
	put_be64(&m->seq, r->seq);
	put_be16(&m->count, (uint16_t)r->count);
	err = replay_run(r, r->len);
	r->seq += r->count;
	r->count = 0;
	r->len = sizeof(*m);
	return err;
}

int replay_message(struct replay *r, const uint8_t *message, uint32_t length)
{
	uint32_t block = MOLD_BLOCK_HEAD + length;
	uint8_t *to;
	int err;

	if (sizeof(struct mold_header) + block > INJECT_PAYLOAD)
		return -EMSGSIZE;
	if (r->len + block > HT_UDP_PAYLOAD(REPLAY_MTU)) {
		err = replay_flush(r);
		if (err)
			return err;
	}
	to = inject_payload(&r->inject) + r->len;
	put_be16(to, (uint16_t)length);
	memcpy(to + MOLD_BLOCK_HEAD, message, length);
	r->len += block;
	r->count++;
	r->messages++;
	return 0;
}

int replay_packet(struct replay *r, const uint8_t *payload, uint32_t len)
{
	struct mold_header *m = (void *)inject_payload(&r->inject);
	struct ht_feed *feed = r->in->feed;
	uint64_t seq;

	if (len < sizeof(*m) || len > INJECT_PAYLOAD)
		return -EMSGSIZE;
	memcpy(m, payload, len);
	if (feed->adopted &&
	    memcmp(feed->session, m->session, sizeof(m->session)))
		return -EBADMSG;
	seq = get_be64(&m->seq);
	if (!seq) {
		seq = feed->adopted ? feed->expected : 1;
		put_be64(&m->seq, seq);
		r->renumbered++;
	}
	if (feed->adopted && seq > feed->expected) {
		r->missing += seq - feed->expected;
		feed->expected = seq;
		feed->tail = seq;
		r->holes++;
	}
	return replay_run(r, len);
}
