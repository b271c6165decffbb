/* SPDX-License-Identifier: Apache-2.0 */
/* A rule item: full definition, append, override, or only `enabled`. */
#include "lib/base/compat.h"

#include "analyze/rule/loader.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

static const char *const rule_keys[] = {
	"rule", "desc", "condition", "output", "priority", "source", "enabled", "capture",
	"capture_duration", "warn_evttypes", "skip-if-unknown-filter", "tags", "exceptions",
	"append", "override", NULL
};

/* In the alphabetical order Falco's sets have. */
static const struct override overridable[] = {
	{ "capture", UPD_CAPTURE, false },
	{ "capture_duration", UPD_CAPTURE_DURATION, false },
	{ "condition", UPD_CONDITION, true },
	{ "desc", UPD_DESC, true },
	{ "enabled", UPD_ENABLED, false },
	{ "exceptions", UPD_EXCEPTIONS, true },
	{ "output", UPD_OUTPUT, true },
	{ "priority", UPD_PRIORITY, false },
	{ "skip-if-unknown-filter", UPD_SKIP, false },
	{ "tags", UPD_TAGS, true },
	{ "warn_evttypes", UPD_WARN_EVTTYPES, false },
	{ NULL, 0, false }
};

static int read_condition(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	const struct ynode *n = ynode_get(item, "condition");
	struct str s;

	if (load_str(l, item, "condition", false, r->where, &s))
		return -E_RULES;
	srctext_add(&r->cond, s, n, 0, true);
	r->cond_where = where_node(l->a, r->where, ITEM_RULE_CONDITION, STR(""), n);
	return 0;
}

static int read_output(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	struct str s = STR("");

	if (load_str(l, item, "output", false, r->where, &s))
		return -E_RULES;
	buf_clear(&r->output);
	buf_addstr(&r->output, s);
	r->output_where = where_node(l->a, r->where, ITEM_RULE_OUTPUT, STR(""),
				     ynode_get(item, "output"));
	return 0;
}

static int bad_priority(struct loader *l, const struct ynode *n, struct ruledef *r, struct str s)
{
	struct buf advice = BUF_INIT;
	int err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE,
			       where_node(l->a, r->where, ITEM_RULE_PRIORITY, STR(""), n),
			       "Invalid priority");

	priority_advice(s, &advice);
	load_hint(l->res, "%s", advice.data);
	buf_release(&advice);
	return err;
}

static int read_desc(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	struct str s = STR("");

	if (load_str(l, item, "desc", false, r->where, &s))
		return -E_RULES;
	buf_clear(&r->desc);
	buf_addstr(&r->desc, s);
	return 0;
}

static int read_priority(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	const struct ynode *n = ynode_get(item, "priority");
	struct str s;

	if (load_str(l, item, "priority", false, r->where, &s))
		return -E_RULES;
	return priority_parse(s, &r->priority) ? 0 : bad_priority(l, n, r, s);
}

static int read_tags(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	const struct ynode *seq;
	uint32_t i;

	if (load_seq(l, item, "tags", true, r->where, &seq))
		return -E_RULES;
	for (i = 0; seq && i < seq->n; i++) {
		XGROW(r->tags, r->tags_cap, r->ntags + 1);
		r->tags[r->ntags++] = seq->seq[i]->s;
	}
	return 0;
}

static int read_bools(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	int err = load_bool(l, item, "enabled", r->where, &r->enabled);

	if (load_bool(l, item, "capture", r->where, &r->capture))
		err = -E_RULES;
	if (load_u64(l, item, "capture_duration", UINT32_MAX, r->where, &r->capture_duration))
		err = -E_RULES;
	if (load_bool(l, item, "warn_evttypes", r->where, &r->warn_evttypes))
		err = -E_RULES;
	if (load_bool(l, item, "skip-if-unknown-filter", r->where, &r->skip_unknown))
		err = -E_RULES;
	return err;
}

/* In Falco's order, so that its first error is ours; but all of them. */
static int full_rule(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	struct str pri = STR(""), s;
	int err = 0;

	/* all four must be there before any is looked into */
	if (read_condition(l, item, r))
		err = -E_RULES;
	if (read_output(l, item, r))
		err = -E_RULES;
	if (read_desc(l, item, r))
		err = -E_RULES;
	if (load_str(l, item, "priority", false, r->where, &pri))
		err = -E_RULES;
	s = str_trim(buf_str(&r->output), " \t\n\r\v\f");
	if (s.len)
		memmove(r->output.data, s.p, s.len);
	buf_setlen(&r->output, s.len);
	if (pri.len && !priority_parse(pri, &r->priority))
		err = bad_priority(l, ynode_get(item, "priority"), r, pri);
	if (load_str(l, item, "source", true, r->where, &r->source))
		err = -E_RULES;
	if (read_bools(l, item, r))
		err = -E_RULES;
	if (read_tags(l, item, r))
		err = -E_RULES;
	if (load_exceptions(l, item, r->where, false, r))
		err = -E_RULES;
	r->incomplete = err != 0;
	return rulebook_define_rule(l->rb, r) ? -E_RULES : err;
}

static int enabled_only(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	struct str s;

	if (load_str(l, item, "enabled", false, r->where, &s) ||
	    load_bool(l, item, "enabled", r->where, &r->enabled))
		return -E_RULES;
	load_finding(l->res, LOAD_DEPRECATED_ITEM, r->where,
		     "The standalone 'enabled' key usage is deprecated. The correct approach "
		     "requires also a 'replace' entry under the 'override' key (i.e. "
		     "'enabled: replace').");
	return rulebook_enable_rule(l->rb, r);
}

