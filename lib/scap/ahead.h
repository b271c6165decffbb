/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading ahead: a thread fills a small ring of buffers from a feed while
 * the caller works on the one before.  Memory is SCAP_SLOTS slots.
 */
#ifndef LIB_SCAP_AHEAD_H
#define LIB_SCAP_AHEAD_H

#include "lib/base/compat.h"
#include "lib/scap/feed.h"

struct ahead;

/* Does not own the feed, which only the thread may touch until ahead_free().
 * threaded false, or no thread to be had: filled when asked. */
struct ahead *ahead_new(struct feed *f, bool threaded);
/* The next bytes, good until the next call; false at the end (and from then
 * on the feed may be looked at again). */
bool ahead_next(struct ahead *a, const uint8_t **p, size_t *len);
/* Stops the thread wherever it is. */
void ahead_free(struct ahead *a);		/* NULL is fine */

#endif
