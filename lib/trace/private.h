/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of the reader share: reader.c opens, gives and closes,
 * reader_block.c takes whole blocks, reader_row.c makes events of their rows,
 * reader_moot.c finds those nobody needs, reader_seek.c and reader_resume.c
 * begin in the middle. */
#ifndef LIB_TRACE_PRIVATE_H
#define LIB_TRACE_PRIVATE_H

#include "lib/base/compat.h"
#include "lib/event/raw.h"
#include "lib/trace/ends.h"
#include "lib/trace/metaio.h"
#include "lib/trace/prefetch.h"
#include "lib/trace/reader.h"
#include "lib/trace/resume.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/walk.h"

/*
 * What makes a row moot: nothing; that its thread ends before anybody uses what
 * is its own, or looks at it at all; that the descriptor with this number less
 * MOOT_FD comes and goes.  MOOT_BRIEF is not: what it makes is a thread of the
 * second kind.
 */
enum { MOOT_NOT, MOOT_BRIEF, MOOT_END, MOOT_LIFE, MOOT_FD };

#define BLOCK_ANY UINT64_MAX	/* after a seek: no number is expected */

/* How far a block that begins a segment was taken: its beginning, what is
 * missing before it and what it holds are given one after the other. */
enum { BLOCK_MET, BLOCK_GAP_TOLD, BLOCK_BEGUN };

struct reader {
	struct evsource src;		/* first: a source is its reader */
	struct walk walk;
	struct prefetch *prefetch;	/* NULL: blocks are read when they are needed */
	bool ahead;			/* it may be made */
	bool opened;			/* rows hold the block that was met last */
	unsigned nrows;			/* blocks of rows so far, until it is made */
	struct diag *d;
	char *name;
	int status;
	struct schema *schema;
	struct vtr_meta meta;
	bool have_meta;
	struct buf text;
	struct rawdec *raw;
	struct rows_get rows;
	bool in_rows;
	uint64_t next_block, next_event, last_ts;
	bool gap;			/* blocks were skipped since the last event */
	bool after_gap;			/* mark the next event */
	uint8_t stage;			/* of taking the block that was met last */
	bool ended;			/* a TRAILER was read */
	uint8_t end[VTR_DIGEST];	/* its digest */
	struct ends ends;		/* those of all TRAILERs so far */
	bool again_told;		/* that one is there twice; once will do */
	uint64_t unknown_rows;
	bool no_payload;
	uint64_t from_ts, from_num;	/* reading may begin there */
	uint64_t to_ts;			/* and end there, 0: nobody asks for that */
	uint64_t stop_at;		/* offset of the block that ends it, 0: not known */
	uint64_t end_event;		/* and the number behind the last event */
	bool looked;			/* for both in the INDEX */
	bool beyond;			/* the rows before were those of a block behind to_ts */
	bool stopped;
	uint64_t skipped;		/* unwanted since the last event */
	const struct vtr_pass *pass;	/* NULL: none */
	uint64_t passed, passed_ts;	/* since the last thing given */
	uint64_t unseen;		/* of these rows and the next, by number */
	uint32_t seen_from;		/* the first of these rows somebody may look at */
	const uint8_t *moot;		/* by row, MOOT_xxx; NULL: nothing is */
	uint8_t types[(EV_COUNT + 7) / 8];
	bool all_types;
	uint32_t group_at, row_at;	/* of the event given last */
	struct event ev;
	struct row row;
	struct snap_item item;
	struct vtr_position from;	/* META and SCHEMA blocks of the segment */
};

/* The reader that a source is, or NULL: of another format. */
struct reader *reader_of(const struct evsource *s);

/* The worst error stays in r->status. */
void reader_fail(struct reader *r, int err);
/* The block that was met last is damaged: said once, then what is missing
 * becomes a loss. */
void reader_damaged(struct reader *r, const char *what);
/* On to the next block; true: *out is set, also when the trace ended. */
bool reader_step(struct reader *r, struct evsource_next *out);
/* A segment begins with the block that was met last, which is its META. */
void reader_take_meta(struct reader *r);
/* The SCHEMA body that was met last is used from here on. */
void reader_take_schema(struct reader *r);

/* A body of rows was met: give what is in it next.  snaps: a SNAPSHOT. */
void reader_take_rows(struct reader *r, bool snaps);
/* r->pass is another now. */
void reader_pass_lanes(struct reader *r);
/* event.decode of the row at r->group_at, r->row_at; decode_ctx is r. */
void reader_decode_params(struct event *ev, uint64_t wanted);
/* Which of the rows left nobody needs: r->moot. */
void reader_find_moot(struct reader *r);
/* The next row somebody wants; false: the block is done, and r->in_rows off. */
bool reader_emit(struct reader *r, struct evsource_next *out);

/* To the block where the wanted events begin, and where to stop, when an INDEX
 * tells it. */
void reader_seek_wanted(struct reader *r);

#endif
