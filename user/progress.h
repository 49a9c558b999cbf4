/* SPDX-License-Identifier: GPL-2.0 */
/*
 * progress - how far a file has been read, on a terminal's line
 */
#ifndef HT_PROGRESS_H
#define HT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_TEXT = 128 };

struct progress {
	const char *file;
	uint64_t size;		/* of the file, bytes */
	uint64_t start_ns;	/* CLOCK_MONOTONIC */
	uint64_t next_ns;	/* when the line is due again */
	bool shown;
};

/* Starts the clock; nothing is ever shown unless stderr is a terminal. */
void progress_begin(struct progress *p, const char *file);

/*
 * Shows the line when it is due: `read` bytes of the file (compressed ones of
 * a compressed file), `done` of what `unit` names.  Cheap enough for every
 * few thousand messages.
 */
void progress_show(struct progress *p, uint64_t read, uint64_t done,
		   const char *unit);

/* Takes the line away.  Return: nanoseconds since progress_begin(). */
uint64_t progress_end(struct progress *p);

/* The line after `took_ns`.  Return: text. */
char *progress_text(char text[PROGRESS_TEXT], const struct progress *p,
		    uint64_t took_ns, uint64_t read, uint64_t done,
		    const char *unit);

#endif
