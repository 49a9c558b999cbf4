// SPDX-License-Identifier: GPL-2.0
/*
 * user/instance.c: pins of another layout are refused, whichever map it is
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/instance.h"
#include "../../user/pins.h"

enum { ROWS_ANY = 16 };

static struct pins pins;
static char name[32];

static uint32_t entries(const char *map)
{
	static const char *const per_locate[] = { "tops", "symbols",
						  "watches", "exposures" };
	static const char *const one[] = { "feeds", "gates", "books",
					   "counters", "about", "orders",
					   "levels", "sessions", "kills",
					   "rules", "accounts" };
	size_t i;

	for (i = 0; i < sizeof(per_locate) / sizeof(*per_locate); i++)
		if (!strcmp(map, per_locate[i]))
			return HT_LOCATES;
	for (i = 0; i < sizeof(one) / sizeof(*one); i++)
		if (!strcmp(map, one[i]))
			return 1;
	if (!strcmp(map, "limits"))
		return 2 * HT_LOCATES;
	return strcmp(map, "triggers") ? ROWS_ANY : HT_TRIGGERS;
}

/* Pins a map as the loader does, with values of that size. */
static void pin(const char *map, uint32_t value_size,
		const struct ht_about *value)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	enum bpf_map_type type = BPF_MAP_TYPE_ARRAY;
	uint32_t count = entries(map), key_size = sizeof(uint32_t), zero = 0;
	char path[128];
	int fd;

	if (!strcmp(map, "counters")) {
		type = BPF_MAP_TYPE_PERCPU_ARRAY;
		opts.map_flags = 0;
	}
	if (!strcmp(map, "wanted")) {
		type = BPF_MAP_TYPE_HASH;
		opts.map_flags = BPF_F_NO_PREALLOC;
		key_size = sizeof(struct ht_stock);
	}
	if (!strcmp(map, "events")) {
		type = BPF_MAP_TYPE_RINGBUF;
		opts.map_flags = 0;
		value_size = 0;
		count = HT_EVENT_RING;
	}
	fd = bpf_map_create(type, map, value_size ? key_size : 0,
			    value_size, count, &opts);
	assert_true(fd >= 0);
	if (value && value_size == sizeof(*value))
		assert_int_equal(bpf_map_update_elem(fd, &zero, value, 0), 0);
	assert_int_equal(bpf_obj_pin(fd, pins_path(&pins, map, path,
						   sizeof(path))), 0);
	close(fd);
}

/* An instance in which values of `odd` are `more` bytes too long. */
static void pin_all(uint32_t abi, const char *odd, uint32_t more)
{
	struct ht_about about = { .abi = abi };

	assert_int_equal(pins_create(&pins, name), 0);
#define X(map, value)							\
	pin(#map, (uint32_t)sizeof(value) + (strcmp(#map, odd) ? 0 : more), \
	    strcmp(#map, "about") ? NULL : &about);
	HT_PINNED_MAPS(X)
#undef X
}

static int open_all(uint32_t abi, const char *odd, uint32_t more)
{
	struct ht_counters sum;
	struct instance in;
	int err;

	pin_all(abi, odd, more);
	err = instance_open(&in, name, false);
	if (!err)
		assert_int_equal(instance_counters(&in, &sum), 0);
	instance_close(&in);
	pins_undo(&pins);
	pins = (struct pins){0};
	return err;
}

static int setup(void **state)
{
	snprintf(name, sizeof(name), "ht-layout-%d", (int)getpid());
	return 0;
}

static int teardown(void **state)
{
	pins_undo(&pins);
	return 0;
}

static void our_own_layout_opens(void **state)
{
	assert_int_equal(open_all(ht_abi(), "", 0), 0);
}

static void another_abi_is_refused(void **state)
{
	assert_int_equal(open_all(ht_abi() + 1, "", 0), -EPROTO);
}

static void another_size_is_refused(void **state)
{
#define X(map, value)							\
	if (strcmp(#map, "events"))					\
		assert_int_equal(open_all(ht_abi(), #map, 8), -EPROTO);
	HT_PINNED_MAPS(X)
#undef X
}

/* As a loader that was killed leaves them: without a link, and unlocked. */
static void an_interrupted_load_is_cleared(void **state)
{
	struct pins again;
	char path[128];

	pin_all(ht_abi(), "", 0);
	close(pins.lock);
	assert_false(pins_whole(name));
	assert_int_equal(pins_create(&again, name), 0);
	assert_true(again.cleared);
	assert_int_equal(access(pins_path(&again, "about", path, sizeof(path)),
				F_OK), -1);
	pins_undo(&again);
	pins = (struct pins){0};
	assert_int_equal(pins_lock(name), -ENOENT);
}

static void what_is_whole_stays(void **state)
{
	struct pins again;
	char path[128];

	pin_all(ht_abi(), "", 0);
	pin("link", sizeof(uint32_t), NULL);
	pins_done(&pins);
	assert_int_equal(pins_create(&again, name), -EEXIST);
	assert_int_equal(access(pins_path(&again, "about", path, sizeof(path)),
				F_OK), 0);
	pins.lock = pins_lock(name);
	assert_true(pins.lock >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(our_own_layout_opens, setup,
						teardown),
		cmocka_unit_test_setup_teardown(another_abi_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(another_size_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_interrupted_load_is_cleared,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_whole_stays, setup,
						teardown),
	};

	if (geteuid()) {
		puts("maps need root");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
