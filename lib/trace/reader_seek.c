/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/index.h"
#include "lib/trace/private.h"
#include "lib/trace/summary.h"

/* The EVENTS block where the wanted events begin, or NULL. */
static const struct index_entry *first_wanted(const struct reader *r, const struct index *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].type == VTR_EVENTS && x->v[i].max_ts >= r->from_ts &&
		    x->v[i].first + x->v[i].count > r->from_num)
			return &x->v[i];
	return NULL;
}

/* Go there; what the SCHEMA blocks before it say is still needed. */
static void go_to(struct reader *r, const struct index *x, const struct index_entry *e)
{
	const struct index_entry *s;

	for (s = x->v; s < e; s++) {
		if (s->type != VTR_SCHEMA)
			continue;
		r->walk.pending = 0;
		if (!input_seek(&r->walk.in, s->offset) || walk_next(&r->walk) != WALK_BLOCK ||
		    r->walk.head.type != VTR_SCHEMA)
			return;		/* damage is told when the block is met */
		reader_take_schema(r);
	}
	r->walk.pending = 0;
	if (!input_seek(&r->walk.in, e->offset))
		return;
	r->next_event = e->first;
	r->skipped = e->first - 1;
	r->next_block = BLOCK_ANY;
}

/* Stop at the first EVENTS block behind the last that has wanted ones. */
static void note_stop(struct reader *r, const struct index *x)
{
	const struct index_entry *e;

	for (e = x->v + x->n; e-- > x->v; ) {
		if (e->type != VTR_EVENTS)
			continue;
		if (e->min_ts <= r->to_ts)
			return;
		if (!r->stop_at)
			r->end_event = e->first + e->count;
		r->stop_at = e->offset;
	}
}

/* Anything that is not as it should be: read from the start, as ever. */
void reader_seek_wanted(struct reader *r)
{
	struct index x = INDEX_INIT;
	const struct index_entry *e;
	uint64_t start = r->walk.in.offset + r->walk.pending;

	r->walk.pending = 0;
	if (vtr_load_index(&r->walk.in, &x)) {
		input_seek(&r->walk.in, start);
		if (r->to_ts)
			note_stop(r, &x);
		e = r->from_ts || r->from_num ? first_wanted(r, &x) : NULL;
		if (e && e->first > 1)
			go_to(r, &x, e);
	} else if (!input_seek(&r->walk.in, start)) {
		reader_fail(r, -E_READ);
	}
	index_release(&x);
}
