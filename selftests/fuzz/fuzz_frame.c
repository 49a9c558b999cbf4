// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as they come from the wire, natively: headers, checksum, lines.
 *
 * Input: a byte, odd to have checksums verified, then frames, each behind a
 * byte that is odd to have its checksum made right, and its length of two.
 */
#include <linux/bpf.h>
#include <string.h>

#include "fuzz.h"
#include "program.h"
#include "wrap.h"

enum { FRAME_LONGEST = 4096 };

static void lines_set(void)
{
	int i;

	for (i = 0; i < HT_LINES; i++) {
		put_be32(native_feed.lines[i].group, FRAME_GROUP + (uint32_t)i);
		native_feed.lines[i].port = FRAME_PORT;
	}
	put_be32(native_feed.lines[1].source, FRAME_SOURCE);
}

/* Segments between these two are the order session's. */
static void session_set(void)
{
	native_session = (struct ht_session){
		.active = 1, .peer_scale = 7, .adopted = 0x80000000,
	};
	put_be32(&native_session.remote_ip, FRAME_SOURCE);
	put_be32(&native_session.local_ip, FRAME_GROUP);
	put_be16(&native_session.remote_port, FRAME_PORT);
	put_be16(&native_session.local_port, FRAME_PORT);
}

/* Where the frame is one without tags and options, which is most often. */
static void checksum_set(uint8_t *frame, size_t len)
{
	const struct wrap bare = {0};
	const struct ht_udp_frame *f = (const void *)frame;

	if (len >= sizeof(*f) &&
	    get_be16(&f->udp.len) <= len - wrap_udp(&bare))
		wrap_check(frame, &bare);
}

/* Frames that did not go up the stack. */
static uint64_t ours(void)
{
	const struct ht_counters *n = &native_counters;

	return n->frames - n->pass_short - n->pass_not_udp - n->pass_fragment -
	       n->pass_not_ours - n->pass_session;
}

/* What is not the feed's goes up; what is, never does. */
static void check(int verdict, uint64_t ours_before)
{
	const struct ht_counters *n = &native_counters;

	fuzz_check(exits_of(n) == n->frames);
	fuzz_check(!native_feed.lock);
	fuzz_check(verdict == (ours() > ours_before ? XDP_DROP : XDP_PASS));
	fuzz_check(n->injected == ours() - n->drop_source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint64_t before;
	uint8_t *frame;
	bool right;
	size_t len;

	native_reset(NATIVE_TINY);
	cfg_verify_checksum = fuzz_u8(&in) & 1;
	lines_set();
	session_set();
	while (in.left) {
		right = fuzz_u8(&in) & 1;
		len = fuzz_u16(&in) % FRAME_LONGEST;
		frame = fuzz_block(&in, &len);
		if (right)
			checksum_set(frame, len);
		before = ours();
		check(native_frame(frame, (uint32_t)len), before);
		free(frame);
	}
	return 0;
}
