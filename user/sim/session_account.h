/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_account - who may log in, and every message sent to him
 */
#ifndef HT_SIM_SESSION_ACCOUNT_H
#define HT_SIM_SESSION_ACCOUNT_H

#include "session.h"

/* Makes the account of each user of the options.  Return: 0 or -ENOMEM. */
int session_accounts_make(struct session_server *s);
void session_accounts_free(struct session_server *s);

/*
 * The account that a login is for; where any user is, it may be made for it.
 * Return: 0, -EACCES: there is none for him, or -ENOMEM.
 */
int session_account_find(struct session_server *s,
			 const struct soup_login_request *m,
			 struct session_account **account);

/*
 * The message with this sequence number and when it may leave, or NULL when
 * there is none yet.
 */
const uint8_t *session_account_message(const struct session_account *a,
				       uint64_t seq, uint32_t *len,
				       uint64_t *leave_ns);

#endif
