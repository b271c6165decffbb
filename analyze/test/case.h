/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test cases of rules as their files say them (doc/RULE-TESTING.md), before
 * anything is run.
 */
#ifndef ANALYZE_TEST_CASE_H
#define ANALYZE_TEST_CASE_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/diag.h"
#include "analyze/rule/engine.h"
#include "analyze/rule/select.h"
#include "analyze/rule/yamltree.h"

/* Where something stands, from 1; line 0: the file as a whole. */
struct place {
	const char *file;
	unsigned line, col;
};

enum expect_kind { EXPECT_POSITIVE, EXPECT_NEAR_MISS, EXPECT_ASSERTION };

struct expect_field {
	struct str name, value;
	bool null;			/* it has no value */
};

struct expectation {
	enum expect_kind kind;
	struct place at;
	struct str rule;
	uint64_t least, most;		/* alerts that agree with all of this: */
	int priority;			/* enum priority, -1: any */
	struct str output;		/* a part of the text; empty: any */
	struct expect_field *fields;
	size_t nfields;
};

struct case_options {
	struct select_step *steps;
	size_t nsteps;
	const char **append;
	size_t nappend;
	enum priority threshold;
	enum matching matching;
	bool suggested;
};

struct testcase {
	const char *file;		/* of the case, as found */
	const char *name;		/* "" where the file is one case */
	const char *title;		/* both, as it is told */
	struct place at;
	const char **rules, **traces;
	size_t nrules, ntraces;
	struct str events;		/* p NULL: none */
	const struct ynode *events_node;
	struct case_options opts;
	struct expectation *expect;
	size_t nexpect;
	struct place baseline_at;
	int baseline;			/* enum priority, -1: none */
	const char *golden;		/* NULL: none */
	struct place golden_at;
	bool damaged;			/* its trace may be */
	struct diag broken;		/* why it cannot be run; errors > 0 */
};

struct cases {
	struct testcase *v;
	size_t n, cap;
	struct arena a;
};

struct find_opts {
	const char *const *rules;	/* of the command line: for cases without */
	size_t nrules;
	const char *filter;		/* a pattern of titles; NULL: all */
};

/*
 * All cases below a folder, or of one file, appended in order of their
 * paths.  What is wrong with a case makes it a broken one; 0, or -E_xxx with
 * a sentence in d when the folder itself cannot be read.
 */
int cases_find(struct cases *c, const char *path, const struct find_opts *o, struct diag *d);
void cases_release(struct cases *c);

/* --- between find.c, parse.c and expect.c --- */

/* A map whose keys count for a case: its own, its file's, its folders'. */
struct scope {
	const struct ynode *map;
	const char *file;
	const char *folder;		/* paths are relative to */
	const struct scope *up;
};

/* A case from its innermost scope; name NULL: the file is one case. */
void case_parse(struct cases *c, const struct scope *s, const char *title_of_file,
		bool folder_case, const struct find_opts *o);
/* The expectations of a scope chain into t. */
void case_expectations(struct cases *c, const struct scope *s, struct testcase *t);
/* The nearest scope with a key; *n is its value; NULL: none. */
const struct scope *scope_get(const struct scope *s, const char *key, const struct ynode **n);
/* Complain about a node: the case is broken. */
struct diag_item *case_wrong(struct testcase *t, const struct ynode *n, const char *fmt, ...)
	PRINTF(3, 4);
struct place place_of(const struct ynode *n);
/* A priority by name, complaining; false then. */
bool case_priority(struct testcase *t, const struct ynode *n, int *out);

#endif
