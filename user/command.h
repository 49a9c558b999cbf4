/* SPDX-License-Identifier: GPL-2.0 */
/*
 * command - how a command line finds its function
 *
 * `hairtrigger [-j|-p] [-I INSTANCE] OBJECT VERB [ARGS]`; -j and -p may stand
 * anywhere.  Names match exactly: a program that can send orders guesses
 * nothing.
 */
#ifndef HT_COMMAND_H
#define HT_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#define HT_VERSION	"0.1.0"

/* Exit codes of every command. */
enum {
	EXIT_OK = 0,
	EXIT_USAGE = 1,
	EXIT_SYSTEM = 2,
	EXIT_CHECK = 3,		/* a check failed */
	EXIT_NOT_RUNNING = 4,	/* nothing loaded, or no controller */
	EXIT_REFUSED = 5,	/* by risk or kill */
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv);	/* returns an exit code */
	const char *args;	/* as help shows them */
	const char *help;	/* one line */
	const char *details;	/* for --help: options and an example */
};

/* Set by main() once. */
struct globals {
	bool json;		/* -j or -p, wherever it stands */
	bool pretty;
	const char *instance;	/* "default" unless -I */
};
extern struct globals globals;

/* Takes -j, -p, --json and --pretty out of the words before `--` and sets
 * globals by them.  Return: how many words are left.
 */
int globals_take(int argc, char **argv);

/*
 * Runs the command of `table` (ended by a NULL name) that argv[0] names;
 * answers help, --help and unknown names itself.  Return: an exit code.
 */
int command_select(const char *object, const struct command *table,
		   int argc, char **argv);

/* Prints args and details of one command (object: "" or NULL at the top);
 * usage_error says on stderr why, names the --help of the command that runs,
 * and returns EXIT_USAGE.
 */
void command_help(const char *object, const struct command *command);
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says that the command that runs takes no argument.  Return: EXIT_USAGE. */
int argument_error(const char *word);

/*
 * getopt_long() without its guesses: an option must be spelt out.  Prints the
 * error of a bad one.  Before the first call set optind = 0.
 * Return: the option's val, -1 after the last (argv[optind] is the first
 * argument), or '?'.
 */
int option_next(int argc, char **argv, const struct option *options);

/* Reads a whole decimal number.  Return: false when text is not one, or it is
 * outside [min, max]; then a usage error is printed that names what it is.
 */
bool number_parse(const char *what, const char *text, unsigned long long min,
		  unsigned long long max, unsigned long long *value);

/* The name within two edits of word in a list ended by NULL, or NULL. */
const char *name_nearest(const char *word, const char *const *names);

/* Exit code for a negative errno: -ENOENT is not running, else system. */
int exit_code(int err);

int cmd_load(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_feed(int argc, char **argv);
int cmd_book(int argc, char **argv);
int cmd_trigger(int argc, char **argv);
int cmd_risk(int argc, char **argv);
int cmd_order(int argc, char **argv);
int cmd_position(int argc, char **argv);
int cmd_kill(int argc, char **argv);
int cmd_session(int argc, char **argv);
int cmd_journal(int argc, char **argv);
int cmd_sim(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_demo(int argc, char **argv);

int order_dump(int argc, char **argv);	/* of `order` */

#endif
