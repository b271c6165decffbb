/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/jsonw.h"
#include "tests/unit/unit.h"

START_TEST(structure)
{
	struct buf b = BUF_INIT;
	struct jsonw w = JSONW_INIT(&b);

	jsonw_open(&w);
	jsonw_key(&w, "a");
	jsonw_u64(&w, UINT64_MAX);
	jsonw_key(&w, "b");
	jsonw_array(&w);
	jsonw_i64(&w, -1);
	jsonw_null(&w);
	jsonw_bool(&w, true);
	jsonw_open(&w);
	jsonw_close(&w);
	jsonw_array(&w);
	jsonw_end(&w);
	jsonw_end(&w);
	jsonw_keystr(&w, STR("c"));
	jsonw_cstr(&w, "x");
	jsonw_key(&w, "d");
	jsonw_bool(&w, false);
	jsonw_close(&w);
	ck_assert_buf(b, "{\"a\":18446744073709551615,\"b\":[-1,null,true,{},[]],"
			 "\"c\":\"x\",\"d\":false}");
	buf_release(&b);
}
END_TEST

START_TEST(quoting)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\b\f\n\r\t\x01\x1f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\"" },
		{ "\x7f", "\"\x7f\"" },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ "a\xff\xfez", "\"a\xef\xbf\xbd\xef\xbf\xbdz\"" },
		{ "cut\xe2\x82", "\"cut\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&b);
		json_quote(&b, str_of(rows[i].text));
		ck_assert_buf(b, rows[i].want);
	}
	buf_clear(&b);
	json_quote(&b, STR("a\0b"));
	ck_assert_buf(b, "\"a\\u0000b\"");
	buf_clear(&b);
	json_quote(&b, str_mem(NULL, 0));
	ck_assert_buf(b, "\"\"");
	buf_release(&b);
}
END_TEST

UNIT_MAIN("jsonw", structure, quoting)
