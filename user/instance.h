/* SPDX-License-Identifier: GPL-2.0 */
/*
 * instance - a loaded engine as user space sees it: its maps, mapped
 *
 * Reading costs no system call.  The same view is made of pinned maps
 * (instance_open) and of a skeleton that was never pinned (instance_adopt),
 * so `book show` and `replay --book` are one code.
 */
#ifndef HT_INSTANCE_H
#define HT_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

enum {
	INSTANCE_PART = 8 << 20,	/* bytes; whole pages */
	INSTANCE_BOOK = 4,		/* maps of a book */
};

struct instance {
	char name[32];
	struct ht_feed *feed;
	struct ht_gate *gate;
	struct ht_kill *kill;
	struct ht_limit *limits;	/* [2 * HT_LOCATES] */
	struct ht_rules *rules;
	struct ht_exposure *exposures;	/* [HT_LOCATES] */
	struct ht_account *account;
	struct ht_book *book;
	struct ht_top *tops;		/* [HT_LOCATES] */
	struct ht_symbol *symbols;	/* [HT_LOCATES] */
	struct ht_trigger *triggers;	/* [HT_TRIGGERS] */
	struct ht_watch *watches;	/* [HT_LOCATES] */
	struct ht_session *session;
	const struct ht_bucket *orders;	/* [buckets] */
	const struct ht_row *levels;	/* [level_slots] */
	uint32_t buckets;
	uint32_t level_slots;
	int counters_fd;
	int events_fd;
	int wanted_fd;			/* the watch list */
	int kept_fd;
	int asides_fd;
	int book_fd[INSTANCE_BOOK];	/* orders, levels, tops, symbols */
	int ifindex;			/* where it is attached, 0: nowhere */
	uint32_t prog_id;		/* of the attached program */
	char ifname[16];		/* when it was loaded */
	uint64_t netns;			/* inode of its network namespace */
};

/* One that nobody has opened: closing it does nothing. */
#define INSTANCE_CLOSED							\
	((struct instance){ .counters_fd = -1, .events_fd = -1,		\
			    .wanted_fd = -1, .kept_fd = -1, .asides_fd = -1, \
			    .book_fd = { -1, -1, -1, -1 } })

struct hairtrigger_bpf;

/*
 * Opens the pins of instance `name`; `writable` is needed to edit triggers or
 * to run the controller.  Prints one line on failure.
 * Return: 0, -ENOENT when it is not loaded, -EACCES, -EPROTO when the pins
 * are of another ht_abi().
 */
int instance_open(struct instance *in, const char *name, bool writable);

/* The same view of a loaded but unpinned skeleton.  Return: as above. */
int instance_adopt(struct instance *in, struct hairtrigger_bpf *skel);

void instance_close(struct instance *in);

/* Opens a pin of an instance.  Return: a descriptor or negative errno. */
int instance_pin(const char *instance, const char *pin);

/*
 * Empties the next part of the book's orders, levels, tops and symbols, some
 * milliseconds of work; *at is how far it has come, from 0 on.  Nobody else may
 * use them meanwhile (HT_RECOVER_BEGIN).
 * Return: 1 when there may be more, 0 when all is empty, or negative errno.
 */
int instance_empty(const struct instance *in, uint64_t *at);

/* Adds up the counters of all CPUs.  Return: 0 or negative errno. */
int instance_counters(const struct instance *in, struct ht_counters *sum);

/* Inode of this process's network namespace, 0 when it cannot be told. */
uint64_t instance_own_netns(void);

/* Locate of a ticker (exact, upper case) or of "#locate".  Return: it, or 0
 * when unknown.
 */
uint32_t instance_locate(const struct instance *in, const char *ticker);

/* Ticker of a locate, or "#locate" when the directory has not named it. */
const char *instance_ticker(const struct instance *in, uint32_t locate,
			    char text[HT_TICKER]);

/* Reads the top of one symbol whole: never torn (maps/top.map.h). */
void instance_top(const struct instance *in, uint32_t locate,
		  struct ht_top *top);

/* Names for people of the contract's enums; "?" when out of range. */
const char *feed_state_name(enum ht_feed_state state);
const char *phase_name(enum ht_market_phase phase);
const char *symbol_state_name(enum ht_symbol_state state);
const char *trigger_state_name(enum ht_trigger_state state);
const char *reg_sho_name(enum ht_reg_sho restriction);
const char *refusal_words(uint32_t refusal);
const char *refusal_rule(uint32_t refusal);	/* "G1" */

#endif
