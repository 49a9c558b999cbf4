// SPDX-License-Identifier: GPL-2.0
/* OUCH messages as lines that a person reads. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "ouch_tags.h"
#include "price.h"

struct line {
	char *at;
	size_t left;
};

/* What there is no room for is cut off. */
__attribute__((format(printf, 2, 3)))
static void say(struct line *l, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(l->at, l->left, format, ap);
	va_end(ap);
	if (len < 0)
		return;
	if ((size_t)len >= l->left)
		len = (int)l->left - 1;
	l->at += len;
	l->left -= (size_t)len;
}

/* A line of a log is one line, whatever letters the other side sent. */
static void clean(char *text)
{
	for (; *text; text++)
		if (!isprint((unsigned char)*text))
			*text = '?';
}

static char printable(char letter)
{
	return isprint((unsigned char)letter) ? letter : '?';
}

static const char *tif_words(char tif)
{
	switch (tif) {
	case OUCH_TIF_DAY:
		return "day";
	case OUCH_TIF_IOC:
		return "immediate or cancel";
	case OUCH_TIF_GTX:
		return "extended hours";
	case OUCH_TIF_GTT:
		return "till time";
	case OUCH_TIF_AFTER:
		return "after hours";
	}
	return "unknown time in force";
}

static const char *display_words(char display)
{
	switch (display) {
	case 'Y':
		return "visible";
	case 'N':
		return "hidden";
	case 'A':
		return "attributed";
	case 'Z':
		return "conformant";
	}
	return "unknown display";
}

static const char *capacity_words(char capacity)
{
	switch (capacity) {
	case 'A':
		return "agency";
	case 'P':
		return "principal";
	case 'R':
		return "riskless";
	case 'O':
		return "other capacity";
	}
	return "unknown capacity";
}

static const char *cross_words(char cross)
{
	switch (cross) {
	case 'O':
		return "opening cross";
	case 'C':
		return "closing cross";
	case 'H':
		return "halt or IPO cross";
	case 'S':
		return "supplemental";
	case 'R':
		return "retail";
	case 'E':
		return "extended life";
	case 'A':
		return "after hours close";
	}
	return "unknown cross";
}

static const char *restated_words(uint16_t reason)
{
	switch (reason) {
	case 'R':
		return "reserve refreshed";
	case 'P':
		return "displayed price changed";
	}
	return "unknown reason";
}

static void order_say(struct line *l, char side, uint32_t qty,
		      const char *symbol, uint64_t px, char tif)
{
	char price[PRICE_TEXT];

	say(l, " %s %u %s @ %s %s", ouch_side_words(side), qty, symbol,
	    price_text(price, px), tif_words(tif));
}

/* What is as usual is not said: visible, no sweep, no cross. */
static void terms_say(struct line *l, char display, char capacity, char iso,
		      char cross)
{
	if (display != 'Y')
		say(l, ", %s", display_words(display));
	if (capacity)
		say(l, ", %s", capacity_words(capacity));
	if (iso == 'Y')
		say(l, ", intermarket sweep");
	if (cross && cross != 'N')
		say(l, ", %s", cross_words(cross));
}

static void firm_say(struct line *l, const char *firm)
{
	if (firm[0])
		say(l, ", firm %s", firm);
}

static void clordid_say(struct line *l, const char clordid[OUCH_CLORDID_LEN])
{
	char text[OUCH_CLORDID_LEN + 1];

	ouch_text_get(text, clordid, OUCH_CLORDID_LEN);
	if (text[0])
		say(l, ", id %s", text);
}

static void offset_say(struct line *l, int32_t offset)
{
	char price[PRICE_TEXT];
	uint64_t size = offset < 0 ? 0 - (uint64_t)offset : (uint64_t)offset;

	say(l, " %s%s", offset < 0 ? "-" : "", price_text(price, size));
}

