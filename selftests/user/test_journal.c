// SPDX-License-Identifier: GPL-2.0
/* user/journal*.c on real files and io_uring: what is put is found again, and
 * whatever else the file holds is found out.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/clock.h"
#include "../../user/ouch.h"
#include "journal_rig.h"

static void open_put_close(struct journal_rig *rig, unsigned int n)
{
	assert_int_equal(journal_rig_open(rig), 0);
	journal_rig_put(&rig->journal, n);
	assert_int_equal(journal_rig_close(rig), 0);
}

/* Where the last record begins, and ends. */
static void last_record(const char *path, uint64_t *from, uint64_t *to)
{
	struct journal_record record;
	struct journal_reader r;

	assert_int_equal(journal_reader_open(&r, path), 0);
	do
		*from = r.at;
	while (journal_next(&r, &record) > 0 &&
	       record.head->index < JOURNAL_SAMPLE);
	*to = r.at;
	journal_reader_close(&r);
}

/* -- what is put is there ----------------------------------------------- */

static void check_first(const struct journal_record *record)
{
	const struct journal_start *p =
		journal_payload(record, struct journal_start);

	assert_int_equal(record->head->type, JOURNAL_START);
	assert_int_equal(record->head->limits, 0);
	assert_int_equal(p->pid, 77);
	assert_int_equal(p->first_index, 1);
	assert_int_equal(p->len, 13);
	assert_memory_equal(record->more, "--max-qty 100\0\0\0", 16);
}

static void check_sent(const struct journal_record *record)
{
	const struct journal_sent *p =
		journal_payload(record, struct journal_sent);
	struct ouch_request request;

	assert_int_equal(p->submitted_ns, 1010000);
	assert_string_equal(p->trigger, "dip");
	assert_int_equal(ouch_request_decode(record->more, p->len, &request),
			 0);
	assert_int_equal(request.urn, 1);
	assert_int_equal(request.px, 1823500);
}

static void check_reply(const struct journal_record *record)
{
	const struct journal_reply *p =
		journal_payload(record, struct journal_reply);
	struct ouch_reply reply;

	assert_int_equal(ouch_decode(record->more, p->len, &reply), 0);
	assert_int_equal(reply.type, p->number == 1 ? 'A' : 'E');
	assert_int_equal(reply.urn, 1);
}

static void check_order(const struct journal_record *record)
{
	switch (record->head->type) {
	case JOURNAL_EVENT:
		assert_int_equal(journal_payload(record,
						 struct ht_event)->px, 1823500);
		break;
	case JOURNAL_REFUSAL:
		assert_int_equal(journal_payload(record,
						 struct journal_refusal)->reason,
				 HT_REFUSED_STALE);
		break;
	case JOURNAL_SENT:
		check_sent(record);
		break;
	default:
		assert_int_equal(record->head->type, JOURNAL_REPLY);
		check_reply(record);
	}
	assert_int_equal(record->head->seq, 1000);
}

static void check_other(const struct journal_record *record)
{
	switch (record->head->type) {
	case JOURNAL_SESSION:
		assert_string_equal(
			journal_payload(record, struct journal_session)->words,
			"the exchange let us in");
		break;
	case JOURNAL_KILL:
		assert_string_equal(
			journal_payload(record, struct journal_kill)->symbol,
			"MSFT");
		break;
	case JOURNAL_LIMITS:
		assert_int_equal(record->head->limits, 1);
		assert_memory_equal(record->more, "max_qty 100 -> 200", 18);
		break;
	case JOURNAL_RECONCILED:
		assert_int_equal(
			journal_payload(record,
					struct journal_reconciled)->replies, 2);
		break;
	default:
		assert_int_equal(record->head->type, JOURNAL_STOP);
		assert_int_equal(
			journal_payload(record, struct journal_stop)->err,
			-EIO);
	}
}

static void every_type_is_found_again(void **state)
{
	struct journal_rig *rig = *state;
	struct journal_record record;
	struct journal_reader r;
	uint64_t before = clock_ns(), i;

	open_put_close(rig, 1);
	assert_int_equal(journal_reader_open(&r, rig->path), 0);
	assert_string_equal(r.header.instance, "lab");
	for (i = 1; i <= JOURNAL_SAMPLE; i++) {
		assert_int_equal(journal_next(&r, &record), 1);
		assert_int_equal(record.head->index, i);
		assert_true(record.head->mono_ns >= before);
		before = record.head->mono_ns;
		if (i == 1)
			check_first(&record);
		else if (i <= 6)
			check_order(&record);
		else
			check_other(&record);
	}
	assert_int_equal(journal_next(&r, &record), 0);
	journal_reader_close(&r);
}

