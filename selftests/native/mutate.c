// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "compose.h"
#include "mutate.h"

uint32_t mutate_payload(uint8_t *payload, uint32_t len, uint64_t *random)
{
	uint32_t i, changes = 1 + random_below(random, 4);

	switch (random_below(random, 4)) {
	case 0:
		return random_below(random, len + 1);
	case 1:
		return len + 1 + random_below(random, 3);
	default:
		for (i = 0; i < changes; i++)
			payload[random_below(random, len)] =
				(uint8_t)random_below(random, 256);
		return len;
	}
}

/* Where a header's field begins, and its bytes; RFC 791, RFC 768. */
struct field {
	uint32_t at;
	uint32_t bytes;
};

static struct field field_pick(const struct wrap *w, uint64_t *random)
{
	const uint32_t ip = wrap_ip(w), udp = wrap_udp(w);
	const struct field fields[] = {
		{ ETH_HLEN - 2, 2 },	/* type, and those of the tags */
		{ ETH_HLEN + 2, 2 },
		{ ETH_HLEN + 6, 2 },
		{ ip, 1 },		/* version, header length */
		{ ip + 2, 2 },		/* length */
		{ ip + 6, 2 },		/* fragment */
		{ ip + 9, 1 },		/* protocol */
		{ ip + 12, 4 },		/* source */
		{ ip + 16, 4 },		/* destination */
		{ udp + 2, 2 },		/* port */
		{ udp + 4, 2 },		/* length */
		{ udp + 6, 2 },		/* checksum */
		{ udp + 8, 10 },	/* session */
		{ udp + 18, 8 },	/* sequence */
		{ udp + 26, 2 },	/* count */
	};

	return fields[random_below(random, sizeof(fields) / sizeof(*fields))];
}

/* By a bit, or to anything. */
static void byte_change(uint8_t *byte, uint64_t *random)
{
	if (random_below(random, 2))
		*byte ^= (uint8_t)(1 << random_below(random, 8));
	else
		*byte = (uint8_t)random_below(random, 256);
}

static void field_change(uint8_t *frame, uint32_t len, const struct wrap *w,
			 uint64_t *random)
{
	struct field field = field_pick(w, random);
	uint32_t at = field.at + random_below(random, field.bytes);

	if (at < len)
		byte_change(&frame[at], random);
}

static uint32_t lengthen(uint8_t *frame, uint32_t len, uint64_t *random)
{
	uint32_t more = random_below(random, 200);

	if (len + more > WRAP_MAX)
		return len;
	memset(frame + len, (int)random_below(random, 256), more);
	return len + more;
}

uint32_t mutate_frame(uint8_t frame[WRAP_MAX], uint32_t len,
		      const struct wrap *w, uint64_t *random)
{
	uint32_t i, changes = 1 + random_below(random, 4);

	switch (random_below(random, 8)) {
	case 0:
		return ETH_HLEN + random_below(random, len - ETH_HLEN + 1);
	case 1:				/* the headers, hardly more */
		i = wrap_udp(w) + random_below(random, 30);
		return i < len ? i : len;
	case 2:
		return lengthen(frame, len, random);
	case 3:
		for (i = 0; i < changes; i++)
			byte_change(&frame[random_below(random, len)], random);
		return len;
	default:
		for (i = 0; i < changes; i++)
			field_change(frame, len, w, random);
		return len;
	}
}
