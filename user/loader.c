// SPDX-License-Identifier: GPL-2.0
/*
 * loader - the program into the kernel
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hairtrigger.skel.h"
#include "limits.h"
#include "loader.h"
#include "out.h"
#include "symbols.h"
#include "table.h"
#include "wanted.h"

enum {
	LOG_BYTES = 16 << 20,		/* the verifier's, if it says no */
	LOG_LINES = 20,			/* of it that are shown */
	HASH_ENTRY = 64,		/* the kernel's, around a key */
	ROWS_SMALL = 1 << 16,		/* up to here levels may be alone */
	LEVELS_A_ROW = 2,		/* of its seven, as a rule */
	ROWS_MOST = LEVELS_MOST / LEVELS_A_ROW,
	BUCKETS_LEAST = 128,		/* a group of references fills them */
};

/* What libbpf complained about: the map it could not create, else the first
 * warning.
 */
static char failed_map[32];
static char first_warning[256];

__attribute__((format(printf, 2, 0)))
static int keep_warning(enum libbpf_print_level level, const char *format,
			va_list ap)
{
	char line[256], name[32];
	char *end;

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), format, ap);
	if (sscanf(line, "libbpf: map '%31[^']': failed to create", name) == 1 &&
	    strstr(line, "failed to create"))
		memcpy(failed_map, name, sizeof(failed_map));
	end = strchr(line, '\n');
	if (end)
		*end = 0;
	if (!*first_warning)
		memcpy(first_warning, line, sizeof(first_warning));
	return 0;
}

static uint64_t power_of_two(uint64_t least)
{
	uint64_t power = 1;

	while (power < least)
		power <<= 1;
	return power;
}

