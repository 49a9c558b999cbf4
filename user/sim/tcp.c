// SPDX-License-Identifier: GPL-2.0
#include "tcp.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int tcp_listen(struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int on = 1, fd, err;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, (struct sockaddr *)address, len) &&
	    !listen(fd, TCP_BACKLOG) &&
	    !getsockname(fd, (struct sockaddr *)address, &len))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int tcp_accept(int listen_fd, struct sockaddr_in *from)
{
	socklen_t len = sizeof(*from);
	int fd = accept4(listen_fd, (struct sockaddr *)from,
			 from ? &len : NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	return fd < 0 ? -errno : fd;
}
