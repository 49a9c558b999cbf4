// SPDX-License-Identifier: GPL-2.0
/*
 * report - what a controller says about itself
 *
 * The answers over the control socket, and the words at its start and end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "control.h"
#include "controller.h"
#include "out.h"
#include "price.h"

static const char *xsk_mode(const struct xsk *x)
{
	return x->zero_copy_err ? "copy" : "zero-copy";
}

/* -- the answer to "status" --------------------------------------------- */

static void session_add(struct json_object *o, const struct controller *c)
{
	const struct egress *e = &c->egress;
	const char *trouble = answers_trouble(c);
	char text[ENDPOINT_TEXT];

	out_uint(o, "pid", (uint64_t)getpid());
	out_uint(o, "up_ns", clock_ns() - c->started_ns);
	out_text(o, "interface", e->netif.name);
	out_text(o, "exchange", endpoint_text(text, &e->exchange));
	out_text(o, "session_state", session_state_name(c->session.state));
	out_text(o, "orders_leave", trouble ? trouble :
		 c->options->dry_run ? "no: a dry run" : "yes");
	out_uint(o, "exchange_heartbeats", c->session.heartbeats);
	out_text(o, "order_entry", c->entry_off ?
		 "disabled at the exchange; see `hairtrigger session enable`" :
		 "enabled");
	out_uint(o, "malformed_answers", c->bad_answers);
	out_uint(o, "other_answers", c->other_answers);
	out_uint(o, "lines_not_written", c->log.lost);
}

static void count_add(struct json_object *rows, const char *reason,
			const char *rule, const char *words, uint64_t count)
{
	struct json_object *row;

	if (!count)
		return;
	row = json_object_new_object();
	out_text(row, "reason", reason);
	if (rule)
		out_text(row, "rule", rule);
	out_text(row, "words", words);
	out_uint(row, "count", count);
	json_object_array_add(rows, row);
}

/* How orders left, and why not as segments of ours. */
static struct json_object *ways_array(const struct delegate *d)
{
	struct json_object *rows = json_object_new_array();

