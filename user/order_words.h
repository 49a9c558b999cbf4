/* SPDX-License-Identifier: GPL-2.0 */
/*
 * order_words - an order as a person types it, into a question to the
 * controller, and its answer with what the exchange said
 *
 * What is typed is matched whole.  Each function that takes a word prints a
 * usage error which names it and what was expected, and returns false.
 */
#ifndef HT_ORDER_WORDS_H
#define HT_ORDER_WORDS_H

#include <json-c/json.h>
#include <stdbool.h>

#define ORDER_NO_WAIT	"no-wait"

#define ORDER_WORDS_HELP						\
	"  WORDS\n"							\
	"  ioc, day, gtx, after-hours   how long it stays (ioc)\n"	\
	"  gtt SECONDS       so long\n"					\
	"  visible, hidden, attributed  to others (visible)\n"		\
	"  agency, principal, riskless, other  capacity (principal)\n"	\
	"  post-only         never takes\n"				\
	"  iso               intermarket sweep\n"			\
	"  min-qty N         trades no less at once\n"			\
	"  max-floor N       shows no more of it\n"			\
	"  locate BROKER     where the shares to sell short come from\n" \
	"  firm FIRM         instead of `run --firm`\n"			\
	"  clordid TEXT      of up to 14 letters (H and the time)\n"	\
	"  no-wait           do not wait for the exchange's answer\n\n"

struct order_want {
	const char *question;		/* of control.h */
	const char *type;		/* of OUCH, which the answer is to */
	bool no_wait;
};

bool order_urn_take(struct json_object *args, const char *text);
bool order_qty_take(struct json_object *args, const char *text);
bool order_symbol_take(struct json_object *args, const char *text);

/* selling: only the kinds of selling. */
bool order_side_take(struct json_object *args, const char *text, bool selling);

/* Words behind a price; QTY @ PRICE and those; SYMBOL SIDE and all that. */
bool order_words_take(struct json_object *args, struct order_want *want,
		      int argc, char **argv);
bool order_size_take(struct json_object *args, struct order_want *want,
		     int argc, char **argv);
bool order_send_parse(struct json_object *args, struct order_want *want,
		      int argc, char **argv);

/* Nothing, or no-wait. */
bool order_no_wait_take(struct order_want *want, int argc, char **argv);

/* Asks, waits for the exchange and prints it.  Puts args.
 * Return: an exit code.
 */
int order_ask(struct json_object *args, const struct order_want *want);

#endif
