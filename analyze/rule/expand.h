/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List names in conditions are replaced by the lists' items, as text (rules
 * language, section 4): wherever a name stands alone between blanks,
 * parentheses, commas and equal signs, quotes or not.  Lists are replaced in
 * the order of their definition: what one puts in, a later one may replace.
 */
#ifndef ANALYZE_RULE_EXPAND_H
#define ANALYZE_RULE_EXPAND_H

#include "lib/base/compat.h"
#include "analyze/rule/item.h"

struct flatlist {			/* a list, ready to be put in */
	const struct list *list;
	struct str *items;
	size_t n;
	size_t order;			/* of definition, from 1 */
	bool used;
};

struct expander {
	struct arena a;
	struct flatlist *lists;
	size_t n;
	struct smap by_name;
	struct flatlist **odd;		/* whose names hold a delimiter */
	size_t nodd;
	size_t bytes;			/* of all flat lists */
	size_t budget;			/* text that may still be made */
};

/* 0, or -E_LIMIT when the lists grow beyond limits.h. */
int expander_init(struct expander *x, const struct rulebook *rb);
void expander_release(struct expander *x);
/* out gets the text with every list put in; 0 or -E_LIMIT. */
int expander_run(struct expander *x, const struct srctext *in, struct srctext *out);

#endif
