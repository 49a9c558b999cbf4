// SPDX-License-Identifier: GPL-2.0
#include "journal_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	size_t size;			/* of its payload in format 1 */
} types[JOURNAL_TYPES_END] = {
#define X(id, name, payload) [JOURNAL_##id] = { name, sizeof(payload) },
	JOURNAL_TYPES(X)
#undef X
};

const char *journal_type_name(uint8_t type)
{
	return type && type < JOURNAL_TYPES_END ? types[type].name : "?";
}

bool journal_is_known(const struct journal_head *head)
{
	return head->type && head->type < JOURNAL_TYPES_END &&
	       head->format == 1;
}

__attribute__((format(printf, 3, 4)))
static int why(struct journal_reader *r, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(r->words, sizeof(r->words), format, ap);
	va_end(ap);
	return err;
}

/* -- bytes of the file -------------------------------------------------- */

/* Return: 0 or negative errno. */
static int window_fill(struct journal_reader *r, uint64_t at)
{
	ssize_t got;

	r->base = at;
	r->have = 0;
	while (r->have < JOURNAL_WINDOW) {
		got = pread(r->fd, r->window + r->have,
			    JOURNAL_WINDOW - r->have,
			    (off_t)(at + r->have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		r->have += (size_t)got;
	}
	return 0;
}

/* How many of `want` bytes there are at `at`, or negative errno. */
static int64_t window_at(struct journal_reader *r, uint64_t at, size_t want,
			 const void **bytes)
{
	size_t skip;
	int err;

	if (at < r->base || at + want > r->base + r->have) {
		err = window_fill(r, at);
		if (err)
			return err;
	}
	skip = (size_t)(at - r->base);
	*bytes = r->window + skip;
	return r->have - skip < want ? (int64_t)(r->have - skip) :
				       (int64_t)want;
}

/* -- one record --------------------------------------------------------- */

static bool length_is_possible(const struct journal_head *head)
{
	return head->length >= sizeof(*head) &&
	       head->length <= JOURNAL_RECORD_MAX &&
	       !(head->length % JOURNAL_ALIGN);
}

/* The record at `at`, when it is whole by itself; else *broken says why.
 * Return: 1, 0 or negative errno.
 */
static int record_whole(struct journal_reader *r, uint64_t at,
			const struct journal_head **head, const char **broken)
{
	const void *bytes;
	int64_t got = window_at(r, at, sizeof(**head), &bytes);

	if (got < 0)
		return (int)got;
	*head = bytes;
	*broken = "is cut short";
	if (got < (int64_t)sizeof(**head))
		return 0;
	if (!length_is_possible(*head)) {
		*broken = "has an impossible length";
		return 0;
	}
	got = window_at(r, at, (*head)->length, &bytes);
	if (got < 0)
		return (int)got;
	*head = bytes;
	if (got < (*head)->length)
		return 0;
	*broken = "has a wrong checksum";
	return journal_record_crc(*head) == (*head)->crc;
}

/* Does it follow on the last one?  Its payload must be as long as its type. */
static const char *record_fault(const struct journal_reader *r,
				const struct journal_head *head)
{
	if (head->before != r->before)
		return "does not follow on the one before it";
	if (head->index != r->index + 1)
		return "is not the next by its index";
	if (head->type < JOURNAL_TYPES_END &&
	    head->length - sizeof(*head) < types[head->type].size)
		return "is too short for its type";
	return NULL;
}

/* Is a whole record anywhere behind the broken one?  Return: as above. */
static int whole_behind(struct journal_reader *r, uint64_t *at)
{
	const struct journal_head *head;
	const char *broken;
	const void *bytes;
	int64_t got;
	int whole;

	for (*at = r->at + JOURNAL_ALIGN;; *at += JOURNAL_ALIGN) {
		got = window_at(r, *at, sizeof(*head), &bytes);
		if (got < (int64_t)sizeof(*head))
			return got < 0 ? (int)got : 0;
		head = bytes;
		if (head->index <= r->index || !length_is_possible(head))
			continue;
		whole = record_whole(r, *at, &head, &broken);
		if (whole)
			return whole;
	}
}

static void record_give(struct journal_reader *r,
			const struct journal_head *head,
			struct journal_record *record)
{
	const uint8_t *payload = (const uint8_t *)(head + 1);
	size_t size = journal_is_known(head) ? types[head->type].size : 0;

	*record = (struct journal_record){
		.head = head,
		.payload = payload,
		.len = head->length - sizeof(*head),
	};
	if (size && record->len > size) {
		record->more = payload + size;
		record->more_len = record->len - size;
	}
	r->at += head->length;
	r->index = head->index;
	r->before = head->crc;
}

static uint64_t file_end(struct journal_reader *r)
{
	off_t end = lseek(r->fd, 0, SEEK_END);

	return end < 0 ? 0 : (uint64_t)end;
}

/*
 * A record is broken.  One whose writing was seen half done may be whole by
 * now; with a whole one behind it, it was damaged later.
 */
static int record_judge(struct journal_reader *r, const char *broken,
			struct journal_record *record)
{
	const struct journal_head *head;
	uint64_t behind, tail;
	int damaged = whole_behind(r, &behind), whole;

	if (damaged < 0)
		return why(r, damaged, "cannot be read");
	r->have = 0;
	whole = record_whole(r, r->at, &head, &broken);
	if (whole > 0 && !record_fault(r, head)) {
		record_give(r, head, record);
		return 1;
	}
	if (damaged || whole)
		return why(r, -EBADMSG,
			   "is damaged: record %" PRIu64 ", at byte %" PRIu64 ", %s, and whole ones follow",
			   r->index + 1, r->at, broken);
	tail = file_end(r);
	return why(r, -ENODATA,
		   "ends in %" PRIu64 " bytes that are no whole record: record %" PRIu64 ", at byte %" PRIu64 ", %s",
		   tail > r->at ? tail - r->at : 0, r->index + 1, r->at,
		   broken);
}

int journal_next(struct journal_reader *r, struct journal_record *record)
{
	const struct journal_head *head;
	const char *broken, *fault;
	const void *bytes;
	int64_t got;
	int whole;

	r->words[0] = '\0';
	got = window_at(r, r->at, 1, &bytes);
	if (!got)
		return 0;
	whole = got < 0 ? (int)got : record_whole(r, r->at, &head, &broken);
	if (whole < 0)
		return why(r, whole, "cannot be read");
	if (!whole)
		return record_judge(r, broken, record);
	fault = record_fault(r, head);
	if (fault)
		return why(r, -EBADMSG,
			   "is damaged: record %" PRIu64 ", at byte %" PRIu64 ", %s",
			   r->index + 1, r->at, fault);
	record_give(r, head, record);
	return 1;
}

/* -- the file ----------------------------------------------------------- */

static int header_check(struct journal_reader *r)
{
	const struct journal_header *h = &r->header;

	if (memcmp(h->magic, JOURNAL_MAGIC, sizeof(h->magic)))
		return why(r, -EBADMSG, "is no journal");
	if (h->order != JOURNAL_ORDER)
		return why(r, -EBADMSG, "is of a host with another order of bytes");
	if (h->version != JOURNAL_VERSION)
		return why(r, -EBADMSG, "is of version %u; this program reads %u",
			   h->version, JOURNAL_VERSION);
	if (journal_crc(0, h, offsetof(struct journal_header, crc)) != h->crc)
		return why(r, -EBADMSG, "is damaged: its header has a wrong checksum");
	return 0;
}

/* May these be the first bytes of a header?  A disk may have kept nothing but
 * their number.
 */
static bool is_beginning(const uint8_t *bytes, int64_t len)
{
	static const char magic[] = JOURNAL_MAGIC;
	int64_t i;

	for (i = 0; i < len && i < (int64_t)sizeof(magic) - 1; i++)
		if (bytes[i] && bytes[i] != (uint8_t)magic[i])
			return false;
	return true;
}

static int header_read(struct journal_reader *r)
{
	const void *bytes;
	int64_t got = window_at(r, 0, sizeof(r->header), &bytes);

	if (got < 0)
		return why(r, (int)got, "cannot be read");
	if (got < (int64_t)sizeof(r->header) && !is_beginning(bytes, got))
		return why(r, -EBADMSG, "is no journal");
	if (got < (int64_t)sizeof(r->header))
		return why(r, -ENODATA, got ? "has half a header: its first bytes" :
					      "is empty");
	memcpy(&r->header, bytes, sizeof(r->header));
	r->at = sizeof(r->header);
	r->before = r->header.crc;
	return header_check(r);
}

int journal_reader_adopt(struct journal_reader *r, int fd)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
	r->window = malloc(JOURNAL_WINDOW);
	if (!r->window)
		return why(r, -ENOMEM, "no memory");
	return header_read(r);
}

int journal_reader_open(struct journal_reader *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), err;

	if (fd < 0) {
		err = -errno;
		memset(r, 0, sizeof(*r));
		r->fd = -1;
		return why(r, err, "cannot be opened");
	}
	err = journal_reader_adopt(r, fd);
	r->own = true;
	return err;
}

void journal_reader_close(struct journal_reader *r)
{
	if (r->own)
		close(r->fd);
	r->own = false;
	r->fd = -1;
	free(r->window);
	r->window = NULL;
}

int journal_replay(const char *path,
		   int (*visit)(void *context,
				const struct journal_record *record),
		   void *context, char *words)
{
	struct journal_record record;
	struct journal_reader r;
	int got = journal_reader_open(&r, path);

	if (!got) {
		while ((got = journal_next(&r, &record)) > 0) {
			got = visit(context, &record);
			if (got)
				break;
		}
	}
	snprintf(words, JOURNAL_WHY, "%s", r.words);
	journal_reader_close(&r);
	return got;
}
