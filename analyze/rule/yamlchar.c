/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/yamlchar.h"
#include "lib/base/utf8.h"

#define PRIVATE		0x10f700u	/* U+10F700..U+10F7FF: F4 8F 9C 80..F4 8F 9F BF */

/* Can libyaml not have this byte as it is? */
static bool odd_ascii(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c >= 0x7f;
}

/* Can libyaml have this code point, meaning what it means to yaml-cpp? */
static bool plain(uint32_t cp)
{
	if (cp < 0xa0)
		return !odd_ascii((unsigned char)cp);
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

/* The last byte before p that was no blank, NUL at the beginning. */
static char before_it(struct str t, const char *p)
{
	char last = '\0';

	while (p > t.p && !last)
		last = last_of('\0', *--p);
	return last;
}

/* Of a text that is ASCII, as nearly all are: only a colon can need it. */
static bool colons_need_mapping(struct str t)
{
	const char *p = t.p, *end = t.p + t.len;

	while (p < end && (p = memchr(p, ':', (size_t)(end - p))) != NULL) {
		if (begins_entry(before_it(t, p), str_mem(p, (size_t)(end - p))))
			return true;
		p++;
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

	for (i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (UNLIKELY(c < 0x20 || c >= 0x7f) && odd_ascii(c))
			return false;
	}
	return true;
}

struct str yamlchar_map(struct str text, struct buf *b)
{
	size_t i, len;
	char before = '\0';

	if (yamlchar_ascii(text) && !colons_need_mapping(text))
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
