/* SPDX-License-Identifier: Apache-2.0 */
/* What a case expects: positives, near misses, assertions, a baseline. */
#include "lib/base/compat.h"

#include "analyze/test/case.h"
#include "lib/base/num.h"

static const char *const assertion_keys[] = {
	"rule", "count", "at_least", "at_most", "priority", "output", "fields",
};

struct into {
	struct cases *c;
	struct testcase *t;
	size_t cap;
};

static struct expectation *add(struct into *x, enum expect_kind kind, const struct ynode *at,
			       struct str rule)
{
	struct testcase *t = x->t;
	struct expectation *v;

	if (t->nexpect == x->cap) {
		x->cap = x->cap * 2 + 4;
		v = ARENA_ARRAY(&x->c->a, struct expectation, x->cap);
		if (t->nexpect)
			memcpy(v, t->expect, t->nexpect * sizeof(*v));
		t->expect = v;
	}
	v = &t->expect[t->nexpect++];
	*v = (struct expectation){ .kind = kind, .at = place_of(at), .rule = rule, .least = 1,
				   .most = UINT64_MAX, .priority = -1 };
	if (kind == EXPECT_NEAR_MISS)
		v->least = v->most = 0;
	return v;
}

static bool is_name(struct into *x, const struct ynode *n)
{
	if (n->kind == Y_SCALAR && n->s.len)
		return true;
	case_wrong(x->t, n, "the name of a rule is wanted here");
	return false;
}

/* A name, a list of names, or (positive) a map from name to number. */
static void names(struct into *x, const struct ynode *n, enum expect_kind kind)
{
	struct expectation *e;
	uint32_t i;

	if (n->kind == Y_SEQ) {
		for (i = 0; i < n->n; i++)
			if (is_name(x, n->seq[i]))
				add(x, kind, n->seq[i], n->seq[i]->s);
		return;
	}
	if (n->kind != Y_MAP || kind == EXPECT_NEAR_MISS) {
		if (is_name(x, n))
			add(x, kind, n, n->s);
		return;
	}
	for (i = 0; i < n->n; i++) {
		e = add(x, kind, n->map[i].key, n->map[i].key->s);
		if (!ynode_u64(n->map[i].value, UINT64_MAX, &e->least) || !e->least)
			case_wrong(x->t, n->map[i].value, "how often it fires is a number from 1");
		e->most = e->least;
	}
}

static void number(struct into *x, const struct ynode *map, const char *key, uint64_t *out,
		   uint64_t *also)
{
	const struct ynode *n = ynode_get(map, key);

	if (!n)
		return;
	if (!ynode_u64(n, UINT64_MAX, out))
		case_wrong(x->t, n, "a number is wanted here");
	if (also)
		*also = *out;
}

static void fields(struct into *x, struct expectation *e, const struct ynode *n)
{
	uint32_t i;

	if (n->kind != Y_MAP || !n->n) {
		case_wrong(x->t, n, "'fields' is a map from field to value");
		return;
	}
	e->fields = ARENA_ARRAY(&x->c->a, struct expect_field, n->n);
	for (i = 0; i < n->n; i++) {
		const struct ynode *value = n->map[i].value;

		if (value->kind != Y_SCALAR && value->kind != Y_NULL)
			case_wrong(x->t, value, "a value is a text, or null");
		e->fields[e->nfields++] = (struct expect_field){
			n->map[i].key->s, value->s, value->kind == Y_NULL };
	}
}

static void known_keys(struct into *x, const struct ynode *map)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < map->n; i++) {
		struct str key = map->map[i].key->s;
		const char *near;

		for (k = 0; k < ARRAY_SIZE(assertion_keys); k++)
			if (str_eq(key, str_of(assertion_keys[k])))
				break;
		if (k < ARRAY_SIZE(assertion_keys))
			continue;
		near = str_nearest(key, assertion_keys, ARRAY_SIZE(assertion_keys));
		diag_hint(case_wrong(x->t, map->map[i].key, "'%.*s' is no key of an assertion",
				     STR_FMT(key)), near ? "did you mean '%s'?" :
			  "rule, count, at_least, at_most, priority, output, fields", near);
	}
}

static void assertion(struct into *x, const struct ynode *n)
{
	const struct ynode *rule, *v;
	struct expectation *e;

	if (n->kind != Y_MAP) {
		if (is_name(x, n))
			add(x, EXPECT_ASSERTION, n, n->s);
		return;
	}
	known_keys(x, n);
	rule = ynode_get(n, "rule");
	if (!rule || rule->kind != Y_SCALAR || !rule->s.len) {
		case_wrong(x->t, n, "an assertion names its 'rule'");
		return;
	}
	e = add(x, EXPECT_ASSERTION, n, rule->s);
	if (ynode_get(n, "at_most"))
		e->least = 0;
	number(x, n, "at_least", &e->least, NULL);
	number(x, n, "at_most", &e->most, NULL);
	number(x, n, "count", &e->least, &e->most);
	v = ynode_get(n, "priority");
	if (v)
		case_priority(x->t, v, &e->priority);
	v = ynode_get(n, "output");
	if (v)
		e->output = v->s;
	v = ynode_get(n, "fields");
	if (v)
		fields(x, e, v);
}

void case_expectations(struct cases *c, const struct scope *s, struct testcase *t)
{
	struct into x = { .c = c, .t = t };
	const struct ynode *n;
	uint32_t i;

	if (scope_get(s, "positive", &n))
		names(&x, n, EXPECT_POSITIVE);
	if (scope_get(s, "near_miss", &n))
		names(&x, n, EXPECT_NEAR_MISS);
	if (scope_get(s, "expect", &n)) {
		for (i = 0; n->kind == Y_SEQ && i < n->n; i++)
			assertion(&x, n->seq[i]);
		if (n->kind != Y_SEQ)
			case_wrong(t, n, "'expect' is a list of assertions");
	}
	if (scope_get(s, "baseline", &n)) {
		t->baseline_at = place_of(n);
		case_priority(t, n, &t->baseline);
	}
	if (!t->nexpect && t->baseline < 0 && !t->golden && !t->broken.errors)
		diag_hint(case_wrong(t, s->map, "the case expects nothing"),
			  "positive, near_miss, expect, baseline or alerts");
}
