// SPDX-License-Identifier: GPL-2.0
/*
 * bench_netns - a network of its own, and an interface up in it
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench_netns.h"
#include "netif.h"

#define NETMASK	"255.255.255.0"

int bench_netns_make(void)
{
	int fd;

	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int address_set(int s, const char *name, unsigned long request,
		       const char *text)
{
	struct ifreq r = {0};
	struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	a->sin_family = AF_INET;
	inet_pton(AF_INET, text, &a->sin_addr);
	return ioctl(s, request, &r) ? -errno : 0;
}

int bench_end_up(const char *name, const char *address)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (s < 0)
		return -errno;
	err = address_set(s, name, SIOCSIFADDR, address);
	if (!err)
		err = address_set(s, name, SIOCSIFNETMASK, NETMASK);
	close(s);
	if (!err)
		err = netif_up((int)if_nametoindex("lo"));
	return err ? err : netif_up((int)if_nametoindex(name));
}