	count_add(rows, "delegated", NULL, "as a segment of ours, by AF_XDP",
		    d->n.delegated);
#define X(id, member, words)						\
	count_add(rows, #member, NULL, "by send(): " words,		\
		    d->n.plain[DELEGATE_##id]);
	DELEGATE_REASONS(X)
#undef X
	return rows;
}

static struct json_object *xsk_object(const struct xsk *x)
{
	struct json_object *o = json_object_new_object();

	out_uint(o, "queue", x->queue);
	out_text(o, "mode", xsk_mode(x));
	if (x->zero_copy_err)
		out_text(o, "no_zero_copy", strerror(-x->zero_copy_err));
	out_uint(o, "frames", XSK_FRAMES);
	out_uint(o, "idle", x->idle_count);
	out_uint(o, "sent", x->sent);
	out_uint(o, "completed", x->returned);
	out_uint(o, "dropped_by_driver", x->dropped);
	return o;
}

/* Row 0 and the instance's, by their names in `risk set`. */
static struct json_object *limits_object(const struct controller *c)
{
	struct json_object *o = json_object_new_object();
	const struct limits_key *key;
	struct limits_view view;
	char text[LIMITS_TEXT];

	limits_read(&c->in, 0, &view);
	out_uint(o, "version", view.version);
	for (key = limits_keys; key->name; key++)
		out_text(o, key->name, limits_text(text, key, limits_value(
				key, &view.row, &view.rules)));
	return o;
}

static void profit_add(struct json_object *o, const struct controller *c)
{
	const struct ht_account *a = c->in.account;

	report_money(o, "realised", a->realised);
	report_money(o, "unrealised", a->unrealised);
	out_price(o, "gross", a->gross);
	report_money(o, "net_high", a->net_high);
	report_money(o, "net_low", a->net_low);
}

static void totals_add(struct json_object *o, const struct controller *c)
{
	const struct orders *orders = &c->orders;
	uint64_t refused = 0;
	int i;

	for (i = 0; i < HT_REFUSALS; i++)
		refused += c->risk.refused[i];
	out_uint(o, "fires", c->fires);
	out_uint(o, "refusals", refused);
	out_uint(o, "sent", orders->sent);
	out_uint(o, "unanswered", orders->count - orders->answered -
		 orders->ignored);
	out_uint(o, "ignored", orders->ignored);
	out_uint(o, "foreign", orders->foreign);
	out_uint(o, "replaced", orders->replaced);
	out_uint(o, "overdue", orders->overdue);
	out_uint(o, "accepted", orders->accepted);
	out_uint(o, "rejected", orders->rejected);
	out_uint(o, "canceled", orders->canceled);
	out_uint(o, "working", orders->working);
	out_uint(o, "executions", orders->executions);
	out_uint(o, "executed_shares", orders->shares);
	out_price(o, "executed_notional", orders->notional);
	out_uint(o, "broken_trades", orders->breaks);
}

static struct json_object *refusals_array(const struct risk *r)
{
	struct json_object *rows = json_object_new_array();

#define X(id, field, rule, words)					\
	count_add(rows, #field, rule, words, r->refused[HT_REFUSED_##id]);
	HT_REFUSALS_ALL(X)
#undef X
	return rows;
}

/* Answers that had no effect, by reason. */
static struct json_object *faults_array(const struct orders *o)
{
	struct json_object *rows = json_object_new_array();

#define X(field, words) count_add(rows, #field, NULL, words, o->field);
	ORDER_FAULTS(X)
#undef X
	return rows;
}

static void latency_add(struct json_object *rows, const char *stage,
			const char *words, const struct ht_histogram *h)
{
	struct json_object *row = json_object_new_object();

	out_text(row, "stage", stage);
	out_text(row, "words", words);
	out_uint(row, "count", h->count);
	if (h->count) {
		out_uint(row, "p50_ns", hist_quantile(h, 500));
		out_uint(row, "p99_ns", hist_quantile(h, 990));
		out_uint(row, "max_ns", h->max);
	}
	json_object_array_add(rows, row);
}

static struct json_object *latency_array(const struct controller *c)
{
	struct json_object *rows = json_object_new_array();

#define X(field, words) latency_add(rows, #field, words, &c->field);
	LATENCIES(X)
#undef X
	return rows;
}

static struct json_object *loop_object(const struct controller *c)
{
	struct json_object *o = json_object_new_object();

	out_uint(o, "turns", c->loop.turns);
	out_uint(o, "worst_turn_ns", c->loop.worst_ns);
	out_uint(o, "worst_heartbeat_ns", c->worst_beat_ns);
	json_object_object_add(o, "memory_locked",
			       json_object_new_boolean(c->locked));
	return o;
}

static struct json_object *status_object(const struct controller *c)
{
	struct json_object *o = json_object_new_object();

	session_add(o, c);
	totals_add(o, c);
	json_object_object_add(o, "recovery", report_recovery(c));
	json_object_object_add(o, "xsk", xsk_object(&c->egress.xsk));
	profit_add(o, c);
	json_object_object_add(o, "session", report_session(&c->session));
	json_object_object_add(o, "ways", ways_array(&c->delegate));
	json_object_object_add(o, "journal", journal_report(&c->journal));
	json_object_object_add(o, "limits", limits_object(c));
	json_object_object_add(o, "refused", refusals_array(&c->risk));
	json_object_object_add(o, "faults", faults_array(&c->orders));
	json_object_object_add(o, "latency", latency_array(c));
	json_object_object_add(o, "loop", loop_object(c));
	return o;
}

struct json_object *report_answer(void *controller, const char *question,
				  struct json_object *args)
{
	struct controller *c = controller;

	if (!strcmp(question, CONTROL_URGENT))
		return killed_answer(c, args);
	if (!strcmp(question, "status"))
		return status_object(c);
	if (!strcmp(question, "feed"))
		return report_feed(c);
	if (!strcmp(question, "session"))
		return report_session(&c->session);
	if (!strcmp(question, "orders"))
		return report_orders(c, args);
	if (!strcmp(question, "order"))
		return report_order(c, args);
	if (!strcmp(question, "outcome"))
		return report_outcome(c, args);
	if (!strcmp(question, "dump"))
		return report_dump(c, args);
	if (!strcmp(question, "positions"))
		return report_positions(c, args);
	return hand_answer(c, question, args);
}

/* -- the words ---------------------------------------------------------- */

static void start_egress(const struct egress *e)
{
	char text[ENDPOINT_TEXT];

	printf("interface  %s, mtu %u, AF_XDP %s mode, queue %u",
	       e->netif.name, e->netif.mtu, xsk_mode(&e->xsk), e->xsk.queue);
	if (e->xsk.zero_copy_err)
		printf(" (zero-copy: %s)", strerror(-e->xsk.zero_copy_err));
	printf("\nexchange   %s, OUCH 5.0 over SoupBinTCP\n",
	       endpoint_text(text, &e->exchange));
}

static void start_limits(const struct controller *c)
{
	struct json_object *o = limits_object(c);
	struct json_object *value;
	static const char *const shown[] = {
		"max-qty", "max-notional", "collar", "rate", "max-position",
	};
	size_t i;

	printf("limits     version %s",
	       json_object_get_string(json_object_object_get(o, "version")));
	for (i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		if (json_object_object_get_ex(o, shown[i], &value))
			printf(", %s %s", shown[i],
			       json_object_get_string(value));
	printf("; see `risk show`\n");
	json_object_put(o);
}

static void start_servers(const char *what, const struct sockaddr_in *servers,
			  int count)
{
	char text[ENDPOINT_TEXT];
	int i;

	printf("%s", what);
	for (i = 0; i < count; i++)
		printf("%s %s", i ? "," : "",
		       endpoint_text(text, &servers[i]));
}

static void start_recovery(const struct recovery_options *o)
{
	printf("recovery   ");
	if (o->rerequests)
		start_servers("re-requests to", o->rerequest, o->rerequests);
	if (o->rerequests && o->glimpses)
		printf("; ");
	if (o->glimpses)
		start_servers("snapshots from", o->glimpse, o->glimpses);
	if (o->rerequests || o->glimpses)
		printf("; %" PRIu64 " ms for the other line\n",
		       o->wait_ns / 1000000);
	else
		printf("none: what no line brings keeps the feed in GAP; see --rerequest and --glimpse\n");
}

void report_start(const struct controller *c)
{
	if (!c->locked)
		fprintf(stderr, "hairtrigger: memory cannot be locked (CAP_IPC_LOCK): a page fault may delay an order\n");
	if (globals.json)
		return;
	printf("instance   %s\n", c->in.name);
	start_egress(&c->egress);
	start_limits(c);
	start_recovery(&c->options->recovery);
	printf("ready\n");
	fflush(stdout);
}

static const struct out_column refusal_columns[] = {
	{ "words", "refused", 0 },
	{ "count", "count", 1 },
	{ NULL, NULL, 0 }
};

static const struct out_column fault_columns[] = {
	{ "words", "answers without effect", 0 },
	{ "count", "count", 1 },
	{ NULL, NULL, 0 }
};

static const struct out_column latency_columns[] = {
	{ "words", "latency", 0 },
	{ "count", "count", 1 },
	{ "p50_ns", "p50", 1 },
	{ "p99_ns", "p99", 1 },
	{ "max_ns", "max", 1 },
	{ NULL, NULL, 0 }
};

/* A table of the status, where there is anything in it. */
static void end_table(struct json_object *status, const char *member,
		      const struct out_column *columns)
{
	struct json_object *rows = json_object_object_get(status, member);

	if (!json_object_array_length(rows))
		return;
	printf("\n");
	out_table(rows, columns);
}

void report_end(const struct controller *c)
{
	struct json_object *status = status_object(c);
	struct json_object *totals = json_object_new_object();

	if (globals.json) {
		out_json(status);
	} else {
		totals_add(totals, c);
		printf("\n");
		out_fields(totals);
		end_table(status, "refused", refusal_columns);
		end_table(status, "faults", fault_columns);
		if (c->orders.count)
			end_table(status, "latency", latency_columns);
	}
	fflush(stdout);
	json_object_put(totals);
	json_object_put(status);
}
