/* SPDX-License-Identifier: Apache-2.0 */
/* The book to rules: texts put together, parsed, compiled (rules language, 8). */
#include "lib/base/compat.h"

#include "analyze/rule/compile.h"
#include "analyze/rule/limits.h"
#include "analyze/rule/output.h"
#include "analyze/rule/ruleset_in.h"
#include "lib/base/err.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define KEPT_FREE	(8u << 20)	/* bytes that may be useless in any case */

/* Line and column of a byte as Falco's parser counts: from 1, CR ends a line, too. */
static struct ypos text_pos(struct str s, uint32_t off)
{
	struct ypos p = { 1, 1, off };
	uint32_t i;

	for (i = 0; i < off && i < s.len; i++) {
		p.col++;
		if (s.p[i] == '\n' || s.p[i] == '\r') {
			p.line++;
			p.col = 1;
		}
	}
	return p;
}

const struct where *expr_where(struct compiler *c, const struct where *up, struct ctext *t,
			       uint32_t off)
{
	struct where *w = (struct where *)where_node(&c->rb->a, up, ITEM_CONDITION_EXPRESSION,
						     STR(""), NULL);
	const struct ynode *n;
	uint32_t at = 0;

	if (!t->copy.p)
		t->copy = arena_str(&c->rb->a, buf_str(&t->text.text));
	w->text = t->copy;
	w->pos = text_pos(t->copy, off);
	n = srctext_node(&t->text, off, &at);
	if (n) {
		w->file = n->file;
		w->src = ynode_locate(n, at);
	}
	return w;
}

static int limit_finding(struct compiler *c, const struct where *up)
{
	return load_finding(c->res, LOAD_ERR_COMPILE_CONDITION, up,
			    "the condition is too large once its lists are put in");
}

static void set_origin(struct ast *t, uint32_t origin)
{
	size_t i;

	t->origin = origin;
	for (i = 0; i < t->nkids; i++)
		set_origin(t->kids[i], origin);
}

struct ast *compile_parse(struct compiler *c, const struct srctext *in, struct ctext *t,
			  const struct where *up, uint32_t origin, bool *wrong)
{
	struct filter_error e = FILTER_ERROR_INIT;
	const struct filter_error *p;
	struct ast *tree = NULL;

	if (expander_run(&c->x, in, &t->text)) {
		limit_finding(c, up);
		*wrong = true;
	} else if (filter_parse(c->a, buf_str(&t->text.text), CONDITION_DEPTH_MAX, &tree, &e)) {
		*wrong = true;
		for (p = &e; p; p = p->next) {
			load_finding(c->res, LOAD_ERR_COMPILE_CONDITION,
				     expr_where(c, up, t, p->off), "%s", p->msg.data);
			load_hint(c->res, "%s", p->hint.data);
		}
	}
	if (tree) {
		set_origin(tree, origin);
		if (up->file == c->res->cur->file)	/* told once */
			warn_lists(c, tree, t, up);
	}
	filter_error_release(&e);
	return tree;
}

/* The text a node of a resolved tree came from. */
static struct ctext *text_of(struct compiler *c, uint32_t origin)
{
	return origin && origin <= c->nmacros ? &c->macros[origin - 1]->t : &c->cur;
}

/*
 * skip-if-unknown-filter makes a warning of an unknown name that comes first
 * (1: the rule is skipped), and forgives those that come later.
 */
static int condition_errors(struct compiler *c, const struct ruledef *r,
			    const struct filter_error *e, bool wrong)
{
	bool skip = !wrong && r->skip_unknown && e->unknown_name;
	const struct filter_error *p;

	for (p = e; p && p->msg.len; p = skip ? NULL : p->next) {
		if (!skip && r->skip_unknown && p->unknown_name)
			continue;
		load_finding(c->res, skip ? LOAD_UNKNOWN_FILTER : LOAD_ERR_COMPILE_CONDITION,
			     expr_where(c, r->cond_where, text_of(c, p->origin), p->off),
			     "%s", p->msg.data);
		load_hint(c->res, "%s", p->hint.data);
	}
	return skip ? 1 : -E_RULES;
}

/*
 * From the text with exceptions put in; wrong: which failed.  0; 1: skipped; or
 * -E_RULES with all that is wrong with it.
 */
static int compile_condition(struct compiler *c, struct crule *k, const struct srctext *text,
			     bool wrong)
{
	const struct ruledef *r = k->r;
	struct rule *out = &k->out;
	struct filter_error e = FILTER_ERROR_INIT;
	struct filter_warning *w = NULL;
	struct ast *raw;
	int err = 0;

	k->raw = raw = compile_parse(c, text, &c->cur, r->cond_where, 0, &wrong);
	k->text = arena_str(c->a, buf_str(&c->cur.text.text));
	out->tree = raw ? compile_resolve_rule(c, raw, r->where, &wrong) : NULL;
	if (!out->tree)
		return -E_RULES;
	warn_condition(c, r, out->tree);
	out->cond = k->cond = filterset_add(c->rs->fs, out->tree, r->source, &e, &w, c->a);
	if (out->cond < 0)
		err = condition_errors(c, r, &e, wrong);
	filter_error_release(&e);
	for (; w; w = w->next)
		load_finding(c->res, LOAD_COMPILE_CONDITION,
			     expr_where(c, r->cond_where, text_of(c, w->origin), w->off),
			     "%s", w->msg);
	if (!err)
		warn_events(c, r, out->cond);
	return wrong ? -E_RULES : err;
}

