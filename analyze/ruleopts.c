/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/ruleopts.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"

int ruleopts_file(void *dest, const struct opt *o UNUSED, const char *arg, struct diag *d UNUSED)
{
	struct ruleopts *r = dest;

	XGROW(r->files, r->files_cap, r->nfiles + 1);
	r->files[r->nfiles++] = arg;
	return 0;
}

int ruleopts_step(void *dest, const struct opt *o, const char *arg, struct diag *d UNUSED)
{
	struct ruleopts *r = dest;

	XGROW(r->steps, r->steps_cap, r->nsteps + 1);
	r->steps[r->nsteps++] = (struct select_step){
		.enable = !strcmp(o->name, "enable") || !strcmp(o->name, "tag"),
		.tag = strstr(o->name, "tag") != NULL,
		.text = arg,
	};
	return 0;
}

static void tell_append(const char *arg, const struct filter_error *e, struct diag *d)
{
	struct diag_item *it;

	for (; e; e = e->next) {
		it = diag_at(d, DIAG_ERROR, NULL, 0, e->off + 1, "--append-output: %s",
			     e->msg.data);
		diag_excerpt(it, str_of(arg));
		if (e->hint.len)
			diag_hint(it, "%s", e->hint.data);
	}
}

/* A text that fits rules of no source is told here, once, and not with every rule. */
static int check_append(const char *arg, struct diag *d)
{
	static const char *const sources[] = { "syscall", "k8s_audit" };
	struct filter_error e[ARRAY_SIZE(sources)];
	struct arena a = ARENA_INIT;
	struct format *f;
	int err = -E_FILTER;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		e[i] = (struct filter_error)FILTER_ERROR_INIT;
		if (err)
			err = format_compile(&a, str_of(arg), str_of(sources[i]), &f, &e[i]);
	}
	if (err)
		tell_append(arg, &e[0], d);
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		filter_error_release(&e[i]);
	arena_release(&a);
	return err ? -E_USAGE : 0;
}

int ruleopts_append(void *dest, const struct opt *o UNUSED, const char *arg, struct diag *d)
{
	struct ruleopts *r = dest;

	if (check_append(arg, d))
		return -E_USAGE;
	XGROW(r->append, r->append_cap, r->nappend + 1);
	r->append[r->nappend++] = arg;
	return 0;
}

struct ruleset *ruleopts_load_all(const struct ruleopts *o, bool *ok)
{
	struct ruleset_opts opts = {
		.suggested_output = !o->no_suggested,
		.append_output = o->append,
		.nappend = o->nappend,
	};
	struct ruleset *rs = ruleset_new(&opts);

	*ok = !ruleset_load_paths(rs, o->files, o->nfiles);
	*ok &= !ruleset_finish(rs);
	return rs;
}

int ruleopts_priority(const char *arg, enum priority *out, struct diag *d)
{
	struct buf advice = BUF_INIT;

	if (priority_parse(str_of(arg), out))
		return 0;
	priority_advice(str_of(arg), &advice);
	diag_hint(diag_add(d, DIAG_ERROR, "'%s' is not a priority", arg), "%s", advice.data);
	buf_release(&advice);
	return -E_USAGE;
}

void ruleopts_priorities(struct buf *out)
{
	size_t i;

	for (i = 0; i < PRI_COUNT; i++)
		buf_addf(out, "%s\n", priority_names[i]);
}

static int threshold_of(const struct ruleopts *o, enum priority *out, struct diag *d)
{
	*out = PRI_DEBUG;
	return o->priority ? ruleopts_priority(o->priority, out, d) : 0;
}

/* A step that names nothing is most likely misspelt. */
static void tell_idle_step(const struct ruleset *rs, const struct select_step *s, struct diag *d)
{
	const char **names = xcalloc(rs->n + 1, sizeof(*names)), *near = NULL;
	struct arena a = ARENA_INIT;
	struct diag_item *it;
	size_t i;

	for (i = 0; i < rs->n; i++)
		names[i] = arena_strdup(&a, rs->rules[i].name);
	if (!s->tag)
		near = str_nearest(str_of(s->text), names, rs->n);
	it = diag_add(d, DIAG_WARNING, "no rule %s '%s'", s->tag ? "has the tag" : "is named",
		      s->text);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	arena_release(&a);
	free(names);
}

static void select_rules(struct ruleset *rs, const struct ruleopts *o, enum priority threshold,
			 struct diag *d)
{
	size_t *hits = xcalloc(o->nsteps + 1, sizeof(*hits)), i;

	ruleset_select(rs, o->steps, o->nsteps, threshold, hits);
	for (i = 0; i < o->nsteps; i++)
		if (!hits[i])
			tell_idle_step(rs, &o->steps[i], d);
	free(hits);
}

static void tell_warnings(const struct ruleset *rs, struct diag *d)
{
	struct diag all = { .limit = 1 };

	load_results_diag(ruleset_results(rs), &all);
	if (all.warnings)
		diag_hint(diag_add(d, DIAG_NOTE, "the rule files gave %zu warning%s", all.warnings,
				   str_count(all.warnings, "", "s")),
			  "'vestige rules check' shows them");
	diag_release(&all);
}

void ruleopts_tell_none(const struct ruleset *rs, struct diag *d)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].on)
			return;
	diag_hint(diag_add(d, DIAG_WARNING, "no rule is on: nothing is looked for"),
		  rs->n ? "'vestige rules list' names the rules; --enable '*' switches all on" :
			  "the rule files define no rule");
}

struct ruleset *ruleopts_load(const struct ruleopts *o, bool verbose, struct diag *d)
{
	struct ruleset *rs;
	enum priority threshold;
	bool ok;

	if (!o->nfiles) {
		diag_hint(diag_add(d, DIAG_ERROR, "no rules given"), "-r FILE names rules");
		return NULL;
	}
	if (threshold_of(o, &threshold, d))
		return NULL;
	rs = ruleopts_load_all(o, &ok);
	if (!ok || verbose)
		load_results_diag(ruleset_results(rs), d);
	else
		tell_warnings(rs, d);
	if (ok) {
		select_rules(rs, o, threshold, d);
		return rs;
	}
	ruleset_free(rs);
	return NULL;
}

/* A folder's files have their own names in the results; an archive has the one given. */
int ruleopts_apart(const struct ruleopts *o, const struct ruleset *rs,
		   const struct opt_args *traces, const char *path, struct diag *d)
{
	const struct load_result *l = ruleset_results(rs)->first;
	int err;

	if (!path)
		return 0;
	err = io_out_apart(path, (const char *const *)traces->v, (size_t)traces->n, d);
	if (!err)
		err = io_out_apart(path, o->files, o->nfiles, d);
	for (; l && !err; l = l->next)
		err = io_out_apart(path, &l->name, 1, d);
	return err;
}

void ruleopts_release(struct ruleopts *o)
{
	free(o->files);
	free(o->steps);
	free(o->append);
	*o = (struct ruleopts){ NULL };
}
