// SPDX-License-Identifier: GPL-2.0
/*
 * daytime - ITCH time as people write it
 */
#include "daytime.h"

#include <errno.h>
#include <stdio.h>

#include "clock.h"

/* Two digits below limit.  Return: what follows them, or NULL. */
static const char *two_digits(const char *text, unsigned int limit,
			      uint64_t *value)
{
	unsigned int number;

	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return NULL;
	number = (unsigned int)(text[0] - '0') * 10 +
		 (unsigned int)(text[1] - '0');
	*value = number;
	return number < limit ? text + 2 : NULL;
}

static int fraction(const char *text, uint64_t *ns)
{
	uint64_t unit = SECOND_NS;

	if (!*text)
		return -EINVAL;
	for (*ns = 0; *text >= '0' && *text <= '9' && unit > 1; text++) {
		unit /= 10;
		*ns += unit * (uint64_t)(*text - '0');
	}
	return *text ? -EINVAL : 0;
}

int daytime_parse(const char *text, uint64_t *ns)
{
	uint64_t hours, minutes, seconds = 0, rest = 0;

	text = two_digits(text, 24, &hours);
	if (!text || *text != ':')
		return -EINVAL;
	text = two_digits(text + 1, 60, &minutes);
	if (text && *text == ':')
		text = two_digits(text + 1, 60, &seconds);
	else if (text && *text)
		return -EINVAL;
	if (!text || (*text && *text != '.') ||
	    (*text && fraction(text + 1, &rest)))
		return -EINVAL;
	*ns = ((hours * 60 + minutes) * 60 + seconds) * SECOND_NS + rest;
	return 0;
}

char *daytime_text(char text[DAYTIME_TEXT], uint64_t ns)
{
	unsigned int seconds = (unsigned int)(ns / SECOND_NS);

	snprintf(text, DAYTIME_TEXT, "%02u:%02u:%02u.%09u", seconds / 3600,
		 seconds / 60 % 60, seconds % 60,
		 (unsigned int)(ns % SECOND_NS));
	return text;
}
