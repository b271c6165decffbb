/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files: the alerts a case gives, one JSON object a line, as
 * `vestige analyze --json` or Falco prints them.  A first line
 * {"vestige-golden":1} names the version of what vestige writes itself.
 * The names of the host that replays ("hostname") and our own additions
 * ("vestige") are not compared.
 */
#include "lib/base/compat.h"

#include "analyze/test/limits.h"
#include "analyze/test/run.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/jsonp.h"
#include "lib/base/map.h"
#include "lib/base/xalloc.h"

#define VERSION_KEY	"vestige-golden"
#define GOLDEN_VERSION	1

struct gold {
	struct json *json;
	struct str key;			/* time and rule */
	const struct fired *fired;	/* of what came out; NULL: expected */
	struct gold *next;		/* of one key */
	bool matched;
};

struct golds {
	struct gold *v;
	size_t n, cap;
};

struct compare {
	struct caserun *c;
	struct golds want, got;
	struct smap by_key;		/* of got: the next one to match */
	size_t shown;
};

static void wrong(struct caserun *c, unsigned line, const char *text, const char *hint)
{
	diag_hint(diag_at(&c->broken, DIAG_ERROR, c->t->golden, line, 1, "%s", text), "%s",
		  hint);
}

static bool add(struct golds *g, struct caserun *c, struct str line, const struct fired *f)
{
	struct json *j = json_parse(line);
	struct gold *one;

	if (!j)
		return false;
	XGROW(g->v, g->cap, g->n + 1);
	one = &g->v[g->n++];
	*one = (struct gold){ .json = j, .fired = f };
	one->key = str_of(arena_printf(&c->a, "%.*s %.*s",
				       STR_FMT(json_str(json_get(j, "time"), "?")),
				       STR_FMT(json_str(json_get(j, "rule"), "?"))));
	return true;
}

/* The version a first line names; false: it names none. */
static bool version_of(struct str line, int64_t *version)
{
	struct json *j;
	bool is;

	if (!str_starts(line, STR("{\"" VERSION_KEY "\"")))
		return false;
	j = json_parse(line);
	is = j != NULL;
	*version = json_i64(json_get(j, VERSION_KEY), -1);
	json_free(j);
	return is;
}

static void read_want(struct compare *k, struct str text)
{
	struct str rest = text, line;
	unsigned number = 0;
	int64_t version;

	while (rest.len) {
		line = str_cut(&rest, '\n');
		number++;
		if (!str_starts(line, STR("{")))
			continue;	/* what else a program may have said */
		if (number == 1 && version_of(line, &version)) {
			if (version != GOLDEN_VERSION) {
				wrong(k->c, 1, "this golden file is of another version",
				      "--update writes it again");
				return;
			}
		} else if (!add(&k->want, k->c, line, NULL)) {
			wrong(k->c, number, "this is no alert", "--update writes the file again");
			return;
		}
	}
}

/* --- one alert against another --- */

static void printed(const struct json *j, struct buf *out)
{
	buf_clear(out);
	if (j)
		json_print(j, out);
	else
		buf_adds(out, "(none)");
	if (out->len > 200) {
		buf_setlen(out, 200);
		buf_adds(out, "...");
	}
}

static bool ignored(const char *key)
{
	return !strcmp(key, "hostname") || !strcmp(key, "vestige");
}

static bool equal(const struct json *a, const struct json *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	if (!a || !b)
		return a == b;
	json_print(a, &x);
	json_print(b, &y);
	same = str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Members that differ go to out, when it is not NULL; how many. */
static size_t differences(const struct json *want, const struct json *got, struct buf *out)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	const struct json *m;
	size_t n = 0;

	for (m = json_first(want); m; m = json_next(m)) {
		const char *key = json_key(m);
		const struct json *other = json_get(got, key);

		if (ignored(key) || equal(m, other))
			continue;
		if (!strcmp(key, "output_fields")) {
			n += differences(m, other, out);
			continue;
		}
		n++;
		printed(m, &x);
		printed(other, &y);
		if (out && (strcmp(key, "output") || n == 1))
			buf_addf(out, "        %s: want %s, got %s\n", key, x.data, y.data);
	}
	for (m = json_first(got); m; m = json_next(m)) {
		if (ignored(json_key(m)) || json_get(want, json_key(m)))
			continue;
		n++;
		printed(m, &y);
		if (out)
			buf_addf(out, "        %s: want (none), got %s\n", json_key(m), y.data);
	}
	buf_release(&x);
	buf_release(&y);
	return n;
}

/* --- all of them --- */

static bool may_show(struct compare *k)
{
	k->c->failed = true;
	return k->shown++ < TEST_SHOWN_MAX * 2;
}

static void show_missing(struct compare *k, const struct gold *w)
{
	if (!may_show(k))
		return;
	buf_addf(k->c->out, "      - %.*s\n        %.*s\n", STR_FMT(w->key),
		 STR_FMT(json_str(json_get(w->json, "output"), "")));
}

