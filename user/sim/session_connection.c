// SPDX-License-Identifier: GPL-2.0
#include "session_connection.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "login.h"
#include "order_print.h"
#include "packet.h"
#include "session_account.h"

enum {
	WRITES_MAX = 4,			/* of SESSION_OUT, before others' turn */
	LOGIN_LEN = sizeof(struct soup_login_request) -
		    sizeof(struct soup_header),
	OUT_PACKET_MAX = sizeof(struct soup_header) + EXCHANGE_REPLY_MAX,
};

void session_connection_begin(struct session_connection *c, int fd,
			      const struct sockaddr_in *from, uint64_t now)
{
	*c = (struct session_connection){
		.phase = SESSION_LOGIN,
		.fd = fd,
		.from = *from,
		.heard_ns = now,
		.sent_ns = now,
		.deadline_ns = now + SESSION_LOGIN_NS,
	};
}

__attribute__((format(printf, 3, 4)))
static void tell(const struct session_server *s,
		 const struct session_connection *c, const char *format, ...)
{
	char peer[PEER_TEXT];
	va_list args;

	if (!s->options.verbose)
		return;
	fprintf(stderr, "%s %s: ", peer_text(peer, &c->from),
		c->account ? c->account->user.name : "-");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* -- the end of a connection -------------------------------------------- */

/* After the day's end there is nothing left to cancel. */
static void account_leave(struct session_server *s,
			  struct session_connection *c)
{
	struct session_account *a = c->account;

	c->account = NULL;
	if (!a)
		return;
	a->connection = NULL;
	if (!s->over)
		exchange_disconnected(s->exchange, a->client);
}

void session_connection_free(struct session_server *s,
			     struct session_connection *c)
{
	account_leave(s, c);
	/* a process that was begun meanwhile may hold the file open still */
	epoll_ctl(s->fd, EPOLL_CTL_DEL, c->fd, NULL);
	close(c->fd);
	c->phase = SESSION_FREE;
}

/* What closes with bytes unread resets, and the client may lose the end. */
static void closing(struct session_server *s, struct session_connection *c)
{
	account_leave(s, c);
	shutdown(c->fd, SHUT_WR);
	c->in = (struct session_stream){ .skip = sizeof(c->in.bytes) };
	c->phase = SESSION_CLOSING;
	c->deadline_ns = s->now + SESSION_CLOSING_NS;
}

static void reset(struct session_server *s, struct session_connection *c)
{
	struct linger at_once = { .l_onoff = 1 };

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	session_connection_free(s, c);
}

/* -- what goes out ------------------------------------------------------ */

static void put_packet(struct session_connection *c, char type,
		       const void *payload, uint32_t len)
{
	struct soup_header *head = (void *)(c->out + c->tail);

	packet_head(head, type, len);
	if (len)
		memcpy(head + 1, payload, len);
	c->tail += sizeof(*head) + len;
}

/* Return: whether all there is of the account's messages is put out. */
static bool fill_messages(struct session_server *s,
			  struct session_connection *c)
{
	const uint8_t *message;
	uint64_t leave_ns;
	uint32_t len;

	while (c->tail + OUT_PACKET_MAX <= SESSION_OUT) {
		message = session_account_message(c->account, c->next, &len,
						  &leave_ns);
		if (!message)
			return true;
		if (leave_ns > s->now)
			return false;
		put_packet(c, SOUP_SEQUENCED, message, len);
		s->counts.sequenced++;
		s->counts.replayed += c->next++ < c->live;
	}
	return false;
}

static void fill(struct session_server *s, struct session_connection *c)
{
	bool all;

	if (c->head == c->tail)
		c->head = c->tail = 0;
	if (s->options.faults.silent || c->ended)
		return;
	all = fill_messages(s, c);
	if (s->over && all) {
		put_packet(c, SOUP_END_OF_SESSION, NULL, 0);
		c->ended = true;
	} else if (c->head == c->tail &&
		   s->now - c->sent_ns >= SESSION_BEAT_NS) {
		put_packet(c, SOUP_SERVER_HEARTBEAT, NULL, 0);
	}
}

/* Return: whether there may be room for more. */
static bool send_out(struct session_server *s, struct session_connection *c)
{
	ssize_t sent = send(c->fd, c->out + c->head, c->tail - c->head,
			    MSG_NOSIGNAL);

	if (sent < 0) {
		c->blocked = errno == EAGAIN || errno == EINTR ||
			     errno == ENOBUFS;
		c->broken = !c->blocked;
		return false;
	}
	c->head += (uint32_t)sent;
	c->sent_ns = s->now;
	c->blocked = c->head < c->tail;
	return !c->blocked;
}

void session_connection_write(struct session_server *s,
			      struct session_connection *c)
{
	int i;

	for (i = 0; i < WRITES_MAX && !c->broken; i++) {
		fill(s, c);
		if (c->head == c->tail || !send_out(s, c))
			break;
	}
	/* the socket, which has room, tells when it is this one's turn again */
	if (i == WRITES_MAX)
		c->blocked = true;
	if (c->phase != SESSION_OPEN || !c->ended || c->head < c->tail)
		return;
	tell(s, c, "end of session");
	s->counts.ended++;
	closing(s, c);
}

/* -- logins ------------------------------------------------------------- */

/* reason is that of login_find(). */
static void login_reject(struct session_server *s,
			 struct session_connection *c, int reason)
{
	struct soup_login_rejected m;

	if (reason == -ENOMEM)
		s->counts.refused++;
	else if (reason == SOUP_REJECT_NOT_AUTHORIZED)
		s->counts.rejected++;
	else
		s->counts.rejected_session++;
	if (reason == -ENOMEM)
		reason = SOUP_REJECT_NOT_AUTHORIZED;
	login_rejected(&m, reason);
	tell(s, c, "login rejected, reason %c", reason);
	send(c->fd, &m, sizeof(m), MSG_NOSIGNAL);
	closing(s, c);
}

/* All that had come to the kernel by now is read first. */
static void take_over(struct session_server *s, struct session_connection *c)
{
	int queued = 0;
	size_t got = 1, left;

	ioctl(c->fd, SIOCINQ, &queued);
	left = queued > 0 ? (size_t)queued : 0;
	while (left && got && c->phase == SESSION_OPEN) {
		got = session_connection_read(s, c);
		left -= got < left ? got : left;
	}
	if (c->phase != SESSION_OPEN)
		return;
	tell(s, c, "closed, the account logs in again");
	s->counts.taken_over++;
	session_connection_free(s, c);
}

/* 3.00 says nothing of it, and neither does a blank or 0.
 * Return: 0, or -EINVAL for what is no number.
 */
static int login_silence(const struct session_packet *p, uint64_t *ns)
{
	const char *field = (const char *)p->payload + LOGIN_LEN;
	uint64_t ms = 0;

	*ns = SESSION_SILENCE_NS;
	if (p->len == LOGIN_LEN || !memcmp(field, "     ", SOUP_TIMEOUT_LEN))
		return 0;
	if (login_number(field, SOUP_TIMEOUT_LEN, &ms))
		return -EINVAL;
	if (ms)
		*ns = ms * NS_PER_MS;
	return 0;
}

/* Return: 0, enum soup_reject, or -ENOMEM: there is no room for an account. */
static int login_find(struct session_server *s,
		      const struct soup_login_request *m,
		      struct session_account **account, uint64_t *seq)
{
	int err;

	if (s->options.faults.reject_login)
		return SOUP_REJECT_NOT_AUTHORIZED;
	if (s->over)
		return SOUP_REJECT_SESSION;
	err = session_account_find(s, m, account);
	if (err)
		return err == -EACCES ? SOUP_REJECT_NOT_AUTHORIZED : err;
	if (!login_is_for(m, s->name) ||
	    login_number(m->seq, sizeof(m->seq), seq) ||
	    *seq > (*account)->store.next)
		return SOUP_REJECT_SESSION;
	return 0;
}

/* seq is the one asked for; 0: from now on. */
static void login_accept(struct session_server *s,
			 struct session_connection *c,
			 struct session_account *a, uint64_t seq)
{
	if (a->connection)
		take_over(s, a->connection);
	c->account = a;
	a->connection = c;
	c->phase = SESSION_OPEN;
	c->live = a->store.next;
	c->next = seq ? seq : c->live;
	s->counts.logins++;
	s->counts.replays += c->next < c->live;
	login_accepted((void *)c->out, s->name, c->next);
	c->tail = sizeof(struct soup_login_accepted);
	tell(s, c, "logged in, next %" PRIu64 ", %" PRIu64 " to be replayed",
	     c->next, c->live - c->next);
}

static void login(struct session_server *s, struct session_connection *c,
		  const struct session_packet *p)
{
	const struct soup_login_request *m;
	struct session_account *account;
	uint64_t seq = 0;
	int reason;

	if (p->type != SOUP_LOGIN_REQUEST || !p->payload ||
	    (p->len != LOGIN_LEN && p->len != LOGIN_LEN + SOUP_TIMEOUT_LEN) ||
	    login_silence(p, &c->silence_ns)) {
		s->counts.malformed++;
		tell(s, c, "closed, no login");
		closing(s, c);
		return;
	}
	m = (const void *)(p->payload - sizeof(struct soup_header));
	reason = login_find(s, m, &account, &seq);
	if (reason)
		login_reject(s, c, reason);
	else
		login_accept(s, c, account, seq);
}

/* -- what comes in ------------------------------------------------------ */

/* The answers to the last message are kept, and not sent: so it is in doubt. */
static void drop_fault(struct session_server *s, struct session_connection *c)
{
	tell(s, c, "dropped by --order-drop-after");
	s->counts.dropped++;
	if (s->options.faults.drop_reset)
		reset(s, c);
	else
		closing(s, c);
}

static void message(struct session_server *s, struct session_connection *c,
		    const struct session_packet *p, uint64_t arrived_ns)
{
	if (s->over) {
		s->counts.messages_after++;
		return;
	}
	if (!p->payload) {
		s->counts.oversized++;
		return;
	}
	*s->arrival = (struct arrival){ .ns = arrived_ns, .from = c->from };
	exchange_message(s->exchange, c->account->client, p->payload, p->len);
	if (++s->counts.messages == s->options.faults.drop_after)
		drop_fault(s, c);
}

static void garbage(struct session_server *s, struct session_connection *c)
{
	if (c->phase == SESSION_LOGIN)
		s->counts.malformed++;
	else
		s->counts.garbage++;
	tell(s, c, "closed, that is no SoupBinTCP");
	closing(s, c);
}

static void packet(struct session_server *s, struct session_connection *c,
		   const struct session_packet *p, uint64_t arrived_ns)
{
	if (c->phase == SESSION_LOGIN) {
		login(s, c, p);
		return;
	}
	switch (p->type) {
	case SOUP_UNSEQUENCED:
		message(s, c, p, arrived_ns);
		break;
	case SOUP_CLIENT_HEARTBEAT:
		s->counts.heartbeats++;
		break;
	case SOUP_DEBUG:
		s->counts.debugs++;
		break;
	case SOUP_LOGOUT_REQUEST:
		tell(s, c, "logged out");
		s->counts.logouts++;
		session_connection_write(s, c);
		closing(s, c);
		break;
	case SOUP_LOGIN_REQUEST:
		garbage(s, c);
		break;
	default:
		s->counts.unknown++;
	}
}

static bool is_reading(const struct session_connection *c)
{
	return c->phase == SESSION_LOGIN || c->phase == SESSION_OPEN;
}

static void packets(struct session_server *s, struct session_connection *c,
		    uint64_t arrived_ns)
{
	struct session_packet p;
	int got = 1;

	while (is_reading(c) && got > 0) {
		got = session_stream_next(&c->in, &p);
		if (got > 0)
			packet(s, c, &p, arrived_ns);
	}
	if (got < 0)
		garbage(s, c);
}

/* A client that has only closed its half gets what there is for it. */
static void gone(struct session_server *s, struct session_connection *c,
		 const char *how)
{
	if (c->phase == SESSION_LOGIN)
		s->counts.late++;
	if (c->phase == SESSION_OPEN) {
		s->counts.left++;
		session_connection_write(s, c);
	}
	tell(s, c, "%s", how);
	session_connection_free(s, c);
}

size_t session_connection_read(struct session_server *s,
			       struct session_connection *c)
{
	char control[ARRIVAL_CONTROL];
	struct iovec part;
	struct msghdr m = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got;

	part.iov_base = session_stream_room(&c->in, &part.iov_len);
	got = recvmsg(c->fd, &m, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		gone(s, c, got ? "the connection is lost" : "left");
		return 0;
	}
	c->heard_ns = s->now;
	if (c->phase == SESSION_CLOSING) {
		s->counts.discarded += (uint64_t)got;
		return (size_t)got;
	}
	session_stream_filled(&c->in, (size_t)got);
	packets(s, c, arrival_ns(&m));
	return (size_t)got;
}

/* -- time --------------------------------------------------------------- */

void session_connection_deadlines(struct session_server *s,
				  struct session_connection *c)
{
	if (c->phase == SESSION_OPEN) {
		if (s->now - c->heard_ns < c->silence_ns)
			return;
		s->counts.silent++;
		tell(s, c, "dropped, silent");
	} else if (s->now < c->deadline_ns) {
		return;
	} else if (c->phase == SESSION_LOGIN) {
		s->counts.late++;
		tell(s, c, "closed, no login in time");
	}
	session_connection_free(s, c);
}

uint64_t session_connection_due(const struct session_server *s,
				const struct session_connection *c)
{
	uint64_t due = c->heard_ns + c->silence_ns, leave_ns;
	uint32_t len;

	if (c->phase != SESSION_OPEN)
		return c->deadline_ns;
	if (c->blocked || c->broken || s->options.faults.silent)
		return due;
	if (c->sent_ns + SESSION_BEAT_NS < due)
		due = c->sent_ns + SESSION_BEAT_NS;
	if (session_account_message(c->account, c->next, &len, &leave_ns) &&
	    leave_ns < due)
		due = leave_ns;
	return due;
}
