/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/engine.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

void engine_init(struct engine *e, struct ruleset *rs, enum matching matching, struct str source)
{
	*e = (struct engine){ .rs = rs, .matching = matching, .source = source };
	e->match = xcalloc(rs->n + 1, sizeof(*e->match));
	e->plans = xcalloc(EV_COUNT, sizeof(*e->plans));
	e->hits = xcalloc(filterset_size(rs->fs) + 1, sizeof(*e->hits));
}

void engine_release(struct engine *e)
{
	free(e->match);
	free(e->plans);
	free(e->hits);
	arena_release(&e->a);
	e->match = NULL;
	e->plans = NULL;
	e->hits = NULL;
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

static int by_rank(const void *a, const void *b, void *ctx UNUSED)
{
	const struct engine_step *x = a, *y = b;

	return (x->rule->rank > y->rule->rank) - (x->rule->rank < y->rule->rank);
}

static void make_plan(struct engine *e, struct engine_plan *p, uint16_t evtype)
{
	const struct filterset_plan *all = filterset_plan(e->rs->fs, evtype);
	struct rule *r;
	size_t i;

	p->made = true;
	p->steps = ARENA_ARRAY(&e->a, struct engine_step, all->n);
	for (i = 0; i < all->n; i++) {
		r = &e->rs->rules[e->rs->by_cond[all->cond[i]]];
		if (str_eq(r->source, e->source))
			p->steps[p->n++] = (struct engine_step){ r, all->entry[i] };
	}
	sort_stable(p->steps, p->n, sizeof(*p->steps), by_rank, NULL);
}

size_t engine_event(struct engine *e, struct fieldsource *src)
{
	struct engine_plan *p;
	struct engine_step *s;

	e->events++;
	e->nmatch = 0;
	if (src->evtype >= EV_COUNT)
		return 0;
	p = &e->plans[src->evtype];
	if (!p->made)
		make_plan(e, p, src->evtype);
	if (!p->n)
		return 0;
	filterset_begin(e->rs->fs, src);
	/* Most events match nothing: all conditions at once say so soonest.
	 * Where one does, asking again costs little, verdicts were kept. */
	if (!e->now && !filterset_sweep(e->rs->fs, e->hits)) {
		e->evals += p->n;
		return 0;
	}
	for (s = p->steps; s < p->steps + p->n; s++) {
		if (!eval(e, s->rule, s->entry))
			continue;
		s->rule->matches++;
		e->match[e->nmatch++] = s->rule;
		if (e->matching == MATCH_FIRST)
			break;
	}
	return e->nmatch;
}
