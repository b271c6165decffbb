/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The uncompressed capture as one run of bytes, taken piece by piece.  A
 * piece lies in the read-ahead buffer itself; only one that crosses the end
 * of a buffer is put together elsewhere.
 */
#ifndef LIB_SCAP_STREAM_H
#define LIB_SCAP_STREAM_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/scap/ahead.h"

struct stream {
	const uint8_t *p, *end;	/* not yet taken */
	uint64_t end_off;	/* offset of `end` in the uncompressed stream */
	struct buf carry;	/* a piece that crossed */
	struct feed *feed;
	struct ahead *ahead;	/* NULL: everything is at p */
	size_t missing;		/* how much a failed take lacked */
	bool ended;
};

/* Takes over the feed. */
void stream_init(struct stream *s, struct feed *f, bool threaded);
void stream_release(struct stream *s);

/* Offset of the next byte. */
static inline uint64_t stream_offset(const struct stream *s)
{
	return s->end_off - (uint64_t)(s->end - s->p);
}

const uint8_t *stream_take_across(struct stream *s, size_t n);

/*
 * n bytes in one piece, good until the next call; NULL when the stream ends
 * before (then what was left is taken, and s->missing tells how much lacked).
 */
static inline const uint8_t *stream_take(struct stream *s, size_t n)
{
	const uint8_t *p = s->p;

	if (UNLIKELY((size_t)(s->end - p) < n))
		return stream_take_across(s, n);
	s->p += n;
	return p;
}

/* Skip n bytes without keeping them; false as stream_take(). */
bool stream_skip(struct stream *s, uint64_t n);
/* Nothing left? */
bool stream_at_end(struct stream *s);

#endif
