// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - conditions and what they order, edited while packets arrive
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "describe.h"
#include "limits.h"
#include "trigger.h"

enum { TEXT_MAX = 4096 };	/* of a rule as typed, before it is checked */

static bool name_valid(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789_.-");

	if (length && !name[length] && length < HT_TRIGGER_NAME &&
	    name[0] != '-')
		return true;
	usage_error("trigger name `%s`: use up to %d letters, digits, _ . and -",
		    name, HT_TRIGGER_NAME - 1);
	return false;
}

/* Compiles the words of a rule; prints where it is wrong. */
static bool compile(int argc, char **argv, struct ht_rule *rule)
{
	struct trigger_error error;
	char text[TEXT_MAX];
	size_t n = 0;
	int i;

	text[0] = 0;
	for (i = 0; i < argc && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? " " : "", argv[i]);
	if (!trigger_compile(text, rule, &error))
		return true;
	out_error(0, "trigger rule, column %d: expected %s\n  %s\n  %*s",
		  error.column, error.expected, rule->text, error.column, "^");
	return false;
}

static int edit_error(int err, const char *name)
{
	switch (err) {
	case -ENOENT:
		out_error(0, "no trigger `%s`; `hairtrigger trigger show` lists them",
			  name);
		return EXIT_SYSTEM;
	case -EEXIST:
		out_error(0, "trigger `%s` is there already; `hairtrigger trigger set` changes it",
			  name);
		return EXIT_SYSTEM;
	case -ENOSPC:
		out_error(0, "no room for trigger `%s`: at most %d on one symbol and %d in all",
			  name, HT_SYMBOL_TRIGGERS, HT_TRIGGERS - 1);
		return EXIT_SYSTEM;
	case -ESRCH:
		out_error(0, "trigger `%s` stays disarmed: the feed's directory does not have its symbol so far",
			  name);
		return EXIT_SYSTEM;
	default:
		out_error(err, "cannot edit trigger `%s`", name);
		return EXIT_SYSTEM;
	}
}

/* The rule in force, copied whole.  Return: its version. */
static uint32_t rule_read(const struct ht_trigger *t, struct ht_rule *rule)
{
	uint32_t version, after;

	do {
		version = __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
		*rule = t->rule[version & 1];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&t->version, __ATOMIC_RELAXED);
	} while (version != after);
	rule->text[HT_TRIGGER_TEXT - 1] = 0;
	return version;
}

static struct json_object *describe_trigger(const struct ht_trigger *t)
{
	struct json_object *o = json_object_new_object();
	uint64_t fires = HT_READ_ONCE(t->fires);
	struct ht_rule rule;
	uint32_t version = rule_read(t, &rule);

	out_text(o, "name", t->name);
	out_text(o, "symbol", t->symbol);
	out_text(o, "state", trigger_state_name(HT_READ_ONCE(t->state)));
	out_uint(o, "fires", fires - t->base);
	out_uint(o, "max", rule.max_fires);
	out_uint(o, "fires_ever", fires);
	out_uint(o, "version", version);
	out_text(o, "rule", rule.text);
	out_uint(o, "cooldown_ns", rule.cooldown_ns);
	out_uint(o, "refused", t->refused);
	if (t->refused)
		out_text(o, "last_refusal", refusal_words(t->last_refusal));
	if (fires) {
		out_uint(o, "last_sequence", t->last_seq);
		describe_age(o, "last_fire_age_ns", t->last_ns);
	}
	return o;
}

static void print_triggers(struct json_object *rows)
{
	static const struct out_column columns[] = {
		{ "name", "NAME", 0 },
		{ "symbol", "SYMBOL", 0 },
		{ "state", "STATE", 0 },
		{ "fires", "FIRES", 1 },
		{ "max", "MAX", 1 },
		{ "cooldown_ns", "COOLDOWN", 1 },
		{ "last_fire_age_ns", "LAST FIRE", 1 },
		{ "refused", "REFUSED", 1 },
		{ "last_refusal", "LAST REFUSAL", 0 },
		{ "rule", "RULE", 0 },
		{ NULL, NULL, 0 }
	};

	if (json_object_array_length(rows))
		out_table(rows, columns);
	else
		puts("no triggers");
}

static int trigger_show(int argc, char **argv)
{
	struct json_object *answer, *rows;
	const char *name = argc > 1 ? argv[1] : NULL;
	struct instance in;
	int code, row;

	if (argc > 2)
		return usage_error("one NAME, please");
	if (name && !name_valid(name))
		return EXIT_USAGE;
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (name && trigger_find(&in, name) < 0) {
		instance_close(&in);
		return edit_error(-ENOENT, name);
	}
	answer = json_object_new_object();
	rows = json_object_new_array();
	json_object_object_add(answer, "triggers", rows);
	for (row = 1; row < HT_TRIGGERS; row++) {
		const struct ht_trigger *t = &in.triggers[row];

		if (t->state != HT_TRIGGER_FREE &&
		    (!name || !strncmp(t->name, name, HT_TRIGGER_NAME)))
			json_object_array_add(rows, describe_trigger(t));
	}
	if (globals.json)
		out_json(answer);
	else if (name && json_object_array_length(rows))
		out_fields(json_object_array_get_idx(rows, 0));
	else
		print_triggers(rows);
	json_object_put(answer);
	instance_close(&in);
	return EXIT_OK;
}

/* The trigger as it stands after an edit. */
static void report(const struct instance *in, const char *name)
{
	struct json_object *answer;
	int row = trigger_find(in, name);

	if (row > 0) {
		answer = describe_trigger(&in->triggers[row]);
	} else {
		answer = json_object_new_object();
		out_text(answer, "deleted", name);
	}
	if (globals.json)
		out_json(answer);
	else if (row > 0)
		printf("%s  %s  %s  version %u  %s\n", name,
		       in->triggers[row].symbol,
		       trigger_state_name(in->triggers[row].state),
		       in->triggers[row].version,
		       json_object_get_string(json_object_object_get(answer,
								     "rule")));
	else
		out_fields(answer);
	json_object_put(answer);
}

