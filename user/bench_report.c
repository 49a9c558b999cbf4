// SPDX-License-Identifier: GPL-2.0
/*
 * bench_report - the results as JSON, and as tables out of the same objects
 */
#include "bench.h"
#include "itch50.h"
#include "out.h"

enum {
	P999_SAMPLES = 1000,	/* fewer have no 99.9th percentile */
	CURVE_BOUND = 20,	/* tenths: growth from one end to the other */
};

static const char method[] =
	"Median of the rounds, all contenders in turn in each round. Every packet is timed alone: its bytes lie where a driver would have put them, the clock is read before and after (BPF_PROG_TEST_RUN in the kernel, clock_gettime in user space). Packets hold as many messages as 1,500 bytes do. The whole stream counts, from an empty book on; the curve is of the second half.";

/* -- a stream -------------------------------------------------------------- */

static const char *type_words(int type)
{
	switch (type) {
#define X(letter, name, len, what) case letter: return what;
	ITCH_MESSAGES(X)
#undef X
	case BENCH_EMPTY:
		return "empty packet";
	default:
		return "unknown type";
	}
}

static struct json_object *report_type(int type, const struct ht_histogram *h)
{
	struct json_object *o = json_object_new_object();
	char letter[2] = { (char)type, 0 };

	out_text(o, "type", type == BENCH_EMPTY ? "" : letter);
	out_text(o, "holds", type_words(type));
	out_uint(o, "samples", h->count);
	out_uint(o, "p50", hist_quantile(h, 500));
	out_uint(o, "p99", hist_quantile(h, 990));
	if (h->count >= P999_SAMPLES)
		out_uint(o, "p999", hist_quantile(h, 999));
	return o;
}

static struct json_object *report_types(const struct bench_result *s)
{
	struct json_object *types = json_object_new_array();
	int type;

	for (type = 0; type < BENCH_TYPES; type++)
		if (s->type[type].count)
			json_object_array_add(types,
					      report_type(type,
							  &s->type[type]));
	return types;
}

/* How far the rounds were apart: a busy machine shows here. */
static struct json_object *report_spread(const struct bench_result *s)
{
	struct json_object *spread = json_object_new_object();
	int i;

	for (i = 0; i < BENCH_CONTENDERS; i++) {
		struct json_object *o = json_object_new_object();

		out_tenths(o, "least",
			   out_quotient(s->least_ns[i], s->messages));
		out_tenths(o, "most",
			   out_quotient(s->most_ns[i], s->messages));
		json_object_object_add(spread, contenders[i].member, o);
	}
	return spread;
}

static struct json_object *report_stream(const struct bench_result *s)
{
	struct json_object *o = json_object_new_object();
	int i;

	out_text(o, "stream", s->member);
	out_text(o, "words", s->words);
	json_object_object_add(o, "skipped", json_object_new_boolean(s->skipped));
	if (s->skipped)
		return o;
	out_uint(o, "messages", s->messages);
	out_tenths(o, "messages_per_packet",
		   out_quotient(s->messages, s->packets));
	out_uint(o, "symbols", s->symbols);
	out_uint(o, "orders_live", s->orders);
	out_uint(o, "levels", s->levels);
	out_uint(o, "conventional_bytes", s->baseline_bytes);
	for (i = 0; i < BENCH_CONTENDERS; i++)
		out_tenths(o, contenders[i].member,
			   out_quotient(s->ns[i], s->messages));
	json_object_object_add(o, "rounds", report_spread(s));
	json_object_object_add(o, "books_are_equal",
			       json_object_new_boolean(s->same));
	json_object_object_add(o, "types_ns", report_types(s));
	return o;
}

/* -- the curve ------------------------------------------------------------- */

static uint64_t point_tenths(const struct bench_point *p)
{
	return out_quotient(p->ns, p->messages);
}

static struct json_object *report_points(const struct bench_curve *c)
{
	struct json_object *array = json_object_new_array();
	int i;

	for (i = 0; i < c->count; i++) {
		struct json_object *o = json_object_new_object();

		out_uint(o, "symbols", c->point[i].symbols);
		out_uint(o, "live_orders", c->point[i].live);
		out_uint(o, "messages", c->point[i].messages);
		out_tenths(o, "ns_per_message", point_tenths(&c->point[i]));
		json_object_array_add(array, o);
	}
	return array;
}

static uint64_t first_tenths(const struct bench_curve *c)
{
	return point_tenths(&c->point[0]);
}

static uint64_t last_tenths(const struct bench_curve *c)
{
	return point_tenths(&c->point[c->count - 1]);
}

/* Whether the last point costs no more than the bound allows. */
static bool within_bound(const struct bench_curve *c)
{
	return 10 * last_tenths(c) <= CURVE_BOUND * first_tenths(c);
}

