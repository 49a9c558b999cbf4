// SPDX-License-Identifier: GPL-2.0
#include "line_options.h"

#include <errno.h>

#include "ether.h"
#include "option_values.h"
#include "options.h"

enum { LINE_A, LINE_B };

void line_options_default(struct feed_options *o)
{
	struct line_options *a = &o->line[LINE_A];

	*a = (struct line_options){
		.payload = HT_UDP_PAYLOAD(1500),
		.per_packet = LINE_COUNT_MAX,
	};
	option_group("--group", "233.54.12.111:26477", &a->group);
	option_address("--interface-ip", "127.0.0.1", &a->interface);
	o->faults = (struct fault_options){ .seed = 1 };
}

static int both_lose(struct fault_options *f, const char *text)
{
	int err = option_chance("--loss", text, &f->loss[LINE_A]);

	f->loss[LINE_B] = f->loss[LINE_A];
	return err;
}

static int fault_option(struct fault_options *f, int val, const char *text)
{
	switch (val) {
	case LINE_OPT_SEED:
		return option_number("--fault-seed", text, 0, UINT64_MAX,
				     &f->seed);
	case LINE_OPT_LOSS:
		return both_lose(f, text);
	case LINE_OPT_LOSS_A:
		return option_chance("--loss-a", text, &f->loss[LINE_A]);
	case LINE_OPT_LOSS_B:
		return option_chance("--loss-b", text, &f->loss[LINE_B]);
	case LINE_OPT_BURST:
		return option_number32("--burst", text, 1, UINT32_MAX,
				       &f->burst);
	case LINE_OPT_BURST_EVERY:
		return option_number32("--burst-every", text, 1, UINT32_MAX,
				       &f->burst_every);
	case LINE_OPT_DUPLICATE:
		return option_chance("--duplicate", text, &f->duplicate);
	case LINE_OPT_REORDER:
		return option_chance("--reorder", text, &f->reorder);
	case LINE_OPT_DEAD:
		return option_window("--dead", text, &f->dead_both);
	case LINE_OPT_DEAD_A:
		return option_window("--dead-a", text, &f->dead[LINE_A]);
	case LINE_OPT_DEAD_B:
		return option_window("--dead-b", text, &f->dead[LINE_B]);
	default:
		return -ENOENT;
	}
}

int line_option(struct feed_options *o, int val, const char *text)
{
	struct line_options *a = &o->line[LINE_A], *b = &o->line[LINE_B];

	switch (val) {
	case LINE_OPT_GROUP:
		return option_group("--group", text, &a->group);
	case LINE_OPT_GROUP_B:
		return option_group("--group-b", text, &b->group);
	case LINE_OPT_INTERFACE_IP:
		return option_address("--interface-ip", text, &a->interface);
	case LINE_OPT_INTERFACE_IP_B:
		return option_address("--interface-ip-b", text, &b->interface);
	case LINE_OPT_MTU:
		return option_mtu("--mtu", text, &a->payload);
	case LINE_OPT_MTU_B:
		return option_mtu("--mtu-b", text, &b->payload);
	case LINE_OPT_PER_PACKET:
		return option_number32("--per-packet", text, 1, LINE_COUNT_MAX,
				       &a->per_packet);
	case LINE_OPT_PER_PACKET_B:
		return option_number32("--per-packet-b", text, 1,
				       LINE_COUNT_MAX, &b->per_packet);
	case LINE_OPT_SKEW_B:
		return option_duration("--skew-b", text, &b->skew_ns);
	default:
		return fault_option(&o->faults, val, text);
	}
}

/* What was not said of line B is as with line A. */
static void line_b_like_a(struct line_options *b, const struct line_options *a)
{
	if (!b->interface.s_addr)
		b->interface = a->interface;
	if (!b->payload)
		b->payload = a->payload;
	if (!b->per_packet)
		b->per_packet = a->per_packet;
}

int line_options_finish(struct feed_options *o)
{
	const struct line_options *a = &o->line[LINE_A];
	const struct fault_options *f = &o->faults;
	struct line_options *b = &o->line[LINE_B];

	if (!b->group.sin_port &&
	    (b->interface.s_addr || b->payload || b->per_packet ||
	     b->skew_ns || (f->loss[LINE_B] && !f->loss[LINE_A]) ||
	     f->dead[LINE_B].for_ns))
		return option_refuse("options of line B need --group-b");
	if (b->group.sin_port == a->group.sin_port &&
	    b->group.sin_addr.s_addr == a->group.sin_addr.s_addr)
		return option_refuse("--group-b is --group; give it another "
				     "address or port");
	if (!f->burst != !f->burst_every)
		return option_refuse("--burst and --burst-every need each "
				     "other");
	if (f->burst && f->burst >= f->burst_every)
		return option_refuse("--burst must be below --burst-every");
	line_b_like_a(b, a);
	return 0;
}
