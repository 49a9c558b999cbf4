/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state - what a snapshot tells besides the orders: the last message of every
 * kind that makes up the market's and each symbol's state, as it was sent
 */
#ifndef HT_SIM_STATE_H
#define HT_SIM_STATE_H

#include <stdint.h>

#include "itch50.h"

enum {
	STATE_LOCATES = 65536,
	STATE_MARKETS = 3,		/* of an operational halt: Q, B, X */
	STATE_BREACHES = 3,		/* levels of the circuit breaker */
};

/* A message whose type is 0 was not sent. */
struct state_symbol {
	struct itch_directory directory;
	struct itch_trading_action trading;
	struct itch_reg_sho reg_sho;
	struct itch_operational_halt halt[STATE_MARKETS];
	struct itch_ipo_quoting ipo;
	struct itch_luld_collar collar;
};

struct state {
	struct state_symbol *symbols;	/* STATE_LOCATES of them */
	struct itch_mwcb_levels levels;
	struct itch_mwcb_breach breach[STATE_BREACHES];
	struct itch_system_event *events;	/* all of them */
	uint32_t event_count;
	uint32_t event_room;
};

/* Return: 0 or -ENOMEM, with nothing to free. */
int state_init(struct state *s);
void state_free(struct state *s);

/* Forgets everything. */
void state_restart(struct state *s);

/* Takes any message of len bytes.  Return: 0 or -ENOMEM. */
int state_apply(struct state *s, const uint8_t *message, uint32_t len);

#endif
