/* SPDX-License-Identifier: Apache-2.0 */
/* One rule file: documents, items, and all kinds of item but rules. */
#include "lib/base/compat.h"

#include "analyze/rule/limits.h"
#include "analyze/rule/loader.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define NAME_OF_MACRO	"([a-zA-Z]+[a-zA-Z0-9_]*)"
#define NAME_OF_LIST	"([^()\"'[:space:]=,]+)"

static int load_engine(struct loader *l, const struct ynode *item)
{
	static const char *const keys[] = { "required_engine_version", NULL };
	const struct where *w = where_node(l->a, l->root, ITEM_REQUIRED_ENGINE_VERSION,
					   STR(""), item);
	const struct ynode *n = ynode_get(item, keys[0]);
	struct semver v = { { 0, 0, 0 } };
	uint64_t number;
	struct str s;

	load_check_keys(l, item, w, keys);
	if (load_str(l, item, keys[0], false, w, &s))
		return -E_RULES;
	if (ynode_u64(n, UINT32_MAX, &number))	/* N means 0.N.0 */
		v.v[1] = number;
	else if (!semver_parse(s, &v))
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
				    "Unable to parse engine version '%.*s' as a semver string. "
				    "Expected \"x.y.z\" semver format.", STR_FMT(s));
	return rulebook_define_engine(l->rb, w, &v);
}

static int plugin_entry(struct loader *l, const struct ynode *n, enum ruleitem type,
			const char *what, const struct where *up, struct plugin_req *r,
			const struct where **out)
{
	const struct where *w = where_node(l->a, up, type, STR(""), n);
	int err;

	*r = (struct plugin_req){ STR(""), STR("") };
	*out = w;
	if (n->kind != Y_MAP)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w, "%s must be a mapping", what);
	err = load_str(l, n, "name", false, w, &r->name);
	*out = where_node(l->a, up, type, r->name, n);
	return load_str(l, n, "version", false, *out, &r->version) ? -E_RULES : err;
}

static int load_plugin(struct loader *l, const struct ynode *n, const struct where *up)
{
	const struct ynode *alt = ynode_get(n, "alternatives");
	struct plugin_reqs reqs = { NULL, NULL, 0 };
	const struct where *ignored;
	uint32_t i;
	int err;

	reqs.any = ARENA_ARRAY(l->a, struct plugin_req, 1 + (alt && alt->kind == Y_SEQ ? alt->n : 0));
	err = plugin_entry(l, n, ITEM_REQUIRED_PLUGIN_VERSIONS_ENTRY, "Plugin version", up,
			   &reqs.any[reqs.n++], &reqs.where);
	if (alt && alt->kind != Y_SEQ)
		err = load_finding(l->res, LOAD_ERR_YAML_VALIDATE, reqs.where,
				   "Value of plugin version alternatives must be a sequence");
	for (i = 0; alt && alt->kind == Y_SEQ && i < alt->n && !load_results_full(l->res); i++)
		if (plugin_entry(l, alt->seq[i], ITEM_REQUIRED_PLUGIN_VERSIONS_ALTERNATIVE,
				 "Plugin version alternative", reqs.where,
				 &reqs.any[reqs.n++], &ignored))
			err = -E_RULES;
	return err ? err : rulebook_define_plugins(l->rb, &reqs);
}

static int load_plugins(struct loader *l, const struct ynode *item)
{
	static const char *const keys[] = { "required_plugin_versions", NULL };
	const struct ynode *n = ynode_get(item, keys[0]);
	const struct where *w = where_node(l->a, l->root, ITEM_REQUIRED_PLUGIN_VERSIONS,
					   STR(""), n);
	uint32_t i;
	int err = 0;

	load_check_keys(l, item, w, keys);
	if (n->kind != Y_SEQ)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, w,
				    "Value of required_plugin_versions must be a sequence");
	for (i = 0; i < n->n && !load_results_full(l->res); i++)
		if (load_plugin(l, n->seq[i], w))
			err = -E_RULES;
	return err;
}

