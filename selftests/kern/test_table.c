// SPDX-License-Identifier: GPL-2.0
/* kern/table.bpf.h alone, against uthash: collisions, shifting back, full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <uthash.h>

#include "compose.h"
#include "table.bpf.h"

enum { SLOTS_MAX = 1 << 13 };

struct entry {
	uint64_t key;
	uint64_t value;
	UT_hash_handle hh;
};

struct ht_counters native_counters;	/* where the table counts */
static struct ht_levels *table;
static struct entry *wanted;
static uint64_t random_state;

static void clear(void)
{
	struct entry *e, *next;

	memset(table, 0, SLOTS_MAX * sizeof(struct ht_row));
	HASH_ITER(hh, wanted, e, next) {
		HASH_DEL(wanted, e);
		free(e);
	}
}

static struct entry *wanted_find(uint64_t key)
{
	struct entry *e;

	HASH_FIND(hh, wanted, &key, sizeof(key), e);
	return e;
}

static void wanted_add(uint64_t key, uint64_t value)
{
	struct entry *e = calloc(1, sizeof(*e));

	assert_non_null(e);
	e->key = key;
	e->value = value;
	HASH_ADD(hh, wanted, key, sizeof(e->key), e);
}

static void claim(uint32_t mask, uint64_t key, uint64_t value)
{
	struct entry *e = wanted_find(key);
	uint32_t i = table_claim(table, mask, key);

	assert_int_not_equal(i, TABLE_NONE);
	assert_int_equal(!!(i & TABLE_WAS_THERE), e != NULL);
	i &= ~TABLE_WAS_THERE;
	assert_in_range(i, 0, mask);
	if (e) {
		assert_int_equal(table->row[i].bits, e->value);
		return;
	}
	assert_int_equal(table->row[i].bits, 0);
	table->row[i].bits = value;
	wanted_add(key, value);
}

static void release(uint32_t mask, uint64_t key)
{
	struct entry *e = wanted_find(key);
	uint32_t i = table_find(table, mask, key);

	assert_int_equal(i != TABLE_NONE, e != NULL);
	if (!e)
		return;
	assert_int_equal(table_free(table, mask, i), 0);
	HASH_DEL(wanted, e);
	free(e);
}

/* Every key is found with its value; no slot holds anything else. */
static void same(uint32_t mask)
{
	struct entry *e, *next;
	uint32_t i, used = 0;

	HASH_ITER(hh, wanted, e, next) {
		i = table_find(table, mask, e->key);
		assert_int_not_equal(i, TABLE_NONE);
		assert_int_equal(table->row[i].bits, e->value);
	}
	for (i = 0; i <= mask; i++)
		used += table->row[i].key && table->row[i].key != UINT64_MAX;
	assert_int_equal(used, HASH_COUNT(wanted));
}

/* A key whose home is one of the first `homes` slots, or the last ones. */
static uint64_t crowded_key(uint32_t mask, uint32_t homes)
{
	uint64_t key;
	uint32_t home;

	do {
		key = 1 + random_below(&random_state, 1 << 20);
		home = (slot_home(key, mask) + homes / 2) & mask;
	} while (home >= homes);
	return key;
}

static void churn(uint32_t mask, uint32_t homes, uint32_t most, uint32_t steps)
{
	uint32_t i;

	clear();
	for (i = 0; i < steps; i++) {
		uint64_t key = crowded_key(mask, homes);

		if (HASH_COUNT(wanted) < most && random_below(&random_state, 2))
			claim(mask, key, random_next(&random_state));
		else
			release(mask, key);
		if (i % 64 == 0)
			same(mask);
	}
	same(mask);
}

/* Nearly all keys share a few homes around the wrap at the table's end. */
static void crowded_homes(void **state)
{
	churn(63, 8, 40, 20000);
	churn(255, 4, 120, 20000);
	churn(1023, 16, 200, 20000);
}

static void spread_homes_nearly_full(void **state)
{
	churn(255, 256, 250, 50000);
}

