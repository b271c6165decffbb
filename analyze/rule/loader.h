/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of rulebook_take: one file being read (load*.c). */
#ifndef ANALYZE_RULE_LOADER_H
#define ANALYZE_RULE_LOADER_H

#include "lib/base/compat.h"
#include "analyze/rule/item.h"

struct loader {
	struct rulebook *rb;
	struct arena *a;
	struct load_results *res;
	const struct where *root;	/* "rules content" of this file */
};

/*
 * Values of an item's keys.  All give 0, or -E_RULES with a finding.  When
 * the key is absent: an error, or (optional) 0 and *out left alone.
 */
int load_str(struct loader *l, const struct ynode *item, const char *key, bool optional,
	     const struct where *up, struct str *out);
int load_bool(struct loader *l, const struct ynode *item, const char *key,
	      const struct where *up, bool *out);
int load_u64(struct loader *l, const struct ynode *item, const char *key, uint64_t max,
	     const struct where *up, uint64_t *out);
/* A sequence of scalars; *seq is NULL when an optional one is absent, and the
 * sequence as it is when some of it are none. */
int load_seq(struct loader *l, const struct ynode *item, const char *key, bool optional,
	     const struct where *up, const struct ynode **seq);

/* Warn of keys that are not in the list (NULL-terminated), with the nearest. */
void load_check_keys(struct loader *l, const struct ynode *item, const struct where *w,
		     const char *const *known);

/* `override`: which keys are appended to, which replaced. */
struct override {
	const char *key;
	unsigned bit;			/* UPD_xxx */
	bool append;			/* may be appended to */
};
int load_overrides(struct loader *l, const struct ynode *item, const struct override *known,
		   const struct where *up, unsigned *append, unsigned *replace);
/* `append: true` with its warning, and the error when both are used. */
int load_append_flag(struct loader *l, const struct ynode *item, const struct where *w,
		     bool *append);
int load_not_both(struct loader *l, bool append, unsigned overrides, const struct where *w);

int load_rule(struct loader *l, const struct ynode *item);
/* `exceptions` of a rule item into r; `append`: of an item that changes a rule. */
int load_exceptions(struct loader *l, const struct ynode *item, const struct where *up,
		    bool append, struct ruledef *r);

#endif
