/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/parts.h"
#include "analyze/test/coverage.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

#define PART_TEXT_MAX	100	/* bytes of a part that is told */

/* A part of a condition, over all cases. */
struct covpart {
	struct str text;		/* "ROOT > ... " is not told: only itself */
	uint32_t parent;
	uint8_t kind;			/* enum ast_kind */
	uint64_t yes, no;
};

struct covrule {
	struct str name;
	uint64_t positives, near_misses, goldens;
	bool on;			/* in some set */
	struct covpart *parts;
	size_t nparts;
};

/* A set's rules taken apart. */
struct covset {
	struct ruleset *rs;		/* may be gone before this is */
	size_t nrules;
	struct parts **parts;		/* by rule; NULL: not listened to yet */
	struct covrule **rules;		/* likewise */
};

struct coverage {
	struct arena a;
	struct covrule **v;		/* in order of first sight */
	size_t n, cap;
	struct smap by_name;
	struct covset *sets;
	size_t nsets, sets_cap;
};

struct coverage *coverage_new(void)
{
	return xcalloc(1, sizeof(struct coverage));
}

void coverage_free(struct coverage *c)
{
	size_t i, k;

	if (!c)
		return;
	for (i = 0; i < c->nsets; i++) {
		for (k = 0; k < c->sets[i].nrules; k++)
			parts_free(c->sets[i].parts[k]);
		free(c->sets[i].parts);
		free(c->sets[i].rules);
	}
	free(c->sets);
	free(c->v);
	smap_release(&c->by_name);
	arena_release(&c->a);
	free(c);
}

static struct covrule *rule_of(struct coverage *c, struct str name)
{
	struct covrule *r = smap_get(&c->by_name, name);

	if (r)
		return r;
	r = ARENA_NEW(&c->a, struct covrule);
	r->name = arena_str(&c->a, name);
	XGROW(c->v, c->cap, c->n + 1);
	c->v[c->n++] = r;
	smap_put(&c->by_name, r->name, r);
	return r;
}

static struct covset *set_of(struct coverage *c, struct ruleset *rs)
{
	struct covset *s;
	size_t i;

	for (i = 0; i < c->nsets; i++)
		if (c->sets[i].rs == rs)
			return &c->sets[i];
	XGROW(c->sets, c->sets_cap, c->nsets + 1);
	s = &c->sets[c->nsets++];
	*s = (struct covset){ rs, rs->n, xcalloc(rs->n + 1, sizeof(*s->parts)),
			      xcalloc(rs->n + 1, sizeof(*s->rules)) };
	for (i = 0; i < rs->n; i++) {
		s->rules[i] = rule_of(c, rs->rules[i].name);
		s->rules[i]->on |= rs->rules[i].on;
	}
	return s;
}

/* A part as it is told: short, on one line. */
static struct str text_of(struct coverage *c, const struct part *part)
{
	struct buf b = BUF_INIT;
	struct str out;

