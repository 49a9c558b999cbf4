// SPDX-License-Identifier: GPL-2.0
/*
 * proof - the loaded program against the reference, message by message
 *
 * proof [--packed] FILE...
 * proof [--packed] [--seed N] [--messages N] --stream NAME|all
 * proof --list
 *
 * FILE is an ITCH BinaryFILE, plain or gzip, or a capture, whose packets stay
 * as they are.  Every message travels in a packet of its own through
 * BPF_PROG_TEST_RUN; after each one the best bid and offer of its symbol and
 * everything counted must be the reference's, now and then and at the end the
 * whole book.  --packed fills packets as the exchange does and looks after
 * each packet.  --stream makes its sessions itself (see stream.c).
 *
 * Exits with 0, 1 (usage), 2 (system error), 3 (the first difference is on
 * stderr).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "ether.h"

#include "drive.h"
#include "reference/csv.h"
#include "stream.h"

enum {
	MESSAGES = 40000,		/* of a stream, about */
	WHOLE_EVERY = 5000000,		/* messages between whole books */
};

struct options {
	bool packed;
	bool list;
	uint64_t seed;
	uint64_t messages;
	const char *stream;
};

static struct session session;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void report(const struct session *s, uint64_t ms)
{
	uint64_t messages = s->first - 1;
	uint32_t crc = 0;

	if (csv_crc(&s->reference, &crc))
		return;
	printf("%s: equal: %" PRIu64 " messages, %" PRIu64 " packets, %u orders, %"
	       PRIu64 " levels, %u symbols BAD, crc %08" PRIx32 ", %" PRIu64
	       ".%01" PRIu64 " s\n", s->name, messages,
	       s->engine.replay.inject.packets, HASH_COUNT(s->reference.by_ref),
	       s->reference.levels, s->engine.in.book->bad_symbols, crc,
	       ms / 1000, ms % 1000 / 100);
	fflush(stdout);
}

static int complain(const char *name, int err)
{
	if (err < 0)
		fprintf(stderr, "proof: %s: message %" PRIu64 ": %s\n",
			name, session.first + session.messages,
			err == -EPROTO ? "not whole, or not ITCH 5.0" :
			strerror(-err));
	return !err ? 0 : err < 0 ? EXIT_SYSTEM : EXIT_CHECK;
}

/* Return: exit code. */
static int prove(struct session *s, const char *path, struct plan *plan)
{
	uint64_t begin = now_ms();
	int err;

	err = engine_load(&s->engine, plan->orders, plan->rows);
	if (!err)
		err = ref_init(&s->reference);
	if (!err)
		err = drive(s, path, plan);
	line_clear();
	if (!err)
		report(s, now_ms() - begin);
	ref_free(&s->reference);
	engine_unload(&s->engine);
	return complain(s->name, err);
}

static struct packing packing_of(const struct options *o)
{
	return (struct packing){
		.messages = o->packed ? PACKET_MESSAGES : 1,
		.bytes = o->packed ? HT_UDP_PAYLOAD(REPLAY_MTU) :
				     sizeof(((struct packet *)NULL)->data),
	};
}

static int prove_file(const struct options *o, const char *path)
{
	struct plan plan = {
		.packing = packing_of(o), .whole_every = WHOLE_EVERY,
	};

	memset(&session, 0, sizeof(session));
	session.name = path;
	return prove(&session, path, &plan);
}

static uint64_t next_ref(struct writer *w)
{
	return w->next_ref += 1 + below(w, 40);
}

/* Writes the stream into a file that only this process sees.
 * Return: its descriptor, or negative errno.
 */
static int stream_file(const struct stream *stream, struct writer *w)
{
	int fd = memfd_create(stream->name, MFD_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	w->out = fdopen(dup(fd), "w");
	if (!w->out)
		return -errno;
	stream->write(w);
	err = ferror(w->out) ? -EIO : 0;
	if (fclose(w->out) && !err)
		err = -errno;
	free(w->order);
	return err ? err : fd;
}

/* Most streams end with an empty book: they are looked at before that, too. */
static struct plan stream_plan(const struct options *o,
			       const struct stream *stream, uint64_t messages)
{
	struct plan plan = {
		.packing = packing_of(o),
		.whole_every = 1 + messages * 3 / 8,
		.orders = stream->orders, .rows = stream->rows,
	};

	if (o->packed && stream->packet_messages)
		plan.packing.messages = stream->packet_messages;
	if (o->packed && stream->packet_bytes)
		plan.packing.bytes = stream->packet_bytes;
	if (o->packed && stream->packet_random)
		plan.packing.random = o->seed + 1;
	return plan;
}

static int prove_stream(const struct options *o, const struct stream *stream)
{
	static uint8_t expect[REF_LOCATES];
	struct writer w = {
		.expect = expect, .random = o->seed, .messages = o->messages,
		.next_ref = 1000, .ref = next_ref,
	};
	struct plan plan;
	char path[32];
	int fd, code;

	memset(&session, 0, sizeof(session));
	memset(expect, 0, sizeof(expect));
	session.name = stream->name;
	session.expect = expect;
	fd = stream_file(stream, &w);
	if (fd < 0)
		return complain(stream->name, fd);
	session.refused = w.refused;
	plan = stream_plan(o, stream, w.written);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	code = prove(&session, path, &plan);
	if (code == EXIT_CHECK)
		fprintf(stderr, "proof: again: --stream %s --seed %" PRIu64
			" --messages %" PRIu64 "%s\n", stream->name, o->seed,
			o->messages, o->packed ? " --packed" : "");
	close(fd);
	return code;
}

/* One of them, or all. */
static int prove_streams(const struct options *o)
{
	bool all = !strcmp(o->stream, "all"), found = false;
	const struct stream *stream;
	int code = 0;

	printf("seed %" PRIu64 "\n", o->seed);
	for (stream = streams; !code && stream->name; stream++) {
		if (all ? stream->huge : strcmp(o->stream, stream->name) != 0)
			continue;
		found = true;
		code = prove_stream(o, stream);
	}
	if (found)
		return code;
	fprintf(stderr, "proof: no stream `%s`; --list names them\n",
		o->stream);
	return EXIT_USAGE;
}

static int list(void)
{
	const struct stream *stream;

	for (stream = streams; stream->name; stream++)
		printf("%-16s %s\n", stream->name, stream->words);
	return 0;
}

static int usage(void)
{
	fputs("proof [--packed] FILE...\n"
	      "proof [--packed] [--seed N] [--messages N] --stream NAME|all\n"
	      "proof --list\n", stderr);
	return EXIT_USAGE;
}

static bool options_read(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "packed", no_argument, NULL, 'p' },
		{ "seed", required_argument, NULL, 's' },
		{ "messages", required_argument, NULL, 'm' },
		{ "stream", required_argument, NULL, 'n' },
		{ "list", no_argument, NULL, 'l' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'p')
			o->packed = true;
		else if (opt == 's')
			o->seed = strtoull(optarg, NULL, 10);
		else if (opt == 'm')
			o->messages = strtoull(optarg, NULL, 10);
		else if (opt == 'n')
			o->stream = optarg;
		else if (opt == 'l')
			o->list = true;
		else
			return false;
	}
	return o->list || (o->stream ? optind == argc : optind < argc);
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1, .messages = MESSAGES };
	int i, code = 0;

	if (!options_read(&o, argc, argv))
		return usage();
	if (o.list)
		return list();
	if (o.stream)
		return prove_streams(&o);
	for (i = optind; i < argc && !code; i++)
		code = prove_file(&o, argv[i]);
	return code;
}