static void tag_say(struct line *l, const struct ouch_tag_value *v)
{
	const struct ouch_tag_rule *rule = ouch_tag_rule(v->tag);
	uint64_t number = v->width <= sizeof(number) ? ouch_tag_number(v) : 0;
	char text[UINT8_MAX + 1], price[PRICE_TEXT];

	say(l, ", %s", rule->name);
	switch (rule->kind) {
	case OUCH_TAG_NUMBER:
		say(l, " %" PRIu64, number);
		return;
	case OUCH_TAG_LETTER:
		say(l, " %c", printable((char)number));
		return;
	case OUCH_TAG_TEXT:
		ouch_text_get(text, v->value, v->width);
		say(l, " %s", text);
		return;
	case OUCH_TAG_PRICE:
		say(l, " %s", price_text(price, number));
		return;
	case OUCH_TAG_OFFSET:
		offset_say(l, (int32_t)number);
		return;
	case OUCH_TAG_UNKNOWN:
		say(l, " %u", v->tag);
		return;
	}
}

static void tags_say(struct line *l, const struct ouch_appendage *a)
{
	struct ouch_tags tags = { a->bytes, a->len };
	struct ouch_tag_value v;

	while (ouch_tag_next(&tags, &v) > 0)
		tag_say(l, &v);
}

static void symbol_say(struct line *l, const char *symbol)
{
	if (symbol[0])
		say(l, ", %s", symbol);
	else
		say(l, ", all symbols");
}

static void replace_say(struct line *l, const struct ouch_request *r)
{
	char price[PRICE_TEXT];

	say(l, "replace urn %u by urn %u, %u in total @ %s %s", r->orig_urn,
	    r->urn, r->qty, price_text(price, r->px), tif_words(r->terms.tif));
	terms_say(l, r->terms.display, 0, r->terms.iso, 0);
}

static void request_say(struct line *l, const struct ouch_request *r)
{
	const struct ouch_terms *t = &r->terms;

	switch (r->type) {
	case 'O':
		say(l, "enter urn %u", r->urn);
		order_say(l, r->side, r->qty, r->symbol, r->px, t->tif);
		terms_say(l, t->display, t->capacity, t->iso, t->cross_type);
		return;
	case 'U':
		replace_say(l, r);
		return;
	case 'X':
		if (r->qty)
			say(l, "reduce urn %u to %u", r->urn, r->qty);
		else
			say(l, "cancel urn %u", r->urn);
		return;
	case 'M':
		say(l, "modify urn %u to %s %u", r->urn, ouch_side_words(r->side),
		    r->qty);
		return;
	case 'C':
		say(l, "mass cancel urn %u", r->urn);
		symbol_say(l, r->symbol);
		return;
	case 'D':
		say(l, "disable order entry urn %u", r->urn);
		return;
	case 'E':
		say(l, "enable order entry urn %u", r->urn);
		return;
	case 'Q':
		say(l, "query the next urn");
		return;
	}
	say(l, "request of type `%c`", printable(r->type));
}

const char *ouch_request_words(char text[OUCH_WORDS],
			       const struct ouch_request *request)
{
	struct line l = { text, OUCH_WORDS };

	request_say(&l, request);
	firm_say(&l, request->terms.firm);
	tags_say(&l, &request->terms.tags);
	clordid_say(&l, request->clordid);
	clean(text);
	return text;
}

static void accepted_say(struct line *l, const struct ouch_reply *r)
{
	if (r->type == 'U')
		say(l, "replaced urn %u by urn %u", r->orig_urn, r->urn);
	else
		say(l, "accepted urn %u", r->urn);
	order_say(l, r->side, r->qty, r->symbol, r->px, r->tif);
	terms_say(l, r->display, r->capacity, r->iso, r->cross_type);
	say(l, ", ref %" PRIu64, r->order_ref);
	if (r->state != 'L')
		say(l, ", %s", r->state == 'D' ? "dead at once" :
						 "unknown state");
}

