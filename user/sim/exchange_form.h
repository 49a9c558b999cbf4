/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_form - what of an OUCH message is judged without the market
 *
 * Appendages: every known tag is judged for length and value, unknown ones are
 * skipped by their length.  Pegs and routes are refused, because an order of
 * that kind would be another one here; the other tags that struct exchange_tags
 * does not keep are without effect.
 */
#ifndef HT_SIM_EXCHANGE_FORM_H
#define HT_SIM_EXCHANGE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "ouch50.h"

/* An appendage; a field counts where its tag is there. */
struct exchange_tags {
	uint32_t has;			/* bits: EXCHANGE_TAG() */
	uint32_t min_qty;
	uint32_t max_floor;
	uint32_t expire_s;
	uint16_t group;
	uint16_t refusal;		/* what is wrong with a tag, or 0 */
	uint8_t channel;
	char firm[4];			/* spaces: the account's own */
	char post_only;
	char side;
	char aiq;
};

#define EXCHANGE_TAG(id)	(1u << OUCH_TAG_##id)

/*
 * Reads what follows an appendage's length, len bytes.
 * Return: false when the tags do not fill them; none is there then.
 */
bool form_tags_read(struct exchange_tags *t, const uint8_t *tag, uint32_t len);

/* Return: 0, or the reason to reject the order.  tags: as it would have them */
uint16_t form_enter(const struct ouch_enter *e,
		    const struct exchange_tags *tags);
uint16_t form_replace(const struct ouch_replace *r,
		      const struct exchange_tags *tags);

/* Whether c is in set; NUL never is. */
bool form_is_one_of(char c, const char *set);

#endif
