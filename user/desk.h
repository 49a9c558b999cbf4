/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desk - requests to the exchange: through the gate, into the session, onto
 * the books, into the journal
 *
 *   fire (a trigger's event) \
 *                             desk: risk > number > send > orders > journal
 *   hand (a person's order)  /
 *
 * The one way out.  What a trigger wants leaves as a segment of ours where it
 * can (delegate.h), everything else by the socket; the order of UserRefNums is
 * that of the bytes.  A dry run does all of it but send, and its orders are on
 * no book.
 */
#ifndef HT_DESK_H
#define HT_DESK_H

#include "ouch.h"
#include "risk.h"

struct controller;
struct order;

struct desk_want {
	struct risk_order order;	/* as the gate sees it */
	const struct ouch_terms *terms;	/* NULL: the session's, the hot way */
	char clordid[OUCH_CLORDID_LEN];
	const struct ht_event *event;	/* of a trigger, NULL for a person */
	const char *trigger;		/* its name, "" for a person */
	uint64_t seen_ns;		/* CLOCK_MONOTONIC, by the controller */
};

/* What an order said that a Replace has to say again; 0: not known. */
struct desk_kept {
	char tif;
	char display;
	char located;			/* SharesLocated */
	bool expires;			/* an ExpireTime */
	char broker[OUCH_FIRM_LEN];	/* LocateBroker */
};

/* What became of it: refused, or sent as `urn`. */
struct desk_result {
	enum ht_refusal why;		/* HT_ALLOWED: it left */
	uint32_t urn;
	const struct order *order;	/* NULL in a dry run */
};

/*
 * Enter Order.  What may not leave is refused, told and written down.
 * Return: 0, or a negative errno that ends the controller.
 */
int desk_enter(struct controller *c, const struct desk_want *want,
	       struct desk_result *result);

/*
 * Replace, Modify and Cancel Order, by UserRefNum: `request` has orig_urn (or
 * urn, for the latter two), qty and px; its side and symbol are the order's.
 * What its terms leave open (tif, display, the tags of a locate) is as in the
 * order.  Replace and Modify go through the gates like an order, a Cancel never
 * does.  *result as above.
 * Return: 0; -ENOENT: no such order; -ESHUTDOWN: it is over; -EBUSY: it is
 * being replaced; -EINVAL, -ERANGE: OUCH does not have that, or it would change
 * nothing; -EAGAIN: the session does not take it now.
 */
int desk_change(struct controller *c, struct ouch_request *request,
		struct desk_result *result);

/*
 * Mass Cancel ("C", symbol "" for all), Disable ("D") and Enable Order Entry
 * ("E").  Allowed whatever is killed; its number is the controller's mass_urn.
 * Return: 0, or as desk_change().
 */
int desk_mass(struct controller *c, char type, const char *symbol);

/* Account Query: which number the exchange takes next.  Return: the same. */
int desk_query(struct controller *c);

/* Writes what changed on the books into the maps that both gates read. */
void desk_mirror(struct controller *c);

#endif
