/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files as read and merged, before anything is compiled: lists, macros,
 * rules and their exceptions, in order of first definition.
 */
#ifndef ANALYZE_RULE_ITEM_H
#define ANALYZE_RULE_ITEM_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/str.h"
#include "analyze/rule/result.h"
#include "analyze/rule/srctext.h"

enum priority {
#define PRIORITY(id, name, upper) PRI_##id,
#include "schema/priorities.def"
#undef PRIORITY
	PRI_COUNT
};

extern const char *const priority_names[PRI_COUNT];	/* "Warning" */
extern const char *const priority_upper[PRI_COUNT];	/* "WARNING", "INFO" */
/* In any case, "info" included; false: it is none. */
bool priority_parse(struct str s, enum priority *out);
/* For who wrote something else: "did you mean 'Notice'?", or all there are. */
void priority_advice(struct str s, struct buf *out);

/*
 * Positions: `index` is the number of the first definition, `seen` that of
 * the latest definition, append or override.  A macro may use macros whose
 * index is below its own seen; rules see all.
 */
struct listitem {
	struct str text;
	const struct ynode *node;
};

struct list {
	struct str name;
	const struct where *where;
	struct listitem *items;
	size_t n, cap;
	uint32_t index, seen;
};

struct macro {
	struct str name;
	const struct where *where, *cond_where;
	struct srctext cond;
	uint32_t index, seen;
	bool broken;			/* it has been complained about */
};

struct exception {
	struct str name;
	const struct where *where;
	const struct ynode *fields, *comps;	/* NULL: not given */
	const struct ynode **values;
	size_t n, cap;
	bool defaults;			/* a missing comps has its default */
	bool broken;			/* it has been complained about */
};

struct ruledef {
	struct str name, source;
	const struct where *where, *cond_where, *output_where;
	struct srctext cond;
	struct buf output, desc;
	enum priority priority;
	bool enabled, capture, warn_evttypes, skip_unknown;
	uint64_t capture_duration;	/* ms; 0: the default */
	struct str *tags;		/* in the order given, with duplicates */
	size_t ntags, tags_cap;
	struct exception *exceptions;
	size_t nexc, exc_cap;
	bool unknown_source;
	/* Something of it could not be read: what could is compiled once, for
	 * the problems it has (a where above that is NULL: not this), and the
	 * rule is broken from then on. */
	bool incomplete;
	bool touched;			/* changed since it was compiled */
	bool broken;			/* not compiled: all has been told */
	uint32_t index, seen;
};

void ruledef_release(struct ruledef *r);

/* What an item with append or override changes; bits of `has`. */
enum {
	UPD_CONDITION = 1 << 0, UPD_OUTPUT = 1 << 1, UPD_DESC = 1 << 2,
	UPD_TAGS = 1 << 3, UPD_EXCEPTIONS = 1 << 4, UPD_PRIORITY = 1 << 5,
	UPD_ENABLED = 1 << 6, UPD_WARN_EVTTYPES = 1 << 7, UPD_SKIP = 1 << 8,
	UPD_CAPTURE = 1 << 9, UPD_CAPTURE_DURATION = 1 << 10,
};

struct semver {
	uint32_t v[3];
};

struct plugin_req {
	struct str name, version;
};

struct plugin_reqs {			/* one of these is needed */
	const struct where *where;
	struct plugin_req *any;
	size_t n;
};

/* The Falco whose rule language this is, and the plugins built in here. */
#define ENGINE_VERSION "0.62.0"

struct rulebook {
	struct arena a;			/* names, places, trees */
	struct load_results results;
	struct list **lists;
	struct macro **macros;
	struct ruledef **rules;
	size_t nlists, lists_cap, nmacros, macros_cap, nrules, rules_cap;
	struct smap list_by_name, macro_by_name, rule_by_name;
	struct smap broken_macros;	/* names of macros that could not be read */
	uint32_t next_index;
	struct plugin_reqs *plugins;
	size_t nplugins, plugins_cap;
	uint32_t compiled;		/* next_index when all there was had been compiled */
	bool changed;			/* a macro or rule from before says something else now */
};

void rulebook_init(struct rulebook *rb);
void rulebook_release(struct rulebook *rb);

/*
 * One file's items into the book; parsed and e are what yfile_parse() gave.
 * Problems become findings of rb->results (a result for the file is begun here).
 * Returns 0 or -E_RULES; what could be read stays either way.  The tree must
 * outlive the book.
 */
int rulebook_take(struct rulebook *rb, const struct yfile *f, int parsed, const struct yerror *e);

/* "x.y.z"; false when it is none. */
bool semver_parse(struct str s, struct semver *out);
int semver_cmp(const struct semver *a, const struct semver *b);

/* The requirements of all files: a finding for each that is not met. */
int rulebook_check_plugins(struct rulebook *rb);

/* Merging (merge.c).  The info given is copied; 0 or -E_RULES. */
int rulebook_define_list(struct rulebook *rb, const struct list *l);
int rulebook_append_list(struct rulebook *rb, const struct list *l);
int rulebook_define_macro(struct rulebook *rb, const struct macro *m);
int rulebook_append_macro(struct rulebook *rb, const struct macro *m);
int rulebook_define_rule(struct rulebook *rb, struct ruledef *r);
int rulebook_append_rule(struct rulebook *rb, struct ruledef *r, unsigned has);
int rulebook_replace_rule(struct rulebook *rb, struct ruledef *r, unsigned has);
int rulebook_enable_rule(struct rulebook *rb, const struct ruledef *r);
int rulebook_define_engine(struct rulebook *rb, const struct where *w, const struct semver *v);
int rulebook_define_plugins(struct rulebook *rb, const struct plugin_reqs *p);

/* Exceptions (exception.c): all that is wrong with one. */
int exception_check(struct rulebook *rb, struct exception *ex, const struct ruledef *r);
/* The rule's condition with its exceptions, but for those that are wrong, into out. */
int exception_apply(struct rulebook *rb, const struct ruledef *r, struct srctext *out);
/* Do rules of this source exist here? */
bool source_known(struct str source);

#endif
