// SPDX-License-Identifier: GPL-2.0
/*
 * depth - all levels of one symbol, both sides of one moment
 */
#include "depth.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"

enum { ROOM_FIRST = 1024 };

static int room_make(struct depth *d, int room)
{
	int side;

	depth_free(d);
	for (side = HT_BID; side <= HT_ASK; side++) {
		d->levels[side] = calloc((size_t)room, sizeof(**d->levels));
		if (!d->levels[side]) {
			depth_free(d);
			return -ENOMEM;
		}
	}
	d->room = room;
	return 0;
}

void depth_free(struct depth *d)
{
	free(d->levels[HT_BID]);
	free(d->levels[HT_ASK]);
	*d = (struct depth){ 0 };
}

int depth_read(struct depth *d, const struct instance *in, uint32_t locate)
{
	uint64_t start = clock_ns();
	int err = d->room ? 0 : room_make(d, ROOM_FIRST);

	while (!err) {
		err = book_both(in, locate, d->levels, d->count, d->room,
				&d->lock);
		if (err == -EAGAIN && clock_ns() - start < DEPTH_PATIENCE_NS)
			err = 0;
		else if (!err && d->count[HT_BID] < d->room &&
			 d->count[HT_ASK] < d->room)
			return 0;
		else if (!err)
			err = room_make(d, 2 * d->room);
	}
	return err;
}
