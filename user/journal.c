// SPDX-License-Identifier: GPL-2.0
/*
 * journal - records into buffers, buffers into the file
 *
 * One write at a time and at an offset of its own: whatever happens, the file
 * holds records up to some point, whole and in order, and nothing behind it.
 * It may be for part of a buffer that is being filled on behind that part.
 */
#include "journal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"

enum { RETRY_MS = 1000 };	/* after a write that failed */

/* Something to copy: the payload, and what stands behind it. */
struct piece {
	const void *data;
	size_t len;
};

static uint64_t realtime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static struct journal_buffer *buffer_at(struct journal *j, uint32_t number)
{
	return &j->buffers[number % JOURNAL_BUFFERS];
}

/* -- records into buffers ----------------------------------------------- */

/* Return: the buffer that has `length` bytes left, or NULL. */
static struct journal_buffer *room_find(struct journal *j, uint32_t length)
{
	struct journal_buffer *b = buffer_at(j, j->filling);

	if (JOURNAL_BUFFER - b->filled >= length)
		return b;
	if (j->filling - j->writing == JOURNAL_BUFFERS - 1)
		return NULL;
	return buffer_at(j, ++j->filling);
}

static uint32_t record_length(const struct piece *payload,
			      const struct piece *more)
{
	size_t len = sizeof(struct journal_head) + payload->len + more->len;

	return (uint32_t)(len + JOURNAL_ALIGN - 1) & ~(JOURNAL_ALIGN - 1u);
}

static void record_add(struct journal *j, struct journal_buffer *b,
		       const struct journal_head *stamps,
		       const struct piece *payload, const struct piece *more)
{
	struct journal_head *head = (void *)(b->data + b->filled);
	uint8_t *to = (uint8_t *)(head + 1);
	uint8_t *end = (uint8_t *)head + stamps->length;

	*head = *stamps;
	head->before = j->before;
	head->format = 1;
	head->limits = j->limits;
	head->index = ++j->index;
	memcpy(to, payload->data, payload->len);
	to += payload->len;
	if (more->len)
		memcpy(to, more->data, more->len);
	to += more->len;
	memset(to, 0, (size_t)(end - to));
	head->crc = journal_record_crc(head);
	j->before = head->crc;
	j->count[head->type]++;
	if (!b->oldest_ns)
		b->oldest_ns = head->mono_ns;
	b->last = head->index;
	b->filled += head->length;
}

static void missing_count(struct journal *j, const struct journal_head *head)
{
	struct journal_lost *m = &j->missing;

	if (!m->records)
		m->first_ns = head->mono_ns;
	m->last_ns = head->mono_ns;
	m->records++;
	m->bytes += head->length;
	j->lost++;
}

/* Tells of the gap where it is.  Return: false when there is no room. */
static bool missing_tell(struct journal *j, const struct journal_head *now)
{
	const struct piece payload = { &j->missing, sizeof(j->missing) };
	const struct piece none = { NULL, 0 };
	struct journal_head head = {
		.length = (uint16_t)record_length(&payload, &none),
		.type = JOURNAL_LOST,
		.mono_ns = now->mono_ns,
		.real_ns = now->real_ns,
		.seq = now->seq,
	};
	struct journal_buffer *b;

	if (!j->missing.records)
		return true;
	b = room_find(j, head.length);
	if (!b)
		return false;
	record_add(j, b, &head, &payload, &none);
	memset(&j->missing, 0, sizeof(j->missing));
	return true;
}

static void put(struct journal *j, enum journal_type type, uint64_t seq,
		struct piece payload, struct piece more)
{
	struct journal_head head = {
		.length = (uint16_t)record_length(&payload, &more),
		.type = (uint8_t)type,
		.mono_ns = clock_ns(),
		.real_ns = realtime_ns(),
		.seq = seq,
	};
	struct journal_buffer *b = NULL;

	if (missing_tell(j, &head))
		b = room_find(j, head.length);
	if (b)
		record_add(j, b, &head, &payload, &more);
	else
		missing_count(j, &head);
}

static void put_alone(struct journal *j, enum journal_type type, uint64_t seq,
		      const void *payload, size_t len)
{
	if (j->fd >= 0)
		put(j, type, seq, (struct piece){ payload, len },
		    (struct piece){ NULL, 0 });
}

