// SPDX-License-Identifier: GPL-2.0
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "instance.h"
#include "price.h"

enum { LINE_MAX_LEN = 320, BUFFER = 1 << 16 };

int log_open(struct log *log, const char *path, bool quiet)
{
	log->quiet = quiet;
	log->file = NULL;
	setvbuf(stdout, NULL, _IOFBF, BUFFER);
	if (!path)
		return 0;
	log->file = fopen(path, "ae");
	return log->file ? 0 : -errno;
}

void log_close(struct log *log)
{
	if (log->file)
		fclose(log->file);
	log->file = NULL;
}

int log_flush(struct log *log)
{
	if (fflush(stdout) || ferror(stdout))
		return -EIO;
	if (log->file && (fflush(log->file) || ferror(log->file)))
		return -EIO;
	return 0;
}

static void time_text(char *text, size_t size)
{
	struct timespec now;
	struct tm day;
	char clock[16];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &day);
	strftime(clock, sizeof(clock), "%H:%M:%S", &day);
	snprintf(text, size, "%s.%06u", clock,
		 (unsigned int)(now.tv_nsec / 1000));
}

void log_line(struct log *log, const char *format, ...)
{
	char line[LINE_MAX_LEN], now[32];
	va_list ap;

	if (log->quiet && !log->file)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	time_text(now, sizeof(now));
	if (!log->quiet)
		printf("%s %s\n", now, line);
	if (log->file)
		fprintf(log->file, "%s %s\n", now, line);
}

void log_fire(struct log *log, const struct ht_event *e,
	      const struct order *order, bool edited)
{
	bool is_buy = e->side == HT_BID;
	const struct ht_quote *far = is_buy ? &e->ask : &e->bid;
	char touch[PRICE_TEXT], limit[PRICE_TEXT];

	log_line(log, "FIRE %s %s %s %s x %" PRIu64 " seq %" PRIu64
		      " -> %s %u @ %s urn %u%s",
		 order->trigger, order->symbol, is_buy ? "ask" : "bid",
		 price_text(touch, far->px), (uint64_t)far->qty,
		 (uint64_t)e->seq, is_buy ? "buy" : "sell", order->qty,
		 price_text(limit, order->px), order->urn,
		 edited ? " (rule edited since)" : "");
}

void log_refusal(struct log *log, const struct ht_event *e,
		 const char *trigger, enum ht_refusal why)
{
	char limit[PRICE_TEXT];

	log_line(log, "refused %.*s %.*s %s %u @ %s seq %" PRIu64 ": %s",
		 HT_TRIGGER_NAME, trigger, HT_TICKER, e->symbol,
		 e->side == HT_BID ? "buy" : "sell", e->qty,
		 price_text(limit, e->px), (uint64_t)e->seq,
		 refusal_words(why));
}

void log_reply(struct log *log, const struct ouch_reply *reply,
	       const struct order *order)
{
	char price[PRICE_TEXT];

	switch (reply->type) {
	case 'A':
		log_line(log, "accepted urn %u %s %u @ %s ref %" PRIu64 "%s",
			 order->urn, order->symbol, order->qty,
			 price_text(price, order->px), order->order_ref,
			 order->state == ORDER_DEAD ? ", dead at once" : "");
		return;
	case 'E':
		log_line(log, "executed urn %u %s %u @ %s, %u of %u",
			 order->urn, order->symbol, reply->qty,
			 price_text(price, reply->px), order->filled,
			 order->qty);
		return;
	case 'J':
		log_line(log, "rejected urn %u %s: %s (0x%02x)", order->urn,
			 order->symbol, ouch_reject_words(reply->reason),
			 reply->reason);
		return;
	default:
		log_line(log, "canceled urn %u %s %u, %u of %u executed, reason %c",
			 order->urn, order->symbol, reply->qty, order->filled,
			 order->qty, reply->reason);
		return;
	}
}

void log_fault(struct log *log, const struct ouch_reply *reply, int err)
{
	log_line(log, "answer `%c` for urn %u, %u shares, left without effect: %s",
		 reply->type, reply->urn, reply->qty,
		 err == -ENOENT ? "no order of ours has that number" :
				  "it contradicts what is known of the order");
}
