// SPDX-License-Identifier: GPL-2.0
/* Requests out of their fields, each checked against what OUCH allows. */
#include "ouch.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "ouch_tags.h"

/* OUCH 5.0 revision 1.05: the tags that each message lists. */
#define TAG(id)	(1u << OUCH_TAG_##id)

enum {
	REPLACE_TAGS = TAG(MIN_QTY) | TAG(MAX_FLOOR) | TAG(PRICE_TYPE) |
		       TAG(PEG_OFFSET) | TAG(DISCRETION_PRICE) |
		       TAG(DISCRETION_TYPE) | TAG(DISCRETION_OFFSET) |
		       TAG(POST_ONLY) | TAG(RANDOM_RESERVES) |
		       TAG(EXPIRE_TIME) | TAG(TRADE_NOW) | TAG(HANDLING) |
		       TAG(SHARES_LOCATED) | TAG(LOCATE_BROKER) | TAG(SIDE) |
		       TAG(USER_REF_IDX) | TAG(AIQ_STRATEGY) | TAG(AIQ_GROUP),
	/* Replace: firm and group are the original's, and cannot be changed */
	ENTER_TAGS = (REPLACE_TAGS & ~TAG(SIDE)) | TAG(FIRM) |
		     TAG(CUSTOMER_TYPE) | TAG(GROUP_ID),
	CANCEL_TAGS = TAG(USER_REF_IDX),
	MODIFY_TAGS = TAG(SHARES_LOCATED) | TAG(LOCATE_BROKER) |
		      TAG(USER_REF_IDX),
	MASS_CANCEL_TAGS = TAG(GROUP_ID) | TAG(SIDE) | TAG(USER_REF_IDX),
	ENTRY_TAGS = TAG(USER_REF_IDX),
	QUERY_TAGS = TAG(USER_REF_IDX),
};

static bool is_one_of(char letter, const char *letters)
{
	return letter && strchr(letters, letter);
}

static bool has_tag(const struct ouch_terms *terms, enum ouch_tag tag)
{
	uint64_t value;

	return !ouch_tag_get(&terms->tags, tag, &value);
}

/* UserRefNum Management: they begin with 1. */
static int urn_check(uint32_t urn)
{
	return urn ? 0 : -ERANGE;
}

/* Enter Order, Quantity: more than 0 and less than 1,000,000. */
static int qty_check(uint32_t qty)
{
	return qty && qty <= OUCH_QTY_MAX ? 0 : -ERANGE;
}

/* Data Types, Price: 199,999.9900 at most; what is above may be taken for a
 * market order.
 */
static int px_check(uint64_t px)
{
	return px && px <= OUCH_PRICE_MAX ? 0 : -ERANGE;
}

/* Data Types, alpha: left-justified and filled up with spaces. */
static int text_check(const char *text, size_t max)
{
	size_t i;

	for (i = 0; i < max && text[i]; i++)
		if (!isgraph((unsigned char)text[i]))
			return -EINVAL;
	return text[i] ? -EINVAL : 0;
}

static int clordid_check(const char clordid[OUCH_CLORDID_LEN])
{
	size_t i;

	for (i = 0; i < OUCH_CLORDID_LEN; i++)
		if (!isprint((unsigned char)clordid[i]))
			return -EINVAL;
	return 0;
}

/* Enter Order: the letters of each field; Appendix A, ExpireTime: what a time
 * in force of GTT needs.
 */
int ouch_terms_check(const struct ouch_terms *terms)
{
	uint32_t allowed = ENTER_TAGS;

	if (!is_one_of(terms->tif, "0356E") ||
	    !is_one_of(terms->display, "YNA") ||
	    !is_one_of(terms->capacity, "APRO") ||
	    !is_one_of(terms->iso, "YN") ||
	    !is_one_of(terms->cross_type, "NOCHSREA"))
		return -EINVAL;
	if (terms->tif == OUCH_TIF_GTT && !has_tag(terms, OUCH_TAG_EXPIRE_TIME))
		return -EINVAL;
	if (text_check(terms->firm, OUCH_FIRM_LEN))
		return -EINVAL;
	if (terms->firm[0])
		allowed &= ~TAG(FIRM);
	return ouch_tags_check(&terms->tags, allowed);
}

int ouch_order_check(const struct ouch_order *order)
{
	int err;

	if (!is_one_of(order->side, "BSTE") || !order->symbol[0] ||
	    text_check(order->symbol, OUCH_SYMBOL_LEN) ||
	    clordid_check(order->clordid))
		return -EINVAL;
	err = urn_check(order->urn);
	if (!err)
		err = qty_check(order->qty);
	return err ? err : px_check(order->px);
}

