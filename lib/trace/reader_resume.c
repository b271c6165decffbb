/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/private.h"

bool vtr_position(const struct evsource *s, struct vtr_position *p)
{
	const struct reader *r = reader_of(s);

	if (!r || (r->in_rows && (r->rows.at < r->rows.head.count || r->rows.bad)))
		return false;
	if (r->status || r->gap || r->after_gap || !r->have_meta ||
	    r->from.nschemas > VTR_SCHEMAS_MAX)
		return false;
	*p = r->from;
	p->offset = r->walk.in.offset + r->walk.pending;
	p->block = r->walk.offset;
	p->next_block = r->next_block;
	p->next_event = r->next_event;
	p->last_ts = r->last_ts;
	p->unknown_rows = r->unknown_rows;
	p->ended = r->ended;
	memcpy(p->end, r->end, sizeof(p->end));
	return true;
}

/* The block there, which must be a whole one of this type. */
static bool visit(struct reader *r, uint64_t offset, unsigned type)
{
	r->walk.pending = 0;
	return input_seek(&r->walk.in, offset) && walk_next(&r->walk) == WALK_BLOCK &&
	       r->walk.head.type == type;
}

bool vtr_resume(struct evsource *s, const struct vtr_position *p)
{
	struct reader *r = reader_of(s);
	size_t i;

	if (!r || p->nschemas > VTR_SCHEMAS_MAX || !visit(r, p->meta, VTR_META))
		return false;
	reader_take_meta(r);
	for (i = 0; i < p->nschemas; i++) {
		if (!visit(r, p->schema[i], VTR_SCHEMA))
			return false;
		reader_take_schema(r);
	}
	r->walk.pending = 0;
	if (r->status || !input_seek(&r->walk.in, p->offset))
		return false;
	r->from_ts = r->from_num = 0;
	r->next_block = p->next_block;
	r->next_event = p->next_event;
	r->last_ts = p->last_ts;
	r->unknown_rows = p->unknown_rows;
	r->ended = p->ended;
	memcpy(r->end, p->end, sizeof(r->end));
	return true;
}
