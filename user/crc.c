// SPDX-License-Identifier: GPL-2.0
/*
 * crc - one checksum over the whole book
 */
#include "crc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "clock.h"
#include "dump.h"

/* The rows of one symbol, as they were under that lock word. */
struct piece {
	char ticker[HT_TICKER];
	uint32_t locate;
	uint32_t lock;
	uint32_t sum;
	uint32_t rows;
	uint64_t bytes;
};

struct job {
	const struct instance *in;
	struct piece *pieces;		/* [HT_LOCATES] */
	uint32_t first, after;		/* locates to look at */
	struct depth depth;
	FILE *sink;			/* adds up what is written to it */
	struct piece *sum_into;
};

/* The feed between two packets. */
struct stand {
	uint32_t lock;
	enum ht_feed_state state;
	uint64_t expected;
};

static struct stand feed_stand(const struct instance *in)
{
	struct stand s = {
		.lock = __atomic_load_n(&in->feed->lock, __ATOMIC_ACQUIRE),
		.state = HT_READ_ONCE(in->feed->state),
		.expected = HT_READ_ONCE(in->feed->expected),
	};

	return s;
}

/* Whether no packet was applied between the two. */
static bool same_stand(const struct stand *a, const struct stand *b)
{
	return !a->lock && !b->lock && a->state == b->state &&
	       a->expected == b->expected;
}

static ssize_t sink_write(void *cookie, const char *bytes, size_t size)
{
	struct piece *piece = ((struct job *)cookie)->sum_into;

	piece->sum = (uint32_t)crc32_z(piece->sum, (const void *)bytes, size);
	piece->bytes += size;
	return (ssize_t)size;
}

static int piece_read(struct job *job, uint32_t locate)
{
	struct piece *piece = &job->pieces[locate];
	char ticker[HT_TICKER];
	int err;

	memcpy(piece->ticker, job->in->symbols[locate].ticker, HT_TICKER);
	err = depth_read(&job->depth, job->in, locate);
	if (err)
		return err;
	piece->locate = locate;
	piece->lock = job->depth.lock;
	piece->rows = (uint32_t)(job->depth.count[HT_BID] +
				 job->depth.count[HT_ASK]);
	piece->bytes = 0;
	piece->sum = (uint32_t)crc32_z(0, NULL, 0);
	job->sum_into = piece;
	dump_rows(job->sink, instance_ticker(job->in, locate, ticker),
		  &job->depth);
	return fflush(job->sink) ? -ENOMEM : 0;
}

static bool piece_stands(const struct job *job, uint32_t locate)
{
	const struct piece *piece = &job->pieces[locate];

	return __atomic_load_n(&job->in->tops[locate].lock, __ATOMIC_ACQUIRE) ==
		       piece->lock &&
	       (!piece->rows || !memcmp(piece->ticker,
					job->in->symbols[locate].ticker,
					HT_TICKER));
}

/* Reads what has changed.  Return: how many symbols, or negative errno.  The
 * lock word of a symbol without a message is 0, like that of its piece.
 */
static int pieces_refresh(struct job *job)
{
	uint32_t locate;
	int changed = 0, err;

	for (locate = job->first; locate < job->after; locate++) {
		if (piece_stands(job, locate))
			continue;
		err = piece_read(job, locate);
		if (err)
			return err;
		changed++;
	}
	return changed;
}

static int piece_order(const void *a, const void *b)
{
	const struct piece *one = a, *two = b;
	struct dump_name names[2] = {
		{ .locate = one->locate }, { .locate = two->locate },
	};

	memcpy(names[0].ticker, one->ticker, HT_TICKER);
	memcpy(names[1].ticker, two->ticker, HT_TICKER);
	return dump_order(&names[0], &names[1]);
}

/* As if the rows stood in one file, in order of name. */
static void pieces_join(struct job *job, struct crc *crc)
{
	struct piece *piece = job->pieces + job->first;
	size_t count = 0, i;

	for (i = 0; i < job->after - job->first; i++)
		if (piece[i].rows)
			piece[count++] = piece[i];
	for (i = 0; i < count; i++)
		if (!*piece[i].ticker)
			snprintf(piece[i].ticker, HT_TICKER, "#%u",
				 piece[i].locate);
	qsort(piece, count, sizeof(*piece), piece_order);
	crc->symbols = (uint32_t)count;
	crc->levels = 0;
	crc->sum = (uint32_t)crc32(0, (const void *)DUMP_HEADER,
				   strlen(DUMP_HEADER));
	for (i = 0; i < count; i++) {
		crc->levels += piece[i].rows;
		crc->sum = (uint32_t)crc32_combine(crc->sum, piece[i].sum,
						   (z_off_t)piece[i].bytes);
	}
}

static int job_run(struct job *job, struct crc *crc)
{
	uint64_t start = clock_ns();
	struct stand before, after;
	int changed;

	do {
		before = feed_stand(job->in);
		changed = pieces_refresh(job);
		if (changed < 0)
			return changed;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = feed_stand(job->in);
		if (!changed && same_stand(&before, &after)) {
			pieces_join(job, crc);
			crc->sequence = after.expected ? after.expected - 1 : 0;
			return 0;
		}
	} while (clock_ns() - start < DEPTH_PATIENCE_NS);
	return -EAGAIN;
}

int crc_book(struct crc *crc, const struct instance *in, uint32_t only)
{
	static const cookie_io_functions_t sink = { .write = sink_write };
	struct job job = {
		.in = in,
		.pieces = calloc(HT_LOCATES, sizeof(*job.pieces)),
		.first = only,
		.after = only ? only + 1 : HT_LOCATES,
	};
	int err = -ENOMEM;

	job.sink = fopencookie(&job, "w", sink);
	if (job.pieces && job.sink)
		err = job_run(&job, crc);
	if (job.sink)
		fclose(job.sink);
	depth_free(&job.depth);
	free(job.pieces);
	return err;
}

void crc_add(struct json_object *answer, const struct crc *crc)
{
	char text[16];

	snprintf(text, sizeof(text), "%08x", crc->sum);
	out_text(answer, "crc", text);
	out_uint(answer, "sequence", crc->sequence);
	out_uint(answer, "levels", crc->levels);
}
