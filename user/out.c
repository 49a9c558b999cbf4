// SPDX-License-Identifier: GPL-2.0
/*
 * out - one answer, as text for people or as JSON for programs
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "out.h"
#include "price.h"

enum { COLUMNS_MAX = 16, MESSAGE_MAX = 1024 };

static void print_json(struct json_object *answer)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (globals.pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	puts(json_object_to_json_string_ext(answer, flags));
}

void out_json(struct json_object *answer)
{
	struct json_object *whole = json_object_new_object();

	out_uint(whole, "schema", OUT_SCHEMA);
	json_object_object_foreach(answer, member, value)
		json_object_object_add(whole, member, json_object_get(value));
	print_json(whole);
	json_object_put(whole);
}

void out_price(struct json_object *o, const char *member, uint64_t px)
{
	char text[PRICE_TEXT];

	json_object_object_add(o, member,
			       json_object_new_string(price_text(text, px)));
}

void out_uint(struct json_object *o, const char *member, uint64_t value)
{
	json_object_object_add(o, member, json_object_new_uint64(value));
}

uint64_t out_quotient(uint64_t sum, uint64_t count)
{
	return count ? (sum * 10 + count / 2) / count : 0;
}

void out_tenths(struct json_object *o, const char *member, uint64_t tenths)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, tenths / 10,
		 tenths % 10);
	json_object_object_add(o, member,
			       json_object_new_double_s((double)tenths / 10,
							text));
}

/* A byte that is not printable ASCII would break terminals and JSON alike;
 * names come off the wire.
 */
void out_text(struct json_object *o, const char *member, const char *text)
{
	char clean[MESSAGE_MAX];
	size_t i;

	for (i = 0; text[i] && i + 1 < sizeof(clean); i++)
		clean[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	clean[i] = 0;
	json_object_object_add(o, member, json_object_new_string(clean));
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && !strcmp(text + length - tail, end);
}

static void print_duration(char out[OUT_CELL], uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000)
		snprintf(out, OUT_CELL, "%" PRIu64 " ns", ns);
	else if (ns < 1000000)
		snprintf(out, OUT_CELL, "%" PRIu64 ".%02u us", ns / 1000,
			 (unsigned int)(ns % 1000 / 10));
	else if (ns < 1000000000)
		snprintf(out, OUT_CELL, "%" PRIu64 ".%02u ms", ns / 1000000,
			 (unsigned int)(ns % 1000000 / 10000));
	else if (s < 120)
		snprintf(out, OUT_CELL, "%" PRIu64 ".%02u s", s,
			 (unsigned int)(ns % 1000000000 / 10000000));
	else if (s < 7200)
		snprintf(out, OUT_CELL, "%" PRIu64 " min", s / 60);
	else
		snprintf(out, OUT_CELL, "%" PRIu64 " h %u min", s / 3600,
			 (unsigned int)(s % 3600 / 60));
}

static void print_mib(char out[OUT_CELL], uint64_t bytes)
{
	uint64_t tenths = (bytes * 10 + (1 << 19)) >> 20;

	snprintf(out, OUT_CELL, "%" PRIu64 ".%u MiB", tenths / 10,
		 (unsigned int)(tenths % 10));
}

const char *out_cell(struct json_object *o, const char *member, char *out)
{
	struct json_object *value;

	out[0] = 0;
	if (!json_object_object_get_ex(o, member, &value) || !value)
		return out;
	if (json_object_is_type(value, json_type_boolean))
		strcpy(out, json_object_get_boolean(value) ? "yes" : "no");
	else if (json_object_is_type(value, json_type_int) &&
		 ends_with(member, "_ns"))
		print_duration(out, json_object_get_uint64(value));
	else if (json_object_is_type(value, json_type_int) &&
		 ends_with(member, "_bytes"))
		print_mib(out, json_object_get_uint64(value));
	else
		snprintf(out, OUT_CELL, "%s", json_object_get_string(value));
	return out;
}

/* Two spaces between columns, none at the end of the line. */
struct line {
	char text[COLUMNS_MAX * (OUT_CELL + 2)];
	size_t length;
};

static void line_add(struct line *line, const char *text, size_t width,
		     bool right)
{
	line->length += (size_t)sprintf(line->text + line->length,
					right ? "%*s  " : "%-*s  ",
					(int)width, text);
}

static void line_end(struct line *line)
{
	while (line->length && line->text[line->length - 1] == ' ')
		line->length--;
	printf("%.*s\n", (int)line->length, line->text);
	line->length = 0;
}

void out_table(struct json_object *rows, const struct out_column *columns)
{
	size_t count = json_object_array_length(rows);
	struct line line = { .length = 0 };
	size_t width[COLUMNS_MAX], n, c, i;
	char text[OUT_CELL];

	for (n = 0; columns[n].member && n < COLUMNS_MAX; n++)
		width[n] = strlen(columns[n].heading);
	for (i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		for (c = 0; c < n; c++) {
			size_t w = strlen(out_cell(row, columns[c].member,
						   text));

			width[c] = w > width[c] ? w : width[c];
		}
	}
	for (c = 0; c < n; c++)
		line_add(&line, columns[c].heading, width[c],
			 columns[c].right);
	line_end(&line);
	for (i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		for (c = 0; c < n; c++)
			line_add(&line, out_cell(row, columns[c].member, text),
				 width[c], columns[c].right);
		line_end(&line);
	}
}

/* The member's name for people: its unit is shown with the value. */
static void print_label(const char *member, size_t width)
{
	size_t length = strlen(member);
	size_t i;

	if (ends_with(member, "_ns"))
		length -= strlen("_ns");
	else if (ends_with(member, "_bytes"))
		length -= strlen("_bytes");
	for (i = 0; i < length; i++)
		putchar(member[i] == '_' ? ' ' : member[i]);
	for (; i < width; i++)
		putchar(' ');
	fputs("  ", stdout);
}

static bool is_scalar(struct json_object *value)
{
	return value && !json_object_is_type(value, json_type_array) &&
	       !json_object_is_type(value, json_type_object);
}

void out_fields(struct json_object *object)
{
	char text[OUT_CELL];
	size_t width = 0;

	json_object_object_foreach(object, name, item)
		if (is_scalar(item) && strlen(name) > width)
			width = strlen(name);
	json_object_object_foreach(object, member, value) {
		if (!is_scalar(value))
			continue;
		print_label(member, width);
		puts(out_cell(object, member, text));
	}
}

const char *endpoint_text(char text[ENDPOINT_TEXT],
			  const struct sockaddr_in *a)
{
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &a->sin_addr, ip, sizeof(ip));
	snprintf(text, ENDPOINT_TEXT, "%s:%u", ip, ntohs(a->sin_port));
	return text;
}

int out_error(int err, const char *format, ...)
{
	char message[MESSAGE_MAX];
	struct json_object *answer;
	va_list ap;
	size_t n;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	n = strlen(message);
	if (err && n < sizeof(message))
		snprintf(message + n, sizeof(message) - n, ": %s",
			 strerror(-err));
	fflush(stdout);
	fprintf(stderr, "hairtrigger: %s\n", message);
	if (globals.json) {
		answer = json_object_new_object();
		json_object_object_add(answer, "error",
				       json_object_new_string(message));
		out_json(answer);
		json_object_put(answer);
	}
	return err;
}