/* The run over the wrap is mended across it. */
static void shift_back_over_the_wrap(void **state)
{
	uint64_t key, at_end[3] = {0}, found = 0;
	uint32_t i;

	clear();
	for (key = 1; found < 3; key++)
		if (slot_home(key, 63) == 63)
			at_end[found++] = key;
	for (i = 0; i < 3; i++)
		claim(63, at_end[i], i + 1);
	assert_int_equal(table->row[0].key, at_end[1]);
	assert_int_equal(table->row[1].key, at_end[2]);
	release(63, at_end[0]);
	assert_int_equal(table->row[63].key, at_end[1]);
	assert_int_equal(table->row[0].key, at_end[2]);
	assert_int_equal(table->row[1].key, 0);
	same(63);
}

/* A key that stands in its home does not move into a hole before it. */
static void shift_back_leaves_homes_alone(void **state)
{
	uint64_t key, ten = 0, eleven = 0;

	clear();
	for (key = 1; !ten || !eleven; key++) {
		if (!ten && slot_home(key, 63) == 10)
			ten = key;
		if (!eleven && slot_home(key, 63) == 11)
			eleven = key;
	}
	claim(63, ten, 1);
	claim(63, eleven, 2);
	release(63, ten);
	assert_int_equal(table->row[11].key, eleven);
	assert_int_equal(table->row[10].key, 0);
}

static void full(void **state)
{
	uint64_t key;

	clear();
	for (key = 1; HASH_COUNT(wanted) < 128; key++)
		claim(127, key, key);
	same(127);
	assert_int_equal(table_claim(table, 127, key), TABLE_NONE);
	assert_int_equal(table_find(table, 127, key), TABLE_NONE);
	same(127);
}

/* No key lives further than HT_PROBES from its home. */
static void probe_limit(void **state)
{
	uint32_t mask = SLOTS_MAX - 1, claimed = 0;
	uint64_t key;

	clear();
	for (key = 1; claimed < HT_PROBES; key++) {
		if (slot_home(key, mask) != 77)
			continue;
		claim(mask, key, key);
		claimed++;
	}
	while (slot_home(key, mask) != 77)
		key++;
	assert_int_equal(table_claim(table, mask, key), TABLE_NONE);
	same(mask);
}

/* One free of a slot in a run longer than TABLE_SHIFTS loses that slot, and
 * nothing else: the key is gone and all the others are found.
 */
static void run_too_long_to_mend(void **state)
{
	uint32_t mask = SLOTS_MAX - 1, filled = 0;
	uint32_t run = TABLE_SHIFTS + 200;
	uint64_t key, first = 0;
	struct entry *e;

	clear();
	for (key = 1; filled < run; key++) {
		uint32_t home = slot_home(key, mask);

		if (home >= run || table->row[home].key)
			continue;
		claim(mask, key, key);
		filled++;
		if (!home)
			first = key;
	}
	assert_int_equal(table_free(table, mask, 0), -1);
	assert_int_equal(native_counters.slots_lost, 1);
	e = wanted_find(first);
	HASH_DEL(wanted, e);
	free(e);
	assert_int_equal(table_find(table, mask, first), TABLE_NONE);
	assert_int_equal(table->row[0].key, UINT64_MAX);
	same(mask);
}

/* The homes of keys that share low bits spread over the table; neighbours stay
 * together.
 */
static void homes_spread(void **state)
{
	static uint32_t hits[256];
	uint64_t key;
	uint32_t i, most = 0;

	for (key = 3; key < 4 * 16384; key += 4)
		hits[slot_home(key, 1023) / 4]++;
	for (i = 0; i < 256; i++)
		most = hits[i] > most ? hits[i] : most;
	assert_in_range(most, 64, 96);
	for (key = 4096; key < 4196; key++)
		assert_int_equal(slot_home(key, 1023),
				 slot_home(key & ~3ull, 1023) + key % 4);
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	table = calloc(SLOTS_MAX, sizeof(struct ht_row));
	if (!table)
		return -1;
	random_state = given ? strtoull(given, NULL, 10)
			     : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
}

static int done(void **state)
{
	clear();
	free(table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crowded_homes),
		cmocka_unit_test(spread_homes_nearly_full),
		cmocka_unit_test(shift_back_over_the_wrap),
		cmocka_unit_test(shift_back_leaves_homes_alone),
		cmocka_unit_test(full),
		cmocka_unit_test(probe_limit),
		cmocka_unit_test(run_too_long_to_mend),
		cmocka_unit_test(homes_spread),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
