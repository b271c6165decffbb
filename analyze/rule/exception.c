/* SPDX-License-Identifier: Apache-2.0 */
/* What exceptions mean: checks of their shape, and the text they become. */
#include "lib/base/compat.h"

#include "analyze/field/field.h"
#include "analyze/filter/op.h"
#include "analyze/filter/filter.h"
#include "analyze/rule/item.h"
#include "lib/base/err.h"

static const char *const modifiers[] = { "anyof", "allof", "oneof" };

static bool known_op(struct str s)
{
	unsigned i;

	for (i = 0; i < FOP_COUNT; i++)
		if (str_eq(s, str_of(optab[i].text)))
			return true;
	return false;
}

/* "startswith anyof": a string operator, one blank, a modifier. */
static bool modifier_op(struct str s)
{
	ssize_t sp = str_rchr(s, ' ');
	struct str base, mod;
	unsigned i, k;

	if (sp < 0)
		return false;
	base = str_sub(s, 0, sp);
	mod = str_sub(s, sp + 1, s.len);
	for (i = 0; i < ARRAY_SIZE(modifiers); i++) {
		if (!str_eq(mod, str_of(modifiers[i])))
			continue;
		for (k = 0; k < FOP_COUNT; k++)
			if ((optab[k].syntax == OPS_STR || optab[k].syntax == OPS_WORD) &&
			    str_eq(base, str_of(optab[k].text)))
				return true;
	}
	return false;
}

static bool list_op(struct str s)
{
	return str_eq(s, STR("in")) || str_eq(s, STR("pmatch")) ||
		str_eq(s, STR("intersects")) || modifier_op(s);
}

/*
 * Is this text a field, or a transformer over fields, of the rule's source?
 * Asking the parser spares a second grammar: "FIELD exists" must parse to one
 * test of one operand.
 */
static bool operand_ok(const struct ast_operand *o, struct str source, struct arena *a)
{
	struct fieldref ref;
	struct buf why = BUF_INIT;
	size_t used, i;
	bool ok;

	if (o->kind == OPND_TRANSFORMER || o->kind == OPND_LIST) {
		for (i = 0; i < o->nargs; i++)
			if (!operand_ok(o->args[i], source, a))
				return false;
		return true;
	}
	if (o->kind != OPND_FIELD)
		return true;
	used = fieldref_parse(o->text, FIELD_IN_FILTER, a, &ref, &why);
	ok = used == o->text.len && used && field_in_source(ref.f, source);
	buf_release(&why);
	return ok;
}

static bool known_field(struct str s, struct str source)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct ast *t;
	bool ok = false;

	buf_addf(&b, "%.*s exists", STR_FMT(s));
	if (!filter_parse(&a, buf_str(&b), 100, &t, &e))
		ok = t->kind == AST_EXISTS && operand_ok(t->left, source, &a);
	buf_release(&b);
	filter_error_release(&e);
	arena_release(&a);
	return ok;
}

static int bad(struct rulebook *rb, const struct exception *ex, const struct ynode *at,
	       const char *msg)
{
	struct where *w = ARENA_NEW(&rb->a, struct where);

	*w = *ex->where;
	if (at)
		w->src = (struct ypos){ at->line, at->col, at->off };
	return load_finding(&rb->results, LOAD_ERR_VALIDATE, w, "%s", msg);
}

static int check_field(struct rulebook *rb, const struct exception *ex, const struct ynode *f,
		       const struct ruledef *r)
{
	struct str s = f->kind == Y_SCALAR ? f->s : STR("");
	const char *near;
	int err;

	if (r->unknown_source || known_field(s, r->source))
		return 0;
	err = bad(rb, ex, f, arena_printf(&rb->a, "'%.*s' is not a supported filter field",
					  STR_FMT(s)));
	near = field_nearest(s);
	if (near)
		load_hint(&rb->results, "did you mean '%s'?", near);
	return err;
}

static int check_comp(struct rulebook *rb, const struct exception *ex, const struct ynode *c)
{
	static const char *names[FOP_COUNT];
	struct str s = c->kind == Y_SCALAR ? c->s : STR("");
	const char *near;
	unsigned i;
	int err;

	if (known_op(s) || modifier_op(s))
		return 0;
	err = bad(rb, ex, c, arena_printf(&rb->a, "'%.*s' is not a supported comparison operator",
					  STR_FMT(s)));
	for (i = 0; i < FOP_COUNT; i++)
		names[i] = optab[i].text;
	near = str_nearest(s, names, FOP_COUNT);
	if (near)
		load_hint(&rb->results, "did you mean '%s'?", near);
	return err;
}

/* The lengths of values are judged when the rule is compiled: a later item may
 * replace them. */
static int check_lists(struct rulebook *rb, struct exception *ex, const struct ruledef *r)
{
	const struct ynode *f = ex->fields, *c = ex->comps;
	size_t i;
	int err = 0;

	if (c && (c->kind != Y_SEQ || c->n != f->n))
		err = bad(rb, ex, c, "Fields and comps lists must have equal length");
	for (i = 0; c && c->kind == Y_SEQ && i < c->n && !load_results_full(&rb->results); i++)
		if (check_comp(rb, ex, c->seq[i]))
			err = -E_RULES;
	for (i = 0; i < f->n && !load_results_full(&rb->results); i++)
		if (check_field(rb, ex, f->seq[i], r))
			err = -E_RULES;
	return err;
}

