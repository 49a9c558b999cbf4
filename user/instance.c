// SPDX-License-Identifier: GPL-2.0
/*
 * instance - a loaded engine as user space sees it
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hairtrigger.skel.h"
#include "instance.h"
#include "out.h"

enum pin {
#define X(map, value) PIN_##map,
	HT_PINNED_MAPS(X)
#undef X
	PINS
};

static const struct {
	const char *name;
	uint32_t value_size;
} pins[PINS] = {
#define X(map, value) [PIN_##map] = { #map, sizeof(value) },
	HT_PINNED_MAPS(X)
#undef X
};

/* The maps on their way into a struct instance; the first error sticks.  The
 * kernel copies and maps by its own idea of a layout: it must be ours.
 */
struct view {
	int fd[PINS];
	bool writable;
	int err;
};

static size_t view_length(enum pin pin, uint32_t entries)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t length = (size_t)entries * pins[pin].value_size;

	return (length + page - 1) & ~(page - 1);
}

/* Return: whether the map holds values of this size; a ring's is 0. */
static bool view_check(struct view *v, enum pin pin, uint32_t value_size,
		       struct bpf_map_info *info)
{
	uint32_t length = sizeof(*info);

	*info = (struct bpf_map_info){0};
	if (!v->err && bpf_obj_get_info_by_fd(v->fd[pin], info, &length))
		v->err = -errno;
	if (!v->err && info->value_size != value_size)
		v->err = -EPROTO;
	return !v->err;
}

/*
 * Maps one array.  *entries is how many it must have; 0 accepts any number
 * and is replaced by it.
 */
static void *view_map(struct view *v, enum pin pin, bool writable,
		      uint32_t *entries)
{
	int protection = PROT_READ | (writable ? PROT_WRITE : 0);
	struct bpf_map_info info;
	void *view;

	if (!view_check(v, pin, pins[pin].value_size, &info))
		return NULL;
	if (*entries && *entries != info.max_entries) {
		v->err = -EPROTO;
		return NULL;
	}
	*entries = info.max_entries;
	view = mmap(NULL, view_length(pin, *entries), protection, MAP_SHARED,
		    v->fd[pin], 0);
	if (view == MAP_FAILED) {
		v->err = -errno;
		return NULL;
	}
	return view;
}

static void view_unmap(const void *view, enum pin pin, uint32_t entries)
{
	if (view)
		munmap((void *)view, view_length(pin, entries));
}

/* Maps a table: one value, of so many slots as its loader asked for.
 * *slots becomes their number.
 */
static const void *view_table(struct view *v, enum pin pin, size_t slot_size,
			      uint32_t *slots)
{
	uint32_t length = sizeof(struct bpf_map_info);
	struct bpf_map_info info = {0};
	void *view;

	*slots = 0;
	if (!v->err && bpf_obj_get_info_by_fd(v->fd[pin], &info, &length))
		v->err = -errno;
	if (!v->err && (info.max_entries != 1 || !info.value_size ||
			info.value_size % slot_size))
		v->err = -EPROTO;
	if (v->err)
		return NULL;
	view = mmap(NULL, info.value_size, PROT_READ, MAP_SHARED, v->fd[pin],
		    0);
	if (view == MAP_FAILED) {
		v->err = -errno;
		return NULL;
	}
	*slots = (uint32_t)(info.value_size / slot_size);
	return view;
}

static void table_unmap(const void *view, size_t slot_size, uint32_t slots)
{
	if (view)
		munmap((void *)view, slot_size * slots);
}

