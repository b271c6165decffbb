/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guesses are replaced by measurements.  Which question decides soonest
 * depends on the trace: on a host without containers one about the container
 * answers half of the rules.  So for a type that turns out to be common every
 * check is asked of a few events, and what held how often puts the sweep in
 * order anew.  Reordering cannot be seen (plan.c).
 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/xalloc.h"

#define COMMON	1024	/* events that make a type common */
#define EVERY	8	/* of them is asked everything, */
#define SAMPLES	96	/* so many times */

struct sample {
	uint32_t *node;		/* of each check of the plan */
	uint32_t *held;		/* how often */
	size_t n;
};

/* The checks of a program, each once; those whose asking changes them not. */
static struct sample *begin(struct filterset *fs, const struct prog *p)
{
	struct sample *s = ARENA_NEW(&fs->a, struct sample);
	uint8_t *seen = xcalloc(fs->nchecks + 1, 1);
	uint32_t i;

	s->node = ARENA_ARRAY(&fs->a, uint32_t, p->n);
	s->held = ARENA_ARRAY(&fs->a, uint32_t, p->n);
	for (i = 0; i < p->n; i++) {
		const struct insn *in = &p->v[i];

		if ((in->op != INSN_CHECK && in->op != INSN_CHECK_KEPT) || seen[in->arg] ||
		    fs->nodes[p->node[i]].kind != NODE_CHECK || fs->nodes[p->node[i]].ordered)
			continue;
		seen[in->arg] = 1;
		s->node[s->n++] = p->node[i];
	}
	free(seen);
	return s;
}

static void take(struct filterset *fs, struct sample *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		s->held[i] += check_holds(fs, &fs->checks[fs->nodes[s->node[i]].check]);
}

/* Never quite 0 or 1: the next event may differ. */
static void estimate(struct filterset *fs, const struct sample *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		fs->nodes[s->node[i]].probability =
			((float)s->held[i] + 0.25f) / (SAMPLES + 0.5f);
	nodes_estimate(fs);
}

bool plan_sample(struct filterset *fs, struct plan *plan)
{
	if (++plan->seen < COMMON || plan->seen % EVERY)
		return false;
	if (!plan->sample)
		plan->sample = begin(fs, &plan->sweep);
	take(fs, plan->sample);
	if (plan->seen < COMMON + EVERY * (SAMPLES - 1))
		return false;
	estimate(fs, plan->sample);
	plan->sample = NULL;
	plan->seen = SAMPLE_DONE;
	plan_rearrange(fs, plan, fs->src->evtype);
	return true;
}
