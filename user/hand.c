// SPDX-License-Identifier: GPL-2.0
/*
 * hand - orders by hand, asked for over the control socket
 *
 * The words of `order send` and so on are checked where they are typed; here
 * they are checked again, as anybody may write to a socket.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "out.h"

/* -- arguments ---------------------------------------------------------- */

static uint64_t number_of(struct json_object *args, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(args, key, &value) ||
	    !json_object_is_type(value, json_type_int))
		return 0;
	return json_object_get_uint64(value);
}

static const char *text_of(struct json_object *args, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(args, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

/* One letter of OUCH, or what stands for it when it is not said. */
static char letter_of(struct json_object *args, const char *key, char otherwise)
{
	const char *text = text_of(args, key);

	return *text ? *text : otherwise;
}

static uint32_t shares_of(struct json_object *args, const char *key)
{
	uint64_t n = number_of(args, key);

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
		return "quantity or price out of range";
	case -EINVAL:
		return "OUCH does not allow that";
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
		out_uint(o, "reason", result->why);
		return o;
	}
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

static struct ouch_terms terms_of(const struct controller *c,
				  struct json_object *args)
{
	struct ouch_terms t = c->options->terms;

	t.tif = letter_of(args, "tif", OUCH_TIF_IOC);
	t.display = letter_of(args, "display", t.display);
	t.capacity = letter_of(args, "capacity", t.capacity);
	if (json_object_get_boolean(json_object_object_get(args, "iso")))
		t.iso = 'Y';
	if (json_object_get_boolean(json_object_object_get(args, "post_only")))
		ouch_tag_put(&t.tags, OUCH_TAG_POST_ONLY, 'P');
	return t;
}

static struct json_object *hand_enter(struct controller *c,
				      struct json_object *args)
{
	const struct ouch_terms terms = terms_of(c, args);
	const char *symbol = text_of(args, "symbol");
	struct desk_result result;
	struct desk_want want = {
		.order = {
			.by_hand = true,
			.locate = mirror_locate(c, symbol),
			.side = letter_of(args, "side", 0),
			.tif = terms.tif,
			.iso = terms.iso == 'Y',
			.qty = shares_of(args, "qty"),
		},
		.terms = &terms,
		.trigger = "",
		.seen_ns = clock_ns(),
	};
	struct ouch_terms checked = terms;
	uint64_t px = number_of(args, "px");
	int err;

	if (strlen(symbol) >= HT_TICKER || px > UINT32_MAX)
		return hand_error("no such symbol, or price out of range");
	strcpy(want.order.symbol, symbol);
	want.order.px = (uint32_t)px;
	if (want.order.side == 'T')
		ouch_tag_put(&checked.tags, OUCH_TAG_SHARES_LOCATED, 'Y');
	want.terms = &checked;
	if (ouch_terms_check(&checked))
		return hand_error("OUCH does not have those terms");
	hand_clordid(c, want.clordid);
	err = desk_enter(c, &want, &result);
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
		.px = number_of(args, "px"),
		.side = letter_of(args, "side", 0),
		.terms = terms_of(c, args),
	};
	struct desk_result result;
	int err;

	if (r.px > UINT32_MAX)
		return hand_error("price out of range");
	hand_clordid(c, r.clordid);
	err = desk_change(c, &r, &result);
	return hand_result(c, err, &result);
}

static struct json_object *hand_mass(struct controller *c, char type,
				     struct json_object *args)
{
	struct desk_result result = {0};
	int err = desk_mass(c, type, text_of(args, "symbol"));

	result.urn = HT_READ_ONCE(c->in.gate->next_urn) - 1;
	return hand_result(c, err, &result);
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
	return NULL;
}
