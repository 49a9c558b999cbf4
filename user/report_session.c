// SPDX-License-Identifier: GPL-2.0
/*
 * report_session - what a controller says about its session with the exchange
 */
#include <json-c/json.h>
#include <sys/socket.h>

#include "describe.h"
#include "out.h"
#include "session.h"

const char *session_state_name(enum ht_session_state state)
{
	static const char *const names[] = {
		[HT_SESSION_DOWN] = "DOWN",
		[HT_SESSION_CONNECTING] = "CONNECTING",
		[HT_SESSION_LOGIN] = "LOGIN",
		[HT_SESSION_RECONCILING] = "RECONCILING",
		[HT_SESSION_OPEN] = "OPEN",
		[HT_SESSION_CLOSING] = "CLOSING",
		[HT_SESSION_ENDED] = "ENDED",
	};

	return (size_t)state < sizeof(names) / sizeof(*names) ? names[state] :
	       "?";
}

static void add_addresses(struct json_object *o, const struct session *s)
{
	struct sockaddr_in local;
	socklen_t len = sizeof(local);
	char text[ENDPOINT_TEXT];

	out_text(o, "exchange", endpoint_text(text, &s->options.exchange));
	if (s->fd >= 0 &&
	    !getsockname(s->fd, (struct sockaddr *)&local, &len))
		out_text(o, "from", endpoint_text(text, &local));
	out_text(o, "protocol", s->options.timeout_ms ?
		 "OUCH 5.0, SoupBinTCP 4.1" : "OUCH 5.0, SoupBinTCP 3.00");
}

struct json_object *report_session(const struct session *s)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "state", session_state_name(s->state));
	describe_age(o, "state_age_ns", s->since_ns);
	add_addresses(o, s);
	out_text(o, "session", s->name);
	out_uint(o, "next_sequence", s->seq);
	describe_age(o, "heard_age_ns", s->heard_ns);
	out_uint(o, "tries", s->connects);
	out_uint(o, "logins", s->logins);
	out_uint(o, "rejected", s->rejects);
	out_uint(o, "lost", s->losses);
	out_uint(o, "messages", s->messages);
	out_uint(o, "heartbeats", s->heartbeats);
	out_uint(o, "heartbeats_sent", s->beats);
	out_uint(o, "sent", s->sent);
	out_uint(o, "not_sent", s->full);
	out_uint(o, "unsent", session_backlog(s));
	if (s->reason[0])
		out_text(o, "last_reason", s->reason);
	return o;
}
