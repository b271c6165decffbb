/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian access, and a bounded read cursor.  A cursor that runs short
 * turns bad once and stays bad; reads from a bad cursor give 0, so a parser
 * may read a whole header and ask once at the end.
 */
#ifndef LIB_BASE_LE_H
#define LIB_BASE_LE_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

static inline uint16_t le16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap16(v);
}

static inline uint32_t le32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap32(v);
}

static inline uint64_t le64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? v : __builtin_bswap64(v);
}

static inline void put_le16(void *p, uint16_t v)
{
	v = le16(&v);
	memcpy(p, &v, sizeof(v));
}

static inline void put_le32(void *p, uint32_t v)
{
	v = le32(&v);
	memcpy(p, &v, sizeof(v));
}

static inline void put_le64(void *p, uint64_t v)
{
	v = le64(&v);
	memcpy(p, &v, sizeof(v));
}

struct rcur {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct rcur rcur_of(const void *p, size_t len)
{
	return (struct rcur){ p, (const uint8_t *)p + len, false };
}

static inline size_t rcur_left(const struct rcur *c)
{
	return c->bad ? 0 : (size_t)(c->end - c->p);
}

/* n bytes, or NULL (and bad) when fewer are left. */
static inline const uint8_t *rcur_take(struct rcur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (c->bad || (size_t)(c->end - c->p) < n) {
		c->bad = true;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline uint8_t rcur_u8(struct rcur *c)
{
	const uint8_t *p = rcur_take(c, 1);

	return p ? *p : 0;
}

static inline uint16_t rcur_u16(struct rcur *c)
{
	const uint8_t *p = rcur_take(c, 2);

	return p ? le16(p) : 0;
}

static inline uint32_t rcur_u32(struct rcur *c)
{
	const uint8_t *p = rcur_take(c, 4);

	return p ? le32(p) : 0;
}

static inline uint64_t rcur_u64(struct rcur *c)
{
	const uint8_t *p = rcur_take(c, 8);

	return p ? le64(p) : 0;
}

/* u16 length, then that many bytes. */
static inline struct str rcur_str16(struct rcur *c)
{
	uint16_t len = rcur_u16(c);
	const uint8_t *p = rcur_take(c, len);

	return p ? (struct str){ (const char *)p, len } : (struct str){ "", 0 };
}

/* LEB128, at most 10 bytes; longer turns the cursor bad. */
uint64_t rcur_varint(struct rcur *c);

#endif
