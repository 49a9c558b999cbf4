// SPDX-License-Identifier: GPL-2.0
#include "figures.h"

#include <string.h>

#include "clock.h"

const struct figure_quantile figure_quantiles[QUANTILE_FIGURES] = {
	{ "p50_ns", "p50", 500 },
	{ "p90_ns", "p90", 900 },
	{ "p99_ns", "p99", 990 },
	{ "p999_ns", "p99.9", 999 },
};

uint64_t elapsed_ns(const struct summary *s)
{
	return s->playback->last_ns - s->playback->first_ns;
}

/* x * one second / ns, in steps that cannot overflow for a day's messages. */
static uint64_t per_second(uint64_t x, uint64_t ns)
{
	return ns ? (uint64_t)((unsigned __int128)x * NS_PER_SECOND / ns) : 0;
}

/* What all lines of the feed together did. */
static struct line_counts lines_sum(const struct feed *f)
{
	struct line_counts sum = {0};
	uint32_t i;

	for (i = 0; i < f->lines; i++) {
		const struct line_counts *c = &f->line[i].counts;

		sum.packets += c->packets;
		sum.bytes += c->bytes;
		sum.heartbeats += c->heartbeats;
		sum.ends += c->ends;
		sum.busy += c->busy;
	}
	return sum;
}

void feed_figures(const struct summary *s, struct figure f[FEED_FIGURES])
{
	const struct line_counts sum = lines_sum(s->feed);
	uint64_t messages = s->feed->published - 1;
	uint64_t ns = elapsed_ns(s);
	const struct figure all[FEED_FIGURES] = {
		{ "messages", "messages", messages },
		{ "packets", "packets", sum.packets },
		{ "bytes", "bytes of UDP payload", sum.bytes },
		{ "elapsed_ns", NULL, ns },
		{ "messages_per_second", "messages a second",
		  per_second(messages, ns) },
		{ "next_sequence", "next sequence", s->feed->published },
		{ "heartbeats", "heartbeats", sum.heartbeats },
		{ "ends_of_session", "ends of session", sum.ends },
		{ "sent_again", "sent again, no room before", sum.busy },
		{ "sessions", "sessions", s->feed->sessions },
	};

	memcpy(f, all, sizeof(all));
}

void line_figures(const struct line *l, struct figure f[LINE_FIGURES])
{
	const struct line_counts *c = &l->counts;
	const struct figure all[LINE_FIGURES] = {
		{ "packets", "packets", c->packets },
		{ "bytes", NULL, c->bytes },
		{ "heartbeats", NULL, c->heartbeats },
		{ "ends_of_session", NULL, c->ends },
		{ "lost", "packets lost", c->lost + c->lost_burst +
		  c->lost_dead },
		{ "lost_chance", "  by chance", c->lost },
		{ "lost_burst", "  in bursts", c->lost_burst },
		{ "lost_dead", "  while dead", c->lost_dead },
		{ "empties_lost", "heartbeats and ends lost",
		  c->empties_lost },
		{ "duplicated", "packets duplicated", c->duplicated },
		{ "reordered", "packets held back", c->reordered },
	};

	memcpy(f, all, sizeof(all));
}

void rerequest_figures(const struct rerequest *r,
		       struct figure f[REREQUEST_FIGURES])
{
	const struct rerequest_counts *c = &r->counts;
	const struct figure all[REREQUEST_FIGURES] = {
		{ "requests", "requests", c->requests },
		{ "answered", "answered", c->answered },
		{ "messages", "messages in the answers", c->messages },
		{ "lied", "answered with a lie", c->lied },
		{ "lost", "lost by a fault", c->lost },
		{ "not_there", "refused: no message of that number",
		  c->not_there },
		{ "other_session", "refused: another session",
		  c->other_session },
		{ "malformed", "refused: malformed", c->malformed },
		{ "overrun", "refused: too many at once", c->overrun },
		{ "replies_lost", "answers that could not be sent",
		  c->replies_lost },
	};

	memcpy(f, all, sizeof(all));
}

void glimpse_figures(const struct glimpse *g,
		     struct figure f[GLIMPSE_FIGURES])
{
	const struct glimpse_counts *c = &g->counts;
	const struct figure all[GLIMPSE_FIGURES] = {
		{ "connections", "connections", c->connections },
		{ "served", "snapshots served", c->served },
		{ "logins", "logins accepted", c->logins },
		{ "rejected", "logins rejected: user or password",
		  c->rejected },
		{ "rejected_session", "logins rejected: session or sequence",
		  c->rejected_session },
		{ "malformed", "malformed logins", c->malformed },
		{ "silent", "connections without a login", c->silent },
		{ "refused", "refused: too many at once", c->refused },
		{ "cut", "snapshots cut by a fault", c->cut },
		{ "dropped", "snapshots dropped: the client left",
		  c->dropped },
	};

	memcpy(f, all, sizeof(all));
}

