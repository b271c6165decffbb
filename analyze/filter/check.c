/* SPDX-License-Identifier: Apache-2.0 */
/* One check of a condition: what is legal, and what it shares with others. */
#include "lib/base/compat.h"

#include "analyze/filter/operand.h"
#include "analyze/filter/set.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

static bool is_equals(unsigned op)
{
	return op == FOP_EQ || op == FOP_EQ2;
}

static int operator_legal(struct adding *ad, const struct ast *t, const struct term *left)
{
	unsigned cls = type_class(left->ptype, left->list);

	if (left->kind == TERM_FIELD && left->ref.f->id == FIELD_EVT_AROUND &&
	    (!is_equals(t->op) || t->mod || t->right->kind != OPND_VALUE))
		return adding_fail(ad, t->off, "evt.around supports only '=' comparison operator");
	if (optab[t->op].classes & cls)
		return 0;
	if (cls == OC_NONE)
		return adding_fail(ad, t->off, "filter error: '%s' operator not supported "
				   "for type '%s'", optab[t->op].text, ptype_name(left->ptype));
	return adding_fail(ad, t->off, "filter error: '%s' operator not supported for %s",
			   optab[t->op].text, class_text(cls));
}

/* val() or a transformer on the right side. */
static int right_legal(struct adding *ad, const struct ast *t, const struct term *left,
		       const struct term *right)
{
	const struct fieldref *l = term_field(left), *r = term_field(right);
	uint32_t off = t->right->off;

	if (t->right->val && t->right->arg.p)
		return adding_fail(ad, off, "filter error: transformer 'val' does not "
				   "support field arguments");
	if (l && l->f->id == FIELD_EVT_TYPE)
		return adding_fail(ad, off, "evt.type can only be compared with constants");
	if (l && l->f->flags & FF_NO_RHS)
		return adding_fail(ad, off, "field '%s' doesn't support right-hand side fields",
				   l->f->name);
	if (r && r->f->flags & FF_NO_RHS)
		return adding_fail(ad, off, "field '%s' can't be used as a right-hand side field",
				   r->f->name);
	if (t->op == FOP_REGEX || t->op == FOP_PMATCH)
		return adding_fail(ad, off, "operator '%s' doesn't support right-hand side fields",
				   t->op == FOP_REGEX ? "REGEX" : "PMATCH");
	if (left->ptype != right->ptype || left->list != right->list)
		return adding_fail(ad, off, "field '%.*s' has type '%s%s' while the right-hand "
				   "side field '%.*s' has incompatible type '%s%s'",
				   STR_FMT(left->text), left->list ? "LIST of " : "",
				   ptype_name(left->ptype), STR_FMT(right->text),
				   right->list ? "LIST of " : "", ptype_name(right->ptype));
	if (type_class(left->ptype, false) == OC_NET)
		return adding_fail(ad, off, "field type '%s' doesn't support right-hand side fields",
				   ptype_name(left->ptype));
	return 0;
}

static void event_name_hint(struct adding *ad, struct str name)
{
	const char *names[EV_COUNT];
	const char *near;
	size_t i, n = 0;

	for (i = 0; i < EV_COUNT; i++)
		if (evtab[i].name)
			names[n++] = evtab[i].name;
	near = str_nearest(name, names, n);
	if (near)
		buf_addf(&ad->e->hint, "did you mean '%s'?", near);
}

/* Values of evt.type, also behind transformers, must be names of events. */
static int event_names_known(struct adding *ad, const struct ast *t, const struct term *left)
{
	const struct fieldref *f = term_field(left);
	const struct ast_operand *r = t->right;
	size_t i, n = r->kind == OPND_LIST ? r->nargs : 1;
	int err = 0;

	if (!f || f->f->id != FIELD_EVT_TYPE)
		return 0;
	for (i = 0; i < n; i++) {
		const struct ast_operand *o = r->kind == OPND_LIST ? r->args[i] : r;

		if (event_name_known(o->text))
			continue;
		err = adding_fail(ad, o->off, "unknown event type %.*s", STR_FMT(o->text));
		ad->e->unknown_name = true;
		event_name_hint(ad, o->text);
		if (ad->nerrors >= FILTER_ERRORS_MAX)
			break;
	}
	return err;
}

static void key_number(struct buf *key, uint64_t v)
{
	buf_add(key, &v, sizeof(v));
}