static void show_extra(struct compare *k, const struct gold *g)
{
	if (!may_show(k))
		return;
	buf_addf(k->c->out, "      + %.*s\n", STR_FMT(g->key));
	fired_print(g->fired, k->c->out);
}

static void show_different(struct compare *k, const struct gold *w, const struct gold *g)
{
	if (!differences(w->json, g->json, NULL) || !may_show(k))
		return;
	buf_addf(k->c->out, "      ! %.*s\n", STR_FMT(w->key));
	differences(w->json, g->json, k->c->out);
	buf_addf(k->c->out, "        event   %.*s\n        process %.*s\n",
		 STR_FMT(g->fired->event), STR_FMT(g->fired->process));
}

/* Alerts of one time and rule are matched in their order. */
static void index_got(struct compare *k)
{
	size_t i;

	for (i = k->got.n; i-- > 0;) {
		struct gold *g = &k->got.v[i];

		g->next = smap_get(&k->by_key, g->key);
		smap_put(&k->by_key, g->key, g);
	}
}

static void match_all(struct compare *k)
{
	size_t i, at = 0;
	bool order = true;

	index_got(k);
	for (i = 0; i < k->want.n; i++) {
		struct gold *w = &k->want.v[i], *g = smap_get(&k->by_key, w->key);

		if (!g) {
			show_missing(k, w);
			continue;
		}
		g->matched = true;
		order &= (size_t)(g - k->got.v) >= at;
		at = (size_t)(g - k->got.v);
		if (g->next)
			smap_put(&k->by_key, g->key, g->next);
		else
			smap_del(&k->by_key, g->key);
		show_different(k, w, g);
	}
	for (i = 0; i < k->got.n; i++)
		if (!k->got.v[i].matched)
			show_extra(k, &k->got.v[i]);
	if (!k->c->failed && !order && may_show(k))
		buf_adds(k->c->out, "      the same alerts in another order\n");
}

static void compare(struct compare *k)
{
	struct caserun *c = k->c;
	bool before = c->failed;
	size_t start, i;
	struct buf head = BUF_INIT;

	for (i = 0; i < c->nfired; i++)
		add(&k->got, c, c->fired[i].json, &c->fired[i]);
	place_print(&c->t->golden_at, &head);
	buf_addf(&head, "the alerts are not those of %s (- missing, + new, ! different)\n",
		 c->t->golden);
	start = c->out->len;
	buf_addstr(c->out, buf_str(&head));
	c->failed = false;
	match_all(k);
	if (!c->failed)
		buf_setlen(c->out, start);
	else if (k->shown > TEST_SHOWN_MAX * 2)
		buf_addf(c->out, "      ... and %zu more\n", k->shown - TEST_SHOWN_MAX * 2);
	c->failed |= before;
	buf_release(&head);
}

static void release(struct golds *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		json_free(g->v[i].json);
	free(g->v);
}

/* --- rewriting --- */

static void write_golden(struct caserun *c, bool *updated)
{
	struct buf b = BUF_INIT;
	struct io_out out;
	size_t i;

	buf_addf(&b, "{\"" VERSION_KEY "\":%d}\n", GOLDEN_VERSION);
	for (i = 0; i < c->nfired; i++)
		buf_addf(&b, "%.*s\n", STR_FMT(c->fired[i].json));
	*updated = !io_out_open(&out, c->t->golden, &c->broken) &&
		   !io_out_write(&out, b.data, b.len, &c->broken) &&
		   !io_out_commit(&out, &c->broken);
	buf_release(&b);
}

/* What is wrong with the golden file itself goes to c->broken. */
static void read_golden(struct compare *k)
{
	struct caserun *c = k->c;
	struct buf text = BUF_INIT;

	if (access(c->t->golden, F_OK))
		diag_hint(diag_at(&c->broken, DIAG_ERROR, c->t->golden_at.file,
				  c->t->golden_at.line, c->t->golden_at.col,
				  "there is no golden file '%s'", c->t->golden),
			  "--update writes it");
	else if (!io_read_file(c->t->golden, TEST_GOLDEN_MAX, &text, &c->broken))
		read_want(k, buf_str(&text));
	buf_release(&text);
}

/* A file that says the same, in whatever form, is left alone. */
static void update(struct caserun *c, bool differs, bool before, size_t start, bool *updated)
{
	buf_setlen(c->out, start);
	c->failed = before;
	if (!differs && !c->broken.errors)
		return;
	diag_release(&c->broken);
	c->broken = (struct diag)DIAG_INIT;
	write_golden(c, updated);
}

void golden_judge(struct caserun *c, bool *updated)
{
	struct compare k = { .c = c };
	size_t start = c->out->len, i;
	bool before = c->failed;

	for (i = 0; c->r->coverage && i < c->nfired; i++)
		coverage_golden(c->r->coverage, c->fired[i].rule->name);
	c->failed = false;
	read_golden(&k);
	if (!c->broken.errors)
		compare(&k);
	if (c->r->update)
		update(c, c->failed, before, start, updated);
	else
		c->failed |= before;
	release(&k.want);
	release(&k.got);
	smap_release(&k.by_key);
}
