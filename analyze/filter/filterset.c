/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

struct filterset *filterset_new(void)
{
	struct filterset *fs = xcalloc(1, sizeof(*fs));

	nodes_init(fs);
	return fs;
}

void filterset_free(struct filterset *fs)
{
	size_t i;

	if (!fs)
		return;
	for (i = 0; i < fs->nregexes; i++)
		regex_free(fs->regexes[i]);
	free(fs->regexes);
	free(fs->terms);
	free(fs->checks);
	free(fs->nodes);
	free(fs->conds);
	free(fs->wanted);
	free(fs->slots);
	free(fs->verdicts);
	free(fs->memo);
	free(fs->stack);
	smap_release(&fs->term_map);
	smap_release(&fs->check_map);
	smap_release(&fs->node_map);
	smap_release(&fs->regex_map);
	smap_release(&fs->plan_map);
	arena_release(&fs->a);
	arena_release(&fs->event);
	free(fs);
}

/* ---- trees -> nodes ---- */

/* Trees of macros are shared: each is turned into a node once, and the walk
 * keeps its place on the heap, for chains of macros can be long. */
struct level {
	const struct ast *t;
	size_t next;
	uint32_t *kids;		/* nodes of the kids so far */
};

struct build {
	struct adding ad;
	struct imap done;	/* tree -> node + 1; of leaves, those that are wrong */
	bool failed;
	struct level *v;
	size_t n, cap;
};

static int leaf(struct build *b, const struct ast *t, uint32_t *out)
{
	int64_t check;

	*out = NODE_IS_FALSE;
	b->ad.origin = t->origin;
	if (t->kind == AST_IDENT)
		check = adding_fail(&b->ad, t->off, "undefined macro '%.*s' used in filter",
				    STR_FMT(t->text));
	else
		check = t->kind == AST_BROKEN ? -E_FILTER : check_of(&b->ad, t);
	if (check >= 0) {
		*out = node_check(b->ad.fs, (uint32_t)check);
		return 0;
	}
	b->failed = true;	/* but there may be more to tell */
	imap_put(&b->done, (uintptr_t)t, (void *)((uintptr_t)NODE_IS_FALSE + 1));
	return b->ad.nerrors < FILTER_ERRORS_MAX ? 0 : (int)check;
}

static uint32_t inner(struct build *b, const struct level *l)
{
	if (l->t->kind == AST_NOT)
		return node_not(b->ad.fs, l->kids[0]);
	return node_many(b->ad.fs, l->t->kind == AST_AND ? NODE_AND : NODE_OR,
			 l->kids, l->t->nkids);
}

/* The node of t when it is known or a leaf; 1: it must be gone into. */
static int enter(struct build *b, const struct ast *t, uint32_t *out)
{
	void *known;

	known = t->nkids || b->failed ? imap_get(&b->done, (uintptr_t)t) : NULL;
	if (known) {
		*out = (uint32_t)((uintptr_t)known - 1);
		return 0;
	}
	return t->nkids ? 1 : leaf(b, t, out);
}

static void push(struct build *b, const struct ast *t)
{
	XGROW(b->v, b->cap, b->n + 1);
	b->v[b->n++] = (struct level){ t, 0, xcalloc(t->nkids, sizeof(uint32_t)) };
}

static int build(struct build *b, const struct ast *root, uint32_t *out)
{
	uint32_t id = 0;
	int r = enter(b, root, &id);

	if (r <= 0) {
		*out = id;
		return r;
	}
	push(b, root);
	while (b->n) {
		struct level *l = &b->v[b->n - 1];

		if (l->next < l->t->nkids) {
			r = enter(b, l->t->kids[l->next], &l->kids[l->next]);
			if (r < 0)
				return r;
			if (r)
				push(b, l->t->kids[l->next]);
			else
				l->next++;
			if (b->n > NODE_DEPTH_MAX || b->ad.fs->nnodes > NODES_MAX) {
				b->ad.origin = root->origin;
				return adding_fail(&b->ad, root->off,
						   "the condition with its macros is too %s",
						   b->n > NODE_DEPTH_MAX ? "deep" : "large");
			}
			continue;
		}
		id = inner(b, l);
		imap_put(&b->done, (uintptr_t)l->t, (void *)((uintptr_t)id + 1));
		free(l->kids);
		b->n--;
		if (b->n) {
			l = &b->v[b->n - 1];
			l->kids[l->next++] = id;
		}
	}
	*out = id;
	return 0;
}

/* ---- fields of a condition ---- */

struct gather {
	struct imap seen;
	const struct fieldref **v;
	size_t n, cap;
	struct filterset *fs;
};

static void gather_term(struct gather *g, const struct term *t)
{
	size_t i;

	if (t->kind == TERM_FIELD && !imap_get(&g->seen, (uintptr_t)t)) {
		imap_put(&g->seen, (uintptr_t)t, g);
		XGROW(g->v, g->cap, g->n + 1);
		g->v[g->n++] = &t->ref;
	}
	for (i = 0; i < t->nargs; i++)
		gather_term(g, t->args[i]);
}

/* Nodes below root in the order of the condition, each once. */
static void gather_nodes(struct gather *g, uint32_t root)
{
	uint32_t *todo = NULL, id;
	size_t n = 0, cap = 0, i;

	XGROW(todo, cap, 1);
	todo[n++] = root;
	while (n) {
		const struct node *nd = &g->fs->nodes[id = todo[--n]];

		if (nd->kind == NODE_CHECK) {
			gather_term(g, g->fs->checks[nd->check].left);
			if (g->fs->checks[nd->check].right)
				gather_term(g, g->fs->checks[nd->check].right);
			continue;
		}
		if (imap_get(&g->seen, (uint64_t)id << 1 | 1))
			continue;
		imap_put(&g->seen, (uint64_t)id << 1 | 1, g);
		for (i = nd->nkids; i-- > 0; ) {
			XGROW(todo, cap, n + 1);
			todo[n++] = nd->kids[i];
		}
	}
	free(todo);
}

