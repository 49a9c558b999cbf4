// SPDX-License-Identifier: GPL-2.0
#include "order_print.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "price.h"
#include "wire.h"

char *peer_text(char text[PEER_TEXT], const struct sockaddr_in *peer)
{
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &peer->sin_addr, address, sizeof(address));
	snprintf(text, PEER_TEXT, "%s:%u", address, ntohs(peer->sin_port));
	return text;
}

/* What a sender wrote must not reach a terminal unchecked. */
static char printable(char c)
{
	return c >= 0x20 && c <= 0x7e ? c : '?';
}

static char *field_text(char *text, const char *field, size_t len)
{
	size_t i;

	while (len && field[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		text[i] = printable(field[i]);
	text[len] = '\0';
	return text;
}

void order_print_entered(const char *who, const struct ouch_enter *e)
{
	char price[PRICE_TEXT];
	char symbol[OUCH_SYMBOL_LEN + 1], clordid[OUCH_CLORDID_LEN + 1];

	fprintf(stderr, "%s enter %u %c %u %s @ %s tif %c %s\n",
		who, get_be32(&e->urn), printable(e->side),
		get_be32(&e->qty),
		field_text(symbol, e->symbol, sizeof(e->symbol)),
		price_text(price, get_be64(&e->price)), printable(e->tif),
		field_text(clordid, e->clordid, sizeof(e->clordid)));
}

static void print_executed(const char *who, const struct ouch_executed *m)
{
	char price[PRICE_TEXT];

	fprintf(stderr, "%s executed %u %u @ %s match %" PRIu64 "\n", who,
		get_be32(&m->urn), get_be32(&m->qty),
		price_text(price, get_be64(&m->price)),
		(uint64_t)get_be64(&m->match));
}

static void print_accepted(const char *who, const struct ouch_accepted *m)
{
	fprintf(stderr, "%s accepted %u reference %" PRIu64 "%s\n", who,
		get_be32(&m->urn), (uint64_t)get_be64(&m->order_ref),
		m->state == 'D' ? " dead" : "");
}

static void print_replaced(const char *who, const struct ouch_replaced *m)
{
	char price[PRICE_TEXT];

	fprintf(stderr, "%s replaced %u by %u %u @ %s reference %" PRIu64 "\n",
		who, get_be32(&m->orig_urn), get_be32(&m->urn),
		get_be32(&m->qty), price_text(price, get_be64(&m->price)),
		(uint64_t)get_be64(&m->order_ref));
}

static void print_canceled(const char *who, const struct ouch_canceled *m)
{
	fprintf(stderr, "%s canceled %u %u reason %c, %s\n", who,
		get_be32(&m->urn), get_be32(&m->qty), m->reason,
		ouch_cancel_words(m->reason));
}

static void print_priority(const char *who, const struct ouch_priority *m)
{
	char price[PRICE_TEXT];

	fprintf(stderr, "%s priority of %u: %s reference %" PRIu64 "\n", who,
		get_be32(&m->urn), price_text(price, get_be64(&m->price)),
		(uint64_t)get_be64(&m->order_ref));
}

/* Whose number, if any, stands where it stands in most. */
static const char *plain_words(char type)
{
	switch (type) {
	case 'B':
		return "trade broken";
	case 'P':
		return "cancel pending";
	case 'I':
		return "cancel rejected";
	case 'M':
		return "modified";
	case 'R':
		return "restated";
	case 'X':
		return "mass cancel done";
	case 'G':
		return "order entry disabled";
	case 'K':
		return "order entry enabled";
	case 'Q':
		return "next UserRefNum";
	default:
		return "answer";
	}
}

void order_print_reply(const char *who, const void *message)
{
	const struct ouch_system_event *event = message;
	const struct ouch_rejected *rejected = message;
	const struct ouch_pending *plain = message;

	switch (event->type) {
	case 'S':
		fprintf(stderr, "%s system event %c\n", who, event->event);
		break;
	case 'A':
		print_accepted(who, message);
		break;
	case 'U':
		print_replaced(who, message);
		break;
	case 'E':
		print_executed(who, message);
		break;
	case 'C':
	case 'D':
		print_canceled(who, message);
		break;
	case 'J':
		fprintf(stderr, "%s rejected %u %s\n", who,
			get_be32(&rejected->urn),
			ouch_reject_words(get_be16(&rejected->reason)));
		break;
	case 'T':
		print_priority(who, message);
		break;
	default:
		fprintf(stderr, "%s %s %u\n", who, plain_words(plain->type),
			get_be32(&plain->urn));
	}
}
