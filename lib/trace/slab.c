/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/trace/slab.h"

#define CHUNK_MIN ((size_t)64 << 10)	/* a small trace takes little */
#define CHUNK_MAX ((size_t)1 << 20)

void slab_release(struct slab *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i].p);
	free(s->v);
	*s = (struct slab)SLAB_INIT;
}

void slab_reset(struct slab *s)
{
	s->at = s->off = 0;
}

static void *take(struct slab *s, size_t n)
{
	struct slab_chunk *c = &s->v[s->at];
	size_t pad = (64 - (uintptr_t)(c->p + s->off) % 64) % 64;
	void *p = c->p + s->off + pad;

	s->off += pad + n;
	return p;
}

void *slab_alloc(struct slab *s, size_t n)
{
	size_t size;

	for (; s->at < s->n; s->at++, s->off = 0)
		if (s->v[s->at].size - s->off >= n + 64)
			return take(s, n);
	XGROW(s->v, s->cap, s->n + 1);
	size = s->n < 4 ? CHUNK_MIN << s->n : CHUNK_MAX;
	size = n + 64 > size ? n + 64 : size;
	s->v[s->n++] = (struct slab_chunk){ xmalloc(size), size };
	s->off = 0;
	return take(s, n);
}
