// SPDX-License-Identifier: GPL-2.0
#include "desk_rig.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../user/attach.h"
#include "../../user/clock.h"
#include "../../user/command.h"
#include "../../user/controller.h"
#include "../../user/inject.h"
#include "../../user/journal_read.h"
#include "../../user/loader.h"
#include "compose.h"
#include "hairtrigger.skel.h"
#include "soupbin.h"

enum { ORDERS_ROOM = 4096, PORT = 9001, STEP_MS = 5 };

static char name[32];
static char journal[64];
static int listener = -1, peer = -1;
static pid_t controller = -1;
static struct instance in;
static uint8_t from_client[1 << 16];
static size_t from_len;

static const struct ht_line line = {
	.group = { 233, 54, 12, 111 },
	.port = 26477,
};

/* -- processes and namespaces ---------------------------------------------- */

static int tests_in_child(int (*tests)(void))
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!unshare(CLONE_NEWNET))
		return tests();
	puts("a network namespace needs root");
	return 77;
}

int desk_run(int (*tests)(void))
{
	char path[96];
	int status = 1;
	pid_t pid;

	snprintf(name, sizeof(name), "test-%d", getpid());
	snprintf(journal, sizeof(journal), "/tmp/%s.journal", name);
	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s", name);
	globals.instance = name;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return 1;
	if (!pid)
		exit(tests_in_child(tests));
	waitpid(pid, &status, 0);
	if (!access(path, F_OK))
		attach_undo(name);
	unlink(journal);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int listen_there(void)
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = inet_addr("10.9.0.1"),
	};
	int one = 1;

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return bind(listener, (const struct sockaddr *)&at, sizeof(at)) ||
	       listen(listener, 8);
}

/* The exchange's side of the veth is in a namespace that only its listener
 * keeps.
 */
static int network_make(void)
{
	int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), theirs;
	char command[256];
	int err;

	if (unshare(CLONE_NEWNET))
		return -errno;
	theirs = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (setns(ours, CLONE_NEWNET))
		return -errno;
	snprintf(command, sizeof(command),
		 "ip link set lo up && ip link add feed9 type veth peer name wire9 && "
		 "ip addr add 10.9.0.2/24 dev feed9 && ip link set feed9 up && "
		 "ip link set wire9 netns /proc/%d/fd/%d", getpid(), theirs);
	err = system(command);
	if (!err && setns(theirs, CLONE_NEWNET))
		err = -errno;
	if (!err)
		err = system("ip addr add 10.9.0.1/24 dev wire9 && ip link set wire9 up");
	if (!err)
		err = listen_there();
	if (setns(ours, CLONE_NEWNET))
		err = -errno;
	close(ours);
	close(theirs);
	return err;
}

/* -- the market ------------------------------------------------------------ */

static uint64_t market_seq = 1;
static struct packet told;

/* What is composed comes in. */
static int market_tell(void)
{
	static struct inject wire;
	int fd = instance_pin(name, "ht_feed"), err;

	inject_init(&wire, in.feed, fd);
	memcpy(inject_payload(&wire), told.data, told.len);
	err = inject_run(&wire, told.len);
	close(fd);
	return err;
}

static int market_open(void)
{
	packet_begin(&told, market_seq);
	packet_add(&told, msg_event('O'));
	packet_add(&told, msg_directory(1, "AAA", 'P'));
	packet_add(&told, msg_trading(1, 'T'));
	packet_add(&told, msg_event('S'));
	packet_add(&told, msg_event('Q'));
	packet_add(&told, msg_add(1, 1001, 'B', 1000, 100000));
	packet_add(&told, msg_add(1, 1002, 'S', 1000, 100500));
	market_seq += 7;
	return market_tell();
}

void market_lists(uint16_t locate, const char *symbol)
{
	packet_begin(&told, market_seq++);
	packet_add(&told, msg_directory(locate, symbol, 'P'));
	assert_int_equal(market_tell(), 0);
}

