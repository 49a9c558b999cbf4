// SPDX-License-Identifier: GPL-2.0
/*
 * user/control_server.c, asked over its socket: good questions and bad ones
 *
 * The test is client and server in one thread: it ticks the server between
 * question and answer.  Needs root, for /run; skipped without.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/control.h"
#include "../../user/control_server.h"

enum { ANSWER_MAX = 4096, TURNS = 50, FLOOD = 200 };

struct world {
	char instance[32];
	struct loop loop;
	struct control_server server;
	struct source timer;
	int turns;			/* left to run */
	int answers;			/* given */
	bool later;			/* "later" is not answered yet */
};

static struct json_object *answer_make(void *context, const char *question,
				      struct json_object *args)
{
	struct world *w = context;

	if (!strcmp(question, "later") && w->later)
		return CONTROL_LATER;
	if (strcmp(question, "status") && strcmp(question, "later") &&
	    strcmp(question, CONTROL_URGENT))
		return NULL;
	w->answers++;
	return json_tokener_parse("{\"fine\":1}");
}

static int timer_event(struct source *s)
{
	struct world *w = source_owner(s, struct world, timer);
	uint64_t expirations;

	assert_int_equal(read(s->fd, &expirations, sizeof(expirations)),
			 sizeof(expirations));
	w->loop.stop = --w->turns <= 0;
	return control_tick(&w->server);
}

/* Runs the loop for so many ticks of the server. */
static void ticks(struct world *w, int count)
{
	w->turns = count;
	w->loop.stop = false;
	assert_int_equal(loop_run(&w->loop), 0);
}

static int setup(void **state)
{
	const struct itimerspec each = {
		.it_interval.tv_nsec = 1000000, .it_value.tv_nsec = 1000000,
	};
	struct world *w;

	*state = NULL;
	if (geteuid())
		return 0;
	w = calloc(1, sizeof(*w));
	assert_non_null(w);
	snprintf(w->instance, sizeof(w->instance), "test-%d", getpid());
	assert_int_equal(loop_open(&w->loop), 0);
	assert_int_equal(control_lock(&w->server, w->instance), 0);
	w->server.answer = answer_make;
	w->server.context = w;
	assert_int_equal(control_listen(&w->server, w->instance, &w->loop), 0);
	w->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	w->timer.events = POLLIN;
	w->timer.on_event = timer_event;
	timerfd_settime(w->timer.fd, 0, &each, NULL);
	assert_int_equal(loop_add(&w->loop, &w->timer), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	if (!w)
		return 0;
	control_close(&w->server);
	loop_close(&w->loop);
	close(w->timer.fd);
	free(w);
	rmdir(CONTROL_DIR);	/* unless an engine is loaded */
	return 0;
}

static int client(struct world *w)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&w->server.address,
				 sizeof(w->server.address)), 0);
	return fd;
}

/* Asks once.  Return: length of the answer, as recv(). */
static ssize_t ask(struct world *w, const char *question, size_t len,
		   char text[ANSWER_MAX])
{
	int fd = client(w);
	ssize_t got;

	assert_int_equal(send(fd, question, len, 0), len);
	ticks(w, 5);
	got = recv(fd, text, ANSWER_MAX - 1, 0);
	text[got > 0 ? got : 0] = 0;
	close(fd);
	ticks(w, 5);
	return got;
}

static void a_question_is_answered(void **state)
{
	static const char question[] = "{\"ask\": \"status\"}";
	struct world *w = *state;
	char text[ANSWER_MAX];

	if (!w)
		skip();
	assert_true(ask(w, question, sizeof(question) - 1, text) > 0);
	assert_string_equal(text, "{\"fine\":1}");
}

static void rubbish_is_answered_with_an_error(void **state)
{
	static const char *const rubbish[] = {
		"x", "[]", "{}", "{\"ask\":1}", "{\"ask\":\"nothing\"}",
		"{\"ask\":\"status\"", "{\"ask\":\"status\"} x", "\377\377",
		"{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}", "null",
	};
	struct world *w = *state;
	char text[ANSWER_MAX];
	size_t i;

	if (!w)
		skip();
	for (i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++) {
		assert_true(ask(w, rubbish[i], strlen(rubbish[i]), text) > 0);
		assert_non_null(strstr(text, "\"error\""));
	}
	assert_int_equal(w->answers, 0);
}

