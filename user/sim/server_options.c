// SPDX-License-Identifier: GPL-2.0
#include "server_options.h"

#include <errno.h>
#include <string.h>

#include "option_values.h"
#include "options.h"

static int rerequest(struct server_options *o, const char *text)
{
	if (o->rerequests == REREQUEST_SERVERS)
		return option_refuse("give --rerequest twice at most");
	return option_endpoint("--rerequest", text, 0,
			       &o->rerequest[o->rerequests++]);
}

static int word(const char *option, const char *text, size_t max,
		const char **to)
{
	if (!*text || strlen(text) > max)
		return option_refuse("%s %s: want 1 to %zu characters", option,
				     text, max);
	*to = text;
	return 0;
}

static int glimpse_option(struct glimpse_options *g, int val, const char *text)
{
	switch (val) {
	case SERVER_OPT_GLIMPSE:
		return option_endpoint("--glimpse", text, 0, &g->address);
	case SERVER_OPT_GLIMPSE_USER:
		return word("--glimpse-user", text, 6, &g->user);
	case SERVER_OPT_GLIMPSE_PASSWORD:
		return word("--glimpse-password", text, 10, &g->password);
	case SERVER_OPT_GLIMPSE_DELAY:
		return option_duration("--glimpse-delay", text,
				       &g->faults.delay_ns);
	case SERVER_OPT_GLIMPSE_DEAD:
		g->faults.dead = true;
		return 0;
	case SERVER_OPT_GLIMPSE_CUT:
		g->faults.cut = true;
		return 0;
	case SERVER_OPT_GLIMPSE_LIES:
		g->faults.lies = true;
		return 0;
	default:
		return -ENOENT;
	}
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
		return glimpse_option(&o->glimpse, val, text);
	}
}

int server_options_finish(const struct server_options *o)
{
	const struct rerequest_faults *f = &o->rerequest_faults;
	const struct glimpse_options *g = &o->glimpse;

	if (!o->rerequests && (f->loss || f->delay_ns || f->dead || f->lies))
		return option_refuse("faults of a re-request server need "
				     "--rerequest");
	if (!g->address.sin_family &&
	    (g->user || g->password || g->faults.delay_ns || g->faults.dead ||
	     g->faults.cut || g->faults.lies))
		return option_refuse("options of a snapshot server need "
				     "--glimpse");
	return 0;
}
