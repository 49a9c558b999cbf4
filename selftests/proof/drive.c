// SPDX-License-Identifier: GPL-2.0
#include "drive.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "binaryfile.h"
#include "capture.h"

enum { TOPS_EVERY = 1 << 20 };		/* messages between looks at all tops */

static struct packet packet;

static void progress(const struct session *s, uint64_t messages)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %" PRIu64 " million messages agree ",
			s->name, messages / 1000000);
}

/* Whether the packet passes a multiple of so many messages. */
static bool passes(const struct session *s, uint64_t every)
{
	return (s->first + s->messages) / every != s->first / every;
}

/* Runs the packet and compares.  Return: 0, 1 for a difference, or negative
 * errno.
 */
static int packet_prove(struct session *s, const struct plan *plan)
{
	int err;

	if (!s->messages)
		return 0;
	err = engine_run(&s->engine, &packet);
	if (err == -EBADMSG)
		return differs(s, "the engine calls the feed BAD");
	if (!err)
		err = compare_packet(s);
	if (!err && passes(s, TOPS_EVERY)) {
		err = compare_tops(s);
		progress(s, s->first + s->messages);
	}
	if (!err && passes(s, plan->whole_every))
		err = compare_whole(s);
	if (err)
		return err;
	s->first += s->messages;
	s->messages = 0;
	packet_begin(&packet, s->first);
	return 0;
}

/* How many messages the next packet may have. */
static uint32_t packet_size(struct packing *packing)
{
	if (!packing->random)
		return packing->messages;
	return 1 + random_below(&packing->random, packing->messages);
}

static int message_take(struct session *s, const uint8_t *message,
			uint32_t length)
{
	int err;

	if (packet.len + MOLD_BLOCK_HEAD + length > sizeof(packet.data))
		return -EMSGSIZE;
	err = ref_apply(&s->reference, message, length);
	s->types[s->messages] = (char)message[0];
	s->touched[s->messages] = length < 3 ? 0 : get_be16(message + 1);
	s->messages++;
	packet_block(&packet, message, (uint16_t)length);
	return err < 0 ? err : 0;
}

static int file_drive(struct session *s, struct binaryfile *file,
		     struct plan *plan)
{
	static uint8_t message[BINARYFILE_MAX];
	struct packing *packing = &plan->packing;
	uint32_t room = packet_size(packing);
	int length, err = 0;

	while (!err && (length = binaryfile_next(file, message)) > 0) {
		if (packet.len + MOLD_BLOCK_HEAD + (uint32_t)length >
		    packing->bytes || s->messages == room) {
			err = packet_prove(s, plan);
			room = packet_size(packing);
		}
		if (!err)
			err = message_take(s, message, (uint32_t)length);
	}
	if (!err)
		err = length < 0 ? length : packet_prove(s, plan);
	return err;
}

static int binaryfile_drive(struct session *s, const char *path,
			   struct plan *plan)
{
	struct binaryfile file;
	int err = binaryfile_open(&file, path);

	if (err)
		return err;
	err = file_drive(s, &file, plan);
	binaryfile_close(&file);
	return err;
}

/* The messages of one captured packet. */
static int payload_take(struct session *s, const uint8_t *payload,
			uint32_t len)
{
	uint32_t at = sizeof(struct mold_header), length;
	int err = 0;

	for (; !err && at + MOLD_BLOCK_HEAD <= len; at += length) {
		length = get_be16(payload + at);
		at += MOLD_BLOCK_HEAD;
		if (at + length > len || s->messages == PACKET_MESSAGES)
			return -EPROTO;
		err = message_take(s, payload + at, length);
	}
	return err;
}

static int capture_drive(struct session *s, const char *path,
			struct plan *plan)
{
	struct capture capture;
	const uint8_t *payload;
	int len, err;

	err = capture_open(&capture, path);
	if (err)
		return err;
	while (!err && (len = capture_next(&capture, &payload)) > 0) {
		err = payload_take(s, payload, (uint32_t)len);
		if (!err)
			err = packet_prove(s, plan);
	}
	if (!err)
		err = len;
	len = capture_close(&capture);
	return err ? err : len;
}

int drive(struct session *s, const char *path, struct plan *plan)
{
	int err;

	s->first = 1;
	packet_begin(&packet, s->first);
	if (capture_is(path))
		err = capture_drive(s, path, plan);
	else
		err = binaryfile_drive(s, path, plan);
	if (!err)
		err = compare_counted(s);
	if (!err)
		err = compare_whole(s);
	return err ? err : compare_expected(s);
}
