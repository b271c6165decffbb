/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bits coded by a model that learns from those before: each is foretold from
 * several contexts, and takes the fewer bytes the better it was.  The same calls
 * write and read, so that both sides learn the same (doc/TRACE-FORMAT.md,
 * section 11).  All of it is whole numbers: every machine gets the same bytes.
 */
#ifndef LIB_TRACE_MODEL_H
#define LIB_TRACE_MODEL_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

enum {
	MODEL_CONTEXTS_MAX = 8,
	MODEL_SETS = 64,	/* of weights: one for bits of a sort */
};

struct model;

struct model *model_new(void);		/* it has learnt nothing */
void model_free(struct model *m);
/* Know what the other has learnt, and no more. */
void model_learn_from(struct model *m, const struct model *other);
/* What it has learnt, as it lies in memory: words of four bytes. */
void *model_learnt(struct model *m, size_t *words);
/* Begin: to append to out, or to read p. */
void model_write(struct model *m, struct buf *out);
void model_read(struct model *m, const void *p, size_t len);
bool model_reading(const struct model *m);
/*
 * One bit, told to be `bit` where it is written; returns what it is.  ctx: n
 * numbers, at most MODEL_CONTEXTS_MAX, made with model_mix.
 */
unsigned model_bit(struct model *m, unsigned set, const uint64_t *ctx, unsigned n,
		   unsigned bit);
/* The low `bits` bits (at most 16) of v, the highest first, each with those before
 * it as part of its contexts. */
unsigned model_tree(struct model *m, unsigned set, const uint64_t *ctx, unsigned n,
		    unsigned v, unsigned bits);
/* The last bytes of what is written. */
void model_end(struct model *m);
/* Bits coded since the beginning. */
uint64_t model_bits(const struct model *m);
/* May len bytes tell of so many bits?  No real rows are so alike that they do
 * not; whoever says so is after somebody's time. */
bool model_may(uint64_t bits, size_t len);
/* Reading: were more bits asked for than were written, or than may be? */
bool model_overrun(const struct model *m);

/* Two numbers as one. */
static inline uint64_t model_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;

	return h ^ h >> 29;
}

#endif
