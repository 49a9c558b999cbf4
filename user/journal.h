/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal - every event, decision, order and answer, into a file
 *
 * journal_put_*() copies a record into a buffer that io_uring knows: no system
 * call, nothing waits.  journal_turn() at the end of a turn of the loop has the
 * kernel write what was put, one request at a time, so that the file is whole
 * up to where it ends; a kernel thread does the work, not ours.  What it has
 * written is safe from the death of the process at once (journal->written) and
 * from the machine's after the next fdatasync (journal->synced).
 *
 * When the disk does not keep up and all buffers are full, records are counted
 * and not written; one that says how many follows as soon as there is room.
 * Whoever must not act without a journal asks journal_full() and
 * journal_trouble() before it acts.
 *
 * One thread does all this, the loop's.
 *
 * Not here: rotation.  A file that is renamed while a controller runs is
 * written on; the next controller begins a new one, from index 1.
 */
#ifndef HT_JOURNAL_H
#define HT_JOURNAL_H

#include <stdbool.h>

#include "histogram.h"
#include "journal_format.h"
#include "loop.h"
#include "state_dir.h"

enum {
	JOURNAL_BUFFERS = 16,
	JOURNAL_BUFFER = 1 << 16,	/* bytes of each */
	JOURNAL_ORDER_ROOM = 4096,	/* bytes, more than one order takes
					 * with its event and its answers
					 */
	JOURNAL_SYNC_MS = 1000,
};

struct json_object;

struct journal_options {
	const char *path;
	const char *instance;
	uint32_t sync_ms;		/* between two fdatasync; 0: none but
					 * the one at the end
					 */
};

struct journal_buffer {
	uint8_t *data;			/* [JOURNAL_BUFFER] */
	uint32_t filled;
	uint32_t written;
	uint64_t oldest_ns;		/* put of its first record that no
					 * request is for yet, 0: none
					 */
	uint64_t last;			/* index of its last record */
};

struct journal {
	struct loop *loop;
	int fd;				/* also the lock; -1: closed */
	uint64_t end;			/* bytes of the file that are written */
	uint64_t cut;			/* bytes of the torn tail that
					 * journal_open() found and cut
					 */
	uint32_t limits;		/* version in force, the caller's to
					 * set; stamped on each record
					 */
	uint64_t seq;			/* feed sequence of the last event */
	uint64_t index;			/* of the last record put */
	uint32_t before;		/* its crc */

	uint8_t *memory;		/* of all buffers */
	struct journal_buffer buffers[JOURNAL_BUFFERS];
	uint32_t filling;		/* number of buffers begun, from 0 */
	uint32_t writing;		/* the same, of the oldest unwritten */

	struct op write;
	uint32_t write_to;		/* of its buffer */
	uint64_t write_last;		/* index of the last record it is for */
	uint64_t write_oldest_ns;	/* put of its first one */
	uint64_t retry_ns;		/* no write before that, 0: none failed */
	struct op sync;
	uint64_t sync_ms;
	uint64_t sync_last;		/* index of the last record it is for */
	uint64_t sync_ns;		/* when the last one was begun */

	uint64_t written;		/* index of the last one in the file */
	uint64_t synced;		/* ... and on the disk */
	int failed;			/* of the last write, 0: it did not */
	int unsynced;			/* the disk lost what it had; for good */
	bool removed;			/* nobody will find it any more */
	struct journal_lost missing;	/* not told of yet */

	uint64_t opened_ns;
	uint64_t bytes;			/* written */
	uint64_t lost;			/* records */
	uint64_t writes;
	uint64_t syncs;
	uint64_t errors;
	struct ht_histogram put_to_written;
	uint64_t count[JOURNAL_TYPES_END];	/* put */
};

/*
 * Makes the file (0600) where it is missing (not its folder), locks it,
 * reads it through, cuts a torn tail (a line on stderr says so) and goes on
 * behind its last record.  j is all zero or was closed.  Prints one line on
 * failure.
 * Return: 0; -EBUSY when another writes it; -EBADMSG when it is damaged before
 * its end, or no journal of this version; or another negative errno.
 */
int journal_open(struct journal *j, struct loop *l,
		 const struct journal_options *options);

/*
 * Writes what is left, waits for it up to ms and for the disk, and closes; the
 * loop does not run any more.  Prints one line on failure.
 * Return: 0 when all is on the disk; else negative errno.
 */
int journal_close(struct journal *j, int ms);

/* At the end of each turn, and at least once a sync_ms. */
void journal_turn(struct journal *j);

/* Has the disk keep what is written by now, if it is not asked already. */
void journal_sync(struct journal *j);

/* Is there no room for one more order, or does a gap wait to be told of? */
bool journal_full(const struct journal *j);

/* What is wrong with it, in words that stay; NULL: nothing. */
const char *journal_trouble(const struct journal *j);

/* How it does, for `-j status`: what is wrong, if something is; the last record
 * put, written and on the disk; bytes, in all and a second; times from put to
 * written.  The caller owns it.
 */
struct json_object *journal_report(const struct journal *j);

/*
 * One record each.  What is too long for a record is cut, text at its end; the
 * `len` of a payload is set here.  j may be closed: then nothing happens.
 */
void journal_put_start(struct journal *j, const struct journal_start *start,
		       const char *options);
void journal_put_event(struct journal *j, const struct ht_event *e);
void journal_put_refusal(struct journal *j, uint64_t seq,
			 const struct journal_refusal *refusal);
/* The OUCH message without its SoupBinTCP head. */
void journal_put_sent(struct journal *j, uint64_t seq,
		      const struct journal_sent *sent, const void *message,
		      size_t len);
void journal_put_reply(struct journal *j, const struct journal_reply *reply,
		       const void *message, size_t len);
void journal_put_session(struct journal *j,
			 const struct journal_session *session);
void journal_put_kill(struct journal *j, const struct journal_kill *kill);
/* The records from this one on carry its version. */
void journal_put_limits(struct journal *j, const struct journal_limits *limits,
			const char *text);
void journal_put_reconciled(struct journal *j,
			    const struct journal_reconciled *reconciled);
void journal_put_stop(struct journal *j, int err, const char *words);

#endif
