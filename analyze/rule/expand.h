/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List names in conditions are replaced by the lists' items, as text (rules
 * language, section 4): wherever a name stands alone between blanks,
 * parentheses, commas and equal signs, quotes or not.  Lists are replaced in
 * the order of their definition: what one puts in, a later one may replace.
 *
 * An expander serves the book as it is.  When the book has grown a new one is
 * made, which may go on where the last one was.
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
	bool used;			/* put into a text */
	bool within;			/* put into a list */
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
	struct arena kept;		/* of the words */
	struct smap words;		/* that would be replaced, were they lists' names */
};

/* 0, or -E_LIMIT when the lists grow beyond limits.h. */
int expander_init(struct expander *x, const struct rulebook *rb);
void expander_release(struct expander *x);
/*
 * Would x, made of the book as it has become, put the same into every text that
 * `was` has met?  Then it takes over what `was` knows of those texts.
 */
bool expander_goes_on(struct expander *x, struct expander *was);
/* A text of this length need not be made again; it counts all the same.  False:
 * there is no room for it any more. */
bool expander_spare(struct expander *x, size_t len);
/* out gets the text with every list put in; 0 or -E_LIMIT. */
int expander_run(struct expander *x, const struct srctext *in, struct srctext *out);

#endif
