// SPDX-License-Identifier: GPL-2.0
#include "order_words.h"

#include <stdint.h>
#include <string.h>

#include "command.h"
#include "control.h"
#include "out.h"
#include "ouch50.h"
#include "price.h"

enum { EXPIRE_MAX_S = 86399, FIRM_LEN = 4, WORDS_MAX = 32 };

enum value { NONE, NUMBER, TEXT };

struct word {
	const char *word;
	const char *key;		/* of the question */
	const char *letter;		/* of OUCH; NULL: yes, or a value */
	enum value value;		/* that follows */
	uint32_t most;			/* of it: the number, or its length */
	const char *also;		/* another key's letter: "tif=6" */
};

static const struct word words[] = {
	{ "ioc", "tif", "3", NONE, 0, NULL },
	{ "day", "tif", "0", NONE, 0, NULL },
	{ "gtx", "tif", "5", NONE, 0, NULL },
	{ "after-hours", "tif", "E", NONE, 0, NULL },
	{ "gtt", "expire_s", NULL, NUMBER, EXPIRE_MAX_S, "6" },
	{ "visible", "display", "Y", NONE, 0, NULL },
	{ "hidden", "display", "N", NONE, 0, NULL },
	{ "attributed", "display", "A", NONE, 0, NULL },
	{ "agency", "capacity", "A", NONE, 0, NULL },
	{ "principal", "capacity", "P", NONE, 0, NULL },
	{ "riskless", "capacity", "R", NONE, 0, NULL },
	{ "other", "capacity", "O", NONE, 0, NULL },
	{ "post-only", "post_only", NULL, NONE, 0, NULL },
	{ "iso", "iso", NULL, NONE, 0, NULL },
	{ "min-qty", "min_qty", NULL, NUMBER, OUCH_QTY_MAX, NULL },
	{ "max-floor", "max_floor", NULL, NUMBER, OUCH_QTY_MAX, NULL },
	{ "locate", "broker", NULL, TEXT, FIRM_LEN, NULL },
	{ "firm", "firm", NULL, TEXT, FIRM_LEN, NULL },
	{ "clordid", "clordid", NULL, TEXT, OUCH_CLORDID_LEN, NULL },
	{ ORDER_NO_WAIT, NULL, NULL, NONE, 0, NULL },
	{ NULL, NULL, NULL, NONE, 0, NULL }
};

static const struct word sides[] = {
	{ "buy", "side", "B", NONE, 0, NULL },
	{ "sell", "side", "S", NONE, 0, NULL },
	{ "short", "side", "T", NONE, 0, NULL },
	{ "short-exempt", "side", "E", NONE, 0, NULL },
	{ NULL, NULL, NULL, NONE, 0, NULL }
};

/* -- words ---------------------------------------------------------------- */

static const char *nearest(const struct word *list, const char *text)
{
	const char *names[WORDS_MAX + 1];
	int i;

	for (i = 0; i < WORDS_MAX && list[i].word; i++)
		names[i] = list[i].word;
	names[i] = NULL;
	return name_nearest(text, names);
}

/* Return: the word, or NULL; then it was said that the text is none. */
static const struct word *word_find(const struct word *list, const char *text,
				    const char *what, const char *expected)
{
	const struct word *w;
	const char *near;

	for (w = list; w->word; w++)
		if (!strcmp(text, w->word))
			return w;
	near = nearest(list, text);
	if (near)
		usage_error("%s: `%s` is unknown, did you mean `%s`?", what,
			    text, near);
	else
		usage_error("%s: expected %s, not `%s`", what, expected, text);
	return NULL;
}

static bool text_is_plain(const char *text, size_t most)
{
	size_t len = strlen(text), i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len && len <= most;
}

static bool value_take(struct json_object *args, const struct word *w,
		       const char *text)
{
	unsigned long long n;

	if (!text) {
		usage_error("`%s` needs a %s behind it", w->word,
			    w->value == NUMBER ? "number" : "text");
		return false;
	}
	if (w->value == NUMBER) {
		if (!number_parse(w->word, text, 1, w->most, &n))
			return false;
		out_uint(args, w->key, n);
		if (w->also)
			out_text(args, "tif", w->also);
		return true;
	}
	if (!text_is_plain(text, w->most)) {
		usage_error("%s must be up to %u letters without spaces, not `%s`",
			    w->word, w->most, text);
		return false;
	}
	out_text(args, w->key, text);
	return true;
}

/* Each thing is said once. */
static bool is_said(struct json_object *args, const struct word *w)
{
	const char *key = w->also ? "tif" : w->key;

	if (!key || !json_object_object_get_ex(args, key, NULL))
		return false;
	usage_error("`%s`: that was said before in another way, or twice",
		    w->word);
	return true;
}

bool order_words_take(struct json_object *args, struct order_want *want,
		      int argc, char **argv)
{
	const struct word *w;
	int i;

	for (i = 0; i < argc; i++) {
		w = word_find(words, argv[i], "WORDS", "ioc, day, gtx, gtt, hidden, post-only, iso, min-qty, max-floor, locate and so on");
		if (!w || is_said(args, w))
			return false;
		if (!w->key) {
			want->no_wait = true;
		} else if (w->value) {
			i++;
			if (!value_take(args, w, i < argc ? argv[i] : NULL))
				return false;
		} else if (w->letter) {
			out_text(args, w->key, w->letter);
		} else {
			json_object_object_add(args, w->key,
					       json_object_new_boolean(1));
		}
	}
	return true;
}

