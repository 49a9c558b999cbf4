/* SPDX-License-Identifier: GPL-2.0 */
/*
 * program - the XDP program in the kernel, driven by BPF_PROG_TEST_RUN
 *
 * Nothing is attached or pinned; the maps are small and mapped here.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdint.h>

#include "ether.h"
#include "native.h"

struct hairtrigger_bpf;

enum {
	FRAME_MAX = 1 << 16,
	FRAME_GROUP = 0xe9360c6f,	/* 233.54.12.111 */
	FRAME_PORT = 26477,
	FRAME_SOURCE = 0x0a000001,	/* 10.0.0.1 */
};

struct program {
	struct hairtrigger_bpf *skel;
	uint32_t first;		/* bytes of a frame in its first buffer, from
				 * ETH_HLEN; 0: as the kernel likes, and what
				 * kernels before 6.18 make of it
				 */
	struct native_size size;
	struct ht_feed *feed;
	struct ht_symbol *symbols;
	struct ht_orders *orders;
	struct ht_levels *levels;
	struct ht_top *tops;
	struct ht_book *book;
	struct ht_trigger *triggers;
	struct ht_watch *watches;
	struct ht_queued *queued;
	struct ht_gate *gate;
	struct ht_session *session;
	struct ht_kill *kill;
	struct ht_limit *limits;
	struct ht_rules *rules;
	struct ht_exposure *exposures;
	struct ht_account *account;
	struct ht_pace *paces;
};

/*
 * Loads it; the maps are as native_reset() leaves the native ones, with
 * FRAME_GROUP and FRAME_PORT as the feed's first line.  Prints what went
 * wrong.  Return: 0 or negative errno (-EPERM: needs root).
 */
int program_load(struct program *p, struct native_size size);
/* The same with a watch list, which is empty. */
int program_load_watching(struct program *p, struct native_size size);
/* The same, and UDP checksums are verified. */
int program_load_verifying(struct program *p, struct native_size size);
void program_unload(struct program *p);

/* Back to right after program_load(). */
void program_reset(struct program *p);

/* Puts a symbol (padded with spaces) on the watch list.
 * Return: 0 or negative errno.
 */
int program_want(struct program *p, const char stock[ITCH_STOCK_LEN]);

/* Its locate, 0 while it has none; -ENOENT when it is not on the list. */
int program_wanted(const struct program *p, const char stock[ITCH_STOCK_LEN]);

struct ht_kept program_kept(const struct program *p);

/*
 * Runs it on one frame; a frame that it passes up must come out unchanged.
 * Return: its verdict, or negative errno.
 */
int program_run(struct program *p, const void *frame, uint32_t len);

/* The counters of all CPUs. */
struct ht_counters program_counters(const struct program *p);

/* Calls on_event with each event of the ring.  Return: how many, or -errno. */
int program_events(struct program *p,
		   int (*on_event)(void *context, void *event, size_t len));

/* From FRAME_SOURCE to the feed's line. */
struct ht_udp_path frame_path(void);

/* Writes the frame that carries a payload of len bytes on the feed's line.
 * Return: its length.
 */
uint32_t frame_build(uint8_t frame[FRAME_MAX], const void *payload,
		     uint32_t len);

#endif
