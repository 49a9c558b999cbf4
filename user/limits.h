/* SPDX-License-Identifier: GPL-2.0 */
/*
 * limits - what orders may be (maps/limit.map.h), read and edited by name
 *
 * A key is a word of `risk set`, e.g. max-qty.  Keys of one order belong to a
 * symbol, or to row 0, which counts for all symbols without a row of their own;
 * keys of all orders together belong to the instance.
 *
 * An edit copies the set in force, changes the copy and puts it in force whole:
 *
 *	err = limits_begin(&l, in);
 *	err = limits_apply(&l, locate, &edit);
 *	version = limits_commit(&l);
 *
 * It holds the instance's edit lock in between; limits_abandon() ends it
 * without a change.
 */
#ifndef HT_LIMITS_H
#define HT_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instance.h"

enum limits_unit {
	LIMITS_FLAG,		/* yes, no */
	LIMITS_SHORTS,		/* never, located */
	LIMITS_COUNT,
	LIMITS_SHARES,
	LIMITS_TICKS,
	LIMITS_BYTES,
	LIMITS_PERCENT,		/* whole ones */
	LIMITS_RATE,		/* in any second */
	LIMITS_BPS,		/* 2% or 200bps */
	LIMITS_DOLLARS,		/* 1e-4 of them */
	LIMITS_TIME,		/* ns; 10ms, 2s */
};

struct limits_key {
	const char *name;
	const char *rule;	/* "O2" */
	const char *help;
	enum limits_unit unit;
	bool of_symbol;		/* in struct ht_limit, else ht_rule_set */
	uint16_t offset;
	uint16_t size;		/* 4 or 8 */
	uint64_t max;		/* of the value */
};

/* Ended by a NULL name, in the order of the rules. */
extern const struct limits_key limits_keys[];

struct limits_edit {
	const struct limits_key *key;
	uint64_t value;
};

enum {
	LIMITS_TEXT = 32,	/* bytes that hold any value as text */
	LIMITS_WORDS = 160,	/* bytes that hold any error */
};

/* Return: the key, or NULL and in words why not, with the nearest one. */
const struct limits_key *limits_find(const char *name,
				     char words[LIMITS_WORDS]);

/* Reads a value of the key's unit.  Return: 0, or -EINVAL and in words why. */
int limits_parse(const struct limits_key *key, const char *text,
		 struct limits_edit *edit, char words[LIMITS_WORDS]);

/* Return: text, as limits_parse() reads it. */
const char *limits_text(char text[LIMITS_TEXT], const struct limits_key *key,
			uint64_t value);

/* "shares"; "" where the value says it. */
const char *limits_unit_name(enum limits_unit unit);

uint64_t limits_value(const struct limits_key *key, const struct ht_limit *row,
		      const struct ht_rule_set *rules);

/* What is in force for a symbol (locate 0: for those without their own). */
struct limits_view {
	uint32_t version;
	uint64_t at_ns;			/* CLOCK_REALTIME of it */
	bool own;			/* the symbol's, else row 0's */
	struct ht_limit row;
	struct ht_rule_set rules;
};

void limits_read(const struct instance *in, uint32_t locate,
		 struct limits_view *view);

/* An edit under way. */
struct limits {
	struct instance *in;
	int lock;
	uint32_t version;		/* that it will be */
	struct ht_limit *rows;		/* [HT_LOCATES] */
	struct ht_rule_set *rules;
};

/* Return: 0 or negative errno; limits_commit() the version now in force. */
int limits_begin(struct limits *l, struct instance *in);
uint32_t limits_commit(struct limits *l);
void limits_abandon(struct limits *l);

/*
 * Changes the value of one key.  A symbol (locate not 0) without a row of its
 * own begins with row 0's.
 * Return: 0; -EINVAL: the key is not of a symbol; -ESRCH: the directory does
 * not have it.
 */
int limits_apply(struct limits *l, uint32_t locate,
		 const struct limits_edit *edit);

/* The symbol's own row is no more: row 0 counts. */
void limits_inherit(struct limits *l, uint32_t locate);

/* One edit of row 0 and of the instance, whole.  Return: 0 or negative errno */
int limits_change(struct instance *in, const struct limits_edit *edits,
		  int count);

/* The first set of an instance, version 1: what `load` puts in force. */
void limits_defaults(struct ht_limit *row, struct ht_rule_set *rules,
		     bool enabled);

#endif
