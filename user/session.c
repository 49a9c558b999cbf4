// SPDX-License-Identifier: GPL-2.0
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "ouch50.h"
#include "session_state.h"
#include "session_tcp.h"

/* -- login -------------------------------------------------------------- */

static struct soup_credentials credentials(const struct session *s)
{
	return (struct soup_credentials){
		.user = s->options.user,
		.password = s->options.password,
		.session = s->name,
		.seq = s->seq,
	};
}

/* Return: bytes of the login, or -EINVAL. */
static int login_build(const struct session *s,
		       struct soup_login_request_41 *out)
{
	const struct soup_credentials c = credentials(s);
	uint32_t timeout_ms = s->options.timeout_ms;
	int err = timeout_ms ? soup_login_41(out, &c, timeout_ms) :
		  soup_login(&out->login, &c);

	if (err)
		return err;
	return timeout_ms ? sizeof(*out) : sizeof(out->login);
}

/* Is the connection still one, whatever the sink did? */
static bool is_connected(const struct session *s)
{
	return s->fd >= 0;
}

static int connected(struct op *op, int res)
{
	struct session *s = source_owner(op, struct session, connect);
	struct soup_login_request_41 login;
	int err = res, len;

	if (s->fd < 0)
		return 0;
	if (err) {
		session_lost(s, "cannot connect: %s", strerror(-err));
		return 0;
	}
	soup_init(&s->soup);
	s->heard_ns = clock_ns();
	len = login_build(s, &login);
	err = len < 0 ? len : session_tcp_opened(s);
	if (!err)
		err = session_tcp_send(s, &login, (size_t)len);
	if (!err)
		err = session_tcp_receive(s);
	if (err)
		session_lost(s, "cannot log in: %s", strerror(-err));
	else
		session_state_set(s, HT_SESSION_LOGIN, NULL);
	return 0;
}

/*
 * The query that no earlier one can be taken for.  Later, when it does not get
 * out now.
 */
static void query_ask(struct session *s)
{
	const struct ouch_query query = { .type = 'Q' };

	s->query = SESSION_QUERY_NOW;
	if (session_tcp_packet(s, SOUP_UNSEQUENCED, &query, sizeof(query)))
		return;
	s->query = SESSION_QUERY_ASKED;
	s->query_unanswered = false;
	s->went_on_ns = clock_ns();
}

/* One that a login can ask for. */
static bool is_name(const char *name)
{
	const char *c = name;

	while (*c >= ' ' && *c <= '~')
		c++;
	return name[0] && !*c;
}

static void accepted_take(struct session *s)
{
	char words[SESSION_WORDS];
	const char *name = s->soup.session;

	if (!is_name(name)) {
		session_lost(s, "the exchange answered with a session without a name");
		return;
	}
	if (s->name[0] && strcmp(name, s->name)) {
		session_lost(s, "asked for session `%s`, the exchange answered with `%s`",
			     s->name, name);
		return;
	}
	if (s->soup.next_seq != s->seq) {
		session_down(s, s->options.times.rejected_ns,
			     "session %s: the exchange would go on at %" PRIu64 ", not at %" PRIu64,
			     name, s->soup.next_seq, s->seq);
		return;
	}
	memcpy(s->name, name, sizeof(s->name));
	s->logins++;
	s->query = s->started && !s->query_unanswered ? SESSION_QUERY_NOW :
		   SESSION_QUERY_LATER;
	s->started = true;
	if (s->replaced)
		s->sink.session_new(s->sink.context);
	s->replaced = false;
	if (!is_connected(s) || s->state != HT_SESSION_LOGIN)
		return;
	snprintf(words, sizeof(words), "logged in to session %s, from %" PRIu64 " on",
		 s->name, s->seq);
	/* once, as the reason; that it is open again is told anyway */
	session_state_set(s, HT_SESSION_RECONCILING,
			  s->reason_told ? NULL : words);
	if (s->state == HT_SESSION_RECONCILING &&
	    s->query == SESSION_QUERY_NOW)
		query_ask(s);
}

/* A session that is not there is asked for once; then the current one. */
static void rejected_take(struct session *s, char reason)
{
	uint64_t wait = s->options.times.rejected_ns;

	s->rejects++;
	if (reason == SOUP_REJECT_SESSION && s->name[0]) {
		session_forget(s);
		wait = 0;
	}
	session_down(s, wait, "%s", s->soup.words);
}

/* -- packets ------------------------------------------------------------ */

static void answered(struct session *s)
{
	char words[SESSION_WORDS];

	s->query = SESSION_QUERY_ANSWERED;
	s->reason_told = false;
	snprintf(words, sizeof(words), "session %s is open, next message %" PRIu64,
		 s->name, s->seq);
	session_state_set(s, HT_SESSION_OPEN, words);
}

