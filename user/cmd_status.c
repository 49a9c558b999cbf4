// SPDX-License-Identifier: GPL-2.0
/*
 * status - everything on one screen, ending with the funnel of counters
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "describe.h"
#include "wanted.h"

enum { READS = 10 };	/* of the counters, while packets are in between */

/* Where a counter stands and what it says; the list is the contract's. */
static const struct counter {
	const char *name;
	const char *unit;
	const char *help;
	size_t offset;
} counters[] = {
#define X(field, unit, help)						\
	{ #field, unit, help, offsetof(struct ht_counters, field) },
	HT_FEED_COUNTERS(X)
	HT_ITCH_COUNTERS(X)
#undef X
#define X(type, name, len, what)					\
	{ "itch_" #name, "messages", what,				\
	  offsetof(struct ht_counters, itch_##name) },
	ITCH_MESSAGES(X)
#undef X
#define X(field, unit, help)						\
	{ #field, unit, help, offsetof(struct ht_counters, field) },
	HT_BOOK_COUNTERS(X)
	HT_TRIGGER_COUNTERS(X)
#undef X
#define X(id, field, rule, words)					\
	{ "refused_" #field, "triggers", "not fired: " words,		\
	  offsetof(struct ht_counters, refused_##field) },
	HT_KERNEL_REFUSALS(X)
#undef X
	{ "fired", "events", "handed to the controller",
	  offsetof(struct ht_counters, fired) },
};

enum { COUNTERS = sizeof(counters) / sizeof(*counters) };

static uint64_t exits(const struct ht_counters *n)
{
	uint64_t sum = 0;

#define X(field, unit, help) sum += n->field;
	HT_EXITS(X)
#undef X
	return sum;
}

/*
 * Every frame leaves by one exit.  Each CPU may be inside one frame while we
 * read, so a difference counts only when it is more than that, or stays while
 * no frame arrives.
 * Return: 0, or negative errno; *match says whether they agree.
 */
static int counters_read(const struct instance *in, struct ht_counters *n,
			 bool *match)
{
	uint64_t cpus = (uint64_t)sysconf(_SC_NPROCESSORS_CONF);
	uint64_t before = ~0ull;
	int err = 0, i;

	*match = true;
	for (i = 0; i < READS && !err; i++) {
		err = instance_counters(in, n);
		if (err || exits(n) == n->frames)
			return err;
		*match = n->frames != before && n->frames > exits(n) &&
			 n->frames - exits(n) <= cpus;
		before = n->frames;
	}
	return err;
}

static void add_counters(struct json_object *answer,
			 const struct ht_counters *n)
{
	struct json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		out_uint(o, counters[i].name,
			 *(const uint64_t *)((const char *)n +
					     counters[i].offset));
	json_object_object_add(answer, "counters", o);
}

static void add_book(struct json_object *answer, const struct instance *in)
{
	struct json_object *o = json_object_new_object();
	const struct ht_book book = *in->book;

	out_uint(o, "orders", book.orders);
	out_uint(o, "orders_at_most", book.order_limit);
	out_uint(o, "levels", book.levels);
	out_uint(o, "level_rows", book.rows);
	out_uint(o, "level_rows_at_most", book.row_limit);
	out_uint(o, "bad_symbols", book.bad_symbols);
	wanted_add(o, in);
	json_object_object_add(answer, "book", o);
}

static void add_controller(struct json_object *answer,
			   const struct instance *in)
{
	struct json_object *o = json_object_new_object();
	struct json_object *status;

	json_object_object_add(o, "alive", json_object_new_boolean(
		controller_alive(in)));
	describe_age(o, "heartbeat_age_ns", in->gate->heartbeat_ns);
	if (!control_ask(globals.instance, "status", NULL, &status))
		json_object_object_add(o, "status", status);
	json_object_object_add(answer, "controller", o);
}

static void add_triggers(struct json_object *answer, const struct instance *in)
{
	struct json_object *o = json_object_new_object();
	uint64_t state[HT_TRIGGER_FAULT + 1] = {0};
	uint64_t fires = 0, refused = 0;
	int row;

	for (row = 1; row < HT_TRIGGERS; row++) {
		const struct ht_trigger *t = &in->triggers[row];

		if (!t->state || t->state > HT_TRIGGER_FAULT)
			continue;
		state[t->state]++;
		fires += t->fires;
		refused += t->refused;
	}
	out_uint(o, "armed", state[HT_TRIGGER_ARMED]);
	out_uint(o, "disarmed", state[HT_TRIGGER_DISARMED]);
	out_uint(o, "spent", state[HT_TRIGGER_SPENT]);
	out_uint(o, "fault", state[HT_TRIGGER_FAULT]);
	out_uint(o, "fires", fires);
	out_uint(o, "refused", refused);
	json_object_object_add(answer, "triggers", o);
}

static void print_counters(struct json_object *values, bool all)
{
	static const struct out_column columns[] = {
		{ "count", "COUNT", 1 },
		{ "unit", "UNIT", 0 },
		{ "name", "COUNTER", 0 },
		{ "help", "WHAT", 0 },
		{ NULL, NULL, 0 }
	};
	struct json_object *rows = json_object_new_array();
	struct json_object *row, *value;
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		value = json_object_object_get(values, counters[i].name);
		if (!all && !json_object_get_uint64(value))
			continue;
		row = json_object_new_object();
		json_object_object_add(row, "count", json_object_get(value));
		out_text(row, "unit", counters[i].unit);
		out_text(row, "name", counters[i].name);
		out_text(row, "help", counters[i].help);
		json_object_array_add(rows, row);
	}
	if (json_object_array_length(rows))
		out_table(rows, columns);
	else
		puts("no frame seen yet");
	json_object_put(rows);
}

static void print_section(struct json_object *answer, const char *name)
{
	printf("\n-- %s\n", name);
	out_fields(json_object_object_get(answer, name));
}

/* An array of the controller's, when it has any rows. */
static void print_rows(struct json_object *status, const char *member,
		       const struct out_column *columns)
{
	struct json_object *rows;

	if (!json_object_object_get_ex(status, member, &rows) ||
	    !json_object_is_type(rows, json_type_array) ||
	    !json_object_array_length(rows))
		return;
	putchar('\n');
	out_table(rows, columns);
}

/* Copies a scalar member from one answer to another. */
static void copy_member(struct json_object *to, struct json_object *from,
			const char *member)
{
	struct json_object *value;

	if (json_object_object_get_ex(from, member, &value) &&
	    !json_object_is_type(value, json_type_array))
		json_object_object_add(to, member, json_object_get(value));
}

/* What should not happen is on the screen as soon as it has. */
static void copy_troubles(struct json_object *to, struct json_object *from)
{
	static const char *const members[] = {
		"overdue", "ignored", "foreign", "malformed_answers",
		"other_answers", "lines_not_written",
	};
	struct json_object *value;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (json_object_object_get_ex(from, members[i], &value) &&
		    json_object_get_int64(value))
			copy_member(to, from, members[i]);
}

/* "written", or what is wrong with it; and what is missing in it. */
static void journal_add(struct json_object *to, struct json_object *status)
{
	struct json_object *journal, *value;
	char text[160];

	if (!json_object_object_get_ex(status, "journal", &journal) ||
	    !json_object_object_get_ex(journal, "state", &value))
		return;
	snprintf(text, sizeof(text), "%s, %s records, %s lost",
		 json_object_get_string(value),
		 json_object_get_string(json_object_object_get(journal,
							       "records")),
		 json_object_get_string(json_object_object_get(journal,
							       "lost")));
	out_text(to, "journal", text);
}

/* The controller tells more than fits a screen; -j has all of it. */
static void print_controller(struct json_object *controller)
{
	static const char *const members[] = {
		"exchange", "session_state", "orders_leave", "order_entry",
		"fires", "sent", "unanswered", "accepted", "rejected",
		"executed_shares", "realised", "unrealised",
	};
	static const struct out_column ways[] = {
		{ "count", "COUNT", 1 },
		{ "words", "ORDERS LEFT", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column refused[] = {
		{ "count", "COUNT", 1 },
		{ "words", "FIRES REFUSED BY THE CONTROLLER", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column faults[] = {
		{ "count", "COUNT", 1 },
		{ "words", "ANSWERS WITHOUT EFFECT", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column latency[] = {
		{ "count", "COUNT", 1 },
		{ "p50_ns", "P50", 1 },
		{ "p99_ns", "P99", 1 },
		{ "max_ns", "MAX", 1 },
		{ "words", "LATENCY", 0 },
		{ NULL, NULL, 0 }
	};
	struct json_object *few = json_object_new_object();
	struct json_object *status = NULL;
	size_t i;

	copy_member(few, controller, "alive");
	copy_member(few, controller, "heartbeat_age_ns");
	json_object_object_get_ex(controller, "status", &status);
	for (i = 0; status && i < sizeof(members) / sizeof(*members); i++)
		copy_member(few, status, members[i]);
	if (status) {
		copy_troubles(few, status);
		journal_add(few, status);
	}
	puts("\n-- controller");
	out_fields(few);
	json_object_put(few);
	if (status) {
		print_rows(status, "ways", ways);
		print_rows(status, "refused", refused);
		print_rows(status, "faults", faults);
		print_rows(status, "latency", latency);
	}
}

/* What is done about what was lost, and what that took. */
static void print_recovery(struct json_object *controller, bool all)
{
	struct json_object *few = json_object_new_object();
	struct json_object *status, *recovery;

	if (!json_object_object_get_ex(controller, "status", &status) ||
	    !json_object_object_get_ex(status, "recovery", &recovery))
		recovery = NULL;
	if (!recovery)
		out_text(few, "now", "no controller");
	if (recovery) {
		json_object_object_foreach(recovery, name, value)
			if (all || !json_object_is_type(value, json_type_int) ||
			    json_object_get_int64(value))
				copy_member(few, recovery, name);
	}
	puts("\n-- recovery");
	out_fields(few);
	json_object_put(few);
}

/* Before all else when it is on, else one line of what became of it. */
static void print_kill(struct json_object *kill)
{
	if (json_object_object_get_ex(kill, "to_trade_again", NULL))
		puts("\n** KILLED **");
	else
		puts("\n-- kill switch");
	describe_kill_print(kill);
}

static void print_status(struct json_object *answer, bool all, bool match)
{
	struct json_object *controller =
		json_object_object_get(answer, "controller");

	out_fields(answer);
	print_kill(json_object_object_get(answer, "kill"));
	print_section(answer, "feed");
	print_section(answer, "book");
	print_controller(controller);
	print_recovery(controller, all);
	print_section(answer, "triggers");
	puts("\n-- counters");
	print_counters(json_object_object_get(answer, "counters"), all);
	if (!match)
		puts("\nnot every frame is accounted for: `frames` is not the sum of its exits");
}

static int status_show(const struct instance *in, bool all)
{
	struct json_object *answer;
	struct ht_counters n;
	bool match;
	int err;

	err = counters_read(in, &n, &match);
	if (err) {
		out_error(err, "cannot read the counters");
		return EXIT_SYSTEM;
	}
	answer = json_object_new_object();
	out_text(answer, "instance", in->name);
	out_text(answer, "interface", in->ifindex ? in->ifname : "gone");
	json_object_object_add(answer, "feed", describe_feed(in));
	add_book(answer, in);
	json_object_object_add(answer, "kill", describe_kill(in->kill));
	add_controller(answer, in);
	add_triggers(answer, in);
	add_counters(answer, &n);
	json_object_object_add(answer, "frames_accounted",
			       json_object_new_boolean(match));
	if (globals.json)
		out_json(answer);
	else
		print_status(answer, all, match);
	json_object_put(answer);
	return EXIT_OK;
}

int cmd_status(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 }
	};
	struct instance in;
	bool all = false;
	int option, code;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		if (option == '?')
			return EXIT_USAGE;
		all = true;
	}
	if (optind < argc)
		return argument_error(argv[optind]);
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	code = status_show(&in, all);
	instance_close(&in);
	return code;
}
