// SPDX-License-Identifier: GPL-2.0
/*
 * soup - the client's side of a SoupBinTCP 3.00 session: bytes and packets
 */
#include "soup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "wire.h"

void soup_init(struct soup *s)
{
	memset(s, 0, offsetof(struct soup, buffer));
}

struct soup_limits soup_limits_default(void)
{
	return (struct soup_limits){
		.heartbeat_ns = SOUP_HEARTBEAT_S * SECOND_NS,
		.silence_ns = SOUP_SILENCE_S * SECOND_NS,
	};
}

/* -- text --------------------------------------------------------------- */

/* Text without the spaces on either side; len becomes what is left. */
static const char *trimmed(const char *text, size_t *len)
{
	while (*len && text[*len - 1] == ' ')
		--*len;
	for (; *len && *text == ' '; --*len)
		text++;
	return text;
}

int soup_number(const char *text, size_t len, uint64_t *number)
{
	uint64_t n = 0;
	size_t i;

	text = trimmed(text, &len);
	if (!len)
		return -EBADMSG;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, text[i] - '0', &n))
			return -EBADMSG;
	}
	*number = n;
	return 0;
}

enum pad { PAD_LEFT, PAD_RIGHT };

/* Fills a field of size bytes.  Return: 0 or -EINVAL. */
static int field_fill(char *field, size_t size, const char *text, enum pad pad)
{
	size_t i, len = text ? strlen(text) : 0;

	if (len > size)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return -EINVAL;
	memset(field, ' ', size);
	if (len)
		memcpy(field + (pad == PAD_LEFT ? size - len : 0), text, len);
	return 0;
}

static const char *reject_words(char reason)
{
	switch (reason) {
	case SOUP_REJECT_NOT_AUTHORIZED:
		return "user name or password is not authorized";
	case SOUP_REJECT_SESSION:
		return "the session asked for is not available";
	default:
		return "for a reason that is not known";
	}
}

/* -- what is sent ------------------------------------------------------- */

size_t soup_head(struct soup_header *out, enum soup_type type, size_t len)
{
	if (len > SOUP_PACKET_MAX - sizeof(*out))
		return 0;
	put_be16(&out->length, (uint16_t)(sizeof(out->type) + len));
	out->type = (char)type;
	return sizeof(*out) + len;
}

int soup_login(struct soup_login_request *out,
	       const struct soup_credentials *credentials)
{
	char seq[SOUP_SEQUENCE_LEN + 1];
	int err;

	snprintf(seq, sizeof(seq), "%" PRIu64, credentials->seq);
	soup_head(&out->head, SOUP_LOGIN_REQUEST,
		  sizeof(*out) - sizeof(out->head));
	err = field_fill(out->user, sizeof(out->user), credentials->user,
			 PAD_RIGHT);
	if (!err)
		err = field_fill(out->password, sizeof(out->password),
				 credentials->password, PAD_RIGHT);
	if (!err)
		err = field_fill(out->session, sizeof(out->session),
				 credentials->session, PAD_LEFT);
	if (!err)
		err = field_fill(out->seq, sizeof(out->seq), seq, PAD_LEFT);
	return err;
}

int soup_login_41(struct soup_login_request_41 *out,
		  const struct soup_credentials *credentials,
		  uint32_t timeout_ms)
{
	char timeout[SOUP_TIMEOUT_LEN + 1];
	int err = soup_login(&out->login, credentials);

	if (err || !timeout_ms || timeout_ms > SOUP_TIMEOUT_MAX)
		return -EINVAL;
	soup_head(&out->login.head, SOUP_LOGIN_REQUEST,
		  sizeof(*out) - sizeof(out->login.head));
	snprintf(timeout, sizeof(timeout), "%" PRIu32, timeout_ms);
	return field_fill(out->timeout, sizeof(out->timeout), timeout,
			  PAD_LEFT);
}

/* -- what comes --------------------------------------------------------- */

uint8_t *soup_room(struct soup *s, size_t *len)
{
	/* not when nothing moves: byte by byte that would be gigabytes */
	if (s->begin)
		memmove(s->buffer, s->buffer + s->begin, s->end - s->begin);
	s->end -= s->begin;
	s->begin = 0;
	*len = sizeof(s->buffer) - s->end;
	return s->buffer + s->end;
}

