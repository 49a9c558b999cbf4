/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop - one io_uring; a source is a file descriptor and one callback, an op
 * is one request to the kernel and one callback
 *
 * Sources are polled, not read: the callback does the I/O, never blocking.  A
 * multishot source is told once of each arrival and must drain its descriptor;
 * a `once` source is polled anew after each call and may leave things for the
 * next turn, so that nobody who floods it keeps the others waiting.
 *
 * Known limit: what after_turn does may block.  The controller writes its
 * orders' log there (log.h), to a disk that may not take it for a while; then no
 * heartbeat is stamped either, and the kernel lets nothing fire.
 */
#ifndef HT_LOOP_H
#define HT_LOOP_H

#include <liburing.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	int (*on_event)(struct source *s);	/* 0, or an error: loop ends */
	int fd;
	uint32_t events;			/* POLLIN, POLLOUT */
	bool once;
	bool parked;				/* once: not to be polled anew */
	bool armed;				/* the kernel still knows it */
};

/* One read, write, connect or whatever else a submission entry can ask for. */
struct op {
	int (*on_done)(struct op *op, int res);	/* res: as the system call's,
						 * negative errno; 0, or an
						 * error: loop ends
						 */
	bool busy;				/* the kernel has it */
};

/* The struct that a source or an op is a member of. */
#define source_owner(s, type, member) \
	((type *)((char *)(s) - offsetof(type, member)))

struct loop {
	struct io_uring ring;
	int (*after_turn)(struct loop *l);	/* like on_event */
	bool stop;				/* end after this turn */
	bool busy;				/* there is more to do: the next
						 * turn waits for nothing
						 */
	uint64_t turns;
	uint64_t worst_ns;			/* longest turn, waiting not
						 * counted
						 */
};

/* Return: 0 or negative errno; -EPERM when io_uring is switched off. */
int loop_open(struct loop *l);
void loop_close(struct loop *l);

/* Polls s from now on.  Return: 0 or negative errno. */
int loop_add(struct loop *l, struct source *s);

/*
 * Forgets s and sets its fd to -1; closing it is the caller's.  The memory
 * may be used again when !s->armed.
 */
void loop_del(struct loop *l, struct source *s);

/*
 * A free submission entry, for io_uring_prep_*() and then loop_start().
 * Return: NULL when the kernel takes none.
 */
struct io_uring_sqe *loop_sqe(struct loop *l);

/* Gives it to the kernel at the end of the turn; op must not be busy, and it
 * and all that the entry points to stay as they are until it is done.
 */
void loop_start(struct io_uring_sqe *sqe, struct op *op);

/* Has the kernel give it up soon; it is done then, with -ECANCELED or not. */
void loop_cancel(struct loop *l, struct op *op);

/*
 * Memory that the kernel keeps at hand for io_uring_prep_*_fixed(), each piece
 * by its number; once for a loop, and as long as it is open.
 * Return: 0 or negative errno; -ENOMEM also when more may not be locked.
 */
int loop_buffers(struct loop *l, const struct iovec *pieces,
		 unsigned int count);

/*
 * After the loop's end: waits for some ops (a list that ends with NULL), up to
 * ms.  What else is done meanwhile is not told to anybody.
 * Return: 0, -ETIME, or another negative errno.
 */
int loop_finish(struct loop *l, struct op *const *ops, int ms);

/* Runs until l->stop.  Return: 0 or the error of a callback or the ring. */
int loop_run(struct loop *l);

#endif
