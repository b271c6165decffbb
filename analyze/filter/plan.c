/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes -> the program of one event type.  What the type decides is folded
 * away, kids of and/or are put in the order that is likely to decide first
 * at least cost, and what several conditions share becomes a block whose
 * verdict is kept.  Reordering cannot be seen: checks have no side effects
 * (but for evt.deltatime, where the written order stays).
 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define UNSEEN	UINT32_MAX

/* ---- folding ---- */

struct kid {
	uint32_t node;
	float rank;
};

static int kid_cmp(const void *a, const void *b, void *ctx UNUSED)
{
	const struct kid *x = a, *y = b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Cheapest decision first: cost by the chance that this kid ends the chain. */
static void order_kids(struct filterset *fs, enum node_kind kind, uint32_t *kids, size_t n)
{
	struct kid *v = xcalloc(n + 1, sizeof(*v));
	float ends;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct node *k = &fs->nodes[kids[i]];

		if (k->ordered)
			break;
		ends = kind == NODE_AND ? 1 - k->probability : k->probability;
		v[i] = (struct kid){ kids[i], (k->cost + 1) / (ends > 0.01f ? ends : 0.01f) };
	}
	if (i == n) {
		sort_stable(v, n, sizeof(*v), kid_cmp, NULL);
		for (i = 0; i < n; i++)
			kids[i] = v[i].node;
	}
	free(v);
}

static uint32_t fold_node(struct filterset *fs, uint32_t id, int evtype,
			  const uint32_t *folded)
{
	/* Interning kids may move the nodes. */
	const struct node nd = fs->nodes[id];
	uint32_t *kids, r;
	size_t i;
	int known;

	switch (nd.kind) {
	case NODE_CHECK:
		known = evtype < 0 ? -1 :
			check_static(fs, &fs->checks[nd.check], (uint16_t)evtype);
		return known < 0 ? id : known ? NODE_IS_TRUE : NODE_IS_FALSE;
	case NODE_NOT:
		return node_not(fs, folded[nd.kids[0]]);
	case NODE_AND:
	case NODE_OR:
		kids = xcalloc(nd.nkids, sizeof(*kids));
		for (i = 0; i < nd.nkids; i++)
			kids[i] = folded[nd.kids[i]];
		order_kids(fs, (enum node_kind)nd.kind, kids, nd.nkids);
		r = node_many(fs, (enum node_kind)nd.kind, kids, nd.nkids);
		free(kids);
		return r;
	default:
		return id;
	}
}

/* Mark roots and all below them; kids have smaller numbers. */
static uint8_t *reachable(const struct filterset *fs, const uint32_t *roots, size_t n,
			  size_t nnodes)
{
	uint8_t *mark = xcalloc(nnodes + 1, 1);
	size_t i, j;

	for (i = 0; i < n; i++)
		mark[roots[i]] = 1;
	for (i = nnodes; i-- > 0; )
		if (mark[i])
			for (j = 0; j < fs->nodes[i].nkids; j++)
				mark[fs->nodes[i].kids[j]] = 1;
	return mark;
}

/* Replace each root by what is left of it for an event type. */
static void fold(struct filterset *fs, int evtype, uint32_t *roots, size_t n)
{
	size_t nnodes = fs->nnodes, i;
	uint8_t *mark = reachable(fs, roots, n, nnodes);
	uint32_t *folded = xcalloc(nnodes + 1, sizeof(*folded));

	for (i = 0; i < nnodes; i++)
		if (mark[i])
			folded[i] = fold_node(fs, (uint32_t)i, evtype, folded);
	for (i = 0; i < n; i++)
		roots[i] = folded[roots[i]];
	free(folded);
	free(mark);
}

/* ---- emission ---- */

/*
 * Instructions are made back to front: the targets of a jump exist before the
 * jump does, and turned round in the end all of them go forward.
 */
struct emit {
	struct filterset *fs;
	struct insn *v;
	uint32_t *node;
	uint32_t n;
	size_t cap, cap_node;
	uint32_t *uses;		/* per node */
	uint32_t *block;	/* per node: its entry, UNSEEN: emitted in place */
	uint32_t *memo;		/* per node: cell of its block */
	uint32_t nmemo;
};

static uint32_t put(struct emit *em, uint32_t node, struct insn in)
{
	XGROW(em->v, em->cap, em->n + 1);
	XGROW(em->node, em->cap_node, em->n + 1);
	em->node[em->n] = node;
	em->v[em->n] = in;
	return em->n++;
}

