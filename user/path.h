/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path - errors of a datagram socket that are not about the socket
 */
#ifndef HT_PATH_H
#define HT_PATH_H

#include <errno.h>
#include <stdbool.h>

/*
 * Is it what somebody on the way, or our kernel, thinks of the path?  ICMP,
 * from anybody who knows our ports, gives the errors of ip(7) and
 * icmp_err_convert; a link, route, address or filter that was changed gives the
 * others.  None of them is about the socket, which works again when they do.
 */
static inline bool error_is_of_path(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN:
	case ENONET:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EPROTO:
	case EMSGSIZE:
	case EACCES:
	case EPERM:
	case EINVAL:		/* our address was taken off the interface */
	case ENXIO:
		return true;
	default:
		return false;
	}
}

#endif