/* Puts the tags behind the fixed part.  Return: the message's length. */
static int tags_put(uint8_t *m, size_t fixed, const struct ouch_appendage *tags)
{
	put_be16(m + fixed, tags->len);
	memcpy(m + fixed + OUCH_APPENDAGE_HEAD, tags->bytes, tags->len);
	return (int)(fixed + OUCH_APPENDAGE_HEAD + tags->len);
}

/* The same where an appendage may be left out. */
static int optional_put(uint8_t *m, size_t fixed,
			const struct ouch_appendage *tags)
{
	return tags->len ? tags_put(m, fixed, tags) : (int)fixed;
}

static int enter_encode(uint8_t *to, const struct ouch_request *r)
{
	struct ouch_order order = {
		.urn = r->urn, .qty = r->qty, .px = r->px, .side = r->side,
		.symbol = r->symbol,
	};
	int err = ouch_terms_check(&r->terms);

	memcpy(order.clordid, r->clordid, sizeof(order.clordid));
	if (!err)
		err = ouch_order_check(&order);
	if (err)
		return err;
	err = (int)ouch_enter_init(to, &r->terms);
	ouch_enter_set((struct ouch_enter *)to, &order);
	return err;
}

/* Appendix A, UserRefIdx: UserRefNums are those of a channel, so whatever names
 * an order has to name its channel, too.
 */
static int channel_check(const struct ouch_request *r,
			 const struct ouch_request *original)
{
	uint64_t ours = 0, its = 0;
	int err = ouch_tag_get(&original->terms.tags, OUCH_TAG_USER_REF_IDX,
			       &its);

	if (err && err != -ENOENT)
		return -EINVAL;
	ouch_tag_get(&r->terms.tags, OUCH_TAG_USER_REF_IDX, &ours);
	return ours == its ? 0 : -EINVAL;
}

/* Modify Order: of a sell order's side only, into the other kinds of selling;
 * a Replace that names a side is held to the same.
 */
static int side_check(char from, char to)
{
	return is_one_of(from, "STE") && is_one_of(to, "STE") ? 0 : -EINVAL;
}

/* Replace Order: tags that are missing are as in the original order, except
 * SharesLocated and LocateBroker, which have to be sent again.
 */
static int replace_tags_check(const struct ouch_request *r,
			      const struct ouch_request *original)
{
	const struct ouch_terms *were = &original->terms;
	uint64_t side;
	int err = ouch_tags_check(&r->terms.tags, REPLACE_TAGS);

	if (err)
		return err;
	if (has_tag(were, OUCH_TAG_SHARES_LOCATED) &&
	    !has_tag(&r->terms, OUCH_TAG_SHARES_LOCATED))
		return -EINVAL;
	if (has_tag(were, OUCH_TAG_LOCATE_BROKER) &&
	    !has_tag(&r->terms, OUCH_TAG_LOCATE_BROKER))
		return -EINVAL;
	if (!ouch_tag_get(&r->terms.tags, OUCH_TAG_SIDE, &side) &&
	    (char)side != original->side &&
	    side_check(original->side, (char)side))
		return -EINVAL;
	if (r->terms.tif == OUCH_TIF_GTT &&
	    !has_tag(were, OUCH_TAG_EXPIRE_TIME) &&
	    !has_tag(&r->terms, OUCH_TAG_EXPIRE_TIME))
		return -EINVAL;
	return channel_check(r, original);
}

/* Replace Order: no time in force of E; UserRefNums increase; the quantity, of
 * all orders of the chain together, is in an order's range.
 */
static int replace_check(const struct ouch_request *r,
			 const struct ouch_request *original)
{
	int err;

	if (!original || !is_one_of(r->terms.tif, "0356") ||
	    !is_one_of(r->terms.display, "YNA") ||
	    !is_one_of(r->terms.iso, "YN") || clordid_check(r->clordid))
		return -EINVAL;
	if (urn_check(r->orig_urn) || r->urn <= r->orig_urn)
		return -ERANGE;
	err = qty_check(r->qty);
	if (!err)
		err = px_check(r->px);
	return err ? err : replace_tags_check(r, original);
}