/* Depth is bounded: NODE_DEPTH_MAX. */
static uint32_t code(struct emit *em, uint32_t id, uint32_t yes, uint32_t no, bool top)
{
	const struct node *nd = &em->fs->nodes[id];
	uint32_t at;
	size_t i;

	switch (nd->kind) {
	case NODE_TRUE:
		return yes;
	case NODE_FALSE:
		return no;
	case NODE_NOT:
		return code(em, nd->kids[0], no, yes, false);
	case NODE_CHECK:
		return put(em, id, (struct insn){
			.op = em->uses[id] > 1 ? INSN_CHECK_KEPT : INSN_CHECK,
			.arg = nd->check, .yes = yes, .no = no,
		});
	}
	if (!top && em->block[id] != UNSEEN)
		return put(em, id, (struct insn){
			.op = INSN_CALL, .arg = em->block[id],
			.yes = yes, .no = no, .memo = em->memo[id],
		});
	at = nd->kind == NODE_AND ? yes : no;
	for (i = nd->nkids; i-- > 0; )
		at = nd->kind == NODE_AND ? code(em, nd->kids[i], at, no, false) :
					    code(em, nd->kids[i], yes, at, false);
	return at;
}

/* How often each node is asked for: a negation is asked through. */
static void count_use(struct emit *em, uint32_t id)
{
	while (em->fs->nodes[id].kind == NODE_NOT)
		id = em->fs->nodes[id].kids[0];
	em->uses[id]++;
}

static void count_uses(struct emit *em, const uint32_t *roots, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++)
		count_use(em, roots[i]);
	for (i = em->fs->nnodes; i-- > 0; ) {
		const struct node *nd = &em->fs->nodes[i];

		if (em->uses[i] && nd->kind != NODE_NOT)
			for (j = 0; j < nd->nkids; j++)
				count_use(em, nd->kids[j]);
	}
}

static void turn_round(struct emit *em, struct prog *p, uint32_t *entries, size_t n)
{
	struct arena *a = &em->fs->a;
	uint32_t last = em->n - 1, i;

	p->n = em->n;
	p->nmemo = em->nmemo;
	p->v = arena_alloc(a, em->n * sizeof(*p->v));
	p->node = arena_alloc(a, em->n * sizeof(*p->node));
	for (i = 0; i < em->n; i++) {
		struct insn in = em->v[last - i];

		in.yes = last - in.yes;
		in.no = last - in.no;
		if (in.op == INSN_CALL)
			in.arg = last - in.arg;
		p->v[i] = in;
		p->node[i] = em->node[last - i];
	}
	for (i = 0; i < n; i++)
		entries[i] = last - entries[i];
}

static void emit_blocks(struct emit *em)
{
	size_t i;

	for (i = 0; i < em->fs->nnodes; i++) {
		const struct node *nd = &em->fs->nodes[i];

		em->block[i] = UNSEEN;
		if (em->uses[i] < 2 || nd->kind < NODE_AND)
			continue;
		em->memo[i] = em->nmemo++;
		em->block[i] = code(em, (uint32_t)i, 0, 1, true);
	}
}

static void emit_begin(struct emit *em, struct filterset *fs, uint32_t nmemo)
{
	*em = (struct emit){
		.fs = fs, .nmemo = nmemo,
		.uses = xcalloc(fs->nnodes, sizeof(uint32_t)),
		.block = xcalloc(fs->nnodes, sizeof(uint32_t)),
		.memo = xcalloc(fs->nnodes, sizeof(uint32_t)),
	};
	put(em, NODE_IS_TRUE, (struct insn){ .op = INSN_TRUE });
	put(em, NODE_IS_FALSE, (struct insn){ .op = INSN_FALSE });
}

static void emit_end(struct emit *em, struct prog *p, size_t nconds, uint32_t *entries,
		     size_t n)
{
	struct buf why = BUF_INIT;

	turn_round(em, p, entries, n);
	free(em->v);
	free(em->node);
	free(em->uses);
	free(em->block);
	free(em->memo);
	/* Never run what was not verified; that it fails would be our fault. */
	if (!prog_verify(p, em->fs->nchecks, nconds, em->fs->nnodes, &why))
		abort();
	buf_release(&why);
}

/* The program of some nodes and where each begins. */
static void emit(struct filterset *fs, const uint32_t *roots, size_t n,
		 struct prog *p, uint32_t *entries)
{
	struct emit em;
	size_t i;

	emit_begin(&em, fs, 0);
	count_uses(&em, roots, n);
	emit_blocks(&em);
	for (i = n; i-- > 0; )
		entries[i] = code(&em, roots[i], 0, 1, em.block[roots[i]] == UNSEEN);
	emit_end(&em, p, 0, entries, n);
}

/* Items [from, to), last first; goes on at `at`.  Depth is that of guards. */
static uint32_t code_items(struct emit *em, const struct sweep_item *v, size_t from,
			   size_t to, uint32_t at)
{
	size_t *starts = xcalloc(to - from + 1, sizeof(*starts)), n = 0, i;
	uint32_t in;

	for (i = from; i < to; i += v[i].span + 1u)
		starts[n++] = i;
	while (n-- > 0) {
		i = starts[n];
		if (v[i].cond == NO_COND)
			in = code_items(em, v, i + 1, i + 1 + v[i].span, at);
		else
			in = put(em, v[i].root, (struct insn){
				.op = INSN_HIT, .arg = v[i].cond, .yes = at, .no = at,
			});
		at = code(em, v[i].root, in, at, false);
	}
	free(starts);
	return at;
}