bool order_side_take(struct json_object *args, const char *text, bool selling)
{
	const struct word *w = word_find(selling ? sides + 1 : sides, text,
					 "SIDE", selling ?
					 "sell, short or short-exempt" :
					 "buy, sell, short or short-exempt");

	if (w)
		out_text(args, w->key, w->letter);
	return w != NULL;
}

bool order_qty_take(struct json_object *args, const char *text)
{
	unsigned long long qty;

	if (!number_parse("QTY", text, 1, OUCH_QTY_MAX, &qty))
		return false;
	out_uint(args, "qty", qty);
	return true;
}

bool order_urn_take(struct json_object *args, const char *text)
{
	unsigned long long urn;

	if (!number_parse("URN", text, 1, UINT32_MAX, &urn))
		return false;
	out_uint(args, "urn", urn);
	return true;
}

bool order_symbol_take(struct json_object *args, const char *text)
{
	if (!text_is_plain(text, OUCH_SYMBOL_LEN)) {
		usage_error("SYMBOL must be a ticker of up to %d letters, not `%s`",
			    OUCH_SYMBOL_LEN, text);
		return false;
	}
	out_text(args, "symbol", text);
	return true;
}

static bool price_take(struct json_object *args, const char *text)
{
	const char *end = text;
	uint64_t px = 0;

	if (price_parse(text, OUCH_PRICE_MAX, &px, &end) || *end || !px) {
		usage_error("PRICE must be dollars up to 199999.99, like 182.35, not `%s`",
			    text);
		return false;
	}
	out_uint(args, "px", px);
	return true;
}

bool order_size_take(struct json_object *args, struct order_want *want,
		     int argc, char **argv)
{
	if (argc < 1) {
		usage_error("QTY is missing: expected QTY @ PRICE");
		return false;
	}
	if (!order_qty_take(args, argv[0]))
		return false;
	if (argc < 3 || strcmp(argv[1], "@")) {
		usage_error("expected @ PRICE behind QTY%s%s%s",
			    argc > 1 ? ", not `" : "", argc > 1 ? argv[1] : "",
			    argc > 1 ? "`" : "");
		return false;
	}
	return price_take(args, argv[2]) &&
	       order_words_take(args, want, argc - 3, argv + 3);
}

bool order_send_parse(struct json_object *args, struct order_want *want,
		      int argc, char **argv)
{
	if (argc < 2) {
		usage_error("%s is missing: expected SYMBOL buy|sell|short QTY @ PRICE",
			    argc ? "SIDE" : "SYMBOL");
		return false;
	}
	return order_symbol_take(args, argv[0]) &&
	       order_side_take(args, argv[1], false) &&
	       order_size_take(args, want, argc - 2, argv + 2);
}

bool order_no_wait_take(struct order_want *want, int argc, char **argv)
{
	want->no_wait = argc && !strcmp(argv[0], ORDER_NO_WAIT);
	if (argc == want->no_wait)
		return true;
	usage_error("unexpected argument `%s`", argv[want->no_wait]);
	return false;
}

/* -- the answer ------------------------------------------------------------ */

static bool left(struct json_object *answer)
{
	const char *sent = json_object_get_string(
		json_object_object_get(answer, "sent"));

	return sent && !strcmp(sent, "yes");
}

static void outcome_print(struct json_object *outcome)
{
	if (globals.json)
		out_json(outcome);
	else
		out_fields(outcome);
}

/* Rejected by the exchange, or silence about what is still open. */
static int outcome_code(struct json_object *outcome, char type)
{
	const char *state = json_object_get_string(
		json_object_object_get(outcome, "state"));
	struct json_object *cancel;

	if (state && (!strcmp(state, "rejected") || !strcmp(state, "ignored")))
		return EXIT_CHECK;
	if (type == 'X' &&
	    json_object_object_get_ex(outcome, "cancel", &cancel))
		return strncmp(json_object_get_string(cancel), "refused", 7) ?
		       EXIT_OK : EXIT_CHECK;
	if (!json_object_object_get_ex(outcome, "no_answer", NULL))
		return EXIT_OK;
	return EXIT_SYSTEM;
}

static int outcome_ask(struct json_object *answer,
		       const struct order_want *want)
{
	struct json_object *outcome = NULL;
	int code;

	out_text(answer, "type", want->type);
	code = control_command("outcome", answer, &outcome);
	if (!code) {
		code = outcome_code(outcome, *want->type);
		outcome_print(outcome);
	}
	json_object_put(outcome);
	return code;
}

int order_ask(struct json_object *args, const struct order_want *want)
{
	struct json_object *answer = NULL;
	int code = control_command(want->question, args, &answer);

	json_object_put(args);
	if (!answer)
		return code;
	if (!code && !want->no_wait && left(answer))
		code = outcome_ask(answer, want);
	else if (globals.json)
		out_json(answer);
	else if (!code)
		out_fields(answer);
	json_object_put(answer);
	return code;
}
