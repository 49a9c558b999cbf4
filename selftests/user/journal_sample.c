// SPDX-License-Identifier: GPL-2.0
#include "journal_sample.h"

#include <errno.h>
#include <string.h>

#include "wire.h"
#include "../../user/clock.h"
#include "../../user/ouch.h"

enum { QTY = 100, PX = 1823500 };

static void event_put(struct journal *j, uint32_t n)
{
	const struct ht_event event = {
		.seq = 1000 + n,
		.entry_ns = clock_ns(),
		.fires = n + 1,
		.trigger = 7,
		.version = 1,
		.locate = 13,
		.qty = QTY,
		.px = PX,
		.side = HT_BID,
		.feed = HT_FEED_LIVE,
		.state = HT_SYMBOL_TRADING,
		.bid = { .px_e4 = PX - 100, .qty = 300 },
		.ask = { .px_e4 = PX, .qty = 200 },
		.symbol = "AAPL",
	};
	const struct journal_refusal refusal = {
		.entry_ns = event.entry_ns,
		.decided_ns = event.entry_ns + 9000,
		.px = PX,
		.qty = QTY,
		.row = 7,
		.reason = HT_REFUSED_STALE,
		.gate = JOURNAL_GATE_CONTROLLER,
		.side = 'B',
		.symbol = "AAPL",
		.trigger = "dip",
	};

	journal_put_event(j, &event);
	journal_put_refusal(j, event.seq, &refusal);
}

static void sent_put(struct journal *j, uint32_t n)
{
	const struct ouch_terms terms = {
		.tif = OUCH_TIF_IOC,
		.display = 'Y',
		.capacity = 'P',
		.iso = 'N',
		.cross_type = 'N',
	};
	struct ouch_order order = {
		.urn = n + 1,
		.qty = QTY,
		.px = PX,
		.side = 'B',
		.symbol = "AAPL",
	};
	const struct journal_sent sent = {
		.entry_ns = 1000000,
		.seen_ns = 1008000,
		.decided_ns = 1009000,
		.submitted_ns = 1010000,
		.urn = n + 1,
		.tcp_seq = 4711,
		.way = JOURNAL_WAY_DELEGATED,
		.soup = 1,
		.row = 7,
		.symbol = "AAPL",
		.trigger = "dip",
	};
	uint8_t message[OUCH_ENTER_MAX];
	uint32_t len = ouch_enter_init(message, &terms);

	ouch_clordid(order.clordid, 1000 + n);
	ouch_enter_set((struct ouch_enter *)message, &order);
	journal_put_sent(j, 1000 + n, &sent, message, len);
}

static void accepted_put(struct journal *j, uint32_t n)
{
	const struct journal_reply reply = {
		.number = 2 * n + 1,
		.received_ns = 1060000,
		.urn = n + 1,
		.symbol = "AAPL",
	};
	struct ouch_accepted m = {
		.type = 'A',
		.side = 'B',
		.symbol = "AAPL    ",
		.tif = OUCH_TIF_IOC,
		.display = 'Y',
		.capacity = 'P',
		.iso = 'N',
		.cross_type = 'N',
		.state = 'L',
	};

	put_be32(&m.urn, n + 1);
	put_be32(&m.qty, QTY);
	put_be64(&m.price, PX);
	put_be64(&m.order_ref, 5000 + n);
	ouch_clordid(m.clordid, 1000 + n);
	journal_put_reply(j, &reply, &m, sizeof(m));
}

static void executed_put(struct journal *j, uint32_t n)
{
	const struct journal_reply reply = {
		.number = 2 * n + 2,
		.received_ns = 1070000,
		.urn = n + 1,
		.symbol = "AAPL",
	};
	struct ouch_executed m = { .type = 'E', .liquidity = 'R' };

	put_be32(&m.urn, n + 1);
	put_be32(&m.qty, QTY);
	put_be64(&m.price, PX);
	put_be64(&m.match, 9000 + n);
	journal_put_reply(j, &reply, &m, sizeof(m));
}

static void session_put(struct journal *j, uint32_t n)
{
	const struct journal_session session = {
		.next = 2 * n + 3,
		.state = 2,
		.name = "S000000001",
		.state_words = "up",
		.words = "the exchange let us in",
	};
	const struct journal_reconciled reconciled = {
		.next = 2 * n + 3,
		.replies = 2,
		.orders = n + 1,
		.session = "S000000001",
	};

	journal_put_session(j, &session);
	journal_put_reconciled(j, &reconciled);
}

static void hand_put(struct journal *j, uint32_t n)
{
	const struct journal_kill kill = {
		.level = HT_KILL_SYMBOL,
		.generation = n + 1,
		.symbol = "MSFT",
		.who = "root",
		.reason = "a test, \"quoted\"",
	};
	const struct journal_limits limits = {
		.version = n + 1,
		.was = n,
		.who = "root",
	};

	journal_put_kill(j, &kill);
	journal_put_limits(j, &limits, "max_qty 100 -> 200");
}

void journal_sample_put(struct journal *j, uint32_t n)
{
	const struct journal_start start = {
		.pid = 77,
		.abi = ht_abi(),
		.first_urn = n + 1,
		.release = "0.1.0",
		.session = "S000000001",
	};

	journal_put_start(j, &start, "--max-qty 100");
	event_put(j, n);
	sent_put(j, n);
	accepted_put(j, n);
	executed_put(j, n);
	session_put(j, n);
	hand_put(j, n);
	journal_put_stop(j, -EIO, "a test");
}