static struct json_object *report_curve(const struct bench_results *r)
{
	struct json_object *o = json_object_new_object();
	const struct bench_curve *symbols = &r->by_symbols;
	const struct bench_curve *live = &r->by_live;

	json_object_object_add(o, "by_symbols", report_points(symbols));
	json_object_object_add(o, "by_live_orders", report_points(live));
	out_tenths(o, "growth_with_symbols",
		   out_quotient(last_tenths(symbols), first_tenths(symbols)));
	out_tenths(o, "growth_with_live_orders",
		   out_quotient(last_tenths(live), first_tenths(live)));
	out_tenths(o, "bound", CURVE_BOUND);
	json_object_object_add(o, "within_bound", json_object_new_boolean(
		within_bound(symbols) && within_bound(live)));
	return o;
}

struct json_object *bench_report(const struct bench_results *r)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *streams = json_object_new_array();
	int i;

	out_uint(answer, "schema", OUT_SCHEMA);
	out_text(answer, "benchmark", "book");
	json_object_object_add(answer, "machine",
			       bench_machine(r->bpf_compiler));
	out_text(answer, "method", method);
	out_text(answer, "unit", "ns per message");
	out_uint(answer, "rounds", r->options.rounds);
	out_uint(answer, "load_ns", r->load_ns);
	out_uint(answer, "map_bytes", r->map_bytes);
	for (i = 0; i < BENCH_STREAMS; i++)
		json_object_array_add(streams, report_stream(&r->stream[i]));
	json_object_object_add(answer, "streams", streams);
	json_object_object_add(answer, "curve", report_curve(r));
	return answer;
}

/* -- for people ------------------------------------------------------------ */

static struct json_object *member(struct json_object *o, const char *name)
{
	return json_object_object_get(o, name);
}

static void print_streams(struct json_object *streams)
{
	static const struct out_column columns[] = {
		{ "words", "ns a message", 0 },
		{ "symbols", "symbols", 1 },
		{ "orders_live", "orders", 1 },
		{ "levels", "levels", 1 },
		{ "decode", "decode", 1 },
		{ "decode_and_orders", "+ orders", 1 },
		{ "program", "PROGRAM", 1 },
		{ "native", "native", 1 },
		{ "conventional", "conventional", 1 },
		{ "books_are_equal", "books equal", 1 },
		{ NULL, NULL, 0 }
	};

	out_table(streams, columns);
}

static void print_types(struct json_object *stream)
{
	static const struct out_column columns[] = {
		{ "type", "", 0 },
		{ "holds", "one message a packet", 0 },
		{ "samples", "samples", 1 },
		{ "p50", "p50", 1 },
		{ "p99", "p99", 1 },
		{ "p999", "p99.9", 1 },
		{ NULL, NULL, 0 }
	};
	char text[OUT_CELL];

	if (!member(stream, "types_ns"))
		return;
	printf("\n%s: ns of the program, the packet's own cost included\n",
	       out_cell(stream, "words", text));
	out_table(member(stream, "types_ns"), columns);
}

static void print_curve(struct json_object *curve)
{
	static const struct out_column columns[] = {
		{ "symbols", "symbols", 1 },
		{ "live_orders", "live orders", 1 },
		{ "ns_per_message", "ns a message", 1 },
		{ NULL, NULL, 0 }
	};
	char text[OUT_CELL], bound[OUT_CELL];

	puts("\nthe program as the market grows (generated, touch-heavy)");
	out_table(member(curve, "by_symbols"), columns);
	out_cell(curve, "bound", bound);
	printf("first to last: x %s (bound: x %s)\n",
	       out_cell(curve, "growth_with_symbols", text), bound);
	out_table(member(curve, "by_live_orders"), columns);
	printf("first to last: x %s (bound: x %s)\n",
	       out_cell(curve, "growth_with_live_orders", text), bound);
}

void bench_print(const struct bench_results *r, struct json_object *answer)
{
	struct json_object *streams = member(answer, "streams");
	char text[OUT_CELL];
	size_t i;

	out_fields(member(answer, "machine"));
	printf("%-25s  %s\n", "load", out_cell(answer, "load_ns", text));
	printf("%-25s  %s\n\n", "maps of a whole market",
	       out_cell(answer, "map_bytes", text));
	print_streams(streams);
	printf("median of %u rounds; conventional: levels in sorted arrays, orders in a hash table, huge pages\n",
	       r->options.rounds);
	for (i = 0; i < json_object_array_length(streams); i++)
		print_types(json_object_array_get_idx(streams, i));
	print_curve(member(answer, "curve"));
}
