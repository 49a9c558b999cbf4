// SPDX-License-Identifier: GPL-2.0
#include "exchange_options.h"

#include <errno.h>

#include "options.h"
#include "price.h"

/* Dollars and ten thousandths of them, as text. */
static int notional(const char *option, const char *text, uint64_t *value)
{
	const char *end = text;

	if (price_parse(text, UINT64_MAX, value, &end) || *end || !*value)
		return option_bad(option, text, "dollars, such as 100000");
	return 0;
}

static int every(const char *option, const char *text,
		 struct exchange_fault *fault)
{
	return option_number32(option, text, 1, UINT32_MAX, &fault->every);
}

static int fault_option(struct exchange_faults *f, int val, const char *text)
{
	switch (val) {
	case EXCHANGE_OPT_BREAK:
		return every("--break-every", text, &f->broken);
	case EXCHANGE_OPT_DEAD:
		return every("--dead-every", text, &f->dead);
	case EXCHANGE_OPT_REPRICE:
		return every("--reprice-every", text, &f->repriced);
	case EXCHANGE_OPT_RESTATE:
		return every("--restate-every", text, &f->restated);
	case EXCHANGE_OPT_PRIORITY:
		return every("--priority-every", text, &f->priority);
	case EXCHANGE_OPT_SUPERVISE:
		return every("--supervise-every", text, &f->supervised);
	case EXCHANGE_OPT_PENDING:
		return every("--pending-every", text, &f->pending);
	case EXCHANGE_OPT_LATE:
		return every("--late-every", text, &f->late);
	default:
		return -ENOENT;
	}
}

int exchange_option(struct exchange_options *o, int val, const char *text)
{
	switch (val) {
	case EXCHANGE_OPT_CANCEL_ON_DISCONNECT:
		o->cancel_on_disconnect = true;
		return 0;
	case EXCHANGE_OPT_SHARES:
		return option_number32("--limit-shares", text, 1, OUCH_QTY_MAX,
				       &o->limits.shares);
	case EXCHANGE_OPT_NOTIONAL:
		return notional("--limit-notional", text, &o->limits.notional);
	case EXCHANGE_OPT_RATE:
		return option_number32("--limit-rate", text, 1, UINT32_MAX,
				       &o->limits.rate);
	default:
		return fault_option(&o->faults, val, text);
	}
}

void exchange_options_set(struct exchange *x, const struct exchange_options *o)
{
	x->cancel_on_disconnect = o->cancel_on_disconnect;
	x->faults = o->faults;
	x->limits = o->limits;
}
