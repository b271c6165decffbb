/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a short trace, coded one after the other by a model that learns
 * from those before (doc/TRACE-FORMAT.md, section 11).  They take far fewer bytes
 * than as columns, and far longer: some 15 us a row, so it is for few.
 */
#ifndef LIB_TRACE_ROWS_MODEL_H
#define LIB_TRACE_ROWS_MODEL_H

#include "lib/base/compat.h"
#include "lib/trace/cells.h"
#include "lib/trace/dict.h"

enum { MR_KIND, MR_TS, MR_TID, MR_CPU, MR_FLAGS, MR_SEQ, MR_COUNT };

struct model_column {
	uint64_t name;			/* rows_model_name() */
	bool text;			/* byte strings */
	/* By row of the kind: a number, or of strings 0 (missing) or the
	 * string's number: writing, in `from` and from 1; reading, in cells. */
	uint64_t *v;
	const struct dict *from;	/* writing strings */
	uint8_t *has;			/* numbers: does the row have one */
};

struct model_kind {
	uint16_t id, ncols;
	uint32_t count, next;		/* rows; those coded so far */
	/* By column: was told whether it is missing in some row; it is. */
	uint64_t told, gaps;
	uint8_t *nvalues;		/* by row, at most ncols */
	struct model_column *cols;
};

struct model_rows {
	uint32_t count;
	uint32_t nkinds;
	struct model_kind *kinds;	/* in the order of first use */
	uint64_t *order[MR_COUNT];	/* as the lists of the order frame */
};

/* Code all rows, as c's model was told to: from r, or into its arrays.  False:
 * what is read is damaged. */
bool rows_model(struct cells *c, struct model_rows *r);
uint64_t rows_model_name(const char *name);

#endif
