/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "tests/scap/damage.h"

/* Errors are told, and only errors. */
static const char *honest(const struct drained *r, const struct diag *d)
{
	bool failed = r->open || r->status;

	if (failed && !d->errors)
		return "failed without a word";
	if (!failed && d->errors)
		return "told an error and did not fail";
	return NULL;
}

/* What a capture cut between blocks, or within one, may end with. */
static bool right_end(const struct drained *r, bool gz)
{
	if (r->open || r->status == -E_CUT)
		return true;
	return !gz && (!r->status || r->status == -E_EMPTY);
}

const char *damage_cut(const struct buf *b, const struct drained *whole, bool gz)
{
	struct diag d = DIAG_INIT;
	const char *wrong = NULL;
	uint64_t before = 0;
	struct drained r;
	size_t n;

	for (n = 0; n < b->len && !wrong; n++) {
		/* A copy: what lies behind the cut is not ours to read. */
		void *copy = n ? xmemdup(b->data, n) : xmalloc(1);

		diag_clear(&d);
		r = drain_mem(copy, n, &d);
		free(copy);
		wrong = honest(&r, &d);
		if (r.events < before || r.events > whole->events)
			wrong = "a longer part gave fewer events";
		if (!right_end(&r, gz))
			wrong = "a cut went unnoticed";
		before = r.events;
	}
	diag_release(&d);
	return wrong;
}

const char *damage_flip(struct buf *b, const struct drained *whole, bool gz)
{
	struct diag d = DIAG_INIT;
	const char *wrong = NULL;
	struct drained r;
	size_t bit;

	for (bit = 0; bit < 8 * b->len && !wrong; bit++) {
		b->data[bit / 8] ^= (char)(1 << bit % 8);
		diag_clear(&d);
		r = drain_mem(b->data, b->len, &d);
		b->data[bit / 8] ^= (char)(1 << bit % 8);
		wrong = honest(&r, &d);
		/* The checksum notices what a plain file cannot. */
		if (gz && !r.open && !r.status && r.hash != whole->hash)
			wrong = "a flipped bit went unnoticed";
	}
	diag_release(&d);
	return wrong;
}
