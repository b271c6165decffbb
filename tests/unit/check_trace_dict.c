/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/base/le.h"
#include "lib/trace/dict.h"

static uint32_t code(struct dict *d, const char *s)
{
	return dict_code(d, s, (uint32_t)strlen(s));
}

START_TEST(codes)
{
	struct dict d = DICT_INIT;

	ck_assert_uint_eq(code(&d, "a"), 1);
	ck_assert_uint_eq(code(&d, "a"), 2);
	ck_assert_uint_eq(code(&d, "b"), 1);
	ck_assert_uint_eq(code(&d, "b"), 3);
	ck_assert_uint_eq(code(&d, "a"), 2);
	ck_assert_uint_eq(d.n, 2);
	dict_clear(&d);
	ck_assert_uint_eq(code(&d, "b"), 1);
	ck_assert_uint_eq(code(&d, "b"), 2);
	dict_release(&d);
}
END_TEST

START_TEST(many)
{
	struct dict d = DICT_INIT;
	uint32_t i, again = 0;

	for (i = 0; i < 60000; i++)
		ck_assert_uint_eq(dict_code(&d, &i, sizeof(i)), 1);
	for (i = 0; i < 60000; i++)
		again += dict_code(&d, &i, sizeof(i)) == i + 2;
	ck_assert_uint_eq(again, 60000);
	dict_release(&d);
}
END_TEST

/* Strings made to collide: the second word undoes what the first did. */
static void colliding(uint8_t out[16], uint64_t first)
{
	uint64_t h = (0x9e3779b97f4a7c15u ^ 16 ^ first) * 0xff51afd7ed558ccdu;

	put_le64(out, first);
	put_le64(out + 8, h ^ h >> 32);
}

/* Without a bound this is hours of work for a second of recording. */
START_TEST(attacked)
{
	struct dict d = DICT_INIT;
	uint64_t i, stored = 0;
	uint8_t text[16];

	for (i = 0; i < 300000; i++) {
		colliding(text, i);
		ck_assert_uint_eq(dict_code(&d, text, sizeof(text)), 1);
	}
	for (i = 0; i < d.n; i++)
		stored += d.v[i].hash == d.v[0].hash;
	ck_assert_uint_eq(stored, 300000);	/* they do collide */
	ck_assert(!memcmp(d.bytes.data + d.v[d.n - 1].off, text, sizeof(text)));
	dict_release(&d);
}
END_TEST

UNIT_MAIN("trace_dict", codes, many, attacked)
