// SPDX-License-Identifier: GPL-2.0
/*
 * group - a multicast group and its port
 */
#include "group.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

bool group_add(struct ht_line lines[HT_LINES], int *count, const char *text)
{
	const char *colon = strrchr(text, ':');
	struct ht_line *line = &lines[*count];
	char address[INET_ADDRSTRLEN];
	unsigned long long port;
	int i;

	if (*count == HT_LINES) {
		usage_error("a feed has at most %d lines (--group)", HT_LINES);
		return false;
	}
	snprintf(address, sizeof(address), "%.*s",
		 colon ? (int)(colon - text) : 0, text);
	if (!colon || colon - text >= (int)sizeof(address) ||
	    inet_pton(AF_INET, address, line->group) != 1 ||
	    (line->group[0] & 0xf0) != 0xe0) {
		usage_error("--group must be a multicast group and a port, such as 233.54.12.111:26477, not `%s`",
			    text);
		return false;
	}
	if (!number_parse("the port of --group", colon + 1, 1, 65535, &port))
		return false;
	line->port = (uint16_t)port;
	for (i = 0; i < *count; i++)
		if (lines[i].port == line->port &&
		    !memcmp(lines[i].group, line->group, 4)) {
			usage_error("--group %s stands there twice", text);
			return false;
		}
	++*count;
	return true;
}
