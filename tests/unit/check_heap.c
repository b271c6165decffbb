/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/heap.h"
#include "tests/unit/unit.h"

#define ROOM	((size_t)24 << 20)

/* What was made room for is there: the program's break stays where it is while
 * most of it is taken, and what is larger than the heap's blocks still comes. */
START_TEST(one_step)
{
	char *v[160], *top, *large;
	size_t i, each = ROOM / 200;

	heap_prepare(ROOM);
	top = sbrk(0);
	for (i = 0; i < ARRAY_SIZE(v); i++) {
		v[i] = malloc(each);
		ck_assert_ptr_nonnull(v[i]);
		memset(v[i], (int)i, each);
	}
	ck_assert_ptr_eq(sbrk(0), top);
	large = malloc(ROOM * 2);
	ck_assert_ptr_nonnull(large);
	large[0] = large[ROOM * 2 - 1] = 1;
	for (i = 0; i < ARRAY_SIZE(v); i++) {
		ck_assert_int_eq(v[i][0], (char)i);
		ck_assert_int_eq(v[i][each - 1], (char)i);
		free(v[i]);
	}
	free(large);
}
END_TEST

UNIT_MAIN("heap", one_step)
