/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/jsonp.h"
#include "tests/unit/unit.h"

START_TEST(values)
{
	struct json *j = json_parse(STR(" {\"s\":\"t\\u00e9xt\",\"n\":-42,\"b\":true,"
		"\"x\":null,\"f\":1.5,\"a\":[1,2,3],\"o\":{\"k\":\"v\"},\"S\":1} \n"));
	const struct json *a;

	ck_assert_ptr_nonnull(j);
	ck_assert_int_eq(json_type(j), JSON_OBJECT);
	ck_assert_text(json_str(json_get(j, "s"), "?"), "t\xc3\xa9xt");
	ck_assert_int_eq(json_i64(json_get(j, "n"), 0), -42);
	ck_assert(json_bool(json_get(j, "b"), false));
	ck_assert_int_eq(json_type(json_get(j, "x")), JSON_NULL);
	ck_assert_int_eq(json_i64(json_get(j, "f"), 7), 7);	/* not whole */
	ck_assert_int_eq(json_i64(json_get(j, "S"), 0), 1);	/* case counts */
	ck_assert_text(json_str(json_get(json_get(j, "o"), "k"), ""), "v");
	a = json_first(json_get(j, "a"));
	ck_assert_int_eq(json_i64(a, 0), 1);
	a = json_next(json_next(a));
	ck_assert_int_eq(json_i64(a, 0), 3);
	ck_assert_ptr_null(json_next(a));
	ck_assert_str_eq(json_key(json_first(j)), "s");
	json_free(j);
}
END_TEST

START_TEST(absent)
{
	ck_assert_int_eq(json_type(NULL), JSON_NULL);
	ck_assert_ptr_null(json_get(NULL, "a"));
	ck_assert_ptr_null(json_first(NULL));
	ck_assert_ptr_null(json_next(NULL));
	ck_assert_ptr_null(json_key(NULL));
	ck_assert_text(json_str(NULL, "dflt"), "dflt");
	ck_assert_int_eq(json_i64(NULL, 5), 5);
	ck_assert(json_bool(NULL, true));
	json_free(NULL);
}
END_TEST

START_TEST(refused)
{
	static const char *const rows[] = {
		"", " ", "{", "[1,", "{\"a\"}", "{\"a\":}", "\"open", "tru", "1 2",
		"{} x", "[1]]", "\"\\u12\"", "\"\\x\"", "{'a':1}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *j = json_parse(str_of(rows[i]));

		ck_assert_msg(!j, "accepted: %s", rows[i]);
	}
	ck_assert_ptr_null(json_parse(str_mem(NULL, 0)));
}
END_TEST

static struct json *nested(size_t depth)
{
	struct buf b = BUF_INIT;
	struct json *j;

	buf_pad(&b, '[', depth);
	buf_pad(&b, ']', depth);
	j = json_parse(buf_str(&b));
	buf_release(&b);
	return j;
}

START_TEST(depth)
{
	struct json *j = nested(JSON_DEPTH_MAX);

	ck_assert_ptr_nonnull(j);
	json_free(j);
	ck_assert_ptr_null(nested(JSON_DEPTH_MAX + 1));
	ck_assert_ptr_null(nested(1000000));
	/* Brackets in a string, also behind an escaped quote, are text. */
	{
		struct buf b = BUF_INIT;

		buf_adds(&b, "\"\\\"");
		buf_pad(&b, '[', 200);
		buf_addc(&b, '"');
		j = json_parse(buf_str(&b));
		ck_assert_uint_eq(json_str(j, "").len, 201);
		json_free(j);
		buf_release(&b);
	}
}
END_TEST

START_TEST(size)
{
	struct buf b = BUF_INIT;

	buf_addc(&b, '"');
	buf_pad(&b, 'x', JSON_SIZE_MAX);
	buf_addc(&b, '"');
	ck_assert_ptr_null(json_parse(buf_str(&b)));
	buf_clear(&b);
	buf_adds(&b, "[0");
	while (b.len < 2 * JSON_NODES_MAX + 2)
		buf_adds(&b, ",0");
	buf_addc(&b, ']');
	ck_assert_ptr_null(json_parse(buf_str(&b)));
	buf_release(&b);
}
END_TEST

/* The text need not end in NUL, and what lies behind it is not read. */
START_TEST(bounded)
{
	struct json *j = json_parse(str_mem("12345", 3));

	ck_assert_int_eq(json_i64(j, 0), 123);
	json_free(j);
	ck_assert_ptr_null(json_parse(str_mem("[1]", 2)));
	ck_assert_ptr_null(json_parse(str_mem("\"\\", 2)));
}
END_TEST

START_TEST(duplicates_and_big_numbers)
{
	struct json *j = json_parse(STR("{\"a\":1,\"a\":2,\"big\":1e300,"
					"\"i\":9007199254740992,\"e\":9223372036854775808}"));

	ck_assert_int_eq(json_i64(json_get(j, "a"), 0), 2);
	ck_assert_int_eq(json_i64(json_get(j, "big"), -1), -1);
	ck_assert_int_eq(json_i64(json_get(j, "i"), 0), 9007199254740992);
	ck_assert_int_eq(json_i64(json_get(j, "e"), -1), -1);	/* 2^63 */
	json_free(j);
}
END_TEST

START_TEST(print)
{
	static const char *const text = "{\"a\":[1,-2.5,true,null,\"x\\ny\"],\"b\":{},"
				   "\"c\":[],\"n\":1795311432787}";
	struct json *j = json_parse(str_of(text));
	struct buf b = BUF_INIT;

	json_print(j, &b);
	ck_assert_buf(b, text);
	buf_clear(&b);
	json_print(json_get(j, "a"), &b);
	ck_assert_buf(b, "[1,-2.5,true,null,\"x\\ny\"]");
	buf_release(&b);
	json_free(j);
}
END_TEST

/* Parse; what was accepted prints to a text that means the same. */
static void try(const char *text, size_t len)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	char *copy = malloc(len ? len : 1);	/* its end is the sanitizer's */
	struct json *j;

	memcpy(copy, text, len);
	j = json_parse(str_mem(copy, len));
	free(copy);
	if (j) {
		json_print(j, &once);
		json_free(j);
		j = json_parse(buf_str(&once));
		ck_assert_ptr_nonnull(j);
		json_print(j, &twice);
		json_free(j);
		ck_assert(str_eq(buf_str(&once), buf_str(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
}

/* Cut at every byte, and every byte replaced by what hurts a parser. */
START_TEST(damage)
{
	static const char text[] = "{\"a\":[1,-2.5e-3,true,null,\"\\u00e9\\ud83d\\ude00\\n\"],"
				   "\"b\":{\"\":{}},\"c\":[[],\"\\\"\"]}";
	static const char bytes[] = "\0\"\\{}[]:,0eE-u\x80\xff ";
	size_t i, k;

	for (i = 0; i < sizeof(text) - 1; i++) {
		char copy[sizeof(text)];

		try(text, i);
		memcpy(copy, text, sizeof(text));
		for (k = 0; k < sizeof(bytes) - 1; k++) {
			copy[i] = bytes[k];
			try(copy, sizeof(text) - 1);
		}
	}
}
END_TEST

UNIT_MAIN("jsonp", values, absent, refused, depth, size, bounded,
	  duplicates_and_big_numbers, print, damage)
