// SPDX-License-Identifier: GPL-2.0
/*
 * risk - the limits, and who was refused by them
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "control.h"
#include "describe.h"
#include "limits.h"

enum { EDITS_MAX = 64 };

/* -- what was refused ----------------------------------------------------- */

/* The controller's count of one reason, 0 when it does not run. */
static uint64_t controller_refused(struct json_object *status,
				   const char *reason)
{
	struct json_object *rows, *row, *word;
	size_t i;

	if (!status || !json_object_object_get_ex(status, "refused", &rows))
		return 0;
	for (i = 0; i < json_object_array_length(rows); i++) {
		row = json_object_array_get_idx(rows, i);
		if (json_object_object_get_ex(row, "reason", &word) &&
		    !strcmp(json_object_get_string(word), reason))
			return json_object_get_uint64(
				json_object_object_get(row, "count"));
	}
	return 0;
}

static void refused_add(struct json_object *rows, const char *reason,
			enum ht_refusal refusal, uint64_t kernel,
			uint64_t controller)
{
	struct json_object *row;

	if (!kernel && !controller)
		return;
	row = json_object_new_object();
	out_text(row, "rule", refusal_rule(refusal));
	out_text(row, "reason", reason);
	out_uint(row, "kernel", kernel);
	out_uint(row, "controller", controller);
	out_text(row, "words", refusal_words(refusal));
	json_object_array_add(rows, row);
}

static struct json_object *refused_rows(const struct instance *in)
{
	struct json_object *rows = json_object_new_array(), *status = NULL;
	struct ht_counters n;

