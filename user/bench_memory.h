/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_memory - zeroed memory in huge pages, where the kernel grants them
 */
#ifndef HT_BENCH_MEMORY_H
#define HT_BENCH_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

static inline size_t memory_round(size_t bytes)
{
	return (bytes + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
}

/* Aligned to huge pages, and all of it there already, as the kernel's maps are.
 * Return: NULL when there is none.
 */
static inline void *memory_huge(size_t bytes)
{
	size_t whole = memory_round(bytes);
	uint8_t *got = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	if (got == MAP_FAILED)
		return NULL;
	before = (size_t)(-(uintptr_t)got & (HUGE_PAGE - 1));
	if (before)
		munmap(got, before);
	if (before < HUGE_PAGE)
		munmap(got + before + whole, HUGE_PAGE - before);
	madvise(got + before, whole, MADV_HUGEPAGE);
	madvise(got + before, whole, MADV_POPULATE_WRITE);
	return got + before;
}

static inline void memory_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, memory_round(bytes));
}

#endif
