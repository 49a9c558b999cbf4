/* SPDX-License-Identifier: GPL-2.0 */
/* ouch_requests - requests that OUCH 5.0 allows, to begin with */
#ifndef OUCH_REQUESTS_H
#define OUCH_REQUESTS_H

#include <string.h>

#include "../../user/ouch.h"

#define REQUEST_TYPES "OUXMCDEQ"

/* An order of 100 shares as OUCH knows no plainer, and what can follow it. */
static inline struct ouch_request request_of(char type)
{
	struct ouch_request r;

	memset(&r, 0, sizeof(r));
	r.type = type;
	if (type == 'Q')
		return r;
	r.urn = 7;
	if (strchr("OM", type))
		r.side = 'T';
	if (strchr("OUM", type))
		r.qty = 100;
	if (type == 'U')
		r.orig_urn = 6;
	if (strchr("OC", type))
		strcpy(r.symbol, "AAPL");
	if (strchr("CDE", type))
		strcpy(r.terms.firm, "FIRM");
	if (!strchr("OU", type))
		return r;
	r.px = 1823500;
	ouch_clordid(r.clordid, 42);
	r.terms.tif = '0';
	r.terms.display = 'Y';
	r.terms.iso = 'N';
	if (type == 'O')
		r.terms.capacity = 'P';
	if (type == 'O')
		r.terms.cross_type = 'N';
	return r;
}

#endif
