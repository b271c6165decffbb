/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/hash.h"
#include "lib/base/str.h"
#include "tests/unit/unit.h"

START_TEST(compare)
{
	ck_assert_int_eq(str_cmp(STR(""), STR("")), 0);
	ck_assert_int_eq(str_cmp(str_mem(NULL, 0), STR("")), 0);
	ck_assert_int_lt(str_cmp(STR("a"), STR("ab")), 0);
	ck_assert_int_gt(str_cmp(STR("b"), STR("ab")), 0);
	/* bytes are unsigned, and NUL is one of them */
	ck_assert_int_gt(str_cmp(STR("\xff"), STR("a")), 0);
	ck_assert_int_lt(str_cmp(STR("a\0a"), STR("a\0b")), 0);
	ck_assert(str_eq(STR("a\0b"), STR("a\0b")));
	ck_assert(!str_eq(STR("a\0b"), STR("a\0c")));
	ck_assert(str_eq(str_of(NULL), STR("")));
}
END_TEST

START_TEST(search)
{
	ck_assert(str_starts(STR("abc"), STR("ab")));
	ck_assert(str_starts(STR("abc"), STR("")));
	ck_assert(!str_starts(STR("a"), STR("ab")));
	ck_assert(str_ends(STR("abc"), STR("bc")));
	ck_assert(str_ends(STR(""), STR("")));
	ck_assert(!str_ends(STR("c"), STR("bc")));
	ck_assert_int_eq(str_find(STR("abcabc"), STR("ca")), 2);
	ck_assert_int_eq(str_find(STR("abc"), STR("")), 0);
	ck_assert_int_eq(str_find(STR(""), STR("")), 0);
	ck_assert_int_eq(str_find(STR("ab"), STR("abc")), -1);
	ck_assert_int_eq(str_find(STR("a\0b"), STR("\0b")), 1);
	ck_assert_int_eq(str_chr(STR("a/b/c"), '/'), 1);
	ck_assert_int_eq(str_rchr(STR("a/b/c"), '/'), 3);
	ck_assert_int_eq(str_chr(str_mem(NULL, 0), 'a'), -1);
	ck_assert_int_eq(str_rchr(STR("abc"), 'x'), -1);
}
END_TEST

START_TEST(slices)
{
	ck_assert_text(str_trim(STR("  a b\t"), " \t"), "a b");
	ck_assert_text(str_trim(STR("   "), " "), "");
	ck_assert_uint_eq(str_trim(STR("a\0"), " ").len, 2);
	ck_assert_text(str_sub(STR("hello"), 1, 3), "el");
	ck_assert_text(str_sub(STR("hello"), 3, 99), "lo");
	ck_assert_text(str_sub(STR("hello"), 9, 3), "");
	ck_assert_uint_eq(str_sub(str_mem(NULL, 0), 0, 1).len, 0);
}
END_TEST

START_TEST(cut)
{
	struct str rest = STR("a,,b");

	ck_assert_text(str_cut(&rest, ','), "a");
	ck_assert_text(str_cut(&rest, ','), "");
	ck_assert_ptr_nonnull(rest.p);
	ck_assert_text(str_cut(&rest, ','), "b");
	ck_assert_ptr_null(rest.p);

	/* A separator at the end leaves an empty last part, not none. */
	rest = STR("a,");
	ck_assert_text(str_cut(&rest, ','), "a");
	ck_assert_ptr_nonnull(rest.p);
	ck_assert_text(str_cut(&rest, ','), "");
	ck_assert_ptr_null(rest.p);
}
END_TEST

START_TEST(distance)
{
	char longs[200];

	ck_assert_uint_eq(str_distance(STR(""), STR("")), 0);
	ck_assert_uint_eq(str_distance(STR("abc"), STR("")), 3);
	ck_assert_uint_eq(str_distance(STR("kitten"), STR("sitting")), 3);
	ck_assert_uint_eq(str_distance(STR("replya"), STR("replay")), 1);
	ck_assert_uint_eq(str_distance(STR("ca"), STR("abc")), 3);
	memset(longs, 'a', sizeof(longs));
	ck_assert_uint_eq(str_distance(str_mem(longs, sizeof(longs)), STR("")), 64);
	ck_assert_uint_eq(str_distance(str_mem(longs, 65), str_mem(longs, 200)), 0);
}
END_TEST

START_TEST(nearest)
{
	static const char *const names[] = { "proc.name", "proc.pname", NULL, "fd.name" };

	ck_assert_str_eq(str_nearest(STR("proc.nmae"), names, 4), "proc.name");
	ck_assert_str_eq(str_nearest(STR("fd.nam"), names, 4), "fd.name");
	ck_assert_ptr_null(str_nearest(STR("container.image"), names, 4));
	ck_assert_ptr_null(str_nearest(STR("x"), names, 0));
	/* Both are one away: the earlier wins. */
	{
		static const char *const tie[] = { "ab", "ac" };

		ck_assert_str_eq(str_nearest(STR("ad"), tie, 2), "ab");
	}
	/* A short word is near to nothing longer. */
	ck_assert_ptr_null(str_nearest(STR("x"), names, 4));
}
END_TEST

START_TEST(hash)
{
	char text[64];
	size_t a, b;

	ck_assert_uint_eq(str_hash(STR("")), str_hash(str_mem(NULL, 0)));
	ck_assert_uint_eq(str_hash(STR("vestige")), str_hash(STR("vestige")));
	/* Length counts, also for zero bytes; every prefix differs. */
	memset(text, 0, sizeof(text));
	for (a = 0; a < sizeof(text); a++) {
		for (b = 0; b < a; b++)
			ck_assert(str_hash(str_mem(text, a)) != str_hash(str_mem(text, b)));
	}
	/* Every byte counts, at every length. */
	for (a = 1; a < sizeof(text); a++) {
		uint64_t zero = str_hash(str_mem(text, a));

		for (b = 0; b < a; b++) {
			text[b] = 1;
			ck_assert(str_hash(str_mem(text, a)) != zero);
			text[b] = 0;
		}
	}
}
END_TEST

/*
 * With eight bytes equal to the number that is mixed in, a product was zero
 * and what stood before was lost: a file name can hold them.
 */
START_TEST(hash_keeps_all)
{
	static const uint8_t zero[] = { 0x4f, 0xeb, 0xd4, 0x27, 0x3d, 0xae, 0xb2, 0xc2 };
	char text[48] = "0000000000000000";
	uint64_t first;

	memcpy(text + 16, zero, sizeof(zero));
	first = str_hash(str_mem(text, sizeof(text)));
	text[3] = '1';
	ck_assert(str_hash(str_mem(text, sizeof(text))) != first);
	/* With this process's own number, too. */
	memcpy(text + 16, &hash_seed[1], sizeof(hash_seed[1]));
	first = str_hash(str_mem(text, sizeof(text)));
	text[3] = '2';
	ck_assert(str_hash(str_mem(text, sizeof(text))) != first);
}
END_TEST

UNIT_MAIN("str", compare, search, slices, cut, distance, nearest, hash, hash_keeps_all)
