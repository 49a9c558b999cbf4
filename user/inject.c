// SPDX-License-Identifier: GPL-2.0
#include "inject.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <string.h>

enum { BUSY_TRIES = 1000 };	/* a packet holds the feed for microseconds */

static const uint8_t any_source[4] = { 10, 0, 0, 1 };

void inject_init(struct inject *i, const struct ht_feed *feed, int prog_fd)
{
	i->feed = feed;
	i->prog_fd = prog_fd;
	i->packets = i->ns = i->busy = 0;
}

static void head_build(struct inject *i, uint32_t len)
{
	const struct ht_line *line = &i->feed->lines[0];
	struct ht_udp_path path = {
		.dst_mac = { 0x01, 0x00, 0x5e, line->group[1] & 0x7f,
			     line->group[2], line->group[3] },
		.src_mac = { 0x02, 0, 0, 0, 0, 1 },
		.src_port = htons(line->port),
		.dst_port = htons(line->port),
		.ttl = 1,
	};

	memcpy(&path.dst_ip, line->group, sizeof(path.dst_ip));
	memcpy(&path.src_ip, line->source, sizeof(path.src_ip));
	if (!path.src_ip)
		memcpy(&path.src_ip, any_source, sizeof(path.src_ip));
	udp_frame_build((struct ht_udp_frame *)i->frame, &path, len);
}

int inject_run(struct inject *i, uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, run,
		.data_in = i->frame,
		.data_size_in = INJECT_HEAD + len,
		.repeat = 1,
	);
	int err, tries;

	head_build(i, len);
	for (tries = 0; tries < BUSY_TRIES; tries++) {
		err = bpf_prog_test_run_opts(i->prog_fd, &run);
		if (err)
			return err < 0 ? err : -EIO;
		if (run.retval != HT_BUSY_AGAIN)
			break;
		i->busy++;
		sched_yield();
	}
	if (tries == BUSY_TRIES)
		return -EAGAIN;
	if (run.retval != XDP_DROP)
		return -EPROTO;
	i->ns += run.duration;
	i->packets++;
	return 0;
}
