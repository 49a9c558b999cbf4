/* SPDX-License-Identifier: GPL-2.0 */
/*
 * login - is a SoupBinTCP login request good enough for a snapshot?
 */
#ifndef HT_SIM_LOGIN_H
#define HT_SIM_LOGIN_H

#include "soupbin.h"

/*
 * The judgement on a login of the right length: user and password must be
 * those (NULL: any), the session blank or this one, the sequence number 1.
 * Return: 0, or enum soup_reject.
 */
int login_judge(const struct soup_login_request *m, const char *user,
		const char *password, const char session[SOUP_SESSION_LEN]);

#endif
