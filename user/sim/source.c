// SPDX-License-Identifier: GPL-2.0
/*
 * source - a BinaryFILE as a source of messages
 */
#include <stdlib.h>

#include "sim.h"

static int file_next(struct source *s, uint8_t message[BINARYFILE_MAX])
{
	struct binaryfile *f = s->state;
	int len = binaryfile_next(f, message);

	s->messages = f->messages;
	s->offset = f->offset;
	return len;
}

static void file_close(struct source *s)
{
	binaryfile_close(s->state);
	free(s->state);
	s->state = NULL;
}

int file_source_open(struct source *s, const char *path)
{
	struct binaryfile *f = malloc(sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	err = binaryfile_open(f, path);
	if (err) {
		free(f);
		return err;
	}
	*s = (struct source){
		.next = file_next,
		.close = file_close,
		.state = f,
	};
	return 0;
}
