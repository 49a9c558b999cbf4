// SPDX-License-Identifier: GPL-2.0
#include "loop.h"

#include <errno.h>

#include "clock.h"

/* In an entry's data: what it points to is no source. */
enum { LOOP_IS_OP = 1 };

enum {
	LOOP_SUBMISSIONS = 64,
	LOOP_COMPLETIONS = 512,
};

int loop_open(struct loop *l)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER |
			 IORING_SETUP_DEFER_TASKRUN,
		.cq_entries = LOOP_COMPLETIONS,
	};

	l->turns = 0;
	l->worst_ns = 0;
	l->stop = l->busy = false;
	return io_uring_queue_init_params(LOOP_SUBMISSIONS, &l->ring, &p);
}

void loop_close(struct loop *l)
{
	io_uring_queue_exit(&l->ring);
}

/* What is queued goes to the kernel to make room. */
struct io_uring_sqe *loop_sqe(struct loop *l)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&l->ring);

	if (sqe)
		return sqe;
	io_uring_submit(&l->ring);
	return io_uring_get_sqe(&l->ring);
}

static int loop_arm(struct loop *l, struct source *s)
{
	struct io_uring_sqe *sqe = loop_sqe(l);

	if (!sqe)
		return -EBUSY;
	if (s->once)
		io_uring_prep_poll_add(sqe, s->fd, s->events);
	else
		io_uring_prep_poll_multishot(sqe, s->fd, s->events);
	io_uring_sqe_set_data(sqe, s);
	s->armed = true;
	return 0;
}

int loop_add(struct loop *l, struct source *s)
{
	return loop_arm(l, s);
}

void loop_del(struct loop *l, struct source *s)
{
	struct io_uring_sqe *sqe;

	s->fd = -1;
	if (!s->armed)
		return;
	sqe = loop_sqe(l);
	if (!sqe)
		return;
	io_uring_prep_poll_remove(sqe, (uint64_t)(uintptr_t)s);
	io_uring_sqe_set_data(sqe, NULL);
}

void loop_start(struct io_uring_sqe *sqe, struct op *op)
{
	io_uring_sqe_set_data64(sqe, (uintptr_t)op | LOOP_IS_OP);
	op->busy = true;
}

void loop_cancel(struct loop *l, struct op *op)
{
	struct io_uring_sqe *sqe;

	if (!op->busy)
		return;
	sqe = loop_sqe(l);
	if (!sqe)
		return;
	io_uring_prep_cancel64(sqe, (uintptr_t)op | LOOP_IS_OP, 0);
	io_uring_sqe_set_data(sqe, NULL);
}

static int op_complete(struct op *op, int res)
{
	op->busy = false;
	return op->on_done(op, res);
}

static int loop_complete(struct loop *l, const struct io_uring_cqe *cqe)
{
	uint64_t data = io_uring_cqe_get_data64(cqe);
	struct source *s = (struct source *)(uintptr_t)data;
	int err;

	if (!s)
		return 0;
	if (data & LOOP_IS_OP)
		return op_complete((struct op *)(uintptr_t)
				   (data & ~(uint64_t)LOOP_IS_OP), cqe->res);
	if (!(cqe->flags & IORING_CQE_F_MORE))
		s->armed = false;
	if (s->fd < 0)
		return 0;
	err = cqe->res < 0 ? cqe->res : s->on_event(s);
	if (!err && s->fd >= 0 && !s->armed && !s->parked)
		err = loop_arm(l, s);
	return err;
}

static int loop_turn(struct loop *l)
{
	struct io_uring_cqe *cqe;
	unsigned int head, seen = 0;
	uint64_t start = clock_ns(), took;
	int err = 0;

	io_uring_for_each_cqe(&l->ring, head, cqe) {
		seen++;
		err = loop_complete(l, cqe);
		if (err)
			break;
	}
	io_uring_cq_advance(&l->ring, seen);
	if (!err && l->after_turn)
		err = l->after_turn(l);
	l->turns++;
	took = clock_ns() - start;
	if (took > l->worst_ns)
		l->worst_ns = took;
	return err;
}

int loop_buffers(struct loop *l, const struct iovec *pieces,
		 unsigned int count)
{
	return io_uring_register_buffers(&l->ring, pieces, count);
}

static bool ops_busy(struct op *const *ops)
{
	for (; *ops; ops++)
		if ((*ops)->busy)
			return true;
	return false;
}

static void ops_complete(struct op *const *ops, const struct io_uring_cqe *cqe)
{
	uint64_t data = io_uring_cqe_get_data64(cqe);

	for (; *ops; ops++)
		if (data == ((uintptr_t)*ops | LOOP_IS_OP))
			op_complete(*ops, cqe->res);
}

int loop_finish(struct loop *l, struct op *const *ops, int ms)
{
	uint64_t now = clock_ns(), end = now + (uint64_t)ms * MS_NS;
	struct __kernel_timespec left;
	struct io_uring_cqe *cqe;
	int err;

	for (; ops_busy(ops); now = clock_ns()) {
		if (now >= end)
			return -ETIME;
		left.tv_sec = (long long)((end - now) / SECOND_NS);
		left.tv_nsec = (long long)((end - now) % SECOND_NS);
		err = io_uring_submit_and_wait_timeout(&l->ring, &cqe, 1, &left,
						       NULL);
		if (err == -EINTR)
			continue;
		if (err < 0)
			return err;
		ops_complete(ops, cqe);
		io_uring_cqe_seen(&l->ring, cqe);
	}
	return 0;
}

int loop_run(struct loop *l)
{
	int err;

	while (!l->stop) {
		err = l->busy ? io_uring_submit_and_get_events(&l->ring) :
				io_uring_submit_and_wait(&l->ring, 1);
		if (err < 0 && err != -EINTR)
			return err;
		err = loop_turn(l);
		if (err)
			return err;
	}
	return 0;
}
