/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/ast.h"
#include "analyze/filter/op.h"
#include "analyze/filter/operand.h"
#include "lib/base/map.h"
#include "lib/base/xalloc.h"

/* Macros that use macros share trees: a small graph can stand for a text of
 * any size and a chain of any depth. */
#define PRINT_MAX	(8u << 20)	/* bytes of normalised text */
#define DEPTH_MAX	100000		/* of a walk, on the heap */

/* A constant in quotes when it holds what a bare string cannot, or would not
 * read well. */
static void value_quote(struct str s, struct buf *out)
{
	static const char from[] = "\b\f\n\r\t\\\"", to[] = "bfnrt\\\"";
	const char *esc;
	bool quotes = false;
	size_t i, start = out->len;

	buf_addc(out, '"');
	for (i = 0; i < s.len; i++) {
		esc = s.p[i] ? strchr(from, s.p[i]) : NULL;
		if (esc) {
			buf_addc(out, '\\');
			buf_addc(out, to[esc - from]);
			quotes = true;
		} else {
			buf_addc(out, s.p[i]);
			if (s.p[i] == ' ' || s.p[i] == '=' || s.p[i] == '\'')
				quotes = true;
		}
	}
	if (quotes) {
		buf_addc(out, '"');
		return;
	}
	buf_setlen(out, start);
	buf_addstr(out, s);
}

static void args_print(const struct ast_operand *o, const char *sep, struct buf *out)
{
	size_t i;

	buf_addc(out, '(');
	for (i = 0; i < o->nargs; i++) {
		if (i)
			buf_adds(out, sep);
		operand_print(o->args[i], out);
	}
	buf_addc(out, ')');
}

void operand_print(const struct ast_operand *o, struct buf *out)
{
	switch (o->kind) {
	case OPND_FIELD:
		buf_addf(out, o->val ? "val(%.*s)" : "%.*s", STR_FMT(o->text));
		break;
	case OPND_TRANSFORMER:
		buf_addstr(out, o->text);
		args_print(o, ",", out);
		if (o->arg.p)
			buf_addf(out, "[%.*s]", STR_FMT(o->arg));
		break;
	case OPND_VALUE:
		value_quote(o->text, out);
		break;
	case OPND_LIST:
		args_print(o, ",", out);
		break;
	}
}

static void rhs_print(const struct ast_operand *o, struct buf *out)
{
	if (o->kind != OPND_LIST)
		operand_print(o, out);
	else if (o->from_ident)
		operand_print(o->args[0], out);
	else
		args_print(o, ", ", out);
}

static void check_print(const struct ast *t, struct buf *out)
{
	operand_print(t->left, out);
	buf_addf(out, " %s", optab[t->op].text);
	if (t->kind == AST_EXISTS)
		return;
	if (t->mod)
		buf_addf(out, " %s", modifier_text(t->mod));
	buf_addc(out, ' ');
	rhs_print(t->right, out);
}

/* One level of an iterative walk over a tree. */
struct level {
	const struct ast *t;
	size_t next;		/* kid to visit */
};

struct walk {
	struct level *v;
	size_t n, cap;
};

static bool walk_push(struct walk *w, const struct ast *t)
{
	if (w->n >= DEPTH_MAX)
		return false;
	XGROW(w->v, w->cap, w->n + 1);
	w->v[w->n++] = (struct level){ t, 0 };
	return true;
}

/* What stands before kid `i` of t, i == nkids: after the last. */
static void joint_print(const struct ast *t, size_t i, struct buf *out)
{
	if (t->kind == AST_NOT) {
		buf_adds(out, i ? "" : "not ");
		return;
	}
	if (!i)
		buf_addc(out, '(');
	else if (i == t->nkids)
		buf_addc(out, ')');
	else
		buf_adds(out, t->kind == AST_AND ? " and " : " or ");
}

void ast_print(const struct ast *t, struct buf *out)
{
	struct walk w = { 0 };
	struct level *l;
	size_t start = out->len;

	walk_push(&w, t);
	while (w.n && out->len - start < PRINT_MAX) {
		l = &w.v[w.n - 1];
		t = l->t;
		if (!t->nkids) {
			if (t->kind == AST_IDENT)
				buf_addstr(out, t->text);
			else
				check_print(t, out);
			w.n--;
			continue;
		}
		joint_print(t, l->next, out);
		if (l->next < t->nkids)
			walk_push(&w, t->kids[l->next++]);
		else
			w.n--;
	}
	if (w.n)
		buf_adds(out, " …");
	free(w.v);
}

bool ast_walk(const struct ast *t, bool (*fn)(void *ctx, const struct ast *t), void *ctx)
{
	struct imap seen = IMAP_INIT;
	struct walk w = { 0 };
	struct level *l;
	bool going = fn(ctx, t);

	if (going)
		walk_push(&w, t);
	while (going && w.n) {
		l = &w.v[w.n - 1];
		if (l->next >= l->t->nkids) {
			w.n--;
			continue;
		}
		t = l->t->kids[l->next++];
		if (t->nkids) {
			if (imap_get(&seen, (uintptr_t)t))
				continue;
			imap_put(&seen, (uintptr_t)t, w.v);
		}
		going = fn(ctx, t);
		if (going && t->nkids)
			walk_push(&w, t);
	}
	imap_release(&seen);
	free(w.v);
	return going;
}

struct resolver {
	struct arena *a;
	struct ast *(*resolve)(void *ctx, const struct ast *ident);
	void *ctx;
	const struct ast *unknown;
};

/* Depth is that of one parsed text: trees of macros are taken as they are. */
static struct ast *resolve_node(struct resolver *r, struct ast *t)
{
	struct ast *copy = NULL, *kid;
	size_t i;

	if (t->kind == AST_IDENT) {
		kid = r->resolve(r->ctx, t);
		if (!kid && !r->unknown)
			r->unknown = t;
		return kid;
	}
	for (i = 0; i < t->nkids && !r->unknown; i++) {
		kid = resolve_node(r, t->kids[i]);
		if (!kid || kid == t->kids[i])
			continue;
		if (!copy) {
			copy = arena_dup(r->a, t, sizeof(*t));
			copy->kids = arena_dup(r->a, t->kids, t->nkids * sizeof(*t->kids));
		}
		copy->kids[i] = kid;
	}
	return copy ? copy : t;
}

struct ast *ast_resolve(struct arena *a, struct ast *t,
			struct ast *(*resolve)(void *ctx, const struct ast *ident), void *ctx,
			const struct ast **unknown)
{
	struct resolver r = { .a = a, .resolve = resolve, .ctx = ctx };

	t = resolve_node(&r, t);
	if (!r.unknown)
		return t;
	if (unknown)
		*unknown = r.unknown;
	return NULL;
}
