/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/select.h"

bool select_matches(struct str pattern, struct str s)
{
	size_t p = 0, i = 0, star = SIZE_MAX, from = 0;

	while (i < s.len) {
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			from = i;
		} else if (p < pattern.len && pattern.p[p] == s.p[i]) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

static bool names(const struct select_step *st, const struct rule *r)
{
	struct str text = str_of(st->text);
	size_t i;

	if (!st->tag)
		return select_matches(text, r->name);
	for (i = 0; i < r->ntags; i++)
		if (str_eq(r->tags[i], text))
			return true;
	return false;
}

static bool wanted(void *ctx, int cond)
{
	const struct ruleset *rs = ctx;
	uint32_t i = rs->by_cond[cond];

	return i != UINT32_MAX && rs->rules[i].on;
}

/* Falco's measured exceptions to the order of definition. */
static void apply_order(struct ruleset *rs, uint32_t from)
{
	static const struct {
		const char *first, *second;
	} order[] = {
#define BEFORE(a, b) { a, b },
#include "schema/evalorder.def"
#undef BEFORE
	};
	struct rule *a, *b;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		a = ruleset_find(rs, str_of(order[i].first));
		b = ruleset_find(rs, str_of(order[i].second));
		if (!a || !b || b->rank < from || a->rank < b->rank)
			continue;
		for (k = 0; k < rs->n; k++)
			if (rs->rules[k].rank >= b->rank && rs->rules[k].rank < a->rank &&
			    &rs->rules[k] != b)
				rs->rules[k].rank++;
		a->rank = b->rank++;
	}
}

static size_t apply_step(struct ruleset *rs, const struct select_step *s, uint32_t *rank)
{
	uint32_t from = *rank;
	size_t i, hits = 0;

	for (i = 0; i < rs->n; i++) {
		if (!names(s, &rs->rules[i]))
			continue;
		if (s->enable && !rs->rules[i].on)
			rs->rules[i].rank = (*rank)++;
		rs->rules[i].on = s->enable;
		hits++;
	}
	if (s->enable && !s->tag)
		apply_order(rs, from);
	return hits;
}

void ruleset_select(struct ruleset *rs, const struct select_step *steps, size_t n,
		    enum priority threshold, size_t *hits)
{
	uint32_t rank = rs->n;
	size_t i, k;

	for (i = 0; i < rs->n; i++)
		rs->rules[i].rank = i;
	for (k = 0; k < n; k++) {
		i = apply_step(rs, &steps[k], &rank);
		if (hits)
			hits[k] = i;
	}
	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].priority > threshold)
			rs->rules[i].on = false;
	filterset_select(rs->fs, wanted, rs);
}
