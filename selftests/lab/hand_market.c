// SPDX-License-Identifier: GPL-2.0
/*
 * hand_market - a session of ITCH 5.0 made by hand, as a BinaryFILE on stdout
 *
 *   selftests/lab/hand_market FALL
 *
 * AAA is 10.00 x 1000 to 10.05 x 500, and falls to 9.90 to 9.95 after FALL
 * seconds; an hour after that the market is closed.  BBB is 20.00 to 20.10 and
 * may not be sold short at its bid (Regulation SHO).
 *
 * Exit: 0, or 2 and one line.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../native/compose.h"

#define SECOND	1000000000ull
#define OPEN	(34200 * SECOND)	/* 9:30 */

enum {
	AAA = 1,
	BBB,
	STEP = 1000,		/* ns between messages */
	FALL_MAX = 3600,	/* seconds */
};

static const char *const stocks[] = { [AAA] = "AAA     ", [BBB] = "BBB     " };

static uint64_t now = OPEN;
static uint64_t reference = 1000000;

static void put(struct msg m)
{
	uint8_t length[2];

	put_be16(length, m.len);
	put_be48(((struct itch_head *)m.byte)->timestamp, now);
	now += STEP;
	fwrite(length, sizeof(length), 1, stdout);
	fwrite(m.byte, m.len, 1, stdout);
}

static void put_symbol(uint16_t locate)
{
	struct msg directory = msg_directory(locate, stocks[locate], 'P');
	struct itch_directory *d = (void *)directory.byte;
	struct msg trading = msg_trading(locate, 'T');
	struct itch_trading_action *t = (void *)trading.byte;

	d->market_category = 'Q';
	d->financial_status = 'N';
	d->round_lots_only = 'N';
	d->issue_class = 'C';
	memcpy(d->issue_subtype, "Z ", sizeof(d->issue_subtype));
	d->short_sale_threshold = 'N';
	d->ipo = 'N';
	d->luld_tier = '1';
	d->etp = 'N';
	d->inverse = 'N';
	put(directory);
	memcpy(t->stock, stocks[locate], sizeof(t->stock));
	t->reserved = ' ';
	memset(t->reason, ' ', sizeof(t->reason));
	put(trading);
}

static void put_restriction(uint16_t locate)
{
	struct msg m = msg_of('Y', locate);
	struct itch_reg_sho *y = (void *)m.byte;

	memcpy(y->stock, stocks[locate], sizeof(y->stock));
	y->action = '1';
	put(m);
}

/* Prices are 1e-4 dollars.  Return: the order's reference. */
static uint64_t put_add(uint16_t locate, char side, uint32_t shares,
			uint32_t px)
{
	struct msg m = msg_add(locate, ++reference, side, shares, px);
	struct itch_add *a = (void *)m.byte;

	memcpy(a->stock, stocks[locate], sizeof(a->stock));
	put(m);
	return reference;
}

static void put_market(uint64_t fall_ns)
{
	uint64_t bid, ask;

	put(msg_event('O'));
	put_symbol(AAA);
	put_symbol(BBB);
	put_restriction(BBB);
	put(msg_event('S'));
	put(msg_event('Q'));
	bid = put_add(AAA, 'B', 1000, 100000);
	ask = put_add(AAA, 'S', 500, 100500);
	put_add(BBB, 'B', 1000, 200000);
	put_add(BBB, 'S', 1000, 201000);
	now = OPEN + fall_ns;
	put(msg_delete(AAA, bid));
	put(msg_delete(AAA, ask));
	put_add(AAA, 'B', 1000, 99000);
	put_add(AAA, 'S', 300, 99500);
	now += 3600 * SECOND;
	put(msg_event('M'));
}

int main(int argc, char **argv)
{
	char *end = NULL;
	unsigned long fall = argc == 2 ? strtoul(argv[1], &end, 10) : 0;

	if (!end || end == argv[1] || *end || fall > FALL_MAX) {
		fprintf(stderr, "hand_market: see the top of selftests/lab/hand_market.c\n");
		return 2;
	}
	put_market(fall * SECOND);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "hand_market: %s\n", strerror(errno));
		return 2;
	}
	return 0;
}
