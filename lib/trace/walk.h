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
	uint64_t next;		/* the number behind that of the last whole block */
	bool broken;		/* and there is damage between */
	bool started;		/* a block or damage was seen */
	bool done;
	/* Of what was told last: */
	uint64_t offset, length;	/* in the file; length of what was skipped */
	bool have_head;		/* the header is whole (also when the body is not) */
	struct block_head head;
	/*
	 * A segment begins with this block: it is a META, or numbers begin
	 * anew where one may have stood, behind damage or a TRAILER.
	 */
	bool anew;
	bool jumped;		/* it is not the next one, and nothing before it is damaged */
	bool unended;		/* it is a META, and no TRAILER stands before it */
	const uint8_t *raw_head;	/* VTR_HEADER bytes; good until the next step */
	const uint8_t *body;	/* head.length bytes; likewise */
};

/* Before the first step: 0, or -E_EMPTY, -E_FOREIGN (no .vtr trace), -E_VERSION
 * (one of a newer version from its first block on, which w->head tells), -E_READ.
 * w->have_head: whether the first header is whole. */
int walk_look(struct walk *w);
enum walk_what walk_next(struct walk *w);
void walk_release(struct walk *w);

#endif
