// SPDX-License-Identifier: GPL-2.0
/* What a request may ask for depends on the order that it is about. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ouch_requests.h"
#include "wire.h"

static void only_kinds_of_selling_are_modified(void **state)
{
	static const char sides[] = "BSTE?";
	struct ouch_request original = request_of('O');
	struct ouch_request r = request_of('M');
	uint8_t m[OUCH_REQUEST_MAX];
	const char *from, *to;

	assert_int_equal(ouch_request_encode(m, &r, NULL), -EINVAL);
	for (from = sides; *from; from++)
		for (to = sides; *to; to++) {
			original.side = *from;
			r.side = *to;
			assert_int_equal(ouch_request_encode(m, &r, &original),
					 strchr("STE", *from) &&
					 strchr("STE", *to) ? 10 : -EINVAL);
		}
}

static void locates_are_sent_again(void **state)
{
	struct ouch_request original = request_of('O');
	struct ouch_request r = request_of('U');
	uint8_t m[OUCH_REQUEST_MAX];

	assert_int_equal(ouch_request_encode(m, &r, NULL), -EINVAL);
	ouch_tag_put(&original.terms.tags, OUCH_TAG_SHARES_LOCATED, 'Y');
	ouch_tag_put(&original.terms.tags, OUCH_TAG_POST_ONLY, 'P');
	assert_int_equal(ouch_request_encode(m, &r, &original), -EINVAL);
	ouch_tag_put(&r.terms.tags, OUCH_TAG_SHARES_LOCATED, 'Y');
	assert_int_equal(ouch_request_encode(m, &r, &original), 43);
	ouch_tag_put_text(&original.terms.tags, OUCH_TAG_LOCATE_BROKER, "BRKR");
	assert_int_equal(ouch_request_encode(m, &r, &original), -EINVAL);
	ouch_tag_put_text(&r.terms.tags, OUCH_TAG_LOCATE_BROKER, "BRKR");
	assert_int_equal(ouch_request_encode(m, &r, &original), 49);
}

static void a_replace_may_change_the_kind_of_selling(void **state)
{
	struct ouch_request original = request_of('O');
	struct ouch_request r = request_of('U');
	uint8_t m[OUCH_REQUEST_MAX];

	ouch_tag_put(&r.terms.tags, OUCH_TAG_SIDE, 'S');
	assert_int_equal(ouch_request_encode(m, &r, &original), 43);
	original.side = 'B';
	assert_int_equal(ouch_request_encode(m, &r, &original), -EINVAL);
	r.terms.tags.len = 0;
	ouch_tag_put(&r.terms.tags, OUCH_TAG_SIDE, 'B');
	assert_int_equal(ouch_request_encode(m, &r, &original), 43);
}

static void an_order_is_found_in_its_channel(void **state)
{
	struct ouch_request original = request_of('O'), r;
	uint8_t m[OUCH_REQUEST_MAX];
	const char *type;

	/* what cannot be read may be any channel */
	original.terms.tags.len = 1;
	r = request_of('U');
	assert_int_equal(ouch_request_encode(m, &r, &original), -EINVAL);
	original.terms.tags.len = 0;
	assert_int_equal(ouch_request_encode(m, &r, &original), 40);
	ouch_tag_put(&original.terms.tags, OUCH_TAG_USER_REF_IDX, 2);
	for (type = "UXM"; *type; type++) {
		r = request_of(*type);
		assert_int_equal(ouch_request_encode(m, &r, &original),
				 -EINVAL);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 1);
		assert_int_equal(ouch_request_encode(m, &r, &original),
				 -EINVAL);
		r.terms.tags.len = 0;
		ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 2);
		assert_true(ouch_request_encode(m, &r, &original) > 0);
	}
}

static void good_till_time_needs_its_time(void **state)
{
	struct ouch_request original = request_of('O');
	struct ouch_request r = request_of('O');
	uint8_t m[OUCH_REQUEST_MAX];

	r.terms.tif = OUCH_TIF_GTT;
	assert_int_equal(ouch_request_encode(m, &r, NULL), -EINVAL);
	assert_int_equal(ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME,
				      86400), -ERANGE);
	assert_int_equal(ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME,
				      86399), 0);
	assert_int_equal(ouch_request_encode(m, &r, NULL), 53);
	/* 86400, put there by hand */
	put_be32(r.terms.tags.bytes + 2, 86400);
	assert_int_equal(ouch_request_encode(m, &r, NULL), -ERANGE);
	/* a Replace has it of its original */
	r = request_of('U');
	r.terms.tif = OUCH_TIF_GTT;
	assert_int_equal(ouch_request_encode(m, &r, &original), -EINVAL);
	ouch_tag_put(&original.terms.tags, OUCH_TAG_EXPIRE_TIME, 60);
	assert_int_equal(ouch_request_encode(m, &r, &original), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_kinds_of_selling_are_modified),
		cmocka_unit_test(locates_are_sent_again),
		cmocka_unit_test(a_replace_may_change_the_kind_of_selling),
		cmocka_unit_test(an_order_is_found_in_its_channel),
		cmocka_unit_test(good_till_time_needs_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
