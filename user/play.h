/* SPDX-License-Identifier: GPL-2.0 */
/*
 * play - a file through the program, from its first message to where it ends
 * or is told to
 *
 * The window is the part of it that is measured and written about; messages
 * before it are applied like all others.
 */
#ifndef HT_PLAY_H
#define HT_PLAY_H

#include "bbo.h"
#include "lines.h"
#include "progress.h"
#include "reorder.h"
#include "replay.h"
#include "replay_options.h"

enum { PLAY_WHY = 512 };

struct play {
	const struct replay_options *options;
	struct replay *replay;
	struct bbo *bbo;		/* NULL: not asked for */
	struct progress progress;
	uint64_t edge_ns;		/* ITCH time of the window's next end */
	bool inside;			/* the window */
	bool stopped;			/* behind it */
	struct ht_counters before;	/* when it began */
	uint64_t packets_before;
	uint64_t ns_before;
	uint64_t took_ns;		/* for all of it, reading included */
	int why_err;			/* what ended it, to be said last: */
	char why[PLAY_WHY];		/* as out_error() takes both */

	/* of a capture */
	bool captured;
	struct lines lines;
	struct reorder reorder;
	uint64_t frames;
	uint64_t others;		/* of them, no UDP in IPv4 */
	uint64_t filled;		/* messages, into holes seen before */
	uint64_t begins_at;		/* sequence of its first message */
};

/*
 * Plays options->file.  What came before an error is played all the same.
 * Return: 0, -EBADMSG when the program called the feed BAD, or another
 * negative errno; then `why` is what to say, after the figures.
 */
int play_file(struct play *p);

/* Keeps what there is to say, the first time.  Return: err. */
int play_fail(struct play *p, int err, int why_err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The part of it that is about captures. */
int play_capture(struct play *p);

/*
 * A message of this ITCH time, not before edge_ns, is next: opens the window,
 * or sets stopped.  Return: 0 or negative errno.
 */
int play_edge(struct play *p, uint64_t itch_ns);

/* Whether it is time for play_edge(): the message says so, and is one. */
bool play_is_edge(const struct play *p, const uint8_t *message,
		  uint32_t length);

#endif
