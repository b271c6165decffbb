/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files as trees, one after the other; while one is compiled a thread
 * parses those behind it.
 */
#ifndef ANALYZE_RULE_RULEFILES_H
#define ANALYZE_RULE_RULEFILES_H

#include "lib/base/compat.h"
#include "analyze/rule/yamltree.h"

struct rulefile {
	const char *name;
	struct str text;
	const char *why;		/* it could not be read; else NULL */
	/* of yfile_parse() */
	struct yfile tree;
	struct yerror e;
	int err;
	struct arena a;
	bool begun, done;
};

struct rulefiles;

struct rulefiles *rulefiles_new(void);
void rulefiles_free(struct rulefiles *f);	/* and all trees */
/* Another file, before the first is taken; name, text and why are borrowed. */
void rulefiles_add(struct rulefiles *f, const char *name, struct str text, const char *why);
/* The next, parsed, or NULL: there are no more.  Lasts as long as f. */
const struct rulefile *rulefiles_next(struct rulefiles *f);

#endif
