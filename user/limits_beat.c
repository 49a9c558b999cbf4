// SPDX-License-Identifier: GPL-2.0
/*
 * limits_beat - other limits in force are written down, whoever set them
 */
#include <stdio.h>
#include <string.h>

#include "controller.h"

enum { TEXT_MAX = 2048 };

/* "key value key value ..." of row 0 and of the instance. */
static void limits_words(const struct limits_view *view, char text[TEXT_MAX])
{
	const struct limits_key *key;
	char value[LIMITS_TEXT];
	size_t n = 0;

	for (key = limits_keys; key->name && n < TEXT_MAX; key++)
		n += (size_t)snprintf(text + n, TEXT_MAX - n, "%s%s %s",
				      n ? " " : "", key->name,
				      limits_text(value, key, limits_value(
					      key, &view->row, &view->rules)));
}

void limits_beat(struct controller *c)
{
	struct journal_limits record = { .was = c->rules_version };
	struct limits_view view;
	char text[TEXT_MAX];

	if (HT_READ_ONCE(c->in.rules->version) == c->rules_version)
		return;
	limits_read(&c->in, 0, &view);
	record.version = c->rules_version = view.version;
	limits_words(&view, text);
	journal_put_limits(&c->journal, &record, text);
	if (record.was)
		log_line(&c->log, "limits: version %u is in force",
			 view.version);
}