static uint64_t least_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t map_bytes(const struct bpf_map *map)
{
	uint64_t entries = bpf_map__max_entries(map);
	uint64_t size = bpf_map__value_size(map);

	if (bpf_map__type(map) == BPF_MAP_TYPE_HASH)
		size += HASH_ENTRY;
	if (bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
		return entries;
	if (bpf_map__type(map) == BPF_MAP_TYPE_PERCPU_ARRAY)
		size *= (uint64_t)libbpf_num_possible_cpus();
	return entries * size;
}

uint64_t loader_memory(const struct hairtrigger_bpf *skel)
{
	const struct bpf_map *map;
	uint64_t sum = 0;

	bpf_object__for_each_map(map, skel->obj)
		sum += map_bytes(map);
	return sum;
}

/* In a whole market levels share a row, and rows the nodes above them; of a
 * few, each may have a row of its own, and a node at each depth.
 */
uint64_t loader_rows(uint64_t levels)
{
	uint64_t alone = (HT_DEPTH_MAX + 1) * least_of(levels, ROWS_SMALL);
	uint64_t shared = least_of(levels / LEVELS_A_ROW, ROWS_MOST);

	return alone > shared ? alone : shared;
}

static void options_resolve(struct loader_options *options)
{
	if (!options->orders)
		options->orders = HT_BUCKETS;
	if (!options->rows)
		options->rows = loader_rows(options->orders);
	if (!options->feed_name)
		options->feed_name = "itch";
}

/* What the kernel can give without swapping, in bytes; 0: it does not say. */
static uint64_t memory_available(void)
{
	FILE *in = fopen("/proc/meminfo", "r");
	unsigned long long kib = 0;
	char line[128];

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	if (in)
		fclose(in);
	return kib << 10;
}

/* The kernel would take memory from everybody else, down to the last page,
 * before it says no: an eighth is left alone.
 */
static int memory_check(const struct hairtrigger_bpf *skel)
{
	uint64_t needed = loader_memory(skel), available = memory_available();
	uint64_t most = available - available / 8;
	const struct bpf_map *map, *largest = NULL;

	if (!available || needed <= most)
		return 0;
	bpf_object__for_each_map(map, skel->obj)
		if (!largest || map_bytes(map) > map_bytes(largest))
			largest = map;
	out_error(0, "the maps need %llu MiB, of which `%s` %llu, and %llu MiB of memory are to be had; choose smaller --orders or --levels",
		  (unsigned long long)needed >> 20, bpf_map__name(largest),
		  (unsigned long long)map_bytes(largest) >> 20,
		  (unsigned long long)most >> 20);
	return -ENOMEM;
}

/* Sizes of the tables, and the masks that the program hashes with.  Orders find
 * their bucket full too often when more than a quarter of the slots is used,
 * rows a place that is near when more than half of them are.
 */
static int size_maps(struct hairtrigger_bpf *skel,
		     const struct loader_options *options)
{
	uint64_t buckets, slots;

	if (options->orders > ORDERS_MOST || options->rows > ROWS_MOST)
		return out_error(-ERANGE, "at most %u orders and %u levels can be held",
				 ORDERS_MOST, LEVELS_MOST);
	buckets = power_of_two(options->orders);
	if (buckets < BUCKETS_LEAST)
		buckets = BUCKETS_LEAST;
	slots = power_of_two(2 * options->rows);
	table_size(skel->obj, skel->maps.orders, buckets,
		   sizeof(struct ht_bucket));
	table_size(skel->obj, skel->maps.levels, slots, sizeof(struct ht_row));
	skel->rodata->cfg_order_mask =
		(uint32_t)(buckets * HT_BUCKET_ORDERS) - 1;
	skel->rodata->cfg_level_mask = (uint32_t)slots - 1;
	return memory_check(skel);
}

static void show_log(const char *log)
{
	const char *p = log + strlen(log);
	int lines = 0;

	while (p > log && lines <= LOG_LINES)
		if (*--p == '\n')
			lines++;
	fputs(*p == '\n' ? p + 1 : p, stderr);
}

static int load_error(const struct hairtrigger_bpf *skel, int err,
		      const char *log)
{
	struct bpf_map *map;

	if (err == -EPERM || err == -EACCES) {
		if (!*log) {
			out_error(0, "loading a BPF program needs root (CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON)");
			return err;
		}
	}
	if (*failed_map) {
		map = bpf_object__find_map_by_name(skel->obj, failed_map);
		return out_error(err, "map `%s` of %llu MiB does not fit in memory; choose smaller --orders or --levels",
				 failed_map, map ? (unsigned long long)
				 map_bytes(map) >> 20 : 0);
	}
	if (*log) {
		out_error(err, "the kernel refused the program; its last words follow");
		show_log(log);
		return err;
	}
	return out_error(err, "cannot load the program (%s)", first_warning);
}

/* What the contract's cards say the loader writes, before attach. */
static int fill_maps(const struct hairtrigger_bpf *skel,
		     const struct loader_options *options)
{
	struct ht_book book = {
		.order_limit = options->orders,
		.row_limit = (uint32_t)options->rows,
	};
	struct ht_feed feed = {
		.expected = 1,		/* a session starts there */
		.verify_checksum = options->verify_checksum,
		.phase = options->market_open ? HT_PHASE_MARKET :
						HT_PHASE_CLOSED,
	};
	uint32_t zero = 0, first = 1;
	uint32_t row = (first & 1) * HT_LOCATES;
	struct ht_rules rules = { .version = first };
	struct ht_limit limit;

	limits_defaults(&limit, &rules.set[first & 1], !options->none_enabled);
	memcpy(feed.lines, options->lines, sizeof(feed.lines));
	snprintf(feed.name, sizeof(feed.name), "%s", options->feed_name);
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.books), &zero, &book,
				BPF_ANY) ||
	    bpf_map_update_elem(bpf_map__fd(skel->maps.feeds), &zero, &feed,
				BPF_ANY) ||
	    bpf_map_update_elem(bpf_map__fd(skel->maps.limits), &row, &limit,
				BPF_ANY) ||
	    bpf_map_update_elem(bpf_map__fd(skel->maps.rules), &zero, &rules,
				BPF_ANY))
		return out_error(-errno, "cannot fill the maps");
	if (!options->symbols)
		return 0;
	return wanted_fill(bpf_map__fd(skel->maps.wanted), options->symbols);
}

int loader_load(struct hairtrigger_bpf **skel, struct loader_options *options)
{
	char *log = calloc(1, LOG_BYTES);
	int err = -ENOMEM;

	options_resolve(options);
	*skel = NULL;
	*failed_map = *first_warning = 0;
	libbpf_set_print(keep_warning);
	if (log)
		*skel = hairtrigger_bpf__open();
	if (!*skel) {
		err = log ? -errno : err;
		out_error(err, "cannot open the program (%s)", first_warning);
		goto out;
	}
	bpf_program__set_log_buf((*skel)->progs.ht_feed, log, LOG_BYTES);
	bpf_program__set_log_buf((*skel)->progs.ht_order, log, LOG_BYTES);
	bpf_program__set_log_buf((*skel)->progs.ht_recover, log, LOG_BYTES);
	(*skel)->rodata->cfg_watch_list = options->symbols != NULL;
	(*skel)->rodata->cfg_verify_checksum = options->verify_checksum;
	bpf_map__set_max_entries((*skel)->maps.wanted, options->symbols ?
				 options->symbols->count : 1);
	err = size_maps(*skel, options);
	if (err)
		goto out;
	err = hairtrigger_bpf__load(*skel);
	if (err) {
		load_error(*skel, err, log);
		goto out;
	}
	err = fill_maps(*skel, options);
out:
	if (err) {
		hairtrigger_bpf__destroy(*skel);
		*skel = NULL;
	}
	free(log);
	return err;
}