	if (part->macro.len)
		buf_addf(&b, "%.*s: ", STR_FMT(part->macro));
	ast_print(part->t, &b);
	if (b.len > PART_TEXT_MAX) {
		buf_setlen(&b, PART_TEXT_MAX - 3);
		buf_adds(&b, "...");
	}
	out = arena_str(&c->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* Sets whose rule of this name has another condition are counted apart from
 * the first one's parts: only what is the same is comparable. */
static void take_apart(struct coverage *c, struct covset *s, size_t rule)
{
	struct covrule *r = s->rules[rule];
	struct parts *p = parts_new(s->rs, &s->rs->rules[rule]);
	size_t i;

	s->parts[rule] = p;
	if (r->nparts)
		return;
	r->parts = ARENA_ARRAY(&c->a, struct covpart, p->n + 1);
	r->nparts = p->n;
	for (i = 0; i < p->n; i++)
		r->parts[i] = (struct covpart){ .text = text_of(c, &p->v[i]),
						.parent = p->v[i].parent,
						.kind = p->v[i].t->kind };
}

void coverage_case(struct coverage *c, struct ruleset *rs, const struct testcase *t)
{
	struct covrule *r;
	size_t i;

	set_of(c, rs);
	for (i = 0; i < t->nexpect; i++) {
		r = rule_of(c, t->expect[i].rule);
		r->positives += t->expect[i].least > 0;
		r->near_misses += t->expect[i].most == 0;
	}
}

void coverage_event(struct coverage *c, struct ruleset *rs, struct fieldsource *src)
{
	const struct filterset_plan *plan = filterset_plan(rs->fs, src->evtype);
	struct covset *s = set_of(c, rs);
	size_t i, k;

	for (i = 0; i < plan->n; i++) {
		uint32_t rule = rs->by_cond[plan->cond[i]];
		struct covrule *r;

		if (rule == UINT32_MAX || !rs->rules[rule].on)
			continue;
		if (!s->parts[rule])
			take_apart(c, s, rule);
		parts_eval(s->parts[rule], src);
		r = s->rules[rule];
		if (r->nparts != s->parts[rule]->n)
			continue;
		for (k = 0; k < r->nparts; k++) {
			r->parts[k].yes += s->parts[rule]->v[k].value;
			r->parts[k].no += !s->parts[rule]->v[k].value;
		}
	}
}

void coverage_golden(struct coverage *c, struct str rule)
{
	rule_of(c, rule)->goldens++;
}

/* --- to another process and back --- */

static void pack_text(struct buf *out, struct str s)
{
	buf_addf(out, "%zu:", s.len);
	buf_addstr(out, s);
}

void coverage_pack(const struct coverage *c, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < c->n; i++) {
		const struct covrule *r = c->v[i];

		pack_text(out, r->name);
		buf_addf(out, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d %zu ", r->positives,
			 r->near_misses, r->goldens, r->on, r->nparts);
		for (k = 0; k < r->nparts; k++) {
			pack_text(out, r->parts[k].text);
			buf_addf(out, " %u %u %" PRIu64 " %" PRIu64 " ", r->parts[k].parent,
				 r->parts[k].kind, r->parts[k].yes, r->parts[k].no);
		}
	}
}

/* What our own process packed: a mistake in it is a bug, and ends reading. */
static bool unpack_u64(struct str *s, char end, uint64_t *out)
{
	struct str one = str_cut(s, end);

	return s->p && num_u64(one, out);
}

static bool unpack_text(struct str *s, struct str *out)
{
	uint64_t len;

	if (!unpack_u64(s, ':', &len) || len >= s->len)
		return false;
	*out = str_sub(*s, 0, len);
	*s = str_sub(*s, len + 1, s->len);
	return true;
}

static bool merge_parts(struct coverage *c, struct covrule *r, uint64_t n, struct str *s)
{
	bool fresh = !r->nparts && n;
	uint64_t v[4], i, k;
	struct str text;

	if (fresh) {
		r->parts = ARENA_ARRAY(&c->a, struct covpart, n);
		r->nparts = n;
	}
	for (i = 0; i < n; i++) {
		if (!unpack_text(s, &text))
			return false;
		for (k = 0; k < 4; k++)
			if (!unpack_u64(s, ' ', &v[k]))
				return false;
		if (fresh)
			r->parts[i] = (struct covpart){ .text = arena_str(&c->a, text),
							.parent = (uint32_t)v[0],
							.kind = (uint8_t)v[1] };
		if (r->nparts == n) {
			r->parts[i].yes += v[2];
			r->parts[i].no += v[3];
		}
	}
	return true;
}

void coverage_merge(struct coverage *c, struct str s)
{
	struct covrule *r;
	struct str name;
	uint64_t v[5], k;

	while (s.len && unpack_text(&s, &name)) {
		for (k = 0; k < 5; k++)
			if (!unpack_u64(&s, ' ', &v[k]))
				return;
		r = rule_of(c, name);
		r->positives += v[0];
		r->near_misses += v[1];
		r->goldens += v[2];
		r->on |= v[3] != 0;
		if (v[4] > PARTS_MAX || !merge_parts(c, r, v[4], &s))
			return;
	}
}

/* --- telling --- */

static void tell_list(const struct coverage *c, const char *what,
		      bool (*is)(const struct covrule *r), struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->v[i]->on && is(c->v[i]);
	buf_addf(out, "Rules without %s: %zu\n", what, n);
	for (i = 0; i < c->n; i++)
		if (c->v[i]->on && is(c->v[i]))
			buf_addf(out, "    %.*s\n", STR_FMT(c->v[i]->name));
}

static bool no_positive(const struct covrule *r)
{
	return !r->positives && !r->goldens;
}

static bool no_near_miss(const struct covrule *r)
{
	return !r->near_misses;
}

static bool never_asked(const struct covrule *r)
{
	return !r->nparts || !(r->parts[0].yes + r->parts[0].no);
}

/* Only where the reason lies: a part none of whose own parts is the reason. */
static bool *reasons_of(const struct covrule *r)
{
	bool *is = xcalloc(r->nparts + 1, sizeof(*is));
	size_t i;

	for (i = 0; i < r->nparts; i++)
		is[i] = !r->parts[i].yes;
	for (i = r->nparts; i-- > 1;)
		if (!r->parts[i].yes && r->parts[r->parts[i].parent].kind != AST_NOT)
			is[r->parts[i].parent] = false;
	return is;
}

static size_t tell_rule(const struct covrule *r, struct buf *out)
{
	bool *reason = reasons_of(r);
	size_t i, n = 0;

	for (i = 0; i < r->nparts; i++) {
		if (!reason[i])
			continue;
		if (!n++)
			buf_addf(out, "    %.*s\n", STR_FMT(r->name));
		buf_addf(out, "        %.*s\n", STR_FMT(r->parts[i].text));
	}
	free(reason);
	return n;
}

static void tell_branches(const struct coverage *c, struct buf *out)
{
	struct buf list = BUF_INIT;
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		if (c->v[i]->on && !never_asked(c->v[i]))
			n += tell_rule(c->v[i], &list);
	buf_addf(out, "Parts of conditions that were never true: %zu\n", n);
	buf_addstr(out, buf_str(&list));
	buf_release(&list);
}

void coverage_text(const struct coverage *c, const char *before, struct buf *out)
{
	struct buf b = BUF_INIT;
	struct str rest;
	size_t i, on = 0;

	for (i = 0; i < c->n; i++)
		on += c->v[i]->on;
	buf_addf(&b, "Rules: %zu\n", on);
	tell_list(c, "a positive case", no_positive, &b);
	tell_list(c, "a near miss", no_near_miss, &b);
	tell_list(c, "any event they listen to", never_asked, &b);
	tell_branches(c, &b);
	for (rest = buf_str(&b); rest.len;) {
		struct str line = str_cut(&rest, '\n');

		buf_addf(out, "%s%.*s\n", before, STR_FMT(line));
	}
	buf_release(&b);
}
