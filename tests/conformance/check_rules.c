/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule files with recorded answers: the cases of falco/conformance/expected.json
 * (errors, warnings, compiled conditions) and the upstream rule files of all
 * majors, which must load without an error.
 */
#define VESTIGE_LIVE		/* how long loading takes is printed */
#include "lib/base/compat.h"

#include <dirent.h>

#include "analyze/rule/ruleset.h"
#include "lib/base/io.h"
#include "lib/base/jsonp.h"
#include "lib/base/map.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "tests/conformance/shared.h"

static const struct ruleset_opts defaults = { .suggested_output = true };
#define CASE_FILES 8
static unsigned failures;

static void fail(const char *name, const char *what, const char *want, const char *got)
{
	printf("FAIL %s: %s: want %s, got %s\n", name, what, want, got);
	failures++;
}

static int cmp_cstr(const void *a, const void *b, void *ctx UNUSED)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void join_sorted(const char **v, size_t n, struct buf *out)
{
	size_t i;

	sort_stable(v, n, sizeof(*v), cmp_cstr, NULL);
	for (i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? " " : "", v[i]);
}

/* Codes of what Falco would have reported of one file. */
static void got_codes(const struct finding *f, struct buf *out)
{
	const char *v[64];
	size_t n = 0;

	for (; f && n < ARRAY_SIZE(v); f = f->next)
		if (!f->further)
			v[n++] = loadcode_name(f->code);
	join_sorted(v, n, out);
}

static void want_codes(const struct json *list, struct arena *a, struct buf *out)
{
	const char *v[64];
	size_t n = 0;
	const struct json *j;

	for (j = json_first(list); j && n < ARRAY_SIZE(v); j = json_next(j))
		v[n++] = arena_strdup(a, json_str(json_get(j, "code"), ""));
	join_sorted(v, n, out);
}

static void compare_codes(const char *name, const char *what, const struct json *want,
			  const struct finding *got, struct arena *a)
{
	struct buf w = BUF_INIT, g = BUF_INIT;

	want_codes(want, a, &w);
	got_codes(got, &g);
	if (strcmp(w.data, g.data))
		fail(name, what, w.data, g.data);
	buf_release(&w);
	buf_release(&g);
}

/* The first error's sentence, where Falco's is not its YAML parser's. */
static void compare_message(const char *name, const struct json *want, const struct finding *got)
{
	struct str w = json_str(json_get(json_first(want), "message"), "");

	if (got && got->code != LOAD_ERR_YAML_PARSE && w.len && !str_starts(w, STR("yaml-cpp")) &&
	    !str_eq(w, str_of(got->msg)))
		printf("note %s: message: want %.*s, got %s\n", name, STR_FMT(w), got->msg);
}

static void compare_results(const char *name, const struct json *results,
			    const struct ruleset *rs, struct arena *a)
{
	const struct load_result *l = ruleset_results(rs)->first;
	const struct json *r;

	for (r = json_first(results); r; r = json_next(r), l = l->next) {
		if (!l) {
			fail(name, "files", "more", "fewer");
			return;
		}
		compare_codes(name, "errors", json_get(r, "errors"), l->errors, a);
		compare_codes(name, "warnings", json_get(r, "warnings"), l->warnings, a);
		compare_message(name, json_get(r, "errors"), l->errors);
	}
}

static void compare_rule(const char *name, const struct json *want, const struct rule *got)
{
	struct str cond = json_str(json_get(want, "condition_compiled"), "");
	struct buf b = BUF_INIT, tags = BUF_INIT;
	const struct json *t;
	size_t i = 0;

	if (!got) {
		fail(name, "rule", json_key(want), "none");
		return;
	}
	ast_print(got->tree, &b);
	if (!str_eq(buf_str(&b), cond))
		fail(name, "condition", cond.p, b.data);
	if (!str_eq(json_str(json_get(want, "priority"), ""), str_of(priority_names[got->priority])))
		fail(name, "priority", "another", priority_names[got->priority]);
	if (json_bool(json_get(want, "enabled"), true) != got->enabled)
		fail(name, "enabled", "another", got->enabled ? "true" : "false");
	if (!str_eq(json_str(json_get(want, "output"), ""), got->output))
		fail(name, "output", "another", got->output.p);
	if (!str_eq(json_str(json_get(want, "description"), ""), got->desc))
		fail(name, "description", "another", got->desc.p);
	for (t = json_first(json_get(want, "tags")); t; t = json_next(t), i++)
		if (i >= got->ntags || !str_eq(json_str(t, ""), got->tags[i]))
			fail(name, "tags", "another", "these");
	if (i != got->ntags)
		fail(name, "tags", "fewer", "more");
	buf_release(&b);
	buf_release(&tags);
}

