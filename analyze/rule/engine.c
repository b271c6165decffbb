/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/engine.h"
#include "lib/base/xalloc.h"

void engine_init(struct engine *e, struct ruleset *rs, enum matching matching, struct str source)
{
	*e = (struct engine){ .rs = rs, .matching = matching, .source = source };
	e->match = xcalloc(rs->n + 1, sizeof(*e->match));
}

void engine_release(struct engine *e)
{
	free(e->match);
	e->match = NULL;
}

static bool eval(struct engine *e, struct rule *r, uint32_t entry)
{
	uint64_t start;
	bool hit;

	r->evals++;
	e->evals++;
	if (!e->now)
		return filterset_eval(e->rs->fs, entry);
	start = e->now();
	hit = filterset_eval(e->rs->fs, entry);
	r->ns += e->now() - start;
	return hit;
}

size_t engine_event(struct engine *e, struct fieldsource *src)
{
	const struct filterset_plan *plan = filterset_plan(e->rs->fs, src->evtype);
	struct rule *r;
	size_t i;

	e->events++;
	e->nmatch = 0;
	if (!plan->n)
		return 0;
	filterset_begin(e->rs->fs, src);
	for (i = 0; i < plan->n; i++) {
		r = &e->rs->rules[e->rs->by_cond[plan->cond[i]]];
		if (!str_eq(r->source, e->source) || !eval(e, r, plan->entry[i]))
			continue;
		r->matches++;
		e->match[e->nmatch++] = r;
		if (e->matching == MATCH_FIRST)
			break;
	}
	return e->nmatch;
}