void book_figures(const struct summary *s, struct figure f[BOOK_FIGURES])
{
	const struct book *b = s->feed->book;
	const struct figure all[BOOK_FIGURES] = {
		{ "live_orders", "live orders", book_live_orders(b) },
		{ "levels", "levels", b->levels },
		{ "unknown_references", "unknown references", b->unknown_refs },
		{ "duplicate_references", "duplicate references",
		  b->duplicate_refs },
		{ "oversized_reductions", "reductions over an order's size",
		  b->oversized },
		{ "not_itch", "messages that are not ITCH 5.0",
		  b->unknown_types + b->bad_messages },
	};

	memcpy(f, all, sizeof(all));
}

void session_figures(const struct session_server *s,
		     struct figure f[SESSION_FIGURES])
{
	const struct session_counts *c = &s->counts;
	const struct figure all[SESSION_FIGURES] = {
		{ "connections", "connections", c->connections },
		{ "logins", "logins", c->logins },
		{ "messages", "messages from clients", c->messages },
		{ "sequenced", "messages to clients", c->sequenced },
		{ "rejected", "rejected: user or password", c->rejected },
		{ "rejected_session", "rejected: session or sequence",
		  c->rejected_session },
		{ "malformed", "closed: no login", c->malformed },
		{ "late", "closed: no login in time", c->late },
		{ "refused", "refused: too many at once", c->refused },
		{ "taken_over", "closed for a new login", c->taken_over },
		{ "replays", "replays", c->replays },
		{ "replayed", "messages replayed", c->replayed },
		{ "heartbeats", NULL, c->heartbeats },
		{ "debugs", NULL, c->debugs },
		{ "logouts", "logouts", c->logouts },
		{ "left", "connections that the client closed", c->left },
		{ "silent", "dropped: silent", c->silent },
		{ "garbage", "dropped: no SoupBinTCP", c->garbage },
		{ "dropped", "dropped by a fault", c->dropped },
		{ "ended", "ended with the session", c->ended },
		{ "unknown", "packets of unknown types", c->unknown },
		{ "oversized", "messages longer than any order",
		  c->oversized },
		{ "messages_after", "messages after the end of the day",
		  c->messages_after },
		{ "discarded", "bytes after the end of a connection",
		  c->discarded },
	};

	memcpy(f, all, sizeof(all));
}

void order_figures(const struct summary *s,
		   struct figure f[ORDER_FIGURES])
{
	const struct exchange_counts *c = &s->entry->exchange.counts;
	const struct figure all[ORDER_FIGURES] = {
		{ "received", "received", c->received },
		{ "accepted", "accepted", c->accepted },
		{ "filled", "filled, at least in part", c->filled },
		{ "executions", "executions", c->executions },
		{ "shares", "shares", c->shares },
		{ "canceled", "canceled, at least in part", c->canceled },
		{ "rejected", "rejected", c->rejected },
		{ "unfounded", "unfounded: before all they rest on",
		  s->entry->disclosed.unfounded },
		{ "resting_executions", "executions of orders at rest",
		  c->resting_executions },
		{ "expired", "ran out", c->expired },
		{ "disconnected", "canceled: the connection was gone",
		  c->disconnected },
		{ "post_only", "canceled: post only, would have traded",
		  c->post_only },
		{ "self_matches", "self matches prevented", c->self_matches },
		{ "aiq_canceled", "  answers that name it", c->aiq_canceled },
		{ "accepted_dead", "accepted dead", c->dead },
		{ "repriced", "accepted at another price", c->repriced },
		{ "broken", "trades broken", c->broken },
		{ "restated", "restated", c->restated },
		{ "priority_updates", "priority updates", c->priority },
		{ "open", "open at the end", c->open },
		{ "open_max", "open, at most", c->open_max },
		{ "ignored", "ignored: UserRefNum not above the last",
		  c->ignored },
		{ "replaces", "replace requests", c->replaces },
		{ "replaced", "  replaced", c->replaced },
		{ "replaces_invalid", "  invalid: the order was canceled",
		  c->replaces_invalid },
		{ "replaces_unknown", "  of no open order",
		  c->replaces_unknown },
		{ "cancels", "cancel requests", c->cancels },
		{ "cancels_unknown", "  of no open order",
		  c->cancels_unknown },
		{ "cancels_pending", "  pending", c->pending },
		{ "cancels_rejected", "  rejected", c->cancel_rejects },
		{ "modifies", "modify requests", c->modifies },
		{ "modified", "  modified", c->modified },
		{ "modifies_unknown", "  of no open order",
		  c->modifies_unknown },
		{ "unchanged", "cancel and modify requests of no effect",
		  c->unchanged },
		{ "mass_cancels", "mass cancel requests", c->mass_cancels },
		{ "disables", "disable requests", c->disables },
		{ "enables", "enable requests", c->enables },
		{ "queries", "account queries", c->queries },
		{ "requests_rejected", "requests rejected",
		  c->requests_rejected },
		{ "requests_ignored", "requests ignored: UserRefNum",
		  c->requests_ignored },
		{ "truncated", "malformed: too short", c->truncated },
		{ "bad_length", "malformed: lying or excessive length",
		  c->bad_length },
		{ "unknown_type", "malformed: unknown type", c->unknown_type },
	};

	memcpy(f, all, sizeof(all));
}
