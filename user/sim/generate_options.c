// SPDX-License-Identifier: GPL-2.0
#include "generate_options.h"

#include <errno.h>
#include <string.h>

#include "options.h"

#define MESSAGES_MAX	UINT64_C(1000000000000)

static int profile(const char *text, bool *deep)
{
	*deep = !strcmp(text, "deep");
	if (*deep || !strcmp(text, "touch"))
		return 0;
	return option_bad("--profile", text, "touch or deep");
}

int generate_option(struct generate_options *g, int val, const char *text)
{
	switch (val) {
	case GENERATE_OPT_SYMBOLS:
		return option_number32("--symbols", text, 1,
				       GENERATE_SYMBOLS_MAX, &g->symbols);
	case GENERATE_OPT_MESSAGES:
		return option_number("--messages", text, 1, MESSAGES_MAX,
				     &g->messages);
	case GENERATE_OPT_SEED:
		return option_number("--seed", text, 0, UINT64_MAX, &g->seed);
	case GENERATE_OPT_LIVE:
		return option_number("--live", text, 1, GENERATE_LIVE_MAX,
				     &g->live);
	case GENERATE_OPT_PROFILE:
		return profile(text, &g->deep);
	case GENERATE_OPT_MWCB:
		g->mwcb = true;
		return 0;
	default:
		return -ENOENT;
	}
}