static int message_take(struct session *s, const struct soup_packet *p)
{
	uint64_t seq = s->seq;
	bool is_answer = s->query == SESSION_QUERY_ASKED &&
			 p->len >= sizeof(struct ouch_query_response) &&
			 p->payload[0] == 'Q';
	int err;

	s->seq = s->soup.next_seq;
	s->messages++;
	s->went_on_ns = clock_ns();
	if (is_answer)
		s->query = SESSION_QUERY_ANSWERED;
	s->answers_query = is_answer;
	err = s->sink.message(s->sink.context, seq, p->payload, p->len);
	s->answers_query = false;
	if (!err && is_answer && s->state == HT_SESSION_RECONCILING)
		answered(s);
	return err;
}

/* The exchange has nothing else to send: it has replayed all. */
static void heartbeat_take(struct session *s)
{
	s->heartbeats++;
	if (s->state == HT_SESSION_RECONCILING &&
	    s->query < SESSION_QUERY_ASKED)
		query_ask(s);
}

/* Return: 0 or the sink's error. */
static int packet_take(struct session *s, const struct soup_packet *p)
{
	switch (p->type) {
	case SOUP_LOGIN_ACCEPTED:
		if (s->state == HT_SESSION_LOGIN)
			accepted_take(s);
		return 0;
	case SOUP_LOGIN_REJECTED:
		rejected_take(s, (char)p->payload[0]);
		return 0;
	case SOUP_SEQUENCED:
		return message_take(s, p);
	case SOUP_UNSEQUENCED:
		s->unsequenced++;
		return 0;
	case SOUP_SERVER_HEARTBEAT:
		heartbeat_take(s);
		return 0;
	case SOUP_END_OF_SESSION:
		session_ended(s);
		return 0;
	default:
		return 0;
	}
}

static int packets_take(struct session *s)
{
	struct soup_packet p;
	int err = 0, got = 0;

	while (!err && is_connected(s)) {
		got = soup_next(&s->soup, &p);
		if (got <= 0)
			break;
		err = packet_take(s, &p);
	}
	if (got < 0)
		session_lost(s, "not SoupBinTCP: %s", s->soup.words);
	return err;
}

/* err: of the connection, 0 when the exchange closed it. */
static void receive_end(struct session *s, int err)
{
	const char *where = s->soup.begin < s->soup.end ?
			    ", in the middle of a packet" : "";

	if (s->send_error)
		err = s->send_error;
	if (s->state == HT_SESSION_CLOSING && !err)
		session_down(s, 0, "logged out");
	else if (err)
		session_lost(s, "the connection is lost: %s%s", strerror(-err), where);
	else if (s->state == HT_SESSION_LOGIN)
		session_lost(s, "the exchange closed the connection without an answer to the login");
	else
		session_lost(s, "the exchange closed the connection%s", where);
}

/* Return: 0 or the sink's error. */
static int bytes_take(struct session *s, size_t len)
{
	int err = 0;

	s->heard_ns = clock_ns();
	s->bytes_in += len;
	soup_filled(&s->soup, len);
	if (s->way_open && s->way.received)
		err = s->way.received(s->way.context, len);
	if (!err)
		return packets_take(s);
	session_lost(s, "the way out is lost: %s", strerror(-err));
	return 0;
}

static int received(struct op *op, int res)
{
	struct session *s = source_owner(op, struct session, receive);
	int err = 0;

	if (s->fd < 0)
		return 0;
	if (res > 0)
		err = bytes_take(s, (size_t)res);
	else if (res != -EINTR && res != -EAGAIN)
		receive_end(s, res);
	if (is_connected(s) && session_tcp_receive(s))
		session_lost(s, "the kernel takes no request to read");
	return err;
}

/* -- time --------------------------------------------------------------- */

static void connect_begin(struct session *s)
{
	int err;

	s->connects++;
	err = session_tcp_open(s);
	if (err)
		session_lost(s, "cannot connect: %s", strerror(-err));
	else
		session_state_set(s, HT_SESSION_CONNECTING, NULL);
}

