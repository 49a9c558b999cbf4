// SPDX-License-Identifier: GPL-2.0
/*
 * hand - orders by hand, asked for over the control socket
 *
 * The words of `order send` and so on are checked where they are typed; here
 * they are checked again, as anybody may write to a socket.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "out.h"

/* -- arguments ---------------------------------------------------------- */

/* One letter of OUCH, or what stands for it when it is not said; more than one
 * are none that OUCH knows.
 */
static char letter_of(struct json_object *args, const char *key, char otherwise)
{
	const char *text = question_text(args, key);

	if (!*text)
		return otherwise;
	return text[1] ? '?' : *text;
}

static uint32_t shares_of(struct json_object *args, const char *key)
{
	uint64_t n = question_number(args, key);

	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* -- answers ------------------------------------------------------------ */

static struct json_object *hand_error(const char *words)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "error", words);
	return o;
}

static const char *error_words(int err)
{
	switch (err) {
	case -ENOENT:
		return "no order has that number; see `hairtrigger order show`";
	case -ESHUTDOWN:
		return "the order is over";
	case -EBUSY:
		return "the order is being replaced just now";
	case -EAGAIN:
		return "the session does not take it now; see `hairtrigger session show`";
	case -ERANGE:
		return "the quantity is out of range, or changes nothing (it counts what was executed, see `hairtrigger order show URN`)";
	case -EINVAL:
		return "OUCH does not allow that for this order";
	default:
		return strerror(-err);
	}
}

static struct json_object *hand_result(const struct controller *c, int err,
				       const struct desk_result *result)
{
	struct json_object *o;

	if (err)
		return hand_error(error_words(err));
	o = json_object_new_object();
	if (result->why) {
		out_text(o, "refused", refusal_words(result->why));
		out_text(o, "rule", refusal_rule(result->why));
		out_uint(o, "reason", result->why);
		return o;
	}
	if (result->urn)
		out_uint(o, "urn", result->urn);
	out_text(o, "sent", c->options->dry_run ? "dry run: written down, not sent" :
		 "yes");
	return o;
}

/* -- requests ----------------------------------------------------------- */

/* "H" and the time in ms, or one more than before: once in a day, also over
 * restarts, and nobody takes it for a trigger's.
 */