static void run_case(const struct json *c, const char *dir)
{
	struct ruleset *rs = ruleset_new(&defaults);
	const char *paths[CASE_FILES];
	struct arena a = ARENA_INIT;
	const struct json *j;
	size_t n = 0;
	bool ok;

	for (j = json_first(json_get(c, "files")); j; j = json_next(j)) {
		struct str name = json_str(j, "");

		if (n < CASE_FILES)
			paths[n++] = arena_printf(&a, "%s/rules/%.*s", dir, STR_FMT(name));
	}
	ok = !ruleset_load_paths(rs, paths, n);
	ok &= !ruleset_finish(rs);
	if (ok != json_bool(json_get(c, "ok"), false))
		fail(json_key(c), "ok", ok ? "false" : "true", ok ? "true" : "false");
	if (json_get(c, "results"))
		compare_results(json_key(c), json_get(c, "results"), rs, &a);
	for (j = json_first(json_get(c, "rules")); j; j = json_next(j))
		compare_rule(json_key(c), j, ruleset_find(rs, str_of(json_key(j))));
	ruleset_free(rs);
	arena_release(&a);
}

static unsigned run_cases(const char *dir)
{
	struct buf text = BUF_INIT;
	char *path = shared_path("falco/conformance/expected.json");
	struct json *all;
	const struct json *c;
	unsigned n = 0;

	if (io_read_file(path, JSON_SIZE_MAX, &text, NULL))
		return 0;
	all = json_parse(buf_str(&text));
	for (c = json_first(json_get(all, "cases")); c; c = json_next(c), n++)
		run_case(c, dir);
	json_free(all);
	buf_release(&text);
	free(path);
	return n;
}

static void show_errors(const struct ruleset *rs)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;

	load_results_diag(ruleset_results(rs), &d);
	diag_render(&d, &b);
	printf("%.4000s\n", b.data);
	buf_release(&b);
	diag_release(&d);
}

static void load_upstream(const char *dir, const char *name)
{
	struct ruleset *rs = ruleset_new(&defaults);
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", dir, name);
	if (ruleset_load_paths(rs, (const char *[]){ path.data }, 1) || ruleset_finish(rs)) {
		fail(name, "load", "no error", "errors");
		show_errors(rs);
	}
	printf("%-36s %3zu rules\n", name, rs->n);
	ruleset_free(rs);
	buf_release(&path);
}

static unsigned run_upstream(void)
{
	char *dir = shared_path("reference/rules");
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort), i;
	unsigned files = 0;

	for (i = 0; i < n; i++) {
		if (str_ends(str_of(list[i]->d_name), STR(".yaml"))) {
			load_upstream(dir, list[i]->d_name);
			files++;
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	free(dir);
	return files;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);	/* the machine may be busy */
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The three files of today in one set: how long, and how much is shared. */
static void show_cost(void)
{
	static const char *const names[] = {
		"reference/rules/falco_rules.yaml",
		"reference/rules/falco-incubating_rules.yaml",
		"reference/rules/falco-sandbox_rules.yaml",
	};
	uint64_t start = now_ns(), best = UINT64_MAX;
	struct filterset_stats st;
	char *paths[ARRAY_SIZE(names)];
	struct ruleset *rs;
	size_t i, n = 0;
	int k;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		paths[n] = shared_path(names[i]);
		n += paths[n] != NULL;
	}
	for (k = 0; k < 5; k++, start = now_ns()) {
		rs = ruleset_new(&defaults);
		ruleset_load_paths(rs, (const char *const *)paths, n);
		if (now_ns() - start < best)
			best = now_ns() - start;
		st = filterset_stats(rs->fs);
		if (!k)
			printf("%zu rules, %zu checks written, %zu distinct compiled\n", rs->n,
			       st.checks_written, st.checks_distinct);
		if (st.checks_distinct >= st.checks_written)
			fail("upstream", "shared checks", "some", "none");
		ruleset_free(rs);
	}
	while (n)
		free(paths[--n]);
	printf("the three upstream files load in %.1f ms of processor time (best of 5; budget 50)\n",
	       (double)best / 1e6);
}

int main(void)
{
	char *dir = shared_path("falco/conformance");
	unsigned cases, files;

	if (!dir) {
		puts("SKIP: no shared conformance data (set VESTIGE_SHARED)");
		return 77;
	}
	cases = run_cases(dir);
	files = run_upstream();
	show_cost();
	printf("%u cases, %u upstream files, %u failures\n", cases, files, failures);
	free(dir);
	return failures || !cases || !files;
}
