// SPDX-License-Identifier: GPL-2.0
#include "control_server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "lock.h"
#include "out.h"
#include "patience.h"

enum { QUESTION_DEPTH = 4 };	/* of nested JSON */

static struct json_object *error_answer(const char *why)
{
	struct json_object *answer = json_object_new_object();

	out_text(answer, "error", why);
	return answer;
}

/* One JSON object and nothing behind it.  Return: it, or NULL. */
static struct json_object *question_parse(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(QUESTION_DEPTH);
	struct json_object *question;
	bool is_whole;

	if (!tokener)
		return NULL;
	question = json_tokener_parse_ex(tokener, text, (int)len);
	is_whole = json_tokener_get_error(tokener) == json_tokener_success &&
		   json_tokener_get_parse_end(tokener) == len;
	json_tokener_free(tokener);
	if (is_whole && json_object_is_type(question, json_type_object))
		return question;
	json_object_put(question);
	return NULL;
}

/* What is asked, or NULL when it is no question. */
static const char *ask_word(struct json_object *question)
{
	struct json_object *ask;

	if (!question || !json_object_object_get_ex(question, "ask", &ask) ||
	    !json_object_is_type(ask, json_type_string))
		return NULL;
	return json_object_get_string(ask);
}

static struct json_object *answer_make(struct control_server *s,
				       struct json_object *question)
{
	const char *ask = ask_word(question);
	struct json_object *answer;

	if (!question)
		return error_answer("the question is too long, or no JSON object");
	if (!ask)
		return error_answer("the question has no \"ask\"");
	answer = s->answer(s->context, ask, question);
	return answer ? answer : error_answer("no such question");
}

/* Return: false when the client cannot take it. */
static bool answer_send(int fd, struct json_object *answer)
{
	size_t len;
	const char *text = json_object_to_json_string_length(
		answer, JSON_C_TO_STRING_PLAIN, &len);

	return text && len <= CONTROL_MAX &&
	       send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
}

static void client_drop(struct control_client *c)
{
	int fd = c->source.fd;

	json_object_put(c->question);
	c->question = NULL;
	loop_del(c->server->loop, &c->source);
	close(fd);
}

/* Nobody polls a client that waits for its answer. */
static bool has_left(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Return: false when the client left, or does not take it. */
static bool client_answer(struct control_client *c)
{
	struct json_object *answer = answer_make(c->server, c->question);
	bool is_taken;

	if (answer == CONTROL_LATER)
		return !has_left(c->source.fd);
	json_object_put(c->question);
	c->question = NULL;
	c->source.parked = false;
	is_taken = answer_send(c->source.fd, answer);
	json_object_put(answer);
	return is_taken;
}

/* Return: 1 when there is a question, 0 when not, -1 when the client left or
 * asks too much at once.
 */
static int client_hear(struct control_client *c)
{
	char text[CONTROL_QUESTION];
	ssize_t got = recv(c->source.fd, text, sizeof(text),
			   MSG_DONTWAIT | MSG_TRUNC);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0)
		return -1;
	c->question = got > (ssize_t)sizeof(text) ?
		      NULL : question_parse(text, (size_t)got);
	if (c->question)
		json_object_object_add(c->question, CONTROL_ASKED_NS,
				       json_object_new_uint64(clock_ns()));
	return 1;
}

static int client_event(struct source *source)
{
	struct control_client *c = source_owner(source, struct control_client,
						source);
	const char *ask;
	int heard = client_hear(c);

	if (heard < 0)
		client_drop(c);
	if (heard <= 0)
		return 0;
	source->parked = true;
	ask = ask_word(c->question);
	if (ask && !strcmp(ask, CONTROL_URGENT) && !client_answer(c))
		client_drop(c);
	return 0;
}

int control_tick(struct control_server *s)
{
	struct control_client *c;
	uint32_t i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		c = &s->clients[s->turn++ % CONTROL_CLIENTS];
		if (c->source.fd < 0 || !c->source.parked)
			continue;
		if (!client_answer(c))
			client_drop(c);
		else if (!c->source.parked)
			return loop_add(s->loop, &c->source);
		else
			continue;
		return 0;
	}
	return 0;
}

static struct control_client *client_place(struct control_server *s)
{
	int i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (s->clients[i].source.fd < 0 && !s->clients[i].source.armed)
			return &s->clients[i];
	return NULL;
}

/* An answer is one packet, so the whole of it must fit in the buffer; where
 * net.core.wmem_max allows no more, some 400 KiB do.
 */
static void client_make_room(int fd)
{
	int size = 2 * CONTROL_MAX;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* With no place left for a client it is let in and out again. */
static int listener_event(struct source *source)
{
	struct control_server *s = source_owner(source, struct control_server,
						listener);
	struct control_client *c = client_place(s);
	int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return 0;
	if (!c) {
		close(fd);
		return 0;
	}
	client_make_room(fd);
	c->source = (struct source){
		.on_event = client_event,
		.fd = fd,
		.events = POLLIN,
		.once = true,
	};
	/* who connects has a question, which may be here already */
	client_event(&c->source);
	if (c->source.fd >= 0 && !c->source.parked &&
	    loop_add(s->loop, &c->source)) {
		c->source.fd = -1;
		close(fd);
	}
	return 0;
}

int control_lock(struct control_server *s, const char *instance)
{
	int left = PATIENCE_MS, i;

	memset(s, 0, sizeof(*s));
	s->listener.fd = -1;
	s->lock_fd = -1;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		s->clients[i].server = s;
		s->clients[i].source.fd = -1;
	}
	if (mkdir(CONTROL_DIR, 0700) && errno != EEXIST)
		return -errno;
	snprintf(s->lock, sizeof(s->lock), CONTROL_DIR "/%s.run", instance);
	do
		s->lock_fd = lock_take(s->lock, false);
	while (s->lock_fd == -EBUSY && patience_wait(&left));
	return s->lock_fd < 0 ? s->lock_fd : 0;
}

/* Whoever holds the lock may take away what a dead controller left. */
static int listener_bind(struct control_server *s, const char *instance)
{
	mode_t mask;
	int err;

	s->address.sun_family = AF_UNIX;
	snprintf(s->address.sun_path, sizeof(s->address.sun_path),
		 CONTROL_DIR "/%s.sock", instance);
	if (unlink(s->address.sun_path) && errno != ENOENT)
		return -errno;
	mask = umask(0177);
	err = bind(s->listener.fd, (struct sockaddr *)&s->address,
		   sizeof(s->address)) ? -errno : 0;
	umask(mask);
	return err;
}

int control_listen(struct control_server *s, const char *instance,
		   struct loop *loop)
{
	int err;

	s->loop = loop;
	s->listener = (struct source){
		.on_event = listener_event,
		.events = POLLIN,
		.once = true,
	};
	s->listener.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK |
				SOCK_CLOEXEC, 0);
	if (s->listener.fd < 0)
		return -errno;
	err = listener_bind(s, instance);
	if (!err && listen(s->listener.fd, CONTROL_CLIENTS))
		err = -errno;
	return err ? err : loop_add(loop, &s->listener);
}

void control_close(struct control_server *s)
{
	int i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		json_object_put(s->clients[i].question);
		if (s->clients[i].source.fd >= 0)
			close(s->clients[i].source.fd);
	}
	if (s->listener.fd >= 0) {
		unlink(s->address.sun_path);
		close(s->listener.fd);
	}
	if (s->lock_fd >= 0) {
		unlink(s->lock);
		close(s->lock_fd);
	}
}
