/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of an EVENTS or SNAPSHOT body: which kinds of rows it has and
 * what frames.  Version 1 tells them row by row; since version 2 they are
 * lists, packed, which a reader opens out to what version 1 would have said.
 */
#ifndef LIB_TRACE_ROWS_DIR_H
#define LIB_TRACE_ROWS_DIR_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/le.h"
#include "lib/trace/codec.h"

enum { DIR_KIND_LISTS = 4, DIR_FRAME_LISTS = 3 };

/* Writing. */
struct rows_dir {
	uint64_t *kinds[DIR_KIND_LISTS];	/* id, rows, columns, frame */
	uint64_t *frames[DIR_FRAME_LISTS];	/* codec, raw length, stored length */
	size_t nkinds, nframes, kinds_cap, frames_cap;
	struct buf text;
};
#define ROWS_DIR_INIT { .text = BUF_INIT }

void rows_dir_release(struct rows_dir *d);
void rows_dir_kind(struct rows_dir *d, uint16_t id, uint32_t rows, unsigned columns,
		   unsigned frame);
void rows_dir_frame(struct rows_dir *d, uint8_t codec, size_t raw, size_t stored);
/* Append it; forgets all.  small: with the dictionary; codec NULL: as it is. */
void rows_dir_put(struct rows_dir *d, struct buf *out, struct codec *codec, bool small);

/*
 * Take a directory of so many kinds and frames from the cursor and append it
 * to out as version 1 has it: for each kind varint id, rows, columns, frame;
 * for each frame u8 codec, varint raw length, varint stored length.  False:
 * damaged.
 */
bool rows_dir_open(struct buf *out, struct rcur *c, struct codec *codec,
		   size_t nkinds, size_t nframes);

#endif
