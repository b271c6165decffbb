/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new trace of every whole block of a damaged one.  What is missing, or does
 * not hold what its type says, becomes LOSS; META names the digest of the file
 * it came from; the chain, INDEX and SEAL are new, so what comes out is intact
 * whatever went in.  The original is only read.
 */
#ifndef LIB_TRACE_REPAIR_H
#define LIB_TRACE_REPAIR_H

#include "lib/base/compat.h"
#include "lib/trace/input.h"
#include "lib/trace/writer.h"

struct repair_report {
	uint64_t blocks;		/* copied */
	uint64_t events;
	uint64_t damaged;		/* places where something is missing */
	uint64_t modified;		/* blocks saved that are not what was sealed */
	uint64_t misplaced;		/* blocks that were put back, or stood more than once */
	uint64_t unplaced;		/* blocks left out: their events have no place, */
	uint64_t unplaced_events;	/* which are so many */
	uint64_t lost;			/* events known to be missing */
	uint64_t again;			/* segments that another one is the same as */
	bool lost_unknown;		/* some more may be, nothing tells how many */
	bool cut;
};

/* in: at its start and seekable.  0 (also when there was damage), or what
 * prevents reading or writing. */
int vtr_repair(struct input *in, const struct vtr_writer_opts *opts,
	       int (*write)(void *ctx, const void *p, size_t len), void *ctx,
	       struct repair_report *r);

#endif
