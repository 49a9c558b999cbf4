// SPDX-License-Identifier: GPL-2.0
/*
 * journal_report - how the writer does, for the controller's answers
 */
#include "clock.h"
#include "journal.h"
#include "out.h"

static uint64_t bytes_per_second(const struct journal *j)
{
	uint64_t ms = (clock_ns() - j->opened_ns) / MS_NS;

	return ms ? j->bytes * 1000 / ms : 0;
}

struct json_object *journal_report(const struct journal *j)
{
	const char *trouble = journal_trouble(j);
	struct json_object *o = json_object_new_object();

	out_text(o, "state", trouble ? trouble : "written");
	out_uint(o, "records", j->index);
	out_uint(o, "written", j->written);
	out_uint(o, "synced", j->synced);
	out_uint(o, "lost", j->lost);
	out_uint(o, "bytes", j->bytes);
	out_uint(o, "per_second", bytes_per_second(j));
	out_uint(o, "writes", j->writes);
	out_uint(o, "syncs", j->syncs);
	out_uint(o, "errors", j->errors);
	out_uint(o, "p50_ns", hist_quantile(&j->put_to_written, 500));
	out_uint(o, "p99_ns", hist_quantile(&j->put_to_written, 990));
	out_uint(o, "max_ns", j->put_to_written.max);
	return o;
}
