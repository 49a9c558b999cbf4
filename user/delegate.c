// SPDX-License-Identifier: GPL-2.0
#include "delegate.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "clock.h"

enum {
	/* so many small segments wait for their ACK in the send buffer whatever
	 * the kernel counts for each, 4 KiB at most
	 */
	ADOPT_MAX = DELEGATE_SEND_BUFFER / 4096,
	IDLE_WINDOW = 10,	/* segments after an idle RTO: RFC 6928 */
	BACKLOG_MAX = 1 << 16,	/* bytes that wait for their ACK */
	WINDOW_MAX = 65535,	/* of the header's field */
	/* a peer drops what is so many ms older than an ACK that TCP may have
	 * sent meanwhile (RFC 7323, PAWS; Linux: more than one)
	 */
	TS_SLACK = 1,
};

const char *delegate_words(enum delegate_reason reason)
{
	static const char *const words[DELEGATE_REASON_COUNT] = {
		[DELEGATE_NONE] = "left as a frame",
#define X(id, member, text) [DELEGATE_##id] = text,
		DELEGATE_REASONS(X)
#undef X
	};

	return reason < DELEGATE_REASON_COUNT ? words[reason] : "?";
}

/* -- ACKs that are not TCP's own ------------------------------------------- */

/* Return: whether it left.  One that did not is no loss: another follows. */
static bool ack_send(struct delegate *d, const struct ht_tcp_path *path,
		     const struct ht_tcp_now *now)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct ht_tcp_frame f;
	struct segment_form form;
	size_t len;

	segment_build_ack(&form, &f, path);
	tcp_frame_set(&f, form.timestamps, now, form.sum);
	to.sin_addr.s_addr = path->dst_ip;
	len = form.head - sizeof(f.eth);
	return sendto(d->hand, &f.ip, len, MSG_DONTWAIT, (void *)&to,
		      sizeof(to)) >= 0;
}

/*
 * The peer's ACK of bytes that TCP did not know then, as it came, now that it
 * does: without it TCP would send them again.  An IP packet to ourselves takes
 * 4 us, BPF_PROG_TEST_RUN on a live frame, which makes a page pool, 12 us.
 *
 * Without timestamps: TCP would keep the one in it, which XDP has seen and TCP
 * has not judged, and if it came out of a broken or forged segment, TCP would
 * drop all that the peer says from then on (RFC 7323, PAWS).
 */
static void ack_hand_in(struct delegate *d)
{
	const struct ht_session *s = d->session;
	const struct ht_tcp_path back = {
		.src_ip = d->path.dst_ip, .dst_ip = d->path.src_ip,
		.src_port = d->path.dst_port, .dst_port = d->path.src_port,
		.ttl = d->path.ttl,
	};
	struct ht_tcp_now now = {0};

	now.ack = HT_READ_ONCE(s->early_ack);
	if (now.ack == d->handed || seq_after(now.ack, d->written))
		return;
	HT_BARRIER();
	now.window = HT_READ_ONCE(s->early_window);
	now.seq = HT_READ_ONCE(s->end);
	if (!ack_send(d, &back, &now))
		return;		/* delegate_tend() tries again */
	d->handed = now.ack;
	d->n.handed_in++;
}

static uint32_t ts_now(const struct delegate *d, uint64_t now_ns)
{
	return (uint32_t)(now_ns / MS_NS) + d->ts_offset;
}

static uint16_t window_now(const struct delegate *d)
{
	/* from what was read, and rounded up as TCP does: never less than TCP
	 * has promised
	 */
	uint32_t field = (d->window + (1u << d->scale) - 1) >> d->scale;

	return (uint16_t)(field < WINDOW_MAX ? field : WINDOW_MAX);
}

static struct ht_tcp_now segment_now(const struct delegate *d, uint32_t seq,
				     uint64_t now_ns)
{
	return (struct ht_tcp_now){
		.seq = seq, .ack = d->ack, .window = window_now(d),
		.ts = ts_now(d, now_ns),
		.ts_echo = HT_READ_ONCE(d->session->ts_recent),
	};
}

void delegate_received(struct delegate *d, size_t len)
{
	struct ht_tcp_now now;

	d->ack += (uint32_t)len;
	if (!d->ack_is_due || seq_after(d->ack_due, d->ack))
		return;
	d->ack_is_due = false;
	now = segment_now(d, d->written, clock_ns());
	d->n.acks += ack_send(d, &d->path, &now);
}

/* -- which way ------------------------------------------------------------- */

static bool all_acknowledged(const struct delegate *d)
{
	return HT_READ_ONCE(d->session->una) == d->written;
}

