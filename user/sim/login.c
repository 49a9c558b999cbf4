// SPDX-License-Identifier: GPL-2.0
#include "login.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "packet.h"

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

bool login_is_by(const struct soup_login_request *m, const char *user,
		 const char *password)
{
	return is_word(m->user, sizeof(m->user), user) &&
	       is_word(m->password, sizeof(m->password), password);
}

bool login_is_for(const struct soup_login_request *m,
		  const char session[SOUP_SESSION_LEN])
{
	const char *field = m->session;
	uint32_t len = trim(&field, SOUP_SESSION_LEN);
	uint32_t want = trim(&session, SOUP_SESSION_LEN);

	return !len || (len == want && !memcmp(field, session, len));
}

int login_number(const char *field, uint32_t len, uint64_t *number)
{
	uint64_t n = 0;

	len = trim(&field, len);
	if (!len)
		return -EINVAL;
	for (; len; len--, field++)
		if (*field < '0' || *field > '9' ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*field - '0'), &n))
			return -EINVAL;
	*number = n;
	return 0;
}

int login_judge(const struct soup_login_request *m, const char *user,
		const char *password, const char session[SOUP_SESSION_LEN])
{
	uint64_t seq;

	if (!login_is_by(m, user, password))
		return SOUP_REJECT_NOT_AUTHORIZED;
	if (!login_is_for(m, session) ||
	    login_number(m->seq, sizeof(m->seq), &seq) || seq != 1)
		return SOUP_REJECT_SESSION;
	return 0;
}

void login_user(const struct soup_login_request *m,
		char name[sizeof(m->user) + 1])
{
	const char *field = m->user;
	uint32_t len = trim(&field, sizeof(m->user)), i;

	for (i = 0; i < len; i++)
		name[i] = (char)toupper((unsigned char)field[i]);
	name[len] = '\0';
}

void login_accepted(struct soup_login_accepted *m,
		    const char session[SOUP_SESSION_LEN], uint64_t seq)
{
	uint32_t len = trim(&session, SOUP_SESSION_LEN);
	char *digit = m->seq + SOUP_SEQUENCE_LEN;

	memset(m, ' ', sizeof(*m));
	packet_head(&m->head, SOUP_LOGIN_ACCEPTED,
		    sizeof(*m) - sizeof(m->head));
	memcpy(m->session + SOUP_SESSION_LEN - len, session, len);
	do
		*--digit = (char)('0' + seq % 10);
	while (seq /= 10);
}

void login_rejected(struct soup_login_rejected *m, int reason)
{
	packet_head(&m->head, SOUP_LOGIN_REJECTED, sizeof(m->reason));
	m->reason = (char)reason;
}
