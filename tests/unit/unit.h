/* SPDX-License-Identifier: Apache-2.0 */
/* One suite, one case, one program: the main() of every unit test. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "lib/base/compat.h"

#include <check.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Seconds of a test, only to end what hangs: machines are loaded, and run valgrind. */
#define UNIT_TIMEOUT 300

/* Runs a suite, in this process where `nofork`, and frees it: the exit status. */
static inline int unit_finish(Suite *suite, bool nofork)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	if (nofork)
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline int unit_run(const char *name, SFun setup, SFun teardown,
			   const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	size_t i;

	if (setup)
		tcase_add_checked_fixture(tc, setup, teardown);
	for (i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	tcase_set_timeout(tc, UNIT_TIMEOUT);
	suite_add_tcase(suite, tc);
	return unit_finish(suite, false);
}

/* UNIT_MAIN("name", test_a, test_b, ...); the other with a setup before and a
 * teardown after each test. */
#define UNIT_MAIN(name, ...)	UNIT_MAIN_WITH(name, NULL, NULL, __VA_ARGS__)
#define UNIT_MAIN_WITH(name, setup, teardown, ...)			\
int main(void)								\
{									\
	const TTest *const tests[] = { __VA_ARGS__ };			\
									\
	return unit_run(name, setup, teardown, tests, ARRAY_SIZE(tests));	\
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
