/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as they are gathered: for rows_put.c and rows_put_model.c alone. */
#ifndef LIB_TRACE_ROWS_PUT_INT_H
#define LIB_TRACE_ROWS_PUT_INT_H

#include "lib/trace/cells.h"
#include "lib/trace/dict.h"
#include "lib/trace/format.h"
#include "lib/trace/ints.h"
#include "lib/trace/limits.h"
#include "lib/trace/rows_dir.h"
#include "lib/trace/rows_model.h"
#include "lib/trace/rows_put.h"

struct wcol {
	uint8_t width;			/* 0: byte strings */
	bool payload;
	bool odd;			/* fixed size, but not in this block */
	uint32_t missing;
	uint64_t *v;			/* numbers, or codes of dict */
	uint8_t *has;			/* numbers: does the row have one */
	struct dict dict;
	struct ints_hint hint, len_hint;
};

struct wkind {
	const struct kind *kind;
	uint32_t n, cap;		/* rows in this block; room for */
	uint16_t at;			/* place among this block's kinds */
	uint8_t *nvalues;		/* row.ncols */
	struct wcol *cols;		/* kind->ncols */
	size_t begin, end;		/* of the group in `groups` */
	unsigned frame;
};

struct rows_put {
	struct codec *codec;
	bool given_level;		/* the caller's, but for what is small */
	bool small;			/* this block: with the dictionary */
	struct ints_writer *ints;
	struct wkind *by_id[UINT16_MAX + 1];
	struct wkind **used;		/* in this block, by first use */
	size_t nused, used_cap;
	size_t n, bytes;
	uint64_t min_ts, max_ts, first_ts, last_ts;
	uint64_t *order[MR_COUNT];
	struct ints_hint order_hint[MR_COUNT];
	uint32_t last_seq[UINT16_MAX + 1];	/* by cpu */
	uint64_t *tmp;
	struct ints_peers peers;	/* columns of the kind being written */
	struct buf frames[FRAME_OWN], groups, packed;
	struct rows_dir dir;
	struct cells *cells;		/* the model's; NULL until it is needed */
	bool unprimed;			/* this is to be the primer */
};

/* Code the rows by the model: one frame, and the kinds, into dir and packed.  False:
 * they are not for it, or there are too many. */
bool rows_put_model(struct rows_put *b);

#endif
