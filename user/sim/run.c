// SPDX-License-Identifier: GPL-2.0
/*
 * run - `hairtrigger-sim run`: opens everything, replays, reports
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
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
	struct feed feed;
	struct rerequest rerequest[REREQUEST_SERVERS];
	uint32_t rerequests;		/* open ones */
	struct state state;
	struct glimpse glimpse;
	bool has_glimpse;
	struct order_entry entry;
	struct session_server session;
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

static int open_source(const struct run *r, struct source *source)
{
	const struct run_options *o = &r->options;
	int err;

	if (!o->file) {
		err = generate_source_open(source, &o->generate);
		return err ? fail(err, "session", "--generate") : 0;
	}
	err = file_source_open(source, o->file);
	return err ? fail(err, "cannot open", o->file) : 0;
}

static int rewind_source(void *context)
{
	struct run *r = context;
	struct source again;
	int err = open_source(r, &again);

	if (err)
		return err;
	r->source.close(&r->source);
	r->source = again;
	return 0;
}

static int open_feed(struct run *r)
{
	const struct feed_options *o = &r->options.feed;
	char address[INET_ADDRSTRLEN];
	uint32_t line = 0;
	int err = feed_open(&r->feed, o, &r->book, &r->entry.timing, &line);

	if (!err)
		return 0;
	inet_ntop(AF_INET, &o->line[line].interface, address, sizeof(address));
	if (err == -EADDRNOTAVAIL) {
		fprintf(stderr, "hairtrigger-sim run: --interface-ip%s %s: "
			"no interface here has this address; see ip address\n",
			line ? "-b" : "", address);
		return err;
	}
	return fail(err, "feed from", address);
}

static void close_rerequests(struct run *r)
{
	while (r->rerequests)
		rerequest_close(&r->rerequest[--r->rerequests]);
}

/* Only the first server has faults. */
static int open_rerequests(struct run *r)
{
	const struct server_options *o = &r->options.servers;
	struct rerequest_faults faults = o->rerequest_faults;
	char peer[PEER_TEXT];
	int err;

	for (; r->rerequests < o->rerequests; r->rerequests++) {
		err = rerequest_open(&r->rerequest[r->rerequests],
				     &o->rerequest[r->rerequests], &faults,
				     &r->feed);
		if (err) {
			peer_text(peer, &o->rerequest[r->rerequests]);
			close_rerequests(r);
			return fail(err, "re-requests at", peer);
		}
		faults = (struct rerequest_faults){0};
	}
	return 0;
}

static int init_entry(struct run *r)
{
	int err = entry_init(&r->entry, &r->book, &r->session);

	if (err)
		return fail(err, "orders", "of the run");
	r->entry.verbose = r->options.verbose;
	r->entry.exchange.always_open = r->options.market_open;
	exchange_options_set(&r->entry.exchange, &r->options.exchange);
	r->feed.disclosed = &r->entry.disclosed;
	r->feed.in_book = entry_in_book;
	r->feed.in_book_context = &r->entry;
	return 0;
}

static int open_sessions(struct run *r)
{
	const struct session_options *o = &r->options.sessions;
	char peer[PEER_TEXT];
	int err = session_open(&r->session, o, r->feed.session,
			       &r->entry.exchange, &r->entry.arrival);

	return err ? fail(err, "orders at", peer_text(peer, &o->address)) : 0;
}

static void close_glimpse(struct run *r)
{
	if (!r->has_glimpse)
		return;
	glimpse_close(&r->glimpse);
	r->feed.state = NULL;
	state_free(&r->state);
}

/* The feed keeps the state only when there is somebody to ask for it. */
static int open_glimpse(struct run *r)
{
	const struct glimpse_options *o = &r->options.servers.glimpse;
	char peer[PEER_TEXT];
	int err;

	if (!o->address.sin_family)
		return 0;
	err = state_init(&r->state);
	if (err)
		return fail(err, "snapshots at", peer_text(peer, &o->address));
	err = glimpse_open(&r->glimpse, o, &r->feed);
	if (err) {
		state_free(&r->state);
		return fail(err, "snapshots at", peer_text(peer, &o->address));
	}
	r->feed.state = &r->state;
	r->has_glimpse = true;
	return 0;
}

/* Tells a person, or a script that waits for it, that all sockets are open. */
static void announce(const struct run *r)
{
	const struct line *l;
	char address[INET_ADDRSTRLEN], peer[PEER_TEXT];
	uint32_t i;

	for (l = r->feed.line; l < r->feed.line + r->feed.lines; l++) {
		inet_ntop(AF_INET, &l->options.interface, address,
			  sizeof(address));
		fprintf(stderr, "feed%s: session %.10s, %s from %s\n",
			l == r->feed.line ? "" : " B", r->feed.session,
			peer_text(peer, &l->options.group), address);
	}
	for (i = 0; i < r->rerequests; i++)
		fprintf(stderr, "re-requests: %s\n",
			peer_text(peer, &r->rerequest[i].address));
	if (r->has_glimpse)
		fprintf(stderr, "snapshots: %s\n",
			peer_text(peer, &r->glimpse.address));
	fprintf(stderr, "orders: %s, %s\n",
		peer_text(peer, &r->session.address), SESSION_TRANSPORT);
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
		.feed = &r->feed,
		.entry = &r->entry,
		.rerequest = r->rerequest,
		.rerequests = r->rerequests,
		.glimpse = r->has_glimpse ? &r->glimpse : NULL,
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
		.rewind = rewind_source,
		.context = r,
		.feed = &r->feed,
		.pacing = &r->options.pacing,
		.entry = &r->entry,
		.rerequest = r->rerequest,
		.rerequests = r->rerequests,
		.glimpse = r->has_glimpse ? &r->glimpse : NULL,
		.restart_after = r->options.restart_after,
		.linger_ns = r->options.linger_ns,
		.wait_for_start = r->options.wait_for_start,
	};
	announce(r);
	err = playback_run(&r->playback);
	if (r->has_glimpse)
		glimpse_drop_all(&r->glimpse);
	if (!err && !r->playback.interrupted && r->options.restart_after &&
	    r->feed.sessions == 1)
		fprintf(stderr, "hairtrigger-sim run: --new-session-after %"
			PRIu64 ": the session ended before, at message %"
			PRIu64 "\n", r->options.restart_after,
			r->feed.published - 1);
	other = write_results(r);
	return err ? err : other;
}

static int run(struct run *r)
{
	int err = open_source(r, &r->source);

	if (err)
		return err;
	err = open_feed(r);
	if (err)
		goto close_source;
	err = book_init(&r->book);
	if (err)
		goto close_feed;
	err = init_entry(r);
	if (err)
		goto free_book;
	err = open_sessions(r);
	if (err)
		goto free_entry;
	err = open_rerequests(r);
	if (err)
		goto close_sessions;
	err = open_glimpse(r);
	if (err)
		goto close_rerequests;
	err = open_results(r);
	if (!err)
		err = play(r);
	close_glimpse(r);
close_rerequests:
	close_rerequests(r);
close_sessions:
	session_close(&r->session);
free_entry:
	entry_free(&r->entry);
free_book:
	book_free(&r->book);
close_feed:
	feed_close(&r->feed);
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
