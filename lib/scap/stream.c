/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/scap/stream.h"

void stream_init(struct stream *s, struct feed *f, bool threaded)
{
	size_t len;

	*s = (struct stream){ .feed = f, .p = (const uint8_t *)"" };
	s->end = s->p;
	buf_init(&s->carry);
	if (feed_whole(f, &s->p, &len)) {
		s->end = s->p + len;
		s->end_off = len;
		s->ended = true;
	} else {
		s->ahead = ahead_new(f, threaded);
	}
}

void stream_release(struct stream *s)
{
	ahead_free(s->ahead);
	feed_free(s->feed);
	buf_release(&s->carry);
	s->ahead = NULL;
	s->feed = NULL;
}

/* The next buffer; only when the last one is used up. */
static bool refill(struct stream *s)
{
	const uint8_t *p;
	size_t len;

	if (s->ended)
		return false;
	if (!ahead_next(s->ahead, &p, &len)) {
		s->ended = true;
		s->p = s->end = (const uint8_t *)"";
		return false;
	}
	s->p = p;
	s->end = p + len;
	s->end_off += len;
	return true;
}

bool stream_at_end(struct stream *s)
{
	return s->p == s->end && !refill(s);
}

const uint8_t *stream_take_across(struct stream *s, size_t n)
{
	size_t have;

	buf_clear(&s->carry);
	while (s->carry.len < n) {
		if (stream_at_end(s)) {
			s->missing = n - s->carry.len;
			return NULL;
		}
		have = (size_t)(s->end - s->p);
		if (!s->carry.len && have >= n) {
			s->p += n;
			return s->p - n;
		}
		if (have > n - s->carry.len)
			have = n - s->carry.len;
		buf_add(&s->carry, s->p, have);
		s->p += have;
	}
	return (const uint8_t *)s->carry.data;
}

bool stream_skip(struct stream *s, uint64_t n)
{
	size_t have;

	while (n) {
		if (stream_at_end(s)) {
			s->missing = n;
			return false;
		}
		have = (size_t)(s->end - s->p);
		if (have > n)
			have = (size_t)n;
		s->p += have;
		n -= have;
	}
	return true;
}
