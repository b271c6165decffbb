/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaving a .vtr source between two blocks and beginning there again, with
 * another source of the same trace, as if everything before had been read.
 */
#ifndef LIB_TRACE_RESUME_H
#define LIB_TRACE_RESUME_H

#include "lib/base/compat.h"
#include "lib/event/source.h"
#include "lib/trace/format.h"

#define VTR_SCHEMAS_MAX 64	/* SCHEMA blocks of a segment that are followed */

/* Offsets are those of block headers from the start of the file. */
struct vtr_position {
	uint64_t offset;		/* where reading goes on */
	uint64_t block;			/* the block that was read last */
	uint64_t meta;			/* what the segment is read with */
	uint64_t schema[VTR_SCHEMAS_MAX];
	size_t nschemas;
	uint64_t next_block, next_event;	/* expected numbers */
	uint64_t last_ts;		/* of the events before */
	uint64_t unknown_rows;		/* left out so far */
	bool ended;			/* vtr_end() */
	uint8_t end[VTR_DIGEST];
};

/*
 * Where a source stands.  False inside a block, for another format, and after
 * damage: what was missed there is told in the right place only by who reads
 * from the beginning.
 */
bool vtr_position(const struct evsource *s, struct vtr_position *p);
/* A fresh source (after vtr_project, before the first next) goes on there.
 * False: it cannot, and is good for nothing but closing. */
bool vtr_resume(struct evsource *s, const struct vtr_position *p);

#endif
