/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lies - replies of a re-request server that nobody should believe
 *
 * Each of them can be seen through by who checks session, sequence number,
 * count and every length.  Two of three replies lie, the third is right, so a
 * client who checks gets through.
 */
#ifndef HT_SIM_LIES_H
#define HT_SIM_LIES_H

#include <stdbool.h>
#include <stdint.h>

#include "feed.h"

/* Whether the reply with this number, from 0 on, is a right one. */
bool lie_spares(uint64_t number);

/*
 * Makes a lie of a right reply of len bytes, one kind after the other.
 * Return: the lie's length in bytes.
 */
uint32_t lie_tell(const struct feed *feed, uint64_t number,
		  uint8_t reply[LINE_PACKET_MAX], uint32_t len);

#endif
