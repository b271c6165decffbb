/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/term.h"
#include "tests/unit/unit.h"

static const struct { const char *text, *escaped; } rows[] = {
	{ "plain text", "plain text" },
	{ "a\nb\tc", "a\\nb\\tc" },
	{ "\x1b[31mred", "\\x1b[31mred" },
	{ "\x7f", "\\x7f" },
	{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },			/* C1: CSI */
	{ "\xff\xfe", "\\xff\\xfe" },
	{ "cut\xe2\x82", "cut\\xe2\\x82" },
	{ "\xe2\x80\xae" "gpj.exe", "\\xe2\\x80\\xaegpj.exe" },	/* bidi override */
	{ "a\xe2\x80\x8b" "b", "a\\xe2\\x80\\x8b" "b" },	/* zero width space */
	{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
	{ "caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80" },
};

START_TEST(escape)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&b);
		term_escape(&b, str_of(rows[i].text));
		ck_assert_buf(b, rows[i].escaped);
		buf_clear(&b);
		term_safe(&b, str_of(rows[i].text));
		ck_assert_buf(b, rows[i].escaped);
	}
	buf_clear(&b);
	term_escape(&b, STR("a\\x1b\0"));
	ck_assert_buf(b, "a\\\\x1b\\x00");
	buf_clear(&b);
	term_safe(&b, STR("a\\q"));
	ck_assert_buf(b, "a\\q");
	buf_release(&b);
}
END_TEST

/* No byte sequence of length two gets a control byte through. */
START_TEST(all_pairs)
{
	struct buf b = BUF_INIT;
	unsigned i, k;
	char pair[2];

	for (i = 0; i < 65536; i++) {
		pair[0] = (char)(i >> 8);
		pair[1] = (char)i;
		buf_clear(&b);
		term_escape(&b, str_mem(pair, 2));
		for (k = 0; k < b.len; k++) {
			ck_assert_int_ne(b.data[k], 0x7f);
			ck_assert_uint_ge((unsigned char)b.data[k], 0x20);
		}
		ck_assert(!(b.len == 2 && pair[0] == '\xc2' && (unsigned char)pair[1] < 0xa0));
	}
	buf_release(&b);
}
END_TEST

START_TEST(cols)
{
	ck_assert_uint_eq(term_cols(STR("")), 0);
	ck_assert_uint_eq(term_cols(STR("abc")), 3);
	ck_assert_uint_eq(term_cols(STR("caf\xc3\xa9")), 4);
	ck_assert_uint_eq(term_cols(STR("e\xcc\x81")), 1);		/* combining */
	ck_assert_uint_eq(term_cols(STR("\xe4\xb8\xad\xe6\x96\x87")), 4);
	ck_assert_uint_eq(term_cols(STR("\xf0\x9f\x98\x80")), 2);
	ck_assert_uint_eq(term_cols(STR("\xe2\x80\xa6")), 1);		/* ellipsis */
}
END_TEST

START_TEST(no_terminal)
{
	int pipefd[2];

	ck_assert_int_eq(pipe(pipefd), 0);
	ck_assert(!term_is(pipefd[1]));
	ck_assert(!term_colour(pipefd[1]));
	ck_assert_uint_eq(term_width(pipefd[1]), 80);
	ck_assert(!term_is(-1));
	close(pipefd[0]);
	close(pipefd[1]);
}
END_TEST

UNIT_MAIN("term", escape, all_pairs, cols, no_terminal)
