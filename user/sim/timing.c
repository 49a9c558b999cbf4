// SPDX-License-Identifier: GPL-2.0
#include "timing.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int timing_init(struct timing *t)
{
	*t = (struct timing){0};
	t->ring = calloc(TIMING_RING, sizeof(*t->ring));
	return t->ring ? 0 : -ENOMEM;
}

void timing_free(struct timing *t)
{
	free(t->ring);
	t->ring = NULL;
}

void timing_sent(struct timing *t, uint64_t seq, uint32_t count, uint64_t ns)
{
	t->ring[t->sent++ % TIMING_RING] = (struct timing_sent){
		.seq = seq,
		.ns = ns,
		.count = count,
	};
}

static bool clordid_sequence(const char id[OUCH_CLORDID_LEN], uint64_t *seq)
{
	int i;

	if (id[0] != 'T')
		return false;
	*seq = 0;
	for (i = 1; i < OUCH_CLORDID_LEN; i++) {
		if (id[i] < '0' || id[i] > '9')
			return false;
		*seq = *seq * 10 + (uint64_t)(id[i] - '0');
	}
	return true;
}

/* The last datagram noted whose first message is not after seq. */
static const struct timing_sent *sent_find(const struct timing *t, uint64_t seq)
{
	uint64_t low = t->sent > TIMING_RING ? t->sent - TIMING_RING : 0;
	uint64_t oldest = low, high = t->sent;
	const struct timing_sent *found;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (t->ring[mid % TIMING_RING].seq <= seq)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == oldest)
		return NULL;
	found = &t->ring[(low - 1) % TIMING_RING];
	return seq - found->seq < found->count ? found : NULL;
}

void timing_order(struct timing *t, const char clordid[OUCH_CLORDID_LEN],
		  uint64_t ns)
{
	const struct timing_sent *sent;
	uint64_t seq;

	if (!clordid_sequence(clordid, &seq)) {
		t->unmarked++;
		return;
	}
	sent = sent_find(t, seq);
	if (!sent)
		t->unknown++;
	else if (ns < sent->ns)
		t->early++;
	else
		hist_add(&t->latency, ns - sent->ns);
}