static void question_has_a_greatest_length(void **state)
{
	char question[CONTROL_QUESTION + 1], text[ANSWER_MAX];
	struct world *w = *state;

	if (!w)
		skip();
	memset(question, ' ', sizeof(question));
	memcpy(question, "{\"ask\":\"status\"", 15);
	question[CONTROL_QUESTION - 1] = '}';
	assert_true(ask(w, question, CONTROL_QUESTION, text) > 0);
	assert_string_equal(text, "{\"fine\":1}");
	assert_true(ask(w, question, sizeof(question), text) > 0);
	assert_non_null(strstr(text, "too long"));
}

static void a_tick_answers_one_question(void **state)
{
	struct world *w = *state;
	int fd[2], i;

	if (!w)
		skip();
	fd[0] = client(w);
	fd[1] = client(w);
	for (i = 0; i < FLOOD; i++)
		if (send(fd[0], "{\"ask\":\"status\"}", 16, 0) < 0)
			break;
	assert_int_equal(send(fd[1], "{\"ask\":\"status\"}", 16, 0), 16);
	ticks(w, TURNS);
	assert_true(w->answers <= TURNS);
	/* the other one was not kept waiting */
	assert_true(recv(fd[1], &i, sizeof(i), MSG_TRUNC) > 0);
	close(fd[0]);
	close(fd[1]);
}

/* A hundred others wait for their ticks. */
static void what_is_urgent_waits_for_no_tick(void **state)
{
	static const char question[] = "{\"ask\":\"status\"}";
	static const char urgent[] = "{\"ask\":\"" CONTROL_URGENT "\"}";
	struct world *w = *state;
	char text[ANSWER_MAX];
	int fd[3], i;

	if (!w)
		skip();
	for (i = 0; i < 3; i++)
		fd[i] = client(w);
	ticks(w, 5);
	for (i = 0; i < 2; i++)
		assert_int_equal(send(fd[i], question, sizeof(question) - 1, 0),
				 sizeof(question) - 1);
	assert_int_equal(send(fd[2], urgent, sizeof(urgent) - 1, 0),
			 sizeof(urgent) - 1);
	ticks(w, 1);
	assert_true(recv(fd[2], text, sizeof(text), 0) > 0);
	assert_true(w->answers <= 2);
	for (i = 0; i < 3; i++)
		close(fd[i]);
}

static void what_is_to_wait_is_answered_later(void **state)
{
	static const char question[] = "{\"ask\":\"later\"}";
	struct world *w = *state;
	char text[ANSWER_MAX];
	int fd[2], i;

	if (!w)
		skip();
	w->later = true;
	for (i = 0; i < 2; i++) {
		fd[i] = client(w);
		assert_int_equal(send(fd[i], question, sizeof(question) - 1, 0),
				 sizeof(question) - 1);
	}
	ticks(w, 10);
	assert_int_equal(recv(fd[0], text, sizeof(text), 0), -1);
	/* whoever leaves meanwhile gives its place back */
	close(fd[1]);
	ticks(w, 5);
	assert_int_equal(w->server.clients[1].source.fd, -1);
	a_question_is_answered(state);
	w->later = false;
	ticks(w, 5);
	assert_true(recv(fd[0], text, sizeof(text), 0) > 0);
	close(fd[0]);
}

static void places_are_limited_and_used_again(void **state)
{
	struct world *w = *state;
	int fd[CONTROL_CLIENTS + 1], i;
	char byte;

	if (!w)
		skip();
	for (i = 0; i <= CONTROL_CLIENTS; i++) {
		fd[i] = client(w);
		ticks(w, 2);
	}
	assert_int_equal(recv(fd[CONTROL_CLIENTS], &byte, 1, 0), 0);
	assert_int_equal(recv(fd[0], &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	for (i = 0; i <= CONTROL_CLIENTS; i++)
		close(fd[i]);
	ticks(w, TURNS);
	a_question_is_answered(state);
}

static void an_instance_has_one_controller(void **state)
{
	struct control_server other;
	struct world *w = *state;

	if (!w)
		skip();
	assert_int_equal(control_lock(&other, w->instance), -EBUSY);
	control_close(&other);
	/* and the first one still has it */
	assert_int_equal(control_lock(&other, w->instance), -EBUSY);
	control_close(&other);
}

static void only_the_owner_may_ask(void **state)
{
	struct world *w = *state;
	struct stat st;

	if (!w)
		skip();
	assert_int_equal(stat(w->server.address.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_question_is_answered),
		T(rubbish_is_answered_with_an_error),
		T(question_has_a_greatest_length),
		T(a_tick_answers_one_question),
		T(what_is_urgent_waits_for_no_tick),
		T(what_is_to_wait_is_answered_later),
		T(places_are_limited_and_used_again),
		T(an_instance_has_one_controller),
		T(only_the_owner_may_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
