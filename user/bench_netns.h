/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_netns - what every benchmark over a veth begins with
 */
#ifndef HT_BENCH_NETNS_H
#define HT_BENCH_NETNS_H

/*
 * This thread moves into a network of its own, which ends with its last
 * descriptor and thread.  Return: a descriptor of it, or -errno.
 */
int bench_netns_make(void);

/*
 * The interface @name and lo, of this thread's namespace, up; @name with
 * @address (dotted) in a /24.  Return: 0 or -errno.
 */
int bench_end_up(const char *name, const char *address);

#endif /* HT_BENCH_NETNS_H */
