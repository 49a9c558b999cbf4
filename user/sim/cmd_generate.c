// SPDX-License-Identifier: GPL-2.0
/*
 * cmd_generate - hairtrigger-sim generate: a synthetic session into a file
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "clock.h"
#include "generate_options.h"
#include "itch50.h"
#include "options.h"
#include "sim.h"

static const char usage[] =
"hairtrigger-sim generate OUT [OPTIONS]\n"
"\n"
"Write a synthetic Nasdaq session of ITCH 5.0 to OUT, in BinaryFILE framing;\n"
"compressed when OUT ends in .gz, to standard output when it is -.  The same\n"
"options make the same session on every machine.\n"
"\n"
GENERATE_OPTION_HELP
"  --no-progress          no progress line on a terminal\n"
"  -j, --json             what was written, as JSON on standard output\n"
"  -h, --help             this text\n"
"\n"
"Example: a whole market at the scale of a real one\n"
"  hairtrigger-sim generate day.itch --symbols 8000 --messages 20000000 \\\n"
"          --live 1400000\n";

enum { OPT_NO_PROGRESS = GENERATE_OPT_END };

static const struct option long_options[] = {
	GENERATE_OPTION_ROWS,
	{ "no-progress", no_argument, NULL, OPT_NO_PROGRESS },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct job {
	struct generate_options options;
	const char *path;
	bool help;
	bool progress;
};

static int read_option(struct job *job, int option)
{
	switch (option) {
	case OPT_NO_PROGRESS:
		job->progress = false;
		return 0;
	case 'j':
		sim_json = true;
		return 0;
	case 'h':
		job->help = true;
		return 0;
	case '?':
		return -EINVAL;
	default:
		return generate_option(&job->options, option, optarg);
	}
}

static int read_command_line(struct job *job, int argc, char **argv)
{
	int option, err;

	while ((option = option_next(argc, argv, ":jh", long_options)) != -1) {
		err = read_option(job, option);
		if (err)
			return err;
	}
	if (job->help)
		return 0;
	if (optind + 1 != argc)
		return option_refuse("name one file to write, "
				     "or - for standard output");
	job->path = argv[optind];
	if (sim_json && !strcmp(job->path, "-"))
		return option_refuse("-j and the session cannot both go "
				     "to standard output");
	return 0;
}

/* zlib writes plain files too; level 1 keeps a big session quick. */
static gzFile open_output(const char *path)
{
	size_t len = strlen(path);
	bool compress = len > 3 && !strcmp(path + len - 3, ".gz");
	gzFile out;
	int fd;

	errno = 0;
	if (strcmp(path, "-")) {
		out = gzopen(path, compress ? "wb1" : "wbT");
	} else {
		fd = dup(STDOUT_FILENO);
		if (fd < 0)
			return NULL;
		out = gzdopen(fd, "wbT");
		if (!out)
			close(fd);
	}
	if (out)
		gzbuffer(out, 1 << 20);
	return out;
}

static void show_progress(const struct source *s, uint64_t messages)
{
	uint64_t per_cent = s->messages * 100 / messages;

	fprintf(stderr, "\rgenerate: %3" PRIu64 " %%, %" PRIu64 " messages",
		per_cent < 100 ? per_cent : 100, s->messages);
}

static void end_progress(void)
{
	fprintf(stderr, "\r%60s\r", "");
}

static int write_messages(struct source *s, gzFile out, const struct job *job)
{
	static uint8_t message[BINARYFILE_MAX];
	uint8_t block[2 + ITCH_MAX_LEN];
	uint64_t shown = 0, now;
	int len;

	while ((len = s->next(s, message)) > 0) {
		put_be16(block, (uint16_t)len);
		memcpy(block + 2, message, (size_t)len);
		if (gzwrite(out, block, (unsigned int)len + 2) != len + 2)
			return errno ? -errno : -EIO;
		if (!job->progress || s->messages & 0xffff)
			continue;
		now = clock_ns(CLOCK_MONOTONIC);
		if (!shown || now - shown > NS_PER_SECOND / 5) {
			show_progress(s, job->options.messages);
			shown = now;
		}
	}
	if (shown)
		end_progress();
	return len;
}

static int complain(const struct job *job, int err, const char *advice)
{
	fprintf(stderr, "hairtrigger-sim generate: %s: %s; %s\n", job->path,
		strerror(-err), advice);
	return SIM_SYSTEM;
}

/* Return: the exit code. */
static int write_session(struct source *s, const struct job *job)
{
	gzFile out = open_output(job->path);
	int err, end;

	if (!out)
		return complain(job, errno ? -errno : -ENOMEM,
				"name a file that can be written");
	errno = 0;
	err = write_messages(s, out, job);
	end = gzclose(out);
	if (!err && end != Z_OK)
		err = errno ? -errno : -EIO;
	return err ? complain(job, err, "the session in it is not whole") :
		     SIM_OK;
}

static void report(const struct source *s, const struct job *job)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "schema", json_object_new_int(1));
	json_object_object_add(o, "file", json_object_new_string(job->path));
	json_object_object_add(o, "messages",
			       json_object_new_uint64(s->messages));
	json_object_object_add(o, "bytes", json_object_new_uint64(s->offset));
	json_object_object_add(o, "symbols",
			       json_object_new_uint64(job->options.symbols));
	json_object_object_add(o, "seed",
			       json_object_new_uint64(job->options.seed));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

int cmd_generate(int argc, char **argv)
{
	struct job job = {
		.options = GENERATE_DEFAULTS,
		.progress = isatty(STDERR_FILENO),
	};
	struct source s;
	int err, code;

	if (read_command_line(&job, argc, argv))
		return SIM_USAGE;
	if (job.help) {
		fputs(usage, stdout);
		return SIM_OK;
	}
	err = generate_source_open(&s, &job.options);
	if (err) {
		fprintf(stderr, "hairtrigger-sim generate: %s; "
			"fewer --symbols or --live need less memory\n",
			strerror(-err));
		return SIM_SYSTEM;
	}
	code = write_session(&s, &job);
	if (code == SIM_OK && sim_json)
		report(&s, &job);
	s.close(&s);
	return code;
}
