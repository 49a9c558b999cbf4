// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - edits to the rows of the map, while packets arrive
 *
 * The order of the stores is that of maps/trigger.map.h.  One editor at a
 * time holds a file lock; the kernel is never asked to wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control.h"
#include "trigger.h"

/* An instance that was never pinned has no name and one owner: no lock.
 * Return: what edit_end closes, or negative errno.
 */
static int edit_begin(const struct instance *in)
{
	char path[96];
	int fd, err;

	if (!*in->name)
		return 0;
	if (mkdir(CONTROL_DIR, 0700) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), CONTROL_DIR "/%s.lock", in->name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	do
		err = flock(fd, LOCK_EX) ? -errno : 0;
	while (err == -EINTR);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static void edit_end(int fd)
{
	if (fd)
		close(fd);
}

int trigger_find(const struct instance *in, const char *name)
{
	int row;

	for (row = 1; row < HT_TRIGGERS; row++)
		if (in->triggers[row].state != HT_TRIGGER_FREE &&
		    !strncmp(in->triggers[row].name, name, HT_TRIGGER_NAME))
			return row;
	return -ENOENT;
}

static void state_store(struct ht_trigger *t, enum ht_trigger_state state)
{
	__atomic_store_n(&t->state, state, __ATOMIC_RELEASE);
}

/* Fills the rule that is not in force, then puts it in force. */
static void rule_swap(struct ht_trigger *t, const struct ht_rule *rule,
		      uint32_t locate)
{
	uint32_t version = t->version + 1;
	struct ht_rule *idle = &t->rule[version & 1];

	*idle = *rule;
	idle->locate = locate;
	__atomic_store_n(&t->version, version, __ATOMIC_RELEASE);
}

static int free_row(const struct instance *in)
{
	int row;

	for (row = 1; row < HT_TRIGGERS; row++)
		if (in->triggers[row].state == HT_TRIGGER_FREE)
			return row;
	return -ENOSPC;
}

static int watch_length(const struct instance *in, uint32_t locate)
{
	uint32_t row = in->watches[locate].first;
	int n = 0;

	while (row && row < HT_TRIGGERS && n < HT_TRIGGERS) {
		row = in->triggers[row].next;
		n++;
	}
	return n;
}

/* Versions go on where the row's last trigger ended: an event of that one
 * that is still on its way cannot pass for one of this.
 */
static void row_clear(struct ht_trigger *t)
{
	uint32_t version = t->version;

	*t = (struct ht_trigger){ .version = version };
}

static int row_add(struct instance *in, const char *name, uint32_t locate,
		   const struct ht_rule *rule)
{
	struct ht_watch *watch = &in->watches[locate];
	struct ht_trigger *t;
	int row;

	if (trigger_find(in, name) > 0)
		return -EEXIST;
	row = free_row(in);
	if (row < 0 || watch_length(in, locate) >= HT_SYMBOL_TRIGGERS)
		return -ENOSPC;
	t = &in->triggers[row];
	row_clear(t);
	snprintf(t->name, sizeof(t->name), "%s", name);
	instance_ticker(in, locate, t->symbol);
	rule_swap(t, rule, locate);
	state_store(t, HT_TRIGGER_DISARMED);
	t->next = watch->first;
	__atomic_store_n(&watch->first, (uint32_t)row, __ATOMIC_RELEASE);
	return row;
}

int trigger_add(struct instance *in, const char *name, uint32_t locate,
		const struct ht_rule *rule)
{
	int lock = edit_begin(in);
	int row;

	if (lock < 0)
		return lock;
	row = row_add(in, name, locate, rule);
	edit_end(lock);
	return row;
}

int trigger_set(struct instance *in, const char *name,
		const struct ht_rule *rule)
{
	int lock = edit_begin(in);
	int row;

	if (lock < 0)
		return lock;
	row = trigger_find(in, name);
	if (row > 0) {
		struct ht_trigger *t = &in->triggers[row];

		rule_swap(t, rule, t->rule[t->version & 1].locate);
	}
	edit_end(lock);
	return row < 0 ? row : 0;
}

/* Waits until no packet that saw the row as it was is in the program any more:
 * a membarrier waits for an RCU grace period.  Where the kernel has none to
 * offer (nohz_full) the locate in the row's rule still keeps a packet from
 * taking another symbol's rule for its own.
 */
static void packets_wait(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/* A packet that is firing now must not count against the new base. */
static void row_arm(struct ht_trigger *t)
{
	if (t->state == HT_TRIGGER_ARMED) {
		state_store(t, HT_TRIGGER_DISARMED);
		packets_wait();
	}
	__atomic_store_n(&t->base, __atomic_load_n(&t->fires,
						   __ATOMIC_RELAXED),
			 __ATOMIC_RELAXED);
	state_store(t, HT_TRIGGER_ARMED);
}

int trigger_arm(struct instance *in, const char *name)
{
	int lock = edit_begin(in);
	int row;

	if (lock < 0)
		return lock;
	row = trigger_find(in, name);
	if (row > 0)
		row_arm(&in->triggers[row]);
	edit_end(lock);
	return row < 0 ? row : 0;
}

int trigger_disarm(struct instance *in, const char *name)
{
	int lock = edit_begin(in);
	int row;

	if (lock < 0)
		return lock;
	row = trigger_find(in, name);
	if (row > 0)
		state_store(&in->triggers[row], HT_TRIGGER_DISARMED);
	edit_end(lock);
	return row < 0 ? row : 0;
}

static void row_unlink(struct instance *in, uint32_t row)
{
	struct ht_trigger *t = &in->triggers[row];
	uint32_t locate = t->rule[t->version & 1].locate % HT_LOCATES;
	uint32_t *link = &in->watches[locate].first;
	int n;

	for (n = 0; *link && *link != row && n < HT_TRIGGERS; n++)
		link = &in->triggers[*link % HT_TRIGGERS].next;
	if (*link == row)
		__atomic_store_n(link, t->next, __ATOMIC_RELEASE);
}

int trigger_del(struct instance *in, const char *name)
{
	int lock = edit_begin(in);
	int row;

	if (lock < 0)
		return lock;
	row = trigger_find(in, name);
	if (row > 0) {
		state_store(&in->triggers[row], HT_TRIGGER_FREE);
		row_unlink(in, (uint32_t)row);
		packets_wait();
		row_clear(&in->triggers[row]);
	}
	edit_end(lock);
	return row < 0 ? row : 0;
}
