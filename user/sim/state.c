// SPDX-License-Identifier: GPL-2.0
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

int state_init(struct state *s)
{
	*s = (struct state){0};
	s->symbols = calloc(STATE_LOCATES, sizeof(*s->symbols));
	return s->symbols ? 0 : -ENOMEM;
}

void state_free(struct state *s)
{
	free(s->symbols);
	free(s->events);
	*s = (struct state){0};
}

void state_restart(struct state *s)
{
	memset(s->symbols, 0, STATE_LOCATES * sizeof(*s->symbols));
	memset(&s->levels, 0, sizeof(s->levels));
	memset(s->breach, 0, sizeof(s->breach));
	s->event_count = 0;
}

static int event_add(struct state *s, const uint8_t *message)
{
	uint32_t room = s->event_room ? 2 * s->event_room : 16;
	struct itch_system_event *grown;

	if (s->event_count == s->event_room) {
		grown = realloc(s->events, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		s->events = grown;
		s->event_room = room;
	}
	memcpy(&s->events[s->event_count++], message, sizeof(*s->events));
	return 0;
}

static void halt(struct state_symbol *symbol,
		 const struct itch_operational_halt *m)
{
	static const char markets[STATE_MARKETS] = { 'Q', 'B', 'X' };
	const char *market = memchr(markets, m->market, STATE_MARKETS);

	if (market)
		symbol->halt[market - markets] = *m;
}

static void breach(struct state *s, const struct itch_mwcb_breach *m)
{
	if (m->level >= '1' && m->level <= '3')
		s->breach[m->level - '1'] = *m;
}

int state_apply(struct state *s, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	struct state_symbol *symbol;

	if (!len || !itch_length(head->type) || len < itch_length(head->type))
		return 0;
	symbol = &s->symbols[get_be16(&head->locate)];
	switch (head->type) {
	case 'S':
		return event_add(s, message);
	case 'R':
		memcpy(&symbol->directory, message, sizeof(symbol->directory));
		break;
	case 'H':
		memcpy(&symbol->trading, message, sizeof(symbol->trading));
		break;
	case 'Y':
		memcpy(&symbol->reg_sho, message, sizeof(symbol->reg_sho));
		break;
	case 'h':
		halt(symbol, (const void *)message);
		break;
	case 'K':
		memcpy(&symbol->ipo, message, sizeof(symbol->ipo));
		break;
	case 'J':
		memcpy(&symbol->collar, message, sizeof(symbol->collar));
		break;
	case 'V':
		memcpy(&s->levels, message, sizeof(s->levels));
		break;
	case 'W':
		breach(s, (const void *)message);
		break;
	}
	return 0;
}
