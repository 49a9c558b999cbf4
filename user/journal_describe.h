/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_describe - a record in words, as an object, as a row
 *
 * A record is whole, but what it says may be anything: letters that would break
 * a terminal or a file are shown as `?`.
 */
#ifndef HT_JOURNAL_DESCRIBE_H
#define HT_JOURNAL_DESCRIBE_H

#include <stdio.h>

#include "journal_read.h"
#include "ouch.h"

struct json_object;

enum { JOURNAL_TIME = 40 };	/* bytes of a time as text */

/* Writes CLOCK_REALTIME as 2026-01-30T09:30:00.000000001-05:00, the time of day
 * here and how far it is from UTC.  Return: text.
 */
const char *journal_time(char text[JOURNAL_TIME], uint64_t real_ns);

/* The message of a SENT or REPLY record.  Return: its bytes; *len may be 0. */
const uint8_t *journal_message(const struct journal_record *r, size_t *len);

/* Symbol and UserRefNum that the record is about; "" and 0: none.  symbol has
 * HT_TICKER bytes.
 */
void journal_about(const struct journal_record *r, char *symbol,
		   uint32_t *urn);

/* Words for numbers of journal_format.h; "?" for others. */
const char *journal_gate_name(uint8_t gate);
const char *journal_way_name(uint8_t way);
const char *journal_level_name(uint32_t level);
const char *journal_error_words(int32_t err);

/* What happened, in one line without its end. */
void journal_words(FILE *out, const struct journal_record *r);

/* Time, index, type, sequence and those words; a whole line. */
void journal_line(FILE *out, const struct journal_record *r, bool bytes);

/* The caller owns it.  Members that a record does not have are not there. */
struct json_object *journal_object(const struct journal_record *r);

/* The header of CSV, and a record's row under it. */
void journal_csv_header(FILE *out);
void journal_csv_row(FILE *out, const struct journal_record *r);

#endif
