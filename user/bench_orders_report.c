// SPDX-License-Identifier: GPL-2.0
/*
 * bench_orders_report - the results as JSON, and as text out of it
 */
#include <stdio.h>

#include "bench_orders.h"
#include "out.h"

static const char method[] =
	"Orders leave a network namespace through a veth, every other one as a frame through AF_XDP beside the kernel's TCP, which adopts it, the others by send() on the same socket. The times are from right before the order is built to the far end of the veth, where an XDP program stamps the first frame that has it, whoever sent it. The exchange is a socket of the kernel's that compares every byte and answers each read. Losses are a socket filter's, of what either end receives.";

static void add_bool(struct json_object *o, const char *member, bool value)
{
	json_object_object_add(o, member, json_object_new_boolean(value));
}

static void report_way(struct json_object *ways, const char *way,
		       const struct ht_histogram *h,
		       const struct ht_histogram *call)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "way", way);
	out_uint(o, "orders", h->count);
	out_uint(o, "p50_ns", hist_quantile(h, 500));
	out_uint(o, "p90_ns", hist_quantile(h, 900));
	out_uint(o, "p99_ns", hist_quantile(h, 990));
	out_uint(o, "max_ns", h->max);
	out_uint(o, "call_p50_ns", hist_quantile(call, 500));
	out_uint(o, "call_p99_ns", hist_quantile(call, 990));
	json_object_array_add(ways, o);
}

static struct json_object *report_plain(const struct delegate_counters *n)
{
	struct json_object *array = json_object_new_array(), *o;
	int i;

	for (i = DELEGATE_NONE + 1; i < DELEGATE_REASON_COUNT; i++) {
		if (!n->plain[i])
			continue;
		o = json_object_new_object();
		out_uint(o, "orders", n->plain[i]);
		out_text(o, "reason", delegate_words((enum delegate_reason)i));
		json_object_array_add(array, o);
	}
	return array;
}

static void report_checks(struct json_object *o, const struct orders_results *r)
{
	out_uint(o, "orders", r->sent);
	out_uint(o, "arrived_once_in_order", r->got);
	out_uint(o, "arrived_wrong", r->wrong);
	out_uint(o, "answers_sent", r->answers);
	out_uint(o, "answers_read", r->answered);
	out_uint(o, "resets", r->resets);
	out_uint(o, "dropped_as_too_old", r->stale);
	out_uint(o, "dropped_by_veth", r->dropped);
	add_bool(o, "fin_behind_the_last_byte", r->finished);
	out_uint(o, "longest_stall_ns", r->stall_ns);
	out_uint(o, "longest_rto_ns", r->rto_ns);
	out_uint(o, "retransmitted_segments", r->retransmits);
	out_uint(o, "retransmission_timeouts", r->timeouts);
}

struct json_object *orders_report(const struct orders_results *r)
{
	struct json_object *o = json_object_new_object(), *part;

	out_text(o, "bench", "orders");
	out_text(o, "method", method);
	out_uint(o, "loss_per_mille", r->options.loss);
	out_uint(o, "pause_us", r->options.pause_us);
	add_bool(o, "pauses_spun", r->options.spin);
	add_bool(o, "all_plain", r->options.plain);
	add_bool(o, "passed", orders_passed(r));
	out_uint(o, "took_ns", r->ns);
	if (r->why[0])
		out_text(o, "not_shared", r->why);
	out_uint(o, "delegated", r->n.delegated);
	out_uint(o, "early_acks_clamped", r->clamped);
	out_uint(o, "early_acks_handed_in", r->n.handed_in);
	out_uint(o, "own_acks", r->n.acks);
	out_uint(o, "refused_by_a_full_socket", r->n.refused);
	part = json_object_new_object();
	report_checks(part, r);
	json_object_object_add(o, "checks", part);
	json_object_object_add(o, "plain", report_plain(&r->n));
	part = json_object_new_array();
	report_way(part, "frame", &r->wire[0], &r->call[0]);
	report_way(part, "send()", &r->wire[1], &r->call[1]);
	json_object_object_add(o, "ways", part);
	return o;
}

void orders_print(struct json_object *answer)
{
	static const struct out_column ways[] = {
		{ "way", "decision to wire", 0 },
		{ "orders", "orders", 1 },
		{ "p50_ns", "p50", 1 },
		{ "p90_ns", "p90", 1 },
		{ "p99_ns", "p99", 1 },
		{ "max_ns", "max", 1 },
		{ "call_p50_ns", "call p50", 1 },
		{ "call_p99_ns", "p99", 1 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column plain[] = {
		{ "orders", "by send()", 1 },
		{ "reason", "because", 0 },
		{ NULL, NULL, 0 }
	};

	json_object_object_del(answer, "method");
	out_fields(answer);
	putchar('\n');
	out_fields(json_object_object_get(answer, "checks"));
	putchar('\n');
	out_table(json_object_object_get(answer, "plain"), plain);
	putchar('\n');
	out_table(json_object_object_get(answer, "ways"), ways);
}
