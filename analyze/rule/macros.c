/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macros: parsed, and put into one another.  A macro sees those first defined
 * before its own last change; rules see all (rules language, section 5).
 */
#include "lib/base/compat.h"

#include "analyze/rule/compile.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define DEPTH_MAX	4000	/* of a condition with its macros put in */
#define CHAIN_MAX	500	/* macros in macros that are not yet resolved */

enum trouble { FINE, UNKNOWN, KNOWN_BAD, LOOP, TOO_LARGE };

struct resolving {
	struct compiler *c;
	struct ctext *t;		/* the text at hand, and where it stands */
	const struct where *up;
	uint32_t seen;			/* macros defined before this are visible */
	uint64_t weight;
	uint32_t depth, chain;
	bool wrong;
	/* of one macro's name in the text */
	enum trouble trouble;
	struct str name;		/* who made it */
};

static void measure(const struct ast *t, uint32_t depth, uint64_t *nodes, uint32_t *deepest)
{
	size_t i;

	(*nodes)++;
	if (depth > *deepest)
		*deepest = depth;
	for (i = 0; i < t->nkids; i++)
		measure(t->kids[i], depth + 1, nodes, deepest);
}

static struct ast *trouble(struct resolving *r, enum trouble what, struct str name)
{
	if (r->trouble == FINE) {
		r->trouble = what;
		r->name = name;
	}
	return NULL;
}

static struct ast *resolve_ident(void *ctx, const struct ast *ident);

/* One that comes later in the book but was defined earlier: put in on the spot. */
static struct ast *resolve_now(struct resolving *r, struct cmacro *m)
{
	const struct ast *unknown;
	struct ast *t;
	uint32_t depth = 0;

	if (r->chain >= CHAIN_MAX)
		return trouble(r, TOO_LARGE, m->m->name);
	measure(m->raw, 1, &r->weight, &depth);
	r->depth += depth;
	r->chain++;
	m->busy = true;
	t = ast_resolve(r->c->a, m->raw, resolve_ident, r, &unknown);
	m->busy = false;
	r->chain--;
	return t;
}

static struct ast *resolve_ident(void *ctx, const struct ast *ident)
{
	struct resolving *r = ctx;
	struct str name = ident->text;
	struct cmacro *m = smap_get(&r->c->macro_by_name, name);

	if (!m || m->m->index >= r->seen)
		return trouble(r, smap_get(&r->c->rb->broken_macros, name) ? KNOWN_BAD : UNKNOWN,
			       name);
	if (m->busy)
		return trouble(r, LOOP, name);
	if (m->m->broken)
		return trouble(r, KNOWN_BAD, name);
	m->used = true;
	if (r->weight > CONDITION_NODES_MAX)
		return trouble(r, TOO_LARGE, name);
	if (!m->done)
		return resolve_now(r, m);
	r->weight += m->weight;
	if (m->depth > r->depth)
		r->depth = m->depth;
	return m->done;
}

static const char *nearest_macro(struct compiler *c, struct str name)
{
	const char **names, *near;
	size_t i;

	if (c->res->nerrors > HINTS_MAX)	/* dear, where all is wrong */
		return NULL;
	names = xcalloc(c->rb->nmacros + 1, sizeof(*names));
	for (i = 0; i < c->rb->nmacros; i++)
		names[i] = arena_strdup(c->a, c->rb->macros[i]->name);
	near = str_nearest(name, names, c->rb->nmacros);
	free(names);
	return near;
}

static void complain(const struct resolving *r, const struct where *w)
{
	struct compiler *c = r->c;
	const char *near;

	switch (r->trouble) {
	case UNKNOWN:
		load_finding(c->res, LOAD_ERR_VALIDATE, w, "Undefined macro '%.*s' used in filter.",
			     STR_FMT(r->name));
		near = nearest_macro(c, r->name);
		if (r->up->type == ITEM_MACRO && str_eq(r->up->name, r->name))
			load_hint(c->res, "a macro may not use itself");
		else if (smap_get(&c->macro_by_name, r->name))
			load_hint(c->res, "macro '%.*s' is defined further down: a macro may only "
				  "use macros defined before it", STR_FMT(r->name));
		else if (near)
			load_hint(c->res, "did you mean '%s'?", near);
		break;
	case LOOP:
		load_finding(c->res, LOAD_ERR_VALIDATE, w, "reference loop in macro '%.*s'",
			     STR_FMT(r->name));
		break;
	case TOO_LARGE:
		load_finding(c->res, LOAD_ERR_VALIDATE, w,
			     "the condition is too large once its macros are put in");
		break;
	default:
		break;
	}
}

