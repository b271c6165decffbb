/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of an EVENTS or SNAPSHOT block as rows.  The order frame is
 * decoded at once; the columns of a kind when its first row is asked for,
 * and the frames they need then: what nobody asks for is never inflated.
 */
#ifndef LIB_TRACE_ROWS_GET_H
#define LIB_TRACE_ROWS_GET_H

#include "lib/base/compat.h"
#include "lib/event/columns.h"
#include "lib/event/kind.h"
#include "lib/trace/cells.h"
#include "lib/trace/codec.h"
#include "lib/trace/ints.h"
#include "lib/trace/schema.h"
#include "lib/trace/slab.h"

struct rows_head {
	uint32_t count, lost;
	uint64_t first, min_ts, max_ts;
	uint16_t nkinds, nframes;
	bool directory;			/* version 2: in lists, see rows_dir.h */
	bool modelled;			/* version 2: one frame, of rows */
};

/* The head of a body alone; false: damaged. */
bool rows_head_parse(struct rows_head *h, const void *body, size_t len);
/*
 * The kinds and frames of a body as version 1 tells them, from c on: in the
 * body itself, or in text, where a directory is opened out.  rest gets what
 * follows them in the body.  False: damaged.
 */
bool rows_head_rest(const struct rows_head *h, const void *body, size_t len,
		    struct codec *codec, struct buf *text, struct rcur *c,
		    struct rcur *rest);

struct frame {
	uint8_t how;
	bool tried;
	uint32_t raw, stored;
	const uint8_t *p;
	uint8_t *data;			/* inflated, or NULL */
};

enum group_state { GROUP_PACKED, GROUP_READY, GROUP_BAD };

/* The rows of one kind in this block. */
struct group {
	const struct schema_kind *in_file;	/* NULL: use known as it is */
	const struct kind *known;	/* NULL: rows are skipped */
	uint16_t id, ncols;		/* as in the file */
	uint8_t state;			/* enum group_state */
	bool plain;			/* all rows have nvalues values */
	uint8_t nvalues;
	uint8_t nfixed, nbytes, nnone;
	uint32_t count;
	uint16_t frame;
	const uint8_t *values_of;	/* unless plain: per row */
	uint8_t reach[KIND_COLUMNS_MAX + 1];	/* values in file -> in known */
	struct fixed_col fixed[KIND_COLUMNS_MAX];
	struct bytes_col bytes[KIND_COLUMNS_MAX];
	uint8_t none[KIND_COLUMNS_MAX];
	uint8_t where[KIND_COLUMNS_MAX];	/* of a known column: AT_xxx + n */
};

_Static_assert((int)AT_BYTES == (int)AT_FIXED + KIND_COLUMNS_MAX, "columns.h");

/* What is touched for every row of a group, kept together and small. */
struct lane {
	const struct evinfo *info;	/* free for the caller */
	uint32_t next;			/* row of the group */
	uint16_t id;
	uint16_t type;			/* free for the caller */
	uint8_t treat, role;		/* likewise */
	uint32_t left;			/* likewise */
	const int64_t *calm;		/* likewise */
};

struct rows_get {
	struct rows_head head;
	uint32_t at;			/* next row */
	bool no_payload;		/* payload columns come out missing */
	/* By canonical kind: the columns somebody asks for (bit i: column i),
	 * the others come out missing; NULL: all. */
	const uint64_t *columns;
	bool bad;			/* some group could not be decoded */
	uint64_t *ts, *tid;
	uint16_t *cpu, *kind;
	uint8_t *flags;
	uint32_t *seq;			/* rows_get_seq() */
	bool seq_known;
	struct frame *frames;
	struct group *groups;
	struct lane *lanes;		/* one a group */
	size_t groups_cap, lanes_cap, frames_cap;
	struct codec *codec;
	struct ints_scratch *scratch;
	struct buf directory;
	struct list_at {		/* numbers of the group being decoded */
		const uint8_t *p, *end;	/* NULL: this column has none */
		uint8_t width;
	} lists[KIND_COLUMNS_MAX];
	struct slab slab;
	struct cells *cells;		/* of bodies by the model; NULL until one is met */
	struct model_kind *modelled;	/* what it told */
	bool unprimed;			/* this is the primer: nothing is learnt before */
};

void rows_get_init(struct rows_get *g);
void rows_get_release(struct rows_get *g);
/*
 * Start on a body, which stays borrowed until the next open.  Kinds come from
 * the schema, or where it does not have one from this build when the number
 * of columns agrees.  False: damaged.
 */
bool rows_get_open(struct rows_get *g, const void *body, size_t len,
		   const struct schema *schema);
/* The sequence number of a row; all are worked out when one is asked for. */
uint32_t rows_get_seq(struct rows_get *g, uint32_t at);
/* The bytes of frame i, inflated when first asked for; NULL: damaged. */
const uint8_t *rows_get_frame(struct rows_get *g, unsigned i);
/* Decodes a group; false (and g->bad): damaged, the rows have no values. */
bool rows_get_group(struct rows_get *g, struct group *k);
/* Other columns are asked for: every group is decoded anew when asked for. */
void rows_get_anew(struct rows_get *g);

/* Is a column of the file asked for, that is column dest of the known kind (-1:
 * of none)? */
bool rows_get_wanted(const struct rows_get *g, const struct group *k, int dest, bool payload);

/* Of bodies by the model (rows_get_model.c): the rows, and the columns of a group. */
bool rows_get_modelled(struct rows_get *g);
void rows_get_model_group(struct rows_get *g, struct group *k);

/* Values of row `row` of a group to to[0..known->ncols); returns how many
 * the recorder knew. */
static inline unsigned group_row(const struct group *k, uint32_t row, struct param *to)
{
	const struct fixed_col *f = k->fixed, *fe = f + k->nfixed;
	const struct bytes_col *s = k->bytes, *se = s + k->nbytes;
	unsigned i;

	for (; f < fe; f++)
		to[f->dest] = fixed_value(f, row);
	for (; s < se; s++)
		to[s->dest] = s->values[s->ids[row]];
	for (i = 0; i < k->nnone; i++)
		to[k->none[i]] = (struct param){ NULL, 0 };
	return k->reach[LIKELY(k->plain) ? k->nvalues : k->values_of[row]];
}

/* What group_row() has for column i. */
static inline struct param group_value(const struct group *k, uint32_t row, unsigned i)
{
	const struct columns cols = {
		.where = k->where, .fixed = k->fixed, .bytes = k->bytes, .row = row,
	};
	unsigned n = k->reach[LIKELY(k->plain) ? k->nvalues : k->values_of[row]];

	return i < n ? column_value(&cols, i) : (struct param){ NULL, 0 };
}

#endif
