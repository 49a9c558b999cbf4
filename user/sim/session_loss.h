/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_loss - a client's segments that the exchange's TCP never sees
 *
 * A classic BPF filter on the socket, so what is lost is lost to a real TCP,
 * which has to be sent it again.  Its dice are the kernel's and have no seed.
 */
#ifndef HT_SIM_SESSION_LOSS_H
#define HT_SIM_SESSION_LOSS_H

#include <stdint.h>

/*
 * From now on segments of this connection are lost by chance, in parts of
 * FAULT_SURE, also such without data.  Return: 0 or negative errno.
 */
int session_lose(int fd, uint32_t chance);

#endif
