// SPDX-License-Identifier: GPL-2.0
/*
 * kill - the kill switch, from the command line
 *
 * The word in the map comes first and needs nobody; then the controller, if
 * one runs, takes back what rests at the exchange.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "control.h"
#include "describe.h"
#include "instance.h"
#include "kill.h"
#include "out.h"

struct kill_command {
	struct kill_order order;
	bool close;			/* the session, too */
};

static void print(struct json_object *answer)
{
	if (globals.json)
		out_json(answer);
	else
		describe_kill_print(answer);
	json_object_put(answer);
}

static int kill_show(int argc, char **argv)
{
	struct instance in;
	int err;

	if (argc > 1)
		return argument_error(argv[1]);
	err = instance_open(&in, globals.instance, false);
	if (err)
		return exit_code(err);
	print(describe_kill(in.kill));
	instance_close(&in);
	return EXIT_OK;
}

/* What the exchange is told, by a controller that runs.  No controller is no
 * error: nothing is sent without one, but what rests there still rests.
 */
static int exchange_tell(const struct kill_command *k, uint32_t generation,
			 struct json_object *report)
{
	struct json_object *args = json_object_new_object();
	struct json_object *answer = NULL, *told;
	int err;

	out_text(args, "level", kill_level_name(k->order.level));
	out_uint(args, "generation", generation);
	json_object_object_add(args, "close",
			       json_object_new_boolean(k->close));
	err = control_ask(globals.instance, CONTROL_URGENT, args, &answer);
	json_object_put(args);
	if (err == -ENOENT || err == -ECONNREFUSED) {
		out_text(report, "exchange",
			 "not told: no controller runs; what rests there still does");
		return EXIT_OK;
	}
	if (!err && json_object_object_get_ex(answer, "exchange", &told)) {
		out_text(report, "exchange", json_object_get_string(told));
		if (json_object_object_get_ex(answer, "session", &told))
			out_text(report, "session",
				 json_object_get_string(told));
		json_object_put(answer);
		return EXIT_OK;
	}
	json_object_put(answer);
	out_error(err, "killed; but the controller did not say what it told the exchange");
	return EXIT_SYSTEM;
}

/* The exchange before the disk: a file waits for its fsync. */
static int kill_tell(struct instance *in, const struct kill_command *k)
{
	struct json_object *report = describe_kill(in->kill);
	int code = exchange_tell(k, in->kill->generation, report);

	if (k->order.level == HT_KILL_SYMBOL &&
	    !instance_locate(in, k->order.symbol))
		out_text(report, "beware",
			 "the feed's directory has no such symbol so far");
	if (kill_keep(in, &k->order)) {
		out_error(0, "killed, but " STATE_DIR "/%s.kill cannot be written: not kept over unload and reboot",
			  globals.instance);
		code = EXIT_SYSTEM;
	}
	print(report);
	return code;
}

static int kill_do(struct kill_command *k)
{
	struct instance in;
	int err, code;

	k->order.stored = kill_early(globals.instance, k->order.level);
	err = instance_open(&in, globals.instance, true);
	if (err)
		return exit_code(err);
	err = kill_apply(&in, &k->order);
	code = err ? exit_code(out_error(err, "not killed")) :
		     kill_tell(&in, k);
	instance_close(&in);
	return code;
}

static bool parse(struct kill_command *k, int argc, char **argv, int words)
{
	static const struct option options[] = {
		{ "reason", required_argument, NULL, 'r' },
		{ "close", no_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		if (option == '?')
			return false;
		if (option == 'c')
			k->close = true;
		else
			k->order.reason = optarg;
	}
	if (k->order.reason && strlen(k->order.reason) >= HT_KILL_REASON) {
		usage_error("--reason: at most %d characters",
			    HT_KILL_REASON - 1);
		return false;
	}
	if (argc - optind == words)
		return true;
	if (argc - optind > words)
		argument_error(argv[optind + words]);
	else
		usage_error("which symbol?");
	return false;
}

static int kill_global(int argc, char **argv)
{
	struct kill_command k = { .order.level = HT_KILL_GLOBAL };

	return parse(&k, argc, argv, 0) ? kill_do(&k) : EXIT_USAGE;
}

static int kill_session(int argc, char **argv)
{
	struct kill_command k = { .order.level = HT_KILL_SESSION };

	return parse(&k, argc, argv, 0) ? kill_do(&k) : EXIT_USAGE;
}

/* Also one that the directory does not have: it may come. */
static int kill_symbol(int argc, char **argv)
{
	struct kill_command k = { .order.level = HT_KILL_SYMBOL };

	if (!parse(&k, argc, argv, 1))
		return EXIT_USAGE;
	k.order.symbol = argv[optind];
	if (!*k.order.symbol || strlen(k.order.symbol) > 8)
		return usage_error("`%s` is no ticker", k.order.symbol);
	return kill_do(&k);
}

static int kill_reset_word(int argc, char **argv)
{
	unsigned long long generation;
	struct instance in;
	int err;

	if (argc != 2)
		return usage_error("which generation? `hairtrigger kill show` tells");
	if (!number_parse("GENERATION", argv[1], 0, UINT32_MAX, &generation))
		return EXIT_USAGE;
	err = instance_open(&in, globals.instance, true);
	if (err)
		return exit_code(err);
	err = kill_reset(&in, (uint32_t)generation);
	if (!err) {
		print(describe_kill(in.kill));
	} else if (err == -ESTALE) {
		out_error(0, "refused: generation %llu is not in force, %u is; look at `hairtrigger kill show` again",
			  generation, in.kill->generation);
	} else if (err == -EALREADY) {
		out_error(0, "nothing is killed");
	} else {
		out_error(err, "still killed");
	}
	instance_close(&in);
	if (err == -ESTALE || err == -EALREADY)
		return EXIT_REFUSED;
	return err ? EXIT_SYSTEM : EXIT_OK;
}

#define KILL_OPTIONS							\
	"  --reason TEXT      kept with who and when\n"			\
	"  --close            log out of the exchange, too\n\n"

static const struct command kill_commands[] = {
	{ "global", kill_global, "[--reason TEXT] [--close]",
	  "Nothing trades from now on; what rests is canceled",
	  KILL_OPTIONS
	  "Both gates are shut first, then the exchange is asked to cancel all\n"
	  "orders and to take no other.  It stays so until `kill reset`, whatever is\n"
	  "restarted; triggers are disarmed.\n\n"
	  "  hairtrigger kill global --reason \"fills do not match\"\n" },
	{ "session", kill_session, "[--reason TEXT] [--close]",
	  "Nothing is sent to the exchange from now on",
	  KILL_OPTIONS
	  "  hairtrigger kill session --close\n" },
	{ "symbol", kill_symbol, "SYMBOL [--reason TEXT] [--close]",
	  "No order of one symbol leaves; what rests of it is canceled",
	  KILL_OPTIONS
	  "SYMBOL is killed as it is written, also one that the feed's directory\n"
	  "does not have so far.  `kill reset` is for all symbols at once.\n\n"
	  "  hairtrigger kill symbol AAPL\n" },
	{ "reset", kill_reset_word, "GENERATION",
	  "Let it trade again; triggers stay disarmed",
	  "The generation is that which `kill show` names: who resets has seen what\n"
	  "was killed last.\n\n"
	  "  hairtrigger kill reset 3\n" },
	{ "show", kill_show, "", "What is killed, since when, by whom, why",
	  "  hairtrigger kill show\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_kill(int argc, char **argv)
{
	return command_select("kill", kill_commands, argc - 1, argv + 1);
}
