/* SPDX-License-Identifier: GPL-2.0 */
/*
 * controller - the process that decides: events in, orders out
 *
 *   ring buffer -> fire -> desk (risk, number, segment) -> AF_XDP
 *   control     -> hand -> desk                         -> TCP
 *   TCP session -> answer -> orders -> mirror (what the gates see)
 *   AF_XDP      -> recovery (packets out of order, re-requests, snapshots)
 *
 * One thread and one loop.  While it runs it stamps a heartbeat in the gate;
 * without one the kernel lets nothing fire.  Any error inside ends it, and the
 * heartbeat first.
 */
#ifndef HT_CONTROLLER_H
#define HT_CONTROLLER_H

#include <limits.h>

#include "aside.h"
#include "control_server.h"
#include "delegate.h"
#include "desk.h"
#include "egress.h"
#include "histogram.h"
#include "instance.h"
#include "journal.h"
#include "limits.h"
#include "log.h"
#include "loop.h"
#include "membership.h"
#include "orders.h"
#include "recovery.h"
#include "risk.h"
#include "session.h"
#include "silence.h"

enum { CONTROLLER_EDITS = 8 };

struct controller_options {
	const char *instance;
	const char *interface;		/* NULL: where the instance is */
	struct session_options session;
	uint32_t first_urn;		/* 0: the next unused one */
	struct ouch_terms terms;	/* of triggers' orders */
	struct limits_edit edits[CONTROLLER_EDITS]; /* of the limits, at start */
	int edit_count;
	bool dry_run;			/* nothing is sent */
	const char *journal;		/* path; NULL: the instance's own */
	bool journal_strict;		/* no order that cannot be written down */
	const char *words;		/* all of these, as they were typed */
	struct recovery_options recovery;
	bool join;			/* the feed's multicast groups */
	bool quiet;
	const char *orders_log;		/* NULL: none */
};

/* From where to where an order's time goes.  X(field, words) */
#define LATENCIES(X)							\
	X(entry_to_seen, "XDP entry to controller")			\
	X(seen_to_sent,	"controller to AF_XDP")				\
	X(entry_to_sent, "XDP entry to AF_XDP")				\
	X(sent_to_answer, "AF_XDP to first answer")

struct controller {
	const struct controller_options *options;
	struct instance in;
	struct egress egress;
	struct session session;
	struct delegate delegate;
	int order_link;			/* attach_order()'s, -1: none */
	struct journal journal;
	struct membership membership;
	struct risk risk;
	struct orders orders;
	struct aside aside;
	struct recovery recovery;
	struct silence silence;
	struct loop loop;
	struct control_server control;
	struct log log;

	struct ring_buffer *ring;
	uint32_t turn_events;		/* that this turn may still take */
	struct source events;
	struct source frames;		/* AF_XDP completions */
	struct source news;		/* rtnetlink */
	struct source timer;
	struct source signals;

	uint64_t started_ns;		/* CLOCK_MONOTONIC, all of these */
	uint64_t beat_ns;		/* last heartbeat */
	uint64_t worst_beat_ns;		/* longest time between two */
	uint64_t leave_ns;		/* end by then; 0: not leaving */
	uint64_t pin_inode;		/* of the instance's ring, when open */
	bool locked;			/* no page of ours is ever swapped */
	bool gone;			/* the instance was unloaded */
	const char *trouble;		/* why no order leaves, as last told */
	uint64_t out_told_ns;		/* how long the feed was out of LIVE
					 * when last told, 0: it was not
					 */
	uint64_t awake_ns;		/* end of the last time we were still */
	bool unanswered;		/* an order was: send no other */
	bool entry_disabled;		/* the exchange takes no orders: the
					 * kill switch may have asked for that
					 */
	bool entry_off;			/* ... so it said, whoever asked */
	uint32_t mass_urn;		/* of the last Mass Cancel, Disable or
					 * Enable, and what was answered last
					 */
	struct ouch_reply mass_reply;
	uint32_t query_orders;		/* had been sent when the exchange was
					 * asked for its next number, which it
					 * has told so often:
					 */
	uint32_t queries;
	uint32_t query_urn;
	char ended_with[sizeof(((struct ht_feed *)0)->session)];
					/* the feed's session when the
					 * exchange ended ours
					 */
	uint32_t kill_generation;	/* that was followed */
	uint32_t kill_words;		/* and the words: UINT32_MAX whole, else
					 * so many symbols
					 */
	bool kill_due;			/* the exchange could not be asked */
	uint32_t kill_silent;		/* beats left to say who and why */
	bool kill_close;		/* log out behind it */
	const char *kill_told;		/* what the exchange was asked then */
	uint32_t rules_version;		/* that the journal knows */
	uint32_t rejects_counted;	/* in the account, which a person clears */
	uint64_t mirrored_joins;	/* book that the maps' locates are of */
	uint64_t mirrored_expected;	/* how far the feed was when symbols of
					 * positions were last looked for
					 */
	uint32_t dry_urn;		/* next one of a dry run */
	uint64_t hand_clordid;		/* last one of an order by hand, ms */
	uint64_t changes;		/* of orders and session, for watchers */
	struct {
		uint64_t number;	/* of the dump, from 1 */
		char *text;		/* that is being handed out, or NULL */
		size_t len;
	} dump;
	uint64_t touched[ORDERS_MAX];	/* by order: its last change */
	uint64_t fills_known[POSITIONS_MAX]; /* by position: told to the gates */
	struct desk_kept kept[ORDERS_MAX];	/* by order */
	uint32_t locates[POSITIONS_MAX]; /* of positions, as last known */

