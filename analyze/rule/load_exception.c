/* SPDX-License-Identifier: Apache-2.0 */
/* The `exceptions` of a rule item, as written; meaning is exception.c's. */
#include "lib/base/compat.h"

#include "analyze/rule/limits.h"
#include "analyze/rule/loader.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

/* A scalar, or a sequence (of sequences) of them; nothing of it empty. */
static int check_entry(struct loader *l, const struct ynode *n, const char *key,
		       const struct where *up, unsigned depth)
{
	const struct where *w;
	uint32_t i;
	int err = 0;

	if (n->kind == Y_NULL)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, up,
				    "Mapping for key '%s' is empty", key);
	w = *key ? where_node(l->a, up, ITEM_VALUE_FOR, str_of(key), n) : up;
	if (n->kind == Y_SCALAR && !n->s.len)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w, "Value must be non-empty");
	if (n->kind == Y_MAP || depth > 8)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
				    "Value is neither a string nor a list of strings");
	for (i = 0; n->kind == Y_SEQ && i < n->n && !load_results_full(l->res); i++)
		if (check_entry(l, n->seq[i], "", w, depth + 1))
			err = -E_RULES;
	return err;
}

static int read_values(struct loader *l, const struct ynode *ex, bool append,
		       struct exception *e)
{
	const struct ynode *n = ynode_get(ex, "values");
	const struct where *w;
	uint32_t i;
	int err = 0;

	if (!n && append)
		load_finding(l->res, LOAD_APPEND_NO_VALUES, e->where,
			     "Overriding/appending exception with no values");
	if (!n)
		return 0;
	w = where_node(l->a, e->where, ITEM_EXCEPTION_VALUES, STR(""), n);
	if (n->kind != Y_SEQ)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
				    "Rule exception values must be a sequence");
	for (i = 0; i < n->n && !load_results_full(l->res); i++) {
		const struct ynode *v = n->seq[i];

		if ((v->kind != Y_SCALAR || !v->s.len) &&
		    check_entry(l, v, "", where_node(l->a, w, ITEM_EXCEPTION_VALUE, STR(""), v), 0)) {
			err = -E_RULES;
			continue;
		}
		XGROW(e->values, e->cap, e->n + 1);
		e->values[e->n++] = v;
	}
	return err;
}

/* The node of this key; NULL also for an empty list, which says no more. */
static const struct ynode *get_filled(const struct ynode *ex, const char *key)
{
	const struct ynode *n = ynode_get(ex, key);

	return n && n->kind == Y_SEQ && !n->n ? NULL : n;
}

static int read_fields(struct loader *l, const struct ynode *ex, bool append,
		       struct exception *e)
{
	int err = 0;

	e->fields = get_filled(ex, "fields");
	e->comps = get_filled(ex, "comps");
	if (!ynode_get(ex, "fields") && !append)
		err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, e->where,
				   "Item has no mapping for key 'fields'");
	if (e->fields && check_entry(l, e->fields, "fields", e->where, 0))
		err = -E_RULES;
	if (e->comps && check_entry(l, e->comps, "comps", e->where, 0))
		err = -E_RULES;
	return err;
}

static int read_one(struct loader *l, const struct ynode *ex, const struct where *all,
		    const struct where *up, bool append, struct ruledef *r)
{
	const struct where *tmp = where_node(l->a, all, ITEM_EXCEPTION, STR(""), ex);
	struct exception *e;
	struct str name;
	size_t i;

	if (ex->kind != Y_MAP)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, tmp,
				    "Rule exception must be a mapping");
	if (load_str(l, ex, "name", false, tmp, &name))
		return -E_RULES;
	if (r->nexc >= EXCEPTIONS_MAX)
		return load_finding(l->res, LOAD_ERR_VALIDATE, tmp,
				    "a rule has more than %u exceptions", EXCEPTIONS_MAX);
	XGROW(r->exceptions, r->exc_cap, r->nexc + 1);
	e = &r->exceptions[r->nexc++];
	*e = (struct exception){ .name = name };
	e->where = where_node(l->a, up, ITEM_EXCEPTION, name, ex);
	for (i = 0; i + 1 < r->nexc; i++)
		if (str_eq(r->exceptions[i].name, name)) {
			load_finding(l->res, LOAD_EXCEPTION_NAME_NOT_UNIQUE, e->where,
				     "Multiple definitions of exception '%.*s' in the same rule",
				     STR_FMT(name));
			break;
		}
	e->broken = read_fields(l, ex, append, e) != 0;
	if (read_values(l, ex, append, e))
		e->broken = true;
	return e->broken ? -E_RULES : 0;
}

int load_exceptions(struct loader *l, const struct ynode *item, const struct where *up,
		    bool append, struct ruledef *r)
{
	const struct ynode *n = ynode_get(item, "exceptions");
	const struct where *w;
	uint32_t i;
	int err = 0;

	if (!n || n->kind == Y_NULL)
		return 0;
	w = where_node(l->a, up, ITEM_EXCEPTIONS, STR(""), n);
	if (n->kind != Y_SEQ)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
				    "Rule exceptions must be a sequence");
	for (i = 0; i < n->n && !load_results_full(l->res); i++)
		if (read_one(l, n->seq[i], w, up, append, r))
			err = -E_RULES;
	return err;
}
