/* SPDX-License-Identifier: Apache-2.0 */
/* Values of an item's keys, checked, with Falco's complaints. */
#include "lib/base/compat.h"

#include "analyze/rule/loader.h"
#include "lib/base/err.h"

#define APPEND_ADVICE	"Add an 'append' entry (e.g. 'condition: append') under 'override' instead."

static const struct where *value_for(struct loader *l, const struct where *up, const char *key,
				     const struct ynode *n)
{
	return where_node(l->a, up, ITEM_VALUE_FOR, str_of(key), n);
}

/* The scalar of a key: 1 when there is one, 0 when absent and optional. */
static int scalar_of(struct loader *l, const struct ynode *item, const char *key, bool optional,
		     const struct where *up, const struct ynode **out)
{
	const struct ynode *n = ynode_get(item, key);

	if (!n && optional)
		return 0;
	if (!n)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, up,
				    "Item has no mapping for key '%s'", key);
	if (n->kind == Y_NULL)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, up,
				    "Mapping for key '%s' is empty", key);
	if (n->kind != Y_SCALAR)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, value_for(l, up, key, n),
				    "Value is not a scalar value");
	if (!n->s.len)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, value_for(l, up, key, n),
				    "Value must be non-empty");
	*out = n;
	return 1;
}

int load_str(struct loader *l, const struct ynode *item, const char *key, bool optional,
	     const struct where *up, struct str *out)
{
	const struct ynode *n;
	int r = scalar_of(l, item, key, optional, up, &n);

	if (r > 0)
		*out = n->s;
	return r < 0 ? r : 0;
}

int load_bool(struct loader *l, const struct ynode *item, const char *key,
	      const struct where *up, bool *out)
{
	const struct ynode *n;
	int r = scalar_of(l, item, key, true, up, &n);

	if (r <= 0)
		return r;
	if (ynode_bool(n, out))
		return 0;
	r = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, value_for(l, up, key, n),
			 "Can't decode YAML scalar value");
	load_hint(l->res, "'%s' is a boolean: true or false", key);
	return r;
}

int load_u64(struct loader *l, const struct ynode *item, const char *key, uint64_t max,
	     const struct where *up, uint64_t *out)
{
	const struct ynode *n;
	int r = scalar_of(l, item, key, true, up, &n);

	if (r <= 0)
		return r;
	if (ynode_u64(n, max, out))
		return 0;
	r = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, value_for(l, up, key, n),
			 "Can't decode YAML scalar value");
	load_hint(l->res, "'%s' is a whole number, 0 or more", key);
	return r;
}

int load_seq(struct loader *l, const struct ynode *item, const char *key, bool optional,
	     const struct where *up, const struct ynode **seq)
{
	const struct ynode *n = ynode_get(item, key);
	const struct where *w;
	uint32_t i;
	int err = 0;

	*seq = NULL;
	if (!n && optional)
		return 0;
	if (!n)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, up,
				    "Item has no mapping for key '%s'", key);
	w = value_for(l, up, key, n);
	if (n->kind != Y_SEQ)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w, "Value is not a sequence");
	for (i = 0; i < n->n && !load_results_full(l->res); i++)
		if (n->seq[i]->kind != Y_SCALAR)
			err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE,
					   where_node(l->a, w, ITEM_LIST_ITEM, STR(""), n->seq[i]),
					   "sequence value is not scalar");
	*seq = n;
	return err;
}

static bool among(struct str s, const char *const *names, size_t *count)
{
	for (*count = 0; names[*count]; (*count)++)
		if (str_eq(s, str_of(names[*count])))
			return true;
	return false;
}

static void near_hint(struct loader *l, struct str s, const char *const *names, size_t n)
{
	const char *near = str_nearest(s, names, n);

	if (near)
		load_hint(l->res, "did you mean '%s'?", near);
}

void load_check_keys(struct loader *l, const struct ynode *item, const struct where *w,
		     const char *const *known)
{
	struct where *at;
	uint32_t i;
	size_t n;

	for (i = 0; i < item->n; i++) {
		const struct ynode *key = item->map[i].key;

		if (key->kind == Y_SCALAR && among(key->s, known, &n))
			continue;
		/* told of the item, as Falco does, but shown at the key */
		at = ARENA_NEW(l->a, struct where);
		*at = *w;
		at->src = (struct ypos){ key->line, key->col, key->off };
		load_finding(l->res, LOAD_UNKNOWN_KEY, at,
			     "Unknown key '%.*s'. The key will be ignored.", STR_FMT(key->s));
		for (n = 0; known[n]; n++)
			;
		near_hint(l, key->s, known, n);
	}
}