	uint64_t fires;			/* events taken from the ring */
	uint64_t bad_answers;		/* of a wrong length, or their tags are */
	uint64_t other_answers;		/* of a type that OUCH 5.0 lacks */
#define X(field, words) struct ht_histogram field;
	LATENCIES(X)
#undef X
};

/* Runs until a signal ends it.  Prints one line on failure.
 * Return: an exit code.
 */
int controller_run(const struct controller_options *options);

/* Opens what there is to open but the loop.  Prints one line on failure.
 * Return: 0 or negative errno.
 */
int controller_prepare(struct controller *c);

/* Opens the journal and writes down how it began.  Prints one line on failure.
 * Return: 0 or negative errno.
 */
int journal_prepare(struct controller *c);

/* Writes down limits that came into force. */
void limits_beat(struct controller *c);

/* The inode of a pin: another one, or 0 for none, is another instance. */
uint64_t controller_pin(const struct controller *c);

/* Judges and sends what one record of the ring says; a callback of libbpf.
 * Return: 0, or the error that ends the controller.
 */
int fire_take(void *controller, void *record, size_t size);

/* Why no order can leave just now, in words; NULL when nothing is known. */
const char *answers_trouble(const struct controller *c);

/* Logs it when it is another one than last time. */
void answers_tell(struct controller *c);

/* What the session brings: callbacks of struct session_sink. */
int answer_take(void *controller, uint64_t seq, const uint8_t *message,
		size_t len);
void answer_state(void *controller, enum ht_session_state old,
		  enum ht_session_state now, const char *words);
void answer_new_session(void *controller);

/* Asks which number the exchange takes next, while the session is open.  What
 * was sent before has its answer then.  Return: as session_query().
 */
int answers_ask(struct controller *c);

/* Looks at now_ns for orders that got no answer. */
int answers_judge(struct controller *c, uint64_t now_ns);

/* Opens the session that the exchange has ended again when its feed has begun
 * another one: the next day.
 */
void answers_day(struct controller *c);

/* How bytes get into the session's connection. */
struct session_way way_make(struct controller *c);

/* Follows what changed on the way to the exchange.  Return: 0 or the error that
 * ends the controller.
 */
int way_follow(struct controller *c);

/* Locate of a ticker as a person or a book has it; 0: not in the directory. */
uint32_t mirror_locate(const struct controller *c, const char *symbol);

/* Price that a position is marked at: the mid of a book that is to be trusted
 * and has both sides, else the last trade; 0: neither.  1e-4 dollars.
 */
uint64_t mirror_mark(const struct controller *c, uint32_t locate);
/* What somebody must look at (G6): rejects, and answers that cannot be true, as
 * an execution that is not believed may still be one.
 */
uint32_t mirror_rejects(const struct controller *c);

/* All of the maps that the gates read anew; what changes by itself. */
void mirror_begin(struct controller *c);
void mirror_beat(struct controller *c, uint64_t now_ns);

/* Takes the kill switch as it is found, before the session opens. */
void killed_begin(struct controller *c);

/* Asks the exchange for what the kill switch says, now. */
void killed_follow(struct controller *c);

/* The same when the switch was touched since. */
void killed_beat(struct controller *c);
struct json_object *killed_answer(struct controller *c,
				  struct json_object *args);

/* Orders by hand.  Return: the answer; NULL: no such question. */
struct json_object *hand_answer(struct controller *c, const char *question,
				struct json_object *args);

/* The answers of control.h.  Return: a new object, or NULL. */
struct json_object *report_answer(void *controller, const char *question,
				  struct json_object *args);

struct json_object *report_positions(const struct controller *c,
				     struct json_object *args);

/* Orders: the newest, or those that changed; all about one; and what the
 * exchange said to a request, when it has or is not expected to any more.
 */
struct json_object *report_orders(struct controller *c,
				  struct json_object *args);
struct json_object *report_order(struct controller *c,
				 struct json_object *args);
struct json_object *report_outcome(struct controller *c,
				   struct json_object *args);

/* A member of a question: 0 or "" when it is not there, or no such thing. */
uint64_t question_number(struct json_object *args, const char *key);
const char *question_text(struct json_object *args, const char *key);

struct json_object *report_dump(struct controller *c, struct json_object *args);
void dump_forget(struct controller *c);

/* Adds an amount of 1e-4 dollars with its sign. */
void report_money(struct json_object *o, const char *member, int64_t e4);

/* The part of them that is about the feed: what it misses, and its groups. */
struct json_object *report_recovery(const struct controller *c);
struct json_object *report_feed(const struct controller *c);

/* Logs that the feed has been out of LIVE for a second, two, four, ..., and
 * when it is back; once a second.
 */
void feed_tell(struct controller *c);

/* Says on stdout who and where we are, and at the end what came of it. */
void report_start(const struct controller *c);
void report_end(const struct controller *c);

#endif