/* As much of it as a record takes behind a payload of `len` bytes. */
static size_t fitting(size_t more, size_t len)
{
	size_t most = JOURNAL_RECORD_MAX - sizeof(struct journal_head) - len;

	return more < most ? more : most;
}

/* -- one for each thing that happens ------------------------------------ */

void journal_put_start(struct journal *j, const struct journal_start *start,
		       const char *options)
{
	struct journal_start p = *start;

	if (j->fd < 0)
		return;
	p.len = (uint32_t)fitting(strlen(options), sizeof(p));
	p.first_index = j->index + 1;
	put(j, JOURNAL_START, j->seq, (struct piece){ &p, sizeof(p) },
	    (struct piece){ options, p.len });
}

void journal_put_event(struct journal *j, const struct ht_event *e)
{
	j->seq = e->seq;
	put_alone(j, JOURNAL_EVENT, e->seq, e, sizeof(*e));
}

void journal_put_refusal(struct journal *j, uint64_t seq,
			 const struct journal_refusal *refusal)
{
	put_alone(j, JOURNAL_REFUSAL, seq, refusal, sizeof(*refusal));
}

void journal_put_sent(struct journal *j, uint64_t seq,
		      const struct journal_sent *sent, const void *message,
		      size_t len)
{
	struct journal_sent p = *sent;

	if (j->fd < 0)
		return;
	p.len = (uint16_t)fitting(len, sizeof(p));
	put(j, JOURNAL_SENT, seq, (struct piece){ &p, sizeof(p) },
	    (struct piece){ message, p.len });
}

void journal_put_reply(struct journal *j, const struct journal_reply *reply,
		       const void *message, size_t len)
{
	struct journal_reply p = *reply;

	if (j->fd < 0)
		return;
	p.len = (uint16_t)fitting(len, sizeof(p));
	put(j, JOURNAL_REPLY, j->seq, (struct piece){ &p, sizeof(p) },
	    (struct piece){ message, p.len });
}

void journal_put_session(struct journal *j,
			 const struct journal_session *session)
{
	put_alone(j, JOURNAL_SESSION, j->seq, session, sizeof(*session));
}

void journal_put_kill(struct journal *j, const struct journal_kill *kill)
{
	put_alone(j, JOURNAL_KILL, j->seq, kill, sizeof(*kill));
}

void journal_put_limits(struct journal *j, const struct journal_limits *limits,
			const char *text)
{
	struct journal_limits p = *limits;

	j->limits = p.version;
	if (j->fd < 0)
		return;
	p.len = (uint32_t)fitting(strlen(text), sizeof(p));
	put(j, JOURNAL_LIMITS, j->seq, (struct piece){ &p, sizeof(p) },
	    (struct piece){ text, p.len });
}

void journal_put_reconciled(struct journal *j,
			    const struct journal_reconciled *reconciled)
{
	put_alone(j, JOURNAL_RECONCILED, j->seq, reconciled,
		  sizeof(*reconciled));
}

void journal_put_stop(struct journal *j, int err, const char *words)
{
	struct journal_stop p = { .err = err };

	strncpy(p.words, words, sizeof(p.words) - 1);
	put_alone(j, JOURNAL_STOP, j->seq, &p, sizeof(p));
}

/* -- buffers into the file ---------------------------------------------- */

/* Empties what is written; the last buffer is filled again from its start,
 * while it is still in the CPU's cache.
 */
static void buffers_empty(struct journal *j)
{
	struct journal_buffer *b = buffer_at(j, j->writing);

	while (b->written == b->filled) {
		b->filled = b->written = 0;
		if (j->writing == j->filling)
			return;
		b = buffer_at(j, ++j->writing);
	}
}

/* Return: 0 to try at once, or for how long not, in ns. */
static uint64_t write_fail(struct journal *j, int err)
{
	if (err == -EINTR || err == -EAGAIN)
		return 0;
	j->errors++;
	j->failed = err;
	return clock_ns() + RETRY_MS * MS_NS;
}

