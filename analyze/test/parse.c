/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a case. */
#include "lib/base/compat.h"

#include <dirent.h>

#include "analyze/test/case.h"
#include "analyze/test/limits.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

static const char *const case_keys[] = {
	"name", "description", "rules", "events", "trace", "options", "positive", "near_miss",
	"expect", "baseline", "alerts", "damaged", "cases",
};

static const char *const option_keys[] = {
	"enable", "disable", "tag", "no_tag", "priority", "matching", "append_output",
	"suggested_output",
};

struct place place_of(const struct ynode *n)
{
	return (struct place){ n->file->name, n->line + 1, n->col + 1 };
}

struct diag_item *case_wrong(struct testcase *t, const struct ynode *n, const char *fmt, ...)
{
	struct diag_item *it;
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	it = diag_at(&t->broken, DIAG_ERROR, n->file->name, n->line + 1, n->col + 1, "%s", b.data);
	diag_excerpt(it, yfile_line(n->file, n->off));
	buf_release(&b);
	return it;
}

const struct scope *scope_get(const struct scope *s, const char *key, const struct ynode **n)
{
	for (; s; s = s->up) {
		*n = ynode_get(s->map, key);
		if (*n)
			return s;
	}
	*n = NULL;
	return NULL;
}

static void check_keys(struct testcase *t, const struct ynode *map, const char *const *known,
		       size_t n)
{
	struct diag_item *it;
	const char *near;
	uint32_t i;
	size_t k;

	for (i = 0; i < map->n; i++) {
		const struct ynode *key = map->map[i].key;

		for (k = 0; k < n && !str_eq(key->s, str_of(known[k])); k++)
			;
		if (k < n)
			continue;
		it = case_wrong(t, key, "'%.*s' is no key here", STR_FMT(key->s));
		near = str_nearest(key->s, known, n);
		if (near)
			diag_hint(it, "did you mean '%s'?", near);
	}
}

bool case_priority(struct testcase *t, const struct ynode *n, int *out)
{
	struct buf advice = BUF_INIT;
	enum priority p;

	if (n->kind == Y_SCALAR && priority_parse(n->s, &p)) {
		*out = p;
		return true;
	}
	priority_advice(n->kind == Y_SCALAR ? n->s : STR(""), &advice);
	diag_hint(case_wrong(t, n, "this is no priority"), "%s", advice.data);
	buf_release(&advice);
	return false;
}

/* --- lists of texts --- */

static const char *as_path(struct arena *a, struct str s, const struct scope *from)
{
	if ((s.len && s.p[0] == '/') || !strcmp(from->folder, "."))
		return arena_strdup(a, s);
	return arena_printf(a, "%s/%.*s", from->folder, STR_FMT(s));
}

static const char *as_text(struct arena *a, struct str s, const struct scope *from UNUSED)
{
	return arena_strdup(a, s);
}

/* A text or a list of texts. */
static const char **texts(struct cases *c, struct testcase *t, const struct scope *from,
			  const struct ynode *n,
			  const char *(*make)(struct arena *, struct str, const struct scope *),
			  size_t *count)
{
	uint32_t len = n->kind == Y_SEQ ? n->n : 1, i;
	const char **v = ARENA_ARRAY(&c->a, const char *, len + 1);

	*count = 0;
	for (i = 0; i < len; i++) {
		const struct ynode *one = n->kind == Y_SEQ ? n->seq[i] : n;

		if (one->kind != Y_SCALAR)
			case_wrong(t, one, "a text is wanted here");
		else
			v[(*count)++] = make(&c->a, one->s, from);
	}
	return v;
}

/* --- options --- */

static void add_steps(struct cases *c, struct testcase *t, const struct scope *from,
		      const struct ynode *n, bool enable, bool tag)
{
	struct case_options *o = &t->opts;
	size_t count, i;
	const char **v = texts(c, t, from, n, as_text, &count);
	struct select_step *steps = ARENA_ARRAY(&c->a, struct select_step, o->nsteps + count);

	if (o->nsteps)
		memcpy(steps, o->steps, o->nsteps * sizeof(*steps));
	for (i = 0; i < count; i++)
		steps[o->nsteps + i] = (struct select_step){ enable, tag, v[i] };
	o->steps = steps;
	o->nsteps += count;
}

