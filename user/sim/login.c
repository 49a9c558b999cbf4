// SPDX-License-Identifier: GPL-2.0
#include "login.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A field without the spaces on both sides.  Return: its length. */
static uint32_t trim(const char **field, uint32_t len)
{
	while (len && (*field)[len - 1] == ' ')
		len--;
	while (len && **field == ' ') {
		(*field)++;
		len--;
	}
	return len;
}

/* Whatever the case, as the specification says. */
static bool is_word(const char *field, uint32_t len, const char *word)
{
	len = trim(&field, len);
	return !word ||
	       (len == strlen(word) && !strncasecmp(field, word, len));
}

static bool is_session(const char *field, const char *session)
{
	uint32_t len = trim(&field, SOUP_SESSION_LEN);
	uint32_t want = trim(&session, SOUP_SESSION_LEN);

	return !len || (len == want && !memcmp(field, session, len));
}

/* Leading zeros are digits like others. */
static bool is_one(const char *field)
{
	uint32_t len = trim(&field, SOUP_SEQUENCE_LEN);

	for (; len > 1 && *field == '0'; len--)
		field++;
	return len == 1 && *field == '1';
}

int login_judge(const struct soup_login_request *m, const char *user,
		const char *password, const char session[SOUP_SESSION_LEN])
{
	if (!is_word(m->user, sizeof(m->user), user) ||
	    !is_word(m->password, sizeof(m->password), password))
		return SOUP_REJECT_NOT_AUTHORIZED;
	if (!is_session(m->session, session) || !is_one(m->seq))
		return SOUP_REJECT_SESSION;
	return 0;
}
