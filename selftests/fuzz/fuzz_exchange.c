// SPDX-License-Identifier: GPL-2.0
/*
 * Orders that arrive at the simulator, against a small book.
 *
 * Input: datagrams, each a byte for who sends it, a length of one byte, and so
 * many bytes.
 */
#include <arpa/inet.h>
#include <string.h>

#include "compose.h"
#include "fuzz.h"
#include "../../user/sim/exchange_udp.h"
#include "../../user/sim/order_print.h"
#include "../../user/sim/timing.h"

enum { SENDERS = 3 };

struct talk {
	struct sockaddr_in from;	/* of the datagram at hand */
	struct exchange exchange;
	struct exchange_udp udp;
};

static struct book book;
static struct timing timing;

static void book_say(struct msg m)
{
	fuzz_check(!book_apply(&book, m.byte, m.len));
}

static void book_make(void)
{
	uint32_t i;

	fuzz_check(!book_init(&book) && !timing_init(&timing));
	timing_sent(&timing, 1, 1000, 1);
	book_say(msg_event('Q'));
	book_say(msg_directory(1, "OPEN", 'P'));
	book_say(msg_directory(2, "HALTED", 'P'));
	book_say(msg_directory(3, "TEST", 'T'));
	book_say(msg_trading(1, 'T'));
	book_say(msg_trading(2, 'H'));
	book_say(msg_trading(3, 'T'));
	for (i = 0; i < 5; i++) {
		book_say(msg_add(1, 10 + i, 'B', 100 + i, 999900 - 100 * i));
		book_say(msg_add(1, 20 + i, 'S', 100 + i, 1000000 + 100 * i));
	}
}

/* An answer is one whole packet, and goes to who asked. */
static void on_send(void *context, const struct sockaddr_in *to,
		    const void *packet, size_t len)
{
	const struct talk *t = context;

	fuzz_check(len >= 3 && get_be16(packet) == len - 2);
	fuzz_check(to->sin_port == t->from.sin_port);
}

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct talk *t = context;

	exchange_udp_reply(&t->udp, client, message, len);
	order_print_reply(client->name, message);
}

static void on_entered(void *context, const struct ouch_enter *e)
{
	timing_order(&timing, e->clordid, 2);
	order_print_entered("client", e);
}

static void check(const struct exchange_counts *n)
{
	fuzz_check(n->received == n->accepted + n->rejected + n->ignored);
	fuzz_check(n->filled <= n->accepted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct talk t = { .from.sin_family = AF_INET };
	const struct exchange_sink sink = { on_reply, on_entered, &t };
	struct bytes in = { data, size };
	uint8_t *datagram;
	size_t len;

	if (!book.symbols)
		book_make();
	exchange_init(&t.exchange, &book, &sink);
	t.udp = (struct exchange_udp){ .exchange = &t.exchange,
				       .send = on_send, .context = &t };
	while (in.left) {
		t.from.sin_port = htons(1 + fuzz_u8(&in) % SENDERS);
		len = fuzz_u8(&in);
		datagram = fuzz_block(&in, &len);
		exchange_datagram(&t.udp, &t.from, datagram, len);
		free(datagram);
		check(&t.exchange.counts);
	}
	exchange_udp_free(&t.udp);
	exchange_free(&t.exchange);
	return 0;
}
