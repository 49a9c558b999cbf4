// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hairtrigger.skel.h"
#include "program.h"
#include "../../user/table.h"

static size_t map_bytes(const struct bpf_map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = (size_t)bpf_map__max_entries(map) *
		       bpf_map__value_size(map);

	return (bytes + page - 1) / page * page;
}

/* X(member of struct program, map) */
#define PROGRAM_MAPS(X)							\
	X(feed, feeds)							\
	X(symbols, symbols)						\
	X(orders, orders)						\
	X(levels, levels)						\
	X(tops, tops)							\
	X(book, books)							\
	X(triggers, triggers)						\
	X(watches, watches)						\
	X(queued, queued)						\
	X(gate, gates)							\
	X(session, sessions)						\
	X(kill, kills)							\
	X(limits, limits)						\
	X(rules, rules)							\
	X(exposures, exposures)						\
	X(account, accounts)						\
	X(paces, paces)

static void *map_memory(const struct bpf_map *map)
{
	return mmap(NULL, map_bytes(map), PROT_READ | PROT_WRITE, MAP_SHARED,
		    bpf_map__fd(map), 0);
}

static int map_all(struct program *p)
{
#define X(member, map)							\
	p->member = map_memory(p->skel->maps.map);			\
	if (p->member == MAP_FAILED)					\
		return -errno;
	PROGRAM_MAPS(X)
#undef X
	return 0;
}

static int load(struct program *p, struct native_size size, bool watch_list,
		bool verify_checksum)
{
	int err;

	*p = (struct program){ .size = size };
	p->skel = hairtrigger_bpf__open();
	if (!p->skel)
		return -errno;
	table_size(p->skel->obj, p->skel->maps.orders,
		   size.order_slots / HT_BUCKET_ORDERS,
		   sizeof(struct ht_bucket));
	table_size(p->skel->obj, p->skel->maps.levels, size.level_slots,
		   sizeof(struct ht_row));
	p->skel->rodata->cfg_order_mask = size.order_slots - 1;
	p->skel->rodata->cfg_level_mask = size.level_slots - 1;
	p->skel->rodata->cfg_watch_list = watch_list;
	p->skel->rodata->cfg_verify_checksum = verify_checksum;
	err = hairtrigger_bpf__load(p->skel);
	if (!err)
		err = map_all(p);
	if (err) {
		fprintf(stderr, "ht_feed: cannot load: %s\n", strerror(-err));
		hairtrigger_bpf__destroy(p->skel);
		p->skel = NULL;
		return err;
	}
	program_reset(p);
	return 0;
}

int program_load(struct program *p, struct native_size size)
{
	return load(p, size, false, false);
}

int program_load_watching(struct program *p, struct native_size size)
{
	return load(p, size, true, false);
}

int program_load_verifying(struct program *p, struct native_size size)
{
	return load(p, size, false, true);
}

void program_unload(struct program *p)
{
	if (!p->skel)
		return;
#define X(member, map) munmap(p->member, map_bytes(p->skel->maps.map));
	PROGRAM_MAPS(X)
#undef X
	hairtrigger_bpf__destroy(p->skel);
	p->skel = NULL;
}

static int no_event(void *context, void *event, size_t len)
{
	return 0;
}

/* A per-CPU value as the kernel reads and writes it: one for each CPU. */
static struct ht_counters *counters_alloc(void)
{
	return calloc((size_t)libbpf_num_possible_cpus(),
		      sizeof(struct ht_counters));
}

static void forget_wanted(struct program *p)
{
	int wanted = bpf_map__fd(p->skel->maps.wanted);
	struct ht_kept kept = {0};
	struct ht_stock stock;
	uint32_t zero = 0;

	while (!bpf_map_get_next_key(wanted, NULL, &stock))
		bpf_map_delete_elem(wanted, &stock);
	bpf_map_update_elem(bpf_map__fd(p->skel->maps.kept), &zero, &kept,
			    BPF_ANY);
}

int program_want(struct program *p, const char stock[ITCH_STOCK_LEN])
{
	uint32_t unnamed = 0;

	return bpf_map_update_elem(bpf_map__fd(p->skel->maps.wanted), stock,
				   &unnamed, BPF_ANY);
}

