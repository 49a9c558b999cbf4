// SPDX-License-Identifier: GPL-2.0
#include "option_values.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "ether.h"
#include "line.h"
#include "options.h"
#include "price.h"

enum {
	MTU_MIN = 128,
	MTU_MAX = LINE_PACKET_MAX + 28,
	PERCENT_MAX = 100 * PRICE_UNIT,
};

/*
 * Reads a time up to *end.  Decimals are read as prices are: in units of 1e-4,
 * without floating point.  Return: 0 or -EINVAL.
 */
static int duration_read(const char *text, uint64_t *ns, const char **end)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "s", NS_PER_SECOND },
		{ "ms", NS_PER_MS },
		{ "us", NS_PER_US },
	};
	uint64_t value = 0;
	size_t i, len;

	if (price_parse(text, UINT32_MAX, &value, end))
		return -EINVAL;
	for (i = 0; i < 3; i++) {
		len = strlen(units[i].name);
		if (strncmp(*end, units[i].name, len))
			continue;
		*end += len;
		/* below 2^32 * 1e9: fits */
		*ns = value * units[i].ns / PRICE_UNIT;
		return 0;
	}
	return -EINVAL;
}

int option_duration(const char *option, const char *text, uint64_t *ns)
{
	const char *end = text;

	if (!duration_read(text, ns, &end) && !*end)
		return 0;
	return option_bad(option, text, "a time such as 2s, 500ms or 50us");
}

int option_window(const char *option, const char *text,
		  struct fault_window *window)
{
	const char *end = text;

	if (!duration_read(text, &window->from_ns, &end) && *end == '+' &&
	    !duration_read(end + 1, &window->for_ns, &end) && !*end)
		return 0;
	return option_bad(option, text, "from when and for how long, such as "
			  "2s+500ms");
}

int option_chance(const char *option, const char *text, uint32_t *chance)
{
	const char *end = text;
	uint64_t value = 0;

	_Static_assert((int)PERCENT_MAX == (int)FAULT_SURE,
		       "1e-4 percent are the unit");
	if (!price_parse(text, PERCENT_MAX, &value, &end) &&
	    (!*end || !strcmp(end, "%"))) {
		*chance = (uint32_t)value;
		return 0;
	}
	return option_bad(option, text, "a percentage from 0 to 100");
}

int option_endpoint(const char *option, const char *text, uint32_t min_port,
		    struct sockaddr_in *address)
{
	char ip[INET_ADDRSTRLEN] = "";
	const char *colon = strchr(text, ':');
	uint32_t port;

	if (!colon || colon - text >= (long)sizeof(ip))
		return option_bad(option, text, "ADDRESS:PORT");
	memcpy(ip, text, (size_t)(colon - text));
	address->sin_family = AF_INET;
	if (inet_pton(AF_INET, ip, &address->sin_addr) != 1)
		return option_bad(option, text,
				  "an IPv4 address before the colon");
	if (option_number32(option, colon + 1, min_port, UINT16_MAX, &port))
		return -EINVAL;
	address->sin_port = htons((uint16_t)port);
	return 0;
}

int option_group(const char *option, const char *text,
		 struct sockaddr_in *address)
{
	if (option_endpoint(option, text, 1, address))
		return -EINVAL;
	if (!IN_MULTICAST(ntohl(address->sin_addr.s_addr)))
		return option_bad(option, text, "a multicast address, "
				  "224.0.0.0 to 239.255.255.255");
	return 0;
}

int option_address(const char *option, const char *text,
		   struct in_addr *address)
{
	if (inet_pton(AF_INET, text, address) == 1)
		return 0;
	return option_bad(option, text, "an IPv4 address");
}

int option_mtu(const char *option, const char *text, uint32_t *payload)
{
	uint32_t value;
	int err = option_number32(option, text, MTU_MIN, MTU_MAX, &value);

	*payload = HT_UDP_PAYLOAD(value);
	return err;
}
