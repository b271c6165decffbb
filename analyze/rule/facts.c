/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/facts.h"
#include "analyze/rule/limits.h"
#include "lib/base/map.h"

#define BITMAP	((EV_COUNT + 7) / 8)

static bool bit(const uint8_t *bits, unsigned i)
{
	return bits[i / 8] >> (i % 8) & 1;
}

size_t rule_events(const struct ruleset *rs, const struct rule *r, const char **out, size_t max)
{
	uint8_t bits[BITMAP] = { 0 };
	struct smap seen = SMAP_INIT;
	const struct evinfo *e;
	size_t n = 0;
	unsigned i;

	filterset_events(rs->fs, r->cond, bits);
	for (i = 0; i < EV_COUNT; i++) {
		e = bit(bits, i) ? evinfo_of(i) : NULL;
		if (!e || smap_find(&seen, str_of(e->name)))
			continue;
		smap_put(&seen, str_of(e->name), (void *)e);
		if (n < max)
			out[n] = e->name;
		n++;
	}
	smap_release(&seen);
	return n;
}

bool rule_events_all(const struct ruleset *rs, const struct rule *r)
{
	uint8_t bits[BITMAP] = { 0 };
	unsigned i, n = 0;

	filterset_events(rs->fs, r->cond, bits);
	for (i = 0; i < EV_COUNT; i++)
		n += bit(bits, i);
	return n > NO_EVTTYPE_ABOVE;
}

void rule_condition(const struct rule *r, struct buf *out)
{
	ast_print(r->tree, out);
}

size_t rule_fields(const struct ruleset *rs, const struct rule *r, struct str *out, size_t max)
{
	const struct fieldref *refs[FIELDS_MAX];
	size_t n = filterset_fields(rs->fs, r->cond, refs, FIELDS_MAX), i;

	if (n > FIELDS_MAX)
		n = FIELDS_MAX;
	for (i = 0; i < n && i < max; i++)
		out[i] = refs[i]->text;
	return i;
}

void rule_program(const struct ruleset *rs, const struct rule *r, struct buf *out)
{
	filterset_disasm(rs->fs, r->cond, -1, out);
}
