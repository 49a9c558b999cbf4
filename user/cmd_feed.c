// SPDX-License-Identifier: GPL-2.0
/*
 * feed - where the market data comes from and how far it got
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>

#include "command.h"
#include "control.h"
#include "describe.h"
#include "wanted.h"

static const char *mode_name(const struct bpf_xdp_query_opts *xdp)
{
	switch (xdp->attach_mode) {
	case XDP_ATTACHED_NONE:
		return "none";
	case XDP_ATTACHED_DRV:
		return "native";
	case XDP_ATTACHED_SKB:
		return "generic";
	case XDP_ATTACHED_HW:
		return "offloaded";
	default:
		return "several";
	}
}

/* What the kernel says is attached, not what was asked for. */
static void describe_interface(struct json_object *o, const struct instance *in)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, xdp);

	out_text(o, "interface", in->ifname);
	if (!in->ifindex) {
		out_text(o, "xdp_mode", "none: the interface is gone");
	} else if (in->netns != instance_own_netns()) {
		out_text(o, "xdp_mode",
			 "unknown: in another network namespace");
	} else if (bpf_xdp_query(in->ifindex, 0, &xdp)) {
		out_text(o, "xdp_mode", "unknown");
	} else {
		out_text(o, "xdp_mode", mode_name(&xdp));
		json_object_object_add(o, "attached", json_object_new_boolean(
			xdp.prog_id == in->prog_id));
	}
}

/* Members of a line's row that the controller knows; it answers for each of
 * HT_LINES, rows are only of those used.
 */
static void row_complete(struct json_object *row, struct json_object *answer)
{
	const char *line = json_object_get_string(
		json_object_object_get(row, "line"));
	struct json_object *lines = NULL, *known, *value;

	json_object_object_get_ex(answer, "lines", &lines);
	known = lines ? json_object_array_get_idx(lines,
						  (size_t)(*line - 'A')) : NULL;
	if (json_object_object_get_ex(known, "membership", &value))
		json_object_object_add(row, "membership",
				       json_object_get(value));
	if (json_object_object_get_ex(known, "rejoins", &value))
		json_object_object_add(row, "rejoins", json_object_get(value));
	if (json_object_object_get_ex(known, "silent_s", &value))
		json_object_object_add(row, "silent_s", json_object_get(value));
}

/* What only the controller knows. */
static void add_controllers(struct json_object *feed, struct json_object *rows)
{
	struct json_object *answer = NULL, *recovery, *now;
	int err = control_ask(globals.instance, "feed", NULL, &answer);
	size_t i;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!err)
			row_complete(row, answer);
		else
			out_text(row, "membership",
				 err == -ENOENT || err == -ECONNREFUSED ?
				 "no controller" :
				 "unknown: the controller does not answer");
	}
	if (json_object_object_get_ex(answer, "recovery", &recovery) &&
	    json_object_object_get_ex(recovery, "now", &now))
		json_object_object_add(feed, "recovery", json_object_get(now));
	else
		out_text(feed, "recovery", "no controller");
	json_object_put(answer);
}

static const struct out_column feed_columns[] = {
	{ "line", "LINE", 0 },
	{ "group", "GROUP", 0 },
	{ "port", "PORT", 1 },
	{ "source", "SOURCE", 0 },
	{ "packets", "PACKETS", 1 },
	{ "silent_s", "SILENT S", 1 },
	{ "rejoins", "REJOINS", 1 },
	{ "membership", "MEMBERSHIP", 0 },
	{ NULL, NULL, 0 }
};

static int feed_show(int argc, char **argv)
{
	struct json_object *answer, *lines;
	struct instance in;
	int err;

	if (argc > 1)
		return argument_error(argv[1]);
	err = instance_open(&in, globals.instance, false);
	if (err)
		return exit_code(err);
	answer = describe_feed(&in);
	describe_interface(answer, &in);
	wanted_add(answer, &in);
	lines = describe_lines(in.feed->lines);
	add_controllers(answer, lines);
	json_object_object_add(answer, "lines", lines);
	if (globals.json) {
		out_json(answer);
	} else {
		out_fields(answer);
		putchar('\n');
		out_table(lines, feed_columns);
	}
	json_object_put(answer);
	instance_close(&in);
	return EXIT_OK;
}

static const struct command feed_commands[] = {
	{ "show", feed_show, "",
	  "Show state, what is missing, lines and if they are joined",
	  "  expected          sequence of the next message of the book\n"
	  "  tail              ... of the exchange, as far as it is known\n"
	  "  missing           messages, from expected up to tail\n"
	  "  gap age           since the feed was last LIVE\n"
	  "  times begun anew  the book was emptied, for a snapshot or a session\n"
	  "  times healed      LIVE again; last and worst: how long it was not\n"
	  "  last packet age   since a line brought one; a silent feed stays LIVE\n"
	  "  SILENT S          seconds without a packet of the line, from 3 on\n"
	  "  REJOINS           times that its group was joined again\n\n"
	  "`status` counts what became of each frame.\n\n"
	  "  hairtrigger feed show\n"
	  "  hairtrigger -j feed show | jq .state\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_feed(int argc, char **argv)
{
	return command_select("feed", feed_commands, argc - 1, argv + 1);
}
