/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "tests/unit/unit.h"

START_TEST(utc_offsets)
{
	static const struct { const char *text; int32_t seconds; } good[] = {
		{ "UTC", 0 }, { "Z", 0 }, { "+02:00", 7200 }, { "-0530", -19800 }, { "+0000", 0 },
	};
	static const char *const bad[] = { "", "CET", "+2", "+02:0", "+24:00", "+02:60", "+02:00x" };
	int32_t v = 7;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!num_utc_offset(str_of(bad[i]), &v), "%s", bad[i]);
	ck_assert_int_eq(v, 7);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ck_assert_msg(num_utc_offset(str_of(good[i].text), &v), "%s", good[i].text);
		ck_assert_int_eq(v, good[i].seconds);
	}
}
END_TEST

START_TEST(integers)
{
	uint64_t u = 77;
	int64_t i = 77;

	ck_assert(num_u64(STR("18446744073709551615"), &u));
	ck_assert_uint_eq(u, UINT64_MAX);
	ck_assert(num_u64(STR("007"), &u));
	ck_assert_uint_eq(u, 7);
	ck_assert(!num_u64(STR("18446744073709551616"), &u));
	ck_assert(!num_u64(STR(""), &u));
	ck_assert(!num_u64(STR("-1"), &u));
	ck_assert(!num_u64(STR("+1"), &u));
	ck_assert(!num_u64(STR(" 1"), &u));
	ck_assert(!num_u64(STR("1 "), &u));
	ck_assert(!num_u64(STR("0x10"), &u));
	ck_assert(!num_u64(STR("1\0"), &u));
	ck_assert_uint_eq(u, 7);		/* left alone */
	ck_assert(num_i64(STR("-9223372036854775808"), &i));
	ck_assert_int_eq(i, INT64_MIN);
	ck_assert(num_i64(STR("9223372036854775807"), &i));
	ck_assert_int_eq(i, INT64_MAX);
	ck_assert(num_i64(STR("+5"), &i));
	ck_assert_int_eq(i, 5);
	ck_assert(!num_i64(STR("9223372036854775808"), &i));
	ck_assert(!num_i64(STR("-9223372036854775809"), &i));
	ck_assert(!num_i64(STR("-"), &i));
	ck_assert(!num_i64(STR("--5"), &i));
}
END_TEST

START_TEST(sizes)
{
	uint64_t v = 77;

	ck_assert(num_size(STR("4096"), &v));
	ck_assert_uint_eq(v, 4096);
	ck_assert(num_size(STR("64M"), &v));
	ck_assert_uint_eq(v, 64u << 20);
	ck_assert(num_size(STR("1.5G"), &v));
	ck_assert_uint_eq(v, 3ull << 29);
	ck_assert(num_size(STR("2KiB"), &v));
	ck_assert_uint_eq(v, 2048);
	ck_assert(num_size(STR("16777215T"), &v));
	ck_assert(!num_size(STR("16777216T"), &v));	/* 2^64 */
	ck_assert(!num_size(STR("1."), &v));
	ck_assert(!num_size(STR(".5M"), &v));
	ck_assert(!num_size(STR("1X"), &v));
	ck_assert(!num_size(STR("1MM"), &v));
	ck_assert(!num_size(STR("M"), &v));
	ck_assert(!num_size(STR("-1M"), &v));
}
END_TEST

START_TEST(durations)
{
	uint64_t v = 77;

	ck_assert(num_duration(STR("250ms"), &v));
	ck_assert_uint_eq(v, 250000000);
	ck_assert(num_duration(STR("90"), &v));
	ck_assert_uint_eq(v, 90000000000);
	ck_assert(num_duration(STR("1.5h"), &v));
	ck_assert_uint_eq(v, 5400000000000);
	ck_assert(num_duration(STR("1d"), &v));
	ck_assert_uint_eq(v, 86400000000000);
	ck_assert(num_duration(STR("0.000000001s"), &v));
	ck_assert_uint_eq(v, 1);
	ck_assert(!num_duration(STR("0.0000000001s"), &v));
	ck_assert(!num_duration(STR("10y"), &v));
	ck_assert(!num_duration(STR("999999999999d"), &v));
	ck_assert(!num_duration(STR(""), &v));
}
END_TEST

START_TEST(times)
{
	static const struct { const char *text; uint64_t want; } good[] = {
		{ "1970-01-01", 0 },
		{ "2026-11-22T01:02:03.5Z", 1795309323500000000 },
		{ "2026-11-22 01:02:03+02:00", 1795302123000000000 },
		{ "2026-11-22 01:02:03-0130", 1795314723000000000 },
		{ "2026-11-22", 1795305600000000000 },
		{ "2026-11-22T01:02", 1795309320000000000 },
		{ "2024-02-29", 1709164800000000000 },
		{ "2000-02-29", 951782400000000000 },
		{ "@1795311432.787280954", 1795311432787280954 },
		{ "@0", 0 },
		{ "1795311432787280954", 1795311432787280954 },
	};
	static const char *const bad[] = {
		"", "@", "@-1", "2026", "2026-13-01", "2026-00-01", "2026-02-29",
		"2100-02-29", "2026-11-31", "2026-11-22T24:00:00", "2026-11-22T",
		"2026-11-22T01:60", "2026-11-22T01:02:60", "2026-11-22Z",
		"2026-11-22T01:02:03.", "2026-11-22T01:02:03.1234567890",
		"2026-11-22T01:02:03Zx", "2026-11-22T01:02:03+25:00",
		"1969-12-31", "1970-01-01T00:00:00+00:01", "9999-01-01",
		"123456789012345", "99999999999999999999", "@99999999999999999999",
	};
	uint64_t v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		ck_assert_msg(num_time(str_of(good[i].text), &v), "%s", good[i].text);
		ck_assert_msg(v == good[i].want, "%s: %" PRIu64, good[i].text, v);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!num_time(str_of(bad[i]), &v), "%s", bad[i]);
}
END_TEST

START_TEST(calendar)
{
	struct civil c = num_civil(0, -1);	/* a second before the epoch */
	struct buf b = BUF_INIT;

	ck_assert_int_eq(c.year, 1969);
	ck_assert_uint_eq(c.month, 12);
	ck_assert_uint_eq(c.day, 31);
	ck_assert_uint_eq(c.sec, 59);
	c = num_civil(1795311432787280954, 19800);	/* +05:30 */
	ck_assert_uint_eq(c.hour, 7);
	ck_assert_uint_eq(c.min, 7);
	ck_assert_uint_eq(c.ns, 787280954);
	num_iso8601(&b, 1795311432787280954);
	ck_assert_buf(b, "2026-11-22T01:37:12.787280954Z");
	buf_clear(&b);
	num_iso8601(&b, UINT64_MAX);
	ck_assert_buf(b, "2554-07-21T23:34:33.709551615Z");
	buf_release(&b);
}
END_TEST

/* Printing and parsing agree, on every day of four centuries and at noon. */
START_TEST(every_day)
{
	struct buf b = BUF_INIT;
	uint64_t day, v;

	for (day = 0; day < 146097; day += 1) {
		uint64_t ns = (day * 86400 + 43200) * 1000000000;

		buf_clear(&b);
		num_iso8601(&b, ns);
		ck_assert(num_time(buf_str(&b), &v));
		ck_assert_uint_eq(v, ns);
	}
	ck_assert_buf(b, "2369-12-31T12:00:00.000000000Z");
	buf_release(&b);
}
END_TEST

UNIT_MAIN("num", utc_offsets, integers, sizes, durations, times, calendar, every_day)
