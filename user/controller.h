/* SPDX-License-Identifier: GPL-2.0 */
/*
 * controller - the process that decides: events in, orders out
 *
 *   ring buffer -> fire (risk, order, frame) -> AF_XDP
 *   UDP socket  -> answers -> orders
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
#include "egress.h"
#include "histogram.h"
#include "instance.h"
#include "limits.h"
#include "log.h"
#include "loop.h"
#include "membership.h"
#include "orders.h"
#include "recovery.h"
#include "risk.h"
#include "silence.h"

enum { CONTROLLER_LIMITS = 5 };

struct controller_options {
	const char *instance;
	const char *interface;		/* NULL: where the instance is */
	struct sockaddr_in exchange;
	uint16_t local_port;		/* 0: any */
	uint32_t first_urn;		/* 0: the next unused one */
	struct limits_edit limits[CONTROLLER_LIMITS];
	int limit_count;		/* of them, put in force at the start */
	struct ouch_terms terms;
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
	struct source events;
	struct source frames;		/* AF_XDP completions */
	struct source answers;
	struct source news;		/* rtnetlink */
	struct source timer;
	struct source signals;

	uint64_t started_ns;		/* CLOCK_MONOTONIC, all of these */
	uint64_t beat_ns;		/* last heartbeat */
	uint64_t worst_beat_ns;		/* longest time between two */
	uint64_t waiting_ns;		/* since the kernel left frames behind,
					 * 0: it has not
					 */
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

	uint64_t fires;			/* events taken from the ring */
	uint64_t bad_answers;		/* not OUCH, or of a wrong length */
	uint64_t other_answers;		/* OUCH, but about nothing we asked */
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

/* Takes what the exchange said; the callback of c->answers.
 * Return: 0, or the error that ends the controller, as all of these.
 */
int answers_event(struct source *s);

/* Asks the exchange for a sign of life, once a second. */
int answers_beat(struct controller *c);

/* Looks at now_ns for orders that got no answer. */
int answers_judge(struct controller *c, uint64_t now_ns);

/* The answers of control.h.  Return: a new object, or NULL. */
struct json_object *report_answer(void *controller, const char *question,
				  struct json_object *args);

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
