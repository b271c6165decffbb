/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "tests/unit/unit.h"

START_TEST(round_trip)
{
	struct buf b = BUF_INIT;
	struct rcur c;

	buf_le8(&b, 0xfe);
	buf_le16(&b, 0x1234);
	buf_le32(&b, 0x12345678);
	buf_le64(&b, 0x123456789abcdef0);
	buf_str16(&b, STR("name"));
	ck_assert_uint_eq(b.len, 1 + 2 + 4 + 8 + 2 + 4);
	ck_assert_int_eq(b.data[1], 0x34);	/* low byte first */
	c = rcur_of(b.data, b.len);
	ck_assert_uint_eq(rcur_u8(&c), 0xfe);
	ck_assert_uint_eq(rcur_u16(&c), 0x1234);
	ck_assert_uint_eq(rcur_u32(&c), 0x12345678);
	ck_assert_uint_eq(rcur_u64(&c), 0x123456789abcdef0);
	ck_assert_text(rcur_str16(&c), "name");
	ck_assert_uint_eq(rcur_left(&c), 0);
	ck_assert(!c.bad);
	buf_release(&b);
}
END_TEST

/* A short read turns the cursor bad, gives 0 and stays bad. */
START_TEST(short_reads)
{
	static const uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	size_t n;

	for (n = 0; n < 8; n++) {
		struct rcur c = rcur_of(bytes, n);

		ck_assert_uint_eq(rcur_u64(&c), 0);
		ck_assert(c.bad);
		ck_assert_uint_eq(rcur_left(&c), 0);
		ck_assert_uint_eq(rcur_u8(&c), 0);
		ck_assert_ptr_null(rcur_take(&c, 0));
	}
}
END_TEST

START_TEST(huge_length)
{
	struct rcur c = rcur_of("abc", 3);

	ck_assert_ptr_null(rcur_take(&c, SIZE_MAX));
	ck_assert(c.bad);
	c = rcur_of("\xff\xff" "abc", 5);
	ck_assert_text(rcur_str16(&c), "");
	ck_assert(c.bad);
}
END_TEST

START_TEST(long_string)
{
	struct buf b = BUF_INIT, s = BUF_INIT;
	struct rcur c;

	buf_pad(&s, 'x', 70000);
	buf_str16(&b, buf_str(&s));
	ck_assert_uint_eq(b.len, 2 + 65535);
	c = rcur_of(b.data, b.len);
	ck_assert_uint_eq(rcur_str16(&c).len, 65535);
	buf_release(&b);
	buf_release(&s);
}
END_TEST

START_TEST(varint)
{
	static const uint64_t some[] = {
		0, 1, 127, 128, 16383, 16384, UINT32_MAX, 1ull << 62,
		1ull << 63, UINT64_MAX
	};
	struct buf b = BUF_INIT;
	struct rcur c;
	size_t i, cut;

	for (i = 0; i < ARRAY_SIZE(some); i++) {
		buf_clear(&b);
		buf_varint(&b, some[i]);
		c = rcur_of(b.data, b.len);
		ck_assert_uint_eq(rcur_varint(&c), some[i]);
		ck_assert(!c.bad);
		ck_assert_uint_eq(rcur_left(&c), 0);
		for (cut = 0; cut < b.len; cut++) {
			c = rcur_of(b.data, cut);
			ck_assert_uint_eq(rcur_varint(&c), 0);
			ck_assert(c.bad);
		}
	}
	ck_assert_uint_eq(b.len, 10);
	buf_release(&b);
}
END_TEST

START_TEST(varint_too_long)
{
	/* Eleven bytes, and ten bytes with more than 64 bits in them. */
	struct rcur c = rcur_of("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11);

	ck_assert_uint_eq(rcur_varint(&c), 0);
	ck_assert(c.bad);
	c = rcur_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
	ck_assert_uint_eq(rcur_varint(&c), 0);
	ck_assert(c.bad);
}
END_TEST

UNIT_MAIN("le", round_trip, short_reads, huge_length, long_string, varint, varint_too_long)
