// SPDX-License-Identifier: GPL-2.0
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "instance.h"
#include "price.h"

enum {
	LINE_MAX_LEN = 320,
	STAMPED_MAX_LEN = LINE_MAX_LEN + 32,
	NOTICE_LEN = 64,	/* kept free for the line about those missing */
};

/*
 * O_NONBLOCK belongs to the open file, which a shell and others share; so this
 * one gets its own.  A file on a disk needs none, and of what cannot be opened
 * (a pipe without a reader) the old one serves.
 */
static void unblock(int fd)
{
	char path[32];
	struct stat st;
	int own;

	if (fstat(fd, &st) || (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode)))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return;
	dup2(own, fd);
	close(own);
}

int log_open(struct log *log, const char *path, bool quiet)
{
	log->quiet = quiet;
	log->file = NULL;
	log->held = 0;
	log->missing = log->lost = 0;
	unblock(STDOUT_FILENO);
	unblock(STDERR_FILENO);
	setvbuf(stdout, NULL, _IOFBF, LOG_HELD);
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

static void missing_tell(struct log *log)
{
	if (!log->missing || LOG_HELD - log->held < NOTICE_LEN)
		return;
	log->held += (size_t)snprintf(log->out + log->held, NOTICE_LEN,
				      "%" PRIu64 " lines not written\n",
				      log->missing);
	log->missing = 0;
}

static int held_write(struct log *log)
{
	ssize_t took = write(STDOUT_FILENO, log->out, log->held);

	if (took < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -EIO;
	log->held -= (size_t)took;
	memmove(log->out, log->out + took, log->held);
	if (took)
		missing_tell(log);
	return 0;
}

int log_flush(struct log *log)
{
	if (log->held && held_write(log))
		return -EIO;
	if (log->file && (fflush(log->file) || ferror(log->file)))
		return -EIO;
	return 0;
}

int log_drain(struct log *log, int ms)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	uint64_t end = clock_ns() + (uint64_t)ms * 1000000;
	int flags;

	while (!log_flush(log) && log->held && clock_ns() < end)
		poll(&out, 1, ms / 10);
	if (log->held || log->missing)
		return -EAGAIN;
	/* it is read: what follows may wait for it; the flag is ours alone */
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	if (flags >= 0)
		fcntl(STDOUT_FILENO, F_SETFL, flags & ~O_NONBLOCK);
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

/* While lines are missing no other follows, so that the gap is one. */
static void line_hold(struct log *log, const char *text, size_t len)
{
	if (log->missing || LOG_HELD - log->held < len + NOTICE_LEN) {
		log->missing++;
		log->lost++;
		return;
	}
	memcpy(log->out + log->held, text, len);
	log->held += len;
}

void log_line(struct log *log, const char *format, ...)
{
	char line[LINE_MAX_LEN], now[24], stamped[STAMPED_MAX_LEN];
	int len;
	va_list ap;

	if (log->quiet && !log->file)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	time_text(now, sizeof(now));
	len = snprintf(stamped, sizeof(stamped), "%s %s\n", now, line);
	if (!log->quiet)
		line_hold(log, stamped, (size_t)len);
	if (log->file)
		fputs(stamped, log->file);
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
		 price_text(touch, far->px_e4), (uint64_t)far->qty,
		 (uint64_t)e->seq, is_buy ? "buy" : "sell", order->qty,
		 price_text(limit, order->px), order->urn,
		 edited ? " (rule edited since)" : "");
}

void log_hand(struct log *log, const struct order *order)
{
	char limit[PRICE_TEXT];

	log_line(log, "by hand %s %s %u @ %s urn %u", order->symbol,
		 ouch_side_words(order->side), order->qty,
		 price_text(limit, order->px), order->urn);
}

void log_refusal(struct log *log, const struct risk_order *o,
		 const char *trigger, enum ht_refusal why, bool spent)
{
	char limit[PRICE_TEXT];

	log_line(log, "refused %.*s %.*s %s %u @ %s seq %" PRIu64 ": %s%s",
		 HT_TRIGGER_NAME, *trigger ? trigger : "by hand", HT_TICKER,
		 o->symbol, ouch_side_words(o->side), o->qty,
		 price_text(limit, o->px), o->seq, refusal_words(why),
		 spent ? " (the trigger is spent)" : "");
}

void log_reply(struct log *log, const struct ouch_reply *reply,
	       const struct order *order)
{
	char words[OUCH_WORDS];

	ouch_reply_words(words, reply);
	if (order)
		log_line(log, "%s; %s %u of %u executed, %u open", words,
			 order->symbol, order->filled, order->qty, order->open);
	else
		log_line(log, "%s", words);
}

static const char *fault_words(int err)
{
	switch (err) {
	case -ENOENT:
		return "no order of ours has that number";
	case -ENOSPC:
		return "there is no room for it";
	default:
		return "it contradicts what is known of the order";
	}
}

void log_fault(struct log *log, const struct ouch_reply *reply, int err)
{
	log_line(log, "answer `%c` for urn %u, %u shares, left without effect: %s",
		 reply->type, reply->urn, reply->qty, fault_words(err));
}
