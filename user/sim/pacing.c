// SPDX-License-Identifier: GPL-2.0
#include "pacing.h"

#include "clock.h"
#include "itch50.h"
#include "wire.h"

void pacing_start(struct pacing *p, uint64_t now_ns)
{
	p->start_ns = now_ns;
	p->due_ns = 0;
	p->messages = 0;
}

/* Timestamps that step back, or that are missing, are due at once. */
static void advance_by_timestamp(struct pacing *p, const uint8_t *message,
				 uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	uint64_t timestamp, gap;

	if (len < sizeof(*head))
		return;
	timestamp = get_be48(head->timestamp);
	if (p->messages && timestamp > p->timestamp) {
		/* 48 bits times 10,000 fit in 62 */
		gap = (timestamp - p->timestamp) * PACING_SPEED_ONE / p->speed;
		p->due_ns += gap < p->max_gap_ns ? gap : p->max_gap_ns;
	}
	p->timestamp = timestamp;
}

uint64_t pacing_due(struct pacing *p, const uint8_t *message, uint32_t len)
{
	switch (p->mode) {
	case PACE_SPEED:
		advance_by_timestamp(p, message, len);
		break;
	case PACE_RATE:
		p->due_ns = p->messages / p->rate * NS_PER_SECOND +
			    p->messages % p->rate * NS_PER_SECOND / p->rate;
		break;
	case PACE_FLAT_OUT:
		break;
	}
	p->messages++;
	return p->start_ns + p->due_ns;
}
