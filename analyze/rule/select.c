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

void ruleset_select(struct ruleset *rs, const struct select_step *steps, size_t n,
		    enum priority threshold, size_t *hits)
{
	size_t i, k;

	for (k = 0; k < n; k++) {
		if (hits)
			hits[k] = 0;
		for (i = 0; i < rs->n; i++) {
			if (!names(&steps[k], &rs->rules[i]))
				continue;
			rs->rules[i].on = steps[k].enable;
			if (hits)
				hits[k]++;
		}
	}
	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].priority > threshold)
			rs->rules[i].on = false;
	filterset_select(rs->fs, wanted, rs);
}
