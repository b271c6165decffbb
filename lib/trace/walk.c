/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/limits.h"
#include "lib/trace/walk.h"

#define WINDOW ((size_t)64 << 10)	/* searched at a time */

/* Bytes to skip, at least 1, until a header makes sense or input ends. */
static uint64_t resync(struct walk *w)
{
	struct block_head h;
	const uint8_t *p, *hit;
	uint64_t skipped = 1;
	size_t got;

	input_skip(&w->in, 1);
	while ((got = input_want(&w->in, WINDOW, &p)) >= VTR_HEADER) {
		hit = memmem(p, got, VTR_MAGIC, 4);
		if (hit == p && block_head_parse(&h, p))
			return skipped;
		if (hit == p)
			got = 1;
		else
			got = hit ? (size_t)(hit - p) : got - 3;
		input_skip(&w->in, got);
		skipped += got;
	}
	input_skip(&w->in, got);
	return skipped + got;
}

static enum walk_what at_end(struct walk *w, size_t got)
{
	w->done = true;
	w->length = got;
	if (w->in.err)
		return WALK_ERROR;
	input_skip(&w->in, got);
	if (w->in.left)
		return WALK_END;
	return !got && w->sealed ? WALK_END : WALK_CUT;
}

enum walk_what walk_next(struct walk *w)
{
	const uint8_t *p;
	size_t got, whole;

	if (w->done)
		return WALK_END;
	input_skip(&w->in, w->pending);
	w->pending = 0;
	w->offset = w->in.offset;
	w->have_head = false;
	if (w->sealed)
		w->in.wait = NULL;	/* whoever wrote is done */
	got = input_want(&w->in, VTR_HEADER, &p);
	if (got < VTR_HEADER)
		return at_end(w, got);
	w->started = true;
	if (!block_head_parse(&w->head, p)) {
		w->length = resync(w);
		w->sealed = false;
		return WALK_DAMAGED;
	}
	w->have_head = true;
	whole = VTR_HEADER + w->head.length;
	got = input_want(&w->in, whole, &p);
	if (got < whole)
		return at_end(w, got);
	w->raw_head = p;
	w->body = p + VTR_HEADER;
	w->length = w->pending = whole;
	w->sealed = false;
	if (!block_body_ok(&w->head, w->body))
		return WALK_DAMAGED;
	w->sealed = w->head.type == VTR_TRAILER;
	return WALK_BLOCK;
}

void walk_release(struct walk *w)
{
	input_release(&w->in);
}
