/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule's condition taken apart: the tree of its ands, ors and nots down to
 * single checks, and the value of each part at an event.  For explaining and
 * for counting; the engine never comes here.
 *
 * Each check is evaluated by itself through a filter set of its own, so a
 * part has a value also where the engine would not have asked for it.
 */
#ifndef ANALYZE_RULE_PARTS_H
#define ANALYZE_RULE_PARTS_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

#define PARTS_MAX	20000	/* of one condition; the rest is left out */

struct part {
	const struct ast *t;
	struct str macro;	/* whose condition this is; empty: none begins here */
	uint32_t parent;	/* index; the root is its own */
	uint32_t depth;
	int cond;		/* of a check; -1: and, or, not */
	bool value;		/* at the event last evaluated */
	bool decides;		/* it made the whole what it is */
};

struct parts {
	struct part *v;		/* parents before their kids, in the order written */
	size_t n;
	bool cut;		/* the condition has more than PARTS_MAX */
	struct filterset *fs;	/* of the checks */
	bool *verdict;		/* by check */
	size_t nchecks, nchecks_cap, cap;
	struct arena a;
};

/* The set must outlive it. */
struct parts *parts_new(const struct ruleset *rs, const struct rule *r);
void parts_free(struct parts *p);

/* Set value and decides of every part at the current event of src; the value
 * of the whole.  An event of a type that the rule does not listen to is
 * false. */
bool parts_eval(struct parts *p, struct fieldsource *src);

/* "and", "or", "not", or the check as it is written. */
void part_print(const struct part *part, struct buf *out);

#endif
