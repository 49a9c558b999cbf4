/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_contender - those that are measured, all on the same frames
 *
 *	bench_kernel.c		the program and its two floors, in the kernel
 *	bench_native.c		the program's own code, in this process
 *	bench_baseline.c	a conventional book, in this process
 *
 * Each packet is timed alone: it has been copied to where a driver would have
 * put it, the clock is read, it is applied, the clock is read.  The kernel does
 * just that for BPF_PROG_TEST_RUN; in this process bench_timed() does.
 */
#ifndef HT_BENCH_CONTENDER_H
#define HT_BENCH_CONTENDER_H

#include <string.h>

#include "book.h"
#include "clock.h"
#include "ether.h"
#include "moldudp64.h"
#include "replay.h"

enum {
	BENCH_DECODE,
	BENCH_ORDERS,
	BENCH_PROGRAM,
	BENCH_NATIVE,
	BENCH_BASELINE,
	BENCH_CONTENDERS
};

struct contender {
	const char *member;	/* in JSON */
	const char *heading;	/* for people */

	/* From an empty book on.  Return: 0 or negative errno, on stderr. */
	int (*open)(void);
	/* Applies a frame.  Return: what it took in ns, or negative errno. */
	int64_t (*packet)(const uint8_t *frame, uint32_t len);
	/* Sequence number of the next message it waits for. */
	uint64_t (*expected)(void);
	void (*close)(void);
};

extern const struct contender contenders[BENCH_CONTENDERS];

/* Applies the UDP payload of a frame.  Return: what that took in ns. */
static inline int64_t bench_timed(void (*apply)(const uint8_t *, uint32_t),
				  const uint8_t *frame, uint32_t len)
{
	static uint8_t there[REPLAY_MTU + sizeof(struct ethhdr)];
	uint64_t start;

	memcpy(there, frame, len);
	start = clock_ns();
	apply(there + sizeof(struct ht_udp_frame),
	      len - (uint32_t)sizeof(struct ht_udp_frame));
	return (int64_t)(clock_ns() - start);
}

/* -- bench_kernel.c -------------------------------------------------------- */

int kernel_open_decode(void);
int kernel_open_orders(void);
int kernel_open_program(void);
int64_t kernel_packet(const uint8_t *frame, uint32_t len);
uint64_t kernel_expected(void);
void kernel_close(void);

/* The maps of the program that is open. */
const struct instance *kernel_instance(void);
/* What its maps take, and what loading it took. */
uint64_t kernel_memory(void);
uint64_t kernel_load_ns(void);
/* What compiled the BPF side, once a floor was open. */
const char *kernel_compiler(void);

/* -- bench_native.c -------------------------------------------------------- */

int native_open(void);
int64_t native_packet(const uint8_t *frame, uint32_t len);
uint64_t native_expected(void);
void native_close(void);
const struct ht_book *native_totals(void);
const struct ht_top *native_top(uint32_t locate);

/* -- bench_baseline.c ------------------------------------------------------ */

int baseline_open(void);
int64_t baseline_packet(const uint8_t *frame, uint32_t len);
uint64_t baseline_expected(void);
void baseline_close(void);
uint64_t baseline_orders(void);
/* What its tables and levels take, in bytes. */
uint64_t baseline_memory(void);
/* Levels of a side, and the level-th best of them. */
uint32_t baseline_levels(uint32_t locate, enum ht_side side);
struct book_level baseline_level(uint32_t locate, enum ht_side side,
				 uint32_t level);

#endif
