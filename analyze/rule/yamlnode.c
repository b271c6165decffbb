/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked of a node: keys, scalar types, places in the file. */
#include "lib/base/compat.h"

#include "analyze/rule/yamlchar.h"
#include "analyze/rule/yamltree.h"

#define LONG_LINE	65536	/* bytes; columns of longer lines are bytes */

struct ynode *ynode_get(const struct ynode *n, const char *key)
{
	struct str k = str_of(key);
	uint32_t i;

	if (!n || n->kind != Y_MAP)
		return NULL;
	for (i = 0; i < n->n; i++)
		if (n->map[i].key->kind == Y_SCALAR && str_eq(n->map[i].key->s, k))
			return n->map[i].value;
	return NULL;
}

/* "yes", "YES" and "Yes", but not "yES". */
static bool same_flexible(struct str s, const char *lower)
{
	size_t i, upper = 0;

	if (s.len != strlen(lower))
		return false;
	for (i = 0; i < s.len; i++) {
		if ((s.p[i] | 0x20) != lower[i])
			return false;
		upper += !(s.p[i] & 0x20);
	}
	return !upper || upper == s.len || (upper == 1 && !(s.p[0] & 0x20));
}

bool ynode_bool(const struct ynode *n, bool *out)
{
	static const char *const yes[] = { "y", "yes", "true", "on" };
	static const char *const no[] = { "n", "no", "false", "off" };
	size_t i;

	if (n->kind != Y_SCALAR)
		return false;
	for (i = 0; i < ARRAY_SIZE(yes); i++) {
		if (!same_flexible(n->s, yes[i]) && !same_flexible(n->s, no[i]))
			continue;
		*out = same_flexible(n->s, yes[i]);
		return true;
	}
	return false;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* As a C++ stream reads it with no base set: 0x…, 0…, decimal; blanks may follow. */
bool ynode_u64(const struct ynode *n, uint64_t max, uint64_t *out)
{
	struct str s = n->kind == Y_SCALAR ? n->s : STR("");
	unsigned base = 10;
	uint64_t v = 0;
	size_t i = 0;

	while (s.len && strchr(" \t\n\r\v\f", s.p[s.len - 1]))
		s.len--;
	if (s.len && s.p[0] == '+')
		i++;
	if (s.len > i + 2 && s.p[i] == '0' && (s.p[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	} else if (s.len > i + 1 && s.p[i] == '0') {
		base = 8;
	}
	if (i >= s.len)
		return false;
	for (; i < s.len; i++) {
		unsigned d = digit_of(s.p[i]);

		if (d >= base || v > (max - d) / base)
			return false;
		v = v * base + d;
	}
	*out = v;
	return true;
}

struct ypos yfile_pos(const struct yfile *f, uint32_t off)
{
	size_t lo = 0, hi = f->nlines;
	struct ypos p = { 0, 0, 0 };
	uint32_t at;

	if (off > f->text.len)
		off = f->text.len;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->lines[mid] <= off)
			lo = mid;
		else
			hi = mid;
	}
	p.line = lo;
	p.off = off;
	at = f->nlines ? f->lines[lo] : 0;
	if (off - at > LONG_LINE) {
		p.col = off - at;
		return p;
	}
	for (; at < off; p.col++)
		at += yamlchar_len(f->text.p + at, f->text.len - at);
	return p;
}

struct str yfile_line(const struct yfile *f, uint32_t off)
{
	struct str t = f->text;
	size_t from, to;

	if (off > t.len)
		off = t.len;
	for (from = off; from && t.p[from - 1] != '\n' && t.p[from - 1] != '\r'; from--)
		;
	for (to = off; to < t.len && t.p[to] != '\n' && t.p[to] != '\r'; to++)
		;
	return str_sub(t, from, to);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where a scalar's content begins: after the quote, or after the "|" line. */
static uint32_t content_start(const struct ynode *n, struct str t)
{
	uint32_t i = n->off;

	/* an anchor or a tag may stand before the scalar */
	while (n->style != YS_PLAIN && i < n->end && !strchr("'\"|>", t.p[i]))
		i++;
	if (n->style == YS_LITERAL || n->style == YS_FOLDED)
		while (i < n->end && t.p[i] != '\n' && t.p[i] != '\r')
			i++;
	return n->style == YS_PLAIN ? i : i + 1;
}

/* Bytes of the file that make one non-blank byte of the value at file offset i. */
static uint32_t source_width(const struct ynode *n, struct str t, uint32_t i)
{
	if (n->style == YS_SINGLE && t.p[i] == '\'')
		return 2;
	if (n->style == YS_DOUBLE && t.p[i] == '\\')
		return i + 1 < t.len && t.p[i + 1] == 'x' ? 4 : 2;
	return 1;
}

/*
 * Folding and indentation change only blanks, so the k-th non-blank byte of
 * the value is the k-th non-blank byte of the source.
 */
struct ypos ynode_locate(const struct ynode *n, uint32_t at)
{
	struct str t = n->file->text;
	uint32_t i, k = 0, off;

	if (n->kind != Y_SCALAR || !n->s.len)
		return (struct ypos){ n->line, n->col, n->off };
	if (at >= n->s.len)
		at = n->s.len - 1;
	while (at && blank(n->s.p[at]))	/* a blank stands where the byte before it does */
		at--;
	for (i = 0; i < at; i++)
		k += !blank(n->s.p[i]);
	for (off = content_start(n, t); off < n->end && off < t.len; ) {
		if (blank(t.p[off])) {
			off++;
			continue;
		}
		if (!k--)
			break;
		off += source_width(n, t, off);
	}
	return off < n->end ? yfile_pos(n->file, off) :
		(struct ypos){ n->line, n->col, n->off };
}