static void it_goes_on_where_it_ended(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t records, lost;
	struct stat st;
	int i;

	for (i = 0; i < 3; i++)
		open_put_close(rig, 5);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(records, 3 * 5 * JOURNAL_SAMPLE);
	assert_int_equal(stat(rig->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_second_writer_is_refused(void **state)
{
	struct journal_rig *rig = *state, other = *rig;
	uint64_t records, lost;

	assert_int_equal(journal_rig_open(rig), 0);
	journal_rig_put(&rig->journal, 1);
	assert_int_equal(journal_rig_open(&other), -EBUSY);
	assert_int_equal(other.journal.fd, -1);
	journal_rig_put(&other.journal, 1);	/* a closed one takes it */
	journal_rig_run(rig);
	assert_int_equal(journal_rig_close(rig), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(records, JOURNAL_SAMPLE);
}

static void what_is_too_long_is_cut(void **state)
{
	struct journal_rig *rig = *state;
	const struct journal_limits limits = { .version = 2, .who = "root" };
	static char text[3 * JOURNAL_RECORD_MAX];
	uint64_t records, lost;

	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(journal_rig_open(rig), 0);
	journal_put_limits(&rig->journal, &limits, text);
	journal_put_stop(&rig->journal, 0, text);
	assert_int_equal(journal_rig_close(rig), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(records, 2);
}

/* -- what is not whole is found out ------------------------------------- */

static void a_torn_tail_is_cut(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t from, to, at, records, lost;
	uint8_t *bytes;
	size_t len;

	open_put_close(rig, 1);
	last_record(rig->path, &from, &to);
	bytes = journal_rig_bytes(rig->path, &len);
	assert_int_equal(to, len);
	for (at = from + 1; at < to; at++) {
		journal_rig_write(rig->path, bytes, at);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 -ENODATA);
		assert_int_equal(records, JOURNAL_SAMPLE - 1);
		assert_int_equal(journal_rig_open(rig), 0);
		assert_int_equal(rig->journal.cut, at - from);
		assert_int_equal(rig->journal.index, JOURNAL_SAMPLE - 1);
		journal_rig_put(&rig->journal, 1);
		assert_int_equal(journal_rig_close(rig), 0);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 0);
		assert_int_equal(records, 2 * JOURNAL_SAMPLE - 1);
	}
	free(bytes);
}

/* As a file system may leave it, when its machine died and not the writer. */
static void a_tail_of_zeros_is_cut(void **state)
{
	enum { ZEROS = 10000 };
	struct journal_rig *rig = *state;
	uint64_t records, lost;
	struct stat st;

	open_put_close(rig, 1);
	assert_int_equal(stat(rig->path, &st), 0);
	assert_int_equal(truncate(rig->path, st.st_size + ZEROS), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost),
			 -ENODATA);
	assert_int_equal(records, JOURNAL_SAMPLE);
	open_put_close(rig, 1);
	assert_int_equal(rig->journal.cut, ZEROS);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(records, 2 * JOURNAL_SAMPLE);
}

static void a_torn_header_is_written_anew(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t records, lost;
	uint8_t *bytes;
	size_t len, at;

	open_put_close(rig, 0);
	bytes = journal_rig_bytes(rig->path, &len);
	assert_int_equal(len, sizeof(struct journal_header));
	for (at = 0; at < len; at++) {
		journal_rig_write(rig->path, bytes, at);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 -ENODATA);
		open_put_close(rig, 1);
		assert_int_equal(rig->journal.cut, at);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 0);
		assert_int_equal(records, JOURNAL_SAMPLE);
	}
	free(bytes);
}

