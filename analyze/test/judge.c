/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations against what happened. */
#include "lib/base/compat.h"

#include "analyze/test/limits.h"
#include "analyze/test/run.h"

void place_print(const struct place *p, struct buf *out)
{
	buf_addf(out, "    %s:", p->file);
	if (p->line)
		buf_addf(out, "%u:", p->line);
	buf_addc(out, ' ');
}

void fired_print(const struct fired *f, struct buf *out)
{
	buf_addf(out, "        alert   %.*s\n        event   %.*s\n        process %.*s\n",
		 STR_FMT(f->line), STR_FMT(f->event), STR_FMT(f->process));
}

static void add_times(struct buf *out, uint64_t n)
{
	if (n == 1)
		buf_adds(out, "once");
	else
		buf_addf(out, "%" PRIu64 " times", n);
}

static void add_wanted(const struct expectation *e, struct buf *out)
{
	if (e->most == UINT64_MAX && e->least > 1)
		buf_addf(out, "at least %" PRIu64 " times", e->least);
	else if (e->most == UINT64_MAX)
		buf_adds(out, "at least once");
	else if (e->least == e->most)
		add_times(out, e->least);
	else if (e->least)
		buf_addf(out, "%" PRIu64 " to %" PRIu64 " times", e->least, e->most);
	else
		buf_addf(out, "at most %" PRIu64 " times", e->most);
}

static bool is_qualified(const struct expectation *e)
{
	return e->priority >= 0 || e->output.len || e->nfields;
}

static size_t matches_of(const struct caserun *c, struct str rule)
{
	size_t i, n = 0;

	for (i = 0; i < c->nfired; i++)
		n += str_eq(c->fired[i].rule->name, rule);
	return n;
}

/* The alerts of a rule that should not be there, some of them. */
static void show_alerts(struct caserun *c, struct str rule)
{
	size_t i, shown = 0, n = matches_of(c, rule);

	for (i = 0; i < c->nfired && shown < TEST_SHOWN_MAX; i++) {
		if (!str_eq(c->fired[i].rule->name, rule))
			continue;
		fired_print(&c->fired[i], c->out);
		shown++;
	}
	if (n > shown)
		buf_addf(c->out, "        ... and %zu more\n", n - shown);
}

static void judge_one(struct caserun *c, size_t k)
{
	const struct expectation *e = &c->t->expect[k];
	const struct tally *t = &c->tally[k];

	if (t->n >= e->least && t->n <= e->most)
		return;
	c->failed = true;
	place_print(&e->at, c->out);
	buf_addf(c->out, "'%.*s' should %s", STR_FMT(e->rule), e->most ? "fire " : "not fire");
	if (e->most)
		add_wanted(e, c->out);
	buf_adds(c->out, is_qualified(e) ? " like this, and did " : ", and did ");
	if (t->n)
		add_times(c->out, t->n);
	else
		buf_adds(c->out, "not");
	buf_addf(c->out, " (%" PRIu64 " %s)\n", c->events,
		 str_count(c->events, "event", "events"));
	if (t->nearly.len)
		buf_addf(c->out, "        %.*s\n", STR_FMT(t->nearly));
	else if (!t->n)
		miss_explain(c, e);
	if (t->n > e->most || is_qualified(e))
		show_alerts(c, e->rule);
}

static void judge_baseline(struct caserun *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->nfired; i++)
		n += (int)c->fired[i].rule->priority <= c->t->baseline;
	if (!n)
		return;
	c->failed = true;
	place_print(&c->t->baseline_at, c->out);
	buf_addf(c->out, "%zu alert%s at %s or above, where none should be (%" PRIu64
		 " %s)\n", n, str_count(n, "", "s"), priority_names[c->t->baseline], c->events,
		 str_count(c->events, "event", "events"));
	for (i = 0, n = 0; i < c->nfired && n < TEST_SHOWN_MAX; i++) {
		if ((int)c->fired[i].rule->priority > c->t->baseline)
			continue;
		fired_print(&c->fired[i], c->out);
		n++;
	}
}

void judge(struct caserun *c)
{
	size_t i;

	for (i = 0; i < c->t->nexpect; i++)
		judge_one(c, i);
	if (c->t->baseline >= 0)
		judge_baseline(c);
}
