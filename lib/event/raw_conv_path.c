/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller named, beside what the kernel took. */
#include "lib/base/compat.h"

#include "lib/event/raw_conv.h"

#define CONVERT(id) struct param conv_##id(struct rawctx *c, \
		const struct rawmake *m UNUSED, unsigned i UNUSED)

/* A path read from its end, component by component. */
struct tail {
	const char *p;
	size_t len;		/* what is left of it */
};

static struct tail tail_of(struct param p)
{
	return (struct tail){ (const char *)p.p, strnlen((const char *)p.p, p.len) };
}

/* The last component; empty at the start of the path. */
static struct str tail_next(struct tail *t)
{
	size_t end;

	while (t->len && t->p[t->len - 1] == '/')
		t->len--;
	end = t->len;
	while (t->len && t->p[t->len - 1] != '/')
		t->len--;
	return str_mem(t->p + t->len, end - t->len);
}

/* The same with "." and ".." taken literally. */
static struct str tail_clean(struct tail *t)
{
	size_t up = 0;
	struct str s;

	for (s = tail_next(t); s.len; s = tail_next(t)) {
		if (str_eq(s, STR("..")))
			up++;
		else if (str_eq(s, STR(".")))
			continue;
		else if (up)
			up--;
		else
			return s;
	}
	return s;
}

/*
 * Does the path the kernel resolved say another file than the caller's
 * string does, taken literally?  Relative strings are compared as far as
 * they go: where they start is state, which a record has not.
 */
static bool redirected(struct param name, struct param resolved)
{
	bool absolute = name.len && *name.p == '/';
	struct tail n = tail_of(name), r = tail_of(resolved);
	struct str a, b;

	for (;;) {
		a = tail_clean(&n);
		if (!a.len)
			return absolute && tail_next(&r).len;
		b = tail_next(&r);
		if (!str_eq(a, b))
			return true;
	}
}

/* aux: the slot of the resolved path. */
CONVERT(REDIRECTED)
{
	struct rawmake at = { .src = (uint8_t)(RAW_SLOT + m->aux) };
	struct param name = raw_tail(c, m), path = raw_tail(c, &at);

	if (raw_ret(c) < 0 || !name.len || !path.len)
		return (struct param){ NULL, 0 };
	return raw_put_u32(c, redirected(name, path));
}