static void every_flipped_bit_is_found(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t from, to, records, lost, at;
	uint8_t *bytes, flipped;
	int fd, bit, got;
	size_t len;

	open_put_close(rig, 1);
	last_record(rig->path, &from, &to);
	bytes = journal_rig_bytes(rig->path, &len);
	fd = open(rig->path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (at = 0; at < len; at++) {
		for (bit = 0; bit < 8; bit++) {
			flipped = bytes[at] ^ (uint8_t)(1 << bit);
			assert_int_equal(pwrite(fd, &flipped, 1, (off_t)at),
					 1);
			got = journal_rig_read(rig->path, &records, &lost);
			assert_int_equal(got, at < from ? -EBADMSG : -ENODATA);
			assert_true(records < JOURNAL_SAMPLE);
		}
		assert_int_equal(pwrite(fd, &bytes[at], 1, (off_t)at), 1);
	}
	close(fd);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	free(bytes);
}

static void a_damaged_one_is_left_alone(void **state)
{
	struct journal_rig *rig = *state;
	uint8_t *bytes, *after;
	size_t len;

	open_put_close(rig, 2);
	bytes = journal_rig_bytes(rig->path, &len);
	bytes[200] ^= 4;
	journal_rig_write(rig->path, bytes, len);
	assert_int_equal(journal_rig_open(rig), -EBADMSG);
	after = journal_rig_bytes(rig->path, &len);
	assert_memory_equal(after, bytes, len);
	free(bytes);
	free(after);
}

/* Where the record of an index begins in the bytes of a file. */
static size_t record_at(const uint8_t *bytes, uint64_t index)
{
	size_t at = sizeof(struct journal_header);

	while (((const struct journal_head *)(bytes + at))->index < index)
		at += ((const struct journal_head *)(bytes + at))->length;
	return at;
}

static void no_record_vanishes(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t index, records, lost;
	size_t len, at, next;
	uint8_t *bytes, *less;

	open_put_close(rig, 1);
	bytes = journal_rig_bytes(rig->path, &len);
	for (index = 1; index < JOURNAL_SAMPLE; index++) {
		at = record_at(bytes, index);
		next = record_at(bytes, index + 1);
		less = malloc(len);
		memcpy(less, bytes, at);
		memcpy(less + at, bytes + next, len - next);
		journal_rig_write(rig->path, less, len - (next - at));
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 -EBADMSG);
		assert_int_equal(records, index - 1);
		free(less);
	}
	free(bytes);
}

static void other_files_are_no_journals(void **state)
{
	static const char text[] =
		"This is a text that somebody wrote and wants to keep; it is longer than a header.\n";
	struct journal_rig *rig = *state;
	uint64_t records, lost;
	uint8_t *bytes;
	size_t len;

	size_t i;

	open_put_close(rig, 0);
	/* also one that is shorter than a header */
	for (i = 0; i < 2; i++) {
		journal_rig_write(rig->path, text, i ? sizeof(text) : 3);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 -EBADMSG);
		assert_int_equal(journal_rig_open(rig), -EBADMSG);
		bytes = journal_rig_bytes(rig->path, &len);
		assert_int_equal(len, i ? sizeof(text) : 3);
		assert_memory_equal(bytes, text, len);
		free(bytes);
	}
}

/* Of a later version: they are there, and what they say is not guessed. */
static void unknown_records_are_passed_over(void **state)
{
	struct journal_rig *rig = *state;
	struct journal_record record;
	struct journal_reader r;
	struct journal_head *head;
	uint8_t *bytes;
	size_t len;

	open_put_close(rig, 1);
	bytes = journal_rig_bytes(rig->path, &len);
	len = record_at(bytes, 2);
	head = (struct journal_head *)(bytes + sizeof(struct journal_header));
	head->type = 200;
	head->crc = journal_record_crc(head);
	journal_rig_write(rig->path, bytes, len);
	assert_int_equal(journal_reader_open(&r, rig->path), 0);
	assert_int_equal(journal_next(&r, &record), 1);
	assert_false(journal_is_known(record.head));
	assert_null(record.more);
	assert_string_equal(journal_type_name(record.head->type), "?");
	assert_int_equal(journal_next(&r, &record), 0);
	journal_reader_close(&r);
	free(bytes);
}

#define IN_A_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, journal_rig_setup, \
					journal_rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(every_type_is_found_again),
		IN_A_FOLDER(it_goes_on_where_it_ended),
		IN_A_FOLDER(a_second_writer_is_refused),
		IN_A_FOLDER(what_is_too_long_is_cut),
		IN_A_FOLDER(a_torn_tail_is_cut),
		IN_A_FOLDER(a_tail_of_zeros_is_cut),
		IN_A_FOLDER(a_torn_header_is_written_anew),
		IN_A_FOLDER(every_flipped_bit_is_found),
		IN_A_FOLDER(a_damaged_one_is_left_alone),
		IN_A_FOLDER(no_record_vanishes),
		IN_A_FOLDER(other_files_are_no_journals),
		IN_A_FOLDER(unknown_records_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
