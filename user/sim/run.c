// SPDX-License-Identifier: GPL-2.0
/*
 * run - `hairtrigger-sim run`: opens everything, replays, reports
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "order_print.h"
#include "playback.h"
#include "run_options.h"
#include "summary.h"

/* What a run is made of; too large for the stack. */
struct run {
	struct run_options options;
	struct source source;
	struct publisher publisher;
	struct order_entry entry;
	struct book book;
	struct playback playback;
	FILE *book_file;		/* NULL: not asked for */
	FILE *report_file;
};

static int fail(int err, const char *what, const char *name)
{
	fprintf(stderr, "hairtrigger-sim run: %s %s: %s\n", what, name,
		strerror(-err));
	return err;
}

static int open_source(struct run *r)
{
	const struct run_options *o = &r->options;
	int err;

	if (!o->file) {
		err = generate_source_open(&r->source, &o->generate);
		return err ? fail(err, "session", "--generate") : 0;
	}
	err = file_source_open(&r->source, o->file);
	return err ? fail(err, "cannot open", o->file) : 0;
}

static int open_publisher(struct run *r)
{
	const struct publisher_options *o = &r->options.publisher;
	char address[INET_ADDRSTRLEN];
	int err = publisher_open(&r->publisher, o);

	if (!err)
		return 0;
	inet_ntop(AF_INET, &o->interface, address, sizeof(address));
	if (err == -EADDRNOTAVAIL) {
		fprintf(stderr, "hairtrigger-sim run: --interface-ip %s: "
			"no interface here has this address; see ip address\n",
			address);
		return err;
	}
	return fail(err, "feed from", address);
}

static int open_entry(struct run *r)
{
	char peer[PEER_TEXT];
	int err = entry_open(&r->entry, &r->options.orders, &r->book);

	if (err)
		return fail(err, "orders at",
			    peer_text(peer, &r->options.orders));
	r->entry.verbose = r->options.verbose;
	r->entry.exchange.always_open = r->options.market_open;
	return 0;
}

/* Tells a person, or a script that waits for it, that all sockets are open. */
static void announce(const struct run *r)
{
	const struct publisher_options *o = &r->options.publisher;
	char address[INET_ADDRSTRLEN], peer[PEER_TEXT];

	inet_ntop(AF_INET, &o->interface, address, sizeof(address));
	fprintf(stderr, "feed: session %.10s, %s from %s\n", o->session,
		peer_text(peer, &o->group), address);
	fprintf(stderr, "orders: %s, %s\n",
		peer_text(peer, &r->entry.address), ENTRY_TRANSPORT);
	fprintf(stderr, r->options.wait_for_start ?
			"ready: waiting for a line or SIGUSR1\n" : "ready\n");
}

/* Return: 0, or negative errno with nothing open. */
static int open_result(FILE **f, const char *option, const char *path)
{
	if (!path)
		return 0;
	*f = fopen(path, "w");
	return *f ? 0 : fail(-errno, option, path);
}

/* Before anything is sent: a long run must not end without its results. */
static int open_results(struct run *r)
{
	int err = open_result(&r->book_file, "--book", r->options.book);

	if (err)
		return err;
	err = open_result(&r->report_file, "--report", r->options.report);
	if (err && r->book_file) {
		fclose(r->book_file);
		unlink(r->options.book);
	}
	return err;
}

static int close_result(FILE *f, int err, const char *option, const char *path)
{
	if (fclose(f) && !err)
		err = -errno;
	return err ? fail(err, option, path) : 0;
}

/* Return: 0, or the first error; the rest is written all the same. */
static int write_results(const struct run *r)
{
	const struct summary summary = {
		.playback = &r->playback,
		.publisher = &r->publisher,
		.entry = &r->entry,
		.book = &r->book,
	};
	int err = 0, other = 0;

	if (r->book_file)
		err = close_result(r->book_file,
				   book_write_csv(&r->book, r->book_file),
				   "--book", r->options.book);
	if (r->report_file)
		other = close_result(r->report_file,
				     summary_json(&summary, r->report_file),
				     "--report", r->options.report);
	err = err ? err : other;
	if (!sim_json) {
		summary_text(&summary, stdout);
		return err;
	}
	other = summary_json(&summary, stdout);
	return err ? err : other;
}

static int play(struct run *r)
{
	int err, other;

	r->playback = (struct playback){
		.name = r->options.file ? r->options.file : "generated session",
		.source = &r->source,
		.publisher = &r->publisher,
		.pacing = &r->options.pacing,
		.entry = &r->entry,
		.book = &r->book,
		.linger_ns = r->options.linger_ns,
		.wait_for_start = r->options.wait_for_start,
	};
	announce(r);
	err = playback_run(&r->playback);
	other = write_results(r);
	return err ? err : other;
}

static int run(struct run *r)
{
	int err = open_source(r);

	if (err)
		return err;
	err = open_publisher(r);
	if (err)
		goto close_source;
	err = book_init(&r->book);
	if (err)
		goto close_publisher;
	err = open_entry(r);
	if (err)
		goto free_book;
	err = open_results(r);
	if (!err)
		err = play(r);
	entry_close(&r->entry);
free_book:
	book_free(&r->book);
close_publisher:
	publisher_close(&r->publisher);
close_source:
	r->source.close(&r->source);
	return err;
}

int cmd_run(int argc, char **argv)
{
	struct run *r = calloc(1, sizeof(*r));
	int status = SIM_SYSTEM;

	if (!r) {
		fail(-ENOMEM, "start", "of the run");
		return status;
	}
	if (run_options_parse(&r->options, argc, argv)) {
		status = SIM_USAGE;
	} else if (r->options.help) {
		run_options_help();
		status = SIM_OK;
	} else if (!run(r)) {
		status = SIM_OK;
	}
	free(r);
	return status;
}
