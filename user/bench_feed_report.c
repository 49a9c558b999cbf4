// SPDX-License-Identifier: GPL-2.0
/*
 * bench_feed_report - the results as JSON, and as tables out of it
 */
#include "bench.h"
#include "bench_feed.h"
#include "clock.h"
#include "out.h"

static const char method[] =
	"Frames of a generated session, as full as the exchange fills them unless said otherwise, leave the kernel through a veth pair between two network namespaces; the program is attached natively to the other end. `taken`: the sender waits while frames are on the way. The others go by the clock and wait for nobody. A frame is lost when the program never saw it. At the end the book is compared with one that the same messages were replayed into.";

static void add_bool(struct json_object *o, const char *member, bool value)
{
	json_object_object_add(o, member, json_object_new_boolean(value));
}

static struct json_object *report_run(const struct feed_run *run,
				      const char *what)
{
	struct json_object *o = json_object_new_object();
	uint64_t ns = run->ns ? run->ns : 1;

	out_text(o, "run", what);
	if (run->rate)
		out_uint(o, "asked_messages_per_second", run->rate);
	out_tenths(o, "seconds", out_quotient(ns, SECOND_NS));
	out_uint(o, "messages", run->messages);
	out_uint(o, "packets", run->frames);
	out_uint(o, "messages_per_second",
		 (uint64_t)((double)run->messages * SECOND_NS / (double)ns));
	out_uint(o, "packets_per_second",
		 (uint64_t)((double)run->frames * SECOND_NS / (double)ns));
	out_tenths(o, "ns_per_message", out_quotient(ns, run->messages));
	out_uint(o, "packets_lost", run->lost);
	out_uint(o, "packets_dropped_by_veth", run->dropped);
	out_uint(o, "messages_not_applied", run->missing);
	out_uint(o, "messages_sent_late", run->late);
	return o;
}

static struct json_object *report_tries(const struct feed_results *r)
{
	struct json_object *array = json_object_new_array();
	int i;

	for (i = 0; i < r->tried; i++)
		json_object_array_add(array, report_run(&r->tries[i], "try"));
	return array;
}

static void report_times(struct json_object *o, const char *what,
			 const struct ht_histogram *h)
{
	struct json_object *times = json_object_new_object();

	out_uint(times, "p50_ns", hist_quantile(h, 500));
	out_uint(times, "p99_ns", hist_quantile(h, 990));
	out_uint(times, "max_ns", h->max);
	json_object_object_add(o, what, times);
}

static struct json_object *report_bursts(const struct feed_bursts *b)
{
	struct json_object *o = json_object_new_object();

	out_uint(o, "bursts", b->count);
	out_tenths(o, "messages_each", out_quotient(b->messages, b->count));
	out_tenths(o, "packets_each", out_quotient(b->frames, b->count));
	out_uint(o, "applied_whole", b->whole);
	out_uint(o, "sent_within_a_millisecond", b->in_time);
	out_uint(o, "packets_lost", b->lost);
	report_times(o, "sent_after", &b->sent);
	report_times(o, "applied_after", &b->applied);
	return o;
}

static struct json_object *report_book(const struct feed_results *r)
{
	struct json_object *o = json_object_new_object();
	char text[16];

	out_uint(o, "sequence", r->sequence);
	snprintf(text, sizeof(text), "%08x", r->crc);
	out_text(o, "crc", text);
	snprintf(text, sizeof(text), "%08x", r->replayed_crc);
	out_text(o, "replayed_crc", text);
	add_bool(o, "books_are_equal", r->same);
	return o;
}

struct json_object *feed_report(const struct feed_results *r)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "method", method);
	json_object_object_add(o, "machine", bench_machine(r->compiler));
	add_bool(o, "same_cpu", r->options.same_cpu);
	add_bool(o, "realtime", r->options.realtime);
	out_uint(o, "symbols", r->symbols);
	out_uint(o, "live_orders", r->live);
	out_uint(o, "messages_a_lap", r->lap);
	if (r->taken.messages)
		json_object_object_add(o, "taken",
				       report_run(&r->taken, "as taken"));
	json_object_object_add(o, "tries", report_tries(r));
	json_object_object_add(o, "load",
			       report_run(&r->last, "BY THE CLOCK"));
	if (r->bursts.count)
		json_object_object_add(o, "bursts", report_bursts(&r->bursts));
	json_object_object_add(o, "book", report_book(r));
	add_bool(o, "passed", feed_passed(r));
	return o;
}

static struct json_object *member(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

/* All runs in the order in which they ran. */
static void print_runs(struct json_object *answer)
{
	static const struct out_column columns[] = {
		{ "run", "", 0 },
		{ "asked_messages_per_second", "asked msg/s", 1 },
		{ "seconds", "seconds", 1 },
		{ "messages_per_second", "msg/s", 1 },
		{ "packets_per_second", "packets/s", 1 },
		{ "ns_per_message", "ns a message", 1 },
		{ "packets_lost", "packets lost", 1 },
		{ "messages_not_applied", "not applied", 1 },
		{ "messages_sent_late", "sent late", 1 },
		{ NULL, NULL, 0 }
	};
	struct json_object *rows = json_object_new_array();
	struct json_object *tries = member(answer, "tries");
	size_t i;

	if (member(answer, "taken"))
		json_object_array_add(rows,
				      json_object_get(member(answer, "taken")));
	for (i = 0; i < json_object_array_length(tries); i++)
		json_object_array_add(rows, json_object_get(
			json_object_array_get_idx(tries, i)));
	json_object_array_add(rows, json_object_get(member(answer, "load")));
	out_table(rows, columns);
	json_object_put(rows);
}

static void print_times(struct json_object *bursts, const char *name,
			const char *words)
{
	struct json_object *times = member(bursts, name);
	char p50[OUT_CELL], p99[OUT_CELL], max[OUT_CELL];

	printf("%-26s p50 %s, p99 %s, max %s\n", words,
	       out_cell(times, "p50_ns", p50), out_cell(times, "p99_ns", p99),
	       out_cell(times, "max_ns", max));
}

void feed_print(const struct feed_results *r, struct json_object *answer)
{
	struct json_object *bursts = member(answer, "bursts");

	out_fields(member(answer, "machine"));
	printf("\n%u symbols, %llu live orders, %llu messages a lap; sender and program on %s%s\n\n",
	       r->symbols, (unsigned long long)r->live,
	       (unsigned long long)r->lap,
	       r->options.same_cpu ? "one CPU" : "a CPU each",
	       r->options.realtime ? ", before all other tasks" : "");
	print_runs(answer);
	if (bursts) {
		putchar('\n');
		out_fields(bursts);
		print_times(bursts, "sent_after", "all sent after");
		print_times(bursts, "applied_after", "all applied after");
	}
	putchar('\n');
	out_fields(member(answer, "book"));
}
