// SPDX-License-Identifier: GPL-2.0
#include "session_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "session_tcp.h"

void session_state_set(struct session *s, enum ht_session_state state,
		      const char *words)
{
	enum ht_session_state old = s->state;

	s->state = state;
	s->since_ns = s->went_on_ns = clock_ns();
	s->sink.state(s->sink.context, old, state, words);
}

/* The next wait; a connection that was of use for a while starts anew. */
static uint64_t patience(struct session *s, uint64_t now)
{
	const struct session_times *times = &s->options.times;
	uint64_t wait;

	if (s->state == HT_SESSION_OPEN &&
	    now - s->since_ns >= times->retry_most_ns)
		s->retry_ns = times->retry_ns;
	wait = s->retry_ns;
	s->retry_ns *= 2;
	if (s->retry_ns > times->retry_most_ns)
		s->retry_ns = times->retry_most_ns;
	return wait;
}

static void connection_end(struct session *s)
{
	if (s->query == SESSION_QUERY_ASKED)
		s->query_unanswered = true;
	session_tcp_close(s);
}

/* Down, with the next try after wait_ns; the same reason is told once. */
static void down_for(struct session *s, uint64_t wait_ns, const char *format,
		     va_list args)
{
	char words[SESSION_WORDS];
	bool told;

	vsnprintf(words, sizeof(words), format, args);
	if (s->state == HT_SESSION_RECONCILING || s->state == HT_SESSION_OPEN)
		s->losses++;
	connection_end(s);
	told = s->reason_told && !strcmp(words, s->reason);
	snprintf(s->reason, sizeof(s->reason), "%s", words);
	s->reason_told = true;
	s->retry_at_ns = clock_ns() + wait_ns;
	session_state_set(s, HT_SESSION_DOWN, told ? NULL : s->reason);
}

void session_down(struct session *s, uint64_t wait_ns, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	down_for(s, wait_ns, format, args);
	va_end(args);
}

void session_lost(struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	down_for(s, patience(s, clock_ns()), format, args);
	va_end(args);
}

void session_forget(struct session *s)
{
	s->name[0] = '\0';
	s->seq = 1;
	s->replaced = true;
	s->started = false;
	s->query_unanswered = false;
}

void session_ended(struct session *s)
{
	s->wanted = false;
	connection_end(s);
	session_forget(s);
	snprintf(s->reason, sizeof(s->reason),
		 "the exchange ended the session");
	s->reason_told = true;
	session_state_set(s, HT_SESSION_ENDED, s->reason);
}
