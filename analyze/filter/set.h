/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of struct filterset.  From the leaves up:
 *
 *	term	a field, a constant text or a transformer of terms; its value is
 *		made at most once an event and kept in its slot
 *	match	a constant side compiled: what to test a value against
 *	check	term, operator, matches: a leaf of conditions; its verdict is
 *		kept for the event
 *	node	and, or, not, a check or a truth; equal nodes are one node
 *	plan	for one event type: the conditions that can still match and
 *		their program
 *
 * Everything lives in the set's arena; nodes are numbered so that kids come
 * before parents.
 */
#ifndef ANALYZE_FILTER_SET_H
#define ANALYZE_FILTER_SET_H

#include "lib/base/compat.h"
#include "analyze/filter/constant.h"
#include "analyze/filter/filter.h"
#include "analyze/filter/match.h"
#include "analyze/filter/op.h"
#include "analyze/filter/regex.h"
#include "lib/base/map.h"

#define NODE_DEPTH_MAX	6000	/* of one condition, macros included */
#define NODES_MAX	(4u << 20)
#define EV_BITMAP	((EV_COUNT + 7) / 8)

enum term_kind { TERM_FIELD, TERM_TEXT, TERM_XFORM, TERM_LIST };

struct term {
	uint8_t kind;
	uint8_t xf;		/* enum xform */
	uint8_t ptype, pfmt;
	bool list;
	bool dynamic;		/* the value's type may differ (evt.rawarg) */
	bool b64;		/* text that may hold NULs: compares up to the first */
	bool ordered;		/* evt.deltatime: evaluating it changes it */
	char option;		/* getopt's selector, 0: none */
	uint16_t cost;
	uint32_t slot;
	struct str text;	/* as printed; its key */
	struct fieldref ref;	/* TERM_FIELD */
	struct str constant;	/* TERM_TEXT */
	struct term **args;
	size_t nargs;
};

struct slot {
	uint32_t epoch;
	bool present;
	bool hashed;
	uint64_t hash;		/* of v.s, when hashed */
	struct value v;
};

enum test {
	T_NEVER,
	T_EQ, T_NE, T_LT, T_LE, T_GT, T_GE,	/* unsigned numbers */
	T_SLT, T_SLE, T_SGT, T_SGE,		/* signed numbers */
	T_DEQ, T_DNE, T_DLT, T_DLE, T_DGT, T_DGE,	/* DOUBLE */
	T_NUMSET,
	T_TEXT_EQ, T_TEXT_NE, T_TEXT_LT, T_TEXT_LE, T_TEXT_GT, T_TEXT_GE,
	T_TEXTSET, T_CONTAINS, T_ICONTAINS, T_STARTS, T_ENDS, T_AFFIX,
	T_GLOB, T_REGEX, T_PATHS,
	T_IP_EQ, T_IP_NE, T_IPSET, T_NET_EQ, T_NET_NE, T_NETSET,
	T_AROUND,
};

struct match {
	uint8_t test;			/* enum test */
	uint32_t rare;			/* T_CONTAINS: contains_rare() */
	union {
		uint64_t u;
		double d;
		struct str s;
		struct ipaddr ip;
		struct ipnet net;
		const struct numset *nums;
		const struct strset *texts;
		const struct affixset *affixes;
		const struct glob *glob;
		const struct regex *regex;
		const struct pathset *paths;
		const struct netset *nets;
		struct { uint64_t epoch, ns; } around;
	};
};

struct check {
	uint32_t slot;			/* of left */
	bool plain;			/* m, one value, nothing else to mind */
	struct term *left, *right;	/* right: val() or a transformer */
	struct match m;			/* when nsubs is 0 and right is NULL */
	struct match *subs;		/* tried one by one, as mod says */
	size_t nsubs;
	uint8_t op;			/* enum filter_op */
	uint8_t mod;			/* enum ast_modifier, over subs */
	uint8_t cls;			/* OC_xxx of one value */
	bool inverted;			/* the matches' verdict is turned round */
	bool every;			/* all candidates or elements must hold */
	uint16_t cost;
	uint8_t probability;		/* percent */
	const uint8_t *events[2];	/* where it may hold; where its negation may */
	const struct ast *tree;		/* borrowed; for the listing */
};

enum node_kind { NODE_FALSE, NODE_TRUE, NODE_CHECK, NODE_NOT, NODE_AND, NODE_OR };

struct node {
	uint8_t kind;
	bool ordered;			/* holds a check whose order matters */
	uint32_t check;
	uint32_t depth;
	uint32_t nkids;
	const uint32_t *kids;		/* node numbers, all smaller than this one */
	const uint8_t *events[2];	/* where it may hold; where its negation may */
	float cost, probability;	/* estimates: of evaluating, that it holds */
};

#define NODE_IS_FALSE	0		/* the two truths have fixed numbers */
#define NODE_IS_TRUE	1

struct cond {
	uint32_t node;
	bool syscall;			/* of source "syscall" */
	bool dropped;
	size_t checks_written;
	const struct fieldref **fields;
	size_t nfields;
};

/* ---- programs ---- */

enum insn_op {
	INSN_CHECK,		/* evaluate check arg, go to yes or no */
	INSN_CHECK_KEPT,	/* the same, its verdict is kept for the event */
	INSN_CALL,		/* evaluate the block that begins at arg, keep its
				 * verdict in memo cell memo, go to yes or no */
	INSN_HIT,		/* the plan's condition arg holds, go to yes */
	INSN_TRUE, INSN_FALSE,	/* the verdict of a block or condition */
};

struct insn {
	uint8_t op;
	uint32_t arg;
	uint32_t yes, no;
	uint32_t memo;
};

