/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table - how long the maps of one value are (maps/order.map.h)
 */
#ifndef HT_TABLE_H
#define HT_TABLE_H

#include <bpf/libbpf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Makes the map's value hold so many slots, and its type in the object with
 * it, so that bpftool can read it.  Before the object is loaded.
 */
void table_size(const struct bpf_object *object, struct bpf_map *map,
		uint64_t slots, size_t slot_size);

#endif
