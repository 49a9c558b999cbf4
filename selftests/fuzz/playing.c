// SPDX-License-Identifier: GPL-2.0
#include "playing.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "ether.h"
#include "fuzz.h"
#include "native.h"
#include "../../user/play.h"

int bpf_prog_test_run_opts(int prog_fd, struct bpf_test_run_opts *opts)
{
	const uint8_t *frame = opts->data_in;
	const uint32_t head = sizeof(struct ht_udp_frame);

	fuzz_check(opts->data_size_in >= head);
	native_inject(frame + head, opts->data_size_in - head);
	opts->duration = 1;
	opts->retval = XDP_DROP;
	return 0;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	memset(value, 0, (size_t)libbpf_num_possible_cpus() *
			 sizeof(native_counters));
	memcpy(value, &native_counters, sizeof(native_counters));
	return 0;
}

static void check(const struct play *p, int err)
{
	const struct replay *r = p->replay;

	fuzz_check(exits_of(&native_counters) == native_counters.frames);
	fuzz_check(r->inject.packets == native_counters.frames);
	fuzz_check(!err || p->why[0]);
	/* a file that is cut off says so first */
	fuzz_check(native_feed.state != HT_FEED_BAD || err);
	/* a capture may also go on with another session */
	fuzz_check(native_feed.state == HT_FEED_BAD || p->captured ||
		   err != -EBADMSG);
	fuzz_check(native_feed.state != HT_FEED_BAD ||
		   native_counters.corrupt);
}

static void window_set(struct replay_options *o, uint8_t window)
{
	o->from_ns = (uint64_t)(window >> 4) << 42;
	o->end_ns = (uint64_t)((window & 15) + 1) << 42;
	if (!window || o->end_ns <= o->from_ns)
		o->end_ns = UINT64_MAX;
}

void playing_file(const char *path, bool captured, uint8_t window)
{
	static struct replay_options options;
	static struct replay replay;
	static struct instance in;
	static struct play p;
	int err;

	native_reset(NATIVE_TINY);
	in = (struct instance){
		.feed = &native_feed, .book = &native_book,
		.tops = native_tops, .symbols = native_symbols,
	};
	options = (struct replay_options){ .file = path };
	window_set(&options, window);
	memset(&replay, 0, sizeof(replay));
	replay_init(&replay, &in, -1, replay_session);
	p = (struct play){
		.options = &options, .replay = &replay, .captured = captured,
	};
	err = play_file(&p);
	check(&p, err);
	reorder_free(&p.reorder);
}
