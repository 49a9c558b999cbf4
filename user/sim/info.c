// SPDX-License-Identifier: GPL-2.0
/*
 * info - hairtrigger-sim info: what a session's file holds
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "clock.h"
#include "info_count.h"
#include "itch50.h"
#include "options.h"
#include "price.h"
#include "sim.h"

enum { BUSIEST = 10, TIME_TEXT = 32, STOCK_TEXT = 16 };

static const char usage[] =
"hairtrigger-sim info FILE [-j]\n"
"\n"
"Tell what a BinaryFILE of ITCH 5.0 holds, plain or gzip: messages by type,\n"
"the time they span, live orders, the busiest symbols, system events.\n"
"\n"
"  -j, --json   as JSON\n"
"  -h, --help   this text\n"
"\n"
"Example\n"
"  hairtrigger-sim info session.itch.gz\n";

static const struct type {
	char letter;
	const char *what;
} types[] = {
#define X(type, name, len, what) { type, what },
	ITCH_MESSAGES(X)
#undef X
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

static char *time_text(char text[TIME_TEXT], uint64_t ns)
{
	uint64_t ms = ns / NS_PER_MS;

	snprintf(text, TIME_TEXT, "%02" PRIu64 ":%02u:%02u.%03u",
		 ms / 3600000, (unsigned int)(ms / 60000 % 60),
		 (unsigned int)(ms / 1000 % 60), (unsigned int)(ms % 1000));
	return text;
}

/* The ticker without its padding, or the locate when none was named. */
static char *stock_text(char text[STOCK_TEXT], const struct info *info,
			const struct info_symbol *s)
{
	int len = sizeof(s->stock);

	while (len && (s->stock[len - 1] == ' ' || !s->stock[len - 1]))
		len--;
	if (len)
		snprintf(text, STOCK_TEXT, "%.*s", len, s->stock);
	else
		snprintf(text, STOCK_TEXT, "#%u",
			 (unsigned int)(s - info->symbol));
	/* the file may hold anything, the terminal should not get it */
	for (char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c))
			*c = '?';
	return text;
}

static uint32_t count_symbols(const struct info *info)
{
	uint32_t symbols = 0;

	for (uint32_t i = 1; i < INFO_LOCATES; i++)
		symbols += info->symbol[i].messages != 0;
	return symbols;
}

/* Fills busiest with the symbols that have most messages.  Return: how many. */
static int find_busiest(const struct info *info,
			const struct info_symbol *busiest[BUSIEST])
{
	int found = 0;

	for (uint32_t i = 1; i < INFO_LOCATES; i++) {
		const struct info_symbol *s = &info->symbol[i];
		int at = found;

		if (!s->messages || (found == BUSIEST &&
		    busiest[found - 1]->messages >= s->messages))
			continue;
		if (found < BUSIEST)
			found++;
		else
			at--;
		for (; at && busiest[at - 1]->messages < s->messages; at--)
			busiest[at] = busiest[at - 1];
		busiest[at] = s;
	}
	return found;
}

static void print_types(const struct info *info)
{
	for (int i = 0; i < TYPES; i++) {
		uint64_t count = info->type[(uint8_t)types[i].letter];
		uint64_t share = count * 10000 / info->messages;

		if (count)
			printf("  %c  %-34s %12" PRIu64 "  %3" PRIu64
			       ".%02u %%\n", types[i].letter, types[i].what,
			       count, share / 100, (unsigned int)(share % 100));
	}
	if (info->unknown_types)
		printf("  ?  %-34s %12" PRIu64 "\n", "unknown types",
		       info->unknown_types);
}

static void print_busiest(const struct info *info)
{
	const struct info_symbol *busiest[BUSIEST];
	char name[STOCK_TEXT], first[PRICE_TEXT], last[PRICE_TEXT];
	int found = find_busiest(info, busiest);

	if (found)
		printf("\n  %-8s %12s %12s %14s %14s\n", "symbol", "messages",
		       "trades", "first trade", "last trade");
	for (int i = 0; i < found; i++) {
		const struct info_symbol *s = busiest[i];

		printf("  %-8s %12" PRIu64 " %12" PRIu64 " %14s %14s\n",
		       stock_text(name, info, s), s->messages, s->trades,
		       s->trades ? price_text(first, s->first_price) : "-",
		       s->trades ? price_text(last, s->last_price) : "-");
	}
}

static void print_faults(const struct info *info)
{
	const struct {
		uint64_t count;
		const char *what;
	} faults[] = {
		{ info->bad_lengths, "messages not as long as their type" },
		{ info->backward, "timestamps that go back" },
		{ info->unknown_refs, "unknown order references" },
		{ info->duplicate_refs, "duplicate order references" },
		{ info->oversized, "reductions beyond the order's shares" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].count)
			printf("%-12s %" PRIu64 " %s\n", "wrong",
			       faults[i].count, faults[i].what);
}

