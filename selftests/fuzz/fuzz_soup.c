// SPDX-License-Identifier: GPL-2.0
/*
 * The stream of a SoupBinTCP server, in pieces.
 *
 * Input: pieces, each behind its length of one byte; the last has what is left.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "../../user/soup.h"

static void packet_check(const struct soup *s, const struct soup_packet *p)
{
	fuzz_check(p->payload >= s->buffer &&
		   p->payload + p->len <= s->buffer + s->end);
	fuzz_check(p->type != SOUP_SERVER_HEARTBEAT || !p->len);
	fuzz_check(s->state != SOUP_LOGGING_IN || p->type == SOUP_DEBUG ||
		   p->type == SOUP_SERVER_HEARTBEAT);
}

/* Return: false when the stream broke, with words for it. */
static bool packets_take(struct soup *s)
{
	struct soup_packet p;
	int got;

	while ((got = soup_next(s, &p)) > 0)
		packet_check(s, &p);
	fuzz_check(!got || (got == -EBADMSG && s->words[0]));
	fuzz_check(strnlen(s->words, SOUP_WORDS) < SOUP_WORDS);
	return !got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct soup s;
	struct bytes in = { data, size };
	size_t len, room;
	uint8_t *to;
	bool whole = true;

	soup_init(&s);
	while (whole && in.left) {
		len = fuzz_u8(&in);
		if (!len || len > in.left)
			len = in.left;
		to = soup_room(&s, &room);
		fuzz_check(room && to + room == s.buffer + sizeof(s.buffer));
		if (len > room)
			len = room;
		memcpy(to, in.at, len);
		soup_filled(&s, len);
		in.at += len;
		in.left -= len;
		whole = packets_take(&s);
	}
	return 0;
}
