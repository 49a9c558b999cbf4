// SPDX-License-Identifier: GPL-2.0
/*
 * symbols - a watch list as a person writes it
 */
#include "symbols.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"

enum { ROOM_FIRST = 64, WORD_SHOWN = 40 };

struct reader {
	struct symbols *s;
	const char *file;	/* NULL: a list */
	uint32_t room;
	uint32_t line;
};

/* Says what is wrong with the word, and where.  Return: -EINVAL. */
static int refuse(const struct reader *r, uint32_t line, const char *word,
		  size_t length, const char *why)
{
	char clean[WORD_SHOWN + 1];
	size_t i;

	for (i = 0; i < length && i < WORD_SHOWN; i++)
		clean[i] = word[i] >= ' ' && word[i] <= '~' ? word[i] : '?';
	clean[i] = 0;
	if (r->file)
		out_error(0, "%s:%u: `%s` %s", r->file, line, clean, why);
	else
		out_error(0, "--symbols: `%s` %s", clean, why);
	return -EINVAL;
}

static int too_many_refuse(const struct reader *r, const char *word,
			   size_t length)
{
	char why[64];

	snprintf(why, sizeof(why), "is one too many: a list has at most %u",
		 HT_WANTED);
	return refuse(r, r->line, word, length, why);
}

static int name_add(struct reader *r, const char *word, size_t length)
{
	struct symbols *s = r->s;
	struct symbol_name *grown;
	size_t i;

	for (i = 0; i < length; i++)
		if (word[i] <= ' ' || word[i] > '~')
			return refuse(r, r->line, word, length,
				      "holds a character that no ticker has");
	if (!length || length > ITCH_STOCK_LEN)
		return refuse(r, r->line, word, length,
			      "is no ticker: one has 1 to 8 characters");
	if (s->count == HT_WANTED)
		return too_many_refuse(r, word, length);
	if (s->count == r->room) {
		r->room = r->room ? 2 * r->room : ROOM_FIRST;
		grown = realloc(s->names, r->room * sizeof(*grown));
		if (!grown)
			return out_error(-ENOMEM, "--symbols");
		s->names = grown;
	}
	memset(s->names[s->count].stock, ' ', ITCH_STOCK_LEN);
	memcpy(s->names[s->count].stock, word, length);
	s->names[s->count++].line = r->line;
	return 0;
}

static int list_read(struct reader *r, const char *text)
{
	size_t length;
	int err;

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		r->line++;
		err = name_add(r, text, length);
		if (err || !text[length])
			return err;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the line before its comment, without the blanks around them. */
static size_t line_trim(const char **line, size_t length)
{
	const char *text = *line;
	size_t i, begin = 0;

	for (i = 0; i < length; i++)
		if (text[i] == '#' && (!i || is_blank(text[i - 1])))
			length = i;
	while (begin < length && is_blank(text[begin]))
		begin++;
	while (length > begin && is_blank(text[length - 1]))
		length--;
	*line = text + begin;
	return length - begin;
}

static int file_read(struct reader *r)
{
	FILE *in = fopen(r->file, "r");
	struct stat about;
	char *line = NULL;
	size_t room = 0;
	const char *word;
	ssize_t got;
	int err = 0;

	if (!in)
		return out_error(-errno, "%s: cannot read", r->file);
	if (fstat(fileno(in), &about) || !S_ISREG(about.st_mode)) {
		err = S_ISDIR(about.st_mode) ? -EISDIR : -EINVAL;
		fclose(in);
		return out_error(err, "%s: cannot read", r->file);
	}
	while (!err && (got = getline(&line, &room, in)) >= 0) {
		size_t length;

		r->line++;
		word = line;
		length = line_trim(&word, (size_t)got);
		if (length)
			err = name_add(r, word, length);
	}
	if (!err && ferror(in))
		err = out_error(-errno, "%s: cannot read", r->file);
	free(line);
	fclose(in);
	if (!err && !r->s->count) {
		out_error(0, "%s: names no symbol", r->file);
		err = -EINVAL;
	}
	return err;
}

static int stock_order(const void *a, const void *b)
{
	return memcmp(((const struct symbol_name *)a)->stock,
		      ((const struct symbol_name *)b)->stock, ITCH_STOCK_LEN);
}

static int name_order(const void *a, const void *b)
{
	const struct symbol_name *one = a, *two = b;
	int order = stock_order(a, b);

	return order ? order : one->line < two->line ? -1 : 1;
}

int symbols_length(const char stock[ITCH_STOCK_LEN])
{
	int length = ITCH_STOCK_LEN;

	while (length && stock[length - 1] == ' ')
		length--;
	return length;
}

static int twice_refuse(const struct reader *r)
{
	const struct symbol_name *names = r->s->names;
	char why[64];
	uint32_t i;

	for (i = 1; i < r->s->count; i++) {
		if (stock_order(&names[i - 1], &names[i]))
			continue;
		if (r->file)
			snprintf(why, sizeof(why),
				 "stands there twice, first in line %u",
				 names[i - 1].line);
		else
			snprintf(why, sizeof(why), "stands there twice");
		return refuse(r, names[i].line, names[i].stock,
			      (size_t)symbols_length(names[i].stock), why);
	}
	return 0;
}

/* Tickers have no small letters, so a file may be meant. */
static bool names_file(const char *text)
{
	bool ticker = strlen(text) <= ITCH_STOCK_LEN;
	const char *c;

	for (c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			ticker = false;
	return *text && !ticker && !strchr(text, ',');
}

static int file_refuse(const char *text)
{
	if (access(text, F_OK))
		out_error(0, "--symbols: `%s` is no ticker (1 to 8 characters, no small letters), and there is no such file",
			  text);
	else
		out_error(0, "--symbols: `%s` is no ticker; use ./%s for a file",
			  text, text);
	return -EINVAL;
}

int symbols_read(struct symbols *s, const char *text)
{
	bool file = strchr(text, '/');
	struct reader r = { .s = s, .file = file ? text : NULL };
	int err;

	*s = (struct symbols){ 0 };
	if (!file && names_file(text))
		return file_refuse(text);
	err = file ? file_read(&r) : list_read(&r, text);
	if (!err) {
		qsort(s->names, s->count, sizeof(*s->names), name_order);
		err = twice_refuse(&r);
	}
	if (err)
		symbols_free(s);
	return err;
}

void symbols_free(struct symbols *s)
{
	free(s->names);
	*s = (struct symbols){ 0 };
}

bool symbols_has(const struct symbols *s, const char stock[ITCH_STOCK_LEN])
{
	struct symbol_name name;

	memcpy(name.stock, stock, sizeof(name.stock));
	return s->count && bsearch(&name, s->names, s->count,
				   sizeof(*s->names), stock_order);
}
