/* SPDX-License-Identifier: Apache-2.0 */
/* Test helpers: any source into a .vtr in memory, and two sources compared. */
#ifndef TESTS_TRACE_CONVERT_H
#define TESTS_TRACE_CONVERT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/source.h"
#include "lib/trace/writer.h"

/* vtr_writer's sink: ctx is a struct buf. */
int buf_sink(void *ctx, const void *p, size_t len);
/* Everything of s into out; s is left at its end. */
int convert(struct evsource *s, struct buf *out, const struct vtr_writer_opts *opts,
	    struct vtr_writer_stats *stats);
/*
 * Do both give the same events, snapshot items and losses?  Restarts are
 * told alike.  On a difference, says it in `why`.
 */
bool same(struct evsource *a, struct evsource *b, char *why, size_t size,
	  uint64_t *events);

#endif
