// SPDX-License-Identifier: GPL-2.0
#include "privileges.h"

#include <errno.h>
#include <stddef.h>

#include <cap-ng.h>

const char *privileges_missing(void)
{
	static const struct { unsigned int cap; const char *name; } needed[] = {
		{ CAP_NET_RAW, "CAP_NET_RAW (AF_XDP)" },
		{ CAP_NET_ADMIN, "CAP_NET_ADMIN (TCP_REPAIR)" },
		{ CAP_BPF, "CAP_BPF (the engine's maps)" },
	};
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, needed[i].cap))
			return needed[i].name;
	return NULL;
}

/* What we do not have we cannot keep.  CAP_NET_ADMIN is for TCP_REPAIR, by
 * which TCP adopts each order that left beside it.
 */
int privileges_drop(void)
{
	static const unsigned int kept[] = {
		CAP_NET_RAW, CAP_NET_ADMIN, CAP_BPF, CAP_IPC_LOCK,
	};
	unsigned int keep[sizeof(kept) / sizeof(kept[0])], count = 0, i;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (capng_have_capability(CAPNG_PERMITTED, kept[i]))
			keep[count++] = kept[i];
	capng_clear(CAPNG_SELECT_CAPS);
	for (i = 0; i < count; i++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     keep[i]);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}