/* The same for outputs. */
static int output_errors(struct compiler *c, const struct ruledef *r,
			 const struct filter_error *e, size_t prefix)
{
	bool skip = r->skip_unknown && e->unknown_name;
	const struct filter_error *p;
	struct where *w;

	for (p = e; p; p = skip ? NULL : p->next) {
		if (!skip && r->skip_unknown && p->unknown_name)
			continue;
		w = ARENA_NEW(&c->rb->a, struct where);
		*w = *r->output_where;
		if (w->node && p->off >= prefix)
			w->src = ynode_locate(w->node, p->off - prefix);
		load_finding(c->res, skip ? LOAD_UNKNOWN_FILTER : LOAD_ERR_COMPILE_OUTPUT, w,
			     "%s", p->msg.data);
		load_hint(c->res, "%s", p->hint.data);
	}
	return skip ? 1 : -E_RULES;
}

static int cmp_fields(const void *a, const void *b, void *ctx UNUSED)
{
	const struct fieldref *const *x = a, *const *y = b;
	struct str s = (*x)->text, t = (*y)->text;
	size_t n = s.len < t.len ? s.len : t.len;
	int d = n ? memcmp(s.p, t.p, n) : 0;

	return d ? d : (s.len > t.len) - (s.len < t.len);
}

static int compile_output(struct compiler *c, const struct ruledef *r, struct rule *out)
{
	struct filter_error e = FILTER_ERROR_INIT;
	const struct fieldref *fields[FIELDS_MAX];
	struct buf line = BUF_INIT;
	size_t prefix;
	int err;

	warn_output(c, r);
	prefix = output_line(&c->rs->opts, r, &line);
	err = format_compile(c->a, buf_str(&line), r->source, &out->line, &e);
	if (err) {
		err = output_errors(c, r, &e, prefix);
	} else {
		warn_output_fields(c, r);
		out->nfields = format_fields(out->line, fields, FIELDS_MAX);
		if (out->nfields > FIELDS_MAX)
			out->nfields = FIELDS_MAX;
		sort_stable(fields, out->nfields, sizeof(*fields), cmp_fields, NULL);
		out->fields = arena_dup(c->a, fields, out->nfields * sizeof(*fields));
	}
	filter_error_release(&e);
	buf_release(&line);
	return err;
}

static int cmp_tags(const void *a, const void *b, void *ctx UNUSED)
{
	const struct str *s = a, *t = b;
	size_t n = s->len < t->len ? s->len : t->len;
	int d = n ? memcmp(s->p, t->p, n) : 0;

	return d ? d : (s->len > t->len) - (s->len < t->len);
}

static void compile_tags(struct compiler *c, const struct ruledef *r, struct rule *out)
{
	size_t i;

	out->tags = arena_dup(c->a, r->tags ? (const void *)r->tags : "", r->ntags * sizeof(*r->tags));
	sort_stable(out->tags, r->ntags, sizeof(*out->tags), cmp_tags, NULL);
	for (i = 0; i < r->ntags; i++)
		if (!out->ntags || !str_eq(out->tags[out->ntags - 1], out->tags[i]))
			out->tags[out->ntags++] = out->tags[i];
}

/* Exceptions, output, condition: the order in which Falco looks, so that what
 * it complains of comes first.  0; 1: it forgets the rule; or -E_RULES. */
static int compile_parts(struct compiler *c, struct crule *k)
{
	const struct ruledef *r = k->r;
	struct srctext text = SRCTEXT_INIT;
	int exc = 0, out = 0, cond = 0;

	if (r->cond_where)
		exc = exception_apply(c->rb, r, &text);
	if (r->output_where)
		out = compile_output(c, r, &k->out);
	if (r->cond_where && out <= 0)
		cond = compile_condition(c, k, &text, exc != 0);
	srctext_release(&text);
	if (exc || out < 0 || cond < 0)
		return -E_RULES;
	return out || cond;
}

