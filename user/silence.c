// SPDX-License-Identifier: GPL-2.0
#include "silence.h"

/* Return: whether it has just fallen silent, or been heard again. */
static bool line_beat(uint64_t packets, uint64_t *before, uint32_t *seconds)
{
	bool was_silent = *seconds >= SILENCE_S;

	if (packets == *before)
		return ++*seconds == SILENCE_S;
	*before = packets;
	*seconds = 0;
	return was_silent;
}

uint32_t silence_beat(struct silence *s, const struct ht_feed *feed)
{
	enum ht_feed_state state = HT_READ_ONCE(feed->state);
	uint32_t changed = 0;
	int i;

	if (state == HT_FEED_WAITING || state == HT_FEED_ENDED) {
		*s = (struct silence){ 0 };	/* nobody has to say anything */
		return 0;
	}
	for (i = 0; i < HT_LINES; i++)
		if (feed->lines[i].port &&
		    line_beat(HT_READ_ONCE(feed->lines[i].packets),
			      &s->packets[i], &s->seconds[i]))
			changed |= 1u << i;
	return changed;
}
