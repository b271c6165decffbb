/* SPDX-License-Identifier: Apache-2.0 */
/* Why a rule did not fire: the event that came nearest, and what was
 * missing there. */
#include "lib/base/compat.h"

#include "analyze/report/why.h"
#include "analyze/test/run.h"

struct miss {
	struct parts *parts;
	int cond;			/* of the rule, in the set */
	size_t best;			/* parts of the nearest that held, + 1; 0: none yet */
	struct str event, process, decider;
};

static bool listens(struct caserun *c, const struct miss *m)
{
	const struct filterset_plan *plan = filterset_plan(c->rs->fs, c->fields.src.evtype);
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->cond[i] == (uint32_t)m->cond)
			return true;
	return false;
}

/* Of what the condition is joined of, how much held. */
static size_t score(const struct parts *p)
{
	size_t i, n = 1;

	for (i = 1; i < p->n; i++)
		n += p->v[i].depth == 1 && p->v[i].value;
	return n;
}

static struct str decider(struct caserun *c, const struct miss *m)
{
	struct buf b = BUF_INIT;
	struct str out;

	why_decider(m->parts, &c->fields.src, &b);
	out = arena_str(&c->a, buf_str(&b));
	buf_release(&b);
	return out;
}

void miss_event(struct caserun *c)
{
	struct miss *m = c->miss;
	size_t n;

	if (!listens(c, m))
		return;
	parts_eval(m->parts, &c->fields.src);
	n = score(m->parts);
	if (n <= m->best)
		return;
	m->best = n;
	m->event = caserun_line(c, c->r->event);
	m->process = caserun_line(c, c->r->process);
	m->decider = decider(c, m);
}

void miss_explain(struct caserun *c, const struct expectation *e)
{
	const struct rule *r = ruleset_find(c->rs, e->rule);
	struct miss m = { .parts = parts_new(c->rs, r), .cond = r->cond };

	c->miss = &m;
	caserun_events(c);
	c->miss = NULL;
	if (m.best)
		buf_addf(c->out, "        nearest %.*s\n        process %.*s\n        there   "
			 "%.*s\n", STR_FMT(m.event), STR_FMT(m.process), STR_FMT(m.decider));
	else
		buf_adds(c->out, "        no event is of a type that it listens to\n");
	parts_free(m.parts);
}