/* A map that is not mapped: its descriptor outlives the view. */
static int view_keep(struct view *v, enum pin pin, uint32_t value_size)
{
	struct bpf_map_info info;
	int fd;

	if (!view_check(v, pin, value_size, &info))
		return -1;
	fd = fcntl(v->fd[pin], F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		v->err = -errno;
	return fd;
}

/* By descriptors, not by names: these may be another instance's one day. */
static void book_keep(struct instance *in, struct view *v)
{
	static const enum pin book[INSTANCE_BOOK] = {
		PIN_orders, PIN_levels, PIN_tops, PIN_symbols,
	};
	int i;

	for (i = 0; i < INSTANCE_BOOK; i++) {
		in->book_fd[i] = v->err ? -1 : fcntl(v->fd[book[i]],
						     F_DUPFD_CLOEXEC, 3);
		if (in->book_fd[i] < 0 && !v->err)
			v->err = -errno;
	}
}

static int instance_map(struct instance *in, struct view *v)
{
	uint32_t one = 1, locates = HT_LOCATES, rows = HT_TRIGGERS;
	uint32_t sets = 2 * HT_LOCATES;
	bool w = v->writable;

	in->feed = view_map(v, PIN_feeds, w, &one);
	in->gate = view_map(v, PIN_gates, w, &one);
	in->kill = view_map(v, PIN_kills, w, &one);
	in->limits = view_map(v, PIN_limits, w, &sets);
	in->rules = view_map(v, PIN_rules, w, &one);
	in->exposures = view_map(v, PIN_exposures, w, &locates);
	in->account = view_map(v, PIN_accounts, w, &one);
	in->book = view_map(v, PIN_books, w, &one);
	in->tops = view_map(v, PIN_tops, w, &locates);
	in->symbols = view_map(v, PIN_symbols, w, &locates);
	in->triggers = view_map(v, PIN_triggers, w, &rows);
	in->watches = view_map(v, PIN_watches, w, &locates);
	in->session = view_map(v, PIN_sessions, w, &one);
	in->orders = view_table(v, PIN_orders, sizeof(*in->orders),
				&in->buckets);
	in->levels = view_table(v, PIN_levels, sizeof(*in->levels),
				&in->level_slots);
	book_keep(in, v);
	in->counters_fd = view_keep(v, PIN_counters,
				    pins[PIN_counters].value_size);
	in->events_fd = view_keep(v, PIN_events, 0);
	in->wanted_fd = view_keep(v, PIN_wanted, pins[PIN_wanted].value_size);
	in->kept_fd = view_keep(v, PIN_kept, pins[PIN_kept].value_size);
	in->asides_fd = view_keep(v, PIN_asides, pins[PIN_asides].value_size);
	return v->err;
}

static void fd_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

void instance_close(struct instance *in)
{
	int i;

	view_unmap(in->feed, PIN_feeds, 1);
	view_unmap(in->gate, PIN_gates, 1);
	view_unmap(in->kill, PIN_kills, 1);
	view_unmap(in->limits, PIN_limits, 2 * HT_LOCATES);
	view_unmap(in->rules, PIN_rules, 1);
	view_unmap(in->exposures, PIN_exposures, HT_LOCATES);
	view_unmap(in->account, PIN_accounts, 1);
	view_unmap(in->book, PIN_books, 1);
	view_unmap(in->tops, PIN_tops, HT_LOCATES);
	view_unmap(in->symbols, PIN_symbols, HT_LOCATES);
	view_unmap(in->triggers, PIN_triggers, HT_TRIGGERS);
	view_unmap(in->watches, PIN_watches, HT_LOCATES);
	view_unmap(in->session, PIN_sessions, 1);
	table_unmap(in->orders, sizeof(*in->orders), in->buckets);
	table_unmap(in->levels, sizeof(*in->levels), in->level_slots);
	fd_close(in->counters_fd);
	fd_close(in->events_fd);
	fd_close(in->wanted_fd);
	fd_close(in->kept_fd);
	fd_close(in->asides_fd);
	for (i = 0; i < INSTANCE_BOOK; i++)
		fd_close(in->book_fd[i]);
	*in = INSTANCE_CLOSED;
}

/* Not BPF_F_RDONLY: such a descriptor cannot be mapped shared.  What must not
 * be written is mapped read-only instead.
 */
int instance_pin(const char *instance, const char *pin)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s/%s", instance, pin);
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

/* Return: 0, -ENOENT, -EACCES, or -EPROTO for pins that are not ours. */
static int about_read(struct instance *in)
{
	struct ht_about about;
	struct bpf_map_info info = {0};
	uint32_t length = sizeof(info), zero = 0;
	int err = 0, fd;

	fd = instance_pin(in->name, "about");
	if (fd < 0)
		return fd == -EPERM ? -EACCES : fd;
	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		err = -errno;
	else if (info.value_size != sizeof(about))
		err = -EPROTO;
	else if (bpf_map_lookup_elem(fd, &zero, &about))
		err = -errno;
	close(fd);
	if (err)
		return err;
	if (about.abi != ht_abi())
		return -EPROTO;
	memcpy(in->ifname, about.ifname, sizeof(in->ifname));
	in->ifname[sizeof(in->ifname) - 1] = 0;
	in->netns = about.netns;
	return 0;
}

/* Zeros [at, at + size) of a map, a part of its pages. */
static int part_empty(int fd, uint64_t at, uint64_t size)
{
	void *part = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  (off_t)at);

	if (part == MAP_FAILED)
		return -errno;
	memset(part, 0, size);
	munmap(part, size);
	return 0;
}

