// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - edits to the rows of the map, while packets arrive
 *
 * The order of the stores is that of maps/trigger.map.h.  One editor at a
 * time holds a file lock; the kernel is never asked to wait.  An editor may be
 * killed after any store: what it leaves behind is a row that is whole, or
 * FREE and on no list.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lock.h"
#include "trigger.h"

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

/* The word of the row's list that holds its number; when it is on none, the
 * 0 that ends the list.
 */
static uint32_t *row_place(struct instance *in, uint32_t row)
{
	struct ht_trigger *t = &in->triggers[row];
	uint32_t locate = t->rule[t->version & 1].locate % HT_LOCATES;
	uint32_t *link = &in->watches[locate].first;
	int n;

	for (n = 0; *link && *link != row && n < HT_TRIGGERS; n++)
		link = &in->triggers[*link % HT_TRIGGERS].next;
	return link;
}

static void row_unlink(struct instance *in, uint32_t row)
{
	uint32_t *link = row_place(in, row);

	if (*link == row)
		__atomic_store_n(link, in->triggers[row].next,
				 __ATOMIC_RELEASE);
}

/* At the head of its symbol's list, unless it is on it. */
static void row_link(struct instance *in, uint32_t row)
{
	struct ht_trigger *t = &in->triggers[row];
	uint32_t locate = t->rule[t->version & 1].locate % HT_LOCATES;
	uint32_t *first = &in->watches[locate].first;

	if (*row_place(in, row) == row)
		return;
	t->next = *first;
	__atomic_store_n(first, row, __ATOMIC_RELEASE);
}

static int row_add(struct instance *in, const char *name, uint32_t locate,
		   const struct ht_rule *rule)
{
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
	row_link(in, (uint32_t)row);
	return row;
}

int trigger_add(struct instance *in, const char *name, uint32_t locate,
		const struct ht_rule *rule)
{
	int lock = lock_instance(in->name), row;

	if (lock < 0)
		return lock;
	row = row_add(in, name, locate, rule);
	close(lock);
	return row;
}

/* Edits the named trigger's row under the lock.  Return: 0 or negative errno. */
static int row_edit(struct instance *in, const char *name,
		    int (*edit)(struct instance *in, uint32_t row,
				const struct ht_rule *rule),
		    const struct ht_rule *rule)
{
	int lock = lock_instance(in->name), row;

	if (lock < 0)
		return lock;
	row = trigger_find(in, name);
	if (row > 0)
		row = edit(in, (uint32_t)row, rule);
	close(lock);
	return row;
}

static int row_set(struct instance *in, uint32_t row,
		   const struct ht_rule *rule)
{
	struct ht_trigger *t = &in->triggers[row];

	rule_swap(t, rule, t->rule[t->version & 1].locate);
	return 0;
}

int trigger_set(struct instance *in, const char *name,
		const struct ht_rule *rule)
{
	return row_edit(in, name, row_set, rule);
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

/* When it returns, no packet fires the trigger any more. */
static int row_disarm(struct instance *in, uint32_t row,
		      const struct ht_rule *none)
{
	state_store(&in->triggers[row], HT_TRIGGER_DISARMED);
	packets_wait();
	return 0;
}

/* To where its symbol is today: locates are a day's.  It is disarmed.
 * Return: 0; -ESRCH when the directory has no such symbol, or -ENOSPC.
 */
static int row_follow(struct instance *in, uint32_t row)
{
	struct ht_trigger *t = &in->triggers[row];
	struct ht_rule rule = t->rule[t->version & 1];
	uint32_t locate = rule.locate % HT_LOCATES;

	if (t->symbol[0] == '#') {	/* the directory may have come since */
		instance_ticker(in, locate, t->symbol);
		return 0;
	}
	if (!strncmp(in->symbols[locate].ticker, t->symbol, HT_TICKER))
		return 0;
	locate = instance_locate(in, t->symbol);
	if (!locate)
		return -ESRCH;
	if (watch_length(in, locate) >= HT_SYMBOL_TRIGGERS)
		return -ENOSPC;
	row_unlink(in, row);
	packets_wait();
	rule_swap(t, &rule, locate);
	return 0;
}

/* A packet that is firing now must not count against the new base. */
static int row_arm(struct instance *in, uint32_t row,
		   const struct ht_rule *none)
{
	struct ht_trigger *t = &in->triggers[row];
	int err;

	row_disarm(in, row, none);
	err = row_follow(in, row);
	if (err)
		return err;
	row_link(in, row);	/* whoever added it may have been killed */
	__atomic_store_n(&t->base, __atomic_load_n(&t->fires,
						   __ATOMIC_RELAXED),
			 __ATOMIC_RELAXED);
	state_store(t, HT_TRIGGER_ARMED);
	return 0;
}

int trigger_arm(struct instance *in, const char *name)
{
	return row_edit(in, name, row_arm, NULL);
}

int trigger_disarm(struct instance *in, const char *name)
{
	return row_edit(in, name, row_disarm, NULL);
}

/* FREE comes last: until then nobody may use the row again, because a list, or
 * a packet on its way along one, still leads to it.
 */
static int row_del(struct instance *in, uint32_t row,
		   const struct ht_rule *none)
{
	row_disarm(in, row, none);
	row_unlink(in, row);
	packets_wait();
	state_store(&in->triggers[row], HT_TRIGGER_FREE);
	return 0;
}

int trigger_del(struct instance *in, const char *name)
{
	return row_edit(in, name, row_del, NULL);
}

/* By exchange: what an editor frees or arms meanwhile is that editor's. */
void trigger_disarm_all(struct instance *in, const char *symbol)
{
	enum ht_trigger_state state;
	struct ht_trigger *t;
	int row;

	for (row = 1; row < HT_TRIGGERS; row++) {
		t = &in->triggers[row];
		state = HT_READ_ONCE(t->state);
		if (state == HT_TRIGGER_FREE || state == HT_TRIGGER_DISARMED ||
		    (symbol && strncmp(t->symbol, symbol, HT_TICKER)))
			continue;
		__atomic_compare_exchange_n(&t->state, &state,
					    HT_TRIGGER_DISARMED, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
	packets_wait();
}