static int limits_set(void)
{
	static const char *const set[][2] = {
		{ "enabled", "yes" }, { "shorts", "located" },
		{ "feed-silence", "3600s" }, { "duplicate", "1ms" },
	};
	struct limits_edit edits[4];
	char words[LIMITS_WORDS];
	size_t i;

	for (i = 0; i < 4; i++)
		if (limits_parse(limits_find(set[i][0], words), set[i][1],
				 &edits[i], words))
			return -EINVAL;
	return limits_change(&in, edits, 4) < 0;
}

int desk_load(void **state)
{
	struct loader_options options = {
		.orders = ORDERS_ROOM,
		.lines[0] = line,
	};
	struct hairtrigger_bpf *skel;
	int err = network_make();

	if (!err)
		err = loader_load(&skel, &options);
	if (err)
		return err;
	err = attach_instance(skel, name, "feed9");
	hairtrigger_bpf__destroy(skel);
	if (!err)
		err = instance_open(&in, name, true);
	if (!err)
		err = market_open();
	return err ? err : limits_set();
}

int desk_unload(void **state)
{
	instance_close(&in);
	close(listener);
	return attach_undo(name);
}

const struct instance *desk_instance(void)
{
	return &in;
}

/* -- the controller -------------------------------------------------------- */

static void controller_child(bool dry)
{
	static struct controller_options o = {
		.session.times = SESSION_TIMES,
		.session.user = "me",
		.session.password = "secret",
		.terms = {
			.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P',
			.iso = 'N', .cross_type = 'N',
		},
		.recovery = RECOVERY_DEFAULTS,
		.quiet = true,
		.words = "run",
		.first_urn = 1,
	};
	int nothing = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(nothing, STDOUT_FILENO);
	o.instance = name;
	o.journal = journal;
	o.dry_run = dry;
	o.session.exchange.sin_family = AF_INET;
	o.session.exchange.sin_port = htons(PORT);
	o.session.exchange.sin_addr.s_addr = inet_addr("10.9.0.1");
	_exit(controller_run(&o));
}

static int begin(bool dry)
{
	unlink(journal);
	*in.account = (struct ht_account){0};
	fflush(stdout);
	controller = fork();
	if (!controller)
		controller_child(dry);
	if (controller < 0)
		return -1;
	exchange_take(1);
	person_waits("session", "{}", "state", "OPEN");
	person_waits("status", "{}", "orders_leave",
		     dry ? "no: a dry run" : "yes");
	return 0;
}

int desk_setup(void **state)
{
	return begin(false);
}

int desk_setup_dry(void **state)
{
	return begin(true);
}

