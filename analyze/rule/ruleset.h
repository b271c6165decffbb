/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files to compiled rules.
 *
 * Each file is read and then compiled together with all before it, as Falco
 * does, so a file that needs a macro of a later one is wrong.  All problems
 * of all files are gathered in ruleset_results().
 */
#ifndef ANALYZE_RULE_RULESET_H
#define ANALYZE_RULE_RULESET_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/diag.h"
#include "lib/base/str.h"
#include "analyze/filter/filter.h"
#include "analyze/filter/format.h"
#include "analyze/rule/item.h"

struct rule {
	struct str name, desc, source;
	enum priority priority;
	bool enabled;			/* as the files say */
	bool on;			/* after selection; see ruleset_select */
	uint32_t rank;			/* order of evaluation among those on */
	struct str *tags;		/* sorted, no duplicates */
	size_t ntags;
	struct str output;		/* as written, what was appended by files included */
	struct format *line;		/* the whole alert line, time and priority included */
	const struct fieldref **fields;	/* of the line, sorted by text */
	size_t nfields;
	int cond;			/* in the filterset */
	const struct ast *tree;		/* the condition, macros put in */
	const struct where *where;
	bool capture;
	uint64_t capture_duration;	/* ms; 0: default */
	/* counters, kept by the engine */
	uint64_t matches, evals, ns;
};

struct ruleset_opts {
	bool suggested_output;		/* append the fields flagged so, as Falco's default does */
	const char *const *append_output;	/* texts appended to every output */
	size_t nappend;
};

struct ruleset {
	struct ruleset_opts opts;
	struct rulebook book;
	struct arena a;			/* of what is compiled */
	struct compiler *compiler;	/* compile.h */
	struct filterset *fs;
	struct rule *rules;		/* in order of first definition */
	size_t n, cap;
	uint32_t *by_cond;		/* condition number -> index into rules, or UINT32_MAX */
	struct arena files;		/* names and bytes of what was read */
	struct rulefiles **read;	/* and trees, of each ruleset_load_paths() */
	size_t nread, read_cap;
};

struct ruleset *ruleset_new(const struct ruleset_opts *opts);
void ruleset_free(struct ruleset *rs);

/* Read and compile one file's text (copied).  0 or -E_RULES. */
int ruleset_load(struct ruleset *rs, const char *name, struct str text);
/*
 * The same of n paths, in their order.  Each is a file, a folder (its *.yaml and
 * *.yml, sorted, not deeper) or an archive of such files (tar, tar.gz, zip; told
 * by content).  One that cannot be read, or holds none, becomes LOAD_ERR_FILE_READ.
 * 0 or -E_RULES.
 */
int ruleset_load_paths(struct ruleset *rs, const char *const *paths, size_t n);
/* What is checked when all files are there: plugin requirements. */
int ruleset_finish(struct ruleset *rs);

const struct load_results *ruleset_results(const struct ruleset *rs);
struct rule *ruleset_find(const struct ruleset *rs, struct str name);	/* or NULL */

#endif
