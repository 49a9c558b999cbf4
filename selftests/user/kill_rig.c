// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "kill_rig.h"

struct instance in;

static void *shared(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(at != MAP_FAILED);
	return at;
}

static void trigger_make(int row, const char *symbol)
{
	struct ht_trigger *t = &in.triggers[row];

	snprintf(t->name, sizeof(t->name), "t%d", row);
	snprintf(t->symbol, sizeof(t->symbol), "%s", symbol);
	t->state = HT_TRIGGER_ARMED;
}

int kill_group_setup(void **state)
{
	if (geteuid())
		return 0;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("run", "/run", "tmpfs", 0, NULL), 0);
	in = (struct instance){ .name = "test" };
	in.kill = shared(sizeof(*in.kill));
	in.triggers = shared(HT_TRIGGERS * sizeof(*in.triggers));
	return 0;
}

/* With room for the file and no more than a few of it. */
int kill_setup(void **state)
{
	if (geteuid())
		return 0;
	assert_int_equal(mount("lib", "/var/lib", "tmpfs", 0, "size=64k"), 0);
	memset(in.kill, 0, sizeof(*in.kill));
	memset(in.triggers, 0, HT_TRIGGERS * sizeof(*in.triggers));
	trigger_make(AAPL, "AAPL");
	trigger_make(MSFT, "MSFT");
	return 0;
}

int kill_teardown(void **state)
{
	if (!geteuid())
		assert_int_equal(umount2("/var/lib", MNT_DETACH), 0);
	return 0;
}

int kill_at(enum ht_kill_level level, const char *symbol)
{
	const struct kill_order k = {
		.level = level, .symbol = symbol, .reason = "a test",
	};
	int err = kill_apply(&in, &k);

	return err ? err : kill_keep(&in, &k);
}

bool is_killed(const char *symbol)
{
	char ticker[HT_TICKER] = "";

	snprintf(ticker, sizeof(ticker), "%s", symbol);
	return kill_is(in.kill, ticker);
}

struct ht_kill restored(void)
{
	struct ht_kill kill;

	kill_restore(&kill, "test");
	return kill;
}

void child_end(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}
