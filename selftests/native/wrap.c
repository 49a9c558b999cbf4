// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>
#include <string.h>

#include "wrap.h"

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

uint32_t wrap_frame(uint8_t frame[WRAP_MAX], const struct wrap *w,
		    const struct ht_udp_path *path, const void *payload,
		    uint32_t len)
{
	static const uint8_t no_operation = 1;	/* RFC 791 */
	static uint8_t plain[WRAP_MAX];
	uint32_t plain_len = sizeof(struct ht_udp_frame) + len;
	const uint32_t to_udp = sizeof(struct ethhdr) + sizeof(struct iphdr);
	uint32_t udp_at = wrap_udp(w), extra = 4 * w->options, i;
	struct wrap_ip *head = (void *)(frame + wrap_ip(w));

	memcpy(plain + sizeof(struct ht_udp_frame), payload, len);
	udp_frame_build((struct ht_udp_frame *)plain, path, len);
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