static void one_option(struct cases *c, struct testcase *t, const struct scope *from,
		       struct str key, const struct ynode *n)
{
	struct case_options *o = &t->opts;
	int p;

	if (str_eq(key, STR("enable")) || str_eq(key, STR("disable")))
		add_steps(c, t, from, n, key.p[0] == 'e', false);
	else if (str_eq(key, STR("tag")) || str_eq(key, STR("no_tag")))
		add_steps(c, t, from, n, key.p[0] == 't', true);
	else if (str_eq(key, STR("append_output")))
		o->append = texts(c, t, from, n, as_text, &o->nappend);
	else if (str_eq(key, STR("priority")) && case_priority(t, n, &p))
		o->threshold = (enum priority)p;
	else if (str_eq(key, STR("suggested_output")) && !ynode_bool(n, &o->suggested))
		case_wrong(t, n, "true or false is wanted here");
	else if (str_eq(key, STR("matching")) && str_eq(n->s, STR("first")))
		o->matching = MATCH_FIRST;
	else if (str_eq(key, STR("matching")) && str_eq(n->s, STR("all")))
		o->matching = MATCH_ALL;
	else if (str_eq(key, STR("matching")))
		case_wrong(t, n, "matching is 'first' or 'all'");
}

static void parse_options(struct cases *c, const struct scope *s, struct testcase *t)
{
	const struct ynode *n;
	const struct scope *from = scope_get(s, "options", &n);
	uint32_t i;

	t->opts = (struct case_options){ .threshold = PRI_DEBUG, .suggested = true,
					 .matching = t->golden ? MATCH_FIRST : MATCH_ALL };
	if (!n)
		return;
	if (n->kind != Y_MAP) {
		case_wrong(t, n, "'options' is a map of keys");
		return;
	}
	check_keys(t, n, option_keys, ARRAY_SIZE(option_keys));
	for (i = 0; i < n->n; i++)
		one_option(c, t, from, n->map[i].key->s, n->map[i].value);
}

/* --- what is read --- */

static int cmp_paths(const void *a, const void *b, void *ctx UNUSED)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A folder that is a case: the traces in it, in order of name. */
static void folder_traces(struct cases *c, const struct scope *s, struct testcase *t)
{
	DIR *dir = opendir(s->folder);
	const char **v = NULL;
	size_t n = 0, cap = 0;
	struct dirent *e;

	while (dir && n < TEST_CASES_MAX && (e = readdir(dir)) != NULL) {
		struct str name = str_of(e->d_name);

		if (!str_ends(name, STR(".vtr")) && !str_ends(name, STR(".scap")) &&
		    !str_ends(name, STR(".ev")))
			continue;
		XGROW(v, cap, n + 1);
		v[n++] = as_path(&c->a, name, s);
	}
	if (dir)
		closedir(dir);
	sort_stable(v, n, sizeof(*v), cmp_paths, NULL);
	t->traces = n ? arena_dup(&c->a, v, n * sizeof(*v)) : NULL;
	t->ntraces = n;
	free(v);
}

/* Where events come from is said once: the nearest scope that says it. */
static void parse_input(struct cases *c, const struct scope *s, struct testcase *t,
			bool folder_case)
{
	const struct scope *from = s;
	const struct ynode *events = NULL, *trace = NULL;

	for (; from && !events && !trace; from = from->up) {
		events = ynode_get(from->map, "events");
		trace = ynode_get(from->map, "trace");
		if (events || trace)
			break;
	}
	if (events && trace) {
		case_wrong(t, events, "either 'events' or 'trace'");
	} else if (events && events->kind == Y_SCALAR) {
		t->events = events->s;
		t->events_node = events;
	} else if (events) {
		case_wrong(t, events, "'events' is a text: events: |");
	} else if (trace) {
		t->traces = texts(c, t, from, trace, as_path, &t->ntraces);
	} else if (folder_case) {
		folder_traces(c, s, t);
	}
	if (!t->events.p && !t->ntraces && !t->broken.errors)
		diag_hint(case_wrong(t, s->map, "the case has no events"),
			  "'events: |' with text events, or 'trace: FILE'");
}

