/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: text -> tree -> checked, shared, verified program -> verdict.
 *
 * All conditions of a rule set go into one struct filterset.  Equal
 * sub-conditions of different rules are one node there and are evaluated at
 * most once per event; a field that several conditions read is fetched at
 * most once per event.  For each event type the set is specialised on first
 * use: what evt.type decides is folded away, so a type no rule cares about
 * costs nothing.
 */
#ifndef ANALYZE_FILTER_FILTER_H
#define ANALYZE_FILTER_FILTER_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "analyze/field/source.h"
#include "analyze/filter/ast.h"

enum filter_stage { FILTER_PARSE, FILTER_COMPILE };

struct filter_error {
	enum filter_stage stage;
	uint32_t off;		/* byte offset in the text */
	uint32_t origin;	/* of the node (see struct ast) */
	bool unknown_name;	/* an unknown field, event type or format token:
				 * what skip-if-unknown-filter forgives */
	struct buf msg;		/* the sentence; empty: no error */
	struct buf hint;	/* nearest known name and the like; may be empty */
	struct filter_error *next;	/* a further problem of the same text, or NULL */
};
#define FILTER_ERROR_INIT { .msg = BUF_INIT, .hint = BUF_INIT }
#define FILTER_ERRORS_MAX	100	/* problems told of one text */
/* Frees what hangs on *e, the further ones included. */
void filter_error_release(struct filter_error *e);
/* Where the next problem goes: *last while that is empty, else a new error
 * behind it. */
struct filter_error *filter_error_more(struct filter_error *last);

/* Warnings of one condition (filter-language: compile warnings). */
struct filter_warning {
	uint32_t off, origin;
	char *msg;		/* in the arena given to filterset_add */
	struct filter_warning *next;
};

/*
 * Parse.  depth_limit: nesting allowed (100 for a plain filter, 1000 for a
 * rule's condition).  0 or -E_FILTER with *e filled.  The tree lives in a;
 * text is copied there.  An unknown operator alone does not end the parsing:
 * -E_FILTER, but *out is the tree of what could be read (with AST_BROKEN for
 * what could not), so that further problems of the condition can be found.
 * Otherwise *out is NULL after an error.
 */
int filter_parse(struct arena *a, struct str text, unsigned depth_limit,
		 struct ast **out, struct filter_error *e);

struct filterset;

struct filterset *filterset_new(void);
void filterset_free(struct filterset *fs);

/*
 * Add a resolved tree for rules of an event source ("syscall", "k8s_audit").
 * Returns the condition's number (0, 1, 2, … in order of adding) or
 * -E_FILTER with every problem of the condition in *e and what is behind it
 * (none of an AST_BROKEN: who made it has told).  The tree must outlive the
 * set, which keeps parts of it for its listing.  Warnings (may be NULL) are allocated in wa.
 */
int filterset_add(struct filterset *fs, const struct ast *t, struct str source,
		  struct filter_error *e, struct filter_warning **warnings,
		  struct arena *wa);

/* Nobody asks this condition any more; its number is not given again. */
void filterset_drop(struct filterset *fs, int cond);

/* Event numbers the condition may match (filter-language section 7), as a
 * bitmap of EV_COUNT bits; for plugin sources the plugin event's. */
void filterset_events(const struct filterset *fs, int cond, uint8_t *bitmap);

/* Is there no event at all it may match?  (filterset_events() always has the
 * asynchronous event.) */
bool filterset_never(const struct filterset *fs, int cond);

/* Conditions worth evaluating for an event type, ascending. */
struct filterset_plan {
	const uint32_t *cond;
	const uint32_t *entry;	/* opaque, for filterset_eval */
	size_t n;
};
/* Only conditions for which wanted(ctx, cond) is true take part; the answer
 * is kept, so wanted must not change afterwards. */
void filterset_select(struct filterset *fs, bool (*wanted)(void *ctx, int cond), void *ctx);
const struct filterset_plan *filterset_plan(struct filterset *fs, uint16_t evtype);

/* Forget what was evaluated and fetched for the previous event. */
void filterset_begin(struct filterset *fs, struct fieldsource *src);
/* Evaluate one plan entry for the current event. */
bool filterset_eval(struct filterset *fs, uint32_t entry);
/*
 * Evaluate the whole plan of the current event: the places in it (ascending)
 * of the conditions that hold go to hits, which has room for the plan's n.
 * Much faster than one by one when most conditions do not hold: what several
 * have in common is asked once for all of them.  Returns how many hold.
 */
size_t filterset_sweep(struct filterset *fs, uint32_t *hits);

/* Numbers given to conditions so far. */
size_t filterset_size(const struct filterset *fs);
/* Figures for `rules check` and tests: of conditions that were not dropped. */
struct filterset_stats {
	size_t conditions, checks_written, checks_distinct, fields;
};
struct filterset_stats filterset_stats(const struct filterset *fs);
/* The program of one condition (for one event type, or evtype -1: unfolded),
 * one instruction a line. */
void filterset_disasm(struct filterset *fs, int cond, int evtype, struct buf *out);
/* Names of the fields a condition reads, in order of first use. */
size_t filterset_fields(const struct filterset *fs, int cond,
			const struct fieldref **out, size_t max);

#endif
