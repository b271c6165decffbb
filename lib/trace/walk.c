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

/* What is told next comes behind this header. */
static void note_last(struct walk *w)
{
	w->last_known = true;
	memcpy(w->last, w->head.digest, VTR_DIGEST);
	w->expect = w->head.number + 1;
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
	note_last(w);
	return WALK_DAMAGED;
}

static bool continues(const struct walk *w, const uint8_t before[VTR_DIGEST])
{
	uint8_t digest[VTR_DIGEST];

	block_digest(digest, before, w->raw_head, w->body, w->head.length);
	return !memcmp(digest, w->head.digest, VTR_DIGEST);
}

bool walk_continues(const struct walk *w)
{
	return !w->before_known || continues(w, w->before);
}

static void set_before(struct walk *w, const uint8_t *digest)
{
	w->before_known = digest != NULL;
	if (digest)
		memcpy(w->before, digest, VTR_DIGEST);
}

/* Of a number that is too low, or behind a TRAILER: its digest tells whether it is of
 * this segment. */
static enum walk_stray stray_of(struct walk *w)
{
	size_t i, n = w->nrecent < WALK_RECENT ? w->nrecent : WALK_RECENT;

	for (i = 0; i < n; i++)
		if (!memcmp(w->recent[i].digest, w->head.digest, VTR_DIGEST))
			return STRAY_AGAIN;
	for (i = 0; i < n; i++) {
		if (w->recent[i].number + 1 != w->head.number ||
		    !continues(w, w->recent[i].digest))
			continue;
		set_before(w, w->recent[i].digest);
		return STRAY_LATE;
	}
	return STRAY_NOT;
}

/* No segment begins with what ends one. */
static bool is_end(uint8_t type)
{
	return type == VTR_INDEX || type == VTR_SEAL || type == VTR_TRAILER;
}

/* Where the block stands among those before it. */
static void place(struct walk *w, bool sealed)
{
	static const uint8_t none[VTR_DIGEST];
	bool low = w->head.number < w->next;

	w->stray = STRAY_NOT;
	w->anew = w->head.type == VTR_META;
	set_before(w, w->anew ? none :
		   w->last_known && w->head.number == w->expect ? w->last : NULL);
	if (w->anew || !(low || sealed))
		return;
	w->stray = stray_of(w);
	if (w->stray == STRAY_NOT && is_end(w->head.type))
		w->stray = STRAY_LATE;
	w->anew = w->stray == STRAY_NOT;
	if (!low)
		w->stray = STRAY_NOT;	/* behind the TRAILER, but of this segment */
}

static void remember(struct walk *w)
{
	struct walk_seen *seen;

	if (w->anew)
		w->nrecent = 0;
	seen = &w->recent[w->nrecent++ % WALK_RECENT];
	seen->number = w->head.number;
	memcpy(seen->digest, w->head.digest, VTR_DIGEST);
}

static enum walk_what whole_block(struct walk *w, const uint8_t *p, bool started, bool sealed)
{
	w->raw_head = p;
	w->body = p + VTR_HEADER;
	place(w, sealed);
	w->jumped = !w->anew && !w->broken && w->head.number != w->next;
	w->unended = w->head.type == VTR_META && started && !sealed;
	remember(w);
	note_last(w);
	w->next = w->expect;
	w->broken = false;
	w->sealed = w->head.type == VTR_TRAILER;
	return WALK_BLOCK;
}

int walk_again(struct walk *w, uint64_t offset)
{
	w->done = w->broken = false;
	if (w->in.offset + w->pending != offset) {
		w->pending = 0;
		if (!input_seek(&w->in, offset))
			return -E_READ;
	}
	return walk_next(w) == WALK_BLOCK && w->offset == offset ? 0 : -E_READ;
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
		w->sealed = w->last_known = false;
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
