// SPDX-License-Identifier: GPL-2.0
/*
 * A journal: read, told in words, as an object and as a row, added up, and its
 * orders made anew.
 *
 * Input: a byte, then the file.  With an odd byte its sums, indices and chain
 * are made right first, as far as its lengths lead, so that what records say is
 * reached, too.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "../../user/journal_describe.h"
#include "../../user/journal_orders.h"
#include "../../user/journal_stats.h"

enum { ROOM = 64 };		/* orders */

static void header_repair(struct journal_header *h)
{
	memcpy(h->magic, JOURNAL_MAGIC, sizeof(h->magic));
	h->version = JOURNAL_VERSION;
	h->order = JOURNAL_ORDER;
	h->crc = journal_crc(0, h, offsetof(struct journal_header, crc));
}

static void repair(uint8_t *file, size_t len)
{
	size_t at = sizeof(struct journal_header);
	struct journal_head head;
	uint64_t index = 0;
	uint32_t before;

	if (len < at)
		return;
	header_repair((struct journal_header *)file);
	before = ((struct journal_header *)file)->crc;
	while (at + sizeof(head) <= len) {
		memcpy(&head, file + at, sizeof(head));
		if (head.length < sizeof(head) || head.length > len - at ||
		    head.length % JOURNAL_ALIGN)
			return;
		head.before = before;
		head.index = ++index;
		memcpy(file + at, &head, sizeof(head));
		before = journal_record_crc((void *)(file + at));
		memcpy(file + at, &before, sizeof(before));
		at += head.length;
	}
}

/* Nothing but what can be printed, whatever the record says. */
static void text_check(const char *text, size_t len, bool one_line)
{
	size_t i;

	for (i = 0; i + one_line < len; i++)
		fuzz_check(text[i] >= ' ' && text[i] <= '~');
	fuzz_check(!one_line || (len && text[len - 1] == '\n'));
}

static void tell(const struct journal_record *record)
{
	struct json_object *o;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fuzz_check(out);
	journal_line(out, record, true);
	fuzz_check(!fflush(out));
	text_check(text, len, true);
	rewind(out);
	journal_csv_row(out, record);
	fuzz_check(!fclose(out));
	free(text);
	o = journal_object(record);
	fuzz_check(json_object_object_length(o) >= 5);
	json_object_put(o);
}

static void record_check(const struct journal_reader *r,
			 const struct journal_record *record, uint64_t index,
			 size_t size)
{
	fuzz_check(record->head->index == index && r->index == index);
	fuzz_check(r->at <= size);
	fuzz_check(record->len + sizeof(*record->head) ==
		   record->head->length);
	fuzz_check(!record->more ||
		   (const uint8_t *)record->more + record->more_len ==
		   (const uint8_t *)record->payload + record->len);
}

/* Return: how it ended; *records and *whole: up to there. */
static int read_through(const char *path, size_t size, uint64_t *records,
			uint64_t *whole)
{
	static struct journal_stats stats;
	struct journal_orders orders;
	struct journal_record record;
	struct journal_reader r;
	int got = journal_reader_open(&r, path);
	bool opened = !got;

	*records = 0;
	memset(&stats, 0, sizeof(stats));
	fuzz_check(!journal_orders_open(&orders, ROOM));
	while (opened && (got = journal_next(&r, &record)) > 0) {
		record_check(&r, &record, ++*records, size);
		tell(&record);
		journal_stats_add(&stats, &record);
		fuzz_check(!journal_orders_take(&orders, &record));
	}
	fuzz_check(got == 0 || got == -ENODATA || got == -EBADMSG);
	fuzz_check(!got == !r.words[0]);
	*whole = r.at;
	fuzz_check(orders.orders.count <= ROOM);
	journal_orders_close(&orders);
	journal_reader_close(&r);
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	bool repaired = fuzz_u8(&in) & 1;
	uint64_t records, again, whole, end;
	size_t len = in.left;
	uint8_t *file = fuzz_block(&in, &len);
	int got;

	if (repaired)
		repair(file, len);
	got = read_through(fuzz_file(file, len), len, &records, &whole);
	/* what a writer would cut a torn tail to */
	if (got == -ENODATA && whole) {
		fuzz_check(!read_through(fuzz_file(file, whole), whole, &again,
					 &end));
		fuzz_check(again == records && end == whole);
	}
	free(file);
	return 0;
}
