// SPDX-License-Identifier: GPL-2.0
/*
 * A BinaryFILE of ITCH as the simulator reads it.
 *
 * Input: a byte, odd for what `info` counts, even for the book and the pace;
 * then the file.
 */
#include <string.h>

#include "compose.h"
#include "fuzz.h"
#include "../../user/sim/book.h"
#include "../../user/sim/info_count.h"
#include "../../user/sim/pacing.h"
#include "../../user/sim/sim.h"

enum { MESSAGES = 512 };

static struct book book;
static uint16_t touched[MESSAGES];
static uint32_t touched_count;

static void book_message(const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;

	if (len >= sizeof(*head))
		touched[touched_count++] = get_be16(&head->locate);
	fuzz_check(!book_apply(&book, message, len));
}

/* Each side is in order and adds up to the orders. */
static void side_check(const struct book_side *s, int side, uint64_t *orders)
{
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		fuzz_check(s->level[i].orders);
		*orders += s->level[i].orders;
		if (i && side == BOOK_BID)
			fuzz_check(s->level[i - 1].price < s->level[i].price);
		else if (i)
			fuzz_check(s->level[i - 1].price > s->level[i].price);
	}
}

static void book_symbol_clear(struct book_symbol *s)
{
	int side;

	if (s->listed)
		HASH_DEL(book.by_stock, s);
	for (side = BOOK_BID; side <= BOOK_ASK; side++) {
		fuzz_check(!s->side[side].count);
		free(s->side[side].level);
	}
	memset(s, 0, sizeof(*s));
}

/* Only what was touched: there are 65,536 symbols. */
static void book_clear(void)
{
	struct book_order *order, *next;
	uint64_t orders = 0;
	uint32_t i, side;
	struct msg m;

	for (i = 0; i < touched_count; i++)
		for (side = BOOK_BID; side <= BOOK_ASK; side++)
			side_check(&book.symbols[touched[i]].side[side], side,
				   &orders);
	fuzz_check(orders >= book_live_orders(&book));
	HASH_ITER(hh, book.orders, order, next) {
		m = msg_delete(order->locate, order->ref);
		fuzz_check(!book_apply(&book, m.byte, m.len));
	}
	fuzz_check(!book.levels && !book_live_orders(&book));
	while (touched_count)
		book_symbol_clear(&book.symbols[touched[--touched_count]]);
}

/* What the source hands out, in blocks of their exact size. */
static void file_read(struct source *s, void (*take)(const uint8_t *message,
						     uint32_t len))
{
	static uint8_t message[BINARYFILE_MAX];
	struct pacing pacing = {
		.mode = PACE_SPEED, .speed = PACING_SPEED_ONE,
		.max_gap_ns = UINT64_MAX / MESSAGES,
	};
	uint64_t due, last = 0;
	uint8_t *exact;
	int len;

	while (s->messages < MESSAGES && (len = s->next(s, message)) > 0) {
		exact = malloc((size_t)len);
		fuzz_check(exact);
		memcpy(exact, message, (size_t)len);
		take(exact, (uint32_t)len);
		due = pacing_due(&pacing, exact, (uint32_t)len);
		fuzz_check(due >= last);
		last = due;
		free(exact);
	}
}

static struct info info;

static void info_message(const uint8_t *message, uint32_t len)
{
	fuzz_check(!info_count(&info, message, len));
	fuzz_check(info.live <= info.live_max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	bool counts = fuzz_u8(&in) & 1;
	struct source s;

	fuzz_check(!file_source_open(&s, fuzz_file(in.at, in.left)));
	if (counts) {
		fuzz_check(!info_init(&info));
		file_read(&s, info_message);
		info_free(&info);
	} else {
		if (!book.symbols)
			fuzz_check(!book_init(&book));
		file_read(&s, book_message);
		book_clear();
	}
	s.close(&s);
	return 0;
}
