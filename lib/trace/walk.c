/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/reader.h"
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

int walk_look(struct walk *w)
{
	const uint8_t *p;
	size_t got = input_want(&w->in, VTR_HEADER, &p);

	if (w->in.err)
		return w->in.err;
	if (!got)
		return -E_EMPTY;
	if (!vtr_probe(p, got))
		return -E_FOREIGN;
	w->have_head = got == VTR_HEADER && block_head_parse(&w->head, p);
	return w->have_head && w->head.version > VTR_VERSION ? -E_VERSION : 0;
}

/* Where in n bytes of a block, which stand alone, another one begins; 0: nowhere. */
static size_t next_head(const uint8_t *p, size_t n)
{
	struct block_head h;
	const uint8_t *at = p + VTR_HEADER, *hit;

	while ((size_t)(at - p) + VTR_HEADER <= n &&
	       (hit = memmem(at, n - (size_t)(at - p), VTR_MAGIC, 4)) &&
	       (size_t)(hit - p) + VTR_HEADER <= n) {
		if (block_head_parse(&h, hit))
			return (size_t)(hit - p);
		at = hit + 1;
	}
	return 0;
}

/*
 * The bytes of a block do not agree with their checksum.  Its length is true,
 * but some of them may be missing: then the next block begins among them, and
 * not where it should.
 */
static enum walk_what damaged(struct walk *w, size_t whole)
{
	struct block_head h;
	const uint8_t *p;
	size_t got = input_want(&w->in, whole + VTR_HEADER, &p), at = 0;

	if (got < whole || (got == whole + VTR_HEADER && !block_head_parse(&h, p + whole)))
		at = next_head(p, got);
	if (got < whole && !at)
		return at_end(w, got);
	w->length = w->pending = at ? at : whole;
	w->broken = true;
	return WALK_DAMAGED;
}

/* Does a segment begin with it, though it is no META? */
static bool begins_late(const struct walk *w, bool sealed)
{
	uint8_t type = w->head.type;

	return w->head.number < w->next && (w->broken || sealed) &&
	       type != VTR_INDEX && type != VTR_SEAL && type != VTR_TRAILER;
}

static enum walk_what whole_block(struct walk *w, const uint8_t *p, bool started, bool sealed)
{
	w->raw_head = p;
	w->body = p + VTR_HEADER;
	w->anew = w->head.type == VTR_META || begins_late(w, sealed);
	w->jumped = !w->anew && !w->broken && w->head.number != w->next;
	w->unended = w->head.type == VTR_META && started && !sealed;
	w->next = w->head.number + 1;
	w->broken = false;
	w->sealed = w->head.type == VTR_TRAILER;
	return WALK_BLOCK;
}

enum walk_what walk_next(struct walk *w)
{
	bool sealed = w->sealed, started = w->started;
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
		w->broken = true;
		return WALK_DAMAGED;
	}
	w->have_head = true;
	whole = VTR_HEADER + w->head.length;
	got = input_want(&w->in, whole, &p);
	w->sealed = false;
	if (got < whole || !block_body_ok(&w->head, p + VTR_HEADER))
		return w->in.left ? at_end(w, got) : damaged(w, whole);
	w->length = w->pending = whole;
	return whole_block(w, p, started, sealed);
}

void walk_release(struct walk *w)
{
	input_release(&w->in);
}
