// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "ether.h"
#include "moldudp64.h"

enum {
	REPLAY_HEAD = sizeof(struct ht_udp_frame),
	REPLAY_PAYLOAD_MAX = REPLAY_FRAME - REPLAY_HEAD,
};

static const char replay_session[MOLD_SESSION_LEN + 1] = "REPLAY    ";

const struct ht_line replay_line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

static uint8_t *payload_of(struct replay *r)
{
	return r->frame + REPLAY_HEAD;
}

void replay_init(struct replay *r, struct instance *in, int prog_fd)
{
	r->in = in;
	r->prog_fd = prog_fd;
	r->seq = 1;
	r->len = sizeof(struct mold_header);
}

/* Runs the frame with `len` bytes of payload through the program. */
static int replay_run(struct replay *r, uint32_t len)
{
	struct ht_udp_path path = {
		.dst_mac = { 0x01, 0x00, 0x5e, 0x36, 0x0c, 0x6f },
		.src_mac = { 0x02, 0, 0, 0, 0, 1 },
		.src_ip = htonl(0x0a000001),
		.src_port = htons(replay_line.port),
		.dst_port = htons(replay_line.port),
		.ttl = 1,
	};
	LIBBPF_OPTS(bpf_test_run_opts, run,
		.data_in = r->frame,
		.data_size_in = REPLAY_HEAD + len,
		.repeat = 1,
	);
	int err;

	memcpy(&path.dst_ip, replay_line.group, sizeof(path.dst_ip));
	udp_frame_build((struct ht_udp_frame *)r->frame, &path, len);
	err = bpf_prog_test_run_opts(r->prog_fd, &run);
	if (err)
		return err < 0 ? err : -EIO;
	r->ns += run.duration;
	r->packets++;
	return r->in->feed->state == HT_FEED_BAD ? -EBADMSG : 0;
}

int replay_flush(struct replay *r)
{
	struct mold_header *m = (struct mold_header *)payload_of(r);
	int err;

	if (!r->count)
		return 0;
	memcpy(m->session, replay_session, MOLD_SESSION_LEN);
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
	int err;

	if (sizeof(struct mold_header) + block > REPLAY_PAYLOAD_MAX)
		return -EMSGSIZE;
	if (r->len + block > HT_UDP_PAYLOAD(REPLAY_MTU)) {
		err = replay_flush(r);
		if (err)
			return err;
	}
	put_be16(payload_of(r) + r->len, (uint16_t)length);
	memcpy(payload_of(r) + r->len + MOLD_BLOCK_HEAD, message, length);
	r->len += block;
	r->count++;
	r->messages++;
	return 0;
}

int replay_packet(struct replay *r, const uint8_t *payload, uint32_t len)
{
	struct mold_header *m = (struct mold_header *)payload_of(r);
	struct ht_feed *feed = r->in->feed;
	uint64_t seq;

	if (len < sizeof(*m) || len > REPLAY_PAYLOAD_MAX)
		return -EMSGSIZE;
	memcpy(m, payload, len);
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
