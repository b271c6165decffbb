/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/num.h"
#include "replay/table.h"

static const struct table_col cols[] = {
	{ "N", "n", true }, { NULL, "hidden", false }, { "NAME", "name", false },
};

static void row(struct table *t, int64_t n, const char *name)
{
	table_i64(t, n);
	table_cstr(t, "h");
	table_cstr(t, name);
}

START_TEST(json_lines)
{
	struct table t;

	table_init(&t, cols, 3, true);
	row(&t, 1, "a\"b");
	row(&t, -2, NULL);
	ck_assert_buf(t.out, "{\"n\":1,\"hidden\":\"h\",\"name\":\"a\\\"b\"}\n"
			     "{\"n\":-2,\"hidden\":\"h\",\"name\":null}\n");
	table_release(&t);
}
END_TEST

START_TEST(lists)
{
	static const struct table_col one[] = { { "L", "l", false } };
	struct table t;

	table_init(&t, one, 1, true);
	table_list(&t, STR("a\0\0b\0"));
	table_list(&t, STR(""));
	ck_assert_buf(t.out, "{\"l\":[\"a\",\"\",\"b\"]}\n{\"l\":[]}\n");
	table_release(&t);
	table_init(&t, one, 1, false);
	table_list(&t, STR("a\0b\0"));
	ck_assert_text(t.cells[0], "a b");
	table_release(&t);
}
END_TEST

/* A name with a newline stays in its row, into a pipe too. */
START_TEST(no_row_is_forged)
{
	struct table t;

	table_init(&t, cols, 3, false);
	row(&t, 1, "a\n1  root\033[2Kb\\");
	ck_assert_text(t.cells[t.ncells - 1], "a\\n1  root\\x1b[2Kb\\\\");
	table_release(&t);
}
END_TEST

START_TEST(fitting)
{
	ck_assert_text(table_fit(STR("abcdef"), 3), "abc");
	ck_assert_text(table_fit(STR("abc"), 3), "abc");
	ck_assert_text(table_fit(STR("a\xc3\xa9" "b"), 2), "a\xc3\xa9");
	ck_assert_text(table_fit(STR("\xe4\xb8\xad\xe6\x96\x87"), 3), "\xe4\xb8\xad");
	ck_assert_uint_eq(table_fit(STR("abc"), 0).len, 0);
}
END_TEST

/* A table waits for its widest cell: of very many long ones it keeps the
 * beginnings, and one long cell does not pad all others. */
START_TEST(long_cells)
{
	struct str cell;
	char name[3000];
	struct table t;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	table_init(&t, cols, 3, false);
	row(&t, 1, name);
	ck_assert_uint_eq(t.cells[1].len, sizeof(name) - 1);
	t.text_bytes = TABLE_TEXT_MAX - 100;	/* told, not held: quicker */
	row(&t, 2, "short");
	ck_assert_text(t.cells[3], "short");
	row(&t, 3, name);
	cell = t.cells[5];
	ck_assert_uint_eq(cell.len, TABLE_CUT + strlen("\xe2\x80\xa6"));
	ck_assert(str_ends(cell, STR("n\xe2\x80\xa6")));
	table_release(&t);
}
END_TEST

START_TEST(long_cells_do_not_pad_all)
{
	static const struct table_col two[] = { { "NAME", "name", false }, { "N", "n", true } };
	int out = dup(STDOUT_FILENO);
	FILE *f = tmpfile();
	char name[3000];
	struct table t;
	long size;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_ge(dup2(fileno(f), STDOUT_FILENO), 0);
	table_init(&t, two, 2, false);
	table_cstr(&t, name);
	table_i64(&t, 1);
	table_cstr(&t, "short");
	table_i64(&t, 2);
	ck_assert_int_eq(table_print(&t), 0);
	dup2(out, STDOUT_FILENO);
	close(out);
	size = lseek(fileno(f), 0, SEEK_END);
	ck_assert_int_gt(size, (long)sizeof(name) + 2 * TABLE_PAD_MAX);
	ck_assert_int_lt(size, (long)sizeof(name) + 2 * TABLE_PAD_MAX + 50);
	fclose(f);
	table_release(&t);
}
END_TEST

UNIT_MAIN("table", json_lines, lists, no_row_is_forged, fitting, long_cells,
	  long_cells_do_not_pad_all)