struct prog {
	struct insn *v;
	uint32_t n;
	uint32_t nmemo;		/* cells that calls use */
	uint32_t depth;		/* of calls, from prog_verify() */
	uint32_t *node;		/* node of each instruction, for the listing */
};

struct plan {
	struct filterset_plan pub;
	struct prog prog;		/* each condition by itself */
	struct prog sweep;		/* all at once, from entry sweep_at */
	uint32_t sweep_at;
	struct sample *sample;		/* sample.c; NULL: not begun, or done */
	uint32_t seen;			/* events, until measured */
	bool roomy;			/* slots, verdicts and memo hold it */
};

struct filterset {
	struct arena a;			/* all that lives as long as the set */
	struct arena event;		/* values made for the current event */
	struct term **terms;
	size_t nterms, cap_terms;
	struct check *checks;
	size_t nchecks, cap_checks;
	struct node *nodes;
	size_t nnodes, cap_nodes;
	struct cond *conds;
	size_t nconds, cap_conds;
	struct regex **regexes;
	size_t nregexes, cap_regexes;
	struct smap term_map;		/* text -> term */
	struct smap check_map;		/* key -> check number + 1 */
	struct smap node_map;		/* kind and kids -> node number + 1 */
	struct smap regex_map;		/* pattern -> struct regex */
	struct smap plan_map;		/* what it evaluates -> struct plan */
	struct plan *plans[EV_COUNT];
	bool planned;			/* there is one */
	uint8_t *wanted;		/* after filterset_select(), per condition */
	size_t checks_written;

	/* the current event */
	struct fieldsource *src;
	struct plan *cur;
	uint32_t epoch;
	struct slot *slots;		/* per term */
	uint32_t *verdicts;		/* per check: epoch * 2 + verdict */
	uint32_t *memo;			/* per cell of the current program */
	uint32_t *stack;
	size_t cap_slots, cap_verdicts, cap_memo, cap_stack;
};

/* The one being added; carries where errors go. */
struct adding {
	struct filterset *fs;
	struct str source;
	struct filter_error *e;			/* the last one */
	struct filter_warning **warnings;	/* end of the list, NULL: unwanted */
	struct arena *wa;
	uint32_t origin;
	unsigned nerrors;
};

/* A problem into e, which becomes that problem's; -E_FILTER. */
int adding_fail(struct adding *ad, uint32_t off, const char *fmt, ...) PRINTF(3, 4);

/* term.c: NULL with all that is wrong with it. */
struct term *term_of(struct adding *ad, const struct ast_operand *o);
/* The field itself, unless a transformer other than one-argument ones made
 * it; NULL. */
const struct fieldref *term_field(const struct term *t);

/* check.c: the check's number, or -E_FILTER with all that is wrong with it. */
int64_t check_of(struct adding *ad, const struct ast *t);
/* match_compile.c: compile the constants of a check whose left side is known. */
int check_compile(struct adding *ad, const struct ast *t, struct check *c);
/* check_warn.c */
void check_warn(struct adding *ad, const struct ast *t);

/* node.c */
void nodes_init(struct filterset *fs);
uint32_t node_check(struct filterset *fs, uint32_t check);
uint32_t node_not(struct filterset *fs, uint32_t kid);
/* Estimates of what is made of checks, after those of checks have changed. */
void nodes_estimate(struct filterset *fs);
/* kids are copied; 0 kids is the neutral truth. */
uint32_t node_many(struct filterset *fs, enum node_kind kind, const uint32_t *kids, size_t n);

/* infer.c: event types a check and its negation may hold for. */
void check_infer(struct filterset *fs, const struct ast *t, struct check *c);
const uint8_t *events_all(void);
const uint8_t *events_none(void);
/* Unions (all = false) and intersections of two such sets. */
const uint8_t *events_combine(struct filterset *fs, const uint8_t *a, const uint8_t *b,
			      bool all);
/* Is this a name evt.type can have? */
bool event_name_known(struct str name);

/* fold.c: 1 or 0 when the event type alone decides the check, else -1. */
int check_static(struct filterset *fs, const struct check *c, uint16_t evtype);
/* plan.c */
struct plan *plan_build(struct filterset *fs, uint16_t evtype);
/* The sweep anew: estimates of nodes have changed. */
void plan_rearrange(struct filterset *fs, struct plan *plan, uint16_t evtype);
/* sample.c: with each event, before it is evaluated, until done with the
 * plan.  True when its sweep is another now. */
#define SAMPLE_DONE	UINT32_MAX	/* of plan.seen */
bool plan_sample(struct filterset *fs, struct plan *plan);
/* sweep.c: all roots in one pass. */
struct sweep_item {
	uint32_t root;		/* node */
	uint32_t cond;		/* index, NO_COND: guards the items behind it */
	uint32_t span;		/* how many it guards */
};
#define NO_COND	UINT32_MAX
/* Items in the order they are to be evaluated, in a malloc'd array. */
struct sweep_item *sweep_order(struct filterset *fs, const uint32_t *roots, size_t n,
			       size_t *nitems);

/* prog.c: jumps and calls go forward, numbers are in range, ends end; fills
 * in depth.  False with a sentence. */
bool prog_verify(struct prog *p, size_t nchecks, size_t nconds, size_t nnodes,
		 struct buf *why);
void prog_print(const struct filterset *fs, const struct prog *p, uint32_t entry,
		struct buf *out);

/* vm.c */
bool check_holds(struct filterset *fs, const struct check *c);
/* The verdict on a given left value (scalar or list), no right term. */
bool check_value(struct filterset *fs, const struct check *c, const struct value *v,
		 struct slot *slot);
/* The value of a term for the current event, or NULL. */
struct slot *term_value(struct filterset *fs, const struct term *t);

#endif
