// SPDX-License-Identifier: GPL-2.0
/*
 * order dump - orders and positions of the running controller, as text
 *
 * What the exchange has answered, by UserRefNum and ticker, and nothing that
 * only the sender knows: a controller that was started anew writes the same
 * once it has reconciled, and so does `journal orders` in its lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "out.h"

/* For its owner's eyes, also when it was there before. */
static FILE *file_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out;

	if (fd < 0)
		return NULL;
	out = fchmod(fd, 0600) ? NULL : fdopen(fd, "w");
	if (!out)
		close(fd);
	return out;
}

/* One part.  Return: an exit code; *from is where the next one begins, and 0
 * after the last one.
 */
static int part_write(FILE *out, uint64_t *from, uint64_t *number)
{
	struct json_object *args = json_object_new_object();
	struct json_object *answer, *text;
	uint64_t len;
	int code;

	out_uint(args, "from", *from);
	out_uint(args, "number", *number);
	code = control_command("dump", args, &answer);
	json_object_put(args);
	if (code)
		return code;
	text = json_object_object_get(answer, "text");
	len = (uint64_t)json_object_get_string_len(text);
	*number = json_object_get_uint64(
		json_object_object_get(answer, "number"));
	fwrite(json_object_get_string(text), 1, len, out);
	*from += len;
	if (!len || *from >= json_object_get_uint64(
			json_object_object_get(answer, "bytes")))
		*from = 0;
	json_object_put(answer);
	return EXIT_OK;
}

static int parts_write(FILE *out)
{
	uint64_t from = 0, number = 0;
	int code;

	do
		code = part_write(out, &from, &number);
	while (!code && from);
	return code;
}

int order_dump(int argc, char **argv)
{
	const char *path = argc > 1 && strcmp(argv[1], "-") ? argv[1] : NULL;
	FILE *out;
	int code, err;

	if (argc > 2)
		return argument_error(argv[2]);
	if (path && path[0] == '-')
		return usage_error("unknown option `%s`", path);
	if (globals.json)
		return usage_error("it writes text; as JSON: order show");
	out = path ? file_make(path) : stdout;
	if (!out) {
		out_error(-errno, "%s: cannot write", path);
		return EXIT_SYSTEM;
	}
	code = parts_write(out);
	err = fflush(out) || ferror(out) ? -EIO : 0;
	if (path && fclose(out) && !err)
		err = -errno;
	if (code || !err)
		return code;
	out_error(err, "%s: cannot write the orders", path ? path : "stdout");
	return EXIT_SYSTEM;
}