static void canceled_say(struct line *l, const struct ouch_reply *r)
{
	char price[PRICE_TEXT];

	say(l, "canceled urn %u, %u off: %s (%c)", r->urn, r->qty,
	    ouch_cancel_words((char)r->reason), printable((char)r->reason));
	if (r->type == 'D')
		say(l, ", %u @ %s prevented, %s, strategy %c", r->prevented,
		    price_text(price, r->px),
		    ouch_liquidity_words(r->liquidity), printable(r->strategy));
}

static void executed_say(struct line *l, const struct ouch_reply *r)
{
	char price[PRICE_TEXT];

	say(l, "executed urn %u %u @ %s, %s (%c), match %" PRIu64, r->urn,
	    r->qty, price_text(price, r->px),
	    ouch_liquidity_words(r->liquidity), printable(r->liquidity),
	    r->match);
}

static void priority_say(struct line *l, const struct ouch_reply *r)
{
	char price[PRICE_TEXT];

	say(l, "priority of urn %u changed @ %s, %s, ref %" PRIu64, r->urn,
	    price_text(price, r->px), display_words(r->display), r->order_ref);
}

static void restated_say(struct line *l, const struct ouch_reply *r)
{
	char price[PRICE_TEXT];

	say(l, "restated urn %u: %s", r->urn, restated_words(r->reason));
	if (r->qty)
		say(l, ", displayed %u", r->qty);
	if (r->px)
		say(l, ", displayed @ %s", price_text(price, r->px));
	if (r->order_ref)
		say(l, ", ref %" PRIu64, r->order_ref);
}

/* About an order.  Return: false for any other answer. */
static bool order_reply_say(struct line *l, const struct ouch_reply *r)
{
	switch (r->type) {
	case 'A':
	case 'U':
		accepted_say(l, r);
		return true;
	case 'C':
	case 'D':
		canceled_say(l, r);
		return true;
	case 'E':
		executed_say(l, r);
		return true;
	case 'B':
		say(l, "broken trade of urn %u, match %" PRIu64 ": %s (%c)",
		    r->urn, r->match, ouch_break_words((char)r->reason),
		    printable((char)r->reason));
		return true;
	case 'J':
		say(l, "rejected urn %u: %s (0x%02x)", r->urn,
		    ouch_reject_words(r->reason), r->reason);
		return true;
	case 'P':
		say(l, "cancel of urn %u pending", r->urn);
		return true;
	case 'I':
		say(l, "cancel of urn %u refused", r->urn);
		return true;
	case 'T':
		priority_say(l, r);
		return true;
	case 'M':
		say(l, "modified urn %u to %s, %u open", r->urn,
		    ouch_side_words(r->side), r->qty);
		return true;
	case 'R':
		restated_say(l, r);
		return true;
	}
	return false;
}

static void session_reply_say(struct line *l, const struct ouch_reply *r)
{
	switch (r->type) {
	case 'S':
		say(l, "system event: %s (%c)", ouch_event_words(r->event),
		    printable(r->event));
		return;
	case 'X':
		say(l, "mass cancel urn %u taken", r->urn);
		symbol_say(l, r->symbol);
		if (r->side)
			say(l, ", %s", ouch_side_words(r->side));
		return;
	case 'G':
		say(l, "order entry disabled by urn %u", r->urn);
		return;
	case 'K':
		say(l, "order entry enabled by urn %u", r->urn);
		return;
	case 'Q':
		say(l, "next urn %u", r->urn);
		return;
	}
	say(l, "answer of type `%c`", printable(r->type));
}

const char *ouch_reply_words(char text[OUCH_WORDS],
			     const struct ouch_reply *reply)
{
	struct line l = { text, OUCH_WORDS };

	if (!order_reply_say(&l, reply))
		session_reply_say(&l, reply);
	firm_say(&l, reply->firm);
	if (reply->channel)
		say(&l, ", channel %u", reply->channel);
	clean(text);
	return text;
}
