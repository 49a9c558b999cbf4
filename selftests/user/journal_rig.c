// SPDX-License-Identifier: GPL-2.0
#include "journal_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

int journal_rig_setup(void **state)
{
	struct journal_rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	snprintf(rig->folder, sizeof(rig->folder), "/tmp/ht-journal-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/of.journal", rig->folder);
	rig->journal.fd = -1;
	*state = rig;
	return 0;
}

int journal_rig_teardown(void **state)
{
	struct journal_rig *rig = *state;

	if (rig->open)
		journal_rig_close(rig);
	unlink(rig->path);
	rmdir(rig->folder);
	free(rig);
	return 0;
}

/* The op's are the only events: the loop ends with the last of them. */
static int turn_end(struct loop *l)
{
	struct journal_rig *rig = source_owner(l, struct journal_rig, loop);
	const struct journal *j = &rig->journal;

	journal_turn(&rig->journal);
	rig->failed = j->failed;
	l->stop = j->failed || (j->written >= rig->wanted && !j->write.busy &&
				!j->sync.busy && !j->missing.records);
	return 0;
}

int journal_rig_open(struct journal_rig *rig)
{
	const struct journal_options options = {
		.path = rig->path,
		.instance = "lab",
	};
	int err;

	assert_int_equal(loop_open(&rig->loop), 0);
	rig->loop.after_turn = turn_end;
	err = journal_open(&rig->journal, &rig->loop, &options);
	if (err)
		loop_close(&rig->loop);
	rig->open = !err;
	return err;
}

int journal_rig_close(struct journal_rig *rig)
{
	int err = journal_close(&rig->journal, RIG_CLOSE_MS);

	loop_close(&rig->loop);
	rig->open = false;
	return err;
}

void journal_rig_run(struct journal_rig *rig)
{
	rig->wanted = rig->journal.index;
	turn_end(&rig->loop);
	while (!rig->loop.stop)
		assert_int_equal(loop_run(&rig->loop), 0);
}

void journal_rig_put(struct journal *j, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		journal_sample_put(j, i);
}

int journal_rig_read(const char *path, uint64_t *records, uint64_t *lost)
{
	struct journal_record record;
	struct journal_reader r;
	int got = journal_reader_open(&r, path);
	bool opened = !got;

	*records = *lost = 0;
	while (opened && (got = journal_next(&r, &record)) > 0) {
		assert_int_equal(record.head->index, ++*records);
		if (record.head->type == JOURNAL_LOST)
			*lost += journal_payload(&record,
						 struct journal_lost)->records;
	}
	assert_true(!got || r.words[0]);
	journal_reader_close(&r);
	return got;
}

uint8_t *journal_rig_bytes(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*len = (size_t)st.st_size;
	bytes = malloc(*len);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *len), *len);
	close(fd);
	return bytes;
}

void journal_rig_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}
