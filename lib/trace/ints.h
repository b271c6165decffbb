/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of numbers, encoded as what fits them.  All arithmetic is modulo
 * 2^64, so every list comes back as it was.  Byte planes (all low bytes, then
 * all second bytes, …) because zstd does better on them than on whole words
 * and because a loop over a plane vectorises.
 */
#ifndef LIB_TRACE_INTS_H
#define LIB_TRACE_INTS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/le.h"
#include "lib/trace/codec.h"
#include "lib/trace/limits.h"

/* What may stand inside what: bits 1 << enum vtr_encoding. */
#define INTS_BASIC	(1 << ENC_CONST | 1 << ENC_PLANES | 1 << ENC_DELTA)
#define INTS_INNER	(INTS_BASIC | 1 << ENC_DICT)	/* values of RUNS */
#define INTS_ANY	(INTS_INNER | 1 << ENC_RUNS | 1 << ENC_PATCH | 1 << ENC_BITS)
#define INTS_COLUMN	(INTS_ANY | 1 << ENC_LIKE)
#define INTS_EXCEPTIONS	(INTS_INNER | 1 << ENC_BITS)	/* values of LIKE */

/* What was best for this column last time; measured again now and then. */
struct ints_hint {
	uint8_t enc;
	uint8_t left;		/* lists until measured again */
	uint8_t how;		/* BITS: which; LIKE: which column */
};

/* The columns of the same rows that may be named by LIKE. */
struct ints_peers {
	unsigned n;
	struct ints_peer {
		const uint64_t *v;
		uint64_t mask;		/* what of v the column's type keeps */
		uint8_t column;
	} v[64];
};

struct ints_writer;
/* codec measures; borrowed. */
struct ints_writer *ints_writer_new(struct codec *codec);
void ints_writer_free(struct ints_writer *w);
/* Where the bits of BITS go; NULL: that encoding is not used. */
void ints_writer_bits(struct ints_writer *w, struct buf *bits);
/* Append the encoding of v[0..n), n <= VTR_ROWS_MAX; hint may be NULL. */
void ints_put(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
	      struct ints_hint *hint);
/* The same as CONST, PLANES or DELTA, whichever is shortest. */
void ints_put_basic(struct buf *out, const uint64_t *v, size_t n);
/* The same for a column, of whose numbers mask is kept, beside its peers;
 * true: it may be a peer itself. */
bool ints_put_column(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
		     struct ints_hint *hint, const struct ints_peers *peers, uint64_t mask);

/* Room a decoder works in; about 1.5 MiB. */
struct ints_scratch {
	uint64_t runs[VTR_ROWS_MAX], dict[VTR_ROWS_MAX], at[VTR_ROWS_MAX];
	uint8_t code[VTR_ROWS_MAX];
	/* Where BITS finds its bits; INTS_SLACK bytes can be read behind them.
	 * Set by who decodes. */
	const uint8_t *bits;
	size_t bits_len;
};
#define INTS_SLACK 16

struct ints_const {
	bool is;
	uint64_t value;
};

/*
 * Take a list of n <= VTR_ROWS_MAX numbers from the cursor.  A constant one
 * is told in k and leaves `to` alone; else `to` (aligned) gets n numbers of
 * width (1, 2, 4 or 8) bytes, cut to that width.  False: damaged.
 */
bool ints_get(struct rcur *c, struct ints_scratch *s, struct ints_const *k,
	      void *to, unsigned width, size_t n);
/* The same for a list of ints_put_basic(), into whole numbers. */
bool ints_get_basic(struct rcur *c, struct ints_scratch *s, uint64_t *to, size_t n);
/* The same, but a constant is spread out as well. */
bool ints_get_all(struct rcur *c, struct ints_scratch *s, void *to,
		  unsigned width, size_t n);

/* LIKE: which column is meant, which rows agree with it (code[i] is 0), and
 * the numbers of those that do not, in order. */
struct ints_like {
	bool is;		/* false: nothing was taken, it is no LIKE */
	uint8_t column;
	const uint8_t *code;	/* both in the scratch, until its next use */
	const uint64_t *values;
};
bool ints_get_like(struct rcur *c, struct ints_scratch *s, struct ints_like *like, size_t n);

/* Cut n numbers to width bytes each. */
void ints_cut(void *to, unsigned width, const uint64_t *v, size_t n);

/* Over a list nobody asks for: where it ends is seen, its values are not
 * looked at.  False: it does not end. */
bool ints_skip(struct rcur *c, size_t n);

static inline uint64_t zigzag(uint64_t v)
{
	return (v << 1) ^ (0 - (v >> 63));
}

static inline uint64_t unzigzag(uint64_t v)
{
	return (v >> 1) ^ (0 - (v & 1));
}

#endif
