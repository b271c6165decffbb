/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "tests/unit/unit.h"

START_TEST(both_signs)
{
	ck_assert_str_eq(err_str(E_CUT), err_str(-E_CUT));
	ck_assert_int_eq(err_exit(-E_CUT), EXIT_DAMAGED);
	ck_assert_int_eq(err_exit(E_USAGE), EXIT_USAGE);
	ck_assert_int_eq(err_exit(-E_VERIFY), EXIT_UNREADABLE);
	ck_assert_int_eq(err_exit(-E_FULL), EXIT_ENVIRONMENT);
	ck_assert_int_eq(err_exit(0), EXIT_DONE);
}
END_TEST

/* Every error has a text of its own and leads to a status that is not 0. */
START_TEST(whole_list)
{
	int i, k;

	for (i = 1; i < E_COUNT; i++) {
		ck_assert_str_ne(err_str(i), "");
		ck_assert_int_ge(err_exit(i), EXIT_USAGE);
		ck_assert_int_le(err_exit(i), EXIT_ENVIRONMENT);
		for (k = 1; k < i; k++)
			ck_assert_str_ne(err_str(i), err_str(k));
	}
}
END_TEST

START_TEST(out_of_range)
{
	ck_assert_str_eq(err_str(9999), err_str(E_BUG));
	ck_assert_str_eq(err_str(INT_MIN), err_str(E_BUG));
	ck_assert_int_eq(err_exit(-9999), EXIT_ENVIRONMENT);
}
END_TEST

START_TEST(growth)
{
	int *v = NULL;
	size_t cap = 0, i;

	for (i = 0; i < 1000; i++) {
		XGROW(v, cap, i + 1);
		v[i] = (int)i;
	}
	ck_assert_int_eq(v[999], 999);
	XGROW(v, cap, 100000);
	ck_assert_uint_ge(cap, 100000);
	ck_assert_int_eq(v[999], 999);
	free(v);
	free(xmalloc(0));
	free(xmemdup(NULL, 0));
	v = xcalloc(0, 0);
	ck_assert_ptr_nonnull(v);
	free(v);
}
END_TEST

UNIT_MAIN("err", both_signs, whole_list, out_of_range, growth)
