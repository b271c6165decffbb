/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace that is being written: one file, or a folder of segments, each
 * of which can be read alone and names the one before it by its digest.
 */
#ifndef CAPTURE_TRACE_H
#define CAPTURE_TRACE_H

#include "capture/output.h"
#include "capture/segdir.h"
#include "lib/trace/writer.h"

struct trace {
	const char *path;
	bool in_dir;
	struct segdir dir;
	struct output out;
	struct vtr_writer *w;		/* of the present segment, NULL: none */
	uint64_t began;			/* ns since boot, the present segment */
	uint64_t segments;		/* begun; their numbers are the folder's */
	uint64_t bytes;			/* of those before it */
	uint64_t events;		/* written, of segments that were ended */
	char parent[2 * VTR_DIGEST + 1];
	const uint8_t *key;		/* to seal with, NULL: unsigned; set by the owner */
};
#define TRACE_INIT { .dir = SEGDIR_INIT, .out = { .fd = -1 } }

/* path "-": standard output; one that ends in "/", or is a folder: segments
 * within these limits.  over: a file that is there may be written over. */
bool trace_is_dir(const char *path);
int trace_open(struct trace *t, const char *path, bool over,
	       const struct segdir_limits *lim, struct diag *d);
/* End the present segment, if any, and begin the next: meta, completed here
 * with segment.number and segment.parent, is written.  The writer is new. */
int trace_next(struct trace *t, struct vtr_meta *meta, struct diag *d);
/* Time for the next?  Also keeps to the budget.  Call it now and then. */
bool trace_due(struct trace *t);
/* Bytes of all segments so far. */
uint64_t trace_bytes(const struct trace *t);
/* Seal, flush to the disk, close; 0 or the first error, explained in d. */
int trace_close(struct trace *t, struct diag *d);

#endif