static void print_text(const struct info *info)
{
	char from[TIME_TEXT], to[TIME_TEXT];

	printf("%-12s %" PRIu64 "\n", "messages", info->messages);
	if (info->messages)
		printf("%-12s %s to %s ET\n", "time",
		       time_text(from, info->first_ns),
		       time_text(to, info->last_ns));
	printf("%-12s %u\n", "symbols", count_symbols(info));
	printf("%-12s %" PRIu64 " at the end, %" PRIu64 " at most\n",
	       "live orders", info->live, info->live_max);
	printf("%-12s %s\n", "events", info->events[0] ? info->events :
	       "no system events: nothing says that the market is open");
	print_faults(info);
	if (info->messages)
		putchar('\n');
	print_types(info);
	print_busiest(info);
}

static struct json_object *json_types(const struct info *info)
{
	struct json_object *list = json_object_new_object();
	char letter[2] = "";

	for (int i = 0; i < TYPES; i++) {
		uint64_t count = info->type[(uint8_t)types[i].letter];

		letter[0] = types[i].letter;
		if (count)
			json_object_object_add(list, letter,
					       json_object_new_uint64(count));
	}
	return list;
}

static void json_price(struct json_object *o, const char *key, uint32_t price)
{
	char text[PRICE_TEXT];

	json_object_object_add(o, key,
			       json_object_new_string(price_text(text, price)));
}

static struct json_object *json_busiest(const struct info *info)
{
	struct json_object *list = json_object_new_array();
	const struct info_symbol *busiest[BUSIEST];
	int found = find_busiest(info, busiest);
	char name[STOCK_TEXT];

	for (int i = 0; i < found; i++) {
		const struct info_symbol *s = busiest[i];
		struct json_object *o = json_object_new_object();

		json_object_object_add(o, "symbol", json_object_new_string(
				       stock_text(name, info, s)));
		json_object_object_add(o, "messages",
				       json_object_new_uint64(s->messages));
		json_object_object_add(o, "trades",
				       json_object_new_uint64(s->trades));
		if (s->trades) {
			json_price(o, "first_price", s->first_price);
			json_price(o, "last_price", s->last_price);
		}
		json_object_array_add(list, o);
	}
	return list;
}

static void print_json(const struct info *info, const char *path)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "schema", 1 },
		{ "messages", info->messages },
		{ "first_ns", info->first_ns },
		{ "last_ns", info->last_ns },
		{ "symbols", count_symbols(info) },
		{ "live_orders", info->live },
		{ "live_orders_max", info->live_max },
		{ "unknown_types", info->unknown_types },
		{ "bad_lengths", info->bad_lengths },
		{ "backward_timestamps", info->backward },
		{ "unknown_refs", info->unknown_refs },
		{ "duplicate_refs", info->duplicate_refs },
		{ "oversized", info->oversized },
	};
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_object_object_add(o, counts[i].key,
				       json_object_new_uint64(counts[i].value));
	json_object_object_add(o, "file", json_object_new_string(path));
	json_object_object_add(o, "events",
			       json_object_new_string(info->events));
	json_object_object_add(o, "types", json_types(info));
	json_object_object_add(o, "busiest", json_busiest(info));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static int count_file(struct info *info, struct source *s)
{
	static uint8_t message[BINARYFILE_MAX];
	bool progress = isatty(STDERR_FILENO);
	uint64_t shown = clock_ns(CLOCK_MONOTONIC);
	bool any = false;
	int len, err = 0;

	while (!err && (len = s->next(s, message)) > 0) {
		uint64_t now;

		err = info_count(info, message, (uint32_t)len);
		if (!progress || s->messages & 0xffff)
			continue;
		now = clock_ns(CLOCK_MONOTONIC);
		if (now - shown > NS_PER_SECOND / 2) {
			fprintf(stderr, "\rinfo: %" PRIu64 " messages",
				s->messages);
			shown = now;
			any = true;
		}
	}
	if (any)
		fprintf(stderr, "\r%40s\r", "");
	return err ? err : len;
}

static void complain(const char *path, const struct source *s, int err)
{
	if (err == -EPROTO)
		fprintf(stderr, "hairtrigger-sim info: %s: ends inside message "
			"%" PRIu64 ", which begins at byte %" PRIu64
			"; what comes before it is counted\n",
			path, s->messages + 1, s->offset);
	else if (err == -EIO)
		fprintf(stderr, "hairtrigger-sim info: %s: cannot be read or "
			"decompressed after message %" PRIu64 "\n",
			path, s->messages);
	else
		fprintf(stderr, "hairtrigger-sim info: %s: %s\n", path,
			strerror(-err));
}

static int show_file(const char *path)
{
	struct source s = {0};
	struct info info;
	int err = info_init(&info);

	if (!err)
		err = file_source_open(&s, path);
	if (!err) {
		err = count_file(&info, &s);
		s.close(&s);
		if (!err || err == -EPROTO || err == -EIO) {
			if (sim_json)
				print_json(&info, path);
			else
				print_text(&info);
		}
	}
	info_free(&info);
	if (err)
		complain(path, &s, err);
	return err ? SIM_SYSTEM : SIM_OK;
}

int cmd_info(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = option_next(argc, argv, ":jh", long_options)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return SIM_OK;
		}
		if (option == '?')
			return SIM_USAGE;
		sim_json = true;
	}
	if (optind + 1 != argc) {
		option_refuse("name one file");
		return SIM_USAGE;
	}
	return show_file(argv[optind]);
}