/* Gives up what does not go on.  Words have no figure that changes. */
static void overdue_judge(struct session *s, uint64_t now)
{
	const struct session_times *times = &s->options.times;
	uint64_t ms = times->silence_ns / MS_NS;

	if (s->state == HT_SESSION_CONNECTING) {
		if (clock_elapsed(s->since_ns, now) > times->connect_ns)
			session_lost(s, "cannot connect: no answer for %" PRIu64 " ms",
				     (uint64_t)(times->connect_ns / MS_NS));
	} else if (s->state == HT_SESSION_CLOSING) {
		if (clock_elapsed(s->since_ns, now) > times->close_ns)
			session_lost(s, "the exchange did not close its side of the connection");
	} else if (clock_elapsed(s->heard_ns, now) > times->silence_ns) {
		session_lost(s, "the exchange was silent for %" PRIu64 " ms", ms);
	} else if (clock_elapsed(s->went_on_ns, now) > times->silence_ns) {
		if (s->state == HT_SESSION_LOGIN)
			session_lost(s, "no answer to the login for %" PRIu64 " ms", ms);
		else if (s->state == HT_SESSION_RECONCILING &&
			 s->query == SESSION_QUERY_ASKED)
			session_lost(s, "no answer to the Account Query for %" PRIu64 " ms",
				     ms);
	}
}

static void heartbeat_send(struct session *s, uint64_t now)
{
	if ((s->state != HT_SESSION_RECONCILING &&
	     s->state != HT_SESSION_OPEN) ||
	    clock_elapsed(s->sent_ns, now) < s->options.times.heartbeat_ns)
		return;
	if (!session_tcp_packet(s, SOUP_CLIENT_HEARTBEAT, NULL, 0))
		s->beats++;
}

void session_beat(struct session *s, uint64_t now_ns)
{
	uint64_t asleep = clock_elapsed(s->beat_ns, now_ns);

	s->beat_ns = now_ns;
	if (s->state == HT_SESSION_DOWN || s->state == HT_SESSION_ENDED) {
		if (s->wanted && session_is_idle(s) &&
		    now_ns >= s->retry_at_ns)
			connect_begin(s);
		return;
	}
	if (asleep > s->options.times.heartbeat_ns)
		s->heard_ns = s->went_on_ns = now_ns;
	else
		overdue_judge(s, now_ns);
	if (s->state == HT_SESSION_RECONCILING &&
	    s->query == SESSION_QUERY_NOW)
		query_ask(s);
	heartbeat_send(s, now_ns);
}

/* -- the caller's ------------------------------------------------------- */

int session_init(struct session *s, struct loop *loop,
		 const struct session_options *options,
		 const struct session_sink *sink,
		 const struct session_way *way)
{
	struct soup_login_request_41 login;
	const char *name = options->session ? options->session : "";

	memset(s, 0, offsetof(struct session, soup));
	soup_init(&s->soup);
	s->fd = -1;
	if (strlen(name) > SOUP_SESSION_LEN || strchr(name, ' '))
		return -EINVAL;
	memcpy(s->name, name, strlen(name));
	s->loop = loop;
	s->options = *options;
	s->sink = *sink;
	if (way)
		s->way = *way;
	s->seq = 1;
	s->retry_ns = options->times.retry_ns;
	s->connect.on_done = connected;
	s->receive.on_done = received;
	s->room.on_done = session_tcp_room;
	/* it would be dropped between two of its heartbeats */
	if (options->timeout_ms &&
	    options->timeout_ms * MS_NS <= options->times.heartbeat_ns)
		return -EINVAL;
	return login_build(s, &login) < 0 ? -EINVAL : 0;
}

void session_open(struct session *s)
{
	s->wanted = true;
	s->retry_at_ns = 0;
	s->retry_ns = s->options.times.retry_ns;
}

int session_query(struct session *s)
{
	if (s->state != HT_SESSION_OPEN)
		return -ENOTCONN;
	if (s->query == SESSION_QUERY_ASKED)
		return 0;
	query_ask(s);
	return s->query == SESSION_QUERY_ASKED ? 0 : -EAGAIN;
}

int session_send(struct session *s, const void *message, size_t len)
{
	int err;

	if (s->state != HT_SESSION_OPEN)
		return -ENOTCONN;
	if (!len || len > SESSION_MESSAGE_MAX)
		return -EMSGSIZE;
	err = session_tcp_packet(s, SOUP_UNSEQUENCED, message, len);
	if (!err)
		s->sent++;
	else if (err == -EAGAIN)
		s->full++;
	return err;
}

void session_sent(struct session *s, size_t bytes, uint64_t now_ns)
{
	s->sent++;
	s->bytes_out += bytes;
	s->sent_ns = now_ns;
}

void session_close(struct session *s)
{
	s->wanted = false;
	switch (s->state) {
	case HT_SESSION_CONNECTING:
		session_down(s, 0, "closed before it was connected");
		break;
	case HT_SESSION_LOGIN:
	case HT_SESSION_RECONCILING:
	case HT_SESSION_OPEN:
		session_state_set(s, HT_SESSION_CLOSING, NULL);
		session_tcp_finish(s);
		break;
	default:
		break;
	}
}

void session_drop(struct session *s, const char *why)
{
	if (is_connected(s))
		session_lost(s, "%s", why);
}
