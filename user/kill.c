// SPDX-License-Identifier: GPL-2.0
#include "kill.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "clock.h"
#include "instance.h"
#include "lock.h"
#include "trigger.h"

const char *kill_level_name(enum ht_kill_level level)
{
	switch (level) {
	case HT_KILL_NONE:
		return "none";
	case HT_KILL_SYMBOL:
		return "symbol";
	case HT_KILL_SESSION:
		return "session";
	case HT_KILL_GLOBAL:
		return "global";
	}
	return "?";
}

bool kill_is_whole(const struct ht_kill *kill)
{
	return HT_READ_ONCE(kill->global) || HT_READ_ONCE(kill->session) ||
	       HT_READ_ONCE(kill->count) > HT_KILL_SYMBOLS;
}

bool kill_is(const struct ht_kill *kill, const char symbol[HT_TICKER])
{
	uint32_t count = __atomic_load_n(&kill->count, __ATOMIC_ACQUIRE), i;

	if (kill_is_whole(kill) || count > HT_KILL_SYMBOLS)
		return true;
	for (i = 0; i < count; i++)
		if (!strncmp(kill->symbol[i], symbol, HT_TICKER))
			return true;
	return false;
}

/* -- who and why -------------------------------------------------------- */

/* A person who became root is named by who that was before. */
static void who_make(char who[HT_KILL_WHO])
{
	const struct passwd *user = getpwuid(getuid());
	const char *person = secure_getenv("SUDO_USER");

	if (!person)
		person = user ? user->pw_name : "?";
	snprintf(who, HT_KILL_WHO, "%.16s, pid %d", person, getpid());
}

static void record(struct ht_kill *kill, const struct kill_order *k, bool reset)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	kill->level = k->level;
	kill->was_reset = reset;
	kill->at_ns = (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
	kill->mono_ns = clock_ns();
	if (k->who)
		snprintf(kill->who, sizeof(kill->who), "%s", k->who);
	else
		who_make(kill->who);
	snprintf(kill->reason, sizeof(kill->reason), "%s",
		 k->reason ? k->reason : "");
	__atomic_store_n(&kill->generation, kill->generation + 1,
			 __ATOMIC_RELEASE);
}

/* -- the words ---------------------------------------------------------- */

/* Every kill makes another number of it, so that a reset which took the place
 * of what it has seen cannot take this one with it.
 */
static void word_raise(uint32_t *word)
{
	__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
}

