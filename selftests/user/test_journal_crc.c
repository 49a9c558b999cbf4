// SPDX-License-Identifier: GPL-2.0
/* user/journal_crc.c: the sum of RFC 3720, whichever way it is computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../user/journal_crc.c"	/* its two ways are static */

enum { LONGEST = 300 };

static void it_is_that_of_the_rfc(void **state)
{
	/* RFC 3720, B.4 */
	static const uint8_t zeros[32];
	uint8_t ones[32], counted[32];
	uint8_t i;

	memset(ones, 0xff, sizeof(ones));
	for (i = 0; i < sizeof(counted); i++)
		counted[i] = i;
	assert_int_equal(journal_crc(0, zeros, sizeof(zeros)), 0x8a9136aa);
	assert_int_equal(journal_crc(0, ones, sizeof(ones)), 0x62a8ab43);
	assert_int_equal(journal_crc(0, counted, sizeof(counted)), 0x46dd794e);
	assert_int_equal(journal_crc(0, "123456789", 9), 0xe3069283);
}

/* A CPU without the instruction reads what another one wrote. */
static void both_ways_agree(void **state)
{
	uint8_t bytes[LONGEST];
	size_t from, len;

	if (!__builtin_cpu_supports("sse4.2"))
		skip();
	for (len = 0; len < LONGEST; len++)
		bytes[len] = (uint8_t)(len * len * 31 >> 3);
	for (len = 0; len < LONGEST - 8; len++)
		for (from = 0; from < 8; from++)
			assert_int_equal(crc_by_table(7, bytes + from, len),
					 crc_by_cpu(7, bytes + from, len));
}

static void a_sum_goes_on(void **state)
{
	const char text[] = "what stands before, and what follows";
	uint32_t whole = journal_crc(0, text, sizeof(text));
	size_t cut;

	for (cut = 0; cut <= sizeof(text); cut++)
		assert_int_equal(journal_crc(journal_crc(0, text, cut),
					     text + cut, sizeof(text) - cut),
				 whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_that_of_the_rfc),
		cmocka_unit_test(both_ways_agree),
		cmocka_unit_test(a_sum_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
