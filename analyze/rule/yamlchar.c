/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/yamlchar.h"
#include "lib/base/utf8.h"

#define PRIVATE		0x10f700u	/* U+10F700..U+10F7FF: F4 8F 9C 80..F4 8F 9F BF */

/* Can libyaml have this code point, meaning what it means to yaml-cpp? */
static bool plain(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	if (cp < 0xa0)
		return cp < 0x7f;
	return cp != 0x2028 && cp != 0x2029 && cp != 0xfffe && cp != 0xffff &&
		(cp < PRIVATE || cp > PRIVATE + 0xff);
}

size_t yamlchar_wide_len(const char *p, size_t n)
{
	uint32_t cp;
	unsigned len;

	len = utf8_next(p, n, &cp);
	return len && plain(cp) ? len : 1;
}

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Is this colon the first byte of an entry ("[::1, :x]"), and no indicator?
 * before: the last byte that was no blank. */
static bool begins_entry(char before, struct str rest)
{
	return *rest.p == ':' && one_of(before, "[{,") && rest.len > 1 &&
		!one_of(rest.p[1], " \t\r\n,[]{}");
}

static bool one_needs_mapping(struct str rest, size_t len, char before)
{
	unsigned char c = (unsigned char)*rest.p;

	return len == 1 && (c >= 0x7f || !plain(c) || begins_entry(before, rest));
}

/* The same with this byte behind it. */
static char last_of(char before, char c)
{
	return one_of(c, " \t\r\n") ? before : c;
}

static bool needs_mapping(struct str t)
{
	size_t i, len;
	char before = '\0';

	for (i = 0; i < t.len; i += len) {
		len = yamlchar_len(t.p + i, t.len - i);
		if (one_needs_mapping(str_sub(t, i, t.len), len, before))
			return true;
		before = last_of(before, t.p[i]);
	}
	return false;
}

static void add_mapped(struct buf *b, unsigned char c)
{
	char s[4] = { (char)0xf4, (char)0x8f, (char)(0x9c + (c >> 6)), (char)(0x80 | (c & 0x3f)) };

	buf_add(b, s, sizeof(s));
}

bool yamlchar_ascii(struct str text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] >= 0x7f || !plain((unsigned char)text.p[i]))
			return false;
	return true;
}

struct str yamlchar_map(struct str text, struct buf *b)
{
	size_t i, len;
	char before = '\0';

	if (!needs_mapping(text))
		return text;
	for (i = 0; i < text.len; i += len) {
		len = yamlchar_len(text.p + i, text.len - i);
		if (one_needs_mapping(str_sub(text, i, text.len), len, before))
			add_mapped(b, text.p[i]);
		else
			buf_add(b, text.p + i, len);
		before = last_of(before, text.p[i]);
	}
	return buf_str(b);
}

static bool is_mapped(const char *p, size_t n)
{
	return n >= 4 && (unsigned char)p[0] == 0xf4 && (unsigned char)p[1] == 0x8f &&
		(unsigned char)p[2] >= 0x9c && (unsigned char)p[2] <= 0x9f;
}

struct str yamlchar_unmap(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.len + 1), *o = out;
	size_t i = 0;

	if (s.len && !memchr(s.p, 0xf4, s.len)) {	/* nothing was mapped */
		memcpy(out, s.p, s.len);
		i = s.len;
		o += s.len;
	}
	while (i < s.len) {
		if (!is_mapped(s.p + i, s.len - i)) {
			*o++ = s.p[i++];
			continue;
		}
		*o++ = (char)(((unsigned char)s.p[i + 2] - 0x9c) << 6 |
			      ((unsigned char)s.p[i + 3] & 0x3f));
		i += 4;
	}
	*o = '\0';
	return (struct str){ out, o - out };
}
