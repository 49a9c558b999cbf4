// SPDX-License-Identifier: GPL-2.0
#include "feed.h"

#include <errno.h>
#include <string.h>

#include "clock.h"

static int lines_open(struct feed *f, uint32_t *which)
{
	const struct feed_options *o = &f->options;
	struct faults faults;
	int err;

	for (; f->lines < FAULT_LINES; f->lines++) {
		*which = f->lines;
		if (!o->line[f->lines].group.sin_port)
			break;
		faults_init(&faults, &o->faults, &f->burst, (int)f->lines);
		err = line_open(&f->line[f->lines], &o->line[f->lines],
				&faults);
		if (err)
			return err;
	}
	return 0;
}

int feed_open(struct feed *f, const struct feed_options *o, struct book *book,
	      struct timing *timing, uint32_t *which)
{
	int err;

	*f = (struct feed){
		.options = *o,
		.sessions = 1,
		.published = 1,
		.book = book,
		.timing = timing,
	};
	memcpy(f->session, o->session, sizeof(f->session));
	store_init(&f->store);
	err = lines_open(f, which);
	if (err)
		feed_close(f);
	return err;
}

void feed_close(struct feed *f)
{
	while (f->lines)
		line_close(&f->line[--f->lines]);
	store_free(&f->store);
}

/* -- sessions ----------------------------------------------------------- */

/* Counts the number at the name's end up; a name without one gets a 2. */
static void session_next(char name[MOLD_SESSION_LEN])
{
	int end = MOLD_SESSION_LEN, i;

	while (end && name[end - 1] == ' ')
		end--;
	for (i = end; i && name[i - 1] == '9'; i--)
		name[i - 1] = '0';
	if (i && name[i - 1] >= '0' && name[i - 1] <= '8')
		name[i - 1]++;
	else
		name[end < MOLD_SESSION_LEN ? end : end - 1] = '2';
}

int feed_restart(struct feed *f)
{
	uint32_t i;

	session_next(f->session);
	f->sessions++;
	f->published = 1;
	store_free(&f->store);
	for (i = 0; i < f->lines; i++)
		line_restart(&f->line[i]);
	timing_restart(f->timing);
	if (f->disclosed)
		disclosed_restart(f->disclosed, clock_ns(CLOCK_REALTIME));
	if (f->state)
		state_restart(f->state);
	book_free(f->book);
	return book_init(f->book);
}

/* -- framing ------------------------------------------------------------ */

bool feed_fits(const struct feed *f, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < f->lines; i++)
		if (!line_fits(&f->line[i], len))
			return false;
	return true;
}

/* Once a chunk: what no line needs any more, and nobody may ask for. */
static void store_trim(struct feed *f)
{
	uint64_t floor = f->published, of_line;
	uint32_t i;

	if (f->options.keep || f->store.next % STORE_CHUNK)
		return;
	for (i = 0; i < f->lines; i++) {
		of_line = line_floor(&f->line[i]);
		floor = of_line < floor ? of_line : floor;
	}
	store_drop(&f->store, floor);
}

int feed_add(struct feed *f, const void *message, uint32_t len, uint64_t now)
{
	int err = store_add(&f->store, message, len);
	uint32_t i;

	if (!f->begun_ns)
		f->begun_ns = now;
	for (i = 0; i < f->lines && !err; i++)
		err = line_add(&f->line[i], len, now);
	store_trim(f);
	return err;
}

int feed_flush(struct feed *f, uint64_t now)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < f->lines && !err; i++)
		err = line_flush(&f->line[i], now);
	return err;
}

int feed_release(struct feed *f, uint64_t now)
{
	int err = feed_flush(f, now);
	uint32_t i;

	for (i = 0; i < f->lines && !err; i++)
		err = line_release(&f->line[i], now);
	return err;
}

int feed_empty(struct feed *f, uint16_t count, uint64_t now)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < f->lines && !err; i++)
		err = line_empty(&f->line[i], count, now);
	return err;
}

/* -- sending ------------------------------------------------------------ */

/* The book follows what has been sent. */
static int publish_until(struct feed *f, uint64_t seq)
{
	const uint8_t *message;
	uint32_t len = 0;
	int err = 0;

	for (; f->published < seq && !err; f->published++) {
		message = store_get(&f->store, f->published, &len);
		err = book_apply(f->book, message, len);
		if (!err && f->state)
			err = state_apply(f->state, message, len);
		if (!err && f->in_book)
			f->in_book(f->in_book_context, message, len);
	}
	return err;
}

static int line_sent(struct feed *f, const struct line *l,
		     const struct line_packet *p)
{
	if (p->count == MOLD_HEARTBEAT || p->count == MOLD_END_OF_SESSION)
		return 0;
	if (p->fate == FATE_SENT)
		timing_sent(f->timing, p->seq, p->count, l->sent_ns);
	if (p->fate == FATE_SENT && f->disclosed)
		disclosed_sent(f->disclosed, p->seq, p->count, l->sent_ns);
	return publish_until(f, p->seq + p->count);
}

int feed_send(struct feed *f, uint64_t now)
{
	/* before the first message no line is dead */
	uint64_t session_ns = f->begun_ns ? now - f->begun_ns : UINT64_MAX;
	struct line_packet sent;
	struct line *l;
	int err;

	for (l = f->line; l < f->line + f->lines; l++) {
		while (line_due(l) <= now) {
			err = line_send(l, f->session, &f->store, session_ns,
					&sent);
			if (err == -EAGAIN || err == -ENOBUFS)
				break;
			if (!err)
				err = line_sent(f, l, &sent);
			if (err)
				return err;
		}
	}
	return 0;
}

int feed_busy(const struct feed *f)
{
	uint32_t i;

	for (i = 0; i < f->lines; i++)
		if (f->line[i].busy)
			return f->line[i].busy;
	return 0;
}

uint64_t feed_due(const struct feed *f)
{
	uint64_t due = UINT64_MAX, of_line;
	uint32_t i;

	for (i = 0; i < f->lines; i++) {
		of_line = line_due(&f->line[i]);
		due = of_line < due ? of_line : due;
	}
	return due;
}

void feed_end(struct feed *f)
{
	uint32_t i;

	for (i = 0; i < f->lines; i++)
		line_send_end(&f->line[i], f->session, f->published);
}
