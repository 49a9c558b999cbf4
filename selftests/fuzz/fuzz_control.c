// SPDX-License-Identifier: GPL-2.0
/*
 * The control socket, both ends.
 *
 * Input: a byte, odd for what a controller answers, even for what it is asked;
 * then the packet.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "../../user/command.h"
#include "../../user/control_server.h"
#include "../../user/out.h"
/* the receiving halves are static */
#include "../../user/control_client.c"
#include "../../user/control_server.c"

/* The loop of control_tick(): there is nothing to wait for here. */
int loop_add(struct loop *l, struct source *s)
{
	return 0;
}

void loop_del(struct loop *l, struct source *s)
{
	s->fd = -1;
}

static struct json_object *answer(void *context, const char *question,
				  struct json_object *args)
{
	struct json_object *o;

	if (strcmp(question, "status"))
		return NULL;
	o = json_object_new_object();
	out_text(o, "asked", question);
	return o;
}

static struct json_object *receive(int fd)
{
	static char text[CONTROL_MAX + 1];
	struct json_object *o = NULL;
	int err = control_receive(fd, text, &o);

	fuzz_check(err ? !o : json_object_is_type(o, json_type_object));
	return o;
}

/* Every question gets an answer, and the client stays. */
static void ask(int client, int served)
{
	static struct control_server server;
	struct control_client *c = &server.clients[0];
	struct json_object *o;
	int i;

	server = (struct control_server){ .answer = answer };
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		server.clients[i].server = &server;
		server.clients[i].source.fd = -1;
	}
	c->source = (struct source){ .fd = served };
	fuzz_check(!client_event(&c->source) && !control_tick(&server) &&
		   c->source.fd == served);
	o = receive(client);
	fuzz_check(o && (json_object_object_get_ex(o, "asked", NULL) ||
			 json_object_object_get_ex(o, "error", NULL)));
	json_object_put(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int ends[2] = { -1, -1 };
	struct bytes in = { data, size };
	bool is_answer = fuzz_u8(&in) & 1;
	struct json_object *o;

	if (!in.left)
		return 0;
	if (ends[0] < 0)
		fuzz_check(!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	fuzz_check(send(ends[0], in.at, in.left, 0) == (ssize_t)in.left);
	if (!is_answer) {
		ask(ends[0], ends[1]);
		return 0;
	}
	o = receive(ends[1]);
	if (o) {
		out_fields(o);
		out_json(o);
	}
	json_object_put(o);
	return 0;
}
