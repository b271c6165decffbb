/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block after block of a trace, around damage: what is whole is told, what
 * is not is skipped to the next place where a header makes sense.
 */
#ifndef LIB_TRACE_WALK_H
#define LIB_TRACE_WALK_H

#include "lib/base/compat.h"
#include "lib/trace/block.h"
#include "lib/trace/input.h"

enum walk_what {
	WALK_END,		/* clean end: after a TRAILER */
	WALK_BLOCK,		/* a whole block */
	WALK_DAMAGED,		/* bytes that are no whole block were skipped */
	WALK_CUT,		/* input ends inside a block, or unsealed */
	WALK_ERROR,		/* cannot be read: walk.in.err */
};

struct walk {
	struct input in;
	size_t pending;		/* bytes of the block given last */
	bool sealed;		/* the block before was a TRAILER */
	bool started;		/* a block or damage was seen */
	bool done;
	/* Of what was told last: */
	uint64_t offset, length;	/* in the file; length of what was skipped */
	bool have_head;		/* the header is whole (also when the body is not) */
	struct block_head head;
	const uint8_t *raw_head;	/* VTR_HEADER bytes; good until the next step */
	const uint8_t *body;	/* head.length bytes; likewise */
};

enum walk_what walk_next(struct walk *w);
void walk_release(struct walk *w);

#endif