static void hand_clordid(struct controller *c, char clordid[OUCH_CLORDID_LEN])
{
	char text[OUCH_CLORDID_LEN + 1];
	struct timespec now;
	uint64_t ms;

	clock_gettime(CLOCK_REALTIME, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / MS_NS;
	c->hand_clordid = ms > c->hand_clordid ? ms : c->hand_clordid + 1;
	snprintf(text, sizeof(text), "H%013llu",
		 (unsigned long long)(c->hand_clordid % OUCH_SEQ_MAX));
	memcpy(clordid, text, OUCH_CLORDID_LEN);
}

static bool is_said(struct json_object *args, const char *key)
{
	return json_object_get_boolean(json_object_object_get(args, key));
}

static int number_tag(struct ouch_terms *t, enum ouch_tag tag,
		      struct json_object *args, const char *key)
{
	struct json_object *said;
	int64_t value;

	if (!json_object_object_get_ex(args, key, &said))
		return 0;
	value = json_object_get_int64(said);
	return value > 0 ? ouch_tag_put(&t->tags, tag, (uint64_t)value) :
			   -ERANGE;
}

/* What a person said; 0: nothing, and the order that is replaced decides.
 * Return: 0, or -EINVAL or -ERANGE for what OUCH does not have.
 */
static int terms_take(const struct controller *c, struct json_object *args,
		      struct ouch_terms *t)
{
	const char *broker = question_text(args, "broker");
	const char *firm = question_text(args, "firm");
	int err;

	*t = c->options->terms;
	t->tif = letter_of(args, "tif", 0);
	t->display = letter_of(args, "display", 0);
	t->capacity = letter_of(args, "capacity", t->capacity);
	t->iso = is_said(args, "iso") ? 'Y' : 'N';
	if (strlen(firm) > OUCH_FIRM_LEN)
		return -EINVAL;
	if (*firm)
		strcpy(t->firm, firm);
	if (is_said(args, "post_only"))
		ouch_tag_put(&t->tags, OUCH_TAG_POST_ONLY, 'P');
	if (*broker) {
		err = ouch_tag_put_text(&t->tags, OUCH_TAG_LOCATE_BROKER,
					broker);
		if (err)
			return err;
	}
	err = number_tag(t, OUCH_TAG_MIN_QTY, args, "min_qty");
	if (!err)
		err = number_tag(t, OUCH_TAG_MAX_FLOOR, args, "max_floor");
	if (!err)
		err = number_tag(t, OUCH_TAG_EXPIRE_TIME, args, "expire_s");
	return err;
}

/* O11 lets a short sale leave only where a person has set that its shares are
 * located, so it may say so.
 */
static void located_put(struct ouch_terms *t, char side)
{
	if (side == 'T' || side == 'E')
		ouch_tag_put(&t->tags, OUCH_TAG_SHARES_LOCATED, 'Y');
}

/* T and a sequence is a trigger's, by which its order is known again. */
static bool is_trigger_clordid(const char *text)
{
	return text[0] == 'T' && strlen(text) == OUCH_CLORDID_LEN &&
	       strspn(text + 1, "0123456789") == OUCH_CLORDID_LEN - 1;
}

/* A person's own, or one that nobody had. */
static int clordid_take(struct controller *c, struct json_object *args,
			char clordid[OUCH_CLORDID_LEN])
{
	const char *text = question_text(args, "clordid");
	size_t len = strlen(text), i;

	if (!len) {
		hand_clordid(c, clordid);
		return 0;
	}
	if (len > OUCH_CLORDID_LEN || is_trigger_clordid(text))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (!isgraph((unsigned char)text[i]))
			return -EINVAL;
	memset(clordid, ' ', OUCH_CLORDID_LEN);
	memcpy(clordid, text, len);
	return 0;
}

static int enter_terms(struct controller *c, struct json_object *args,
		       struct ouch_terms *t, char side)
{
	int err = terms_take(c, args, t);

	if (err)
		return err;
	if (!t->tif)
		t->tif = OUCH_TIF_IOC;
	if (!t->display)
		t->display = c->options->terms.display;
	located_put(t, side);
	return ouch_terms_check(t);
}

static struct json_object *hand_enter(struct controller *c,
				      struct json_object *args)
{
	const char *symbol = question_text(args, "symbol");
	uint64_t px = question_number(args, "px");
	char side = letter_of(args, "side", 0);
	struct desk_want want = { .trigger = "", .seen_ns = clock_ns() };
	struct desk_result result;
	struct ouch_terms terms;
	int err;

	if (strlen(symbol) >= HT_TICKER || !mirror_locate(c, symbol))
		return hand_error("the feed's directory has no such symbol");
	if (px > UINT32_MAX)
		return hand_error("price out of range");
	if (enter_terms(c, args, &terms, side))
		return hand_error("OUCH does not have those terms");
	if (clordid_take(c, args, want.clordid))
		return hand_error("a ClOrdID is up to 14 letters without spaces");
	want.order = (struct risk_order){
		.by_hand = true,
		.locate = mirror_locate(c, symbol),
		.side = side,
		.tif = terms.tif,
		.iso = terms.iso == 'Y',
		.qty = shares_of(args, "qty"),
		.px = (uint32_t)px,
	};
	strcpy(want.order.symbol, symbol);
	want.terms = &terms;
	err = desk_enter(c, &want, &result);
	if (err)
		c->loop.stop = true;
	return hand_result(c, err, &result);
}

static struct json_object *hand_change(struct controller *c, char type,
				       struct json_object *args)
{
	struct ouch_request r = {
		.type = type,
		.urn = shares_of(args, "urn"),
		.orig_urn = shares_of(args, "urn"),
		.qty = shares_of(args, "qty"),
		.px = question_number(args, "px"),
		.side = letter_of(args, "side", 0),
	};
	struct desk_result result;
	int err = terms_take(c, args, &r.terms);

	if (err || r.px > UINT32_MAX)
		return hand_error("OUCH does not have those terms");
	if (clordid_take(c, args, r.clordid))
		return hand_error("a ClOrdID is up to 14 letters without spaces");
	if (type == 'M')
		located_put(&r.terms, r.side);
	err = desk_change(c, &r, &result);
	return hand_result(c, err, &result);
}

static struct json_object *hand_mass(struct controller *c, char type,
				     struct json_object *args)
{
	const char *symbol = question_text(args, "symbol");
	struct desk_result result = {0};
	int err;

	if (strlen(symbol) > OUCH_SYMBOL_LEN)
		return hand_error("no such symbol");
	err = desk_mass(c, type, symbol);
	result.urn = c->mass_urn;
	return hand_result(c, err, &result);
}

/* The answer says how many queries were answered before: see "outcome". */
static struct json_object *hand_query(struct controller *c)
{
	const struct desk_result result = {0};
	uint32_t queries = c->queries;
	int err = desk_query(c);
	struct json_object *o = hand_result(c, err, &result);

	if (!err)
		out_uint(o, "queries", queries);
	return o;
}

struct json_object *hand_answer(struct controller *c, const char *question,
				struct json_object *args)
{
	if (!strcmp(question, "enter"))
		return hand_enter(c, args);
	if (!strcmp(question, "replace"))
		return hand_change(c, 'U', args);
	if (!strcmp(question, "cancel"))
		return hand_change(c, 'X', args);
	if (!strcmp(question, "modify"))
		return hand_change(c, 'M', args);
	if (!strcmp(question, "cancel-all"))
		return hand_mass(c, 'C', args);
	if (!strcmp(question, "disable"))
		return hand_mass(c, 'D', args);
	if (!strcmp(question, "enable"))
		return hand_mass(c, 'E', args);
	if (!strcmp(question, "query"))
		return hand_query(c);
	return NULL;
}
