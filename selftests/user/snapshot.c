// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "itch50.h"
#include "snapshot.h"

enum { PATIENCE_MS = 5000 };

const struct soup_credentials me = { "me", "secret", NULL, 0 };

int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	socklen_t len = sizeof(w->address);

	assert_non_null(w);
	w->script = malloc(SCRIPT_MAX);
	assert_non_null(w->script);
	w->address.sin_family = AF_INET;
	w->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&w->address,
			      len), 0);
	assert_int_equal(listen(w->listener, 0), 0);
	getsockname(w->listener, (struct sockaddr *)&w->address, &len);
	w->server = w->g.fd = -1;
	*state = w;
	return 0;
}

void hang_up(struct world *w)
{
	glimpse_close(&w->g);
	if (w->server >= 0)
		close(w->server);
	w->server = -1;
	w->len = w->said = 0;
	w->taken = w->order = w->expected = 0;
}

int world_teardown(void **state)
{
	struct world *w = *state;

	hang_up(w);
	close(w->listener);
	free(w->script);
	free(w);
	return 0;
}

/* -- what the server says ----------------------------------------------- */

static uint64_t hash(uint64_t order, const void *message, size_t len)
{
	const uint8_t *p = message;
	size_t i;

	for (i = 0; i < len; i++)
		order = (order ^ p[i]) * UINT64_C(0x100000001b3);
	return order;
}

void script_add(struct world *w, const void *bytes, size_t len)
{
	assert_true(w->len + len <= SCRIPT_MAX);
	memcpy(w->script + w->len, bytes, len);
	w->len += len;
}

void script_message(struct world *w, char type, size_t len)
{
	char *packet = w->script + w->len;
	char *message = packet + sizeof(struct soup_header);

	assert_true(w->len + sizeof(struct soup_header) + len <= SCRIPT_MAX);
	w->len += soup_head((struct soup_header *)packet, SOUP_SEQUENCED, len);
	memset(message, (int)(w->len & 0xff), len);
	if (len)
		message[0] = type;
	w->expected = hash(w->expected, message, len);
}

uint64_t script_messages(struct world *w)
{
	uint64_t count = 0;

#define X(type, name, length, what) script_message(w, type, length); count++;
	ITCH_MESSAGES(X)
#undef X
	return count;
}

void say(struct world *w, size_t most)
{
	size_t left = w->len - w->said;
	ssize_t sent = send(w->server, w->script + w->said,
			    left < most ? left : most,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	assert_true(sent >= 0 || errno == EAGAIN);
	if (sent > 0)
		w->said += (size_t)sent;
}

/* -- what the client does ----------------------------------------------- */

int message_take(void *context, const uint8_t *itch, size_t len)
{
	struct world *w = context;

	w->taken++;
	w->order = hash(w->order, itch, len);
	return w->err;
}

int event(struct world *w)
{
	const struct glimpse_sink sink = { message_take, w };
	struct pollfd p = { .fd = w->g.fd, .events = glimpse_wants(&w->g) };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return glimpse_event(&w->g, &sink);
}

void log_in(struct world *w, const struct soup_limits *limits)
{
	char login[sizeof(LOGIN) - 1];

	assert_int_equal(glimpse_open(&w->g, &w->address, &me, limits), 0);
	w->server = accept(w->listener, NULL, NULL);
	assert_true(w->server >= 0);
	assert_int_equal(event(w), 0);
	assert_int_equal(recv(w->server, login, sizeof(login), MSG_WAITALL),
			 sizeof(login));
	assert_memory_equal(login, LOGIN, sizeof(login));
}

int play(struct world *w)
{
	int err = 0;

	while (!err && w->g.bytes < w->len) {
		if (w->said < w->len)
			say(w, SIZE_MAX);
		err = event(w);
	}
	return err;
}

int play_and_close(struct world *w)
{
	int err = play(w);

	shutdown(w->server, SHUT_WR);
	while (!err)
		err = event(w);
	return err;
}