/* Return: false when it is not `seen` any more. */
static bool word_drop(uint32_t *word, uint32_t seen)
{
	return __atomic_compare_exchange_n(word, &seen, 0, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void kill_word(struct ht_kill *kill, enum ht_kill_level level)
{
	if (level == HT_KILL_GLOBAL)
		word_raise(&kill->global);
	if (level == HT_KILL_SESSION)
		word_raise(&kill->session);
}

bool kill_early(const char *instance, enum ht_kill_level level)
{
	struct bpf_map_info info = {0};
	uint32_t length = sizeof(info);
	struct ht_kill *kill = MAP_FAILED;
	int fd = instance_pin(instance, "kills");

	if (fd < 0)
		return false;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length) &&
	    info.value_size == sizeof(*kill))
		kill = mmap(NULL, sizeof(*kill), PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
	close(fd);
	if (kill == MAP_FAILED)
		return false;
	kill_word(kill, level);
	munmap(kill, sizeof(*kill));
	return true;
}

static void symbol_store(struct ht_kill *kill, const char *symbol)
{
	char ticker[HT_TICKER] = {0};
	uint32_t count = kill->count, i;

	snprintf(ticker, sizeof(ticker), "%s", symbol);
	for (i = 0; i < count && i < HT_KILL_SYMBOLS; i++)
		if (!memcmp(kill->symbol[i], ticker, sizeof(ticker)))
			return;
	if (count >= HT_KILL_SYMBOLS) {
		word_raise(&kill->global);
		kill->said_global++;
		return;
	}
	memcpy(kill->symbol[count], ticker, sizeof(ticker));
	__atomic_store_n(&kill->count, count + 1, __ATOMIC_RELEASE);
}

/* Who reset it twice may have said so for us the first time, and have taken it
 * back the second.
 */
static void word_say(uint32_t *word, uint32_t *said)
{
	if (!HT_READ_ONCE(*word))
		word_raise(word);
	if (HT_READ_ONCE(*word) != *said)
		++*said;
}

static void words_say(struct ht_kill *kill, enum ht_kill_level level)
{
	if (level == HT_KILL_GLOBAL)
		word_say(&kill->global, &kill->said_global);
	if (level == HT_KILL_SESSION)
		word_say(&kill->session, &kill->said_session);
}

/* Who holds the lock for long does not hold up a kill: that of everything
 * needs none, and its words may at worst be mixed with another's.
 */
int kill_apply(struct instance *in, const struct kill_order *k)
{
	int lock;

	if (!k->stored)
		kill_word(in->kill, k->level);
	lock = lock_instance_soon(in->name);
	if (lock < 0 && k->level == HT_KILL_SYMBOL)
		return lock;
	if (k->level == HT_KILL_SYMBOL)
		symbol_store(in->kill, k->symbol);
	words_say(in->kill, k->level);
	record(in->kill, k, false);
	if (lock >= 0)
		close(lock);
	return 0;
}

int kill_keep(struct instance *in, const struct kill_order *k)
{
	int lock = lock_instance_soon(in->name);
	int err = kill_file_write(in->kill, in->name) ? -EIO : 0;

	trigger_disarm_all(in, k->level == HT_KILL_SYMBOL ? k->symbol : NULL);
	if (lock >= 0)
		close(lock);
	return err;
}

/* -- reset -------------------------------------------------------------- */

/* Those that were armed meanwhile must not fire by themselves. */
static void killed_disarm(struct instance *in, const struct ht_kill *seen)
{
	uint32_t i;

	if (kill_is_whole(seen)) {
		trigger_disarm_all(in, NULL);
		return;
	}
	for (i = 0; i < seen->count; i++)
		trigger_disarm_all(in, seen->symbol[i]);
}

/* Takes back what was seen, and no more: nothing, when there is more.
 * Return: 0 or -ESTALE.
 */
static int words_drop(struct ht_kill *kill, const struct ht_kill *seen)
{
	if (!word_drop(&kill->session, seen->session))
		return -ESTALE;
	if (word_drop(&kill->global, seen->global)) {
		__atomic_store_n(&kill->count, 0, __ATOMIC_SEQ_CST);
		return 0;
	}
	__atomic_fetch_add(&kill->session, seen->session, __ATOMIC_SEQ_CST);
	return -ESTALE;
}

/* What was reset only in the map would come back, and what was reset only on
 * disk would be gone: the file goes first, and back.
 */
static int reset_seen(struct instance *in, const struct ht_kill *seen)
{
	const struct kill_order none = { .level = HT_KILL_NONE };
	struct ht_kill off = *seen;
	int err;

	killed_disarm(in, seen);
	off.global = off.session = off.count = 0;
	off.said_global = off.said_session = 0;
	record(&off, &none, true);
	if (kill_file_write(&off, in->name))
		return -EIO;
	err = words_drop(in->kill, seen);
	if (err) {
		kill_file_write(in->kill, in->name);
		return err;
	}
	in->kill->said_global -= seen->said_global;
	in->kill->said_session -= seen->said_session;
	record(in->kill, &none, true);
	return 0;
}

/* Whoever stored it is about to say why, or was killed before it could.
 * Return: -ESTALE.
 */
static int unsaid_tell(struct ht_kill *kill, const struct ht_kill *seen)
{
	const struct kill_order k = {
		.level = seen->global ? HT_KILL_GLOBAL : HT_KILL_SESSION,
		.reason = "nobody has said why",
		.who = "?",
	};

	kill->said_global = seen->global;
	kill->said_session = seen->session;
	record(kill, &k, false);
	return -ESTALE;
}

static bool is_said(const struct ht_kill *seen)
{
	return seen->global == seen->said_global &&
	       seen->session == seen->said_session;
}

int kill_reset(struct instance *in, uint32_t generation)
{
	int lock = lock_instance(in->name), err;
	struct ht_kill seen;

	if (lock < 0)
		return lock;
	seen = *in->kill;
	if (!kill_is_whole(&seen) && !seen.count)
		err = -EALREADY;
	else if (seen.generation != generation)
		err = -ESTALE;
	else if (is_said(&seen))
		err = reset_seen(in, &seen);
	else
		err = unsaid_tell(in->kill, &seen);
	close(lock);
	return err;
}
