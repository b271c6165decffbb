/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"

static void add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_grow(b, n);

	memcpy(to, p, n);
	to[n] = '\0';
	b->len += n;
}

void buf_le8(struct buf *b, uint8_t v)
{
	add(b, &v, sizeof(v));
}

void buf_le16(struct buf *b, uint16_t v)
{
	put_le16(&v, v);
	add(b, &v, sizeof(v));
}

void buf_le32(struct buf *b, uint32_t v)
{
	put_le32(&v, v);
	add(b, &v, sizeof(v));
}

void buf_le64(struct buf *b, uint64_t v)
{
	put_le64(&v, v);
	add(b, &v, sizeof(v));
}

void buf_str16(struct buf *b, struct str s)
{
	s = str_sub(s, 0, UINT16_MAX);
	buf_le16(b, (uint16_t)s.len);
	buf_addstr(b, s);
}

void buf_varint(struct buf *b, uint64_t v)
{
	uint8_t text[10];
	size_t n = 0;

	while (v >= 0x80) {
		text[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	text[n++] = (uint8_t)v;
	add(b, text, n);
}
