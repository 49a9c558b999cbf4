/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attach - a loaded program onto its interface, and off it
 */
#ifndef HT_ATTACH_H
#define HT_ATTACH_H

struct hairtrigger_bpf;

/*
 * Finds out, before the cost of loading, what would keep attach_instance from
 * working.  Prints one line.  Return: 0, -ENODEV or -EEXIST.
 */
int attach_check(const char *instance, const char *ifname);

/*
 * Attaches to an interface in native mode (driver mode only: never silently
 * generic) and pins maps and link under HT_PIN_ROOT/instance.  On failure
 * the interface and the file system are as before; a process that is killed
 * leaves nothing attached, or a whole instance, or pins that the next call
 * clears.  Prints one line.
 * Return: 0, -EEXIST when the instance is loaded, -EBUSY when another XDP
 * program is there, or another negative errno.
 */
int attach_instance(const struct hairtrigger_bpf *skel, const char *instance,
		    const char *ifname);

/*
 * Attaches the instance's ht_order, natively, to an interface by which orders
 * leave and the feed does not come in.  Nothing is pinned: it is attached as
 * long as the descriptor is open.  Prints one line on failure.
 * Return: the link's descriptor, -EBUSY when another XDP program is there, or
 * another negative errno.
 */
int attach_order(const char *instance, const char *ifname);

/* Detaches and removes the pins, those of an interrupted load, too.  Prints
 * one line on failure.  Return: 0, -ENOENT when not loaded.
 */
int attach_undo(const char *instance);

#endif