static int check_single(struct rulebook *rb, struct exception *ex, const struct ruledef *r)
{
	const struct ynode *c = ex->comps;
	int err = 0;

	if (c && c->kind == Y_SEQ)
		err = bad(rb, ex, c, "Fields and comps must both be strings");
	else if (c && !list_op(c->s))
		err = bad(rb, ex, c,
			  "When fields is a single value, comps must be one of (in, pmatch, "
			  "intersects) or a modifier operator (e.g. startswith oneof)");
	return check_field(rb, ex, ex->fields, r) ? -E_RULES : err;
}

int exception_check(struct rulebook *rb, struct exception *ex, const struct ruledef *r)
{
	int err;

	if (ex->broken)		/* while it was read */
		return -E_RULES;
	ex->defaults = true;
	if (!ex->fields)
		err = bad(rb, ex, NULL,
			  "Rule exception item must have fields property with a list of fields");
	else
		err = ex->fields->kind == Y_SEQ ? check_lists(rb, ex, r) :
			check_single(rb, ex, r);
	ex->broken = err != 0;
	return err;
}

static void glue(struct srctext *out, const char *s)
{
	srctext_add(out, str_of(s), NULL, 0, false);
}

/* The text of a scalar node; blanks get it quotes. */
static void add_scalar(struct srctext *out, const struct ynode *n, bool quote)
{
	bool q = quote && n->s.len && str_chr(n->s, ' ') >= 0 && n->s.p[0] != '"' &&
		n->s.p[0] != '\'';

	if (q)
		glue(out, "\"");
	if (n->kind == Y_SCALAR)
		srctext_add(out, n->s, n, 0, true);
	if (q)
		glue(out, "\"");
}

static void add_value(struct srctext *out, const struct ynode *v, struct str comp)
{
	uint32_t i;

	if (v->kind == Y_SEQ) {
		glue(out, "(");
		for (i = 0; i < v->n; i++) {
			if (i)
				glue(out, ", ");
			add_scalar(out, v->seq[i], true);
		}
		glue(out, ")");
	} else if (list_op(comp) && !(v->s.len && v->s.p[0] == '(')) {
		glue(out, "(");
		add_scalar(out, v, false);
		glue(out, ")");
	} else {
		add_scalar(out, v, !list_op(comp));
	}
}

static int apply_single(struct rulebook *rb, const struct exception *ex, struct srctext *out)
{
	size_t i, n = 0;
	int err = 0;

	for (i = 0; i < ex->n; i++) {
		if (ex->values[i]->kind == Y_SEQ) {
			err = bad(rb, ex, ex->values[i],
				  "Expected values array to contain a list of strings");
			continue;
		}
		if (!n++) {
			glue(out, " and not (");
			if (ex->fields)
				add_scalar(out, ex->fields, false);
			glue(out, " ");
			if (ex->comps)
				add_scalar(out, ex->comps, false);
			else if (ex->defaults)
				glue(out, "in");
			glue(out, " (");
		} else {
			glue(out, ", ");
		}
		add_scalar(out, ex->values[i], true);
	}
	if (n)
		glue(out, "))");
	return err;
}

static void apply_tuple(const struct exception *ex, const struct ynode *v, struct srctext *out)
{
	struct str comp;
	uint32_t k;

	for (k = 0; k < v->n; k++) {
		const struct ynode *c = ex->comps && ex->comps->kind == Y_SEQ &&
			k < ex->comps->n ? ex->comps->seq[k] : NULL;

		comp = c ? c->s : ex->defaults ? STR("=") : STR("");
		glue(out, k ? " and  " : " ");
		add_scalar(out, ex->fields->seq[k], false);
		glue(out, " ");
		if (c)
			add_scalar(out, c, false);
		else
			srctext_add(out, comp, NULL, 0, false);
		glue(out, " ");
		add_value(out, v->seq[k], comp);
	}
}

static bool fits(const struct exception *ex, const struct ynode *v)
{
	return v->kind == Y_SEQ && v->n == ex->fields->n;
}

static int check_lengths(struct rulebook *rb, const struct exception *ex)
{
	size_t i;
	int err = 0;

	for (i = 0; i < ex->n && !load_results_full(&rb->results); i++)
		if (!fits(ex, ex->values[i]))
			err = bad(rb, ex, ex->values[i],
				  "Fields and values lists must have equal length");
	return err;
}

static int apply_lists(struct rulebook *rb, const struct exception *ex, struct srctext *out)
{
	int err = check_lengths(rb, ex);
	size_t i, n = 0;

	for (i = 0; i < ex->n && !ex->broken; i++) {
		if (!fits(ex, ex->values[i]))
			continue;
		glue(out, n++ ? " or (" : " and not ((");
		apply_tuple(ex, ex->values[i], out);
		glue(out, ")");
	}
	if (n)
		glue(out, ")");
	return err;
}

int exception_apply(struct rulebook *rb, const struct ruledef *r, struct srctext *out)
{
	size_t i;
	int err = 0;

	if (r->nexc)
		glue(out, "(");
	srctext_addtext(out, &r->cond, 0, r->cond.text.len);
	if (r->nexc)
		glue(out, ")");
	for (i = 0; i < r->nexc; i++) {
		const struct exception *ex = &r->exceptions[i];

		if (ex->fields && ex->fields->kind == Y_SEQ)
			err |= apply_lists(rb, ex, out);
		else if (!ex->broken)
			err |= apply_single(rb, ex, out);
	}
	return err ? -E_RULES : 0;
}
