/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/utf8.h"
#include "tests/unit/unit.h"

START_TEST(well_formed)
{
	static const struct { const char *text; unsigned len; uint32_t cp; } rows[] = {
		{ "a", 1, 'a' }, { "\x7f", 1, 0x7f }, { "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7ff }, { "\xe0\xa0\x80", 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 0xd7ff }, { "\xee\x80\x80", 3, 0xe000 },
		{ "\xef\xbf\xbf", 3, 0xffff }, { "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
	};
	uint32_t cp;
	size_t i, cut;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_uint_eq(utf8_next(rows[i].text, rows[i].len, &cp), rows[i].len);
		ck_assert_uint_eq(cp, rows[i].cp);
		for (cut = 1; cut < rows[i].len; cut++)
			ck_assert_uint_eq(utf8_next(rows[i].text, cut, &cp), 0);
	}
	ck_assert_uint_eq(utf8_next("\0", 1, &cp), 1);
	ck_assert_uint_eq(cp, 0);
}
END_TEST

START_TEST(ill_formed)
{
	static const char *const rows[] = {
		"\x80xxx", "\xbfxxx", "\xc0\x80xx", "\xc1\xbfxx", "\xc2xxx",
		"\xe0\x9f\xbfx", "\xed\xa0\x80x", "\xed\xbf\xbfx", "\xe1\x80xx",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xffxxx", "\xf1\x80\x80x",
	};
	uint32_t cp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_uint_eq(utf8_next(rows[i], 4, &cp), 0);
}
END_TEST

START_TEST(printable)
{
	static const char *const rows[][2] = {
		{ "plain ~", "plain ~" }, { "a\nb\x7f", "a\xef\xbf\xbd" "b\xef\xbf\xbd" },
		{ "\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac" },
		{ "\xe2\x82x", "\xef\xbf\xbdx" }, { "\xe2x", "\xef\xbf\xbdx" },
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&out);
		utf8_printable(&out, str_of(rows[i][0]));
		ck_assert_str_eq(out.data, rows[i][1]);
		ck_assert_int_eq(utf8_plain(str_of(rows[i][0])), !i);
	}
	buf_release(&out);
}
END_TEST

UNIT_MAIN("utf8", well_formed, ill_formed, printable)
