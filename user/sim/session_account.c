// SPDX-License-Identifier: GPL-2.0
#include "session_account.h"

#include <errno.h>
#include <string.h>

#include "login.h"

/* What the store holds of a message: when it may leave, then itself. */
struct session_record {
	uint64_t leave_ns;
	uint8_t message[EXCHANGE_REPLY_MAX];
};

enum { RECORD_HEAD = offsetof(struct session_record, message) };

/* Return: NULL without room or memory. */
static struct session_account *account_make(struct session_server *s,
					    const struct session_user *user)
{
	struct session_account *a = &s->account[s->accounts];
	struct exchange_client *client;

	if (s->accounts == SESSION_ACCOUNTS)
		return NULL;
	client = exchange_account(s->exchange, user->name);
	if (!client)
		return NULL;
	*a = (struct session_account){ .user = *user, .client = client };
	store_init(&a->store);
	client->owner = a;
	s->accounts++;
	exchange_day(s->exchange, 'S');
	return a;
}

int session_accounts_make(struct session_server *s)
{
	const struct session_options *o = &s->options;
	uint32_t i;

	for (i = 0; i < o->users; i++)
		if (!account_make(s, &o->user[i]))
			return -ENOMEM;
	return s->err;
}

void session_accounts_free(struct session_server *s)
{
	while (s->accounts)
		store_free(&s->account[--s->accounts].store);
}

int session_account_find(struct session_server *s,
			 const struct soup_login_request *m,
			 struct session_account **account)
{
	struct session_user user = {0};
	const char *password;
	uint32_t i;

	for (i = 0; i < s->accounts; i++) {
		*account = &s->account[i];
		password = s->options.users ? (*account)->user.password : NULL;
		if (login_is_by(m, (*account)->user.name, password))
			return 0;
	}
	if (s->options.users)
		return -EACCES;
	login_user(m, user.name);
	*account = account_make(s, &user);
	return *account ? s->err : -ENOMEM;
}

void session_reply(struct session_server *s,
		   const struct exchange_client *client, const void *message,
		   size_t len)
{
	struct session_record record = {
		.leave_ns = s->now + s->options.faults.delay_ns,
	};
	struct session_account *a = client->owner;

	if (len > sizeof(record.message)) {
		s->err = -EMSGSIZE;
		return;
	}
	memcpy(record.message, message, len);
	if (store_add(&a->store, &record, RECORD_HEAD + (uint32_t)len))
		s->err = -ENOMEM;
	if (record.leave_ns < s->due_ns)
		s->due_ns = record.leave_ns;
}

const uint8_t *session_account_message(const struct session_account *a,
				       uint64_t seq, uint32_t *len,
				       uint64_t *leave_ns)
{
	const uint8_t *record = store_get(&a->store, seq, len);

	if (!record)
		return NULL;
	memcpy(leave_ns, record, sizeof(*leave_ns));
	*len -= RECORD_HEAD;
	return record + RECORD_HEAD;
}
