/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "tests/unit/unit.h"

#define TOO_LONG "/DIR_TOO_LONG/FILENAME_TOO_LONG"

START_TEST(table)
{
	static const struct { const char *base, *path, *want; } rows[] = {
		{ "", "", "" },
		{ "", "..", "" },
		{ "", "./", "" },
		{ "/", "", "/" },
		{ "/", "../", "/" },
		{ "/", "../../..", "/" },
		{ "a/", "../", "" },
		{ "", "/foo", "/foo" },
		{ "foo/", "..//a", "a" },
		{ "/foo/", "..//a", "/a" },
		{ "", "dir/term", "dir/term" },
		{ "", "//dir/term", "/dir/term" },
		{ "/", "dir/term", "/dir/term" },
		{ "/home/", "/etc//passwd/", "/etc/passwd" },
		{ "/home/user/", "./.././x/.", "/home/x" },
		{ "/home/user/", "...", "/home/user/..." },
		{ "/home/user/", "..x", "/home/user/..x" },
		{ "/app/", "custom/dir/././././../../.../term/", "/app/.../term" },
		{ "<UNKNOWN>/", "rel", "<UNKNOWN>/rel" },
		{ "<UNKNOWN>", "rel", "<UNKNOWN>/rel" },
		{ "<UNKNOWN>/", "/abs", "/abs" },
		{ "/home/user", "file", "/home/user/file" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&b);
		path_join(&b, str_of(rows[i].base), str_of(rows[i].path));
		ck_assert_msg(str_eq(buf_str(&b), str_of(rows[i].want)),
			      "'%s' from '%s': got '%s', want '%s'", rows[i].path,
			      rows[i].base, b.data, rows[i].want);
	}
	buf_release(&b);
}
END_TEST

/* What is in the buffer already is never climbed into. */
START_TEST(appends)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "name=");
	path_join(&b, STR("a/"), STR("../../../b"));
	ck_assert_buf(b, "name=b");
	buf_setlen(&b, 5);
	path_join(&b, STR("/"), STR("../.."));
	ck_assert_buf(b, "name=/");
	buf_release(&b);
}
END_TEST

START_TEST(limit)
{
	struct buf b = BUF_INIT, name = BUF_INIT;

	buf_pad(&name, 'x', 1022);
	path_join(&b, STR("/"), buf_str(&name));	/* 1 + 1022 + 1 */
	ck_assert_uint_eq(b.len, 1023);
	buf_clear(&b);
	buf_addc(&name, 'x');
	path_join(&b, STR("/"), buf_str(&name));
	ck_assert_buf(b, TOO_LONG);
	buf_release(&b);
	buf_release(&name);
}
END_TEST

/* Every string over a small alphabet: no "//", no "..", no end but the root. */
START_TEST(exhaustive)
{
	static const char letters[] = "/.a";
	struct buf b = BUF_INIT;
	char text[8];
	unsigned n, i, k;

	for (n = 0; n < 2187; n++) {		/* 3^7 */
		for (i = 0, k = n; i < 7; i++, k /= 3)
			text[i] = letters[k % 3];
		buf_clear(&b);
		path_join(&b, str_mem(text, 3), str_mem(text + 3, 4));
		ck_assert_int_lt(str_find(buf_str(&b), STR("//")), 0);
		ck_assert_int_lt(str_find(buf_str(&b), STR("/../")), 0);
		ck_assert(!str_ends(buf_str(&b), STR("/..")) && !str_starts(buf_str(&b), STR("../")));
		ck_assert(b.len <= 1 || b.data[b.len - 1] != '/');
		ck_assert_int_eq(b.data[0] == '/', text[3] == '/' || text[0] == '/');
	}
	buf_release(&b);
}
END_TEST

/* As path_is_normal() says it: component by component. */
static bool normal_by_parts(struct str s)
{
	struct str rest = s, name;

	if (!s.len || s.p[0] != '/')
		return false;
	str_cut(&rest, '/');
	while (rest.p) {
		name = str_cut(&rest, '/');
		if (!name.len || str_eq(name, STR(".")) || str_starts(name, STR("..")))
			return false;
	}
	return true;
}

/* A long path is looked at eight bytes at a time: whatever stands anywhere in
 * it is found. */
START_TEST(words)
{
	static const char *const odd[] = {
		"/", "//", "/.", "/./", "/..", "/../", "/...", "/.x", ".", "..", "/x/", "./", "x/.",
	};
	char path[33];
	unsigned len, at, i, n;

	for (len = 1; len < sizeof(path); len++) {
		for (at = 0; at < len; at++) {
			for (i = 0; i < ARRAY_SIZE(odd); i++) {
				memset(path, 'a', sizeof(path));
				path[0] = '/';
				n = (unsigned)strlen(odd[i]);
				n = at + n > len ? len - at : n;
				memcpy(path + at, odd[i], n);
				ck_assert_msg(path_is_normal(str_mem(path, len)) ==
					      normal_by_parts(str_mem(path, len)),
					      "%.*s", (int)len, path);
			}
		}
	}
}
END_TEST

/* What is normal stays as it is, and "/." at its end, which is never normal,
 * changes nothing about the way to the result. */
START_TEST(short_way)
{
	static const char letters[] = "/.ab";
	struct buf way = BUF_INIT, round = BUF_INIT, longer = BUF_INIT;
	struct str base, path;
	char text[8];
	unsigned n, i, k;

	for (n = 0; n < 16384; n++) {		/* 4^7 */
		for (i = 0, k = n; i < 7; i++, k /= 4)
			text[i] = letters[k % 4];
		base = str_mem(text, n % 4);
		path = str_mem(text + n % 4, 7 - n % 4);
		buf_clear(&way);
		buf_clear(&round);
		buf_clear(&longer);
		path_join(&way, base, path);
		buf_addstr(&longer, path);
		buf_adds(&longer, "/.");
		path_join(&round, base, buf_str(&longer));
		ck_assert(str_eq(buf_str(&way), buf_str(&round)));
		if (path_is_normal(path))
			ck_assert(str_eq(buf_str(&way), path));
	}
	ck_assert(path_is_normal(STR("/etc/.hidden")));
	ck_assert(!path_is_normal(STR("/")) && !path_is_normal(STR("/a/")));
	buf_release(&way);
	buf_release(&round);
	buf_release(&longer);
}
END_TEST

UNIT_MAIN("path", table, appends, limit, exhaustive, words, short_way)
