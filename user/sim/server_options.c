// SPDX-License-Identifier: GPL-2.0
#include "server_options.h"

#include <errno.h>

#include "option_values.h"
#include "options.h"

static int rerequest(struct server_options *o, const char *text)
{
	if (o->rerequests == REREQUEST_SERVERS)
		return option_refuse("give --rerequest twice at most");
	return option_endpoint("--rerequest", text, 0,
			       &o->rerequest[o->rerequests++]);
}

int server_option(struct server_options *o, int val, const char *text)
{
	struct rerequest_faults *f = &o->rerequest_faults;

	switch (val) {
	case SERVER_OPT_REREQUEST:
		return rerequest(o, text);
	case SERVER_OPT_REREQUEST_LOSS:
		return option_chance("--rerequest-loss", text, &f->loss);
	case SERVER_OPT_REREQUEST_DELAY:
		return option_duration("--rerequest-delay", text,
				       &f->delay_ns);
	case SERVER_OPT_REREQUEST_DEAD:
		f->dead = true;
		return 0;
	case SERVER_OPT_REREQUEST_LIES:
		f->lies = true;
		return 0;
	default:
		return -ENOENT;
	}
}

int server_options_finish(const struct server_options *o)
{
	const struct rerequest_faults *f = &o->rerequest_faults;

	if (!o->rerequests && (f->loss || f->delay_ns || f->dead || f->lies))
		return option_refuse("faults of a re-request server need "
				     "--rerequest");
	return 0;
}