/* What makes two checks the same: "==" is "=". */
static void check_key(const struct ast *t, const struct check *c, struct buf *key)
{
	const struct ast_operand *r = t->right;
	size_t i, n = !r || c->right ? 0 : r->kind == OPND_LIST ? r->nargs : 1;

	key_number(key, c->left->slot);
	key_number(key, (uint64_t)(t->op == FOP_EQ2 ? FOP_EQ : t->op) << 8 | t->mod);
	key_number(key, c->right ? c->right->slot + 1u : 0);
	for (i = 0; i < n; i++) {
		const struct ast_operand *o = r->kind == OPND_LIST ? r->args[i] : r;

		key_number(key, o->text.len);
		buf_addstr(key, o->text);
	}
}

static void estimate(struct check *c, size_t nsubs)
{
	unsigned cost = c->left->cost + (c->right ? c->right->cost : 0), p;
	unsigned unit = 2;

	switch (c->m.test) {
	case T_CONTAINS:
	case T_ICONTAINS:
	case T_GLOB:
	case T_AFFIX:
		unit = 10;
		break;
	case T_PATHS:
	case T_NETSET:
		unit = 20;
		break;
	case T_REGEX:
		unit = 200;
		break;
	}
	cost += unit * (nsubs ? (unsigned)(nsubs < 1000 ? nsubs : 1000) : 1);
	c->cost = (uint16_t)(cost < UINT16_MAX ? cost : UINT16_MAX);
	p = optab[c->op].probability;
	if (c->cls == OC_BOOL)
		p = 40;
	if (c->mod == MOD_ANYOF && p < 50)
		p += (100 - p) / 4;
	c->probability = (uint8_t)p;
}

/* evt.around compares the event's time; every source has that field. */
static struct term *rawtime_term(struct adding *ad)
{
	const struct ast_operand o = { .kind = OPND_FIELD, .text = STR("evt.rawtime") };

	return term_of(ad, &o);
}

static int sides(struct adding *ad, const struct ast *t, struct check *c)
{
	const struct ast_operand *r = t->right;
	bool computed = r && (r->kind == OPND_FIELD || r->kind == OPND_TRANSFORMER);
	int err;

	c->left = term_of(ad, t->left);
	if (!c->left) {
		if (computed)	/* for what is wrong with it */
			term_of(ad, r);
		return -E_FILTER;
	}
	c->op = t->op;
	c->cls = (uint8_t)type_class(c->left->ptype, false);
	if (t->kind == AST_EXISTS)
		return 0;
	err = operator_legal(ad, t, c->left);
	if (err)
		return err;
	if (computed) {
		c->right = term_of(ad, r);
		return c->right ? right_legal(ad, t, c->left, c->right) : -E_FILTER;
	}
	return event_names_known(ad, t, c->left);
}

int64_t check_of(struct adding *ad, const struct ast *t)
{
	struct filterset *fs = ad->fs;
	struct check c = { 0 };
	struct buf key = BUF_INIT;
	void *known;
	int64_t r;

	ad->origin = t->origin;
	fs->checks_written++;
	r = sides(ad, t, &c);
	if (r)
		return r;
	check_warn(ad, t);
	check_key(t, &c, &key);
	known = smap_get(&fs->check_map, buf_str(&key));
	if (known) {
		r = (intptr_t)known - 1;
		goto out;
	}
	if (t->kind != AST_EXISTS && !c.right) {
		r = check_compile(ad, t, &c);
		if (r)
			goto out;
	}
	if (c.left->kind == TERM_FIELD && c.left->ref.f->id == FIELD_EVT_AROUND)
		c.left = rawtime_term(ad);
	check_infer(fs, t, &c);
	estimate(&c, c.nsubs);
	c.plain = t->kind != AST_EXISTS && !c.right && !c.nsubs && !c.inverted &&
		  !c.left->dynamic && !c.left->b64;
	c.slot = c.left->slot;
	c.tree = t;
	XGROW(fs->checks, fs->cap_checks, fs->nchecks + 1);
	r = (int64_t)fs->nchecks;
	fs->checks[fs->nchecks++] = c;
	smap_put(&fs->check_map, arena_str(&fs->a, buf_str(&key)), (void *)(intptr_t)(r + 1));
out:
	buf_release(&key);
	return r;
}
