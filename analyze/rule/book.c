/* SPDX-License-Identifier: Apache-2.0 */
/* struct rulebook itself, priorities, versions, plugin requirements. */
#include "lib/base/compat.h"

#include "analyze/rule/item.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

const char *const priority_names[PRI_COUNT] = {
#define PRIORITY(id, name, upper) name,
#include "schema/priorities.def"
#undef PRIORITY
};

const char *const priority_upper[PRI_COUNT] = {
#define PRIORITY(id, name, upper) upper,
#include "schema/priorities.def"
#undef PRIORITY
};

/* Event sources whose events can be had here. */
static const char *const sources[] = { "syscall", "k8s_audit" };

/* Falco plugins whose fields are built in, at the version they were taken from. */
static const struct {
	const char *name, *version;
} plugins[] = {
	{ "container", "0.7.1" },
	{ "k8saudit", "0.18.0" },
	{ "json", "0.7.4" },
};

static bool same_word(struct str s, const char *word)
{
	size_t i;

	if (s.len != strlen(word))
		return false;
	for (i = 0; i < s.len; i++)
		if ((s.p[i] | 0x20) != (word[i] | 0x20))
			return false;
	return true;
}

bool priority_parse(struct str s, enum priority *out)
{
	unsigned i;

	for (i = 0; i < PRI_COUNT; i++) {
		if (!same_word(s, priority_names[i]) && !same_word(s, priority_upper[i]))
			continue;
		*out = i;
		return true;
	}
	return false;
}

void priority_advice(struct str s, struct buf *out)
{
	static const char all[] =
#define PRIORITY(id, name, upper) ", " name
#include "schema/priorities.def"
#undef PRIORITY
		;
	const char *near = str_nearest(s, priority_names, PRI_COUNT);

	near = near ? near : str_nearest(s, priority_upper, PRI_COUNT);
	if (near)
		buf_addf(out, "did you mean '%s'?", near);
	else
		buf_addf(out, "one of %s", all + 2);
}

bool source_known(struct str source)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (str_eq(source, str_of(sources[i])))
			return true;
	return false;
}

/* As sscanf("%u.%u.%u") has it: blanks and a sign before a number, a tail after. */
bool semver_parse(struct str s, struct semver *out)
{
	struct semver v = { { 0, 0, 0 } };
	size_t i = 0, digits;
	unsigned k;

	for (k = 0; k < 3; k++) {
		while (i < s.len && strchr(" \t\n\v\f\r", s.p[i]) && s.p[i])
			i++;
		if (i < s.len && s.p[i] == '+')
			i++;
		for (digits = 0; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++, digits++) {
			if (digits > 9)
				return false;
			v.v[k] = v.v[k] * 10 + (s.p[i] - '0');
		}
		if (!digits || (k < 2 && (i >= s.len || s.p[i++] != '.')))
			return false;
	}
	*out = v;
	return true;
}

int semver_cmp(const struct semver *a, const struct semver *b)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i] ? -1 : 1;
	return 0;
}

/* Same major version, and at least what is required. */
static bool compatible(const struct semver *have, const struct semver *need)
{
	return have->v[0] == need->v[0] && semver_cmp(have, need) >= 0;
}

int rulebook_define_engine(struct rulebook *rb, const struct where *w, const struct semver *v)
{
	struct semver have;

	semver_parse(STR(ENGINE_VERSION), &have);
	if (compatible(&have, v))
		return 0;
	return load_finding(&rb->results, LOAD_ERR_VALIDATE, w,
			    "Rules require engine version %u.%u.%u, but engine version is %s",
			    v->v[0], v->v[1], v->v[2], ENGINE_VERSION);
}

int rulebook_define_plugins(struct rulebook *rb, const struct plugin_reqs *p)
{
	struct semver v;
	size_t i, k;

	for (i = 0; i < p->n; i++) {
		if (!semver_parse(p->any[i].version, &v))
			return load_finding(&rb->results, LOAD_ERR_VALIDATE, p->where,
					    "Invalid required version '%.*s' for plugin '%.*s'",
					    STR_FMT(p->any[i].version), STR_FMT(p->any[i].name));
		for (k = 0; k < i && k < 64; k++)
			if (str_eq(p->any[k].name, p->any[i].name))
				return load_finding(&rb->results, LOAD_ERR_VALIDATE, p->where,
						    "Defined multiple alternative version "
						    "requirements for plugin '%.*s'",
						    STR_FMT(p->any[i].name));
	}
	XGROW(rb->plugins, rb->plugins_cap, rb->nplugins + 1);
	rb->plugins[rb->nplugins++] = *p;
	return 0;
}

static const char *loaded_version(struct str name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plugins); i++)
		if (str_eq(name, str_of(plugins[i].name)))
			return plugins[i].version;
	return NULL;
}

static int check_one(struct rulebook *rb, const struct plugin_reqs *p)
{
	const struct plugin_req *old = NULL;
	struct semver have, need;
	struct buf b = BUF_INIT;
	const char *v;
	size_t i;
	int err;

	for (i = 0; i < p->n; i++) {
		v = loaded_version(p->any[i].name);
		if (v && semver_parse(str_of(v), &have) &&
		    semver_parse(p->any[i].version, &need) && compatible(&have, &need))
			break;
		if (v && !old)
			old = &p->any[i];
		buf_addf(&b, "%s%.*s (>= %.*s)", b.len ? ", " : "", STR_FMT(p->any[i].name),
			 STR_FMT(p->any[i].version));
	}
	if (i < p->n)
		err = 0;
	else if (old)
		err = load_finding(&rb->results, LOAD_ERR_VALIDATE, p->where,
				   "Plugin '%.*s' version '%s' is not compatible with required "
				   "plugin version '%.*s'", STR_FMT(old->name),
				   loaded_version(old->name), STR_FMT(old->version));
	else
		err = load_finding(&rb->results, LOAD_ERR_VALIDATE, p->where,
				   "Plugin requirement not satisfied, must load one of: %s", b.data);
	buf_release(&b);
	return err;
}

int rulebook_check_plugins(struct rulebook *rb)
{
	size_t i;
	int err = 0;

	for (i = 0; i < rb->nplugins; i++)
		if (check_one(rb, &rb->plugins[i]))
			err = -E_RULES;
	return err;
}

void rulebook_init(struct rulebook *rb)
{
	*rb = (struct rulebook){ .a = ARENA_INIT };
	load_results_init(&rb->results, &rb->a);
}

void rulebook_release(struct rulebook *rb)
{
	size_t i;

	for (i = 0; i < rb->nlists; i++)
		free(rb->lists[i]->items);
	for (i = 0; i < rb->nmacros; i++)
		srctext_release(&rb->macros[i]->cond);
	for (i = 0; i < rb->nrules; i++)
		ruledef_release(rb->rules[i]);
	free(rb->lists);
	free(rb->macros);
	free(rb->rules);
	free(rb->plugins);
	smap_release(&rb->list_by_name);
	smap_release(&rb->macro_by_name);
	smap_release(&rb->rule_by_name);
	smap_release(&rb->broken_macros);
	arena_release(&rb->a);
	*rb = (struct rulebook){ .a = ARENA_INIT };
}