static const char *beside(struct cases *c, const struct scope *s, const char *name)
{
	const char *path = as_path(&c->a, str_of(name), s);

	return access(path, F_OK) ? NULL : path;
}

static void parse_rules(struct cases *c, const struct scope *s, struct testcase *t,
			bool folder_case, const struct find_opts *o)
{
	const struct ynode *n;
	const struct scope *from = scope_get(s, "rules", &n);
	const char *own = folder_case ? beside(c, s, "rules.yaml") : NULL;

	if (own && from != s) {
		t->rules = ARENA_ARRAY(&c->a, const char *, 1);
		t->rules[0] = own;
		t->nrules = 1;
	} else if (n) {
		t->rules = texts(c, t, from, n, as_path, &t->nrules);
	} else {
		t->rules = (const char **)o->rules;
		t->nrules = o->nrules;
	}
	if (!t->nrules && !t->broken.errors)
		diag_hint(case_wrong(t, s->map, "the case has no rules"),
			  "'rules: FILE' in the case or a suite.yaml, or -r FILE");
}

static void parse_golden(struct cases *c, const struct scope *s, struct testcase *t,
			 bool folder_case)
{
	const struct ynode *n;
	const struct scope *from = scope_get(s, "alerts", &n);

	if (!n && folder_case)
		t->golden = beside(c, s, "alerts.jsonl");
	t->golden_at = place_of(n ? n : s->map);
	if (n && n->kind == Y_SCALAR)
		t->golden = as_path(&c->a, n->s, from);
	else if (n)
		case_wrong(t, n, "'alerts' is a file");
}

static void parse_name(struct cases *c, const struct scope *s, struct testcase *t,
		       const char *file)
{
	const struct ynode *n = ynode_get(s->map, "name");
	bool listed = s->up && s->up->file && !strcmp(s->up->file, s->file);

	t->file = file;
	t->name = "";
	t->title = file;
	t->at = place_of(s->map);
	if (n && n->kind == Y_SCALAR && n->s.len) {
		t->name = arena_strdup(&c->a, n->s);
		t->title = arena_printf(&c->a, "%s: %s", file, t->name);
	} else if (n) {
		case_wrong(t, n, "the name is a text");
	} else if (listed) {
		t->title = arena_printf(&c->a, "%s: line %u", file, t->at.line);
		case_wrong(t, s->map, "the case has no name");
	}
}

static void check_name(struct cases *c, struct testcase *t)
{
	size_t i;

	for (i = 0; i + 1 < c->n; i++)
		if (!strcmp(c->v[i].title, t->title)) {
			diag_at(&t->broken, DIAG_ERROR, t->at.file, t->at.line, t->at.col,
				"another case has this name: line %u", c->v[i].at.line);
			return;
		}
}

/* A pattern with '*', or a part of the title. */
static bool wanted(const char *filter, const char *title)
{
	if (strchr(filter, '*'))
		return select_matches(str_of(filter), str_of(title));
	return strstr(title, filter) != NULL;
}

void case_parse(struct cases *c, const struct scope *s, const char *file, bool folder_case,
		const struct find_opts *o)
{
	const struct ynode *n;
	const struct scope *up;
	struct testcase *t;

	XGROW(c->v, c->cap, c->n + 1);
	t = &c->v[c->n++];
	*t = (struct testcase){ .baseline = -1 };
	parse_name(c, s, t, file);
	if (o->filter && !wanted(o->filter, t->title)) {
		diag_release(&t->broken);
		c->n--;
		return;
	}
	check_name(c, t);
	for (up = s; up; up = up->up)
		check_keys(t, up->map, case_keys, ARRAY_SIZE(case_keys));
	if (scope_get(s, "damaged", &n) && !ynode_bool(n, &t->damaged))
		case_wrong(t, n, "true or false is wanted here");
	parse_golden(c, s, t, folder_case);
	parse_options(c, s, t);
	parse_rules(c, s, t, folder_case, o);
	parse_input(c, s, t, folder_case);
	case_expectations(c, s, t);
}
