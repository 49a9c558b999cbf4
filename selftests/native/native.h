/* SPDX-License-Identifier: GPL-2.0 */
/*
 * native - the kernel's stages in this process, under the sanitizers
 *
 * native.c holds the maps that maps/ declares under HT_NATIVE and runs
 * frame_run() and packet_apply(), the very functions that the XDP program runs.
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "compose.h"
#include "maps.h"

enum { NATIVE_EVENTS = 65536, NATIVE_WANTED = 8 };

struct native_size {
	uint32_t order_slots;	/* a power of two */
	uint32_t level_slots;	/* a power of two */
	uint32_t row_limit;
	uint64_t order_limit;
};

/* What a test needs that does not test limits; one that is soon full, and one
 * with large books.
 */
#define NATIVE_ROOMY							\
	((struct native_size){ 1 << 14, 1 << 14, 1 << 12, 1 << 13 })
#define NATIVE_TINY							\
	((struct native_size){ 1 << 9, 1 << 9, 1 << 7, 1 << 8 })
#define NATIVE_LARGE							\
	((struct native_size){ 1 << 17, 1 << 19, 1 << 17, 1 << 16 })

/* Slots of `orders`, less one; 1: there is a watch list; 1: UDP checksums are
 * verified.
 */
extern uint32_t cfg_order_mask;
extern uint32_t cfg_watch_list;
extern uint32_t cfg_verify_checksum;

/* The clock: what the program would read at XDP entry. */
extern uint64_t native_now_ns;
/* How much later the gate reads it. */
extern uint64_t native_late_ns;

/* Events handed to the ring, and how many more it takes. */
extern struct ht_event native_event[NATIVE_EVENTS];
extern uint32_t native_events;
extern uint32_t native_ring_room;

/* Everything as right after `load`: empty maps, session unknown, expected 1. */
void native_reset(struct native_size size);
void native_free(void);

/* Puts a symbol (padded with spaces) on the watch list. */
void native_want(const char stock[ITCH_STOCK_LEN]);

/* A UDP payload of the feed, as ht_feed gets it from feed_match(). */
void native_packet(const void *data, uint32_t len);
/* The same from the controller's hand. */
void native_inject(const void *data, uint32_t len);

/* A frame, as ht_feed gets it from the wire.  Return: its verdict. */
int native_frame(const void *data, uint32_t len);

/* One message in a packet of its own, next in sequence. */
void native_message(struct msg m);

/* Keys in a table: what it leaks shows here.  Slots that a free could not mend
 * (kern/table.bpf.h) hold no key.
 */
uint32_t native_orders_used(void);
uint32_t native_rows_used(void);

/* Live state of a level; false when there is no such level. */
bool native_level(uint32_t locate, enum ht_side side, uint32_t px,
		  struct ht_quote *quote);

/* Frames that left by one of HT_EXITS, from these counters. */
uint64_t exits_of(const struct ht_counters *n);

#endif