/* One program for all roots: a hit for each that holds. */
static void emit_sweep(struct filterset *fs, const uint32_t *roots, size_t n, struct plan *plan)
{
	struct sweep_item *items;
	struct emit em;
	uint32_t *all;
	size_t nitems, i;

	items = sweep_order(fs, roots, n, &nitems);
	all = xcalloc(nitems + 1, sizeof(*all));
	for (i = 0; i < nitems; i++)
		all[i] = items[i].root;
	emit_begin(&em, fs, plan->prog.nmemo);
	count_uses(&em, all, nitems);
	emit_blocks(&em);
	plan->sweep_at = code_items(&em, items, 0, nitems, 0);
	emit_end(&em, &plan->sweep, n, &plan->sweep_at, 1);
	free(all);
	free(items);
}

/* ---- plans ---- */

/*
 * A rule is asked only for the events its condition names (filter-language,
 * section 7).  Folding alone would keep it for generic calls, whose name is
 * known only from the event.
 */
static bool takes_part(const struct filterset *fs, size_t cond, uint16_t evtype)
{
	const uint8_t *events = fs->nodes[fs->conds[cond].node].events[0];

	if (fs->conds[cond].dropped || (fs->wanted && !fs->wanted[cond]))
		return false;
	if (!fs->conds[cond].syscall || evtype == EV_PLUGINEVENT_E)
		return !fs->conds[cond].syscall && evtype == EV_PLUGINEVENT_E;
	return evtype == EV_ASYNCEVENT_E || events[evtype / 8] >> evtype % 8 & 1;
}

static struct plan *new_plan(struct filterset *fs, const uint32_t *conds,
			     const uint32_t *roots, size_t n)
{
	struct plan *plan = ARENA_NEW(&fs->a, struct plan);
	uint32_t *entry = ARENA_ARRAY(&fs->a, uint32_t, n);

	emit(fs, roots, n, &plan->prog, entry);
	emit_sweep(fs, roots, n, plan);
	plan->pub.cond = arena_dup(&fs->a, conds, n * sizeof(*conds));
	plan->pub.entry = entry;
	plan->pub.n = n;
	return plan;
}

/* Types that leave the same conditions over share a plan. */
static struct plan *shared_plan(struct filterset *fs, const uint32_t *conds,
				const uint32_t *roots, size_t n)
{
	struct buf key = BUF_INIT;
	struct plan *plan;

	buf_add(&key, conds, n * sizeof(*conds));
	buf_add(&key, roots, n * sizeof(*roots));
	plan = smap_get(&fs->plan_map, buf_str(&key));
	if (!plan) {
		plan = new_plan(fs, conds, roots, n);
		smap_put(&fs->plan_map, arena_str(&fs->a, buf_str(&key)), plan);
	}
	buf_release(&key);
	return plan;
}

struct plan *plan_build(struct filterset *fs, uint16_t evtype)
{
	uint32_t *conds = xcalloc(fs->nconds + 1, sizeof(*conds));
	uint32_t *roots = xcalloc(fs->nconds + 1, sizeof(*roots));
	struct plan *plan;
	size_t i, n = 0, m = 0;

	for (i = 0; i < fs->nconds; i++) {
		if (!takes_part(fs, i, evtype))
			continue;
		conds[n] = (uint32_t)i;
		roots[n++] = fs->conds[i].node;
	}
	fold(fs, evtype, roots, n);
	for (i = 0; i < n; i++) {
		if (roots[i] == NODE_IS_FALSE)
			continue;
		conds[m] = conds[i];
		roots[m++] = roots[i];
	}
	plan = shared_plan(fs, conds, roots, m);
	free(conds);
	free(roots);
	return plan;
}

void plan_rearrange(struct filterset *fs, struct plan *plan, uint16_t evtype)
{
	uint32_t *roots = xcalloc(plan->pub.n + 1, sizeof(*roots));
	size_t i;

	for (i = 0; i < plan->pub.n; i++)
		roots[i] = fs->conds[plan->pub.cond[i]].node;
	fold(fs, evtype, roots, plan->pub.n);
	emit_sweep(fs, roots, plan->pub.n, plan);
	free(roots);
}

void filterset_disasm(struct filterset *fs, int cond, int evtype, struct buf *out)
{
	uint32_t root = fs->conds[cond].node, entry;
	struct prog p;

	fold(fs, evtype, &root, 1);
	emit(fs, &root, 1, &p, &entry);
	prog_print(fs, &p, entry, out);
}
