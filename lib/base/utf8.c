/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/utf8.h"

static bool is_tail(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

unsigned utf8_next(const char *text, size_t n, uint32_t *cp)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)text;
	unsigned len, i;
	uint32_t v;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	v = p[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if (!is_tail(p[i]))
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return len;
}

/* Eight bytes at a time.  A byte's top bit shows up when it is below 0x20,
 * above 0x7f or 0x7f itself. */
bool utf8_plain(struct str s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x;
	size_t i;

	for (i = 0; i + 8 <= s.len; i += 8) {
		memcpy(&x, s.p + i, 8);
		if (((x - ones * 0x20) | x | (x + ones)) & ones * 0x80)
			return false;
	}
	for (; i < s.len; i++)
		if ((uint8_t)(s.p[i] - 0x20) > 0x7e - 0x20)
			return false;
	return true;
}

/* Bytes of a broken sequence that one U+FFFD stands for. */
static size_t broken_len(const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t want, i;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 1;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > 1 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		      (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 1;
	for (i = 1; i < want && i < n; i++)
		if (!is_tail(p[i]))
			break;
	return i;
}

void utf8_printable(struct buf *out, struct str s)
{
	size_t i = 0, n;
	uint32_t cp;

	while (i < s.len) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n && cp >= 0x20 && cp != 0x7f) {
			buf_add(out, s.p + i, n);
			i += n;
			continue;
		}
		buf_adds(out, "\xef\xbf\xbd");
		i += n ? n : broken_len(s.p + i, s.len - i);
	}
}
