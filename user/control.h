/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control - questions to a running controller over its UNIX socket
 *
 * SOCK_SEQPACKET at CONTROL_DIR/INSTANCE.sock, mode 0600: one JSON object
 * {"ask": "orders", ...} each way, one packet each; what else the question has
 * is its arguments.
 *
 *   status	loop, session, limits, refusals, latencies
 *   feed	what is missing and what is done about it; groups joined
 *   session	the order session
 *   orders	the newest; after: waits until something has changed since
 *   dump		orders and positions as text, a part of it: from where, and of
 *		which dump, its "number"
 *   order	all about one
 *   positions	what is held, of one symbol or all
 *   enter, replace, cancel, modify	an order by hand, through the same gates
 *   cancel-all, disable, enable, query	what is about no order
 *   outcome	what the exchange said to one of those: waits until it has
 *   kill	urgent, answered before anything else: with a generation, the
 *		map says so already, tell the exchange; without one, level is
 *		killed now
 */
#ifndef HT_CONTROL_H
#define HT_CONTROL_H

#include <json-c/json.h>

#define CONTROL_DIR	"/run/hairtrigger"
#define CONTROL_URGENT	"kill"

enum { CONTROL_MAX = 1 << 20 };	/* bytes of one answer */

/*
 * Asks the controller of `instance` and waits for some two seconds at most.
 * args (may be NULL) is the caller's, too.
 * Return: 0 and *answer (the caller's to put), -ENOENT or -ECONNREFUSED when
 * no controller runs, -ETIMEDOUT, -EPROTO when the answer is not JSON.
 */
int control_ask(const char *instance, const char *question,
		struct json_object *args, struct json_object **answer);

/*
 * The same for a command: prints one line when nobody answers or the answer is
 * an error.  Return: an exit code; *answer is set with EXIT_OK, and with
 * EXIT_REFUSED when "refused" in it says why: under -j the caller prints it.
 */
int control_command(const char *question, struct json_object *args,
		    struct json_object **answer);

/*
 * Asks the controller of the command line's instance and shows the answer: as
 * JSON, or by `print` as text; or why there is none.  Return: an exit code.
 */
int control_show(const char *question, void (*print)(struct json_object *));

#endif
