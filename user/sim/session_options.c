// SPDX-License-Identifier: GPL-2.0
#include "session_options.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "option_values.h"
#include "options.h"

/* Printable, without the padding of a login's fields.  Return: whether it is
 * one of 1 to max characters; word has a byte more.
 */
static bool word(char *word, const char *text, size_t len, size_t max)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	if (!len || len > max)
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	return true;
}

static int login(struct session_options *o, const char *text)
{
	const char *colon = strchr(text, ':');
	struct session_user user;
	uint32_t i;

	if (o->users == SESSION_ACCOUNTS)
		return option_refuse("give --order-login %d times at most",
				     SESSION_ACCOUNTS);
	if (!colon ||
	    !word(user.name, text, (size_t)(colon - text), SESSION_USER_LEN) ||
	    !word(user.password, colon + 1, strlen(colon + 1),
		  SESSION_PASSWORD_LEN))
		return option_bad("--order-login", text,
				  "a user of 1 to 6 and a password of 1 to 10 "
				  "characters, such as trader:secret");
	for (i = 0; i < o->users; i++)
		if (!strcasecmp(o->user[i].name, user.name))
			return option_refuse("--order-login %s: this user is "
					     "there, whatever the case",
					     text);
	o->user[o->users++] = user;
	return 0;
}

int session_option(struct session_options *o, int val, const char *text)
{
	struct session_faults *f = &o->faults;

	switch (val) {
	case SESSION_OPT_LOGIN:
		return login(o, text);
	case SESSION_OPT_DELAY:
		return option_duration("--order-delay", text, &f->delay_ns);
	case SESSION_OPT_LOSS:
		return option_chance("--order-loss", text, &f->loss);
	case SESSION_OPT_DROP_AFTER:
		return option_number("--order-drop-after", text, 1, UINT64_MAX,
				     &f->drop_after);
	case SESSION_OPT_DROP_RESET:
		f->drop_reset = true;
		return 0;
	case SESSION_OPT_SILENT:
		f->silent = true;
		return 0;
	case SESSION_OPT_REJECT_LOGIN:
		f->reject_login = true;
		return 0;
	default:
		return -ENOENT;
	}
}

int session_options_finish(const struct session_options *o)
{
	if (o->faults.drop_reset && !o->faults.drop_after)
		return option_refuse("--order-drop-reset needs "
				     "--order-drop-after");
	return 0;
}
