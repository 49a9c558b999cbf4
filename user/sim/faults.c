// SPDX-License-Identifier: GPL-2.0
#include "faults.h"

void faults_init(struct faults *f, const struct fault_options *o,
		 struct fault_burst *burst, int line)
{
	uint64_t seed = o->seed * 2 * FAULT_LINES + 2 * (uint64_t)line;

	*f = (struct faults){ .options = o, .burst = burst, .line = line };
	dice_seed(&f->messages, seed);
	dice_seed(&f->empties, seed + 1);
}

/* The last `burst` of every `burst_every` packets of the first line. */
static void burst_advance(struct faults *f)
{
	const struct fault_options *o = f->options;

	if (!o->burst)
		return;
	f->burst->on = f->burst->packets % o->burst_every >=
		       o->burst_every - o->burst;
	f->burst->packets++;
}

struct verdict faults_judge(struct faults *f, uint16_t count)
{
	bool has_messages = count != MOLD_HEARTBEAT &&
			    count != MOLD_END_OF_SESSION;
	struct dice *d = has_messages ? &f->messages : &f->empties;
	const struct fault_options *o = f->options;
	/* all are rolled, so that one option does not change another's dice */
	bool lost = dice_roll(d, FAULT_SURE) < o->loss[f->line];
	bool again = dice_roll(d, FAULT_SURE) < o->duplicate;
	bool held = dice_roll(d, FAULT_SURE) < o->reorder;
	uint32_t hold = 1 + dice_roll(d, FAULT_HOLD_MAX);

	if (has_messages && f->line == 0)
		burst_advance(f);
	if (f->burst->on && count != MOLD_END_OF_SESSION)
		return (struct verdict){ .fate = FATE_BURST };
	if (lost)
		return (struct verdict){ .fate = FATE_LOST };
	return (struct verdict){ .again = again, .hold = held ? hold : 0 };
}

static bool window_holds(const struct fault_window *w, uint64_t ns)
{
	return ns >= w->from_ns && ns - w->from_ns < w->for_ns;
}

bool faults_dead(const struct faults *f, uint64_t ns)
{
	return window_holds(&f->options->dead_both, ns) ||
	       window_holds(&f->options->dead[f->line], ns);
}
