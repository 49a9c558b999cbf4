/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_read - a journal from its beginning, each record checked
 *
 * The file may grow meanwhile.  It is read, not mapped: a writer may cut it.
 */
#ifndef HT_JOURNAL_READ_H
#define HT_JOURNAL_READ_H

#include <stdbool.h>

#include "journal_format.h"

enum {
	JOURNAL_WINDOW = 1 << 18,	/* bytes in memory */
	JOURNAL_WHY = 192,		/* bytes of words with NUL */
};

struct journal_reader {
	int fd;
	bool own;			/* to be closed */
	uint64_t at;			/* where the next record begins */
	uint64_t index;			/* of the last one, 0: none */
	uint32_t before;		/* its crc */
	struct journal_header header;
	uint8_t *window;		/* [JOURNAL_WINDOW] */
	uint64_t base;			/* its place in the file */
	size_t have;
	char words[JOURNAL_WHY];	/* why there is no further record */
};

/* Stays as it is until the next call. */
struct journal_record {
	const struct journal_head *head;
	const void *payload;		/* on a multiple of 8 */
	size_t len;			/* of it, padding included */
	const void *more;		/* message or text behind it; NULL:
					 * none, or of another format
					 */
	size_t more_len;
};

/*
 * Opens a file, or reads one that is open and stays so; what follows is the
 * same.  r->words says why it fails.
 * Return: 0; -ENODATA when its header is not whole (nothing was ever written);
 * -EBADMSG when it is no journal or another version's; or negative errno.
 */
int journal_reader_open(struct journal_reader *r, const char *path);
int journal_reader_adopt(struct journal_reader *r, int fd);
void journal_reader_close(struct journal_reader *r);

/*
 * The next record.
 * Return: 1; 0 at the end; and with r->words: -ENODATA when what follows was
 * not written whole and nothing is behind it (a torn tail, or one that is being
 * written: try again); -EBADMSG when it is damaged; or another negative errno.
 */
int journal_next(struct journal_reader *r, struct journal_record *record);

/* Is it of this version?  Of others no more than the payload of this one can
 * be told, and of types that are not known nothing.
 */
bool journal_is_known(const struct journal_head *head);

/* Of a record that journal_next() gave: the payload's type is the head's. */
#define journal_payload(record, type) \
	((const type *)(record)->payload)

/*
 * Shows every record of a file to visit(), until it answers anything but 0.
 * words: JOURNAL_WHY bytes, why it ended before the file did.
 * Return: 0 at the end of the file; what visit() answered; or as
 * journal_reader_open() and journal_next().
 */
int journal_replay(const char *path,
		   int (*visit)(void *context,
				const struct journal_record *record),
		   void *context, char *words);

#endif
