/* SPDX-License-Identifier: GPL-2.0 */
/*
 * allow - limits so wide, and an account so good, that every order passes
 *
 * For tests that are not about them.  The maps are the native ones or those of
 * a loaded program.
 */
#ifndef ALLOW_H
#define ALLOW_H

#include <stdint.h>

#include "maps.h"

struct allow_maps {
	struct ht_gate *gate;
	struct ht_limit *limits;
	struct ht_rules *rules;
	struct ht_account *account;
	struct ht_exposure *exposures;
};

/* Every symbol may be bought; a controller and a session live at now_ns. */
void allow_all(const struct allow_maps *m, uint64_t now_ns);

/* There is enough of the symbol to sell, and it has traded at px. */
void allow_symbol(const struct allow_maps *m, struct ht_symbol *symbols,
		  uint32_t locate, uint32_t px);

#endif
