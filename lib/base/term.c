/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE		/* NO_COLOR and TERM are the terminal's business */
#include "lib/base/compat.h"

#include <sys/ioctl.h>

#include "lib/base/num.h"
#include "lib/base/term.h"
#include "lib/base/utf8.h"

#define WIDTH_DEFAULT	80
#define WIDTH_MAX	1000

struct range {
	uint32_t from, to;
};

bool term_is(int fd)
{
	return isatty(fd) == 1;
}

bool term_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!term_is(fd) || (no && *no))
		return false;
	return term && *term && strcmp(term, "dumb");
}

unsigned term_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws;
	uint64_t n;

	if (!term_is(fd))
		return WIDTH_DEFAULT;
	if (!ioctl(fd, TIOCGWINSZ, &ws) && ws.ws_col)
		n = ws.ws_col;
	else if (!columns || !num_u64(str_of(columns), &n) || !n)
		n = WIDTH_DEFAULT;
	return n < WIDTH_MAX ? (unsigned)n : WIDTH_MAX;
}

static bool in_ranges(uint32_t cp, const struct range *r, size_t n)
{
	size_t i;

	for (i = 0; i < n && cp >= r[i].from; i++) {
		if (cp <= r[i].to)
			return true;
	}
	return false;
}

/* What reorders or hides text: marks, embeddings, isolates, line separators. */
static bool is_deceptive(uint32_t cp)
{
	static const struct range list[] = {
		{ 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};

	return in_ranges(cp, list, ARRAY_SIZE(list));
}

static bool is_shown(uint32_t cp)
{
	return cp >= 0x20 && !(cp >= 0x7f && cp <= 0x9f) && !is_deceptive(cp);
}

static void escape_byte(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (c == '\n') {
		buf_adds(out, "\\n");
	} else if (c == '\t') {
		buf_adds(out, "\\t");
	} else {
		buf_adds(out, "\\x");
		buf_addc(out, hex[c >> 4]);
		buf_addc(out, hex[c & 15]);
	}
}

static void escape(struct buf *out, struct str s, bool backslash)
{
	size_t i = 0, end;
	uint32_t cp;
	unsigned n;

	while (i < s.len) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		end = i + (n ? n : 1);
		if (!n || !is_shown(cp)) {
			for (; i < end; i++)
				escape_byte(out, (unsigned char)s.p[i]);
			continue;
		}
		if (cp == '\\' && backslash)
			buf_addc(out, '\\');
		buf_add(out, s.p + i, n);
		i = end;
	}
}

void term_escape(struct buf *out, struct str s)
{
	escape(out, s, true);
}

void term_safe(struct buf *out, struct str s)
{
	escape(out, s, false);
}

static void escape_json(struct buf *out, uint32_t cp)
{
	if (cp > 0xffff) {
		buf_addf(out, "\\u%04x", 0xd800 + ((cp - 0x10000) >> 10));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	buf_addf(out, "\\u%04x", cp);
}

void term_json(struct buf *out, struct str s)
{
	enum { REPLACEMENT = 0xfffd };
	size_t i = 0;
	uint32_t cp;
	unsigned n;

	while (i < s.len) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n && (cp < 0x20 || is_shown(cp)))
			buf_add(out, s.p + i, n);
		else
			escape_json(out, n ? cp : REPLACEMENT);
		i += n ? n : 1;
	}
}

/*
 * Coarse on purpose: the blocks of wide scripts and emoji, and the common
 * combining marks.  A table that is off by one column harms nobody; asking
 * the C library would make output depend on the locale.
 */
static unsigned cols_of(uint32_t cp)
{
	static const struct range none[] = {
		{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
		{ 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0e31, 0x0e31 },
		{ 0x0e34, 0x0e3a }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a },
		{ 0x23e9, 0x23ec }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
		{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
		{ 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};

	if (cp < 0x300)
		return 1;
	if (in_ranges(cp, none, ARRAY_SIZE(none)))
		return 0;
	return in_ranges(cp, wide, ARRAY_SIZE(wide)) ? 2 : 1;
}

unsigned term_cols(struct str s)
{
	unsigned cols = 0, n;
	size_t i = 0;
	uint32_t cp;

	while (i < s.len) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		cols += n ? cols_of(cp) : 1;
		i += n ? n : 1;
	}
	return cols;
}