int program_wanted(const struct program *p, const char stock[ITCH_STOCK_LEN])
{
	uint32_t locate;
	int err = bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.wanted), stock,
				      &locate);

	return err ? -errno : (int)locate;
}

struct ht_kept program_kept(const struct program *p)
{
	struct ht_kept kept;
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.kept), &zero, &kept))
		abort();
	return kept;
}

void program_reset(struct program *p)
{
	struct ht_counters *none = counters_alloc();
	struct ht_changed changed = {0};
	uint32_t zero = 0;

#define X(member, map) memset(p->member, 0, map_bytes(p->skel->maps.map));
	PROGRAM_MAPS(X)
#undef X
	bpf_map_update_elem(bpf_map__fd(p->skel->maps.counters), &zero, none,
			    BPF_ANY);
	bpf_map_update_elem(bpf_map__fd(p->skel->maps.changed), &zero,
			    &changed, BPF_ANY);
	free(none);
	forget_wanted(p);
	program_events(p, no_event);
	p->feed->expected = 1;
	put_be32(p->feed->lines[0].group, FRAME_GROUP);
	p->feed->lines[0].port = FRAME_PORT;
	p->book->order_limit = p->size.order_limit;
	p->book->row_limit = p->size.row_limit;
}

int program_run(struct program *p, const void *frame, uint32_t len)
{
	static uint8_t out[FRAME_MAX];
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		.data_in = frame,
		.data_size_in = len,
		.data_out = out,
		.data_size_out = sizeof(out),
		.repeat = 1,
	);
	struct xdp_md split = { .data_end = p->first };
	int fd = bpf_program__fd(p->skel->progs.ht_feed), err;

	if (p->first && p->first < len) {
		opts.ctx_in = &split;
		opts.ctx_size_in = sizeof(split);
	}
	err = bpf_prog_test_run_opts(fd, &opts);
	if (err == -EINVAL && opts.ctx_in) {
		p->first = 0;
		return program_run(p, frame, len);
	}
	if (err)
		return -errno;
	if (opts.data_size_out != len || memcmp(frame, out, len))
		return -EILSEQ;
	return (int)opts.retval;
}

struct ht_counters program_counters(const struct program *p)
{
	enum { WORDS = sizeof(struct ht_counters) / sizeof(uint64_t) };
	union {
		struct ht_counters counters;
		uint64_t word[WORDS];
	} sum = {0};
	int cpus = libbpf_num_possible_cpus();
	struct ht_counters *each = counters_alloc();
	uint32_t zero = 0;
	int cpu, i;

	if (!each || bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.counters),
					 &zero, each))
		abort();
	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; i < WORDS; i++)
			sum.word[i] += ((const uint64_t *)&each[cpu])[i];
	free(each);
	return sum.counters;
}

int program_events(struct program *p,
		   int (*on_event)(void *context, void *event, size_t len))
{
	struct ring_buffer *ring;
	int count;

	ring = ring_buffer__new(bpf_map__fd(p->skel->maps.events), on_event,
				NULL, NULL);
	if (!ring)
		return -errno;
	count = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return count;
}

struct ht_udp_path frame_path(void)
{
	struct ht_udp_path path = {
		.dst_mac = { 0x01, 0x00, 0x5e, 0x36, 0x0c, 0x6f },
		.src_mac = { 0x02, 0, 0, 0, 0, 1 },
		.ttl = 21,
	};

	put_be32(&path.src_ip, FRAME_SOURCE);
	put_be32(&path.dst_ip, FRAME_GROUP);
	put_be16(&path.src_port, 49653);
	put_be16(&path.dst_port, FRAME_PORT);
	return path;
}

uint32_t frame_build(uint8_t frame[FRAME_MAX], const void *payload,
		     uint32_t len)
{
	const struct ht_udp_path path = frame_path();

	memcpy(frame + sizeof(struct ht_udp_frame), payload, len);
	udp_frame_build((struct ht_udp_frame *)frame, &path, len);
	return sizeof(struct ht_udp_frame) + len;
}
