/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules take part: what their files say, changed by a list of steps in
 * order, then the priority threshold.
 *
 * Rules are evaluated in order of definition; one that was off and is
 * switched on by a step goes behind all that are on by then (as in Falco,
 * and visible with matching "first").
 */
#ifndef ANALYZE_RULE_SELECT_H
#define ANALYZE_RULE_SELECT_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

struct select_step {
	bool enable;
	bool tag;		/* text is a tag (exact); else a name's pattern */
	const char *text;	/* '*' stands for anything, all else for itself */
};

/* Does the whole of s match?  Linear in the length of s times that of pattern. */
bool select_matches(struct str pattern, struct str s);

/*
 * Sets rule->on and rule->rank and tells the filterset.  Rules less severe than threshold
 * are off.  Once only per ruleset.  *hits (may be NULL): for each step, how
 * many rules it named.
 */
void ruleset_select(struct ruleset *rs, const struct select_step *steps, size_t n,
		    enum priority threshold, size_t *hits);

#endif
