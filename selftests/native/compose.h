/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compose - ITCH messages by their fields, and MoldUDP64 packets of them
 */
#ifndef COMPOSE_H
#define COMPOSE_H

#include <stdint.h>

#include "itch50.h"
#include "moldudp64.h"
#include "wire.h"

#define COMPOSE_SESSION	"TESTING001"

struct msg {
	uint8_t byte[ITCH_MAX_LEN];
	uint16_t len;
};

struct packet {
	uint32_t len;
	uint8_t data[1 << 16];
};

/* A message of this type with its right length and zeros in it. */
struct msg msg_of(char type, uint16_t locate);

/* The message that these hex digits spell. */
struct msg msg_hex(const char *hex);

struct msg msg_add(uint16_t locate, uint64_t ref, char side, uint32_t shares,
		   uint32_t px);
struct msg msg_executed(uint16_t locate, uint64_t ref, uint32_t shares);
struct msg msg_executed_price(uint16_t locate, uint64_t ref, uint32_t shares,
			      char printable, uint32_t px);
struct msg msg_cancel(uint16_t locate, uint64_t ref, uint32_t shares);
struct msg msg_delete(uint16_t locate, uint64_t ref);
struct msg msg_replace(uint16_t locate, uint64_t ref, uint64_t new_ref,
		       uint32_t shares, uint32_t px);
struct msg msg_event(char event);
struct msg msg_trading(uint16_t locate, char state);
struct msg msg_directory(uint16_t locate, const char *stock,
			 char authenticity);

void packet_begin(struct packet *p, uint64_t seq);
void packet_add(struct packet *p, struct msg m);
/* A block of any length and content. */
void packet_block(struct packet *p, const void *data, uint16_t len);
void packet_count(struct packet *p, uint16_t count);
void packet_session(struct packet *p, const char *session);

/* splitmix64: the whole state is one word, the seed. */
uint64_t random_next(uint64_t *state);
/* Uniform in [0, below). */
uint32_t random_below(uint64_t *state, uint32_t below);

#endif
