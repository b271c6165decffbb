/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of a compilation (compile.c, keep.c, macros.c, warn.c).
 *
 * Each file is compiled together with all before it.  A macro or rule from
 * before stays as it is where nothing else would come of it: its text, lists put
 * in, is the same, so are the macros it names, and there was nothing to tell of
 * it that would have to be told again (keep.c).
 */
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
	uint32_t seen;			/* m->seen when t was made */
	struct ast *raw;		/* NULL: it has been complained about */
	struct ast *done;		/* macros put in; NULL: not yet, or never */
	struct ast *before;		/* `done` of the last compilation */
	uint32_t weight, depth;		/* nodes and depth of `done` */
	bool used, busy;
	bool told;			/* something was, of it */
	bool fresh;			/* of this compilation, not what it was */
};

struct crule {
	struct ruledef *r;
	struct str text;		/* of the condition, exceptions and lists put in */
	const struct ast *raw;		/* of it */
	struct rule out;
	int cond;			/* its number in the filterset; -1: none */
	bool whole;			/* out is a rule */
	bool fine;			/* and nothing was told of it */
};

struct compiler {
	struct ruleset *rs;
	struct rulebook *rb;
	struct load_results *res;
	struct arena *a;		/* the compilation's */
	struct expander x;
	struct cmacro **macros;		/* in the book's order */
	size_t nmacros, cap_macros;
	struct crule **rules;		/* likewise */
	size_t nrules, cap_rules;
	size_t whole;			/* bytes of *a when all of it had last been made */
	bool settled;			/* the last compilation had nothing to tell */
	bool quick;			/* and every text from before is the same */
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

/* What stays (keep.c).  First, with x, which serves the book as it has become and
 * takes the place of c->x: */
void keep_begin(struct compiler *c, struct expander *x);
/* Is the macro's text, lists put in, what it was?  Then its places are the new ones. */
bool keep_text(struct compiler *c, struct cmacro *m);
/* Does `before` hold of the macro at that place, those before it being done?
 * It and keep_rule() note the macros that stand in what stays as used. */
bool keep_macro(struct compiler *c, size_t at);
bool keep_rule(struct compiler *c, const struct crule *k);

/* All macros: parsed, then resolved in order (macros.c). */
int compile_macros(struct compiler *c);
void compile_macros_release(struct compiler *c);
/* Findings of the current file. */
size_t compile_told(const struct compiler *c);
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
/* The same of one that was found to be right. */
void warn_output_fields(struct compiler *c, const struct ruledef *r);
void warn_events(struct compiler *c, const struct ruledef *r, int cond);
void warn_unused(struct compiler *c);

#endif