static bool list_name_ok(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!s.p[i] || strchr("()\"' \t\n\v\f\r=,", s.p[i]))
			return false;
	return s.len;
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool macro_name_ok(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!is_alpha(s.p[i]) &&
		    !(i && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_')))
			return false;
	return s.len;
}

/* The name of an item, and its place with and without it. */
static const struct where *named(struct loader *l, const struct ynode *item, const char *key,
				 enum ruleitem type, struct str *name)
{
	const struct where *tmp = where_node(l->a, l->root, type, STR(""), item);

	if (load_str(l, item, key, false, tmp, name))
		return NULL;
	return where_node(l->a, l->root, type, *name, item);
}

/* append: true or override, of a list or a macro: *app says whether to append. */
static int how_changed(struct loader *l, const struct ynode *item, const struct override *known,
		       const struct where *w, unsigned *app, unsigned *rep)
{
	bool append;
	int err = load_append_flag(l, item, w, &append);

	if (load_overrides(l, item, known, w, app, rep))
		err = -E_RULES;
	if (load_not_both(l, append, *app | *rep, w))
		err = -E_RULES;
	*app |= append;
	return err;
}

static int load_list(struct loader *l, const struct ynode *item)
{
	static const char *const keys[] = { "list", "items", "append", "override", NULL };
	static const struct override known[] = { { "items", 1, true }, { NULL, 0, false } };
	struct list list = { .name = STR("") };
	const struct ynode *items;
	unsigned app, rep;
	uint32_t i;
	int err;

	list.where = named(l, item, "list", ITEM_LIST, &list.name);
	if (!list.where)
		return -E_RULES;
	load_check_keys(l, item, list.where, keys);
	if (!list_name_ok(list.name))
		load_finding(l->res, LOAD_INVALID_LIST_NAME, list.where,
			     "List has an invalid name. List names should match a regular "
			     "expression: %s", NAME_OF_LIST);
	err = load_seq(l, item, "items", false, list.where, &items);
	if (how_changed(l, item, known, list.where, &app, &rep) || err)
		return -E_RULES;
	for (i = 0; i < items->n; i++) {
		XGROW(list.items, list.cap, list.n + 1);
		list.items[list.n++] = (struct listitem){ items->seq[i]->s, items->seq[i] };
	}
	err = app ? rulebook_append_list(l->rb, &list) :
		rulebook_define_list(l->rb, &list);
	free(list.items);
	return err;
}

static int load_macro(struct loader *l, const struct ynode *item)
{
	static const char *const keys[] = { "macro", "condition", "append", "override", NULL };
	static const struct override known[] = { { "condition", 1, true }, { NULL, 0, false } };
	struct macro m = { .name = STR(""), .cond = SRCTEXT_INIT };
	const struct ynode *cond;
	unsigned app, rep;
	struct str text;
	int err;

	m.where = named(l, item, "macro", ITEM_MACRO, &m.name);
	if (!m.where)
		return -E_RULES;
	load_check_keys(l, item, m.where, keys);
	if (!macro_name_ok(m.name))
		load_finding(l->res, LOAD_INVALID_MACRO_NAME, m.where,
			     "Macro has an invalid name. Macro names should match a regular "
			     "expression: %s", NAME_OF_MACRO);
	err = load_str(l, item, "condition", false, m.where, &text);
	if (how_changed(l, item, known, m.where, &app, &rep) || err) {
		smap_put(&l->rb->broken_macros, m.name, l->rb);
		return -E_RULES;
	}
	cond = ynode_get(item, "condition");
	m.cond_where = where_node(l->a, m.where, ITEM_MACRO_CONDITION, STR(""), cond);
	srctext_add(&m.cond, text, cond, 0, true);
	err = app ? rulebook_append_macro(l->rb, &m) :
		rulebook_define_macro(l->rb, &m);
	srctext_release(&m.cond);
	return err;
}

static int load_unknown(struct loader *l, const struct ynode *item)
{
	static const char *const kinds[] = {
		"rule", "macro", "list", "required_engine_version", "required_plugin_versions",
	};
	const struct ynode *key = item->n ? item->map[0].key : NULL;
	const char *near;

	load_finding(l->res, LOAD_UNKNOWN_ITEM,
		     where_node(l->a, l->root, ITEM_RULES_CONTENT_ITEM, STR(""), item),
		     "Unknown top level item");
	near = key && key->kind == Y_SCALAR ?
		str_nearest(key->s, kinds, ARRAY_SIZE(kinds)) : NULL;
	if (near)
		load_hint(l->res, "did you mean '%s'?", near);
	return 0;
}

static int load_item(struct loader *l, const struct ynode *item)
{
	if (item->kind != Y_MAP)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE,
				    where_node(l->a, l->root, ITEM_RULES_CONTENT_ITEM, STR(""), item),
				    "Unexpected element type. Each element should be a yaml "
				    "associative array.");
	if (ynode_get(item, "required_engine_version"))
		return load_engine(l, item);
	if (ynode_get(item, "required_plugin_versions"))
		return load_plugins(l, item);
	if (ynode_get(item, "list"))
		return load_list(l, item);
	if (ynode_get(item, "macro"))
		return load_macro(l, item);
	if (ynode_get(item, "rule"))
		return load_rule(l, item);
	return load_unknown(l, item);
}

/* Every item is read, also after one that is wrong. */
static int load_doc(struct loader *l, const struct ynode *doc)
{
	uint32_t i;
	int err = 0;

	if (doc->kind == Y_NULL)
		return 0;
	if (doc->kind == Y_SCALAR)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, l->root,
				    "Rules content is not yaml");
	if (doc->kind == Y_MAP)
		return load_finding(l->res, LOAD_ERR_YAML_VALIDATE, l->root,
				    "Rules content is not yaml array of objects");
	for (i = 0; i < doc->n && !load_results_full(l->res); i++)
		if (doc->seq[i]->kind != Y_NULL && load_item(l, doc->seq[i]))
			err = -E_RULES;
	return err;
}

int rulebook_take(struct rulebook *rb, const struct yfile *f, int parsed, const struct yerror *e)
{
	struct loader l = { .rb = rb, .a = &rb->a, .res = &rb->results };
	struct where *root, *at;
	size_t i;
	int err = 0;

	load_results_add(&rb->results, f->name, f);
	root = (struct where *)where_node(&rb->a, NULL, ITEM_RULES_CONTENT, STR(""), NULL);
	root->file = f;
	l.root = root;
	if (parsed) {
		at = (struct where *)where_node(&rb->a, root, ITEM_VALUE_FOR, STR(""), NULL);
		at->pos = at->src = (struct ypos){ e->line, e->col, e->off };
		err = load_finding(&rb->results, LOAD_ERR_YAML_PARSE, at, "%s", e->msg.data);
	}
	for (i = 0; i < f->ndocs; i++)
		if (load_doc(&l, f->docs[i]))
			err = -E_RULES;
	return err;
}
