// SPDX-License-Identifier: GPL-2.0
/*
 * replay - `hairtrigger replay FILE`: a session from a file through the loaded
 * program, offline; its book, its best bids and offers, its cost
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binaryfile.h"
#include "book.h"
#include "capture.h"
#include "command.h"
#include "hairtrigger.skel.h"
#include "itch50.h"
#include "loader.h"
#include "out.h"
#include "price.h"
#include "replay.h"

enum { PROGRESS_EVERY = 1 << 20 };	/* messages */

struct job {
	const char *file;
	const char *bbo_path;
	const char *book_path;
	FILE *bbo;
	struct ht_top *last;	/* [HT_LOCATES]: the row last written */
	struct loader_options options;
	struct replay *replay;
	struct instance in;
	bool progress;
	bool captured;
	uint64_t frames;	/* of a capture */
	uint64_t others;	/* of them, without a MoldUDP64 header */
};

static void job_progress(const struct job *job)
{
	if (!job->progress || job->replay->messages % PROGRESS_EVERY)
		return;
	fprintf(stderr, "\r%s: %" PRIu64 " million messages", job->file,
		job->replay->messages / 1000000);
}

static void bbo_side(FILE *out, const struct ht_quote *q)
{
	char text[PRICE_TEXT];

	if (q->orders)
		fprintf(out, ",%s,%" PRIu64, price_text(text, q->px_e4),
			(uint64_t)q->qty);
	else
		fputs(",,", out);
}

static bool same_quote(const struct ht_quote *a, const struct ht_quote *b)
{
	return a->px_e4 == b->px_e4 && a->qty == b->qty;
}

/* A row when the message changed any of the four figures of its symbol. */
static void bbo_row(struct job *job, const uint8_t *message)
{
	const struct itch_head *head = (const struct itch_head *)message;
	uint32_t locate = get_be16(&head->locate);
	const struct ht_top *top = &job->in.tops[locate];
	struct ht_top *last = &job->last[locate];
	char ticker[HT_TICKER];

	if (same_quote(&top->bid, &last->bid) &&
	    same_quote(&top->ask, &last->ask))
		return;
	*last = *top;
	fprintf(job->bbo, "%" PRIu64 ",%" PRIu64 ",%s", job->replay->messages,
		(uint64_t)get_be48(head->timestamp),
		instance_ticker(&job->in, locate, ticker));
	bbo_side(job->bbo, &top->bid);
	bbo_side(job->bbo, &top->ask);
	fputc('\n', job->bbo);
}

/* One message a packet when every change must be seen, else filled packets. */
static int job_message(struct job *job, const uint8_t *message, int length)
{
	int err = replay_message(job->replay, message, (uint32_t)length);

	if (err || !job->bbo)
		return err;
	err = replay_flush(job->replay);
	if (!err && length >= ITCH_MIN_LEN)
		bbo_row(job, message);
	return err;
}

/* Says what ended the file, or the replay of it.  Return: err. */
static int binaryfile_error(const struct job *job,
			    const struct binaryfile *file, int length, int err)
{
	if (length < 0)
		out_error(err == -EPROTO ? 0 : err, "%s: stops inside message %"
			  PRIu64 " at byte %" PRIu64
			  "; the file is truncated or not BinaryFILE",
			  job->file, file->messages + 1, file->offset);
	else if (err == -EMSGSIZE)
		out_error(0, "%s: message %" PRIu64
			  " of %d bytes fits no datagram", job->file,
			  file->messages, length);
	else
		out_error(err, "%s: message %" PRIu64 " before byte %" PRIu64
			  ": the program refused its packet", job->file,
			  file->messages, file->offset);
	return err;
}

/* What came before an error is played all the same. */
static int job_binaryfile(struct job *job)
{
	static uint8_t message[BINARYFILE_MAX];
	struct binaryfile file;
	int length, err, last;

	err = binaryfile_open(&file, job->file);
	if (err)
		return out_error(err, "%s: cannot open", job->file);
	while ((length = binaryfile_next(&file, message)) > 0) {
		err = job_message(job, message, length);
		if (err)
			break;
		job_progress(job);
	}
	if (length < 0)
		err = length;
	last = replay_flush(job->replay);
	if (!err)
		err = last;
	if (err)
		binaryfile_error(job, &file, length, err);
	binaryfile_close(&file);
	return err;
}

