/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/rstr.h"
#include "tests/unit/unit.h"

START_TEST(counting)
{
	struct rstr *r = rstr_new("abc", 3), *other;

	ck_assert_uint_eq(r->refs, 1);
	other = rstr_ref(r);
	ck_assert_ptr_eq(r, other);
	ck_assert_uint_eq(r->refs, 2);
	rstr_put(other);
	ck_assert_uint_eq(r->refs, 1);
	ck_assert_str_eq(r->s, "abc");
	rstr_put(r);
	rstr_put(NULL);
	ck_assert_ptr_null(rstr_ref(NULL));
	ck_assert_text(rstr_str(NULL), "");
}
END_TEST

START_TEST(empty_is_shared)
{
	struct rstr *a = rstr_empty(), *b = rstr_new("", 0);

	ck_assert_ptr_eq(a, b);
	ck_assert_text(rstr_str(a), "");
	rstr_put(a);
	rstr_put(b);
	a = rstr_empty();		/* still there */
	ck_assert_uint_eq(a->len, 0);
	rstr_put(a);
}
END_TEST

START_TEST(slots)
{
	struct rstr *slot = NULL, *before;

	rstr_setmem(&slot, "path", 4);
	before = slot;
	rstr_setmem(&slot, "path", 4);	/* the same bytes: the same string */
	ck_assert_ptr_eq(slot, before);
	rstr_set(&slot, slot);		/* itself */
	ck_assert_uint_eq(slot->refs, 1);
	rstr_setmem(&slot, slot->s + 1, 2);	/* a part of itself */
	ck_assert_text(rstr_str(slot), "at");
	rstr_setmem(&slot, "a\0b", 3);
	ck_assert_uint_eq(slot->len, 3);
	rstr_set(&slot, NULL);
	ck_assert_ptr_null(slot);
}
END_TEST

/* A long one is there once, and counted while anybody has it. */
START_TEST(pool)
{
	enum { LONG = RSTR_LONG + 1, MAX = 2 * LONG };
	char text[LONG + 1];
	struct rstr *a, *b, *c, *d = NULL;
	struct rstr_pool p;
	uint64_t cut = 0;

	memset(text, 'x', sizeof(text));
	rstr_pool_init(&p, MAX, &cut);
	a = rstr_pool_new(&p, str_mem(text, RSTR_LONG));
	ck_assert_uint_eq(p.bytes, 0);	/* not long */
	rstr_put(a);
	a = rstr_pool_new(&p, str_mem(text, LONG));
	b = rstr_pool_new(&p, str_mem(text, LONG));
	ck_assert_ptr_eq(a, b);
	ck_assert_uint_eq(p.bytes, LONG);
	rstr_put(b);
	b = rstr_pool_new(&p, str_mem(text, LONG + 1));
	ck_assert_uint_eq(b->len, RSTR_LONG);
	ck_assert_uint_eq(cut, 1);
	text[0] = 'y';
	c = rstr_pool_new(&p, str_mem(text, LONG));
	ck_assert_uint_eq(c->len, LONG);
	ck_assert_uint_eq(p.bytes, MAX);
	rstr_put(a);			/* there is room again */
	ck_assert_uint_eq(p.bytes, LONG);
	text[0] = 'z';
	rstr_pool_set(&p, &d, str_mem(text, LONG));
	ck_assert_uint_eq(p.bytes, MAX);
	rstr_pool_set(&p, &d, rstr_str(d));	/* its own bytes */
	rstr_pool_set(&p, &d, str_mem(d->s + 1, 3));
	ck_assert_text(rstr_str(d), "xxx");
	ck_assert_uint_eq(p.bytes, LONG);
	rstr_put(b);
	rstr_put(c);
	rstr_put(d);
	ck_assert_uint_eq(p.bytes, 0);
	ck_assert_uint_eq(cut, 1);
	rstr_pool_release(&p);
}
END_TEST

UNIT_MAIN("rstr", counting, empty_is_shared, slots, pool)
