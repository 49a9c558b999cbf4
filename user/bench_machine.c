// SPDX-License-Identifier: GPL-2.0
/*
 * bench_machine - what the figures were measured on
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "out.h"

#ifdef __clang__
static const char compiler[] = __VERSION__;
#else
static const char compiler[] = "gcc " __VERSION__;
#endif

/* The value behind the first line of a file that begins with key. */
static void read_line(const char *path, const char *key, char *out, size_t size)
{
	char line[512];
	FILE *file = fopen(path, "r");
	size_t length = strlen(key);

	snprintf(out, size, "unknown");
	while (file && fgets(line, sizeof(line), file)) {
		const char *value = line + length;

		if (strncmp(line, key, length))
			continue;
		value += strspn(value, "\t :");
		snprintf(out, size, "%.*s", (int)strcspn(value, "\n"), value);
		break;
	}
	if (file)
		fclose(file);
}

/* Of "always [madvise] never" the one in brackets. */
static void huge_pages(char *out, size_t size)
{
	char line[128], *open, *end;

	read_line("/sys/kernel/mm/transparent_hugepage/enabled", "", line,
		  sizeof(line));
	open = strchr(line, '[');
	end = open ? strchr(open, ']') : NULL;
	if (end)
		snprintf(out, size, "%.*s", (int)(end - open - 1), open + 1);
	else
		snprintf(out, size, "%s", line);
}

struct json_object *bench_machine(const char *bpf_compiler)
{
	struct json_object *machine = json_object_new_object();
	time_t now = time(NULL);
	struct utsname system;
	struct tm utc;
	char text[256];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	out_text(machine, "date", text);
	read_line("/proc/cpuinfo", "model name", text, sizeof(text));
	out_text(machine, "cpu", text);
	out_uint(machine, "cpus", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	read_line("/proc/cpuinfo", "cache size", text, sizeof(text));
	out_text(machine, "cache_of_a_core", text);
	if (!uname(&system)) {
		/* what follows the version names a machine, not a kernel */
		snprintf(text, sizeof(text), "%s %.*s", system.sysname,
			 (int)strcspn(system.release, "-"), system.release);
		out_text(machine, "kernel", text);
	}
	read_line("/proc/meminfo", "MemTotal", text, sizeof(text));
	out_text(machine, "memory", text);
	huge_pages(text, sizeof(text));
	out_text(machine, "huge_pages_of_user_space", text);
	out_text(machine, "compiler", compiler);
	out_text(machine, "bpf_compiler", bpf_compiler);
	return machine;
}
