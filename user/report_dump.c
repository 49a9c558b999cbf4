// SPDX-License-Identifier: GPL-2.0
/*
 * report_dump - the answer to "dump": orders_dump() of one moment, in parts
 *
 * The text is made when its first part is asked for, in one go, and kept until
 * the last one was; who asks for the first one again gets a new text, and
 * nobody goes on with the old one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "out.h"

enum { DUMP_PART = 1 << 16 };	/* bytes: an answer costs the loop time */

static struct json_object *dump_error(const char *why)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "error", why);
	return o;
}

void dump_forget(struct controller *c)
{
	free(c->dump.text);
	c->dump.text = NULL;
	c->dump.len = 0;
}

/* Return: 0 or negative errno, with no text. */
static int dump_make(struct controller *c)
{
	FILE *out;
	int err;

	dump_forget(c);
	c->dump.number++;
	out = open_memstream(&c->dump.text, &c->dump.len);
	if (!out)
		return -errno;
	err = orders_dump(&c->orders, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err)
		dump_forget(c);
	return err;
}

static uint64_t number_of(struct json_object *args, const char *member)
{
	return json_object_get_uint64(json_object_object_get(args, member));
}

struct json_object *report_dump(struct controller *c, struct json_object *args)
{
	uint64_t from = number_of(args, "from");
	struct json_object *o;
	size_t len;

	if (!from && dump_make(c))
		return dump_error("no memory for the orders as text");
	if (from && (number_of(args, "number") != c->dump.number ||
		     from >= c->dump.len))
		return dump_error("the orders are being dumped again; try again");
	len = c->dump.len - from < DUMP_PART ? c->dump.len - from : DUMP_PART;
	o = json_object_new_object();
	out_uint(o, "number", c->dump.number);
	out_uint(o, "bytes", c->dump.len);
	json_object_object_add(o, "text", json_object_new_string_len(
			       c->dump.text + from, (int)len));
	if (from + len == c->dump.len)
		dump_forget(c);
	return o;
}
