/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * about - what loaded the program, onto what
 *
 *   key     0
 *   value   struct ht_about
 *   writer  the loader, before attach
 *   reader  user/instance.c, before it looks at any other map
 *   pinned  yes
 */
#ifndef HT_ABOUT_MAP_H
#define HT_ABOUT_MAP_H

#include "abi.h"

struct ht_about {
	__u32 abi;		/* ht_abi() of who loaded it */
	__u32 ifindex;
	__u64 netns;		/* inode of its network namespace */
	char ifname[16];
};
HT_ABI_SIZE(struct ht_about, 32);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_about);
} about SEC(".maps");
#endif
#endif
