/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "tests/unit/unit.h"

START_TEST(empty)
{
	struct buf b = BUF_INIT;

	ck_assert_str_eq(b.data, "");
	buf_clear(&b);
	buf_setlen(&b, 0);
	buf_add(&b, NULL, 0);
	buf_addstr(&b, str_mem(NULL, 0));
	ck_assert_uint_eq(b.cap, 0);	/* none of these allocates */
	buf_release(&b);
	buf_release(NULL);
	ck_assert_int_eq(buf_slop[0], 0);
}
END_TEST

START_TEST(append)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < 1000; i++)
		buf_adds(&b, "abc");
	ck_assert_uint_eq(b.len, 3000);
	ck_assert_int_eq(b.data[3000], 0);
	buf_setlen(&b, 4);
	ck_assert_buf(b, "abca");
	ck_assert_str_eq(b.data, "abca");
	buf_setlen(&b, 100);		/* shortens only */
	ck_assert_uint_eq(b.len, 4);
	buf_addc(&b, '\0');
	buf_pad(&b, '-', 3);
	ck_assert_uint_eq(b.len, 8);
	ck_assert_str_eq(b.data + 5, "---");
	buf_release(&b);
	ck_assert_str_eq(b.data, "");
}
END_TEST

START_TEST(numbers)
{
	static const uint64_t some[] = {
		0, 1, 9, 10, 99, 100, 101, 999, 1000, 12345, 1000000,
		99999999, 100000000, 100000001, 9999999999999999,
		10000000000000000, UINT32_MAX, INT64_MAX, UINT64_MAX - 1, UINT64_MAX
	};
	struct buf b = BUF_INIT;
	char want[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(some); i++) {
		buf_clear(&b);
		buf_addu(&b, some[i]);
		snprintf(want, sizeof(want), "%" PRIu64, some[i]);
		ck_assert_buf(b, want);
		buf_clear(&b);
		buf_addi(&b, (int64_t)some[i]);
		snprintf(want, sizeof(want), "%" PRId64, (int64_t)some[i]);
		ck_assert_buf(b, want);
	}
	buf_clear(&b);
	buf_addi(&b, INT64_MIN);
	ck_assert_buf(b, "-9223372036854775808");
	buf_release(&b);
}
END_TEST

START_TEST(formatted)
{
	struct buf b = BUF_INIT;
	size_t i;

	/* Every fill level, so that the exact fit and one less are met. */
	for (i = 0; i < 200; i++) {
		buf_clear(&b);
		buf_pad(&b, 'x', i);
		buf_addf(&b, "%s-%d", "text", 42);
		ck_assert_uint_eq(b.len, i + 7);
		ck_assert_str_eq(b.data + i, "text-42");
		buf_addf(&b, "%s", "");
		ck_assert_uint_eq(b.len, i + 7);
	}
	buf_release(&b);
}
END_TEST

START_TEST(take)
{
	struct buf b = BUF_INIT;
	char *p = buf_take(&b);

	ck_assert_str_eq(p, "");
	free(p);
	buf_adds(&b, "mine");
	p = buf_take(&b);
	ck_assert_str_eq(p, "mine");
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(b.data, "");
	free(p);
}
END_TEST

UNIT_MAIN("buf", empty, append, numbers, formatted, take)
