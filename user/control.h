/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control - questions to a running controller over its UNIX socket
 *
 * SOCK_SEQPACKET at CONTROL_DIR/INSTANCE.sock, mode 0600: one JSON object
 * {"ask": "orders"} each way, one packet each.  Known questions: "status"
 * (loop, session, limits, refusals, latencies), "orders", and "feed" (what
 * is missing and what is done about it; whether each of HT_LINES is joined).
 */
#ifndef HT_CONTROL_H
#define HT_CONTROL_H

#include <json-c/json.h>

#define CONTROL_DIR	"/run/hairtrigger"

enum { CONTROL_MAX = 1 << 20 };	/* bytes of one answer */

/*
 * Asks the controller of `instance` and waits for some two seconds at most.
 * Return: 0 and *answer (the caller's to put), -ENOENT or -ECONNREFUSED when
 * no controller runs, -ETIMEDOUT, -EPROTO when the answer is not JSON.
 */
int control_ask(const char *instance, const char *question,
		struct json_object **answer);

#endif
