/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a damaged trace has and in which order it belongs: segment by segment,
 * by the numbers of the blocks, each once.
 */
#ifndef LIB_TRACE_REPAIR_PLAN_H
#define LIB_TRACE_REPAIR_PLAN_H

#include "lib/base/compat.h"
#include "lib/trace/walk.h"

enum piece_kind { PIECE_BLOCK, PIECE_DAMAGE, PIECE_CUT };

struct piece {
	uint64_t offset;
	uint64_t number;		/* of damage: of the block it was, or stands behind */
	uint64_t first;			/* number of its first event, 0: it has none */
	/* That of the next events that are as they were sealed: these belong
	 * before them; UINT64_MAX: there are none. */
	uint64_t limit;
	uint32_t segment;		/* from 1 */
	uint8_t kind;			/* enum piece_kind */
	bool unended;			/* the segment before this one has no end */
	bool modified;			/* it is not what was sealed */
};

struct repair_plan {
	struct piece *v;
	size_t n, cap;
	uint64_t misplaced;		/* blocks that stood elsewhere, or more than once */
};

/* Reads w to its end; 0 or -E_READ. */
int repair_plan_make(struct repair_plan *plan, struct walk *w);
void repair_plan_release(struct repair_plan *plan);

#endif
