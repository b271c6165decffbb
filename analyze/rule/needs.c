/* SPDX-License-Identifier: Apache-2.0 */
/* What rules can do without, so that a trace need not be decoded for it. */
#include "lib/base/compat.h"

#include "analyze/rule/engine.h"
#include "analyze/rule/limits.h"

static bool is_asked(const struct engine *e, const struct rule *r)
{
	return r->on && str_eq(r->source, e->source);
}

void engine_watched(const struct engine *e, uint8_t *bitmap)
{
	uint8_t of_rule[(EV_COUNT + 7) / 8];
	size_t i, k;

	memset(bitmap, 0, sizeof(of_rule));
	for (i = 0; i < e->rs->n; i++) {
		if (!is_asked(e, &e->rs->rules[i]))
			continue;
		filterset_events(e->rs->fs, e->rs->rules[i].cond, of_rule);
		for (k = 0; k < sizeof(of_rule); k++)
			bitmap[k] |= of_rule[k];
	}
}

static unsigned rule_asks(const struct ruleset *rs, const struct rule *r)
{
	const struct fieldref *refs[FIELDS_MAX];
	size_t n = filterset_fields(rs->fs, r->cond, refs, FIELDS_MAX), i;
	unsigned asks = 0;

	if (n > FIELDS_MAX || r->nfields >= FIELDS_MAX)
		return ASKS_ALL;	/* not all of them can be looked at */
	for (i = 0; i < n; i++)
		asks |= fieldref_asks(refs[i]);
	for (i = 0; i < r->nfields; i++)
		asks |= fieldref_asks(r->fields[i]);
	return asks;
}

unsigned engine_asks(const struct engine *e)
{
	unsigned asks = 0;
	size_t i;

	for (i = 0; i < e->rs->n; i++)
		if (is_asked(e, &e->rs->rules[i]))
			asks |= rule_asks(e->rs, &e->rs->rules[i]);
	return asks;
}
