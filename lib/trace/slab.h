/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bump memory for one decoded block after the other: what the first block
 * needed is kept for the next, so steady reading neither allocates nor
 * faults pages in.  Who asks has checked the size against limits.h.
 */
#ifndef LIB_TRACE_SLAB_H
#define LIB_TRACE_SLAB_H

#include "lib/base/compat.h"

struct slab_chunk {
	uint8_t *p;
	size_t size;
};

struct slab {
	struct slab_chunk *v;
	size_t n, cap;
	size_t at, off;			/* chunk in use, bytes of it taken */
};
#define SLAB_INIT { 0 }

void slab_release(struct slab *s);
void slab_reset(struct slab *s);	/* all memory is free again */
void *slab_alloc(struct slab *s, size_t n);	/* aligned to 64, not cleared */

#endif
