/* SPDX-License-Identifier: Apache-2.0 */
/* What is not wrong but deserves a word. */
#include "lib/base/compat.h"

#include "analyze/filter/op.h"
#include "analyze/rule/compile.h"
#include "analyze/rule/limits.h"
#include "lib/base/xalloc.h"

#define ITEMS_MAX	64	/* of a list that is looked through for misspelt names */

struct lists {
	struct compiler *c;
	struct ctext *t;
	const struct where *up;
	const char **names;		/* of all lists, once they are needed */
};

struct scan {
	struct compiler *c;
	const struct ruledef *r;
	bool unsafe_na;
};

static struct str bare(struct str field)
{
	ssize_t b = str_chr(field, '[');

	return b < 0 ? field : str_sub(field, 0, b);
}

/* evt.dir, evt.latency*, evt.wait_latency: what enter events were good for. */
static bool is_gone(const struct fieldinfo *f)
{
	return f && (f->flags & FF_DEPRECATED) && f->fclass == FCLASS_EVT;
}

static void gone_operand(struct scan *s, const struct ast *t, const struct ast_operand *o)
{
	const struct fieldinfo *f;
	struct ctext *text;
	size_t i;

	for (i = 0; o && i < o->nargs; i++)
		gone_operand(s, t, o->args[i]);
	if (!o || o->kind != OPND_FIELD)
		return;
	f = field_by_name(bare(o->text));
	if (!is_gone(f))
		return;
	text = t->origin && t->origin <= s->c->rb->nmacros ?
		&s->c->macros[t->origin - 1]->t : &s->c->cur;
	load_finding(s->c->res, LOAD_DEPRECATED_ITEM,
		     expr_where(s->c, s->r->cond_where, text, o->off), "%s",
		     f->id == FIELD_EVT_DIR ?
		     "due to the drop of enter events, 'evt.dir = <' always evaluates to true, "
		     "and 'evt.dir = >' always evaluates to false. The rule expression can be "
		     "simplified by removing the condition on 'evt.dir'" :
		     "field is not available due to the drop of enter events.");
}

static bool is_na(const struct ast_operand *o)
{
	size_t i;

	if (!o)
		return false;
	if (o->kind == OPND_VALUE)
		return str_eq(o->text, STR("<NA>"));
	for (i = 0; o->kind == OPND_LIST && i < o->nargs; i++)
		if (is_na(o->args[i]))
			return true;
	return false;
}

static bool compares(unsigned op)
{
	return op == FOP_EQ || op == FOP_EQ2 || op == FOP_NE || op == FOP_IN ||
		op == FOP_INTERSECTS || op == FOP_PMATCH;
}

static bool scan_node(void *ctx, const struct ast *t)
{
	struct scan *s = ctx;

	if (t->kind != AST_CHECK && t->kind != AST_EXISTS)
		return true;
	gone_operand(s, t, t->left);
	if (t->kind == AST_EXISTS)
		return true;
	gone_operand(s, t, t->right);
	if (t->left->kind == OPND_FIELD && compares(t->op) && is_na(t->right) &&
	    (str_starts(t->left->text, STR("ka.")) || str_starts(t->left->text, STR("jevt."))))
		s->unsafe_na = true;
	return true;
}

/*
 * A name that is no list's is a text to Falco, and no word is said of it.  We
 * say one where it stands for a list (in names), or is very like a list's
 * name among few others (in (a, naems)); Falco's results do not show it.
 */
static void list_like(struct lists *ls, const struct ast_operand *o, bool alone)
{
	struct compiler *c = ls->c;
	const char *near;
	size_t i;

	if (o->kind != OPND_VALUE || o->quoted || o->number ||
	    (!alone && str_chr(o->text, '_') < 0) || !srctext_written(&ls->t->text, o->off))
		return;
	if (!ls->names) {
		ls->names = xcalloc(c->x.n + 1, sizeof(*ls->names));
		for (i = 0; i < c->x.n; i++)
			ls->names[i] = arena_strdup(c->a, c->x.lists[i].list->name);
	}
	near = str_nearest(o->text, ls->names, c->x.n);
	if (!alone && (!near || str_eq(str_of(near), o->text)))
		return;
	load_finding(c->res, LOAD_COMPILE_CONDITION, expr_where(c, ls->up, ls->t, o->off),
		     "no list is named '%.*s': it is compared as a text", STR_FMT(o->text));
	if (c->res->last)
		c->res->last->further = true;
	if (near)
		load_hint(c->res, "did you mean '%s'?", near);
}

