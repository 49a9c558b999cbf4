/* SPDX-License-Identifier: GPL-2.0 */
/*
 * option_values - times, chances and addresses on a command line
 *
 * All return 0, or -EINVAL with the reason on stderr.
 */
#ifndef HT_SIM_OPTION_VALUES_H
#define HT_SIM_OPTION_VALUES_H

#include <netinet/in.h>
#include <stdint.h>

#include "faults.h"

/* "2s", "500ms", "50us" */
int option_duration(const char *option, const char *text, uint64_t *ns);

/* "2s+500ms": from when, for how long */
int option_window(const char *option, const char *text,
		  struct fault_window *window);

/* "5" or "5%", up to four decimals; in parts of FAULT_SURE. */
int option_chance(const char *option, const char *text, uint32_t *chance);

/* "10.77.0.1:9001"; min_port is 0 where any free one will do. */
int option_endpoint(const char *option, const char *text, uint32_t min_port,
		    struct sockaddr_in *address);

/* The same of a multicast group. */
int option_group(const char *option, const char *text,
		 struct sockaddr_in *address);

int option_address(const char *option, const char *text,
		   struct in_addr *address);

/* An IP packet's size; *payload is what is left for a datagram's. */
int option_mtu(const char *option, const char *text, uint32_t *payload);

#endif
