/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block after block of a trace, around damage: what is whole is told, what
 * is not is skipped to the next place where a header makes sense.
 */
#ifndef LIB_TRACE_WALK_H
#define LIB_TRACE_WALK_H

#include "lib/base/compat.h"
#include "lib/trace/block.h"
#include "lib/trace/format.h"
#include "lib/trace/input.h"

enum walk_what {
	WALK_END,		/* clean end: after a TRAILER */
	WALK_BLOCK,		/* a whole block */
	WALK_DAMAGED,		/* bytes that are no whole block were skipped */
	WALK_CUT,		/* input ends inside a block, or unsealed */
	WALK_ERROR,		/* cannot be read: walk.in.err */
};

/* A block whose number is not higher than those before it, of the same segment. */
enum walk_stray {
	STRAY_NOT,
	STRAY_LATE,		/* it belongs before some of them */
	STRAY_AGAIN,		/* it is one of them */
};

#define WALK_RECENT	64	/* blocks a stray one is held against */

struct walk {
	struct input in;
	size_t pending;		/* bytes of the block given last */
	bool sealed;		/* the block before was a TRAILER */
	uint64_t next;		/* the number behind that of the last whole block */
	uint64_t expect;	/* likewise, or of one that was damaged behind that */
	bool broken;		/* there is damage between */
	bool started;		/* a block or damage was seen */
	bool done;
	uint8_t last[VTR_DIGEST];	/* of the block before */
	bool last_known;
	struct walk_seen {
		uint64_t number;
		uint8_t digest[VTR_DIGEST];
	} recent[WALK_RECENT];	/* whole blocks of the segment, a ring */
	size_t nrecent;
	/* Of what was told last: */
	uint64_t offset, length;	/* in the file; length of what was skipped */
	bool have_head;		/* the header is whole (also when the body is not) */
	struct block_head head;
	/*
	 * A segment begins with this block: it is a META, or stands behind a
	 * TRAILER or has a lower number than it should, and its digest
	 * continues no block that was met lately.
	 */
	bool anew;
	enum walk_stray stray;
	uint8_t before[VTR_DIGEST];	/* of the block it must continue */
	bool before_known;
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
/* Does the digest of the block told last continue the one before it?  True where
 * nobody knows that one.  Costs a digest of the block. */
bool walk_continues(const struct walk *w);
/* To the block at this offset, which was told before: 0, or -E_READ. */
int walk_again(struct walk *w, uint64_t offset);
void walk_release(struct walk *w);

#endif