int instance_empty(const struct instance *in, uint64_t *at)
{
	const uint64_t sizes[INSTANCE_BOOK] = {
		sizeof(*in->orders) * in->buckets,
		sizeof(*in->levels) * in->level_slots,
		sizeof(*in->tops) * HT_LOCATES,
		sizeof(*in->symbols) * HT_LOCATES,
	};
	uint64_t begin = *at, size;
	int err, i;

	for (i = 0; i < INSTANCE_BOOK; i++) {
		if (begin >= sizes[i]) {
			begin -= sizes[i];
			continue;
		}
		size = sizes[i] - begin;
		if (size > INSTANCE_PART)
			size = INSTANCE_PART;
		err = part_empty(in->book_fd[i], begin, size);
		*at += size;
		return err ? err : 1;
	}
	return 0;
}

/* Where the link is attached now: nowhere once its interface is gone. */
static void link_read(struct instance *in)
{
	struct bpf_link_info info = {0};
	uint32_t length = sizeof(info);
	int fd = instance_pin(in->name, "link");

	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length)) {
		in->ifindex = (int)info.xdp.ifindex;
		in->prog_id = info.prog_id;
	}
	close(fd);
}

static int view_open(struct view *v, const char *name)
{
	int i;

	for (i = 0; i < PINS; i++) {
		v->fd[i] = instance_pin(name, pins[i].name);
		if (v->fd[i] < 0)
			return v->fd[i];
	}
	return 0;
}

/* Names the instances that are loaded, or leaves text as it is. */
static void loaded_text(char *text, size_t size)
{
	DIR *root = opendir(HT_PIN_ROOT);
	struct dirent *entry;
	size_t at = 0;

	while (root && (entry = readdir(root)) && at < size) {
		if (entry->d_name[0] == '.')
			continue;
		at += (size_t)snprintf(text + at, size - at, "%s%s",
				       at ? ", " : "loaded: ", entry->d_name);
	}
	if (at && at < size)
		snprintf(text + at, size - at, "; choose one with -I, or load it");
	if (root)
		closedir(root);
}

static int open_error(const struct instance *in, int err)
{
	char loaded[256] = "`hairtrigger load IFNAME` loads it";
	char directory[96];

	snprintf(directory, sizeof(directory), HT_PIN_ROOT "/%s", in->name);
	if (err == -ENOENT && access(directory, F_OK)) {
		loaded_text(loaded, sizeof(loaded));
		out_error(0, "instance `%s` is not loaded; %s", in->name,
			  loaded);
	} else if (err == -ENOENT || err == -EPROTO) {
		out_error(0, "instance `%s` is incomplete or of another version of hairtrigger; `hairtrigger unload` clears it",
			  in->name);
	} else if (err == -EACCES || err == -EPERM) {
		out_error(0, "instance `%s`: %s is for root only; run as root",
			  in->name, HT_PIN_ROOT);
	} else {
		out_error(err, "instance `%s`: cannot open its maps",
			  in->name);
	}
	if (err == -ENOENT && !access(directory, F_OK))
		return -EPROTO;
	return err == -EPERM ? -EACCES : err;
}

