// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "twin.h"

struct wrap wrap_at(uint32_t i)
{
	static const uint16_t tag[4][2] = {
		{ 0, 0 },
		{ ETH_P_8021Q, 0 },
		{ ETH_P_8021Q, ETH_P_8021Q },
		{ ETH_P_8021AD, ETH_P_8021Q },
	};

	return (struct wrap){
		.tag = { tag[i % 4][0], tag[i % 4][1] },
		.tci = 0xe064,	/* priority 7, VLAN 100 */
		.options = i / 4,
	};
}

/* Headers wherever they come to lie. */
struct wrap_ip {
	struct iphdr ip;
} HT_PACKED;

struct wrap_udp {
	struct udphdr udp;
} HT_PACKED;

static uint32_t tags_of(const struct wrap *w)
{
	return (w->tag[0] != 0) + (w->tag[1] != 0);
}

uint32_t wrap_ip(const struct wrap *w)
{
	return sizeof(struct ethhdr) + tags_of(w) * sizeof(struct ht_vlan);
}

uint32_t wrap_udp(const struct wrap *w)
{
	return wrap_ip(w) + sizeof(struct iphdr) + 4 * w->options;
}

void wrap_check(uint8_t *frame, const struct wrap *w)
{
	const struct wrap_ip *i = (void *)(frame + wrap_ip(w));
	struct wrap_udp *u = (void *)(frame + wrap_udp(w));
	uint32_t len = get_be16(&u->udp.len), sum;
	uint16_t check;

	put_be16(&u->udp.check, 0);
	sum = csum_add(IPPROTO_UDP + len, &i->ip.saddr, 8);
	check = csum_fold(csum_add(sum, u, len));
	put_be16(&u->udp.check, check ? check : 0xffff);
}

uint32_t wrap_frame(uint8_t frame[FRAME_MAX], const struct wrap *w,
		    const void *payload, uint32_t len)
{
	static const uint8_t no_operation = 1;	/* RFC 791 */
	static uint8_t plain[FRAME_MAX];
	uint32_t plain_len = frame_build(plain, payload, len);
	const uint32_t to_udp = sizeof(struct ethhdr) + sizeof(struct iphdr);
	uint32_t udp_at = wrap_udp(w), extra = 4 * w->options, i;
	struct wrap_ip *head = (void *)(frame + wrap_ip(w));

	memcpy(frame, plain, sizeof(struct ethhdr));
	for (i = 0; i < tags_of(w); i++) {
		put_be16(frame + 12 + 4 * i, w->tag[i]);
		put_be16(frame + 14 + 4 * i, w->tci);
	}
	put_be16(frame + wrap_ip(w) - 2, ETH_P_IP);
	memcpy(head, plain + sizeof(struct ethhdr), sizeof(*head));
	memset(head + 1, no_operation, extra);
	head->ip.ihl = 5 + (w->options & 15);
	put_be16(&head->ip.tot_len,
		 (uint16_t)(get_be16(&head->ip.tot_len) + extra));
	put_be16(&head->ip.check, 0);
	put_be16(&head->ip.check,
		 csum_fold(csum_add(0, head, sizeof(*head) + extra)));
	memcpy(frame + udp_at, plain + to_udp, plain_len - to_udp);
	return udp_at + plain_len - to_udp;
}

void twin_reset(struct program *p)
{
	uint32_t verify = cfg_verify_checksum;

	program_reset(p);
	native_reset(p->size);
	cfg_verify_checksum = verify;
	memcpy(native_feed.lines, p->feed->lines, sizeof(native_feed.lines));
}

int twin_load(struct program *p, bool verify_checksum)
{
	int err = verify_checksum ?
		  program_load_verifying(p, NATIVE_ROOMY) :
		  program_load(p, NATIVE_ROOMY);

	if (err)
		return err;
	cfg_verify_checksum = verify_checksum;
	twin_reset(p);
	return 0;
}

void twin_source(struct program *p, uint32_t source)
{
	put_be32(p->feed->lines[0].source, source);
	put_be32(native_feed.lines[0].source, source);
}

/* The clocks differ. */
static struct ht_feed timeless(const struct ht_feed *feed)
{
	struct ht_feed f = *feed;

	f.last_ns = 0;
	f.gap_ns = 0;
	return f;
}

static void twin_same(const struct program *p)
{
	struct ht_counters n = program_counters(p);
	struct ht_feed kernel = timeless(p->feed);
	struct ht_feed native = timeless(&native_feed);

	assert_memory_equal(&n, &native_counters, sizeof(n));
	assert_int_equal(exits_of(&n), n.frames);
	assert_memory_equal(&kernel, &native, sizeof(kernel));
	assert_memory_equal(p->book, &native_book, sizeof(native_book));
	assert_memory_equal(p->tops, native_tops, 16 * sizeof(*native_tops));
}

int twin_run(struct program *p, const void *frame, uint32_t len)
{
	int verdict = native_frame(frame, len);

	assert_int_equal(program_run(p, frame, len), verdict);
	twin_same(p);
	return verdict;
}
