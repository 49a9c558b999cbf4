// SPDX-License-Identifier: GPL-2.0
/*
 * bench_generate - a synthetic session, out of hairtrigger-sim's pipe
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "beside.h"
#include "bench_stream.h"
#include "binaryfile.h"
#include "out.h"

#define SIM	"hairtrigger-sim"

extern char **environ;

/* Starts it with its standard output at fd.  Return: 0 or negative errno. */
static int generate_start(const struct session *session, int fd, pid_t *pid)
{
	char messages[24], symbols[12], live[24], path[PATH_MAX];
	char *words[] = {
		(char *)SIM, (char *)"generate", (char *)"-",
		(char *)"--no-progress", (char *)"--profile",
		(char *)session->profile, (char *)"--messages", messages,
		(char *)"--symbols", symbols, (char *)"--live", live, NULL
	};
	posix_spawn_file_actions_t actions;
	int err;

	snprintf(messages, sizeof(messages), "%" PRIu64, session->messages);
	snprintf(symbols, sizeof(symbols), "%u", session->symbols);
	snprintf(live, sizeof(live), "%" PRIu64, session->live);
	if (beside_path(SIM, path, sizeof(path)))
		snprintf(path, sizeof(path), SIM);
	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(pid, path, &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int generate_read(struct stream *s, int fd)
{
	static uint8_t message[BINARYFILE_MAX];
	struct binaryfile file = { .gz = gzdopen(fd, "rb") };
	int length, err = 0;

	if (!file.gz) {
		close(fd);
		return -ENOMEM;
	}
	gzbuffer(file.gz, 1 << 20);
	while ((length = binaryfile_next(&file, message)) > 0 && !err)
		err = stream_message(s, message, (uint32_t)length);
	stream_flush(s);
	binaryfile_close(&file);
	return length < 0 ? length : err;
}

/* Return: 0, or -EIO when it did not end well. */
static int generate_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

uint64_t market_part(uint64_t whole, uint64_t messages)
{
	uint64_t part = whole * messages / MARKET_MESSAGES;

	if (part > whole)
		return whole;
	return part ? part : 1;
}

int stream_generate(struct stream *s, const struct session *session)
{
	int ends[2], err, ended;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return out_error(-errno, "cannot make a pipe");
	err = generate_start(session, ends[1], &pid);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return out_error(err, "cannot run " SIM
				 ", beside this program or in PATH");
	}
	err = generate_read(s, ends[0]);
	ended = generate_wait(pid);
	/* reading no further breaks its pipe: that is not the reason */
	err = err ? err : ended;
	if (err)
		out_error(err, SIM " generate: its session ends early");
	return err;
}
