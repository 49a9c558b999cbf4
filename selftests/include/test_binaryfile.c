// SPDX-License-Identifier: GPL-2.0
/* include/binaryfile.h on files that are whole, compressed and cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "binaryfile.h"
#include "compose.h"

static uint8_t message[BINARYFILE_MAX];

/* Opens a file with these bytes, plain or compressed and then cut. */
static void open_bytes(struct binaryfile *f, const void *bytes, size_t len,
		       int compressed, long cut)
{
	char name[] = "/tmp/ht-binaryfile-XXXXXX";
	int fd = mkstemp(name);
	gzFile gz;

	assert_true(fd >= 0);
	gz = gzdopen(dup(fd), compressed ? "wb" : "wbT");
	assert_int_equal(gzwrite(gz, bytes, (unsigned int)len), len);
	assert_int_equal(gzclose(gz), Z_OK);
	if (cut)
		assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - cut), 0);
	close(fd);
	assert_int_equal(binaryfile_open(f, name), 0);
	unlink(name);
}

static void reads(void **state)
{
	static const uint8_t bytes[] = { 0, 2, 'h', 'i', 0, 1, '!', 0, 0, 9 };
	struct binaryfile f;
	int compressed;

	for (compressed = 0; compressed < 2; compressed++) {
		open_bytes(&f, bytes, sizeof(bytes), compressed, 0);
		assert_int_equal(binaryfile_next(&f, message), 2);
		assert_memory_equal(message, "hi", 2);
		assert_int_equal(binaryfile_next(&f, message), 1);
		assert_int_equal(f.messages, 2);
		assert_int_equal(f.offset, 7);
		/* a length of 0 ends the session */
		assert_int_equal(binaryfile_next(&f, message), 0);
		binaryfile_close(&f);
	}
}

static void cut_anywhere(void **state)
{
	static const uint8_t bytes[] = { 0, 2, 'h', 'i', 0, 3, 'y', 'o', 'u' };
	struct binaryfile f;
	size_t len;

	for (len = 0; len <= sizeof(bytes); len++) {
		open_bytes(&f, bytes, len, 0, 0);
		if (len >= 4)
			assert_int_equal(binaryfile_next(&f, message), 2);
		assert_int_equal(binaryfile_next(&f, message),
				 len == 0 || len == 4 ? 0 :
				 len == sizeof(bytes) ? 3 : -EPROTO);
		binaryfile_close(&f);
	}
}

/* A compressed file that ends early is an error wherever it was cut, also
 * between two messages.
 */
static void cut_while_compressed(void **state)
{
	static uint8_t bytes[40 * 1000];
	uint64_t random = 23;
	struct binaryfile f;
	long cut;
	int got;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i % 40 == 0 ? 0 : i % 40 == 1 ? 38 :
			   (uint8_t)random_next(&random);
	for (cut = 1; cut < 2000; cut += 7) {
		open_bytes(&f, bytes, sizeof(bytes), 1, cut);
		while ((got = binaryfile_next(&f, message)) > 0)
			;
		assert_true(got < 0);
		binaryfile_close(&f);
	}
}

static void missing(void **state)
{
	struct binaryfile f;

	assert_int_equal(binaryfile_open(&f, "/nonexistent/file"), -ENOENT);
	binaryfile_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(cut_while_compressed),
		cmocka_unit_test(missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