	instance_counters(in, &n);
	if (control_ask(globals.instance, "status", NULL, &status))
		status = NULL;
#define X(id, field, rule, words)					\
	refused_add(rows, #field, HT_REFUSED_##id, n.refused_##field,	\
		    controller_refused(status, #field));
	HT_KERNEL_REFUSALS(X)
#undef X
#define X(id, field, rule, words)					\
	refused_add(rows, #field, HT_REFUSED_##id, 0,			\
		    controller_refused(status, #field));
	HT_USER_REFUSALS(X)
#undef X
	json_object_put(status);
	return rows;
}

/* -- show ----------------------------------------------------------------- */

static const char *where_from(const struct limits_key *key,
			      const struct limits_view *view)
{
	if (!key->of_symbol)
		return "all together";
	return view->own ? "its own" : "every symbol";
}

static struct json_object *limit_rows(const struct limits_view *view)
{
	struct json_object *rows = json_object_new_array(), *row;
	const struct limits_key *key;
	char text[LIMITS_TEXT];
	uint64_t value;

	for (key = limits_keys; key->name; key++) {
		value = limits_value(key, &view->row, &view->rules);
		row = json_object_new_object();
		out_text(row, "rule", key->rule);
		out_text(row, "key", key->name);
		out_text(row, "value", limits_text(text, key, value));
		out_uint(row, "number", value);
		out_text(row, "unit", limits_unit_name(key->unit));
		out_text(row, "from", where_from(key, view));
		out_text(row, "what", key->help);
		json_object_array_add(rows, row);
	}
	return rows;
}

/* Rows that count for one symbol alone; another's name in it refuses. */
static struct json_object *own_rows(const struct instance *in)
{
	struct json_object *rows = json_object_new_array(), *row;
	struct limits_view view;
	char now[HT_TICKER], own[HT_TICKER];
	uint32_t locate;

	for (locate = 1; locate < HT_LOCATES; locate++) {
		limits_read(in, locate, &view);
		if (!view.own)
			continue;
		instance_ticker(in, locate, now);
		snprintf(own, sizeof(own), "%.*s", HT_TICKER - 1,
			 view.row.symbol);
		row = json_object_new_object();
		out_text(row, "symbol", own);
		if (strcmp(own, now))
			out_text(row, "refused_as", now);
		json_object_array_add(rows, row);
	}
	return rows;
}

static struct json_object *show_answer(const struct instance *in,
				       uint32_t locate)
{
	struct json_object *answer = json_object_new_object();
	char ticker[HT_TICKER];
	struct limits_view view;

	limits_read(in, locate, &view);
	if (locate)
		out_text(answer, "symbol", instance_ticker(in, locate, ticker));
	out_uint(answer, "version", view.version);
	out_uint(answer, "rejects", in->account->rejects);
	if (locate && in->exposures[locate].paused)
		out_text(answer, "paused", "until `hairtrigger risk clear`");
	json_object_object_add(answer, "limits", limit_rows(&view));
	if (!locate)
		json_object_object_add(answer, "own", own_rows(in));
	json_object_object_add(answer, "refused", refused_rows(in));
	return answer;
}

static void print_rows(struct json_object *answer, const char *member,
		       const struct out_column *columns)
{
	struct json_object *rows;

	if (!json_object_object_get_ex(answer, member, &rows) ||
	    !json_object_array_length(rows))
		return;
	putchar('\n');
	out_table(rows, columns);
}

static void show_print(struct json_object *answer)
{
	static const struct out_column limits[] = {
		{ "rule", "RULE", 0 },
		{ "key", "LIMIT", 0 },
		{ "value", "VALUE", 1 },
		{ "unit", "UNIT", 0 },
		{ "from", "OF", 0 },
		{ "what", "WHAT", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column own[] = {
		{ "symbol", "OWN LIMITS", 0 },
		{ "refused_as", "REFUSED, AS ITS LOCATE IS NOW", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column refused[] = {
		{ "rule", "RULE", 0 },
		{ "kernel", "KERNEL", 1 },
		{ "controller", "CONTROLLER", 1 },
		{ "words", "REFUSED SO FAR", 0 },
		{ NULL, NULL, 0 }
	};

	out_fields(answer);
	print_rows(answer, "limits", limits);
	print_rows(answer, "own", own);
	print_rows(answer, "refused", refused);
}

static int risk_show(int argc, char **argv)
{
	struct json_object *answer;
	struct instance in;
	uint32_t locate = 0;
	int code;

	if (argc > 2)
		return usage_error("one SYMBOL, please");
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (argc > 1) {
		locate = symbol_resolve(&in, argv[1]);
		code = locate ? EXIT_OK : EXIT_SYSTEM;
	}
	if (!code) {
		answer = show_answer(&in, locate);
		if (globals.json)
			out_json(answer);
		else
			show_print(answer);
		json_object_put(answer);
	}
	instance_close(&in);
	return code;
}

/* -- set ------------------------------------------------------------------ */

struct set {
	const char *symbol;		/* NULL: of all */
	bool inherit;
	struct limits_edit edit[EDITS_MAX];
	int count;
};

static bool edit_parse(struct set *s, const char *name, const char *value)
{
	char words[LIMITS_WORDS];
	const struct limits_key *key = limits_find(name, words);

	if (!key || limits_parse(key, value, &s->edit[s->count], words)) {
		usage_error("%s", words);
		return false;
	}
	if (s->symbol && !key->of_symbol) {
		usage_error("%s is of all orders together, not of a symbol",
			    key->name);
		return false;
	}
	s->count++;
	return true;
}

/* [SYMBOL] KEY VALUE..., or SYMBOL inherit. */
static bool set_parse(struct set *s, int argc, char **argv)
{
	int i = 0;

	if (argc == 2 && !strcmp(argv[1], "inherit")) {
		s->symbol = argv[0];
		s->inherit = true;
		return true;
	}
	if (argc % 2)
		s->symbol = argv[i++];
	if (i == argc || argc - i > 2 * EDITS_MAX) {
		usage_error("a limit needs [SYMBOL] KEY VALUE");
		return false;
	}
	for (; i < argc; i += 2)
		if (!edit_parse(s, argv[i], argv[i + 1]))
			return false;
	return true;
}

static int set_apply(struct limits *l, uint32_t locate, const struct set *s)
{
	int err = 0, i;

	if (s->inherit)
		limits_inherit(l, locate);
	for (i = 0; i < s->count && !err; i++)
		err = limits_apply(l, locate, &s->edit[i]);
	return err;
}

/* Return: the version in force, or negative errno, said on stderr. */
static int64_t set_commit(struct instance *in, uint32_t locate,
			  const struct set *s)
{
	struct limits l;
	int err = limits_begin(&l, in);

	if (err)
		return out_error(err, "instance `%s`: cannot edit its limits",
				 in->name);
	err = set_apply(&l, locate, s);
	if (!err)
		return limits_commit(&l);
	limits_abandon(&l);
	if (err == -ESRCH)
		return out_error(0, "%s: the feed's directory does not have it so far; its limits need its ticker",
				 s->symbol), err;
	return out_error(err, "cannot set limits");
}

static void set_report(const struct set *s, int64_t version)
{
	struct json_object *answer = json_object_new_object();
	char text[LIMITS_TEXT];
	int i;

	if (s->symbol)
		out_text(answer, "symbol", s->symbol);
	out_uint(answer, "version", (uint64_t)version);
	if (s->inherit)
		out_text(answer, "limits", "as of every symbol");
	for (i = 0; i < s->count; i++)
		out_text(answer, s->edit[i].key->name,
			 limits_text(text, s->edit[i].key, s->edit[i].value));
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
}

static int risk_set(int argc, char **argv)
{
	struct set s = {0};
	struct instance in;
	uint32_t locate = 0;
	int64_t version;
	int code;

	if (!set_parse(&s, argc - 1, argv + 1))
		return EXIT_USAGE;
	code = exit_code(instance_open(&in, globals.instance, true));
	if (code)
		return code;
	if (s.symbol) {
		locate = symbol_resolve(&in, s.symbol);
		code = locate ? EXIT_OK : EXIT_SYSTEM;
	}
	if (!code) {
		version = set_commit(&in, locate, &s);
		if (version < 0)
			code = EXIT_SYSTEM;
		else
			set_report(&s, version);
	}
	instance_close(&in);
	return code;
}

/* -- clear ---------------------------------------------------------------- */

static uint32_t pause_clear(struct ht_exposure *e)
{
	return __atomic_exchange_n(&e->paused, HT_NO, __ATOMIC_RELAXED) !=
	       HT_NO;
}

static int risk_clear(int argc, char **argv)
{
	struct json_object *answer;
	struct instance in;
	uint32_t locate = 0, i, pauses = 0, rejects = 0;
	int code;

	if (argc > 2)
		return usage_error("one SYMBOL, please");
	code = exit_code(instance_open(&in, globals.instance, true));
	if (code)
		return code;
	if (argc > 1) {
		locate = symbol_resolve(&in, argv[1]);
		code = locate ? EXIT_OK : EXIT_SYSTEM;
	} else {
		rejects = __atomic_exchange_n(&in.account->rejects, 0,
					      __ATOMIC_RELAXED);
	}
	for (i = 1; i < HT_LOCATES && !code; i++)
		if (!locate || i == locate)
			pauses += pause_clear(&in.exposures[i]);
	instance_close(&in);
	if (code)
		return code;
	answer = json_object_new_object();
	out_uint(answer, "rejects_cleared", rejects);
	out_uint(answer, "pauses_cleared", pauses);
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
	return EXIT_OK;
}

static const struct command risk_commands[] = {
	{ "show", risk_show, "[SYMBOL]",
	  "Show the limits in force, and who was refused by them",
	  "  hairtrigger risk show\n"
	  "  hairtrigger -j risk show AAPL\n" },
	{ "set", risk_set, "[SYMBOL] KEY VALUE...",
	  "Put new limits in force, all of them between two orders",
	  "Without SYMBOL a limit is every symbol's that has none of its own, or of\n"
	  "all orders together.  A symbol's first own limit makes all of them its\n"
	  "own, as they are then; `risk set SYMBOL inherit` gives them up.\n\n"
	  "`risk show` lists each KEY.  Times are like 50ms or 2s, dollars like\n"
	  "5000.25, collars like 2% or 200bps.  A maximum of 0 lets nothing pass:\n"
	  "it is not `no limit`.\n\n"
	  "  hairtrigger risk set AAPL max-qty 100 collar 2% position 500\n"
	  "  hairtrigger risk set max-loss 5000 max-age 100ms\n"
	  "  hairtrigger risk set AAPL inherit\n" },
	{ "clear", risk_clear, "[SYMBOL]",
	  "Say that rejects were looked at, and end pauses",
	  "Without SYMBOL: the exchange's rejects, and the pauses of all symbols that\n"
	  "had too many fills.\n\n"
	  "  hairtrigger risk clear AAPL\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_risk(int argc, char **argv)
{
	return command_select("risk", risk_commands, argc - 1, argv + 1);
}
