/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What loading rule files found: every error and warning of every file, each
 * with a code, a sentence, and the chain of places it lies in.
 *
 * Falco stops at the first error of a file.  We go on, but remember which
 * findings Falco would have reported (first error, and the warnings before
 * it), so that results can be compared; the others are marked `further`.
 */
#ifndef ANALYZE_RULE_RESULT_H
#define ANALYZE_RULE_RESULT_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/diag.h"
#include "lib/base/jsonw.h"
#include "lib/base/str.h"
#include "analyze/rule/yamltree.h"

enum loadcode {
#define LOADCODE(id, level, text) LOAD_##id,
#include "schema/loadcodes.def"
#undef LOADCODE
	LOADCODE_COUNT
};

enum ruleitem {
#define RULEITEM(id, name) ITEM_##id,
#include "schema/ruleitems.def"
#undef RULEITEM
	RULEITEM_COUNT
};

bool loadcode_is_error(enum loadcode code);
const char *loadcode_name(enum loadcode code);	/* "LOAD_ERR_VALIDATE" */
const char *loadcode_text(enum loadcode code);	/* its short description */

/* A place, and the places around it; lives in the load's arena. */
struct where {
	const struct where *up;		/* NULL for "rules content" */
	uint8_t type;			/* enum ruleitem */
	struct str name;		/* of the item; empty if it has none */
	const struct yfile *file;
	const struct ynode *node;	/* or NULL */
	struct ypos pos;
	/* ITEM_CONDITION_EXPRESSION and _OUTPUT_EXPRESSION: the text that
	 * pos.off points into (list names replaced); pos is then the place in
	 * that text, line and col from 1, and src the place in the file. */
	struct str text;
	struct ypos src;
};

struct finding {
	enum loadcode code;
	bool further;			/* Falco would not have come this far */
	const struct where *where;
	char *msg;			/* Falco's wording where it has one */
	char *hint;			/* or NULL */
	struct finding *next;
};

struct load_result {			/* of one file */
	const char *name;
	const struct yfile *file;
	struct finding *errors, **errors_tail;
	struct finding *warnings, **warnings_tail;
	size_t nerrors, nwarnings;	/* those with `further` included */
	struct load_result *next;
};

struct load_results {
	struct arena *a;
	struct load_result *first, **tail, *cur;
	struct finding *last;
	size_t nerrors;
};

void load_results_init(struct load_results *r, struct arena *a);
struct load_result *load_results_add(struct load_results *r, const char *name,
				     const struct yfile *file);
/* Add to the current file's result; an error always gives -E_RULES, a warning 0.
 * After LOAD_ERRORS_MAX errors nothing is kept any more. */
int load_finding(struct load_results *r, enum loadcode code, const struct where *where,
		 const char *fmt, ...) PRINTF(4, 5);
/* Have so many errors been found that no more is looked for? */
bool load_results_full(const struct load_results *r);
/* Hint for the finding added last (of either level). */
void load_hint(struct load_results *r, const char *fmt, ...) PRINTF(2, 3);

/* A node's place below another. */
const struct where *where_node(struct arena *a, const struct where *up, enum ruleitem type,
			       struct str name, const struct ynode *n);

/* All findings as sentences with file:line:col, excerpt and hint; one that a
 * later file's load repeats is told once. */
void load_results_diag(const struct load_results *r, struct diag *d);
/* The shape of Falco's validation result: {"falco_load_results":[…]}, with
 * what Falco would not have reported under "vestige". */
void load_results_json(const struct load_results *r, struct jsonw *w);

#endif