/* A list that is empty for its only element has an escape there is not. */
static void unreadable(struct lists *ls, const struct ast_operand *o)
{
	struct compiler *c = ls->c;

	load_finding(c->res, LOAD_COMPILE_CONDITION, expr_where(c, ls->up, ls->t, o->off),
		     "%.*s has an escape that is none: the list is empty, nothing is in it",
		     STR_FMT(o->text));
	if (c->res->last)
		c->res->last->further = true;
}

static bool list_node(void *ctx, const struct ast *t)
{
	struct lists *ls = ctx;
	size_t i;

	if (t->kind != AST_CHECK || t->right->kind != OPND_LIST || t->right->nargs > ITEMS_MAX)
		return true;
	if (t->right->unreadable)
		unreadable(ls, t->right);
	for (i = 0; i < t->right->nargs; i++)
		list_like(ls, t->right->args[i], t->right->from_ident);
	return true;
}

void warn_lists(struct compiler *c, const struct ast *tree, struct ctext *t,
		const struct where *up)
{
	struct lists ls = { .c = c, .t = t, .up = up };

	ast_walk(tree, list_node, &ls);
	free(ls.names);
}

void warn_condition(struct compiler *c, const struct ruledef *r, const struct ast *tree)
{
	struct scan s = { .c = c, .r = r };

	ast_walk(tree, scan_node, &s);
	if (s.unsafe_na)
		load_finding(c->res, LOAD_UNSAFE_NA_CHECK, r->where,
			     "comparing a field value with <NA> is unsafe and can lead to "
			     "unpredictable behavior of the rule condition. If you need to check "
			     "for the existence of a field, consider using the 'exists' operator "
			     "instead.");
}

void warn_output(struct compiler *c, const struct ruledef *r)
{
	if (str_find(buf_str(&r->output), STR("%container.info")) >= 0)
		load_finding(c->res, LOAD_DEPRECATED_ITEM, r->where,
			     "%%container.info is deprecated and no more useful, and will be "
			     "dropped by Falco 1.0.0. The container plugin will automatically "
			     "add required fields to the output message.");
}

/* A substring test, so evt.latency.human is told of twice; as in Falco. */
void warn_output_fields(struct compiler *c, const struct ruledef *r)
{
	struct str out = buf_str(&r->output);
	unsigned i;

	if (str_find(out, STR("evt.")) < 0)
		return;
	for (i = 0; i < FIELD_COUNT; i++)
		if (is_gone(&fieldtab[i]) && str_find(out, str_of(fieldtab[i].name)) >= 0)
			load_finding(c->res, LOAD_DEPRECATED_ITEM, r->output_where,
				     "usage of deprecated field '%s' has been detected in the "
				     "rule output", fieldtab[i].name);
}

void warn_events(struct compiler *c, const struct ruledef *r, int cond)
{
	uint8_t bits[(EV_COUNT + 7) / 8] = { 0 };
	unsigned n = 0, i;
	bool never;

	if (!r->warn_evttypes || !str_eq(r->source, STR("syscall")))
		return;
	filterset_events(c->rs->fs, cond, bits);
	for (i = 0; i < sizeof(bits); i++)
		n += (unsigned)__builtin_popcount(bits[i]);
	never = filterset_never(c->rs->fs, cond);
	if (!never && n <= NO_EVTTYPE_ABOVE)
		return;
	load_finding(c->res, LOAD_NO_EVTTYPE, r->where, "%s",
		     !never ? "Rule matches too many evt.type values. This has a significant "
		     "performance penalty." :
		     "Rule matches no evt.type value: it can never fire.");
}

void warn_unused(struct compiler *c)
{
	size_t i;

	for (i = 0; i < c->rb->nmacros; i++)
		if (!c->macros[i]->used)
			load_finding(c->res, LOAD_UNUSED_MACRO, c->macros[i]->m->where,
				     "Macro not referred to by any other rule/macro");
	for (i = 0; i < c->x.n; i++)
		if (!c->x.lists[i].used && !c->x.lists[i].within)
			load_finding(c->res, LOAD_UNUSED_LIST, c->x.lists[i].list->where,
				     "List not referred to by any other rule/macro");
}
