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

static void print_executed(const char *peer, const struct ouch_executed *m)
{
	char price[PRICE_TEXT];

	fprintf(stderr, "%s executed %u %u @ %s match %" PRIu64 "\n", peer,
		get_be32(&m->urn), get_be32(&m->qty),
		price_text(price, get_be64(&m->price)),
		(uint64_t)get_be64(&m->match));
}

void order_print_reply(const char *who, const void *message)
{
	const struct ouch_accepted *accepted = message;
	const struct ouch_canceled *canceled = message;
	const struct ouch_rejected *rejected = message;

	switch (accepted->type) {
	case 'A':
		fprintf(stderr, "%s accepted %u reference %" PRIu64 "\n", who,
			get_be32(&accepted->urn),
			(uint64_t)get_be64(&accepted->order_ref));
		break;
	case 'E':
		print_executed(who, message);
		break;
	case 'C':
		fprintf(stderr, "%s canceled %u %u reason %c\n", who,
			get_be32(&canceled->urn), get_be32(&canceled->qty),
			canceled->reason);
		break;
	case 'J':
		fprintf(stderr, "%s rejected %u %s\n", who,
			get_be32(&rejected->urn),
			ouch_reject_words(get_be16(&rejected->reason)));
		break;
	}
}
