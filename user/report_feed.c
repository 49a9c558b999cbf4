// SPDX-License-Identifier: GPL-2.0
/*
 * report_feed - what a controller says about the feed: what is missing and what
 * it does about it, and whether the groups are joined
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "out.h"

static const char *asking_words(const struct recovery *r, char *text,
				size_t size)
{
	const struct rerequest *q = &r->rerequest;
	const struct rerequest_server *server = &q->server[q->current];
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &server->address.sin_addr, ip, sizeof(ip));
	snprintf(text, size, "%s %s:%u%s%s",
		 asks_in_vain(r, clock_ns()) ? "no re-request server answers, still asking" :
			      "asking",
		 ip, ntohs(server->address.sin_port),
		 server->error ? ": " : "",
		 server->error ? strerror(server->error) : "");
	return text;
}

/* What it does just now. */
static const char *recovery_words(const struct recovery *r, char *text,
				  size_t size)
{
	const struct rejoin *j = &r->rejoin;

	if (j->step == REJOIN_LOADING) {
		snprintf(text, size, "loading a snapshot, %" PRIu64 " messages",
			 j->glimpse.messages);
		return text;
	}
	if (j->step == REJOIN_MEETING)
		return "a snapshot is loaded and waits for the lines to come so far";
	switch (r->in->feed->state) {
	case HT_FEED_GAP:
		if (r->options->rerequests)
			return asking_words(r, text, size);
		return "nobody to ask; see `hairtrigger run --rerequest` and --glimpse";
	case HT_FEED_BAD:
	case HT_FEED_JOINING:
		if (!rejoin_possible(r))
			return "nothing to begin the book anew from; see `hairtrigger run --rerequest` and --glimpse";
		if (!j->failures)
			return "about to begin the book anew";
		snprintf(text, size, "no snapshot, trying again: %s", j->why);
		return text;
	default:
		return "nothing is missing";
	}
}

struct json_object *report_recovery(const struct controller *c)
{
	struct json_object *o = json_object_new_object();
	const struct recovery *r = &c->recovery;
	const struct rerequest *q = &r->rerequest;
	struct hole hole;
	char text[256];

	out_text(o, "now", recovery_words(r, text, sizeof(text)));
	if (r->in->feed->state == HT_FEED_GAP &&
	    reorder_hole(&r->held, r->in->feed->expected, r->in->feed->tail,
			 &hole)) {
		out_uint(o, "first_hole_from", hole.from);
		out_uint(o, "first_hole_to", hole.to - 1);
	}
	out_uint(o, "set_aside", c->aside.packets);
	out_uint(o, "set_aside_lost", aside_lost(&c->aside));
	out_uint(o, "strange_frames", c->aside.strange);
	out_uint(o, "wrong_checksums", c->aside.broken);
	out_uint(o, "malformed", r->malformed);
	out_uint(o, "known", r->known);
	out_uint(o, "held", r->held.waiting);
	out_uint(o, "held_twice", r->twice);
	out_uint(o, "no_room_to_hold", r->overflow);
	out_uint(o, "given_back", r->given);
	out_uint(o, "messages_brought", r->refilled);
	out_uint(o, "ranges_asked_again", r->asked_again);
	out_uint(o, "replies_of_foreign_senders", q->foreign_sender);
	out_uint(o, "replies_malformed", q->malformed + q->empty);
	out_uint(o, "replies_of_other_sessions", q->other_session);
	out_uint(o, "replies_not_asked_for", q->not_asked);
	out_uint(o, "requests_not_sent", q->unsent);
	out_uint(o, "snapshots", r->rejoin.snapshots);
	out_uint(o, "snapshots_failed", r->rejoin.failed);
	out_uint(o, "begun_from_the_first_message", r->rejoin.from_start);
	out_uint(o, "worst_turn_ns", r->worst_ns);
	return o;
}

static struct json_object *lines_array(const struct controller *c)
{
	const struct membership *m = &c->membership;
	struct json_object *rows = json_object_new_array();
	char words[MEMBERSHIP_WORDS + 16];
	int i;

	for (i = 0; i < HT_LINES; i++) {
		struct json_object *row = json_object_new_object();

		membership_words(&m->lines[i], words);
		out_text(row, "membership", words);
		out_uint(row, "rejoins", m->lines[i].rejoins);
		out_uint(row, "silent_s", silence_is(&c->silence, i) ?
			 c->silence.seconds[i] : 0);
		json_object_array_add(rows, row);
	}
	return rows;
}

struct json_object *report_feed(const struct controller *c)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "recovery", report_recovery(c));
	json_object_object_add(o, "lines", lines_array(c));
	return o;
}
