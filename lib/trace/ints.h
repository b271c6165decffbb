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
#define INTS_ANY	(INTS_INNER | 1 << ENC_RUNS | 1 << ENC_PATCH)

/* What was best for this column last time; measured again now and then. */
struct ints_hint {
	uint8_t enc;
	uint8_t left;		/* lists until measured again */
};

struct ints_writer;
/* codec measures; borrowed. */
struct ints_writer *ints_writer_new(struct codec *codec);
void ints_writer_free(struct ints_writer *w);
/* Append the encoding of v[0..n), n <= VTR_ROWS_MAX; hint may be NULL. */
void ints_put(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
	      struct ints_hint *hint);

/* Room a decoder works in; about 1.5 MiB. */
struct ints_scratch {
	uint64_t runs[VTR_ROWS_MAX], dict[VTR_ROWS_MAX], at[VTR_ROWS_MAX];
};

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
/* The same, but a constant is spread out as well. */
bool ints_get_all(struct rcur *c, struct ints_scratch *s, void *to,
		  unsigned width, size_t n);

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
