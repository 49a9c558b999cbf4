// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to an exchange, read back and written again.
 *
 * Input: messages, each behind its length of one byte.
 */
#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "../../user/ouch.h"

static void say(const struct ouch_request *r)
{
	char text[OUCH_WORDS];
	size_t i;

	ouch_request_words(text, r);
	for (i = 0; text[i]; i++)
		fuzz_check(i < sizeof(text) && isprint((uint8_t)text[i]));
	fuzz_check(i);
}

/* What may be sent reads back as the same; as its own original it changes
 * nothing about the order, which is always allowed.
 */
static void again(const struct ouch_request *r)
{
	uint8_t *message = malloc(OUCH_REQUEST_MAX);
	struct ouch_request back;
	int len;

	fuzz_check(message);
	len = ouch_request_encode(message, r, r);
	fuzz_check(len <= (int)OUCH_REQUEST_MAX);
	if (len > 0) {
		fuzz_check(!ouch_request_decode(message, (size_t)len, &back));
		fuzz_check(!memcmp(&back, r, sizeof(back)));
		fuzz_check(!strchr("OU", r->type) ||
			   (r->px && r->px <= OUCH_PRICE_MAX));
		fuzz_check(r->qty <= OUCH_QTY_MAX);
	}
	free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct ouch_request r;
	uint8_t *message;
	size_t len;
	int err;

	while (in.left) {
		len = fuzz_u8(&in);
		message = fuzz_block(&in, &len);
		err = ouch_request_decode(message, len, &r);
		free(message);
		say(&r);
		if (!err)
			again(&r);
	}
	return 0;
}