static int replace_encode(uint8_t *to, const struct ouch_request *r,
			  const struct ouch_request *original)
{
	struct ouch_replace *m = (void *)to;
	int err = replace_check(r, original);

	if (err)
		return err;
	put_be32(&m->orig_urn, r->orig_urn);
	put_be32(&m->urn, r->urn);
	put_be32(&m->qty, r->qty);
	put_be64(&m->price, r->px);
	m->tif = r->terms.tif;
	m->display = r->terms.display;
	m->iso = r->terms.iso;
	memcpy(m->clordid, r->clordid, sizeof(m->clordid));
	return tags_put(to, sizeof(*m) - OUCH_APPENDAGE_HEAD, &r->terms.tags);
}

/* Cancel Order, Quantity: what the order is to be, so 0 is all of it. */
static int cancel_encode(uint8_t *to, const struct ouch_request *r,
			 const struct ouch_request *original)
{
	struct ouch_cancel *m = (void *)to;
	int err = ouch_tags_check(&r->terms.tags, CANCEL_TAGS);

	if (!err)
		err = urn_check(r->urn);
	if (!err && r->qty)
		err = qty_check(r->qty);
	if (!err && original)
		err = channel_check(r, original);
	if (err)
		return err;
	put_be32(&m->urn, r->urn);
	put_be32(&m->qty, r->qty);
	return optional_put(to, sizeof(*m), &r->terms.tags);
}

/* Modify Order, Quantity: an increase is ignored (revision 1.04). */
static int modify_encode(uint8_t *to, const struct ouch_request *r,
			 const struct ouch_request *original)
{
	struct ouch_modify *m = (void *)to;
	int err = original ? side_check(original->side, r->side) : -EINVAL;

	if (!err)
		err = urn_check(r->urn);
	if (!err)
		err = r->qty <= original->qty ? qty_check(r->qty) : -ERANGE;
	if (!err)
		err = ouch_tags_check(&r->terms.tags, MODIFY_TAGS);
	if (!err)
		err = channel_check(r, original);
	if (err)
		return err;
	put_be32(&m->urn, r->urn);
	m->side = r->side;
	put_be32(&m->qty, r->qty);
	return optional_put(to, sizeof(*m), &r->terms.tags);
}

/* Mass Cancel: a symbol of spaces is all of them. */
static int mass_cancel_encode(uint8_t *to, const struct ouch_request *r)
{
	struct ouch_mass_cancel *m = (void *)to;
	int err = ouch_tags_check(&r->terms.tags, MASS_CANCEL_TAGS);

	if (!err)
		err = urn_check(r->urn);
	if (!err)
		err = text_check(r->terms.firm, OUCH_FIRM_LEN);
	if (!err)
		err = text_check(r->symbol, OUCH_SYMBOL_LEN);
	if (err)
		return err;
	put_be32(&m->urn, r->urn);
	ouch_text_put(m->firm, sizeof(m->firm), r->terms.firm);
	ouch_text_put(m->symbol, sizeof(m->symbol), r->symbol);
	return tags_put(to, sizeof(*m) - OUCH_APPENDAGE_HEAD, &r->terms.tags);
}

static int entry_encode(uint8_t *to, const struct ouch_request *r)
{
	struct ouch_entry *m = (void *)to;
	int err = ouch_tags_check(&r->terms.tags, ENTRY_TAGS);

	if (!err)
		err = urn_check(r->urn);
	if (!err)
		err = text_check(r->terms.firm, OUCH_FIRM_LEN);
	if (err)
		return err;
	put_be32(&m->urn, r->urn);
	ouch_text_put(m->firm, sizeof(m->firm), r->terms.firm);
	return tags_put(to, sizeof(*m) - OUCH_APPENDAGE_HEAD, &r->terms.tags);
}

static int query_encode(uint8_t *to, const struct ouch_request *r)
{
	int err = ouch_tags_check(&r->terms.tags, QUERY_TAGS);

	if (err)
		return err;
	return optional_put(to, sizeof(struct ouch_query), &r->terms.tags);
}

int ouch_request_encode(void *message, const struct ouch_request *request,
			const struct ouch_request *original)
{
	uint8_t *to = message;

	to[0] = (uint8_t)request->type;
	switch (request->type) {
	case 'O':
		return enter_encode(to, request);
	case 'U':
		return replace_encode(to, request, original);
	case 'X':
		return cancel_encode(to, request, original);
	case 'M':
		return modify_encode(to, request, original);
	case 'C':
		return mass_cancel_encode(to, request);
	case 'D':
	case 'E':
		return entry_encode(to, request);
	case 'Q':
		return query_encode(to, request);
	}
	return -EINVAL;
}
