/* SPDX-License-Identifier: Apache-2.0 */
/* One suite, one case, one program: the main() of every unit test. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "lib/base/compat.h"

#include <check.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

static inline int unit_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;
	size_t i;

	for (i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	tcase_set_timeout(tc, 30);	/* a loaded machine, or valgrind */
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* UNIT_MAIN("name", test_a, test_b, ...) */
#define UNIT_MAIN(name, ...)						\
int main(void)								\
{									\
	const TTest *const tests[] = { __VA_ARGS__ };			\
									\
	return unit_run(name, tests, ARRAY_SIZE(tests));		\
}

/* The bytes of a struct str or struct buf, compared with a literal. */
#define ck_assert_text(s, want) do {					\
	struct str s_ = (s);						\
	const char *want_ = (want);					\
	ck_assert_msg(str_eq(s_, str_of(want_)), "got '%.*s', want '%s'",	\
		      STR_FMT(s_), want_);				\
} while (0)
#define ck_assert_buf(b, want)	ck_assert_text(buf_str(&(b)), want)

#endif
