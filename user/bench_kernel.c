// SPDX-License-Identifier: GPL-2.0
/*
 * bench_kernel - the program and its floors, through BPF_PROG_TEST_RUN
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/mman.h>

#include "bench_contender.h"
#include "floor.skel.h"
#include "hairtrigger.skel.h"
#include "loader.h"
#include "out.h"

/* Either skeleton, and what the packets run through. */
static struct hairtrigger_bpf *program;
static struct floor_bpf *floors;
static struct instance instance;
static const struct ht_feed *feed;
static uint64_t load_ns;
static int run_fd;
static char compiler[64];

int kernel_open_program(void)
{
	struct loader_options options = {
		.lines[0] = replay_line,
		.feed_name = "bench",
	};
	uint64_t start = clock_ns();
	int err = loader_load(&program, &options);

	if (err)
		return err;
	load_ns = clock_ns() - start;
	err = instance_adopt(&instance, program);
	if (err) {
		hairtrigger_bpf__destroy(program);
		program = NULL;
		return err;
	}
	feed = instance.feed;
	run_fd = bpf_program__fd(program->progs.ht_feed);
	return 0;
}

/* What the loader writes for the program, as far as a floor needs it. */
static int floors_fill(void)
{
	struct ht_feed start = { .expected = 1, .lines[0] = replay_line };
	int fd = bpf_map__fd(floors->maps.feeds);
	uint32_t zero = 0;
	void *view;

	if (bpf_map_update_elem(fd, &zero, &start, BPF_ANY))
		return -errno;
	view = mmap(NULL, sizeof(*feed), PROT_READ, MAP_SHARED, fd, 0);
	if (view == MAP_FAILED)
		return -errno;
	feed = view;
	return 0;
}

static int floors_open(void)
{
	int err;

	libbpf_set_print(NULL);
	floors = floor_bpf__open_and_load();
	if (!floors)
		return out_error(-errno, "cannot load the floors' programs");
	snprintf(compiler, sizeof(compiler), "%.*s",
		 (int)sizeof(compiler) - 1,
		 (const char *)floors->rodata->cfg_compiler);
	err = floors_fill();
	if (err) {
		floor_bpf__destroy(floors);
		floors = NULL;
		return out_error(err, "cannot fill the floors' maps");
	}
	return 0;
}

int kernel_open_decode(void)
{
	int err = floors_open();

	if (!err)
		run_fd = bpf_program__fd(floors->progs.floor_decoding);
	return err;
}

int kernel_open_orders(void)
{
	int err = floors_open();

	if (!err)
		run_fd = bpf_program__fd(floors->progs.floor_orders);
	return err;
}

int64_t kernel_packet(const uint8_t *frame, uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, run,
		.data_in = frame,
		.data_size_in = len,
		.repeat = 1,
	);
	int err = bpf_prog_test_run_opts(run_fd, &run);

	if (err)
		return err < 0 ? err : -EIO;
	return run.duration;
}

uint64_t kernel_expected(void)
{
	return feed->expected;
}

void kernel_close(void)
{
	if (floors) {
		munmap((void *)feed, sizeof(*feed));
		floor_bpf__destroy(floors);
	}
	if (program) {
		instance_close(&instance);
		hairtrigger_bpf__destroy(program);
	}
	floors = NULL;
	program = NULL;
}

const struct instance *kernel_instance(void)
{
	return &instance;
}

uint64_t kernel_memory(void)
{
	return loader_memory(program);
}

uint64_t kernel_load_ns(void)
{
	return load_ns;
}

const char *kernel_compiler(void)
{
	return compiler;
}
