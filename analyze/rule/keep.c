/* SPDX-License-Identifier: Apache-2.0 */
/* What stays of the last compilation. */
#include "lib/base/compat.h"

#include "analyze/rule/compile.h"

void keep_begin(struct compiler *c, struct expander *x)
{
	size_t i;

	c->quick = c->settled && !c->rb->changed && expander_goes_on(x, &c->x);
	expander_release(&c->x);
	c->x = *x;
	for (i = 0; i < c->nmacros; i++) {
		struct cmacro *m = c->macros[i];

		m->before = m->done;
		m->done = NULL;		/* not before its turn */
		m->used &= c->quick;
		m->fresh = false;
	}
}

/* in, lists put in; false: there is no such text. */
static bool expand(struct compiler *c, const struct srctext *in, struct srctext *out)
{
	size_t budget = c->x.budget;
	bool ok = !expander_run(&c->x, in, out);

	c->x.budget = budget;
	return ok;
}

/* The text with its places as they are now; false: it is another. */
static bool renew_text(struct compiler *c, struct cmacro *m)
{
	struct srctext now = SRCTEXT_INIT;
	bool same = expand(c, &m->m->cond, &now) &&
		str_eq(buf_str(&now.text), buf_str(&m->t.text.text));

	if (same) {
		srctext_release(&m->t.text);
		m->t = (struct ctext){ .text = now };
	} else {
		srctext_release(&now);
	}
	return same;
}

bool keep_text(struct compiler *c, struct cmacro *m)
{
	bool again = m->seen != m->m->seen;	/* it was defined */

	if (m->told || (!(c->quick && !again) && !renew_text(c, m)) ||
	    !expander_spare(&c->x, m->t.text.text.len))
		return false;
	if (again && m->m->cond_where->file == c->res->cur->file)
		warn_lists(c, m->raw, &m->t, m->m->cond_where);
	m->seen = m->m->seen;
	return true;
}

static bool name_stays(void *ctx, const struct ast *t)
{
	struct compiler *c = ctx;
	struct cmacro *m;

	if (t->kind != AST_IDENT)
		return true;
	m = smap_get(&c->macro_by_name, t->text);
	if (!m || m->fresh || !m->done)
		return false;
	m->used = true;
	return true;
}

/* Are the macros that a text names what they were? */
static bool names_stay(struct compiler *c, const struct ast *raw)
{
	return c->quick || ast_walk(raw, name_stays, c);
}

bool keep_macro(struct compiler *c, size_t at)
{
	const struct cmacro *m = c->macros[at];

	return m->before && !m->fresh && names_stay(c, m->raw);
}

static bool same_condition(struct compiler *c, const struct crule *k)
{
	struct srctext in = SRCTEXT_INIT, out = SRCTEXT_INIT;
	bool same = !exception_apply(c->rb, k->r, &in) && expand(c, &in, &out) &&
		str_eq(buf_str(&out.text), k->text);

	srctext_release(&in);
	srctext_release(&out);
	return same;
}

bool keep_rule(struct compiler *c, const struct crule *k)
{
	return k->fine && !k->r->touched && !k->r->incomplete &&
		(c->quick || same_condition(c, k)) &&
		names_stay(c, k->raw) && expander_spare(&c->x, k->text.len);
}
