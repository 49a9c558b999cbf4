// SPDX-License-Identifier: GPL-2.0
/*
 * reference - the two CSV contracts of `hairtrigger replay`, independently
 *
 * reference FILE [--bbo OUT] [--book OUT] [--crc]
 *
 * FILE is an ITCH BinaryFILE, plain or gzip.  Prints what it counted, and with
 * --crc a line `crc` of the whole book (see csv.h).  Exits with 0, 1 (usage)
 * or 2 (system error, or a file that is not whole).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "binaryfile.h"
#include "price.h"

#include "csv.h"

struct reference {
	struct ref_book book;
	struct binaryfile file;
	FILE *bbo;
	/* what each symbol's last row said: bid, ask */
	struct ref_quote shown[REF_LOCATES][2];
	uint64_t rows;
};

static struct reference reference;
static uint8_t message[BINARYFILE_MAX];

/* A price and a quantity; an empty side has empty fields. */
static void print_quote(FILE *out, const struct ref_quote *q)
{
	char text[PRICE_TEXT];

	if (q->orders)
		fprintf(out, ",%s,%" PRIu64, price_text(text, q->px), q->qty);
	else
		fputs(",,", out);
}

static bool same_quote(const struct ref_quote *a, const struct ref_quote *b)
{
	return a->px == b->px && a->qty == b->qty;
}

static void bbo_row(struct reference *r, uint16_t locate, uint64_t ts_ns)
{
	const struct ref_symbol *s = &r->book.symbols[locate];
	struct ref_quote now[2] = { ref_best(s, 'B'), ref_best(s, 'S') };
	struct ref_quote *shown = r->shown[locate];
	char name[12];

	if (same_quote(&now[0], &shown[0]) && same_quote(&now[1], &shown[1]))
		return;
	fprintf(r->bbo, "%" PRIu64 ",%" PRIu64 ",%s", r->file.messages, ts_ns,
		ref_name(&r->book, locate, name));
	print_quote(r->bbo, &now[0]);
	print_quote(r->bbo, &now[1]);
	fputc('\n', r->bbo);
	shown[0] = now[0];
	shown[1] = now[1];
	r->rows++;
}

static int replay(struct reference *r)
{
	int length, touched;

	while ((length = binaryfile_next(&r->file, message)) > 0) {
		touched = ref_apply(&r->book, message, (uint32_t)length);
		if (touched < 0)
			return touched;
		if (r->bbo && touched)
			bbo_row(r, get_be16(message + 1),
				get_be48(message + 5));
	}
	return length;
}

static FILE *open_out(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		fprintf(stderr, "reference: cannot write %s: %s\n", path,
			strerror(errno));
		exit(2);
	}
	return out;
}

static void close_out(FILE *out, const char *path)
{
	if (!out)
		return;
	if (ferror(out) | fclose(out)) {
		fprintf(stderr, "reference: cannot write %s\n", path);
		exit(2);
	}
}

static int usage(void)
{
	fputs("reference FILE [--bbo OUT] [--book OUT] [--crc]\n", stderr);
	return 1;
}

struct outputs {
	const char *bbo;
	const char *book;
	bool crc;
};

/* Return: the file's place in argv, or 0. */
static int options_read(struct outputs *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "bbo", required_argument, NULL, 't' },
		{ "book", required_argument, NULL, 'b' },
		{ "crc", no_argument, NULL, 'c' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 't')
			o->bbo = optarg;
		else if (opt == 'b')
			o->book = optarg;
		else if (opt == 'c')
			o->crc = true;
		else
			return 0;
	}
	return optind + 1 == argc ? optind : 0;
}

/* The whole book at the end, as a file and as its crc. */
static int write_book(const struct reference *r, const struct outputs *o)
{
	FILE *out = o->book ? open_out(o->book) : NULL;
	int err = out ? csv_write(&r->book, out) : 0;
	uint32_t crc;

	close_out(out, o->book);
	if (err < 0 || !o->crc)
		return err < 0 ? err : 0;
	err = csv_crc(&r->book, &crc);
	if (!err)
		printf("crc %08" PRIx32 "\n", crc);
	return err;
}

int main(int argc, char **argv)
{
	struct reference *r = &reference;
	struct outputs o = {0};
	int file = options_read(&o, argc, argv);
	int err;

	if (!file)
		return usage();
	err = binaryfile_open(&r->file, argv[file]);
	if (!err)
		err = ref_init(&r->book);
	if (!err && o.bbo) {
		r->bbo = open_out(o.bbo);
		fputs("seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty\n",
		      r->bbo);
	}
	if (!err)
		err = replay(r);
	close_out(r->bbo, o.bbo);
	if (!err)
		err = write_book(r, &o);
	if (err) {
		fprintf(stderr, "reference: %s: message %" PRIu64 ": %s\n",
			argv[file], r->file.messages, strerror(-err));
		return 2;
	}
	printf("messages %" PRIu64 " orders %u levels %" PRIu64 " bbo_rows %"
	       PRIu64 " unknown_ref %" PRIu64 "\n", r->file.messages,
	       HASH_COUNT(r->book.by_ref), r->book.levels, r->rows,
	       r->book.unknown_refs);
	binaryfile_close(&r->file);
	ref_free(&r->book);
	return 0;
}
