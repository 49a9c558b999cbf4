// SPDX-License-Identifier: GPL-2.0
/*
 * wanted - the watch list as the kernel keeps it
 */
#include "wanted.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAMES_SHOWN = 10,
	NAMES_TEXT = NAMES_SHOWN * (ITCH_STOCK_LEN + 2) + 32,
};

struct count {
	uint32_t listed;
	uint32_t missing;
	struct ht_stock *names;	/* [missing], sorted; or NULL */
};

int wanted_fill(int fd, const struct symbols *s)
{
	uint32_t unnamed = 0, i;

	for (i = 0; i < s->count; i++)
		if (bpf_map_update_elem(fd, s->names[i].stock, &unnamed,
					BPF_ANY))
			return out_error(-errno, "cannot fill the watch list");
	return 0;
}

/* First all keys: an update moves one in its bucket, and a walk would meet it
 * again, for ever.
 */
int wanted_forget(const struct instance *in)
{
	static const struct ht_kept none;
	struct ht_stock *key = calloc(HT_WANTED + 1, sizeof(*key));
	uint32_t zero = 0, unnamed = 0, count = 0;
	int err = 0;

	if (!key)
		return -ENOMEM;
	while (count < HT_WANTED &&
	       !bpf_map_get_next_key(in->wanted_fd, count ? &key[count - 1] :
				     NULL, &key[count]))
		count++;
	while (count-- && !err)
		if (bpf_map_update_elem(in->wanted_fd, &key[count], &unnamed,
					BPF_EXIST))
			err = -errno;
	free(key);
	if (!err && bpf_map_update_elem(in->kept_fd, &zero, &none, BPF_ANY))
		err = -errno;
	return err;
}

static int stock_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ht_stock));
}

/* Without memory for names only the numbers are told. */
static void count_wanted(struct count *n, const struct instance *in)
{
	void *last = NULL;
	struct ht_stock key;
	uint32_t locate;

	*n = (struct count){ .names = calloc(HT_WANTED, sizeof(key)) };
	while (!bpf_map_get_next_key(in->wanted_fd, last, &key)) {
		last = &key;
		if (bpf_map_lookup_elem(in->wanted_fd, &key, &locate))
			continue;
		n->listed++;
		if (locate || n->missing == HT_WANTED)
			continue;
		if (n->names)
			n->names[n->missing] = key;
		n->missing++;
	}
	if (n->names)
		qsort(n->names, n->missing, sizeof(*n->names), stock_order);
}

bool wanted_lists(const struct instance *in, const char *ticker)
{
	size_t length = strlen(ticker);
	struct ht_stock key;
	uint32_t named;

	if (bpf_map_get_next_key(in->wanted_fd, NULL, &key))
		return true;
	if (length > sizeof(key.name))
		return false;
	memset(key.name, ' ', sizeof(key.name));
	memcpy(key.name, ticker, length);
	return !bpf_map_lookup_elem(in->wanted_fd, &key, &named);
}

bool wanted_keeps(const struct instance *in, uint32_t locate)
{
	const char *ticker = in->symbols[locate].ticker;
	struct ht_stock key;
	uint32_t named;

	if (bpf_map_get_next_key(in->wanted_fd, NULL, &key))
		return true;
	memset(key.name, ' ', sizeof(key.name));
	memcpy(key.name, ticker, strnlen(ticker, sizeof(key.name)));
	return !bpf_map_lookup_elem(in->wanted_fd, &key, &named) &&
	       named == locate;
}

/* The first names, and how many more there are.  Return: text. */
static char *missing_text(char text[NAMES_TEXT], const struct count *n)
{
	uint32_t shown = n->missing < NAMES_SHOWN ? n->missing : NAMES_SHOWN;
	size_t at = 0;
	uint32_t i;

	*text = 0;
	for (i = 0; n->names && i < shown; i++)
		at += (size_t)sprintf(text + at, "%s%.*s", i ? ", " : "",
				      symbols_length(n->names[i].name),
				      n->names[i].name);
	if (n->missing > shown)
		sprintf(text + at, " and %u more", n->missing - shown);
	return text;
}

void wanted_add(struct json_object *answer, const struct instance *in)
{
	char text[NAMES_TEXT];
	struct count n;

	count_wanted(&n, in);
	if (n.listed) {
		out_uint(answer, "watched_symbols", n.listed);
		out_uint(answer, "directory_named", n.listed - n.missing);
	}
	if (n.missing)
		out_text(answer, "not_named_yet", missing_text(text, &n));
	free(n.names);
}

void wanted_warn(const struct instance *in, const char *why)
{
	char text[NAMES_TEXT];
	struct count n;

	count_wanted(&n, in);
	if (n.missing)
		fprintf(stderr, "hairtrigger: %u of %u watched symbols were never named by the directory: %s%s\n",
			n.missing, n.listed, missing_text(text, &n), why);
	free(n.names);
}