void soup_filled(struct soup *s, size_t len)
{
	s->end += len;
}

/* Says where: the packet at hand was counted, its bytes not yet. */
static int broken(struct soup *s, const char *what)
{
	snprintf(s->words, sizeof(s->words),
		 "packet %" PRIu64 ", at byte %" PRIu64 " of the stream: %s",
		 s->packets, s->bytes, what);
	return -EBADMSG;
}

static int accepted_take(struct soup *s, const struct soup_packet *p)
{
	const struct soup_login_accepted *a =
		(const void *)(p->payload - sizeof(struct soup_header));
	size_t len = sizeof(a->session);
	const char *session;

	if (s->state != SOUP_LOGGING_IN)
		return broken(s, "a second answer to the login");
	if (p->len != sizeof(*a) - sizeof(a->head))
		return broken(s, "Login Accepted of a wrong length");
	if (soup_number(a->seq, sizeof(a->seq), &s->next_seq))
		return broken(s, "Login Accepted without a sequence number");
	session = trimmed(a->session, &len);
	memset(s->session, 0, sizeof(s->session));
	memcpy(s->session, session, len);
	s->state = SOUP_OPEN;
	return 1;
}

static int rejected_take(struct soup *s, const struct soup_packet *p)
{
	char reason;

	if (s->state != SOUP_LOGGING_IN)
		return broken(s, "a second answer to the login");
	if (p->len != sizeof(reason))
		return broken(s, "Login Rejected of a wrong length");
	reason = (char)p->payload[0];
	snprintf(s->words, sizeof(s->words), "login rejected: %s (`%c`)",
		 reject_words(reason),
		 reason < ' ' || reason > '~' ? '?' : reason);
	s->state = SOUP_REJECTED;
	return 1;
}

static int message_take(struct soup *s, const struct soup_packet *p)
{
	if (s->state != SOUP_OPEN)
		return broken(s, "a message without a login");
	if (p->type == SOUP_SEQUENCED)
		s->next_seq++;
	return 1;
}

static int bare_take(struct soup *s, const struct soup_packet *p)
{
	if (p->len)
		return broken(s, p->type == SOUP_END_OF_SESSION ?
			      "End of Session of a wrong length" :
			      "Server Heartbeat of a wrong length");
	if (p->type == SOUP_END_OF_SESSION)
		s->state = SOUP_ENDED;
	else
		s->heartbeats++;
	return 1;
}

/* Return: 1 for the caller, 0 skipped, or -EBADMSG. */
static int packet_take(struct soup *s, const struct soup_packet *p)
{
	if (s->state == SOUP_REJECTED || s->state == SOUP_ENDED)
		return broken(s, "a packet after the last one");
	switch (p->type) {
	case SOUP_LOGIN_ACCEPTED:
		return accepted_take(s, p);
	case SOUP_LOGIN_REJECTED:
		return rejected_take(s, p);
	case SOUP_SEQUENCED:
	case SOUP_UNSEQUENCED:		/* SoupBinTCP 4.0 */
		return message_take(s, p);
	case SOUP_SERVER_HEARTBEAT:
	case SOUP_END_OF_SESSION:
		return bare_take(s, p);
	case SOUP_DEBUG:
		s->debugs++;
		return 1;
	default:
		s->unknown++;
		return 0;
	}
}

int soup_next(struct soup *s, struct soup_packet *p)
{
	const struct soup_header *head;
	size_t len;
	int got = 0;

	while (!got && s->end - s->begin >= sizeof(head->length)) {
		head = (const void *)(s->buffer + s->begin);
		len = get_be16(&head->length);
		if (len && s->end - s->begin < sizeof(head->length) + len)
			return 0;
		s->packets++;
		if (!len)
			return broken(s, "length 0, without even a type");
		p->type = head->type;
		p->payload = s->buffer + s->begin + sizeof(*head);
		p->len = len - sizeof(head->type);
		got = packet_take(s, p);
		if (got < 0)
			return got;
		s->begin += sizeof(head->length) + len;
		s->bytes += sizeof(head->length) + len;
	}
	return got;
}
