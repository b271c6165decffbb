/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INDEX: where the blocks with rows are and what is in them, and totals, so
 * that `vestige info` and a seek need no event; and the LOSS body.
 */
#ifndef LIB_TRACE_INDEX_H
#define LIB_TRACE_INDEX_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/source.h"
#include "lib/trace/codec.h"

struct index_entry {
	uint64_t offset;		/* of the block's header in the segment */
	uint8_t type;			/* VTR_EVENTS, _SNAPSHOT, _SCHEMA or _LOSS */
	uint32_t count;			/* rows; SCHEMA, LOSS: all 0 from here */
	uint64_t first;			/* number of its first event */
	uint64_t min_ts, max_ts;
};

struct index_total {
	uint16_t kind;
	uint64_t rows;
};

struct index {
	struct index_entry *v;		/* one more than VTR_INDEX_MAX: too many */
	size_t n, cap;
	struct index_total *totals;	/* ascending by kind */
	size_t ntotals, totals_cap;
	uint64_t losses, lost;		/* LOSS blocks that tell of events; those */
};
#define INDEX_INIT { 0 }

void index_release(struct index *x);
/* Of too many only one more than fit is kept. */
void index_add(struct index *x, const struct index_entry *e);
void index_count(struct index *x, uint16_t kind, uint64_t rows);
uint64_t index_rows(const struct index *x, uint16_t kind);	/* of a kind, in all */
/* index_count() from the head of an EVENTS or SNAPSHOT body; false: damaged. */
bool index_count_body(struct index *x, struct codec *codec, const void *body, size_t len);
/* Totals of a LOSS block; at: of its header, UINT64_MAX: gets no entry. */
void index_loss(struct index *x, const struct evloss *loss, uint64_t at);
/* Does every LOSS block have an entry?  Older writers gave them none. */
bool index_has_losses(const struct index *x);
/*
 * Does an INDEX tell of the very blocks that were found, in their order?  Of
 * LOSS blocks older writers told nothing, which is true too.
 */
bool index_same_blocks(const struct index *told, const struct index *found);
/* And the same numbers of rows and losses? */
bool index_same_totals(const struct index *told, const struct index *found);
/* Too many entries are none: who needs them looks at the blocks. */
void index_pack(const struct index *x, struct buf *out);
/* version: of the block, which tells how entries are written. */
bool index_unpack(struct index *x, const void *p, size_t len, unsigned version);

/*
 * A packed INDEX body tells how far its segment went: the number after the
 * last event, and its time.  Who lost the blocks before it knows by that what
 * is missing.  False: damaged.
 */
bool index_body_end(struct codec *codec, const void *body, size_t len,
		    unsigned version,
		    uint64_t *end_num, uint64_t *max_ts);

/* A LOSS body; older ones end before the class, newer ones may be longer. */
void loss_pack(struct buf *out, const struct evloss *loss);
bool loss_unpack(struct evloss *loss, const void *p, size_t len);

#endif
