/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcp - the sockets of the servers that speak over the kernel's TCP
 */
#ifndef HT_SIM_TCP_H
#define HT_SIM_TCP_H

#include <netinet/in.h>

enum {
	TCP_BACKLOG = 16,
	TCP_SEND_BUFFER = 1 << 17,	/* the kernel's, of a slow reader */
};

/*
 * Listens at the address, whose port becomes the one the kernel chose if it is
 * 0.  Return: a non-blocking socket, or negative errno.
 */
int tcp_listen(struct sockaddr_in *address);

/*
 * The next connection that waits, without waiting for one; from may be NULL.
 * Return: a non-blocking socket, or negative errno: -EAGAIN, there is none.
 */
int tcp_accept(int listen_fd, struct sockaddr_in *from);

#endif
