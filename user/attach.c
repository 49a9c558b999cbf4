// SPDX-License-Identifier: GPL-2.0
/*
 * attach - a loaded program onto its interface, and off it
 */
#include "attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "hairtrigger.skel.h"
#include "instance.h"
#include "lock.h"
#include "out.h"
#include "patience.h"
#include "pins.h"

int attach_check(const char *instance, const char *ifname)
{
	if (!if_nametoindex(ifname)) {
		out_error(0, "%s: no such network interface; `ip link` lists them",
			  ifname);
		return -ENODEV;
	}
	return pins_whole(instance) ? pins_exist_error(instance) : 0;
}

static int fill_about(const struct hairtrigger_bpf *skel, const char *ifname,
		      int ifindex)
{
	struct ht_about about = {
		.abi = ht_abi(),
		.ifindex = (uint32_t)ifindex,
		.netns = instance_own_netns(),
	};
	uint32_t zero = 0;

	memcpy(about.ifname, ifname, strnlen(ifname, IFNAMSIZ - 1));
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.about), &zero, &about,
				BPF_ANY))
		return out_error(-errno, "cannot fill the maps");
	return 0;
}

/* Everything but the link, which comes last. */
static int pin_all(const struct hairtrigger_bpf *skel, const struct pins *pins)
{
	char path[128];

#define X(map, value)							\
	if (bpf_obj_pin(bpf_map__fd(skel->maps.map),			\
			pins_path(pins, #map, path, sizeof(path))))	\
		return out_error(-errno, "cannot pin %s", path);
	HT_PINNED_MAPS(X)
#undef X
#define X(program)							\
	if (bpf_obj_pin(bpf_program__fd(skel->progs.program),		\
			pins_path(pins, #program, path, sizeof(path))))	\
		return out_error(-errno, "cannot pin %s", path);
	HT_PINNED_PROGRAMS(X)
#undef X
	return 0;
}

static int attach_error(int err, const char *ifname, int ifindex)
{
	uint32_t id = 0;

	switch (err) {
	case -EBUSY:
	case -EEXIST:
		bpf_xdp_query_id(ifindex, 0, &id);
		out_error(0, "%s: another XDP program is there (id %u, see `bpftool link` and `bpftool net`); take it off first: `hairtrigger -I INSTANCE unload` if it is an instance's, `ip link set dev %s xdp off` if no link holds it",
			  ifname, id, ifname);
		return -EBUSY;
	case -EOPNOTSUPP:
		out_error(0, "%s: its driver has no native XDP, which hairtrigger needs; use another interface",
			  ifname);
		return err;
	case -EPERM:
		out_error(0, "%s: attaching XDP needs root (CAP_BPF and CAP_NET_ADMIN)",
			  ifname);
		return err;
	case -ENODEV:
		out_error(0, "%s: the interface went away", ifname);
		return err;
	case -ENOTCONN:
		out_error(0, "%s: its veth peer is not there", ifname);
		return err;
	default:
		return out_error(err, "%s: the driver refused native XDP (see its lines in dmesg; MTU, queues and LRO are the usual reasons)",
				 ifname);
	}
}

/* Somebody who was killed just now may hold the interface a little longer.
 * Return: the link, or negative errno.
 */
static int link_make(int program, int ifindex, int patience_ms)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = XDP_FLAGS_DRV_MODE);
	int left = patience_ms, link;

	do
		link = bpf_link_create(program, ifindex, BPF_XDP, &opts);
	while (link < 0 && errno == EBUSY && patience_wait(&left));
	return link < 0 ? -errno : link;
}

static int attach(const struct hairtrigger_bpf *skel, const struct pins *pins,
		  const char *ifname, int ifindex)
{
	/* the link of a load that was killed may outlive its lock */
	int link = link_make(bpf_program__fd(skel->progs.ht_feed), ifindex,
			     pins->cleared ? PATIENCE_MS : 0);
	char path[128];
	int err = 0;

	if (link < 0)
		return attach_error(link, ifname, ifindex);
	if (bpf_obj_pin(link, pins_path(pins, "link", path, sizeof(path))))
		err = out_error(-errno, "cannot pin %s", path);
	close(link);
	return err;
}

int attach_instance(const struct hairtrigger_bpf *skel, const char *instance,
		    const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname);
	struct pins pins;
	int err;

	if (!ifindex)
		return attach_check(instance, ifname);
	err = pins_create(&pins, instance);
	if (err)
		return err;
	err = fill_about(skel, ifname, ifindex);
	if (!err)
		err = pin_all(skel, &pins);
	if (!err)
		err = attach(skel, &pins, ifname, ifindex);
	if (err)
		pins_undo(&pins);
	else
		pins_done(&pins);
	return err;
}

int attach_order(const char *instance, const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname), program, link;

	program = instance_pin(instance, "ht_order");
	if (program < 0)
		return out_error(program, "instance `%s`: no program for the orders' interface",
				 instance);
	link = link_make(program, ifindex, PATIENCE_MS);
	close(program);
	return link < 0 ? attach_error(link, ifname, ifindex) : link;
}

/* Somebody may hold the link open: the pin alone would not detach it.  Its pin
 * goes first (pins.h): should we be killed, the instance is not whole.
 */
static void link_remove(const char *instance)
{
	char path[128];
	int link;

	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s/link", instance);
	link = bpf_obj_get(path);
	if (link < 0)
		return;
	unlink(path);
	bpf_link_detach(link);
	close(link);
}

/* Removes the files of a lock and what it guards, unless somebody holds it. */
static void lock_remove(const char *instance, const char *lock,
			const char *guarded)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), CONTROL_DIR "/%s.%s", instance, lock);
	fd = lock_take(path, false);
	if (fd < 0)
		return;
	if (guarded) {
		char other[128];

		snprintf(other, sizeof(other), CONTROL_DIR "/%s.%s", instance,
			 guarded);
		unlink(other);
	}
	unlink(path);
	close(fd);
}

static int unload_error(const char *instance, int err)
{
	if (err == -ENOENT)
		out_error(0, "instance `%s` is not loaded", instance);
	else if (err == -EACCES || err == -EPERM)
		out_error(0, "unloading instance `%s` needs root", instance);
	else
		out_error(err, "cannot remove " HT_PIN_ROOT "/%s", instance);
	return err;
}

int attach_undo(const char *instance)
{
	int folder = pins_lock(instance), err;

	if (folder < 0)
		return unload_error(instance, folder);
	link_remove(instance);
	lock_remove(instance, "run", "sock");	/* of a killed controller */
	lock_remove(instance, "lock", NULL);
	rmdir(CONTROL_DIR);
	/* last: as long as the folder is there, so is what clears the rest */
	err = pins_remove(instance);
	close(folder);
	return err ? unload_error(instance, err) : 0;
}