int load_append_flag(struct loader *l, const struct ynode *item, const struct where *w,
		     bool *append)
{
	int err;

	*append = false;
	err = load_bool(l, item, "append", w, append);
	if (!err && *append)
		load_finding(l->res, LOAD_DEPRECATED_ITEM, w,
			     "'append' key is deprecated. " APPEND_ADVICE);
	return err;
}

int load_not_both(struct loader *l, bool append, unsigned overrides, const struct where *w)
{
	if (!append || !overrides)
		return 0;
	return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
			    "Keys 'override' and 'append: true' cannot be used together. "
			    APPEND_ADVICE);
}

static const struct override *override_of(const struct override *known, struct str key)
{
	for (; known->key; known++)
		if (str_eq(key, str_of(known->key)))
			return known;
	return NULL;
}

static int key_hint(struct loader *l, const struct override *known, struct str key)
{
	const char *names[16];
	size_t n = 0;

	for (; known->key && n < ARRAY_SIZE(names); known++)
		names[n++] = known->key;
	near_hint(l, key, names, n);
	return -E_RULES;
}

static int one_override(struct loader *l, const struct ypair *p, const struct override *known,
			const struct where *w, unsigned *append, unsigned *replace)
{
	static const char *const ops[] = { "append", "replace" };
	struct str key = p->key->s, op = p->value->s;
	const struct override *o = override_of(known, key);
	const struct where *kw = where_node(l->a, w, ITEM_OVERRIDE, key, p->key);
	int err;

	if (str_eq(op, STR("append"))) {
		if (!o || !o->append) {
			err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, kw,
					   "Key '%.*s' cannot be appended to, use 'replace' instead",
					   STR_FMT(key));
			return o ? err : key_hint(l, known, key);
		}
		*append |= o->bit;
	} else if (str_eq(op, STR("replace"))) {
		if (!o) {
			load_finding(l->res, LOAD_ERR_YAML_VALIDATE, kw,
				     "Key '%.*s' cannot be replaced", STR_FMT(key));
			return key_hint(l, known, key);
		}
		*replace |= o->bit;
	} else {
		err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE,
				   where_node(l->a, w, ITEM_VALUE_FOR, key, p->value),
				   "Invalid override operation for key '%.*s': '%.*s'. "
				   "Allowed values are: %s%s", STR_FMT(key), STR_FMT(op),
				   o && o->append ? "append " : "", o ? "replace " : "");
		near_hint(l, op, ops, ARRAY_SIZE(ops));
		return err;
	}
	return 0;
}

int load_overrides(struct loader *l, const struct ynode *item, const struct override *known,
		   const struct where *up, unsigned *append, unsigned *replace)
{
	const struct ynode *n = ynode_get(item, "override"), *bad;
	const struct where *w;
	uint32_t i;
	int err = 0;

	*append = *replace = 0;
	if (!n || (n->kind != Y_MAP && n->kind != Y_SEQ) || !n->n)
		return 0;
	w = where_node(l->a, up, ITEM_OVERRIDE, STR(""), item);
	for (i = 0; i < n->n && !load_results_full(l->res); i++) {
		/* a conversion Falco tries and fails, so the place is the file */
		if (n->kind == Y_SEQ)
			bad = n->seq[i];
		else if (n->map[i].key->kind == Y_MAP || n->map[i].key->kind == Y_SEQ)
			bad = n->map[i].key;
		else if (n->map[i].value->kind == Y_MAP || n->map[i].value->kind == Y_SEQ)
			bad = n->map[i].value;
		else
			bad = NULL;
		if (bad) {
			struct where *at = ARENA_NEW(l->a, struct where);

			*at = *l->root;
			at->src = (struct ypos){ bad->line, bad->col, bad->off };
			err = load_finding(l->res, LOAD_ERR_VALIDATE, at,
					   "bad conversion: 'override' maps keys to "
					   "append or replace");
			continue;
		}
		if (one_override(l, &n->map[i], known, w, append, replace))
			err = -E_RULES;
	}
	return err;
}
