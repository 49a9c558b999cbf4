// SPDX-License-Identifier: GPL-2.0
/* desk_person - questions to the controller of a test, as a person asks them */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "../../user/clock.h"
#include "../../user/command.h"
#include "../../user/control.h"
#include "desk_rig.h"

enum { STEP_MS = 5 };

struct json_object *person_asks(const char *question, const char *args)
{
	struct json_object *a = json_tokener_parse(args), *answer = NULL;
	uint64_t end = clock_ns() + DESK_PATIENCE_S * SECOND_NS;
	int err;

	assert_non_null(a);
	/* the controller may only just begin to listen */
	do
		err = control_ask(globals.instance, question, a, &answer);
	while ((err == -ENOENT || err == -ECONNREFUSED) && clock_ns() < end &&
	       poll(NULL, 0, STEP_MS) == 0);
	assert_int_equal(err, 0);
	json_object_put(a);
	return answer;
}

static bool is_said(struct json_object *answer, const char *member,
		    const char *value)
{
	struct json_object *there;
	const char *text;

	if (!json_object_object_get_ex(answer, member, &there))
		return !value;
	text = json_object_get_string(there);
	return value && !strcmp(text, value);
}

void person_hears(const char *question, const char *args, const char *member,
		  const char *value)
{
	struct json_object *answer = person_asks(question, args);

	if (!is_said(answer, member, value))
		fail_msg("%s %s: %s is not %s: %s", question, args, member,
			 value ? value : "missing",
			 json_object_to_json_string(answer));
	json_object_put(answer);
}

void person_waits(const char *question, const char *args, const char *member,
		  const char *value)
{
	uint64_t end = clock_ns() + DESK_PATIENCE_S * SECOND_NS;
	struct json_object *answer;
	bool said;

	do {
		answer = person_asks(question, args);
		said = is_said(answer, member, value);
		json_object_put(answer);
		assert_true(clock_ns() < end);
	} while (!said && poll(NULL, 0, STEP_MS) == 0);
}
