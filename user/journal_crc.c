// SPDX-License-Identifier: GPL-2.0
/*
 * journal_crc - CRC-32C, by the CPU's own instruction where it has one
 */
#include <pthread.h>
#include <string.h>

#include "journal_format.h"

enum { CASTAGNOLI = 0x82f63b78u };	/* RFC 3720, bits reversed */

static uint32_t table[256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void table_make(void)
{
	uint32_t i, bit, crc;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CASTAGNOLI : 0);
		table[i] = crc;
	}
}

static uint32_t crc_by_table(uint32_t crc, const uint8_t *p, size_t len)
{
	pthread_once(&table_once, table_make);
	while (len--)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2")))
static uint32_t crc_by_cpu(uint32_t crc, const uint8_t *p, size_t len)
{
	uint64_t word, wide = crc;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	while (len--)
		crc = __builtin_ia32_crc32qi(crc, *p++);
	return crc;
}
#endif

uint32_t journal_crc(uint32_t crc, const void *data, size_t len)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc_by_cpu(~crc, data, len);
#endif
	return ~crc_by_table(~crc, data, len);
}

uint32_t journal_record_crc(const struct journal_head *head)
{
	return journal_crc(0, (const uint8_t *)head + sizeof(head->crc),
			   head->length - sizeof(head->crc));
}