static void cond_fields(struct filterset *fs, struct cond *c)
{
	struct gather g = { .fs = fs };

	gather_nodes(&g, c->node);
	c->fields = arena_dup(&fs->a, g.v, g.n * sizeof(*g.v));
	c->nfields = g.n;
	free(g.v);
	imap_release(&g.seen);
}

static void forget_plans(struct filterset *fs)
{
	if (fs->planned)
		memset(fs->plans, 0, sizeof(fs->plans));
	fs->planned = false;
}

int filterset_add(struct filterset *fs, const struct ast *t, struct str source,
		  struct filter_error *e, struct filter_warning **warnings,
		  struct arena *wa)
{
	struct build b = {
		.ad = { .fs = fs, .source = source, .e = e, .warnings = warnings, .wa = wa },
	};
	struct cond c = { .syscall = str_eq(source, STR("syscall")) };
	size_t written = fs->checks_written;
	int err = build(&b, t, &c.node);

	while (b.n)
		free(b.v[--b.n].kids);
	free(b.v);
	imap_release(&b.done);
	if (err || b.failed)
		return -E_FILTER;
	cond_fields(fs, &c);
	c.checks_written = fs->checks_written - written;
	XGROW(fs->conds, fs->cap_conds, fs->nconds + 1);
	fs->conds[fs->nconds] = c;
	forget_plans(fs);		/* they do not know it */
	fs->cur = NULL;
	return (int)fs->nconds++;
}

void filterset_drop(struct filterset *fs, int cond)
{
	fs->conds[cond].dropped = true;
	forget_plans(fs);
	fs->cur = NULL;
}

bool filterset_never(const struct filterset *fs, int cond)
{
	const struct cond *c = &fs->conds[cond];
	unsigned ev;

	for (ev = 0; c->syscall && ev < EV_COUNT; ev++)
		if (fs->nodes[c->node].events[0][ev / 8] >> ev % 8 & 1)
			return false;
	return c->syscall;
}

void filterset_events(const struct filterset *fs, int cond, uint8_t *bitmap)
{
	const struct cond *c = &fs->conds[cond];
	unsigned ev;

	memset(bitmap, 0, EV_BITMAP);
	if (c->syscall)
		memcpy(bitmap, fs->nodes[c->node].events[0], EV_BITMAP);
	else
		bitmap[EV_PLUGINEVENT_E / 8] |= 1u << EV_PLUGINEVENT_E % 8;
	for (ev = EV_COUNT; ev < EV_BITMAP * 8; ev++)
		bitmap[ev / 8] &= (uint8_t)~(1u << ev % 8);
	bitmap[EV_ASYNCEVENT_E / 8] |= 1u << EV_ASYNCEVENT_E % 8;
}

void filterset_select(struct filterset *fs, bool (*wanted)(void *ctx, int cond), void *ctx)
{
	size_t i;

	free(fs->wanted);
	fs->wanted = xcalloc(fs->nconds + 1, 1);
	for (i = 0; i < fs->nconds; i++)
		fs->wanted[i] = wanted(ctx, (int)i);
	forget_plans(fs);
	fs->cur = NULL;
}

const struct filterset_plan *filterset_plan(struct filterset *fs, uint16_t evtype)
{
	static const struct filterset_plan nothing;

	if (evtype >= EV_COUNT)
		return &nothing;
	if (!fs->plans[evtype]) {
		fs->plans[evtype] = plan_build(fs, evtype);
		fs->planned = true;
	}
	return &fs->plans[evtype]->pub;
}

size_t filterset_size(const struct filterset *fs)
{
	return fs->nconds;
}

/* Kids have smaller numbers: marks go down in one pass. */
static size_t count_checks(const struct filterset *fs, bool *marked)
{
	size_t n = 0, i, k;

	for (i = fs->nnodes; i-- > 0; ) {
		const struct node *nd = &fs->nodes[i];

		n += marked[i] && nd->kind == NODE_CHECK;
		for (k = 0; marked[i] && k < nd->nkids; k++)
			marked[nd->kids[k]] = true;
	}
	return n;
}

struct filterset_stats filterset_stats(const struct filterset *fs)
{
	struct filterset_stats st = { 0 };
	bool *marked = xcalloc(fs->nnodes + 1, sizeof(*marked));
	struct imap fields = IMAP_INIT;
	size_t i, k;

	for (i = 0; i < fs->nconds; i++) {
		const struct cond *c = &fs->conds[i];

		if (c->dropped)
			continue;
		st.conditions++;
		st.checks_written += c->checks_written;
		marked[c->node] = true;
		for (k = 0; k < c->nfields; k++)
			imap_put(&fields, (uintptr_t)c->fields[k], &fields);
	}
	st.checks_distinct = count_checks(fs, marked);
	st.fields = fields.live;
	imap_release(&fields);
	free(marked);
	return st;
}

size_t filterset_fields(const struct filterset *fs, int cond,
			const struct fieldref **out, size_t max)
{
	const struct cond *c = &fs->conds[cond];
	size_t i;

	for (i = 0; i < c->nfields && i < max; i++)
		out[i] = c->fields[i];
	return c->nfields;
}
