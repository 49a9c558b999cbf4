// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "exchange_udp.h"

#include <stdlib.h>
#include <string.h>

#include "order_print.h"
#include "soupbin.h"
#include "wire.h"

struct sender_key {
	uint32_t address;
	uint32_t port;
};

/* The owner of an exchange_client. */
struct udp_sender {
	struct sender_key key;
	struct sockaddr_in address;
	struct exchange_client *client;
	UT_hash_handle hh;
};

void exchange_udp_free(struct exchange_udp *u)
{
	struct udp_sender *sender, *next;

	HASH_ITER(hh, u->senders, sender, next) {
		HASH_DEL(u->senders, sender);
		free(sender);
	}
}

/* Return: NULL when there is no room for one more account. */
static struct udp_sender *sender_make(struct exchange_udp *u,
				      const struct sockaddr_in *from,
				      struct sender_key key)
{
	struct udp_sender *sender = calloc(1, sizeof(*sender));
	char name[PEER_TEXT];

	if (!sender)
		return NULL;
	sender->key = key;
	sender->address = *from;
	sender->client = exchange_account(u->exchange, peer_text(name, from));
	if (!sender->client)
		goto free_sender;
	HASH_ADD(hh, u->senders, key, sizeof(key), sender);
	if (!sender->hh.tbl)
		goto free_sender;
	sender->client->owner = sender;
	return sender;
free_sender:
	free(sender);
	return NULL;
}

static struct udp_sender *sender_get(struct exchange_udp *u,
				     const struct sockaddr_in *from)
{
	struct sender_key key = {
		.address = from->sin_addr.s_addr,
		.port = from->sin_port,
	};
	struct udp_sender *sender;

	HASH_FIND(hh, u->senders, &key, sizeof(key), sender);
	return sender ? sender : sender_make(u, from, key);
}

static void heartbeat(struct exchange_udp *u, const struct sockaddr_in *to)
{
	struct soup_header beat = { .type = SOUP_SERVER_HEARTBEAT };

	u->exchange->counts.heartbeats++;
	put_be16(&beat.length, 1);
	u->send(u->context, to, &beat, sizeof(beat));
}

void exchange_datagram(struct exchange_udp *u, const struct sockaddr_in *from,
		       const uint8_t *datagram, size_t len)
{
	struct exchange_counts *counts = &u->exchange->counts;
	const struct soup_header *head = (const void *)datagram;
	struct udp_sender *sender;

	if (len < sizeof(*head)) {
		counts->truncated++;
		return;
	}
	if (get_be16(&head->length) != len - sizeof(head->length)) {
		counts->bad_length++;
		return;
	}
	if (head->type == SOUP_CLIENT_HEARTBEAT) {
		heartbeat(u, from);
		return;
	}
	if (head->type != SOUP_UNSEQUENCED) {
		counts->unknown_type++;
		return;
	}
	sender = sender_get(u, from);
	if (sender)
		exchange_message(u->exchange, sender->client, head + 1,
				 len - sizeof(*head));
	else
		counts->senders_refused++;
}

void exchange_udp_reply(struct exchange_udp *u,
			const struct exchange_client *client,
			const void *message, size_t len)
{
	const struct udp_sender *sender = client->owner;
	uint8_t packet[sizeof(struct soup_header) + EXCHANGE_REPLY_MAX];
	struct soup_header *head = (void *)packet;

	put_be16(&head->length, (uint16_t)(1 + len));
	head->type = SOUP_SEQUENCED;
	memcpy(head + 1, message, len);
	u->send(u->context, &sender->address, packet, sizeof(*head) + len);
}
