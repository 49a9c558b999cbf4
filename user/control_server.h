/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control_server - answers the questions of control.h from inside the loop
 *
 * Questions wait for the next tick, and each tick answers one of them, the
 * clients taking turns.  So whoever asks too much only makes others who ask
 * wait; rubbish is answered with {"error": ...}, and a client who does not read
 * is dropped.  CONTROL_URGENT alone is answered as it comes.
 */
#ifndef HT_CONTROL_SERVER_H
#define HT_CONTROL_SERVER_H

#include <json-c/json.h>
#include <sys/un.h>

#include "loop.h"

enum {
	CONTROL_CLIENTS = 16,
	CONTROL_QUESTION = 4096,	/* bytes of one question */
};

#define CONTROL_LATER	((struct json_object *)-1)
#define CONTROL_ASKED_NS "asked_ns"	/* among the arguments: when */

struct control_server;

struct control_client {
	struct source source;			/* parked: has a question */
	struct control_server *server;
	struct json_object *question;		/* NULL: rubbish */
};

struct control_server {
	struct loop *loop;
	struct source listener;
	int lock_fd;
	char lock[128];			/* path */
	struct sockaddr_un address;
	struct control_client clients[CONTROL_CLIENTS];
	uint32_t turn;				/* client who comes first */
	/*
	 * args holds the question, too.
	 * Return: the answer, the server's to put; NULL: no such question;
	 * CONTROL_LATER: ask again at a later tick.
	 */
	struct json_object *(*answer)(void *context, const char *question,
				      struct json_object *args);
	void *context;
};

/*
 * Takes the lock of `instance`: it has one controller at a time.  Comes first.
 * Return: 0, -EBUSY when another process has it, or negative errno.
 */
int control_lock(struct control_server *s, const char *instance);

/* Opens the socket; set answer and context before.
 * Return: 0 or negative errno.
 */
int control_listen(struct control_server *s, const char *instance,
		   struct loop *loop);

/* Answers one question.  Return: 0 or the error of the loop. */
int control_tick(struct control_server *s);

/* Removes the socket, then lets go of the lock.  What was not opened is left
 * alone.
 */
void control_close(struct control_server *s);

#endif
