// SPDX-License-Identifier: GPL-2.0
/*
 * bench_book - what the book's benchmark measures, from end to end
 *
 * --messages scales the streams down as a whole: symbols and live orders
 * shrink with them.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "out.h"

enum {
	CURVE_LIVE = 100000,	/* while symbols grow */
	SYMBOL_POINTS = BENCH_POINTS,
	LIVE_POINTS = 3,
	CURVE_ROUNDS = 3,	/* at most: there are many points */
};

static const char slice_name[] = "nasdaq-20200130-AAPL-10k.itch50";

void bench_progress(const char *format, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(ap, format);
	fputs("\r\033[K", stderr);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fflush(stderr);
}

/* -- the streams ----------------------------------------------------------- */

static int measure_stream(struct stream *s, struct bench_results *r,
			  struct bench_result *result)
{
	int err;

	result->messages = s->messages;
	result->packets = s->packets;
	err = measure_rounds(s, r->options.rounds, result);
	return err ? err : measure_books(s, result);
}

static void slice_path(const char *data, char path[PATH_MAX])
{
	struct stat about;

	if (stat(data, &about) || !S_ISDIR(about.st_mode))
		snprintf(path, PATH_MAX, "%s", data);
	else
		snprintf(path, PATH_MAX, "%s/%s", data, slice_name);
}

static int slice_skip(struct bench_result *result, const char *missing)
{
	bench_progress("%s", "");
	fprintf(stderr, "hairtrigger: %s is not here: the stream of real messages is SKIPPED; --data FILE|DIR says where it is\n",
		missing);
	result->skipped = true;
	return 0;
}

static int run_slice(struct bench_results *r, struct bench_result *result)
{
	const char *data = r->options.data;
	char path[PATH_MAX];
	struct stream s;
	int err;

	result->member = "aapl";
	snprintf(result->words, sizeof(result->words), "AAPL, real");
	if (!data)
		data = getenv("HAIRTRIGGER_DATA");
	if (!data)
		return slice_skip(result, slice_name);
	slice_path(data, path);
	if (access(path, R_OK))
		return slice_skip(result, path);
	bench_progress("%s: preparing", result->words);
	stream_init(&s, 1);
	err = stream_slice(&s, path, r->options.messages, &result->symbols);
	snprintf(result->words, sizeof(result->words), "AAPL, real, x %u",
		 result->symbols);
	if (!err)
		err = measure_stream(&s, r, result);
	stream_free(&s);
	return err;
}

static int run_generated(struct bench_results *r, struct bench_result *result,
			 const char *profile, const char *words)
{
	uint64_t messages = r->options.messages;
	struct session session = {
		.messages = messages,
		.symbols = (uint32_t)market_part(MARKET_SYMBOLS, messages),
		.live = market_part(MARKET_LIVE, messages),
		.profile = profile,
	};
	struct stream s;
	int err;

	result->member = profile;
	result->symbols = session.symbols;
	snprintf(result->words, sizeof(result->words), "%s", words);
	bench_progress("%s: preparing", words);
	stream_init(&s, 1);
	err = stream_generate(&s, &session);
	if (!err)
		err = measure_stream(&s, r, result);
	stream_free(&s);
	return err;
}

/* -- the curve ------------------------------------------------------------- */

/* Measures the next point of a curve, unless it is the one before it: scaled
 * down, they fall together at its beginning.
 */
static int run_point(struct bench_results *r, struct bench_curve *curve,
		     uint32_t symbols, uint64_t live)
{
	struct session session = {
		.messages = market_part(MARKET_MESSAGES / 2,
					r->options.messages),
		.symbols = symbols,
		.live = live,
		.profile = "touch",
	};
	struct bench_point *point = &curve->point[curve->count];
	uint32_t rounds = r->options.rounds;
	struct stream s;
	int err;

	if (curve->count && point[-1].symbols == symbols &&
	    point[-1].live == live)
		return 0;
	*point = (struct bench_point){ .symbols = symbols, .live = live };
	curve->count++;
	bench_progress("curve: %u symbols, %llu live orders", symbols,
		       (unsigned long long)live);
	stream_init(&s, 1);
	err = stream_generate(&s, &session);
	if (!err)
		err = measure_half(&s, rounds < CURVE_ROUNDS ?
				   rounds : CURVE_ROUNDS, point);
	stream_free(&s);
	return err;
}

static int run_curve(struct bench_results *r)
{
	static const uint32_t symbols[SYMBOL_POINTS] = {
		1, 10, 100, 1000, MARKET_SYMBOLS
	};
	static const uint32_t live[LIVE_POINTS] = {
		10000, CURVE_LIVE, MARKET_LIVE
	};
	uint64_t messages = r->options.messages;
	int err = 0, i;

	for (i = 0; i < SYMBOL_POINTS && !err; i++)
		err = run_point(r, &r->by_symbols,
				(uint32_t)market_part(symbols[i], messages),
				market_part(CURVE_LIVE, messages));
	for (i = 0; i < LIVE_POINTS && !err; i++)
		err = run_point(r, &r->by_live,
				(uint32_t)market_part(MARKET_SYMBOLS, messages),
				market_part(live[i], messages));
	return err;
}

int bench_run(struct bench_results *r)
{
	int err = contenders[BENCH_PROGRAM].open();

	if (err)
		return err;
	r->load_ns = kernel_load_ns();
	r->map_bytes = kernel_memory();
	contenders[BENCH_PROGRAM].close();
	err = run_slice(r, &r->stream[0]);
	if (!err)
		err = run_generated(r, &r->stream[1], "touch",
				    "generated, touch-heavy");
	if (!err)
		err = run_generated(r, &r->stream[2], "deep",
				    "generated, deep");
	if (!err)
		err = run_curve(r);
	snprintf(r->bpf_compiler, sizeof(r->bpf_compiler), "%s",
		 kernel_compiler());
	bench_progress("%s", "");
	return err;
}

bool bench_same(const struct bench_results *r)
{
	int i;

	for (i = 0; i < BENCH_STREAMS; i++)
		if (!r->stream[i].skipped && !r->stream[i].same)
			return false;
	return true;
}
