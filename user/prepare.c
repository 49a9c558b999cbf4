// SPDX-License-Identifier: GPL-2.0
/*
 * prepare - what a controller needs before its loop: the instance, the way of
 * orders, the feed's groups, and what its feed misses
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attach.h"
#include "command.h"
#include "controller.h"
#include "out.h"

uint64_t controller_pin(const struct controller *c)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s/events", c->in.name);
	return stat(path, &st) ? 0 : st.st_ino;
}

static int instance_prepare(struct controller *c)
{
	const char *name = c->options->instance;
	int err = instance_open(&c->in, name, true);

	if (err)
		return err;
	err = control_lock(&c->control, name);
	if (err == -EBUSY) {
		out_error(0, "instance `%s`: a controller is already running; `hairtrigger status` shows it",
			  name);
		return err;
	}
	if (err)
		return out_error(err, "%s: cannot be locked", c->control.lock);
	c->pin_inode = controller_pin(c);
	if (!c->pin_inode)
		return out_error(-ENOENT, "instance `%s` was unloaded just now",
				 name);
	return 0;
}

/* Where the instance is, if we can see it.  Return: its index, or -ENODEV. */
static int interface_of_feed(const struct controller *c)
{
	if (!c->in.ifindex)
		out_error(0, "instance `%s` is on no interface any more",
			  c->in.name);
	else if (c->in.netns && c->in.netns != instance_own_netns())
		out_error(0, "instance `%s` is on %s in another network namespace",
			  c->in.name, c->in.ifname);
	else
		return c->in.ifindex;
	return -ENODEV;
}

static int interface_choose(const struct controller *c)
{
	const char *name = c->options->interface;
	int ifindex;

	if (!name)
		return interface_of_feed(c);
	ifindex = (int)if_nametoindex(name);
	if (ifindex)
		return ifindex;
	out_error(0, "%s: no such network interface; `ip link` lists them",
		  name);
	return -ENODEV;
}

/* The feed's interface may be another one than that which orders leave by. */
static int membership_prepare(struct controller *c)
{
	int ifindex;

	membership_init(&c->membership, c->in.feed->lines);
	if (!c->options->join)
		return 0;
	ifindex = interface_of_feed(c);
	return ifindex < 0 ? ifindex : membership_open(&c->membership, ifindex);
}

/* Where orders leave by an interface of their own, the program that looks at
 * their session's answers must be there, too.
 */
static int order_program_attach(struct controller *c, int ifindex)
{
	if (ifindex == c->in.ifindex)
		return 0;
	c->order_link = attach_order(c->in.name, c->egress.netif.name);
	return c->order_link < 0 ? c->order_link : 0;
}

static int egress_prepare(struct controller *c)
{
	int ifindex = interface_choose(c);
	int err;

	if (ifindex < 0)
		return ifindex;
	err = egress_open(&c->egress, ifindex,
			  &c->options->session.exchange);
	if (!err)
		err = order_program_attach(c, ifindex);
	return err ? err : membership_prepare(c);
}

/* Packets that are set aside arrive on the feed's interface, wherever orders
 * leave.
 */
static int recovery_prepare(struct controller *c)
{
	struct recovery *r = &c->recovery;
	struct xsk *orders = c->in.ifindex == c->egress.netif.ifindex ?
			     &c->egress.xsk : NULL;
	int err;

	r->in = &c->in;
	r->loop = &c->loop;
	r->log = &c->log;
	err = recovery_open(r, &c->options->recovery);
	if (err)
		return err;
	c->aside.verify = c->in.feed->verify_checksum;
	c->aside.sink = (struct aside_sink){
		.packet = recovery_packet,
		.context = r,
	};
	if (c->in.ifindex && c->in.netns == instance_own_netns())
		return aside_open(&c->aside, c->in.ifname, orders,
				  c->in.asides_fd);
	out_error(0, "instance `%s` is not on an interface of this network namespace: what its feed misses cannot be recovered",
		  c->in.name);
	return 0;
}

/* By default where the last controller of the instance stopped; the exchange
 * will say, too.
 */
static int orders_prepare(struct controller *c)
{
	uint32_t first = c->options->first_urn;
	int err;

	if (first)
		HT_WRITE_ONCE(c->in.gate->next_urn, first);
	first = HT_READ_ONCE(c->in.gate->next_urn);
	if (!first)
		HT_WRITE_ONCE(c->in.gate->next_urn, first = 1);
	c->dry_urn = first;
	err = orders_init(&c->orders, first);
	if (err == -ERANGE)
		return out_error(err, "UserRefNum %u leaves no room for %u orders (see --first-urn)",
				 first, ORDERS_MAX);
	if (err)
		return out_error(err, "no room for orders");
	mirror_begin(c);
	return 0;
}

/* Limits that `run` was told are the instance's from now on. */
static int limits_prepare(struct controller *c)
{
	const struct controller_options *o = c->options;
	int err;

	if (!o->edit_count)
		return 0;
	err = limits_change(&c->in, o->edits, o->edit_count);
	return err ? out_error(err, "instance `%s`: cannot set its limits",
			       c->in.name) : 0;
}

static void start_journal(struct controller *c)
{
	struct journal_start start = {
		.pid = (uint32_t)getpid(),
		.abi = ht_abi(),
		.first_urn = HT_READ_ONCE(c->in.gate->next_urn),
		.release = HT_VERSION,
	};

	journal_put_start(&c->journal, &start, c->options->words);
	limits_beat(c);
}

int journal_prepare(struct controller *c)
{
	char path[128];
	struct journal_options options = {
		.path = c->options->journal ? c->options->journal : path,
		.instance = c->in.name,
		.sync_ms = JOURNAL_SYNC_MS,
	};
	int err = 0;

	snprintf(path, sizeof(path), STATE_DIR "/%s.journal", c->in.name);
	if (!c->options->journal)
		err = state_dir_make();
	if (err)
		return out_error(err, STATE_DIR);
	err = journal_open(&c->journal, &c->loop, &options);
	if (err)
		return err == -ENOENT ? -EIO : err;	/* the instance is there */
	start_journal(c);
	return 0;
}

int controller_prepare(struct controller *c)
{
	int err = instance_prepare(c);

	if (!err)
		err = limits_prepare(c);
	if (!err)
		err = egress_prepare(c);
	if (!err)
		err = recovery_prepare(c);
	return err ? err : orders_prepare(c);
}
