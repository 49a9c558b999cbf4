// SPDX-License-Identifier: GPL-2.0
/*
 * control_client - a question to the running controller
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "out.h"
#include "patience.h"

enum { ANSWER_S = 2 };

static int control_connect(const char *instance)
{
	struct timeval patience = { .tv_sec = ANSWER_S };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd, err;

	snprintf(to.sun_path, sizeof(to.sun_path), CONTROL_DIR "/%s.sock",
		 instance);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		       sizeof(patience)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int control_send(int fd, const char *question,
			struct json_object *args)
{
	struct json_object *ask = json_object_new_object();
	const char *text;
	int err = 0;

	if (args) {
		json_object_object_foreach(args, key, value)
			json_object_object_add(ask, key,
					       json_object_get(value));
	}
	json_object_object_add(ask, "ask", json_object_new_string(question));
	text = json_object_to_json_string_ext(ask, JSON_C_TO_STRING_PLAIN);
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		err = -errno;
	json_object_put(ask);
	return err;
}

static int control_receive(int fd, char *text, struct json_object **answer)
{
	ssize_t got;

	do
		got = recv(fd, text, CONTROL_MAX, MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (!got)
		return -ECONNRESET;
	if (got > CONTROL_MAX)
		return -EPROTO;
	text[got] = 0;
	*answer = json_tokener_parse(text);
	if (json_object_is_type(*answer, json_type_object))
		return 0;
	json_object_put(*answer);
	*answer = NULL;
	return -EPROTO;
}

static int ask_once(const char *instance, const char *question,
		    struct json_object *args, char *text,
		    struct json_object **answer)
{
	int fd = control_connect(instance), err;

	if (fd < 0)
		return fd;
	err = control_send(fd, question, args);
	if (!err)
		err = control_receive(fd, text, answer);
	close(fd);
	return err == -EPIPE ? -ECONNRESET : err;
}

/* The socket of a controller that was killed just now lets us in, and out again
 * without an answer; so does one that has no place left.
 */
int control_ask(const char *instance, const char *question,
		struct json_object *args, struct json_object **answer)
{
	char *text = malloc(CONTROL_MAX + 1);
	int left = PATIENCE_MS, err;

	*answer = NULL;
	if (!text)
		return -ENOMEM;
	do
		err = ask_once(instance, question, args, text, answer);
	while (err == -ECONNRESET && patience_wait(&left));
	free(text);
	return err == -EAGAIN || err == -ECONNRESET ? -ETIMEDOUT : err;
}

static int ask_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		out_error(0, "no controller runs on instance `%s`; `hairtrigger run` starts one",
			  globals.instance);
		return EXIT_NOT_RUNNING;
	case -EACCES:
		out_error(0, "asking the controller of instance `%s` needs root",
			  globals.instance);
		return EXIT_SYSTEM;
	case -ETIMEDOUT:
		out_error(0, "the controller of instance `%s` does not answer",
			  globals.instance);
		return EXIT_SYSTEM;
	default:
		out_error(err, "asking the controller of instance `%s`",
			  globals.instance);
		return EXIT_SYSTEM;
	}
}

/* As out_error() does, but under -j the caller's one object says it, too.  A
 * limit has its rule, "O5", by which `risk show` lists it.
 */
static void refusal_say(struct json_object *answer, const char *why)
{
	const char *rule = json_object_get_string(
		json_object_object_get(answer, "rule"));

	fflush(stdout);
	if (rule && rule[1])
		fprintf(stderr, "hairtrigger: refused: %s (%s of `hairtrigger risk show`)\n",
			why, rule);
	else
		fprintf(stderr, "hairtrigger: refused: %s\n", why);
	if (globals.json)
		out_text(answer, "error", why);
}

int control_command(const char *question, struct json_object *args,
		    struct json_object **answer)
{
	struct json_object *why;
	int err = control_ask(globals.instance, question, args, answer);

	if (err)
		return ask_error(err);
	if (json_object_object_get_ex(*answer, "refused", &why)) {
		refusal_say(*answer, json_object_get_string(why));
		return EXIT_REFUSED;
	}
	if (!json_object_object_get_ex(*answer, "error", &why))
		return EXIT_OK;
	out_error(0, "the controller says: %s", json_object_get_string(why));
	json_object_put(*answer);
	*answer = NULL;
	return EXIT_SYSTEM;
}

int control_show(const char *question, void (*print)(struct json_object *))
{
	struct json_object *answer = NULL;
	int code = control_command(question, NULL, &answer);

	if (!code && globals.json)
		out_json(answer);
	else if (!code)
		print(answer);
	json_object_put(answer);
	return code;
}