static int read_more_exceptions(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	return load_exceptions(l, item, r->where, true, r);
}

static const struct {
	unsigned bits;			/* UPD_xxx that need it */
	int (*read)(struct loader *l, const struct ynode *item, struct ruledef *r);
} readers[] = {				/* in the order Falco has */
	{ UPD_CONDITION, read_condition },
	{ UPD_EXCEPTIONS, read_more_exceptions },
	{ UPD_OUTPUT, read_output },
	{ UPD_DESC, read_desc },
	{ UPD_TAGS, read_tags },
	{ UPD_PRIORITY, read_priority },
	{ UPD_ENABLED | UPD_CAPTURE | UPD_CAPTURE_DURATION | UPD_WARN_EVTTYPES | UPD_SKIP,
	  read_bools },
};

/* Read the keys of *which; those that are not there or wrong go from it. */
static int read_updates(struct loader *l, const struct ynode *item, struct ruledef *r,
			unsigned *which, const char *op)
{
	const struct override *o;
	int err = 0;
	size_t i;

	for (o = overridable; o->key; o++) {
		if (!(*which & o->bit) || ynode_get(item, o->key))
			continue;
		err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, r->where,
				   "An %s override for '%s' was specified but '%s' is "
				   "not defined", op, o->key, o->key);
		*which &= ~o->bit;
	}
	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		if (!(*which & readers[i].bits) || !readers[i].read(l, item, r))
			continue;
		err = -E_RULES;
		if (readers[i].bits != UPD_EXCEPTIONS)	/* the good ones are taken */
			*which &= ~readers[i].bits;
	}
	return err;
}

static void ruledef_init(struct ruledef *r, struct str name, const struct where *w)
{
	*r = (struct ruledef){
		.name = name, .where = w, .source = STR("syscall"),
		.cond = SRCTEXT_INIT, .output = BUF_INIT, .desc = BUF_INIT,
		.enabled = true, .warn_evttypes = true,
	};
}

void ruledef_release(struct ruledef *r)
{
	size_t i;

	srctext_release(&r->cond);
	buf_release(&r->output);
	buf_release(&r->desc);
	free(r->tags);
	for (i = 0; i < r->nexc; i++)
		free(r->exceptions[i].values);
	free(r->exceptions);
}

/* Part of an override: its keys into a fresh ruledef, then into the book. */
static int apply(struct loader *l, const struct ynode *item, const struct ruledef *r,
		 unsigned which, bool append)
{
	struct ruledef u;
	int err;

	if (!which)
		return 0;
	ruledef_init(&u, r->name, r->where);
	err = read_updates(l, item, &u, &which, append ? "append" : "replace");
	if (which && (append ? rulebook_append_rule(l->rb, &u, which) :
		      rulebook_replace_rule(l->rb, &u, which)))
		err = -E_RULES;
	ruledef_release(&u);
	return err;
}

static int overridden(struct loader *l, const struct ynode *item, const struct ruledef *r,
		      unsigned app, unsigned rep)
{
	const struct override *o;
	int err = apply(l, item, r, app, true);

	if (apply(l, item, r, rep, false))
		err = -E_RULES;
	for (o = overridable; o->key; o++)
		if (!((app | rep) & o->bit) && ynode_get(item, o->key))
			err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE,
					   where_node(l->a, r->where, ITEM_OVERRIDE,
						      str_of(o->key), ynode_get(item, o->key)),
					   "Unexpected key '%s': no corresponding entry under "
					   "'override' is defined.", o->key);
	return err;
}

static bool has_any(const struct ynode *item)
{
	return ynode_get(item, "condition") || ynode_get(item, "output") ||
		ynode_get(item, "desc") || ynode_get(item, "priority");
}

static int only_check(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	const struct override *o;
	unsigned has = 0;

	for (o = overridable; o->key; o++)
		if (ynode_get(item, o->key))
			has |= o->bit;
	read_updates(l, item, r, &has, "");
	return -E_RULES;
}

static int by_kind(struct loader *l, const struct ynode *item, struct ruledef *r)
{
	unsigned app, rep, which = 0, asked;
	bool append;
	int err;

	err = load_append_flag(l, item, r->where, &append);
	if (load_overrides(l, item, overridable, r->where, &app, &rep))
		err = -E_RULES;
	if (load_not_both(l, append, app | rep, r->where))
		err = -E_RULES;
	if (err)	/* what kind of item this is cannot be told */
		return only_check(l, item, r);
	if (app | rep)
		return overridden(l, item, r, app, rep);
	if (!append)
		return has_any(item) ? full_rule(l, item, r) : enabled_only(l, item, r);
	if (ynode_get(item, "condition"))
		which |= UPD_CONDITION;
	if (ynode_get(item, "exceptions"))
		which |= UPD_EXCEPTIONS;
	asked = which;
	if (read_updates(l, item, r, &which, "append"))
		err = -E_RULES;
	if ((which || !asked) && rulebook_append_rule(l->rb, r, which))
		err = -E_RULES;
	return err;
}

int load_rule(struct loader *l, const struct ynode *item)
{
	const struct where *tmp = where_node(l->a, l->root, ITEM_RULE, STR(""), item);
	struct ruledef r, *old;
	struct str name;
	int err;

	if (load_str(l, item, "rule", false, tmp, &name))
		return -E_RULES;
	ruledef_init(&r, name, where_node(l->a, l->root, ITEM_RULE, name, item));
	load_check_keys(l, item, r.where, rule_keys);
	err = by_kind(l, item, &r);
	ruledef_release(&r);
	old = smap_get(&l->rb->rule_by_name, name);
	if (err && old)
		old->incomplete = true;
	return err;
}
