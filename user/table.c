// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <bpf/btf.h>

/* The value is a struct of one array.  libbpf has no call to change a type,
 * but what it hands out is the type it will load.
 */
void table_size(const struct bpf_object *object, struct bpf_map *map,
		uint64_t slots, size_t slot_size)
{
	const struct btf *btf = bpf_object__btf(object);
	struct btf_type *table, *array;

	table = (struct btf_type *)
		btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	array = (struct btf_type *)
		btf__type_by_id(btf, btf_members(table)->type);
	btf_array(array)->nelems = (uint32_t)slots;
	table->size = (uint32_t)(slots * slot_size);
	bpf_map__set_value_size(map, table->size);
}