static enum delegate_reason tcp_obstacle(const struct delegate *d)
{
	uint32_t end = d->written + d->form.payload;

	if (d->tcp.unacked >= ADOPT_MAX)
		return DELEGATE_BUFFER;
	/* nothing is on its way then, whatever TCP was doing */
	if (!all_acknowledged(d)) {
		if (d->tcp.unsent)
			return DELEGATE_UNSENT;
		if (d->tcp.recovering)
			return DELEGATE_RECOVERY;
		if (d->tcp.in_flight >= d->tcp.cwnd)
			return DELEGATE_CONGESTION;
	}
	if (seq_after(end, HT_READ_ONCE(d->session->edge)))
		return DELEGATE_WINDOW;
	return DELEGATE_NONE;
}

enum delegate_reason delegate_obstacle(struct delegate *d)
{
	enum delegate_reason reason;

	if (!d->able)
		return DELEGATE_UNABLE;
	if (d->asked)
		return DELEGATE_ASKED;
	if (d->blocked || d->cut)
		return DELEGATE_PATH;
	if (!HT_READ_ONCE(d->session->segments))
		return DELEGATE_UNSEEN;
	if (d->held_len)
		return DELEGATE_HELD;
	reason = tcp_obstacle(d);
	if (reason)
		return reason;
	if (d->xsk->waiting)
		return DELEGATE_RING;
	if (!d->xsk->idle_count && !xsk_reclaim(d->xsk))
		return DELEGATE_FRAMES;
	return DELEGATE_NONE;
}

/* -- what the socket takes ------------------------------------------------- */

/* TCP knows all that was written: XDP may let ACKs of it pass. */
static void written_tell(struct delegate *d)
{
	HT_WRITE_ONCE(d->session->adopted, d->written);
	/* kern/session, session_clamp() */
	__sync_synchronize();
	ack_hand_in(d);
}

