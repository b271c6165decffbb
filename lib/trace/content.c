/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/content.h"
#include "lib/trace/format.h"

void content_init(struct content *c)
{
	c->schema = schema_new();
	buf_init(&c->text);
	rows_get_init(&c->rows);
}

void content_release(struct content *c)
{
	rows_get_release(&c->rows);
	buf_release(&c->text);
	schema_free(c->schema);
}

void content_begin(struct content *c)
{
	schema_clear(c->schema);
}

bool content_unpack(struct content *c, const struct walk *w)
{
	buf_clear(&c->text);
	return block_unpack(c->rows.codec, &c->text, w->body, w->head.length);
}

bool content_schema(struct content *c, const struct walk *w)
{
	return content_unpack(c, w) && schema_add(c->schema, c->text.data, c->text.len);
}

/* Readers that look for a time trust the head of a block: it must be so. */
static bool times_ok(const struct rows_get *g)
{
	uint64_t min = UINT64_MAX, max = 0;
	uint32_t i;

	for (i = 0; i < g->head.count; i++) {
		min = g->ts[i] < min ? g->ts[i] : min;
		max = g->ts[i] > max ? g->ts[i] : max;
	}
	return min == g->head.min_ts && max == g->head.max_ts;
}

bool content_rows(struct content *c, const struct walk *w)
{
	struct rows_get *g = &c->rows;
	unsigned i;

	if (!rows_get_open(g, w->body, w->head.length, c->schema))
		return false;
	for (i = 0; i < g->head.nkinds; i++)
		if (g->groups[i].known)
			rows_get_group(g, &g->groups[i]);
	if (g->bad)
		return false;
	return w->head.type != VTR_EVENTS ||
	       (times_ok(g) && g->head.first <= UINT64_MAX - g->head.count);
}
