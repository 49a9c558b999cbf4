// SPDX-License-Identifier: GPL-2.0
/*
 * lines - which packets of a capture are the feed's, and by which line
 */
#include "lines.h"

#include <string.h>

#include "mold.h"

void lines_init(struct lines *l, const struct ht_line *named, int count)
{
	int i;

	*l = (struct lines){ .count = count, .named = count > 0 };
	for (i = 0; i < count; i++) {
		memcpy(l->line[i].group, named[i].group, 4);
		l->line[i].port = named[i].port;
	}
}

/* Whether the packet is whole, and its session is text, or zeros, as in
 * published captures made anonymous.
 */
static bool packet_is_whole(const uint8_t *payload, uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	int i;

	for (i = 0; i < MOLD_SESSION_LEN; i++)
		if (m->session[i] && (m->session[i] < ' ' ||
				      m->session[i] > '~'))
			return false;
	return mold_is_whole(payload, len);
}

static struct seen_line *line_find(struct lines *l,
				   const struct line_packet *p)
{
	int i;

	for (i = 0; i < l->count; i++)
		if (l->line[i].port == p->port &&
		    !memcmp(l->line[i].group, p->group, 4))
			return &l->line[i];
	return NULL;
}

/* Remembers where packets go to that no named line takes. */
static void line_set_aside(struct lines *l, const struct line_packet *p)
{
	int i;

	for (i = 0; i < l->aside_count; i++)
		if (l->aside[i].port == p->port &&
		    !memcmp(l->aside[i].group, p->group, 4))
			return;
	if (i == LINES_MOST || !packet_is_whole(p->payload, p->len))
		return;
	l->aside[i].port = p->port;
	memcpy(l->aside[i].group, p->group, 4);
	l->aside_count++;
}

/* Makes a line of the packet's destination, if it is one of our session. */
static struct seen_line *line_discover(struct lines *l,
				       const struct line_packet *p)
{
	struct seen_line *line;

	/* twenty bytes of anything may look like a heartbeat */
	bool empty = p->len == sizeof(struct mold_header);

	if (l->named)
		line_set_aside(l, p);
	if (l->named || (empty && !l->adopted) ||
	    !packet_is_whole(p->payload, p->len)) {
		l->others++;
		return NULL;
	}
	if (!l->adopted) {
		memcpy(l->session, p->payload, sizeof(l->session));
		l->adopted = true;
	}
	if (memcmp(l->session, p->payload, sizeof(l->session))) {
		l->other_sessions++;
		return NULL;
	}
	if (l->count == LINES_MOST) {
		l->left_out++;
		return NULL;
	}
	line = &l->line[l->count++];
	memcpy(line->group, p->group, sizeof(line->group));
	line->port = p->port;
	return line;
}

struct seen_line *lines_take(struct lines *l, const struct line_packet *p)
{
	struct seen_line *line = line_find(l, p);

	if (!line)
		line = line_discover(l, p);
	if (line)
		line->packets++;
	return line;
}
