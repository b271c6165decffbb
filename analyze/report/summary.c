/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/summary.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

static uint64_t matches_of(const struct ruleset *rs, unsigned priority)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].priority == priority)
			n += rs->rules[i].matches;
	return n;
}

void summary_behind(const struct summary_loss *lost, struct buf *out)
{
	uint64_t all = 0, n;
	unsigned i;

	for (i = BEHIND_NOTHING + 1; i < BEHIND_WHOSE; i++)
		all += lost->behind[i];
	if (!all)
		return;
	buf_addf(out, "%" PRIu64 " alert%s behind a gap, where events that are lost may have "
		 "changed what it tells:", all, str_count(all, " lies", "s lie"));
	for (i = BEHIND_NOTHING + 1, n = 0; i < BEHIND_WHOSE; i++)
		if (lost->behind[i])
			buf_addf(out, "%s %s %" PRIu64, n++ ? "," : "",
				 behind_whose_name((enum behind_whose)i), lost->behind[i]);
	buf_addc(out, '\n');
}

void summary_text(const struct engine *e, const struct summary_loss *lost, struct buf *out)
{
	const struct ruleset *rs = e->rs;
	uint64_t n, all = 0;
	unsigned p;
	size_t i;

	for (p = 0; p < PRI_COUNT; p++)
		all += matches_of(rs, p);
	buf_addf(out, "%" PRIu64 " %s read, %" PRIu64 " lost\n", e->events,
		 str_count(e->events, "event", "events"), lost->events);
	summary_behind(lost, out);
	buf_addf(out, "Events detected: %" PRIu64 "\nRule counts by severity:\n", all);
	for (p = 0; p < PRI_COUNT; p++) {
		n = matches_of(rs, p);
		if (n)
			buf_addf(out, "   %s: %" PRIu64 "\n", priority_upper[p], n);
	}
	buf_adds(out, "Triggered rules by rule name:\n");
	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].matches)
			buf_addf(out, "   %.*s: %" PRIu64 "\n", STR_FMT(rs->rules[i].name),
				 rs->rules[i].matches);
}

static int by_time(const void *a, const void *b, void *ctx UNUSED)
{
	const struct rule *const *x = a, *const *y = b;

	return ((*x)->ns < (*y)->ns) - ((*x)->ns > (*y)->ns);
}

void summary_profile(const struct engine *e, struct buf *out)
{
	const struct rule **v = xcalloc(e->rs->n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < e->rs->n; i++)
		v[i] = &e->rs->rules[i];
	sort_stable(v, e->rs->n, sizeof(*v), by_time, NULL);
	buf_addf(out, "%12s %12s %10s  %s\n", "ns", "evaluations", "matches", "rule");
	for (i = 0; i < e->rs->n; i++)
		if (v[i]->evals)
			buf_addf(out, "%12" PRIu64 " %12" PRIu64 " %10" PRIu64 "  %.*s\n", v[i]->ns,
				 v[i]->evals, v[i]->matches, STR_FMT(v[i]->name));
	free(v);
}
