// SPDX-License-Identifier: GPL-2.0
/*
 * Limits swapped while orders are judged: one set refuses by the symbol's row,
 * the other by the rules of all orders.  Half of one and half of the other
 * would let an order pass.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "gate_native.h"
#include "native.h"
#include "../../user/risk.h"

enum { RUNS = 60000, RUNS_MOST = 100 * RUNS, PAUSE = 300 };

static struct gate_world w;
static struct instance in;
static atomic_bool stop_swapping;

/* Two versions refuse by max-qty, the next two by max-orders, and so on: a set
 * is another one each time it comes back.
 */
static void set_fill(uint32_t version)
{
	bool by_qty = version & 2;

	HT_WRITE_ONCE(w.limits[(version & 1) * HT_LOCATES].max_qty,
		      by_qty ? 0 : 1000);
	HT_WRITE_ONCE(w.rules->set[version & 1].max_orders,
		      by_qty ? 1000 : 0);
}

static void *swap_without_pause(void *context)
{
	uint32_t version = w.rules->version;
	volatile uint32_t pause;

	while (!atomic_load(&stop_swapping)) {
		set_fill(++version);
		__atomic_store_n(&w.rules->version, version, __ATOMIC_RELEASE);
		for (pause = 0; pause < version % PAUSE; pause++)
			;
	}
	return NULL;
}

static void two_sets(void)
{
	world_native(&w);
	world_arm(&w);
	in = world_instance(&w);
	w.limits[0] = *w.limit;
	w.rules->set[0] = *w.set;
	set_fill(w.rules->version);
}

static void count(enum ht_refusal why, uint32_t seen[HT_REFUSALS])
{
	seen[why]++;
	if (why != HT_REFUSED_MAX_QTY && why != HT_REFUSED_MAX_ORDERS &&
	    why != HT_REFUSED_LIMITS)
		fail_msg("judged by parts of two sets: %u", why);
}

static enum ht_refusal in_the_kernel(uint32_t i)
{
	native_message(msg_add(WORLD_LOCATE, 1000, 'B', 1, 999000));
	native_message(msg_delete(WORLD_LOCATE, 1000));
	return native_events ? HT_ALLOWED :
			       w.triggers[WORLD_ROW].last_refusal;
}

static enum ht_refusal in_user_space(uint32_t i)
{
	static struct risk risk;
	struct ht_event e = world_event(&w, i + 1);
	struct risk_order o = risk_order_of(&e);

	return risk_check(&risk, &in, &o, w.now_ns);
}

static bool both(const uint32_t seen[HT_REFUSALS])
{
	return seen[HT_REFUSED_MAX_QTY] && seen[HT_REFUSED_MAX_ORDERS];
}

static void swapped(enum ht_refusal (*judge)(uint32_t i))
{
	uint32_t seen[HT_REFUSALS] = {0}, i;
	pthread_t thread;

	two_sets();
	atomic_store(&stop_swapping, false);
	assert_int_equal(pthread_create(&thread, NULL, swap_without_pause,
					NULL), 0);
	for (i = 0; i < RUNS || (i < RUNS_MOST && !both(seen)); i++)
		count(judge(i), seen);
	atomic_store(&stop_swapping, true);
	pthread_join(thread, NULL);
	print_message("%u by one set, %u by the other, %u by none\n",
		      seen[HT_REFUSED_MAX_QTY], seen[HT_REFUSED_MAX_ORDERS],
		      seen[HT_REFUSED_LIMITS]);
}

static void swapped_in_the_kernel(void **state)
{
	swapped(in_the_kernel);
}

static void swapped_in_user_space(void **state)
{
	swapped(in_user_space);
}

static int done(void **state)
{
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swapped_in_the_kernel),
		cmocka_unit_test(swapped_in_user_space),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
