// SPDX-License-Identifier: GPL-2.0
/* Fields out of requests that were sent. */
#include "ouch.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "ouch_tags.h"

static void enter_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_enter *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->side = m->side;
	r->qty = get_be32(&m->qty);
	ouch_text_get(r->symbol, m->symbol, sizeof(m->symbol));
	r->px = get_be64(&m->price);
	r->terms.tif = m->tif;
	r->terms.display = m->display;
	r->terms.capacity = m->capacity;
	r->terms.iso = m->iso;
	r->terms.cross_type = m->cross_type;
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
}

static void replace_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_replace *m = (const void *)p;

	r->orig_urn = get_be32(&m->orig_urn);
	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->px = get_be64(&m->price);
	r->terms.tif = m->tif;
	r->terms.display = m->display;
	r->terms.iso = m->iso;
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
}

static void cancel_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_cancel *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
}

static void modify_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_modify *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->side = m->side;
	r->qty = get_be32(&m->qty);
}

static void mass_cancel_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_mass_cancel *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	ouch_text_get(r->terms.firm, m->firm, sizeof(m->firm));
	ouch_text_get(r->symbol, m->symbol, sizeof(m->symbol));
}

static void entry_read(const uint8_t *p, struct ouch_request *r)
{
	const struct ouch_entry *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	ouch_text_get(r->terms.firm, m->firm, sizeof(m->firm));
}

static void query_read(const uint8_t *p, struct ouch_request *r)
{
}

/* One inbound message: bytes of its fixed part, without the appendage's length,
 * and whether that may be missing (revision 1.04).
 */
struct inbound {
	uint8_t fixed;
	bool optional;
	void (*read)(const uint8_t *message, struct ouch_request *request);
};

static const struct inbound inbounds[] = {
	['O'] = { offsetof(struct ouch_enter, appendage_len), false,
		  enter_read },
	['U'] = { offsetof(struct ouch_replace, appendage_len), false,
		  replace_read },
	['X'] = { sizeof(struct ouch_cancel), true, cancel_read },
	['M'] = { sizeof(struct ouch_modify), true, modify_read },
	['C'] = { offsetof(struct ouch_mass_cancel, appendage_len), false,
		  mass_cancel_read },
	['D'] = { offsetof(struct ouch_entry, appendage_len), false,
		  entry_read },
	['E'] = { offsetof(struct ouch_entry, appendage_len), false,
		  entry_read },
	['Q'] = { sizeof(struct ouch_query), true, query_read },
};

/* An Enter Order's firm goes first among its tags, where ouch_enter_init() puts
 * it, and becomes the terms' again.
 */
static void firm_take(struct ouch_tags *tags, struct ouch_terms *terms)
{
	struct ouch_tags rest = *tags;
	struct ouch_tag_value v;

	if (ouch_tag_next(&rest, &v) != 1 || v.tag != OUCH_TAG_FIRM ||
	    v.width != OUCH_FIRM_LEN)
		return;
	ouch_text_get(terms->firm, v.value, OUCH_FIRM_LEN);
	if (terms->firm[0])
		*tags = rest;
}

static int tags_read(struct ouch_tags *tags, struct ouch_request *r)
{
	struct ouch_tags rest;
	struct ouch_tag_value v;
	int next;

	if (r->type == 'O')
		firm_take(tags, &r->terms);
	if (tags->left > sizeof(r->terms.tags.bytes))
		return -EPROTO;
	rest = *tags;
	while ((next = ouch_tag_next(&rest, &v)) > 0)
		;
	if (next)
		return next;
	r->terms.tags.len = (uint16_t)tags->left;
	if (tags->left)
		memcpy(r->terms.tags.bytes, tags->at, tags->left);
	return 0;
}

int ouch_request_decode(const void *message, size_t len,
			struct ouch_request *request)
{
	const uint8_t *p = message;
	const struct inbound *in;
	struct ouch_tags tags;
	int err;

	memset(request, 0, sizeof(*request));
	if (!len)
		return -EPROTO;
	request->type = (char)p[0];
	if (p[0] >= sizeof(inbounds) / sizeof(inbounds[0]) ||
	    !inbounds[p[0]].read)
		return -ENOMSG;
	in = &inbounds[p[0]];
	err = ouch_tags_find(&tags, p, in->fixed, len, in->optional);
	if (err)
		return err;
	in->read(p, request);
	return tags_read(&tags, request);
}
