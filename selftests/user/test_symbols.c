// SPDX-License-Identifier: GPL-2.0
/*
 * user/symbols.c: a watch list, and what is wrong with one in one clear line
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/symbols.h"

static char file[] = "/tmp/ht-symbols-XXXXXX";
static char said[512];

/* Reads the list and keeps what it says on stderr. */
static int reads(struct symbols *s, const char *text)
{
	FILE *kept = tmpfile();
	int screen = dup(STDERR_FILENO), err;
	size_t got;

	assert_non_null(kept);
	dup2(fileno(kept), STDERR_FILENO);
	err = symbols_read(s, text);
	fflush(stderr);
	dup2(screen, STDERR_FILENO);
	close(screen);
	rewind(kept);
	got = fread(said, 1, sizeof(said) - 1, kept);
	said[got] = 0;
	fclose(kept);
	return err;
}

static void refused(const char *text, const char *line)
{
	struct symbols s;

	assert_int_equal(reads(&s, text), -EINVAL);
	assert_string_equal(said, line);
	assert_null(s.names);
	assert_int_equal(s.count, 0);
}

static void file_of(const char *text, size_t length)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

static void file_refused(const char *text, const char *why)
{
	char line[256];

	file_of(text, strlen(text));
	snprintf(line, sizeof(line), "hairtrigger: %s%s\n", file, why);
	refused(file, line);
}

static int setup(void **state)
{
	int fd = mkstemp(file);

	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	return unlink(file);
}

static void a_list(void **state)
{
	struct symbols s;

	assert_int_equal(reads(&s, "MSFT,AAPL,BRK.A,ABCDEFGH"), 0);
	assert_int_equal(s.count, 4);
	assert_memory_equal(s.names[0].stock, "AAPL    ", 8);
	assert_memory_equal(s.names[1].stock, "ABCDEFGH", 8);
	assert_memory_equal(s.names[2].stock, "BRK.A   ", 8);
	assert_memory_equal(s.names[3].stock, "MSFT    ", 8);
	assert_true(symbols_has(&s, "BRK.A   "));
	assert_false(symbols_has(&s, "BRK.B   "));
	assert_int_equal(symbols_length("BRK.A   "), 5);
	assert_int_equal(symbols_length("ABCDEFGH"), 8);
	symbols_free(&s);
	assert_false(symbols_has(&s, "AAPL    "));
}

static void a_file(void **state)
{
	static const char text[] = "# watched today\n\n  AAPL \r\nMSFT\t# big\n"
				   "ZWZZT#\n BRK.A";
	struct symbols s;

	file_of(text, strlen(text));
	assert_int_equal(reads(&s, file), 0);
	assert_int_equal(s.count, 4);
	assert_memory_equal(s.names[3].stock, "ZWZZT#  ", 8);
	assert_int_equal(s.names[3].line, 5);
	symbols_free(&s);
}

static void bad_lists_are_refused(void **state)
{
	refused("AAPL,", "hairtrigger: --symbols: `` is no ticker: one has 1 to 8 characters\n");
	refused("", "hairtrigger: --symbols: `` is no ticker: one has 1 to 8 characters\n");
	refused("AAPL,ABCDEFGHI", "hairtrigger: --symbols: `ABCDEFGHI` is no ticker: one has 1 to 8 characters\n");
	refused("AAPL, MSFT", "hairtrigger: --symbols: ` MSFT` holds a character that no ticker has\n");
	refused("MSFT,AAPL,MSFT", "hairtrigger: --symbols: `MSFT` stands there twice\n");
}

static void bad_files_are_refused_by_line(void **state)
{
	file_refused("AAPL\nABCDEFGHI\n", ":2: `ABCDEFGHI` is no ticker: one has 1 to 8 characters");
	file_refused("\n\nAA\001PL\n", ":3: `AA?PL` holds a character that no ticker has");
	file_refused("AAPL MSFT\n", ":1: `AAPL MSFT` holds a character that no ticker has");
	file_refused("AAPL\nMSFT\n# two\nAAPL\n", ":4: `AAPL` stands there twice, first in line 1");
	file_refused("# nothing\n\n", ": names no symbol");
	file_refused("", ": names no symbol");
}

static void what_cannot_be_read(void **state)
{
	struct symbols s;

	assert_int_equal(reads(&s, "/no/such/list"), -ENOENT);
	assert_string_equal(said, "hairtrigger: /no/such/list: cannot read: No such file or directory\n");
	assert_int_equal(reads(&s, "/tmp"), -EISDIR);
	assert_string_equal(said, "hairtrigger: /tmp: cannot read: Is a directory\n");
	assert_int_equal(reads(&s, "/dev/zero"), -EINVAL);
}

static void a_file_has_a_slash(void **state)
{
	char line[128];

	refused("watch", "hairtrigger: --symbols: `watch` is no ticker (1 to 8 characters, no small letters), and there is no such file\n");
	assert_int_equal(chdir("/tmp"), 0);
	file_of("AAPL\n", 5);
	snprintf(line, sizeof(line), "hairtrigger: --symbols: `%s` is no ticker; use ./%s for a file\n",
		 file + 5, file + 5);
	refused(file + 5, line);
}

static void as_many_as_there_are_locates(void **state)
{
	FILE *out = fopen(file, "w");
	struct symbols s;
	int i;

	assert_non_null(out);
	for (i = 0; i < HT_WANTED; i++)
		fprintf(out, "T%d\n", i);
	fclose(out);
	assert_int_equal(reads(&s, file), 0);
	assert_int_equal(s.count, HT_WANTED);
	assert_true(symbols_has(&s, "T65534  "));
	symbols_free(&s);
	out = fopen(file, "a");
	assert_non_null(out);
	fputs("ONEMORE\n", out);
	fclose(out);
	assert_int_equal(reads(&s, file), -EINVAL);
	assert_non_null(strstr(said, ":65536: `ONEMORE` is one too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list),
		cmocka_unit_test(a_file),
		cmocka_unit_test(bad_lists_are_refused),
		cmocka_unit_test(bad_files_are_refused_by_line),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(a_file_has_a_slash),
		cmocka_unit_test(as_many_as_there_are_locates),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
