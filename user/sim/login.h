/* SPDX-License-Identifier: GPL-2.0 */
/*
 * login - a SoupBinTCP login request, read and answered
 */
#ifndef HT_SIM_LOGIN_H
#define HT_SIM_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "soupbin.h"

/* Whether user and password are those (NULL: any), whatever the case. */
bool login_is_by(const struct soup_login_request *m, const char *user,
		 const char *password);

/* Whether the session asked for is blank, or this one. */
bool login_is_for(const struct soup_login_request *m,
		  const char session[SOUP_SESSION_LEN]);

/* ASCII digits with spaces around: a login's numbers.
 * Return: 0, or -EINVAL for anything else and for what 64 bits do not hold.
 */
int login_number(const char *field, uint32_t len, uint64_t *number);

/*
 * The judgement on a login for a snapshot, of the right length: besides, the
 * sequence number must be 1.
 * Return: 0, or enum soup_reject.
 */
int login_judge(const struct soup_login_request *m, const char *user,
		const char *password, const char session[SOUP_SESSION_LEN]);

/* The user's name without its padding, in capitals: the case says nothing. */
void login_user(const struct soup_login_request *m,
		char name[sizeof(m->user) + 1]);

/* The answers.  seq is that of the next sequenced packet. */
void login_accepted(struct soup_login_accepted *m,
		    const char session[SOUP_SESSION_LEN], uint64_t seq);
void login_rejected(struct soup_login_rejected *m, int reason);

#endif
