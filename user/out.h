/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out - one answer, as text for people or as JSON for programs
 *
 * A command builds its answer once, as json-c objects; text is printed from
 * the same object, so the two cannot differ.
 */
#ifndef HT_OUT_H
#define HT_OUT_H

#include <json-c/json.h>
#include <stdint.h>

enum {
	OUT_SCHEMA = 1,		/* "schema" in every JSON answer */
	OUT_CELL = 160,		/* bytes of one cell of text */
};

/* A column of a text table: member of each row, heading, right-aligned? */
struct out_column {
	const char *member;
	const char *heading;
	int right;
};

/* Prints `answer` as JSON (-j compact, -p pretty, with "schema" added). */
void out_json(struct json_object *answer);

/* Prints an array of objects as a table under headings; columns end with a
 * NULL member.  Widths fit the contents; an absent member is blank.
 */
void out_table(struct json_object *rows, const struct out_column *columns);

/* Prints the members of an object as aligned "name  value" lines; arrays and
 * objects in it are left to the caller.
 *
 * In text a member's suffix is its unit: _ns is shown as a duration, _bytes in
 * MiB, and underscores as spaces.
 */
void out_fields(struct json_object *object);

/* Adders that keep units out of the callers: a price as "182.3500" (a string,
 * never a float), an unsigned number, a string.
 */
void out_price(struct json_object *o, const char *member, uint64_t px);
void out_uint(struct json_object *o, const char *member, uint64_t value);
void out_text(struct json_object *o, const char *member, const char *text);

/* A quotient in tenths, rounded; 0 when count is. */
uint64_t out_quotient(uint64_t sum, uint64_t count);
/* Adds it as a number of one decimal, exactly as it is printed. */
void out_tenths(struct json_object *o, const char *member, uint64_t tenths);

/* Text of one member as tables show it; out needs OUT_CELL bytes. */
const char *out_cell(struct json_object *o, const char *member, char *out);

enum { ENDPOINT_TEXT = 22 };	/* "255.255.255.255:65535" and its end */

struct sockaddr_in;

/* Address and port.  Return: text. */
const char *endpoint_text(char text[ENDPOINT_TEXT],
			  const struct sockaddr_in *a);

/*
 * One line on stderr: what, where, what to do; under -j also an object
 * {"error": ...} on stdout.  err is a negative errno, whose words are then
 * appended, or 0 when the line says it all.  Return: err.
 */
int out_error(int err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
