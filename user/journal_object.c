// SPDX-License-Identifier: GPL-2.0
/*
 * journal_object - a record as an object for JSON, and as a row of CSV
 */
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "journal_describe.h"
#include "out.h"

enum { TEXT_MAX = 2 * JOURNAL_RECORD_MAX };	/* words are longer */

/* Letters up to a NUL, size at most; nothing when there are none. */
static void add_letters(struct json_object *o, const char *member,
			const char *letters, size_t size)
{
	char text[TEXT_MAX];
	size_t i;

	for (i = 0; i < size && i < TEXT_MAX && letters[i]; i++)
		text[i] = letters[i] >= ' ' && letters[i] <= '~' ? letters[i] :
								   '?';
	if (i)
		json_object_object_add(o, member,
				       json_object_new_string_len(text,
								  (int)i));
}

#define ADD_ARRAY(o, member, array) \
	add_letters(o, member, array, sizeof(array))

static void add_some(struct json_object *o, const char *member, uint64_t value)
{
	if (value)
		out_uint(o, member, value);
}

static void add_more(struct json_object *o, const char *member,
		     const struct journal_record *r, uint32_t len)
{
	if (r->more)
		add_letters(o, member, r->more,
			    len < r->more_len ? len : r->more_len);
}

static void add_bool(struct json_object *o, const char *member, bool value)
{
	json_object_object_add(o, member, json_object_new_boolean(value));
}

/* side: NULL in a request that does not name it. */
static void add_order(struct json_object *o, const char *side, uint32_t qty,
		      uint64_t px)
{
	if (side)
		out_text(o, "side", side);
	out_uint(o, "qty", qty);
	if (px)
		out_price(o, "price", px);
}

static void add_start(struct json_object *o, const struct journal_record *r)
{
	const struct journal_start *p =
		journal_payload(r, struct journal_start);

	out_uint(o, "pid", p->pid);
	out_uint(o, "abi", p->abi);
	out_uint(o, "first_urn", p->first_urn);
	out_uint(o, "first_index", p->first_index);
	ADD_ARRAY(o, "version", p->release);
	ADD_ARRAY(o, "session", p->session);
	add_more(o, "options", r, p->len);
}

static void add_quote(struct json_object *o, const char *price,
		      const char *size, const struct ht_quote *q)
{
	if (!q->qty)
		return;
	out_price(o, price, q->px_e4);
	out_uint(o, size, q->qty);
}

static void add_event(struct json_object *o, const struct journal_record *r)
{
	const struct ht_event *e = journal_payload(r, struct ht_event);

	add_order(o, e->side == HT_BID ? "buy" : "sell", e->qty, e->px);
	out_uint(o, "row", e->trigger);
	out_uint(o, "rule", e->version);
	out_uint(o, "locate", e->locate);
	out_uint(o, "fires", e->fires);
	add_quote(o, "bid", "bid_size", &e->bid);
	add_quote(o, "ask", "ask_size", &e->ask);
	out_text(o, "feed", feed_state_name(e->feed));
	out_text(o, "state", symbol_state_name(e->state));
	out_uint(o, "itch_ns", e->itch_ns);
	out_uint(o, "entry_ns", e->entry_ns);
}

static void add_refusal(struct json_object *o, const struct journal_record *r)
{
	const struct journal_refusal *p =
		journal_payload(r, struct journal_refusal);

	ADD_ARRAY(o, "trigger", p->trigger);
	add_order(o, ouch_side_words(p->side), p->qty, p->px);
	out_text(o, "gate", journal_gate_name(p->gate));
	out_text(o, "reason", refusal_words(p->reason));
	out_uint(o, "reason_number", p->reason);
	out_uint(o, "row", p->row);
	add_bool(o, "spent", p->spent);
	add_some(o, "entry_ns", p->entry_ns);
	add_some(o, "decided_ns", p->decided_ns);
}

/* -- what goes over the wire -------------------------------------------- */

static void add_bytes(struct json_object *o, const struct journal_record *r)
{
	char hex[2 * JOURNAL_RECORD_MAX + 1];
	size_t len, i;
	const uint8_t *message = journal_message(r, &len);

	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", message[i]);
	if (len)
		json_object_object_add(o, "bytes", json_object_new_string(hex));
}

static void add_letter(struct json_object *o, const char *member, char letter)
{
	const char text[] = { letter, '\0' };

	out_text(o, member, text);
}

static void add_sent(struct json_object *o, const struct journal_record *r)
{
	const struct journal_sent *p = journal_payload(r, struct journal_sent);
	struct ouch_request q;
	size_t len;
	const uint8_t *message = journal_message(r, &len);

	if (message && !ouch_request_decode(message, len, &q)) {
		add_letter(o, "message", q.type);
		if (q.qty)
			add_order(o, q.side ? ouch_side_words(q.side) : NULL,
				  q.qty, q.px);
		add_some(o, "original_urn", q.orig_urn);
	}
	ADD_ARRAY(o, "trigger", p->trigger);
	out_text(o, "way", journal_way_name(p->way));
	add_bool(o, "soup", p->soup);
	add_some(o, "row", p->row);
	add_some(o, "tcp_sequence", p->tcp_seq);
	add_some(o, "entry_ns", p->entry_ns);
	add_some(o, "seen_ns", p->seen_ns);
	add_some(o, "decided_ns", p->decided_ns);
	out_uint(o, "submitted_ns", p->submitted_ns);
	add_bytes(o, r);
}

