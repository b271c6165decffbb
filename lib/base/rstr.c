/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/rstr.h"
#include "lib/base/xalloc.h"

/* A reference held by the program itself, so it never dies. */
static struct rstr *empty;

struct rstr *rstr_new(const void *p, size_t len)
{
	struct rstr *r;

	if (!len)
		return rstr_empty();
	r = xmalloc(sizeof(*r) + len + 1);
	r->refs = 1;
	r->len = (uint32_t)len;
	memcpy(r->s, p, len);
	r->s[len] = '\0';
	return r;
}

struct rstr *rstr_empty(void)
{
	if (!empty) {
		empty = xcalloc(1, sizeof(*empty) + 1);
		empty->refs = 1;
	}
	return rstr_ref(empty);
}

void rstr_put(struct rstr *r)
{
	if (r && !--r->refs)
		free(r);
}

void rstr_set(struct rstr **slot, struct rstr *r)
{
	struct rstr *old = *slot;

	*slot = rstr_ref(r);
	rstr_put(old);
}

void rstr_setmem(struct rstr **slot, const void *p, size_t len)
{
	struct rstr *old = *slot;

	if (old && str_eq(rstr_str(old), str_mem(p, len)))
		return;
	*slot = rstr_new(p, len);	/* p may point into old */
	rstr_put(old);
}
