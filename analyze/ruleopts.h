/* SPDX-License-Identifier: Apache-2.0 */
/* Options that name rules and choose among them; several verbs take them. */
#ifndef ANALYZE_RULEOPTS_H
#define ANALYZE_RULEOPTS_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/opt.h"
#include "analyze/rule/ruleset.h"
#include "analyze/rule/select.h"

struct ruleopts {
	const char **files;
	size_t nfiles, files_cap;
	struct select_step *steps;
	size_t nsteps, steps_cap;
	const char **append;
	size_t nappend, append_cap;
	const char *priority;
	bool no_suggested;
};

/* Rows for an option table; o is a struct ruleopts *. */
#define RULEOPTS_FILES(o) \
	OPT_CALL('r', "rules", "FILE", o, ruleopts_file, \
		 "rule file, folder or archive; repeatable, in order")
#define RULEOPTS_SELECT(o) \
	OPT_HEADING("Which rules (in the order given)"), \
	OPT_CALL(0, "enable", "GLOB", o, ruleopts_step, \
		 "switch on rules by name; '*' stands for anything"), \
	OPT_CALL(0, "disable", "GLOB", o, ruleopts_step, "switch off rules by name"), \
	OPT_CALL('t', "tag", "TAG", o, ruleopts_step, "switch on rules by tag"), \
	OPT_CALL('T', "no-tag", "TAG", o, ruleopts_step, "switch off rules by tag"), \
	OPT_ONE_OF(0, "priority", "PRIORITY", ruleopts_priorities, &(o)->priority, \
		   "leave out rules less severe than this")
#define RULEOPTS_OUTPUT(o) \
	OPT_CALL(0, "append-output", "TEXT", o, ruleopts_append, \
		 "append TEXT to every rule's output; repeatable"), \
	OPT_FLAG(0, "no-suggested-output", &(o)->no_suggested, \
		 "do not append the container fields")

int ruleopts_file(void *dest, const struct opt *o, const char *arg, struct diag *d);
int ruleopts_step(void *dest, const struct opt *o, const char *arg, struct diag *d);
int ruleopts_append(void *dest, const struct opt *o, const char *arg, struct diag *d);
/* The value of an option that takes a priority: 0, or -E_USAGE told in d. */
int ruleopts_priority(const char *arg, enum priority *out, struct diag *d);
/* What there is of them, a line each. */
void ruleopts_priorities(struct buf *out);

/*
 * Load all files and select.  NULL when a file is wrong; all problems are in
 * d then.  Warnings alone are only counted, unless verbose.
 */
struct ruleset *ruleopts_load(const struct ruleopts *o, bool verbose, struct diag *d);
/* A warning when no rule is on: whoever runs them will say that nothing was found. */
void ruleopts_tell_none(const struct ruleset *rs, struct diag *d);
/* Load without selecting; every finding stays in ruleset_results(). */
struct ruleset *ruleopts_load_all(const struct ruleopts *o, bool *ok);
/* Is the output at path (NULL: none) neither a trace nor a rule file that was
 * read?  0, or -E_USAGE told in d. */
int ruleopts_apart(const struct ruleopts *o, const struct ruleset *rs,
		   const struct opt_args *traces, const char *path, struct diag *d);
void ruleopts_release(struct ruleopts *o);

#endif