static void add_reply(struct json_object *o, const struct journal_record *r)
{
	const struct journal_reply *p =
		journal_payload(r, struct journal_reply);
	struct ouch_reply q;
	size_t len;
	const uint8_t *message = journal_message(r, &len);

	if (message && !ouch_decode(message, len, &q)) {
		add_letter(o, "message", q.type);
		add_some(o, "qty", q.qty);
		if (q.px)
			out_price(o, "price", q.px);
		add_some(o, "original_urn", q.orig_urn);
		add_some(o, "order_ref", q.order_ref);
		add_some(o, "match", q.match);
		add_some(o, "exchange_ns", q.timestamp);
	}
	add_some(o, "number", p->number);
	add_bool(o, "applied", !p->err);
	if (p->err)
		out_text(o, "fault", journal_error_words(p->err));
	out_uint(o, "received_ns", p->received_ns);
	add_bytes(o, r);
}

/* -- everything else ---------------------------------------------------- */

static void add_session(struct json_object *o, const struct journal_record *r)
{
	const struct journal_session *p =
		journal_payload(r, struct journal_session);

	ADD_ARRAY(o, "session", p->name);
	ADD_ARRAY(o, "state", p->state_words);
	out_uint(o, "next", p->next);
	ADD_ARRAY(o, "reason", p->words);
}

static void add_kill(struct json_object *o, const struct journal_record *r)
{
	const struct journal_kill *p = journal_payload(r, struct journal_kill);

	out_text(o, "level", journal_level_name(p->level));
	add_bool(o, "reset", p->was_reset);
	out_uint(o, "generation", p->generation);
	ADD_ARRAY(o, "who", p->who);
	ADD_ARRAY(o, "reason", p->reason);
}

static void add_limits(struct json_object *o, const struct journal_record *r)
{
	const struct journal_limits *p =
		journal_payload(r, struct journal_limits);

	out_uint(o, "was", p->was);
	ADD_ARRAY(o, "who", p->who);
	add_more(o, "changes", r, p->len);
}

static void add_reconciled(struct json_object *o,
			   const struct journal_record *r)
{
	const struct journal_reconciled *p =
		journal_payload(r, struct journal_reconciled);

	ADD_ARRAY(o, "session", p->session);
	out_uint(o, "next", p->next);
	out_uint(o, "replies", p->replies);
	add_some(o, "next_urn", p->next_urn);
	out_uint(o, "orders", p->orders);
	out_uint(o, "open", p->open);
	out_uint(o, "foreign", p->foreign);
	out_uint(o, "dead", p->dead);
}

static void add_lost(struct json_object *o, const struct journal_record *r)
{
	const struct journal_lost *p = journal_payload(r, struct journal_lost);

	out_uint(o, "records", p->records);
	out_uint(o, "size", p->bytes);
	out_uint(o, "from_ns", p->first_ns);
	out_uint(o, "to_ns", p->last_ns);
}

static void add_stop(struct json_object *o, const struct journal_record *r)
{
	const struct journal_stop *p = journal_payload(r, struct journal_stop);

	if (p->err)
		out_text(o, "error", journal_error_words(p->err));
	ADD_ARRAY(o, "reason", p->words);
}

static void add_payload(struct json_object *o, const struct journal_record *r)
{
	static void (*const add[])(struct json_object *,
				   const struct journal_record *) = {
		[JOURNAL_START] = add_start,
		[JOURNAL_EVENT] = add_event,
		[JOURNAL_REFUSAL] = add_refusal,
		[JOURNAL_SENT] = add_sent,
		[JOURNAL_REPLY] = add_reply,
		[JOURNAL_SESSION] = add_session,
		[JOURNAL_KILL] = add_kill,
		[JOURNAL_LIMITS] = add_limits,
		[JOURNAL_RECONCILED] = add_reconciled,
		[JOURNAL_LOST] = add_lost,
		[JOURNAL_STOP] = add_stop,
	};

	if (journal_is_known(r->head))
		add[r->head->type](o, r);
}

static void add_words(struct json_object *o, const struct journal_record *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	journal_words(out, r);
	if (!fclose(out))
		add_letters(o, "words", text, len);
	free(text);
}

struct json_object *journal_object(const struct journal_record *r)
{
	struct json_object *o = json_object_new_object();
	char time[JOURNAL_TIME], symbol[HT_TICKER];
	uint32_t urn;

	out_uint(o, "index", r->head->index);
	out_text(o, "time", journal_time(time, r->head->real_ns));
	out_text(o, "type", journal_type_name(r->head->type));
	out_uint(o, "mono_ns", r->head->mono_ns);
	add_some(o, "sequence", r->head->seq);
	out_uint(o, "limits", r->head->limits);
	journal_about(r, symbol, &urn);
	ADD_ARRAY(o, "symbol", symbol);
	add_some(o, "urn", urn);
	add_payload(o, r);
	add_words(o, r);
	return o;
}

/* -- CSV ---------------------------------------------------------------- */

/* In this order, a member of the object each; append only. */
static const char *const columns[] = {
	"index", "time", "type", "mono_ns", "sequence", "limits", "symbol",
	"urn", "trigger", "side", "qty", "price", "message", "way", "gate",
	"reason", "number", "tcp_sequence", "entry_ns", "seen_ns",
	"decided_ns", "submitted_ns", "received_ns", "words", "bytes",
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

void journal_csv_header(FILE *out)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i]);
	fputc('\n', out);
}

/* RFC 4180: with quotes around what has a comma or a quote in it. */
static void csv_cell(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++)
		fputs(*text == '"' ? "\"\"" : (char[]){ *text, '\0' }, out);
	fputc('"', out);
}

void journal_csv_row(FILE *out, const struct journal_record *r)
{
	struct json_object *o = journal_object(r), *value;
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		fputs(i ? "," : "", out);
		if (json_object_object_get_ex(o, columns[i], &value))
			csv_cell(out, json_object_get_string(value));
	}
	fputc('\n', out);
	json_object_put(o);
}