static int write_done(struct op *op, int res)
{
	struct journal *j = source_owner(op, struct journal, write);
	struct journal_buffer *b = buffer_at(j, j->writing);

	if (res <= 0) {
		j->retry_ns = write_fail(j, res ? res : -EIO);
		b->oldest_ns = j->write_oldest_ns;
		return 0;
	}
	j->failed = 0;
	j->retry_ns = 0;
	j->end += (uint64_t)res;
	j->bytes += (uint64_t)res;
	b->written += (uint32_t)res;
	if (b->written == j->write_to) {
		j->written = j->write_last;
		hist_add(&j->put_to_written, clock_ns() - j->write_oldest_ns);
	} else {
		b->oldest_ns = j->write_oldest_ns;
	}
	buffers_empty(j);
	return 0;
}

/* Never in our thread: what a write waits for is not known beforehand. */
static void write_start(struct journal *j, uint64_t now)
{
	struct journal_buffer *b = buffer_at(j, j->writing);
	struct io_uring_sqe *sqe;

	if (j->write.busy || b->written == b->filled || now < j->retry_ns)
		return;
	sqe = loop_sqe(j->loop);
	if (!sqe)
		return;
	io_uring_prep_write_fixed(sqe, j->fd, b->data + b->written,
				  b->filled - b->written, j->end,
				  (int)(j->writing % JOURNAL_BUFFERS));
	io_uring_sqe_set_flags(sqe, IOSQE_ASYNC);
	j->write_to = b->filled;
	j->write_last = b->last;
	j->write_oldest_ns = b->oldest_ns;
	b->oldest_ns = 0;
	j->write.on_done = write_done;
	j->writes++;
	loop_start(sqe, &j->write);
}

/* What a disk could not keep is gone from memory, too: a later success says
 * nothing about it (fsync(2), EIO).
 */
static int sync_done(struct op *op, int res)
{
	struct journal *j = source_owner(op, struct journal, sync);

	if (res == -EINTR || res == -EAGAIN || res == -ECANCELED)
		return 0;
	if (res < 0) {
		j->errors++;
		j->unsynced = res;
		return 0;
	}
	j->syncs++;
	j->synced = j->sync_last;
	return 0;
}

void journal_sync(struct journal *j)
{
	struct io_uring_sqe *sqe;

	if (j->sync.busy || j->synced == j->written || j->unsynced)
		return;
	sqe = loop_sqe(j->loop);
	if (!sqe)
		return;
	io_uring_prep_fsync(sqe, j->fd, IORING_FSYNC_DATASYNC);
	j->sync_last = j->written;
	j->sync.on_done = sync_done;
	loop_start(sqe, &j->sync);
}

/* Its last name is gone; what is written goes with our end. */
static bool is_removed(const struct journal *j)
{
	struct stat st;

	return !fstat(j->fd, &st) && !st.st_nlink;
}

void journal_turn(struct journal *j)
{
	const struct journal_head head = {
		.mono_ns = clock_ns(),
		.real_ns = realtime_ns(),
		.seq = j->seq,
	};

	if (j->fd < 0)
		return;
	missing_tell(j, &head);
	write_start(j, head.mono_ns);
	if (!j->sync_ms || head.mono_ns - j->sync_ns < j->sync_ms * MS_NS)
		return;
	j->sync_ns = head.mono_ns;
	j->removed = is_removed(j);
	journal_sync(j);
}

/* -- how it does -------------------------------------------------------- */

bool journal_full(const struct journal *j)
{
	const struct journal_buffer *b =
		&j->buffers[j->filling % JOURNAL_BUFFERS];

	if (j->fd < 0)
		return false;
	if (j->missing.records)
		return true;
	return j->filling - j->writing == JOURNAL_BUFFERS - 1 &&
	       JOURNAL_BUFFER - b->filled < JOURNAL_ORDER_ROOM;
}

const char *journal_trouble(const struct journal *j)
{
	if (j->fd < 0)
		return NULL;
	if (j->unsynced)
		return "the journal's disk lost what was written; look after it, then restart";
	if (j->removed)
		return "the journal's file was removed: restart, or what is written is lost";
	switch (j->failed) {
	case 0:
		break;
	case -ENOSPC:
	case -EDQUOT:
		return "the journal's disk is full";
	case -EFBIG:
		return "the journal may not grow any more (limit on the size of a file)";
	default:
		return "the journal cannot be written (input or output error)";
	}
	if (j->missing.records)
		return "the journal's disk is too slow: records are lost";
	return NULL;
}
