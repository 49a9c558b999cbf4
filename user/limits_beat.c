// SPDX-License-Identifier: GPL-2.0
/*
 * limits_beat - other limits in force are written down, whoever set them
 *
 * One record of all orders together and of every symbol, then one of each
 * symbol that has its own: what judged an order can be read (P4).
 */
#include <stdio.h>
#include <string.h>

#include "controller.h"

enum { TEXT_MAX = 2048 };

/* "[SYMBOL ]key value key value ..."; of a symbol only what can be its own. */
static void limits_words(const struct limits_view *view, char text[TEXT_MAX])
{
	const struct limits_key *key;
	char value[LIMITS_TEXT];
	size_t n = 0;

	if (view->own)
		n = (size_t)snprintf(text, TEXT_MAX, "%.*s", HT_TICKER,
				     view->row.symbol);
	for (key = limits_keys; key->name && n < TEXT_MAX; key++) {
		if (view->own && !key->of_symbol)
			continue;
		n += (size_t)snprintf(text + n, TEXT_MAX - n, "%s%s %s",
				      n ? " " : "", key->name,
				      limits_text(value, key, limits_value(
					      key, &view->row, &view->rules)));
	}
}

static void view_journal(struct controller *c, const struct limits_view *view,
			 uint32_t was)
{
	const struct journal_limits record = {
		.version = view->version, .was = was,
	};
	char text[TEXT_MAX];

	limits_words(view, text);
	journal_put_limits(&c->journal, &record, text);
}

/* What moves meanwhile is written down at the next beat, whole. */
static void own_journal(struct controller *c, uint32_t version, uint32_t was)
{
	const struct ht_limit *rows =
		&c->in.limits[(version & 1) * (size_t)HT_LOCATES];
	struct limits_view view;
	uint32_t locate;

	for (locate = 1; locate < HT_LOCATES; locate++) {
		if (HT_READ_ONCE(rows[locate].own) != HT_YES)
			continue;
		limits_read(&c->in, locate, &view);
		if (view.version != version)
			return;
		if (view.own)
			view_journal(c, &view, was);
	}
}

void limits_beat(struct controller *c)
{
	uint32_t was = c->rules_version;
	struct limits_view view;

	if (HT_READ_ONCE(c->in.rules->version) == was)
		return;
	limits_read(&c->in, 0, &view);
	c->rules_version = view.version;
	view_journal(c, &view, was);
	own_journal(c, view.version, was);
	if (was)
		log_line(&c->log, "limits: version %u is in force",
			 view.version);
}