/* One rule; 0: it is whole, or Falco only warns of what makes it be skipped. */
static int compile_rule(struct compiler *c, struct crule *k)
{
	struct ruledef *r = k->r;
	int err;

	k->out = (struct rule){
		.name = r->name, .source = r->source, .where = r->where,
		.priority = r->priority, .enabled = r->enabled, .on = r->enabled,
		.capture = r->capture, .capture_duration = r->capture_duration,
		.desc = arena_str(c->a, buf_str(&r->desc)),
		.output = arena_str(c->a, buf_str(&r->output)),
	};
	srctext_clear(&c->cur.text);
	c->cur.copy = (struct str){ NULL, 0 };
	err = compile_parts(c, k);
	if (err > 0)
		return 0;
	if (r->incomplete) {
		r->broken = true;
		return -E_RULES;
	}
	if (err)
		return err;
	compile_tags(c, r, &k->out);
	k->whole = true;
	return 0;
}

static struct crule *rule_at(struct compiler *c, size_t at)
{
	struct crule *k;

	if (at < c->nrules)
		return c->rules[at];
	k = ARENA_NEW(c->a, struct crule);
	k->r = c->rb->rules[at];
	k->cond = -1;
	XGROW(c->rules, c->cap_rules, c->nrules + 1);
	return c->rules[c->nrules++] = k;
}

static void forget_rule(struct compiler *c, struct crule *k)
{
	if (k->cond >= 0)
		filterset_drop(c->rs->fs, k->cond);
	k->cond = -1;
	k->whole = k->fine = false;
}

/* One rule to the end of the set's array; complained about: it is left out. */
static int take_rule(struct compiler *c, struct crule *k)
{
	size_t before = compile_told(c);
	struct ruleset *rs = c->rs;
	int err = 0;

	if (k->r->unknown_source || k->r->broken) {
		forget_rule(c, k);
	} else if (!keep_rule(c, k)) {
		forget_rule(c, k);
		err = compile_rule(c, k);
		k->fine = k->whole && compile_told(c) == before;
		k->r->touched = false;
	}
	if (k->whole) {
		XGROW(rs->rules, rs->cap, rs->n + 1);
		rs->rules[rs->n++] = k->out;
	}
	return err;
}

static int compile_rules(struct compiler *c)
{
	size_t i;
	int err = 0;

	c->rs->n = 0;
	for (i = 0; i < c->rb->nrules && !load_results_full(c->res); i++)
		if (take_rule(c, rule_at(c, i)))
			err = -E_RULES;
	return err;
}

/* Conditions whose rule was left out after all have no rule. */
static void index_conditions(struct ruleset *rs)
{
	size_t n = filterset_size(rs->fs), i;

	rs->by_cond = xreallocarray(rs->by_cond, n + 1, sizeof(*rs->by_cond));
	for (i = 0; i < n; i++)
		rs->by_cond[i] = UINT32_MAX;
	for (i = 0; i < rs->n; i++)
		rs->by_cond[rs->rules[i].cond] = i;
}

size_t compile_told(const struct compiler *c)
{
	return c->res->cur->nerrors + c->res->cur->nwarnings;
}

void ruleset_forget(struct ruleset *rs)
{
	struct compiler *c = rs->compiler;

	if (c) {
		srctext_release(&c->cur.text);
		compile_macros_release(c);
		free(c->rules);
		expander_release(&c->x);
		free(c);
	}
	rs->compiler = NULL;
	filterset_free(rs->fs);
	rs->fs = NULL;
	arena_clear(&rs->a);
	rs->n = 0;
}

static void begin(struct ruleset *rs)
{
	ruleset_forget(rs);
	rs->fs = filterset_new();
	rs->compiler = xcalloc(1, sizeof(*rs->compiler));
	*rs->compiler = (struct compiler){
		.rs = rs, .rb = &rs->book, .res = &rs->book.results, .a = &rs->a,
		.cur = { .text = SRCTEXT_INIT },
	};
}

static int compile(struct compiler *c)
{
	size_t before = compile_told(c);
	int err = compile_macros(c);

	if (compile_rules(c))
		err = -E_RULES;
	c->settled = !err && compile_told(c) == before;
	index_conditions(c->rs);
	if (!c->res->cur->nerrors)
		warn_unused(c);
	return err;
}

/* What nobody uses any more lies among what stays: it is not to grow with the
 * number of files. */
static bool too_much_kept(const struct ruleset *rs)
{
	return rs->compiler->whole && rs->a.total > 2 * rs->compiler->whole + KEPT_FREE;
}

int ruleset_compile(struct ruleset *rs)
{
	struct rulebook *rb = &rs->book;
	struct expander x;
	int err = expander_init(&x, rb);

	if (err || !rs->compiler || too_much_kept(rs))
		begin(rs);
	keep_begin(rs->compiler, &x);
	err = !err ? compile(rs->compiler) :
		load_finding(&rb->results, LOAD_ERR_VALIDATE,
			     where_node(&rb->a, NULL, ITEM_RULES_CONTENT, STR(""), NULL),
			     "the lists are too large");
	if (!rs->compiler->whole)
		rs->compiler->whole = rs->a.total;
	rb->compiled = rb->next_index;
	rb->changed = false;
	return err;
}