int instance_open(struct instance *in, const char *name, bool writable)
{
	struct view v = { .writable = writable };
	int err, i;

	*in = INSTANCE_CLOSED;
	snprintf(in->name, sizeof(in->name), "%s", name);
	for (i = 0; i < PINS; i++)
		v.fd[i] = -1;
	err = about_read(in);
	if (!err)
		err = view_open(&v, name);
	if (!err)
		err = instance_map(in, &v);
	for (i = 0; i < PINS; i++)
		if (v.fd[i] >= 0)
			close(v.fd[i]);
	if (err) {
		err = open_error(in, err);
		instance_close(in);
		return err;
	}
	link_read(in);
	return 0;
}

int instance_adopt(struct instance *in, struct hairtrigger_bpf *skel)
{
	struct view v = { .writable = true };
	int err;

	*in = INSTANCE_CLOSED;
#define X(map, value) v.fd[PIN_##map] = bpf_map__fd(skel->maps.map);
	HT_PINNED_MAPS(X)
#undef X
	err = instance_map(in, &v);
	if (err) {
		instance_close(in);
		out_error(err, "cannot map the program's maps");
	}
	return err;
}

int instance_counters(const struct instance *in, struct ht_counters *sum)
{
	int cpus = libbpf_num_possible_cpus();
	struct ht_counters *each;
	uint32_t zero = 0;
	size_t i, words = sizeof(*sum) / sizeof(uint64_t);
	int err = 0, cpu;

	*sum = (struct ht_counters){0};
	if (cpus < 0)
		return cpus;
	each = calloc((size_t)cpus, sizeof(*each));
	if (!each)
		return -ENOMEM;
	if (bpf_map_lookup_elem(in->counters_fd, &zero, each))
		err = -errno;
	for (cpu = 0; !err && cpu < cpus; cpu++)
		for (i = 0; i < words; i++)
			((uint64_t *)sum)[i] += ((uint64_t *)&each[cpu])[i];
	free(each);
	return err;
}

uint64_t instance_own_netns(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) ? 0 : st.st_ino;
}

uint32_t instance_locate(const struct instance *in, const char *ticker)
{
	uint32_t locate;
	char *end;

	if (ticker[0] == '#' && ticker[1] >= '1' && ticker[1] <= '9') {
		unsigned long number = strtoul(ticker + 1, &end, 10);

		return *end || number >= HT_LOCATES ? 0 : (uint32_t)number;
	}
	if (!*ticker)
		return 0;
	for (locate = 1; locate < HT_LOCATES; locate++)
		if (!strncmp(in->symbols[locate].ticker, ticker, HT_TICKER))
			return locate;
	return 0;
}

const char *instance_ticker(const struct instance *in, uint32_t locate,
			    char text[HT_TICKER])
{
	const char *ticker = in->symbols[locate].ticker;

	if (*ticker)
		snprintf(text, HT_TICKER, "%.*s", HT_TICKER - 1, ticker);
	else
		snprintf(text, HT_TICKER, "#%u", locate);
	return text;
}

void instance_top(const struct instance *in, uint32_t locate,
		  struct ht_top *top)
{
	const struct ht_top *shared = &in->tops[locate];
	uint32_t before, after;

	do {
		before = __atomic_load_n(&shared->lock, __ATOMIC_ACQUIRE);
		memcpy(top, shared, sizeof(*top));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&shared->lock, __ATOMIC_RELAXED);
	} while ((before & 1) || before != after);
}