/* A name in the text itself: what cannot be put in is told, and gone over. */
static struct ast *resolve_name(void *ctx, const struct ast *ident)
{
	struct resolving *r = ctx;
	struct ast *t;

	r->trouble = FINE;
	t = resolve_ident(r, ident);
	if (t)
		return t;
	r->wrong = true;
	if (r->trouble != KNOWN_BAD)
		complain(r, expr_where(r->c, r->up, r->t, ident->off));
	if (r->trouble == TOO_LARGE)
		return NULL;
	t = ARENA_NEW(r->c->a, struct ast);
	t->kind = AST_BROKEN;
	t->off = ident->off;
	return t;
}

/* Resolve one text's tree; the result's size goes into *weight and *depth. */
static struct ast *resolve(struct resolving *r, struct ast *raw, uint32_t *weight,
			   uint32_t *depth)
{
	struct ast *done;
	uint64_t nodes = 0;
	uint32_t own = 0;

	done = ast_resolve(r->c->a, raw, resolve_name, r, NULL);
	measure(raw, 1, &nodes, &own);
	r->weight += nodes;
	r->depth += own;
	if (done && (r->weight > CONDITION_NODES_MAX || r->depth > DEPTH_MAX)) {
		r->trouble = TOO_LARGE;
		complain(r, expr_where(r->c, r->up, r->t, 0));
		r->wrong = true;
		done = NULL;
	}
	*weight = r->weight;
	*depth = r->depth;
	return done;
}

struct ast *compile_resolve_rule(struct compiler *c, struct ast *raw, const struct where *up,
				 bool *wrong)
{
	struct resolving r = { .c = c, .t = &c->cur, .up = up, .seen = UINT32_MAX };
	uint32_t weight, depth;
	struct ast *done = resolve(&r, raw, &weight, &depth);

	*wrong |= r.wrong;
	return done;
}

/* A macro that is wrong is put into nothing: `done` stays NULL. */
static bool resolve_macro(struct compiler *c, struct cmacro *m)
{
	struct resolving r = { .c = c, .t = &m->t, .up = m->m->where, .seen = m->m->seen };
	struct ast *done;

	m->busy = true;
	done = resolve(&r, m->raw, &m->weight, &m->depth);
	m->busy = false;
	m->m->broken |= r.wrong;
	if (!m->m->broken)
		m->done = done;
	return !m->m->broken;
}

static struct cmacro *add_macro(struct compiler *c, struct macro *of)
{
	struct cmacro *m = ARENA_NEW(c->a, struct cmacro);

	m->m = of;
	m->t.text = (struct srctext)SRCTEXT_INIT;
	m->told = true;		/* that it is new */
	XGROW(c->macros, c->cap_macros, c->nmacros + 1);
	c->macros[c->nmacros++] = m;
	smap_put(&c->macro_by_name, of->name, m);
	return m;
}

static void parse_macro(struct compiler *c, size_t at)
{
	struct cmacro *m = at < c->nmacros ? c->macros[at] : add_macro(c, c->rb->macros[at]);
	size_t before = compile_told(c);

	if (keep_text(c, m))
		return;
	srctext_clear(&m->t.text);
	m->t.copy = (struct str){ NULL, 0 };
	m->m->broken = false;
	m->raw = compile_parse(c, &m->m->cond, &m->t, m->m->cond_where, (uint32_t)at + 1,
			       &m->m->broken);
	m->seen = m->m->seen;
	m->told = compile_told(c) > before;
	m->fresh = true;
}

/* 0, or -E_RULES when it is wrong. */
static int finish_macro(struct compiler *c, size_t at)
{
	struct cmacro *m = c->macros[at];
	size_t before = compile_told(c);
	bool ok = m->raw;

	if (ok && keep_macro(c, at)) {
		m->done = m->before;
		return 0;
	}
	m->fresh = true;
	ok = ok && resolve_macro(c, m);
	m->told |= !ok || compile_told(c) > before;
	return ok ? 0 : -E_RULES;
}

int compile_macros(struct compiler *c)
{
	size_t i;
	int err = 0;

	for (i = 0; i < c->rb->nmacros; i++)
		parse_macro(c, i);
	for (i = 0; i < c->nmacros; i++)
		if (finish_macro(c, i))
			err = -E_RULES;
	return err;
}

void compile_macros_release(struct compiler *c)
{
	size_t i;

	for (i = 0; i < c->nmacros; i++)
		srctext_release(&c->macros[i]->t.text);
	free(c->macros);
	c->macros = NULL;
	c->nmacros = c->cap_macros = 0;
	smap_release(&c->macro_by_name);
}
