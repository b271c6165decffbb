/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/test/rulecache.h"
#include "lib/base/digest.h"
#include "lib/base/map.h"
#include "lib/base/xalloc.h"


struct rulecache {
	struct arena a;
	struct smap digests;		/* path -> its contents' digest */
	struct smap by_key;		/* key -> index + 1 */
	struct ruleset **sets;		/* those with mistakes in them are NULL */
	struct diag *why;		/* of those */
	size_t n, cap, why_cap;
};

struct rulecache *rulecache_new(void)
{
	return xcalloc(1, sizeof(struct rulecache));
}

void rulecache_free(struct rulecache *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->n; i++) {
		ruleset_free(c->sets[i]);
		diag_release(&c->why[i]);
	}
	free(c->sets);
	free(c->why);
	smap_release(&c->digests);
	smap_release(&c->by_key);
	arena_release(&c->a);
	free(c);
}

size_t rulecache_all(const struct rulecache *c, struct ruleset *const **out)
{
	*out = c->sets;
	return c->n;
}

/* What a path holds, as a text; a folder or what cannot be read is its name. */
static const char *contents_of(struct rulecache *c, const char *path)
{
	const char *known = smap_get(&c->digests, str_of(path));
	char hex[DIGEST_HEX];
	uint64_t bytes;

	if (known)
		return known;
	known = digest_file(path, hex, &bytes) ? arena_strdup(&c->a, str_of(hex)) :
						 arena_strdup(&c->a, str_of(path));
	smap_put(&c->digests, arena_str(&c->a, str_of(path)), (void *)known);
	return known;
}

static void key_of(struct rulecache *c, const struct testcase *t, struct buf *out)
{
	const struct case_options *o = &t->opts;
	size_t i;

	for (i = 0; i < t->nrules; i++)
		buf_addf(out, "%s\n", contents_of(c, t->rules[i]));
	for (i = 0; i < o->nsteps; i++)
		buf_addf(out, "%d%d%s\n", o->steps[i].enable, o->steps[i].tag, o->steps[i].text);
	for (i = 0; i < o->nappend; i++)
		buf_addf(out, "+%s\n", o->append[i]);
	buf_addf(out, "%d %d", o->threshold, o->suggested);
}

static bool load(const struct testcase *t, struct ruleset *rs)
{
	bool ok = !ruleset_load_paths(rs, t->rules, t->nrules);

	return !ruleset_finish(rs) && ok;
}

/* A step that names nothing is most likely misspelt. */
static bool select_rules(const struct testcase *t, struct ruleset *rs, struct diag *d)
{
	const struct case_options *o = &t->opts;
	size_t *hits = xcalloc(o->nsteps + 1, sizeof(*hits)), i, before = d->errors;

	ruleset_select(rs, o->steps, o->nsteps, o->threshold, hits);
	for (i = 0; i < o->nsteps; i++)
		if (!hits[i])
			diag_at(d, DIAG_ERROR, t->at.file, t->at.line, t->at.col,
				"no rule %s '%s'", o->steps[i].tag ? "has the tag" : "is named",
				o->steps[i].text);
	free(hits);
	return d->errors == before;
}

static void add(struct rulecache *c, const struct testcase *t, struct str key)
{
	const struct ruleset_opts opts = {
		.suggested_output = t->opts.suggested,
		.append_output = t->opts.append, .nappend = t->opts.nappend,
	};
	struct ruleset *rs = ruleset_new(&opts);
	struct diag *why;

	XGROW(c->sets, c->cap, c->n + 1);
	XGROW(c->why, c->why_cap, c->n + 1);
	why = &c->why[c->n];
	*why = (struct diag){ .limit = 10 };
	if (!load(t, rs)) {
		load_results_diag(ruleset_results(rs), why);
		if (!why->errors)
			diag_add(why, DIAG_ERROR, "the rules cannot be loaded");
		ruleset_free(rs);
		rs = NULL;
	} else if (!select_rules(t, rs, why)) {
		ruleset_free(rs);
		rs = NULL;
	}
	c->sets[c->n++] = rs;
	smap_put(&c->by_key, arena_str(&c->a, key), (void *)(uintptr_t)c->n);
}

static void copy_why(const struct diag *from, struct diag *to)
{
	struct diag_item *it;
	size_t i;

	for (i = 0; i < from->n; i++) {
		const struct diag_item *o = &from->items[i];

		if (o->level != DIAG_ERROR)
			continue;
		it = o->line ? diag_at(to, o->level, o->file, o->line, o->col, "%s", o->text) :
		     o->file ? diag_off(to, o->level, o->file, -1, "%s", o->text) :
			       diag_add(to, o->level, "%s", o->text);
		if (o->excerpt)
			diag_excerpt(it, str_of(o->excerpt));
		if (o->hint)
			diag_hint(it, "%s", o->hint);
	}
}

struct ruleset *rulecache_get(struct rulecache *c, const struct testcase *t, struct diag *d)
{
	struct buf key = BUF_INIT;
	size_t i;

	key_of(c, t, &key);
	if (!smap_get(&c->by_key, buf_str(&key)))
		add(c, t, buf_str(&key));
	i = (size_t)(uintptr_t)smap_get(&c->by_key, buf_str(&key)) - 1;
	buf_release(&key);
	if (!c->sets[i])
		copy_why(&c->why[i], d);
	return c->sets[i];
}
