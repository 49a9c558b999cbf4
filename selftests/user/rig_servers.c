// SPDX-License-Identifier: GPL-2.0
/*
 * rig_servers - the servers that a recovery asks, played by the test
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../../user/mold.h"
#include "glimpse50.h"
#include "rig.h"

/* -- re-request servers ---------------------------------------------------- */

static bool question(int server, struct mold_header *m)
{
	socklen_t len = sizeof(rig.asker);
	ssize_t got = recvfrom(rig.server[server], m, sizeof(*m), MSG_DONTWAIT,
			       (struct sockaddr *)&rig.asker, &len);

	if (got < 0)
		return false;
	assert_int_equal(got, sizeof(*m));
	return true;
}

void asked(int server, uint64_t from, uint64_t to)
{
	struct mold_header m;

	UNTIL(question(server, &m));
	assert_memory_equal(m.session, rig.in.feed->session, sizeof(m.session));
	assert_int_equal(get_be64(&m.seq), from);
	assert_int_equal(get_be16(&m.count), to - from);
}

void nobody_asks(void)
{
	struct mold_header m;
	int i;

	turns(RIG_QUIET_TURNS);
	for (i = 0; i < RIG_SERVERS; i++)
		assert_false(question(i, &m));
}

void answer_packet(int server)
{
	assert_int_equal(sendto(rig.server[server], packet.data, packet.len, 0,
				(struct sockaddr *)&rig.asker,
				sizeof(rig.asker)), packet.len);
}

void answer(int server, uint64_t from, uint64_t to)
{
	compose(from, to);
	answer_packet(server);
}

/* -- GLIMPSE servers ------------------------------------------------------- */

void glimpse_login(int server)
{
	struct world *w = rig.glimpse[server];
	struct pollfd p = { .fd = w->listener, .events = POLLIN };
	char login[sizeof(LOGIN) - 1];

	UNTIL(poll(&p, 1, 0));
	glimpse_hang_up(server);
	w->server = accept(w->listener, NULL, NULL);
	assert_true(w->server >= 0);
	UNTIL(recv(w->server, login, sizeof(login), MSG_DONTWAIT) ==
	      sizeof(login));
	assert_memory_equal(login, LOGIN, sizeof(login));
}

void glimpse_message(int server, struct msg m)
{
	struct soup_header head;

	script_add(rig.glimpse[server], &head,
		   soup_head(&head, SOUP_SEQUENCED, m.len) - m.len);
	script_add(rig.glimpse[server], m.byte, m.len);
}

void glimpse_end(int server, uint64_t next)
{
	struct msg m = { .len = sizeof(struct glimpse_end) };
	char text[sizeof(m.byte)];

	snprintf(text, sizeof(text), "G%20" PRIu64, next);
	memcpy(m.byte, text, m.len);
	glimpse_message(server, m);
}

void glimpse_script(int server, uint64_t next)
{
	uint64_t s;

	script_add(rig.glimpse[server], LITERAL(ACCEPTED));
	for (s = 1; s < next; s++)
		glimpse_message(server, day_message(s));
	glimpse_end(server, next);
}

void glimpse_say(int server)
{
	struct world *w = rig.glimpse[server];

	while (w->said < w->len) {
		say(w, SIZE_MAX);
		turn();
	}
}

void glimpse_hang_up(int server)
{
	hang_up(rig.glimpse[server]);
}

void nobody_connects(void)
{
	int i;

	turns(RIG_QUIET_TURNS);
	for (i = 0; i < RIG_SERVERS; i++) {
		struct pollfd p = { .fd = rig.glimpse[i]->listener,
				    .events = POLLIN };

		assert_int_equal(poll(&p, 1, 0), 0);
	}
}

/* A book of [1, 3), and much missing. */
void much_is_missing(int rerequests, int glimpses)
{
	rig_open(rerequests, glimpses);
	rig.options.snapshot_above = 10;
	wire_in(1, 3);
	wire_in(30, 31);
	clock_catch_up();	/* the kernel has stamped the gap */
	later(1000);
}

/* A whole snapshot of [1, 20), while the lines come as far as 23. */
void snapshot_heals(int server)
{
	glimpse_login(server);
	assert_int_equal(rig.in.feed->state, HT_FEED_JOINING);
	wire_in(14, 17);
	wire_in(17, 22);
	wire_in(22, 23);
	glimpse_script(server, 20);
	glimpse_say(server);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(23, HT_FEED_LIVE);
	assert_int_equal(rig.r.rejoin.snapshots, 1);
	assert_int_equal(rig.r.held.waiting, 0);
	nobody_asks();
	nobody_connects();
}