int desk_teardown(void **state)
{
	int status = 1;

	kill(controller, SIGTERM);
	if (peer >= 0)
		close(peer);
	peer = -1;
	from_len = 0;
	waitpid(controller, &status, 0);
	controller = -1;
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

/* -- the exchange ---------------------------------------------------------- */

static size_t unhex(const char *hex, uint8_t *bytes, bool *any)
{
	char digits[3] = "";
	size_t n = 0;

	for (; *hex; hex++) {
		if (isspace((unsigned char)*hex))
			continue;
		assert_true(n < DESK_MESSAGE);
		memcpy(digits, hex++, 2);
		any[n] = digits[0] == '?';
		bytes[n++] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return n;
}

/* More bytes of the client.  Return: false when none come in ms. */
static bool hear_more(int ms)
{
	struct pollfd p = { .fd = peer, .events = POLLIN };
	ssize_t got;

	if (poll(&p, 1, ms) <= 0)
		return false;
	got = recv(peer, from_client + from_len, sizeof(from_client) - from_len,
		   0);
	assert_true(got > 0);
	from_len += (size_t)got;
	return true;
}

/* The next packet that is no heartbeat.  Return: its payload's length, or -1
 * when none comes in ms.
 */
static int packet_hear(char *type, uint8_t *payload, int ms)
{
	uint64_t end = clock_ns() + (uint64_t)ms * MS_NS;
	size_t len;

	for (;;) {
		len = from_len < 3 ? 0 : 2 + (size_t)get_be16(from_client);
		if (!len || from_len < len) {
			if (!hear_more(STEP_MS) && clock_ns() >= end)
				return -1;
			continue;
		}
		*type = (char)from_client[2];
		memcpy(payload, from_client + 3, len - 3);
		from_len -= len;
		memmove(from_client, from_client + len, from_len);
		if (*type != SOUP_CLIENT_HEARTBEAT)
			return (int)len - 3;
	}
}

static void say_packet(char type, const void *payload, size_t len)
{
	uint8_t packet[3 + DESK_MESSAGE];

	put_be16(packet, (uint16_t)(len + 1));
	packet[2] = (uint8_t)type;
	memcpy(packet + 3, payload, len);
	assert_int_equal(send(peer, packet, len + 3, MSG_NOSIGNAL), len + 3);
}

void exchange_login(void)
{
	uint8_t payload[DESK_MESSAGE];
	char accepted[31], type;

	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer >= 0);
	from_len = 0;
	assert_int_equal(packet_hear(&type, payload, DESK_PATIENCE_S * 1000),
			 46);
	assert_int_equal(type, SOUP_LOGIN_REQUEST);
	snprintf(accepted, sizeof(accepted), "%10s%20.20s", "S1",
		 (const char *)payload + 26);
	say_packet(SOUP_LOGIN_ACCEPTED, accepted, 30);
	say_packet(SOUP_SERVER_HEARTBEAT, "", 0);
	exchange_hears("51");
}

void exchange_take(uint32_t next_urn)
{
	char hex[64];

	exchange_login();
	snprintf(hex, sizeof(hex), "51 0000000000000000 %08x", next_urn);
	exchange_says(hex);
}

void exchange_hangs_up(void)
{
	close(peer);
	peer = -1;
}

void exchange_hears(const char *hex)
{
	uint8_t wanted[DESK_MESSAGE], got[DESK_MESSAGE];
	bool any[DESK_MESSAGE];
	size_t len = unhex(hex, wanted, any), i;
	char type;

	assert_int_equal(packet_hear(&type, got, DESK_PATIENCE_S * 1000), len);
	assert_int_equal(type, SOUP_UNSEQUENCED);
	for (i = 0; i < len; i++)
		if (any[i])
			got[i] = wanted[i];
	assert_memory_equal(got, wanted, len);
}

void exchange_hears_nothing(int ms)
{
	uint8_t got[DESK_MESSAGE];
	char type;

	assert_int_equal(packet_hear(&type, got, ms), -1);
}

void exchange_says(const char *hex)
{
	uint8_t bytes[DESK_MESSAGE];
	bool any[DESK_MESSAGE];

	say_packet(SOUP_SEQUENCED, bytes, unhex(hex, bytes, any));
}

/* -- the journal ----------------------------------------------------------- */

struct count {
	int type;
	int found;
};

static int record_count(void *context, const struct journal_record *record)
{
	const struct journal_sent *sent = journal_payload(record,
							  struct journal_sent);
	struct count *c = context;

	c->found += record->head->type == c->type;
	if (record->head->type != JOURNAL_SENT)
		return 0;
	assert_true(record->head->limits > 0);
	assert_true(sent->seen_ns && sent->seen_ns <= sent->decided_ns);
	assert_true(sent->decided_ns <= sent->submitted_ns);
	return 0;
}

/* Is all that was put in the file?  Each question waits for a tick. */
static bool journal_is_written(void)
{
	struct json_object *status = person_asks("status", "{}"), *j;
	uint64_t records, written;

	j = json_object_object_get(status, "journal");
	records = json_object_get_uint64(json_object_object_get(j, "records"));
	written = json_object_get_uint64(json_object_object_get(j, "written"));
	json_object_put(status);
	return written == records;
}

int journal_count(int type)
{
	struct count c = { .type = type };
	char words[JOURNAL_WHY];
	int tries = 100;

	while (!journal_is_written())
		assert_true(--tries);
	journal_replay(journal, record_count, &c, words);
	return c.found;
}
