// SPDX-License-Identifier: GPL-2.0
/*
 * play - a BinaryFILE through the program
 */
#include "play.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "binaryfile.h"
#include "unzip.h"

enum {
	LOOK_UP_EVERY = 1 << 12,	/* messages, at the clock */
	READ_BYTES = 1 << 18,		/* of the file at a time */
};

int play_fail(struct play *p, int err, int why_err, const char *format, ...)
{
	va_list ap;

	if (*p->why)
		return err;
	p->why_err = why_err;
	va_start(ap, format);
	vsnprintf(p->why, sizeof(p->why), format, ap);
	va_end(ap);
	return err;
}

static int window_open(struct play *p)
{
	int err = replay_flush(p->replay);

	if (!err)
		err = instance_counters(p->replay->in, &p->before);
	p->packets_before = p->replay->inject.packets;
	p->ns_before = p->replay->inject.ns;
	p->edge_ns = p->options->end_ns;
	p->inside = true;
	if (p->bbo)
		bbo_begin(p->bbo);
	return err;
}

bool play_is_edge(const struct play *p, const uint8_t *message,
		  uint32_t length)
{
	const struct itch_head *head = (const struct itch_head *)message;
	uint32_t wanted;

	if (length < ITCH_MIN_LEN || get_be48(head->timestamp) < p->edge_ns)
		return false;
	wanted = itch_length(head->type);
	return wanted && length >= wanted;
}

int play_edge(struct play *p, uint64_t itch_ns)
{
	int err = p->inside ? 0 : window_open(p);

	p->stopped = itch_ns >= p->edge_ns;
	return err;
}

/* A message that must be seen alone ends its packet, else they are filled. */
static int play_message(struct play *p, const uint8_t *message,
			uint32_t length)
{
	bool wanted = p->bbo && bbo_wants(p->bbo, message, length);
	int err = replay_message(p->replay, message, length);

	if (err || !wanted || !p->inside)
		return err;
	err = replay_flush(p->replay);
	if (!err)
		bbo_row(p->bbo, message, p->replay->messages);
	return err;
}

/* What ended the file, or the replay of it.  Return: err. */
static int binaryfile_error(struct play *p, const struct binaryfile *file,
			    int length, int err)
{
	const char *path = p->options->file;

	if (length < 0)
		play_fail(p, err, err == -EPROTO ? 0 : err,
			  "%s: stops inside message %" PRIu64 " at byte %"
			  PRIu64 "; the file is truncated or not BinaryFILE",
			  path, file->messages + 1, file->offset);
	else if (err == -EMSGSIZE)
		play_fail(p, err, 0, "%s: message %" PRIu64
			  " of %d bytes fits no datagram", path,
			  file->messages, length);
	else
		play_fail(p, err, err, "%s: message %" PRIu64 " before byte %"
			  PRIu64 ": the program refused its packet", path,
			  file->messages, file->offset);
	return err;
}

static int binaryfile_loop(struct play *p, struct unzip *unzip,
			   struct binaryfile *file, int *length)
{
	static uint8_t message[BINARYFILE_MAX];
	const struct itch_head *head = (const struct itch_head *)message;
	int err = 0;

	while ((*length = binaryfile_next(file, message)) > 0) {
		if (play_is_edge(p, message, (uint32_t)*length)) {
			err = play_edge(p, get_be48(head->timestamp));
			if (err || p->stopped)
				return err;
		}
		err = play_message(p, message, (uint32_t)*length);
		if (err)
			return err;
		if (file->messages % LOOK_UP_EVERY == 0)
			progress_show(&p->progress, unzip_offset(unzip),
				      file->messages, "messages");
	}
	return *length;
}

static int file_open(struct play *p, struct unzip *unzip,
		     struct binaryfile *file)
{
	const char *path = p->options->file;
	int err = unzip_open(unzip, path);

	if (err)
		return play_fail(p, err, err, "%s: cannot open", path);
	*file = (struct binaryfile){ .gz = gzdopen(unzip->fd, "rb") };
	if (file->gz) {
		gzbuffer(file->gz, READ_BYTES);
		return 0;
	}
	close(unzip->fd);
	unzip_close(unzip);
	return play_fail(p, -ENOMEM, -ENOMEM, "%s: cannot open", path);
}

static int play_binaryfile(struct play *p)
{
	struct binaryfile file;
	struct unzip unzip;
	int length = 0, err, last;

	err = file_open(p, &unzip, &file);
	if (err)
		return err;
	err = binaryfile_loop(p, &unzip, &file, &length);
	last = replay_flush(p->replay);
	if (!err)
		err = last;
	p->took_ns = progress_end(&p->progress);
	binaryfile_close(&file);
	last = unzip_close(&unzip);
	if (last && !err)
		err = length = last;
	if (err)
		binaryfile_error(p, &file, length, err);
	return err;
}

int play_file(struct play *p)
{
	int err = 0, opened;

	progress_begin(&p->progress, p->options->file);
	p->edge_ns = p->options->from_ns;
	if (!p->edge_ns)
		err = window_open(p);
	if (err)
		return err;
	err = p->captured ? play_capture(p) : play_binaryfile(p);
	opened = p->inside ? 0 : window_open(p);
	return err ? err : opened;
}