static int job_capture(struct job *job)
{
	struct capture capture;
	const uint8_t *payload;
	int len, err;

	err = capture_open(&capture, job->file);
	if (err) {
		out_error(0, "%s: %s", job->file, capture.why);
		return err;
	}
	while ((len = capture_next(&capture, &payload)) > 0) {
		err = replay_packet(job->replay, payload, (uint32_t)len);
		if (err) {
			out_error(err, "%s: frame %" PRIu64
				  ": the program refused its packet",
				  job->file, capture.frames);
			break;
		}
	}
	if (len < 0) {
		err = len;
		out_error(0, "%s: frame %" PRIu64 ": %s", job->file,
			  capture.frames + 1, capture.why);
	}
	job->frames = capture.frames;
	job->others = capture.others;
	capture_close(&capture);
	return err;
}

/* A quotient to one decimal; JSON gets a number. */
static void add_tenths(struct json_object *o, const char *member,
		       uint64_t sum, uint64_t count)
{
	uint64_t tenths = count ? sum * 10 / count : 0;
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, tenths / 10,
		 tenths % 10);
	json_object_object_add(o, member,
			       json_object_new_double_s((double)tenths / 10,
							text));
}

/* A packet costs something, too: so the time of a message depends on how many
 * share one.
 */
static void add_cost(struct json_object *o, const struct job *job,
		     uint64_t messages)
{
	add_tenths(o, "ns_per_message", job->replay->ns, messages);
	add_tenths(o, "messages_per_packet", messages, job->replay->packets);
	out_text(o, "packets_hold", job->captured ? "what was captured" :
		 job->bbo_path ? "one message a packet, for --bbo" :
		 "as many messages as fit");
}

static void add_capture(struct json_object *o, const struct job *job,
			const struct ht_counters *n)
{
	out_uint(o, "frames", job->frames);
	out_uint(o, "frames_not_moldudp64", job->others);
	out_uint(o, "duplicate_packets", n->drop_duplicate);
	if (job->replay->holes)
		out_uint(o, "holes", job->replay->holes);
	if (job->replay->renumbered)
		out_uint(o, "renumbered_packets", job->replay->renumbered);
}

static void job_summary(const struct job *job, const struct ht_counters *n)
{
	struct json_object *answer = json_object_new_object();
	const struct ht_book *book = job->in.book;

	out_uint(answer, "messages", n->messages);
	out_uint(answer, "packets", job->replay->packets);
	out_uint(answer, "orders_live", book->orders);
	out_uint(answer, "levels", book->levels);
	out_uint(answer, "unknown_references", n->unknown_ref);
	out_uint(answer, "bad_symbols", book->bad_symbols);
	out_uint(answer, "unknown_types", n->unknown_type);
	out_uint(answer, "short_messages", n->short_message);
	out_uint(answer, "corrupt_packets", n->corrupt);
	if (job->captured)
		add_capture(answer, job, n);
	if (n->messages)
		add_cost(answer, job, n->messages);
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
}

static int job_book(const struct job *job)
{
	FILE *out = fopen(job->book_path, "w");
	int64_t levels;

	if (!out)
		return out_error(-errno, "%s: cannot write", job->book_path);
	levels = book_dump(&job->in, out);
	if (fclose(out) && levels >= 0)
		levels = -errno;
	if (levels < 0)
		return out_error((int)levels, "%s: cannot write the book",
				 job->book_path);
	return 0;
}

static int job_open_bbo(struct job *job)
{
	job->last = calloc(HT_LOCATES, sizeof(*job->last));
	if (!job->last)
		return out_error(-ENOMEM, "replay: last rows");
	job->bbo = fopen(job->bbo_path, "w");
	if (!job->bbo)
		return out_error(-errno, "%s: cannot write", job->bbo_path);
	fputs("seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty\n", job->bbo);
	return 0;
}

