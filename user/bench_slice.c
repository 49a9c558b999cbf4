// SPDX-License-Identifier: GPL-2.0
/*
 * bench_slice - one symbol's real messages, as a market of that symbol
 *
 * Every symbol plays the same messages, each some messages behind the others,
 * and they take turns: a message of one, then of the next.  No two messages of
 * a symbol are neighbours, so this is the hard case for every cache.
 * References come from one counter, drawn when an order is first named.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_stream.h"
#include "binaryfile.h"
#include "itch50.h"
#include "maps.h"
#include "out.h"

enum {
	SLICE_ROOM = 1 << 16,		/* messages at most */
	SLICE_SPREAD = 509,		/* messages between first and last */
	SLICE_STEP = 37,		/* ... and between one and the next */
	SLICE_TICK = 1000,		/* ns between two messages */
};

#define NONE	UINT32_MAX

struct slice_message {
	uint8_t bytes[ITCH_MAX_LEN];
	uint32_t length;
	uint32_t ref;		/* index of the order it names, or NONE */
	uint32_t new_ref;	/* of a replace */
};

struct slice {
	struct slice_message *messages;
	uint32_t count;
	uint64_t *refs;		/* as the file has them */
	uint32_t ref_count;
	uint64_t *fresh;	/* [symbol * ref_count + index], 0: not drawn */
	uint64_t drawn;
	uint64_t first_ns;	/* ITCH time of the first message */
};

/* From the end on: most messages name a young order. */
static uint32_t slice_ref(struct slice *slice, uint64_t ref)
{
	uint32_t i = slice->ref_count;

	while (i--)
		if (slice->refs[i] == ref)
			return i;
	slice->refs[slice->ref_count] = ref;
	return slice->ref_count++;
}

static void slice_add(struct slice *slice, const uint8_t *bytes,
		      uint32_t length)
{
	struct slice_message *m = &slice->messages[slice->count++];
	const struct itch_replace *replace = (const void *)m->bytes;

	memcpy(m->bytes, bytes, length);
	m->length = length;
	m->ref = m->new_ref = NONE;
	if (slice->count == 1)
		slice->first_ns = get_be48(replace->head.timestamp);
	if (!strchr("AFECXDU", replace->head.type))
		return;
	m->ref = slice_ref(slice, get_be64(&replace->ref));
	if (replace->head.type == 'U')
		m->new_ref = slice_ref(slice, get_be64(&replace->new_ref));
}

static int slice_read(struct slice *slice, const char *path)
{
	static uint8_t bytes[BINARYFILE_MAX];
	struct binaryfile file;
	int length, err;

	err = binaryfile_open(&file, path);
	if (err)
		return out_error(err, "%s: cannot open", path);
	while ((length = binaryfile_next(&file, bytes)) > 0) {
		uint32_t known = itch_length((char)bytes[0]);

		if (!known || (uint32_t)length != known ||
		    slice->count == SLICE_ROOM) {
			length = -EPROTO;
			break;
		}
		slice_add(slice, bytes, known);
	}
	binaryfile_close(&file);
	if (length >= 0 && slice->count)
		return 0;
	out_error(0, "%s: message %" PRIu64 ": not a slice of ITCH 5.0 in BinaryFILE of up to %u messages",
		  path, file.messages, SLICE_ROOM);
	return -EPROTO;
}

static void slice_free(struct slice *slice)
{
	free(slice->messages);
	free(slice->refs);
	free(slice->fresh);
}

static int slice_make(struct slice *slice, const char *path)
{
	slice->messages = calloc(SLICE_ROOM, sizeof(*slice->messages));
	slice->refs = calloc(2 * SLICE_ROOM, sizeof(*slice->refs));
	if (!slice->messages || !slice->refs)
		return out_error(-ENOMEM, "%s", path);
	return slice_read(slice, path);
}

static uint64_t slice_draw(struct slice *slice, uint32_t symbol, uint32_t ref)
{
	uint64_t *fresh = &slice->fresh[(size_t)symbol * slice->ref_count +
					ref];

	if (!*fresh)
		*fresh = ++slice->drawn;
	return *fresh;
}

/* Where a message of this type names the stock; 0: it does not. */
static size_t slice_stock(char type)
{
	switch (type) {
	case 'A':
	case 'F':
		return offsetof(struct itch_add, stock);
	case 'P':
		return offsetof(struct itch_trade, stock);
	case 'L':
		return offsetof(struct itch_participant, stock);
	case 'R':
	case 'H':
	case 'Y':
		return offsetof(struct itch_directory, stock);
	default:
		return 0;
	}
}

static int slice_play(struct slice *slice, struct stream *s, uint32_t symbol,
		      const struct slice_message *from)
{
	struct slice_message m = *from;
	struct itch_replace *replace = (struct itch_replace *)m.bytes;
	size_t stock = slice_stock(replace->head.type);
	char name[ITCH_STOCK_LEN + 1];

	put_be16(&replace->head.locate, (uint16_t)(symbol + 1));
	put_be48(replace->head.timestamp,
		 slice->first_ns + s->messages * SLICE_TICK);
	if (m.ref != NONE)
		put_be64(&replace->ref, slice_draw(slice, symbol, m.ref));
	if (m.new_ref != NONE)
		put_be64(&replace->new_ref,
			 slice_draw(slice, symbol, m.new_ref));
	if (stock) {
		snprintf(name, sizeof(name), "S%05u  ", symbol + 1);
		memcpy(m.bytes + stock, name, ITCH_STOCK_LEN);
	}
	return stream_message(s, m.bytes, m.length);
}

static int slice_replicate(struct slice *slice, struct stream *s,
			   uint32_t symbols)
{
	uint32_t turn, symbol, behind;
	int err = 0;

	slice->fresh = calloc((size_t)symbols * slice->ref_count + 1,
			      sizeof(*slice->fresh));
	if (!slice->fresh)
		return -ENOMEM;
	for (turn = 0; turn < slice->count + SLICE_SPREAD; turn++)
		for (symbol = 0; symbol < symbols && !err; symbol++) {
			behind = symbol * SLICE_STEP % SLICE_SPREAD;
			if (turn >= behind && turn - behind < slice->count)
				err = slice_play(slice, s, symbol,
						 &slice->messages[turn -
								  behind]);
		}
	stream_flush(s);
	return err;
}

int stream_slice(struct stream *s, const char *path, uint64_t messages,
		 uint32_t *symbols)
{
	struct slice slice = {0};
	uint64_t wanted;
	int err;

	err = slice_make(&slice, path);
	if (!err) {
		wanted = messages / slice.count;
		wanted = wanted < 1 ? 1 : wanted;
		*symbols = wanted < HT_LOCATES ? (uint32_t)wanted :
						 HT_LOCATES - 1;
		err = slice_replicate(&slice, s, *symbols);
		if (err)
			out_error(err, "%s: %u times", path, *symbols);
	}
	slice_free(&slice);
	return err;
}