/* Puts into the socket what it did not take. */
static int held_send(struct delegate *d)
{
	ssize_t taken;

	if (!d->held_len)
		return 0;
	taken = send(d->fd, d->held, d->held_len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (taken < 0)
		return errno == EAGAIN ? 0 : -errno;
	d->held_len -= (uint32_t)taken;
	memmove(d->held, d->held + taken, d->held_len);
	return 0;
}

static int held_add(struct delegate *d, const uint8_t *bytes, uint32_t len)
{
	if (len > sizeof(d->held) - d->held_len)
		return -ENOBUFS;
	memcpy(d->held + d->held_len, bytes, len);
	d->held_len += len;
	return 0;
}

/*
 * Writes len bytes, reserved, by send(): what the socket does not take is held,
 * and goes before all that comes later.
 */
static int socket_write(struct delegate *d, const void *bytes, uint32_t len)
{
	ssize_t taken = 0;
	int err = 0;

	if (!d->held_len)
		taken = send(d->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (taken < 0 && errno != EAGAIN)
		return -errno;
	if (taken < 0)
		taken = 0;
	if (taken < len)
		err = held_add(d, (const uint8_t *)bytes + taken,
			       len - (uint32_t)taken);
	return err;
}

/* So many bytes without an ACK, in small pieces, are all that the socket has
 * room for: an order that would wait behind them is better not sent.
 */
static bool socket_is_full(const struct delegate *d)
{
	int bytes = (int)(d->written - HT_READ_ONCE(d->session->una));

	if (d->held_len)
		return true;
	if (!d->able && ioctl(d->fd, TIOCOUTQ, &bytes))
		return true;
	return bytes > BACKLOG_MAX;
}

static int plain_send(struct delegate *d, const void *bytes, uint32_t len)
{
	int err;

	/* TCP may send it at any time from now on: no ACK of it is too early */
	d->written += len;
	written_tell(d);
	err = socket_write(d, bytes, len);
	d->left_ns = clock_ns();
	return err ? err : repair_look(d->fd, &d->tcp);
}

/* -- sending --------------------------------------------------------------- */

/* After a pause TCP begins with its initial window again (RFC 5681, 4.1). */
static void idle_note(struct delegate *d, uint64_t now_ns)
{
	if (now_ns - d->last_ns > d->tcp.rto_us * 1000ull &&
	    d->tcp.cwnd > IDLE_WINDOW)
		d->tcp.cwnd = IDLE_WINDOW;
	d->last_ns = now_ns;
}

/* Return: -EPROTO when another sender's bytes come between TCP's and ours. */
static int reserve(struct delegate *d, uint32_t orders, uint32_t len,
		   uint32_t *urn)
{
	uint64_t was = session_reserve(d->session, orders, len);

	*urn = (uint32_t)(was >> 32);
	return (uint32_t)was == d->written ? 0 : -EPROTO;
}

/* What the frame brought is on the wire; now TCP is to know. */
static int adopt(struct delegate *d, const void *bytes, uint32_t peer_end)
{
	int err = repair_adopt(d->fd, bytes, d->form.payload, &d->tcp);

	if (err)
		return err;
	d->written += d->form.payload;
	d->window = d->tcp.own_window;
	/* see delegate_received() */
	d->ack_due = HT_READ_ONCE(d->session->end);
	if (d->ack_due != peer_end && seq_after(d->ack_due, d->ack))
		d->ack_is_due = true;
	written_tell(d);
	return 0;
}

/* The peer has it or not, or will later: TCP sends it, too, and only then may
 * ACKs of it pass.
 */
static int doubt_send(struct delegate *d, const void *bytes,
		      enum delegate_reason reason)
{
	int err = socket_write(d, bytes, d->form.payload);

	d->n.plain[reason]++;
	d->written += d->form.payload;
	written_tell(d);
	return err ? err : repair_look(d->fd, &d->tcp);
}

static int frame_send(struct delegate *d, struct ouch_order *order,
		      uint64_t now_ns, enum delegate_reason *reason)
{
	int err = reserve(d, 1, d->form.payload, &order->urn);
	uint32_t peer_end = HT_READ_ONCE(d->session->end);
	struct ht_tcp_now now;
	uint32_t frame;
	uint8_t *bytes;

	if (err)
		return err;
	frame = (uint32_t)xsk_take(d->xsk);	/* there is one idle */
	bytes = xsk_frame(d->xsk, frame);
	now = segment_now(d, d->written, now_ns);
	segment_set(&d->form, bytes, &now, order);
	err = xsk_send(d->xsk, frame, d->form.head + d->form.payload);
	d->left_ns = clock_ns();
	bytes = segment_payload(&d->form, bytes);
	if (err || d->xsk->waiting)
		*reason = DELEGATE_KICK;
	else if (d->form.timestamps &&
		 ts_now(d, clock_ns()) - now.ts > TS_SLACK)
		*reason = DELEGATE_LATE;
	if (*reason)
		return doubt_send(d, bytes, *reason);
	d->n.delegated++;
	return adopt(d, bytes, peer_end);
}

static int spare_send(struct delegate *d, struct ouch_order *order,
		      enum delegate_reason reason)
{
	static const struct ht_tcp_now none;
	int err;

	if (d->cut || socket_is_full(d)) {
		d->n.refused++;
		return -EAGAIN;
	}
	err = reserve(d, 1, d->form.payload, &order->urn);
	if (err)
		return err;
	segment_set(&d->form, d->spare, &none, order);
	d->n.plain[reason]++;
	return plain_send(d, segment_payload(&d->form, d->spare),
			  d->form.payload);
}

int delegate_send(struct delegate *d, struct ouch_order *order,
		  enum delegate_reason *reason)
{
	uint64_t now_ns = clock_ns();

	idle_note(d, now_ns);
	*reason = delegate_obstacle(d);
	if (*reason)
		return spare_send(d, order, *reason);
	return frame_send(d, order, now_ns, reason);
}

uint32_t delegate_number(struct delegate *d)
{
	return (uint32_t)(session_reserve(d->session, 1, 0) >> 32);
}

void delegate_number_floor(struct delegate *d, uint32_t floor)
{
	__u64 *next = &d->session->next, was, now;

	was = __atomic_load_n(next, __ATOMIC_RELAXED);
	do {
		if (was >> 32 >= floor)
			return;
		now = (__u64)floor << 32 | (uint32_t)was;
	} while (!__atomic_compare_exchange_n(next, &was, now, false,
					      __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
}

int delegate_plain(struct delegate *d, const void *bytes, uint32_t len)
{
	uint32_t urn;
	int err;

	if (len > sizeof(d->held))
		return -EMSGSIZE;
	if (socket_is_full(d))
		return -EAGAIN;
	err = reserve(d, 0, len, &urn);
	return err ? err : plain_send(d, bytes, len);
}

int delegate_tend(struct delegate *d)
{
	int err = held_send(d);

	if (!err)
		err = repair_look(d->fd, &d->tcp);
	if (!err && d->xsk->waiting) {
		xsk_reclaim(d->xsk);
		err = xsk_kick(d->xsk);
	}
	ack_hand_in(d);
	return err;
}
