// SPDX-License-Identifier: GPL-2.0
#include "disclosed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "timing.h"

enum { SNAPSHOT_BYTES = DISCLOSED_SNAPSHOTS *
			sizeof(struct disclosed_snapshot) };

int disclosed_init(struct disclosed *d)
{
	*d = (struct disclosed){ .next = 1, .head = 1 };
	d->ring = calloc(DISCLOSED_RING, sizeof(*d->ring));
	if (!d->ring)
		return -ENOMEM;
	d->snapshot = mmap(NULL, SNAPSHOT_BYTES, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (d->snapshot != MAP_FAILED)
		return 0;
	free(d->ring);
	return -ENOMEM;
}

void disclosed_free(struct disclosed *d)
{
	munmap(d->snapshot, SNAPSHOT_BYTES);
	free(d->ring);
}

void disclosed_restart(struct disclosed *d, uint64_t ns)
{
	d->next_before = d->next;
	d->restart_ns = ns;
	d->next = d->head = 1;
	memset(d->snapshot, 0, SNAPSHOT_BYTES);
}

static uint64_t *place(struct disclosed *d, uint64_t seq)
{
	return &d->ring[seq % DISCLOSED_RING];
}

/* Steps over what is there, and dates it from its last part. */
static void next_advance(struct disclosed *d)
{
	uint64_t ns = d->next > 1 ? *place(d, d->next - 1) : 0;

	for (; d->next < d->head && *place(d, d->next); d->next++) {
		if (*place(d, d->next) > ns)
			ns = *place(d, d->next);
		*place(d, d->next) = ns;
	}
}

static void disclose(struct disclosed *d, uint64_t seq, uint64_t end,
		     uint64_t ns)
{
	/* one less: the message before next keeps its date */
	uint64_t most = d->next + DISCLOSED_RING - 1;

	if (end > most)
		end = most;
	for (; d->head < end; d->head++)
		*place(d, d->head) = 0;
	for (seq = seq > d->next ? seq : d->next; seq < end; seq++)
		if (!*place(d, seq))
			*place(d, seq) = ns;
	next_advance(d);
}

void disclosed_sent(struct disclosed *d, uint64_t seq, uint32_t count,
		    uint64_t ns)
{
	disclose(d, seq, seq + count, ns);
}

/* -- snapshots ---------------------------------------------------------- */

static void snapshots_take(struct disclosed *d)
{
	struct disclosed_snapshot *s;
	uint64_t ns;

	for (s = d->snapshot; s < d->snapshot + DISCLOSED_SNAPSHOTS; s++) {
		ns = __atomic_load_n(&s->ns, __ATOMIC_ACQUIRE);
		if (!ns)
			continue;
		disclose(d, 1, s->before, ns);
		*s = (struct disclosed_snapshot){0};
	}
}

struct disclosed_snapshot *disclosed_snapshot_begin(struct disclosed *d,
						    uint32_t at)
{
	/* the one that was told in this place is over */
	snapshots_take(d);
	return &d->snapshot[at];
}

void disclosed_snapshot_end(struct disclosed_snapshot *s, uint64_t before,
			    uint64_t ns)
{
	s->before = before;
	__atomic_store_n(&s->ns, ns, __ATOMIC_RELEASE);
}

/* -- orders ------------------------------------------------------------- */

/* What the ring has forgotten was disclosed long ago. */
static bool is_founded(struct disclosed *d, uint64_t seq, uint64_t ns)
{
	if (d->restart_ns && ns < d->restart_ns + DISCLOSED_GRACE_NS &&
	    seq < d->next_before)
		return true;
	return seq < d->next && (seq + DISCLOSED_RING < d->head ||
				 *place(d, seq) <= ns);
}

bool disclosed_order(struct disclosed *d, const char clordid[OUCH_CLORDID_LEN],
		     uint64_t ns)
{
	uint64_t seq;

	if (!timing_sequence(clordid, &seq))
		return true;
	snapshots_take(d);
	if (is_founded(d, seq, ns))
		return true;
	d->unfounded++;
	return false;
}
