// SPDX-License-Identifier: GPL-2.0
#include "timing.h"

#include <errno.h>
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

void timing_restart(struct timing *t)
{
	t->next = 0;
}

void timing_sent(struct timing *t, uint64_t seq, uint32_t count, uint64_t ns)
{
	uint64_t end = seq + count;

	/* what fell between the last datagrams was not sent so far */
	if (end > t->next + TIMING_RING)
		t->next = end - TIMING_RING;
	for (; t->next < end; t->next++)
		t->ring[t->next % TIMING_RING] = 0;
	if (seq + TIMING_RING < t->next)
		seq = t->next - TIMING_RING;
	for (; seq < end; seq++)
		if (!t->ring[seq % TIMING_RING])
			t->ring[seq % TIMING_RING] = ns;
}

bool timing_sequence(const char id[OUCH_CLORDID_LEN], uint64_t *seq)
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

/* When the message was sent; 0: never, or too long ago. */
static uint64_t sent_find(const struct timing *t, uint64_t seq)
{
	if (!seq || seq >= t->next || seq + TIMING_RING < t->next)
		return 0;
	return t->ring[seq % TIMING_RING];
}

void timing_order(struct timing *t, const char clordid[OUCH_CLORDID_LEN],
		  uint64_t ns)
{
	uint64_t seq, sent;

	if (!timing_sequence(clordid, &seq)) {
		t->unmarked++;
		return;
	}
	sent = sent_find(t, seq);
	if (!sent)
		t->unknown++;
	else if (ns < sent)
		t->early++;
	else
		hist_add(&t->latency, ns - sent);
}
