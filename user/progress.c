// SPDX-License-Identifier: GPL-2.0
/*
 * progress - how far a file has been read, on a terminal's line
 */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

enum { FILE_SHOWN = 40 };	/* characters of the file's name */

#define EVERY_NS	100000000ull
#define NEVER		UINT64_MAX

void progress_begin(struct progress *p, const char *file)
{
	const char *name = strrchr(file, '/');
	struct stat about;

	*p = (struct progress){
		.file = name && name[1] ? name + 1 : file,
		.start_ns = clock_ns(),
		.next_ns = NEVER,
	};
	if (!isatty(STDERR_FILENO))
		return;
	if (!stat(file, &about) && S_ISREG(about.st_mode))
		p->size = (uint64_t)about.st_size;
	p->next_ns = p->start_ns + EVERY_NS;
}

/* part of whole in per cent, at most 100. */
static unsigned int per_cent(uint64_t part, uint64_t whole)
{
	return part >= whole ? 100 : (unsigned int)(part * 100 / whole);
}

char *progress_text(char text[PROGRESS_TEXT], const struct progress *p,
		    uint64_t took_ns, uint64_t read, uint64_t done,
		    const char *unit)
{
	uint64_t rate = took_ns / 1000 ? done * 1000000 / (took_ns / 1000) : 0;
	uint64_t left = 0;
	size_t length;

	snprintf(text, PROGRESS_TEXT, "%.*s: ", FILE_SHOWN, p->file);
	length = strlen(text);
	if (p->size) {
		snprintf(text + length, PROGRESS_TEXT - length, "%u%%, ",
			 per_cent(read, p->size));
		length = strlen(text);
	}
	snprintf(text + length, PROGRESS_TEXT - length,
		 "%" PRIu64 ".%02u M %s, %" PRIu64 ".%02u M/s", done / 1000000,
		 (unsigned int)(done / 10000 % 100), unit, rate / 1000000,
		 (unsigned int)(rate / 10000 % 100));
	length = strlen(text);
	if (p->size && read) {
		if (read < p->size)
			left = took_ns / 1000 * ((p->size - read) >> 10) /
			       ((read >> 10) + 1) / 1000000 + 1;
		snprintf(text + length, PROGRESS_TEXT - length,
			 ", %" PRIu64 " s left", left);
	}
	return text;
}

void progress_show(struct progress *p, uint64_t read, uint64_t done,
		   const char *unit)
{
	char text[PROGRESS_TEXT];
	uint64_t now;

	if (p->next_ns == NEVER)
		return;
	now = clock_ns();
	if (now < p->next_ns)
		return;
	p->next_ns = now + EVERY_NS;
	p->shown = true;
	/* back to the line's start, and clear what the last one left */
	fprintf(stderr, "\r%s\033[K",
		progress_text(text, p, now - p->start_ns, read, done, unit));
}

uint64_t progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
	return clock_ns() - p->start_ns;
}
