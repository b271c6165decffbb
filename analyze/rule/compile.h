/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a compilation (compile*.c, macros.c, warn.c). */
#ifndef ANALYZE_RULE_COMPILE_H
#define ANALYZE_RULE_COMPILE_H

#include "lib/base/compat.h"
#include "analyze/rule/expand.h"
#include "analyze/rule/ruleset.h"

/* A text being compiled: a macro's condition, or the rule's at hand. */
struct ctext {
	struct srctext text;		/* lists put in */
	struct str copy;		/* in the book's arena, once a finding needs it */
};

struct cmacro {
	struct macro *m;
	struct ctext t;
	struct ast *raw;		/* NULL: it has been complained about */
	struct ast *done;		/* macros put in; NULL: not yet, or never */
	uint32_t weight, depth;		/* nodes and depth of `done` */
	bool used, busy;
};

struct compiler {
	struct ruleset *rs;
	struct rulebook *rb;
	struct load_results *res;
	struct arena *a;		/* the compilation's */
	struct expander x;
	struct cmacro *macros;		/* in the book's order */
	struct ctext cur;		/* the rule at hand */
	struct smap macro_by_name;
};

/* The place of byte `off` of a text, below `up`. */
const struct where *expr_where(struct compiler *c, const struct where *up, struct ctext *t,
			       uint32_t off);

/* Parse a text with its lists put in; origin marks the nodes.  *wrong is set
 * when there was a finding; NULL when nothing can be made of the text. */
struct ast *compile_parse(struct compiler *c, const struct srctext *in, struct ctext *t,
			  const struct where *up, uint32_t origin, bool *wrong);

/* All macros: parsed, then resolved in order (macros.c). */
int compile_macros(struct compiler *c);
void compile_macros_release(struct compiler *c);
/* Put macros into a rule's tree.  Those that cannot be put in are AST_BROKEN
 * there and *wrong is set: with a finding, unless the macro at fault has one
 * already.  NULL when it grows too large. */
struct ast *compile_resolve_rule(struct compiler *c, struct ast *raw, const struct where *up,
				 bool *wrong);

/* Warnings (warn.c): about names in a parsed text that look like lists'; about a
 * resolved condition and about an output. */
void warn_lists(struct compiler *c, const struct ast *tree, struct ctext *t,
		const struct where *up);
void warn_condition(struct compiler *c, const struct ruledef *r, const struct ast *tree);
void warn_output(struct compiler *c, const struct ruledef *r);
void warn_events(struct compiler *c, const struct ruledef *r, int cond);
void warn_unused(struct compiler *c);

#endif
