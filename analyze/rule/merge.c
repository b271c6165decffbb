/* SPDX-License-Identifier: Apache-2.0 */
/* Definition, redefinition, append and replace (rules language, 4 to 6.2). */
#include "lib/base/compat.h"

#include "analyze/rule/item.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

/* The item to be changed is not there; the nearest name of its kind. */
static int no_such(struct rulebook *rb, const struct smap *known, struct str name,
		   const struct where *where, const char *msg)
{
	const char **names, *near;
	const struct smap_entry *e;
	struct arena a = ARENA_INIT;
	size_t n = 0;
	int err = load_finding(&rb->results, LOAD_ERR_VALIDATE, where, "%s", msg);

	names = xcalloc(known->live + 1, sizeof(*names));
	for (e = smap_next(known, NULL); e; e = smap_next(known, e))
		names[n++] = arena_strdup(&a, e->key);
	near = rb->results.nerrors < HINTS_MAX ? str_nearest(name, names, n) : NULL;
	if (near)
		load_hint(&rb->results, "did you mean '%s'?", near);
	free(names);
	arena_release(&a);
	return err;
}

/* A macro or rule first defined as number index says something else than before. */
static void note_change(struct rulebook *rb, uint32_t index)
{
	rb->changed |= index < rb->compiled;
}

static void add_items(struct list *l, const struct listitem *items, size_t n)
{
	XGROW(l->items, l->cap, l->n + n);
	if (n)
		memcpy(l->items + l->n, items, n * sizeof(*items));
	l->n += n;
}

int rulebook_define_list(struct rulebook *rb, const struct list *in)
{
	struct list *l = smap_get(&rb->list_by_name, in->name);

	if (!l) {
		l = ARENA_NEW(&rb->a, struct list);
		l->name = in->name;
		l->index = rb->next_index;
		XGROW(rb->lists, rb->lists_cap, rb->nlists + 1);
		rb->lists[rb->nlists++] = l;
		smap_put(&rb->list_by_name, l->name, l);
	}
	l->where = in->where;
	l->seen = rb->next_index++;
	l->n = 0;
	add_items(l, in->items, in->n);
	return 0;
}

int rulebook_append_list(struct rulebook *rb, const struct list *in)
{
	struct list *l = smap_get(&rb->list_by_name, in->name);

	if (!l)
		return no_such(rb, &rb->list_by_name, in->name, in->where,
			       "List uses 'append' or 'override.items: append' but no list "
			       "by that name already exists");
	add_items(l, in->items, in->n);
	l->seen = rb->next_index++;
	return 0;
}

int rulebook_define_macro(struct rulebook *rb, const struct macro *in)
{
	struct macro *m = smap_get(&rb->macro_by_name, in->name);

	if (!m) {
		m = ARENA_NEW(&rb->a, struct macro);
		m->name = in->name;
		m->index = rb->next_index;
		m->cond = (struct srctext)SRCTEXT_INIT;
		XGROW(rb->macros, rb->macros_cap, rb->nmacros + 1);
		rb->macros[rb->nmacros++] = m;
		smap_put(&rb->macro_by_name, m->name, m);
	} else if (!str_eq(buf_str(&m->cond.text), buf_str(&in->cond.text))) {
		note_change(rb, m->index);
	}
	m->where = in->where;
	m->cond_where = in->cond_where;
	m->seen = rb->next_index++;
	m->broken = false;
	srctext_clear(&m->cond);
	srctext_addtext(&m->cond, &in->cond, 0, in->cond.text.len);
	return 0;
}

int rulebook_append_macro(struct rulebook *rb, const struct macro *in)
{
	struct macro *m = smap_get(&rb->macro_by_name, in->name);

	if (!m)
		return no_such(rb, &rb->macro_by_name, in->name, in->where,
			       "Macro uses 'append' or 'override.condition: append' but no "
			       "macro by that name already exists");
	srctext_add(&m->cond, STR(" "), NULL, 0, false);
	srctext_addtext(&m->cond, &in->cond, 0, in->cond.text.len);
	m->seen = rb->next_index++;
	note_change(rb, m->index);
	return 0;
}

