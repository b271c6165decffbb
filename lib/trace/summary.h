/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a trace is and holds, from META, INDEX and LOSS blocks; where there is
 * no INDEX, from the heads of its blocks.  No event is read.
 */
#ifndef LIB_TRACE_SUMMARY_H
#define LIB_TRACE_SUMMARY_H

#include "lib/base/compat.h"
#include "lib/event/loss.h"
#include "lib/trace/ends.h"
#include "lib/trace/index.h"
#include "lib/trace/input.h"
#include "lib/trace/meta.h"
#include "lib/trace/seal.h"

struct summary {
	struct vtr_meta meta;		/* of the first segment */
	struct index index;		/* of all segments; totals of all kinds */
	struct loss_totals losses;	/* of all LOSS blocks */
	uint64_t blocks, segments, events, bytes;
	uint64_t again;			/* segments that are there already */
	struct ends ends;
	uint64_t first_ts, last_ts;	/* 0: no events */
	bool from_index;		/* else every block's head was looked at */
	uint64_t sealed, is_signed;	/* segments; signatures are not checked */
	int status;			/* 0, -E_CUT, -E_DAMAGED */
};

/* in at its start; 0 or what prevents reading.  Release either way. */
int vtr_summarise(struct input *in, struct summary *s);
/* Events of the .vtr file of that name; 0: not known. */
uint64_t vtr_events_of(const char *path);
/* The INDEX of a file that is one whole segment; the position in it moves.
 * False: there is none such. */
bool vtr_load_index(struct input *in, struct index *x);
void summary_release(struct summary *s);

#endif
