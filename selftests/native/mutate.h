/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mutate - good bytes made bad, at random
 */
#ifndef MUTATE_H
#define MUTATE_H

#include "wrap.h"

/* Bytes change, or the end is missing, or there is more than there should be
 * (up to 3 bytes, whatever stands there).  Return: the length.
 */
uint32_t mutate_payload(uint8_t *payload, uint32_t len, uint64_t *random);

/*
 * A frame that lies about itself, or is another one's: a field of its headers
 * changes, or any bytes, or it is cut, or longer.  Return: its length.
 */
uint32_t mutate_frame(uint8_t frame[WRAP_MAX], uint32_t len,
		      const struct wrap *w, uint64_t *random);

#endif
