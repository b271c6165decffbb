/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/parts.h"
#include "lib/base/xalloc.h"

#define DEPTH_MAX 2000

struct builder {
	struct parts *p;
	const struct ruleset *rs;
	struct str source;
	struct imap checks;	/* tree node -> number + 1 */
};

/* Trees of macros are shared: a check that stands twice is one. */
static int check_of(struct builder *b, const struct ast *t)
{
	struct filter_error e = FILTER_ERROR_INIT;
	void *known = imap_get(&b->checks, (uintptr_t)t);
	int cond;

	if (known)
		return (int)(intptr_t)known - 1;
	cond = filterset_add(b->p->fs, t, b->source, &e, NULL, &b->p->a);
	filter_error_release(&e);
	if (cond >= 0)
		imap_put(&b->checks, (uintptr_t)t, (void *)(intptr_t)(cond + 1));
	return cond;
}

static struct str macro_of(const struct builder *b, const struct ast *t, uint32_t above)
{
	if (!t->origin || t->origin == above || t->origin > b->rs->book.nmacros)
		return STR("");
	return b->rs->book.macros[t->origin - 1]->name;
}

static void take_apart(struct builder *b, const struct ast *t, uint32_t parent, uint32_t depth,
		       uint32_t above)
{
	struct parts *p = b->p;
	struct part *part;
	uint32_t self = (uint32_t)p->n;
	size_t i;

	if (p->n >= PARTS_MAX || depth > DEPTH_MAX) {
		p->cut = true;
		return;
	}
	XGROW(p->v, p->cap, p->n + 1);
	part = &p->v[p->n++];
	*part = (struct part){ .t = t, .parent = parent, .depth = depth, .cond = -1 };
	part->macro = macro_of(b, t, above);
	if (!t->nkids)
		part->cond = check_of(b, t);
	for (i = 0; i < t->nkids; i++)
		take_apart(b, t->kids[i], self, depth + 1, t->origin);
}

struct parts *parts_new(const struct ruleset *rs, const struct rule *r)
{
	struct parts *p = xcalloc(1, sizeof(*p));
	struct builder b = { .p = p, .rs = rs, .source = r->source };

	p->fs = filterset_new();
	take_apart(&b, r->tree, 0, 0, 0);
	p->nchecks = filterset_size(p->fs);
	p->verdict = xcalloc(p->nchecks + 1, sizeof(*p->verdict));
	imap_release(&b.checks);
	return p;
}

void parts_free(struct parts *p)
{
	if (!p)
		return;
	filterset_free(p->fs);
	arena_release(&p->a);
	free(p->verdict);
	free(p->v);
	free(p);
}

static void eval_checks(struct parts *p, struct fieldsource *src)
{
	const struct filterset_plan *plan = filterset_plan(p->fs, src->evtype);
	size_t i;

	memset(p->verdict, 0, p->nchecks * sizeof(*p->verdict));
	filterset_begin(p->fs, src);
	for (i = 0; i < plan->n; i++)
		p->verdict[plan->cond[i]] = filterset_eval(p->fs, plan->entry[i]);
}

/* Kids come after their parents, so from the end on all kids are done. */
static void eval_joints(struct parts *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		p->v[i].value = p->v[i].cond >= 0 ? p->verdict[p->v[i].cond] :
				p->v[i].t->kind == AST_AND;
	for (i = p->n; i-- > 1;) {
		struct part *up = &p->v[p->v[i].parent];

		if (up->t->kind == AST_AND)
			up->value &= p->v[i].value;
		else if (up->t->kind == AST_OR)
			up->value |= p->v[i].value;
		else
			up->value = !p->v[i].value;
	}
}

/*
 * What made the whole so: of an `and` that is false its first false part, of
 * an `or` that is true its first true one; otherwise all of them.
 */
static void mark_deciding(struct parts *p)
{
	bool *settled = xcalloc(p->n + 1, sizeof(*settled));
	size_t i;

	for (i = 0; i < p->n; i++)
		p->v[i].decides = !i;
	for (i = 1; i < p->n; i++) {
		struct part *part = &p->v[i], *up = &p->v[part->parent];
		bool one = (up->t->kind == AST_AND && !up->value) ||
			   (up->t->kind == AST_OR && up->value);

		if (!up->decides || (one && (part->value != up->value || settled[part->parent])))
			continue;
		part->decides = true;
		settled[part->parent] = true;
	}
	free(settled);
}

bool parts_eval(struct parts *p, struct fieldsource *src)
{
	if (!p->n)
		return false;
	eval_checks(p, src);
	eval_joints(p);
	mark_deciding(p);
	return p->v[0].value;
}

void part_print(const struct part *part, struct buf *out)
{
	switch (part->t->kind) {
	case AST_AND:
		buf_adds(out, "and");
		break;
	case AST_OR:
		buf_adds(out, "or");
		break;
	case AST_NOT:
		buf_adds(out, "not");
		break;
	default:
		ast_print(part->t, out);
	}
}