/* Take what the reader built; it gets an empty shell back. */
static void take_rule(struct ruledef *to, struct ruledef *from)
{
	*to = *from;
	from->cond = (struct srctext)SRCTEXT_INIT;
	from->output = from->desc = (struct buf)BUF_INIT;
	from->tags = NULL;
	from->exceptions = NULL;
	from->ntags = from->nexc = from->tags_cap = from->exc_cap = 0;
}

int rulebook_define_rule(struct rulebook *rb, struct ruledef *in)
{
	struct ruledef *r = smap_get(&rb->rule_by_name, in->name);
	uint32_t index = r ? r->index : rb->next_index;
	size_t i;
	int err = 0;

	if (r && !str_eq(r->source, in->source))
		err = load_finding(&rb->results, LOAD_ERR_VALIDATE, in->where,
				    "Rule has been re-defined with a different source");
	if (!source_known(in->source)) {
		in->unknown_source = true;
		load_finding(&rb->results, LOAD_UNKNOWN_SOURCE, in->where,
			     "Unknown source %.*s, skipping", STR_FMT(in->source));
	}
	for (i = 0; i < in->nexc; i++)
		if (exception_check(rb, &in->exceptions[i], in))
			err = -E_RULES;
	in->incomplete |= err != 0;
	if (!r) {
		r = ARENA_NEW(&rb->a, struct ruledef);
		XGROW(rb->rules, rb->rules_cap, rb->nrules + 1);
		rb->rules[rb->nrules++] = r;
		smap_put(&rb->rule_by_name, in->name, r);
	} else {
		ruledef_release(r);
		note_change(rb, index);
	}
	take_rule(r, in);
	r->touched = true;
	r->index = index;
	r->seen = rb->next_index++;
	return err;
}

static struct exception *exception_of(struct ruledef *r, struct str name)
{
	size_t i;

	for (i = 0; i < r->nexc; i++)
		if (str_eq(r->exceptions[i].name, name))
			return &r->exceptions[i];
	return NULL;
}

static int append_exception(struct rulebook *rb, struct ruledef *r, struct exception *ex)
{
	struct exception *old = exception_of(r, ex->name);

	if (ex->broken)
		return -E_RULES;
	if (!old) {
		if (!ex->fields)
			return load_finding(&rb->results, LOAD_ERR_VALIDATE, ex->where,
					    "Rule exception must have fields property with a "
					    "list of fields");
		if (!ex->n)
			return load_finding(&rb->results, LOAD_ERR_VALIDATE, ex->where,
					    "Rule exception must have values property with a "
					    "list of values");
		if (exception_check(rb, ex, r))
			return -E_RULES;
		XGROW(r->exceptions, r->exc_cap, r->nexc + 1);
		r->exceptions[r->nexc++] = *ex;
		ex->values = NULL;
		ex->n = ex->cap = 0;
		return 0;
	}
	if (ex->fields || ex->comps)
		return load_finding(&rb->results, LOAD_ERR_VALIDATE, ex->where,
				    "Can not append exception %s to existing exception, only values",
				    ex->fields ? "fields" : "comps");
	XGROW(old->values, old->cap, old->n + ex->n);
	if (ex->n)
		memcpy(old->values + old->n, ex->values, ex->n * sizeof(*ex->values));
	old->n += ex->n;
	return 0;
}

static void append_text(struct buf *to, const struct buf *more)
{
	buf_addc(to, ' ');
	buf_addstr(to, buf_str(more));
}

static void set_text(struct buf *to, const struct buf *from)
{
	buf_clear(to);
	buf_addstr(to, buf_str(from));
}

static void append_tags(struct ruledef *r, const struct ruledef *in)
{
	XGROW(r->tags, r->tags_cap, r->ntags + in->ntags);
	if (in->ntags)
		memcpy(r->tags + r->ntags, in->tags, in->ntags * sizeof(*in->tags));
	r->ntags += in->ntags;
}

