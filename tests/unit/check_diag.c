/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/diag.h"
#include "tests/unit/unit.h"

static void check_render(const struct diag *d, const char *want)
{
	struct buf b = BUF_INIT;

	diag_render(d, &b);
	ck_assert_buf(b, want);
	buf_release(&b);
}

START_TEST(places)
{
	struct diag d = DIAG_INIT;
	struct diag_item *it;

	check_render(&d, "");
	diag_add(&d, DIAG_ERROR, "plain %d", 1);
	diag_at(&d, DIAG_WARNING, "rules.yaml", 3, 9, "odd");
	diag_at(&d, DIAG_NOTE, NULL, 3, 0, "line only");
	it = diag_off(&d, DIAG_ERROR, "a.vtr", 4096, "bad checksum");
	diag_hint(it, "try 'vestige %s'", "repair");
	diag_off(&d, DIAG_ERROR, "b.vtr", -1, "cannot open");
	check_render(&d, "error: plain 1\n"
			 "rules.yaml:3:9: warning: odd\n"
			 "line 3: note: line only\n"
			 "a.vtr: offset 4096: error: bad checksum\n"
			 "    hint: try 'vestige repair'\n"
			 "b.vtr: error: cannot open\n");
	ck_assert_uint_eq(d.errors, 3);
	ck_assert_uint_eq(d.warnings, 1);
	diag_clear(&d);
	ck_assert_uint_eq(d.errors, 0);
	check_render(&d, "");
	diag_release(&d);
	diag_release(NULL);
}
END_TEST

START_TEST(excerpt)
{
	struct diag d = DIAG_INIT;
	struct diag_item *it;

	it = diag_at(&d, DIAG_ERROR, "f", 1, 4, "here");
	diag_excerpt(it, STR("a\tb c\nnext line"));
	check_render(&d, "f:1:4: error: here\n"
			 "    a\\tb c\n"
			 "        ^\n");
	diag_clear(&d);
	/* A column far behind the end points at the end. */
	it = diag_at(&d, DIAG_ERROR, "f", 1, 99, "end");
	diag_excerpt(it, STR("ab"));
	check_render(&d, "f:1:99: error: end\n    ab\n      ^\n");
	diag_release(&d);
}
END_TEST

START_TEST(long_line)
{
	struct diag d = DIAG_INIT;
	struct buf line = BUF_INIT, out = BUF_INIT;

	buf_pad(&line, 'x', 100000);
	diag_excerpt(diag_at(&d, DIAG_ERROR, "f", 1, 50000, "deep"), buf_str(&line));
	diag_render(&d, &out);
	ck_assert_uint_lt(out.len, 1000);
	buf_release(&line);
	buf_release(&out);
	diag_release(&d);
}
END_TEST

START_TEST(control_bytes)
{
	struct diag d = DIAG_INIT;
	struct diag_item *it;

	it = diag_at(&d, DIAG_ERROR, "\x1b]0;x\a", 1, 1, "bad '\x1b[2J'");
	diag_excerpt(it, STR("\r\x1b[1A"));
	diag_hint(it, "a\nb");
	check_render(&d, "\\x1b]0;x\\x07:1:1: error: bad '\\x1b[2J'\n"
			 "    \\x0d\\x1b[1A\n    ^\n    hint: a\\nb\n");
	diag_release(&d);
}
END_TEST

START_TEST(bounded)
{
	struct diag d = { .limit = 2 };
	size_t i;

	for (i = 0; i < 10; i++)
		diag_add(&d, i % 2 ? DIAG_WARNING : DIAG_ERROR, "n%zu", i);
	ck_assert_uint_eq(d.n, 2);
	ck_assert_uint_eq(d.errors, 5);
	ck_assert_uint_eq(d.warnings, 5);
	ck_assert_ptr_null(diag_add(&d, DIAG_NOTE, "x"));
	check_render(&d, "error: n0\nwarning: n1\n... and 4 more errors, 4 more warnings\n");
	diag_release(&d);
	/* Nobody listens: nothing happens. */
	ck_assert_ptr_null(diag_add(NULL, DIAG_ERROR, "x"));
	diag_hint(NULL, "x");
	diag_excerpt(NULL, STR("x"));
}
END_TEST

UNIT_MAIN("diag", places, excerpt, long_line, control_bytes, bounded)