/* Said when the rule is written: otherwise the first to know is a fire. */
static void note_limit(const struct instance *in, const char *name)
{
	int row = trigger_find(in, name);
	struct limits_view limits;
	struct ht_rule rule;

	if (row < 0)
		return;
	rule_read(&in->triggers[row], &rule);
	limits_read(in, rule.locate % HT_LOCATES, &limits);
	if (rule.qty > limits.row.max_qty)
		fprintf(stderr, "hairtrigger: note: trigger `%s` would be refused: it orders %u shares, and max-qty is %u (`hairtrigger risk show`)\n",
			name, rule.qty, limits.row.max_qty);
}

static int trigger_add_command(int argc, char **argv)
{
	struct instance in;
	struct ht_rule rule;
	uint32_t locate;
	int code, row;

	if (argc < 4)
		return usage_error("a trigger needs NAME SYMBOL when CONDITION then ACTION");
	if (!name_valid(argv[1]) || !compile(argc - 3, argv + 3, &rule))
		return EXIT_USAGE;
	code = exit_code(instance_open(&in, globals.instance, true));
	if (code)
		return code;
	locate = symbol_resolve(&in, argv[2]);
	code = EXIT_SYSTEM;
	if (locate) {
		row = trigger_add(&in, argv[1], locate, &rule);
		code = row < 0 ? edit_error(row, argv[1]) : EXIT_OK;
	}
	if (!code) {
		report(&in, argv[1]);
		note_limit(&in, argv[1]);
	}
	instance_close(&in);
	return code;
}

static int trigger_set_command(int argc, char **argv)
{
	struct instance in;
	struct ht_rule rule;
	int code, err;

	if (argc < 3)
		return usage_error("a new rule needs NAME when CONDITION then ACTION");
	if (!name_valid(argv[1]) || !compile(argc - 2, argv + 2, &rule))
		return EXIT_USAGE;
	code = exit_code(instance_open(&in, globals.instance, true));
	if (code)
		return code;
	err = trigger_set(&in, argv[1], &rule);
	if (err) {
		code = edit_error(err, argv[1]);
	} else {
		report(&in, argv[1]);
		note_limit(&in, argv[1]);
	}
	instance_close(&in);
	return code;
}

/* arm, disarm, del: one edit of each named trigger. */
static int edit_each(int argc, char **argv,
		     int (*edit)(struct instance *in, const char *name))
{
	struct instance in;
	int code, err, i;

	if (argc < 2)
		return usage_error("which trigger?");
	for (i = 1; i < argc; i++)
		if (!name_valid(argv[i]))
			return EXIT_USAGE;
	code = exit_code(instance_open(&in, globals.instance, true));
	if (code)
		return code;
	for (i = 1; i < argc && !code; i++) {
		err = edit(&in, argv[i]);
		if (err)
			code = edit_error(err, argv[i]);
		else
			report(&in, argv[i]);
		if (!err && edit == trigger_arm)
			note_limit(&in, argv[i]);
	}
	instance_close(&in);
	return code;
}

static int trigger_arm_command(int argc, char **argv)
{
	return edit_each(argc, argv, trigger_arm);
}

static int trigger_disarm_command(int argc, char **argv)
{
	return edit_each(argc, argv, trigger_disarm);
}

static int trigger_del_command(int argc, char **argv)
{
	return edit_each(argc, argv, trigger_del);
}

#define RULE_HELP							\
	"  CONDITION := VALUE OP NUMBER [and ...]       up to four\n"	\
	"  VALUE     := bid | ask | spread | bid_size | ask_size\n"	\
	"  OP        := <= | >= | ==\n"					\
	"  ACTION    := buy|sell QTY @ bid|ask|PRICE [IOC]\n"		\
	"               [cooldown N(ns|us|ms|s)] [max FIRES]\n\n"	\
	"Orders are immediate or cancel.  Unless told otherwise a trigger waits\n" \
	"1s between two fires and is spent after one.  Quote the rule: the shell\n" \
	"takes < and > for itself.\n\n"

static const struct command trigger_commands[] = {
	{ "add", trigger_add_command,
	  "NAME SYMBOL when CONDITION then ACTION",
	  "Add a trigger, disarmed",
	  RULE_HELP
	  "  hairtrigger trigger add dip AAPL when \"ask <= 182.35 and spread <= 0.02\" \\\n"
	  "                      then buy 100 @ ask cooldown 50ms max 10\n" },
	{ "set", trigger_set_command, "NAME when CONDITION then ACTION",
	  "Swap a trigger's rule for another, whole, between two packets",
	  RULE_HELP
	  "  hairtrigger trigger set dip when \"ask <= 182.30\" then buy 100 @ ask\n" },
	{ "arm", trigger_arm_command, "NAME...",
	  "Let triggers fire, and count their fires anew",
	  "  hairtrigger trigger arm dip\n" },
	{ "disarm", trigger_disarm_command, "NAME...",
	  "Keep triggers from firing", "  hairtrigger trigger disarm dip\n" },
	{ "del", trigger_del_command, "NAME...", "Delete triggers",
	  "  hairtrigger trigger del dip\n" },
	{ "show", trigger_show, "[NAME]",
	  "Show triggers, how often they fired and why they did not",
	  "  hairtrigger trigger show\n"
	  "  hairtrigger -j trigger show dip\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_trigger(int argc, char **argv)
{
	return command_select("trigger", trigger_commands, argc - 1, argv + 1);
}