int rulebook_append_rule(struct rulebook *rb, struct ruledef *in, unsigned has)
{
	struct ruledef *r = smap_get(&rb->rule_by_name, in->name);
	size_t i;
	int err = 0;

	if (!r)
		return no_such(rb, &rb->rule_by_name, in->name, in->where,
			       "Rule uses 'append' or 'override.<key>: append' but no rule "
			       "by that name already exists");
	if (!has)
		return load_finding(&rb->results, LOAD_ERR_VALIDATE, in->where,
				    "Appended rule must have exceptions or condition property");
	if (has & UPD_CONDITION) {
		srctext_add(&r->cond, STR(" "), NULL, 0, false);
		srctext_addtext(&r->cond, &in->cond, 0, in->cond.text.len);
	}
	if (has & UPD_OUTPUT)
		append_text(&r->output, &in->output);
	if (has & UPD_DESC)
		append_text(&r->desc, &in->desc);
	if (has & UPD_TAGS)
		append_tags(r, in);
	for (i = 0; (has & UPD_EXCEPTIONS) && i < in->nexc; i++)
		if (append_exception(rb, r, &in->exceptions[i]))
			err = -E_RULES;
	r->seen = rb->next_index++;
	note_change(rb, r->index);
	r->touched = true;
	return err;
}

static void swap_exceptions(struct ruledef *a, struct ruledef *b)
{
	struct ruledef t = *a;

	a->exceptions = b->exceptions;
	a->nexc = b->nexc;
	a->exc_cap = b->exc_cap;
	b->exceptions = t.exceptions;
	b->nexc = t.nexc;
	b->exc_cap = t.exc_cap;
}

static void replace_texts(struct ruledef *r, struct ruledef *in, unsigned has)
{
	if (has & UPD_CONDITION) {
		srctext_clear(&r->cond);
		srctext_addtext(&r->cond, &in->cond, 0, in->cond.text.len);
		r->cond_where = in->cond_where;
	}
	if (has & UPD_OUTPUT) {
		set_text(&r->output, &in->output);
		r->output_where = in->output_where;
	}
	if (has & UPD_DESC)
		set_text(&r->desc, &in->desc);
	if (has & UPD_TAGS) {
		r->ntags = 0;
		append_tags(r, in);
	}
	if (has & UPD_EXCEPTIONS)	/* taken as they are, unchecked, as Falco does */
		swap_exceptions(r, in);
}

int rulebook_replace_rule(struct rulebook *rb, struct ruledef *in, unsigned has)
{
	struct ruledef *r = smap_get(&rb->rule_by_name, in->name);

	if (!r)
		return no_such(rb, &rb->rule_by_name, in->name, in->where,
			       "An 'override.<key>: replace' to a rule was requested but no "
			       "rule by that name already exists");
	replace_texts(r, in, has);
	if (has & UPD_PRIORITY)
		r->priority = in->priority;
	if (has & UPD_ENABLED)
		r->enabled = in->enabled;
	if (has & UPD_WARN_EVTTYPES)
		r->warn_evttypes = in->warn_evttypes;
	if (has & UPD_SKIP)
		r->skip_unknown = in->skip_unknown;
	if (has & UPD_CAPTURE)
		r->capture = in->capture;
	if (has & UPD_CAPTURE_DURATION)
		r->capture_duration = in->capture_duration;
	r->seen = rb->next_index++;
	note_change(rb, r->index);
	r->touched = true;
	return 0;
}

int rulebook_enable_rule(struct rulebook *rb, const struct ruledef *in)
{
	struct ruledef *r = smap_get(&rb->rule_by_name, in->name);

	if (!r)
		return no_such(rb, &rb->rule_by_name, in->name, in->where,
			       "Rule has 'enabled' key but no rule by that name already exists");
	r->enabled = in->enabled;
	note_change(rb, r->index);
	r->touched = true;
	return 0;
}