static int job_play(struct job *job)
{
	struct ht_counters n;
	int err;

	job->captured = capture_is(job->file);
	if (job->captured) {
		job->in.feed->expected = 0;	/* from its first packet on */
		err = job_capture(job);
	} else {
		err = job_binaryfile(job);
	}
	if (job->progress)
		fputc('\n', stderr);
	if (job->bbo && fclose(job->bbo) && !err)
		err = out_error(-errno, "%s: cannot write", job->bbo_path);
	if (!err && job->book_path)
		err = job_book(job);
	if (!instance_counters(&job->in, &n))
		job_summary(job, &n);
	return err;
}

static int job_run(struct job *job)
{
	struct hairtrigger_bpf *skel;
	int err;

	job->options.lines[0] = replay_line;
	job->options.feed_name = "replay";
	err = loader_load(&skel, &job->options);
	if (err)
		return err;
	err = instance_adopt(&job->in, skel);
	if (err)
		goto err_skel;
	job->replay = calloc(1, sizeof(*job->replay));
	if (!job->replay) {
		err = out_error(-ENOMEM, "replay: frame");
		goto err_instance;
	}
	replay_init(job->replay, &job->in,
		    bpf_program__fd(skel->progs.ht_feed));
	if (job->bbo_path)
		err = job_open_bbo(job);
	if (!err)
		err = job_play(job);
	free(job->replay);
	free(job->last);
err_instance:
	instance_close(&job->in);
err_skel:
	hairtrigger_bpf__destroy(skel);
	return err;
}

static const struct command replay_command = {
	"replay", cmd_replay, "FILE [--bbo OUT.csv] [--book OUT.csv]",
	"a session from a file through the loaded program, offline",
	"  FILE           ITCH 5.0 BinaryFILE, plain or .gz, or a pcap of MoldUDP64\n"
	"  --bbo OUT      every change of a best bid or offer (of a BinaryFILE):\n"
	"                 seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty\n"
	"  --book OUT     the book at the end: symbol,side,price,qty,orders\n"
	"  --orders N     live orders at most (default 2,097,152)\n"
	"  --market-open  the market is open although the file does not say so\n"
	"\n"
	"Nothing is attached or sent.  Example:\n"
	"  hairtrigger sim generate day.itch --messages 100000\n"
	"  hairtrigger replay day.itch --bbo bbo.csv --book book.csv\n",
};

static int replay_options(struct job *job, int argc, char **argv)
{
	static const struct option options[] = {
		{ "bbo", required_argument, NULL, 'b' },
		{ "book", required_argument, NULL, 'k' },
		{ "orders", required_argument, NULL, 'o' },
		{ "market-open", no_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long long orders;
	int option;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		switch (option) {
		case 'b':
			job->bbo_path = optarg;
			break;
		case 'k':
			job->book_path = optarg;
			break;
		case 'o':
			if (!number_parse("--orders", optarg, 1, ORDERS_MOST,
					  &orders))
				return EXIT_USAGE;
			job->options.orders = orders;
			break;
		case 'm':
			job->options.market_open = true;
			break;
		case 'h':
			command_help(NULL, &replay_command);
			return EXIT_OK;
		default:
			return EXIT_USAGE;
		}
	}
	if (optind + 1 != argc)
		return usage_error("replay takes one FILE");
	job->file = argv[optind];
	return -1;
}

/* zlib reads a directory as an error at byte 0; say it in words before. */
static int file_check(const char *path)
{
	struct stat about;

	if (stat(path, &about) || access(path, R_OK))
		return out_error(-errno, "%s: cannot read", path);
	if (S_ISDIR(about.st_mode))
		return out_error(-EISDIR, "%s: cannot read", path);
	return 0;
}

int cmd_replay(int argc, char **argv)
{
	struct job job = { .progress = isatty(STDERR_FILENO) };
	int code = replay_options(&job, argc, argv);

	if (code >= 0)
		return code;
	if (file_check(job.file))
		return EXIT_SYSTEM;
	if (job.bbo_path && capture_is(job.file))
		return usage_error("--bbo needs a BinaryFILE; %s is a capture",
				   job.file);
	switch (job_run(&job)) {
	case 0:
		return EXIT_OK;
	case -EBADMSG:
		return EXIT_CHECK;
	default:
		return EXIT_SYSTEM;
	}
}
