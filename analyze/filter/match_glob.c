/* SPDX-License-Identifier: Apache-2.0 */
/* Globs as fnmatch(3) without flags has them in the C locale. */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"

char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same(char a, char b, bool fold)
{
	return a == b || (fold && ascii_lower(a) == ascii_lower(b));
}

/* One pattern element against one byte: behind it in *next. */
static bool one(struct str p, size_t i, char c, bool fold, size_t *next)
{
	int r;

	switch (p.p[i]) {
	case '?':
		*next = i + 1;
		return true;
	case '[':
		r = glob_bracket(p, i + 1, c, fold, next);
		if (r >= 0)
			return r;
		break;
	case '\\':
		if (i + 1 >= p.len)
			return false;
		*next = i + 2;
		return same(p.p[i + 1], c, fold);
	}
	*next = i + 1;
	return same(p.p[i], c, fold);
}

/* Only the last star ever needs another try: it can take what an earlier one
 * would have. */
bool glob_match(struct str p, bool fold, struct str s)
{
	size_t i = 0, at = 0, star = SIZE_MAX, star_at = 0, next;

	while (at < s.len) {
		if (i < p.len && p.p[i] == '*') {
			star = ++i;
			star_at = at;
		} else if (i < p.len && one(p, i, s.p[at], fold, &next)) {
			i = next;
			at++;
		} else if (star != SIZE_MAX) {
			i = star;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (i < p.len && p.p[i] == '*')
		i++;
	return i == p.len;
}

enum glob_kind { GLOB_EXACT, GLOB_PREFIX, GLOB_SUFFIX, GLOB_INSIDE, GLOB_ALL, GLOB_ANY };

struct glob {
	uint8_t kind;
	bool fold;
	size_t rare;		/* GLOB_INSIDE: contains_rare() */
	struct str s;		/* literal part, or the whole pattern */
};

static bool is_literal(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] && strchr("*?[\\", s.p[i]))
			return false;
	return true;
}

struct glob *glob_new(struct arena *a, struct str pattern, bool fold)
{
	struct glob *g = ARENA_NEW(a, struct glob);
	struct str in = pattern;
	bool front, back;

	g->fold = fold;
	g->kind = GLOB_ANY;
	g->s = arena_str(a, pattern);
	if (fold)
		return g;
	front = in.len && in.p[0] == '*';
	if (front)
		in = str_sub(in, 1, in.len);
	back = in.len && in.p[in.len - 1] == '*';
	if (back)
		in = str_sub(in, 0, in.len - 1);
	if (!is_literal(in))
		return g;
	g->s = arena_str(a, in);
	g->rare = contains_rare(in);
	if (front && !back && !in.len)
		g->kind = GLOB_ALL;
	else if (front)
		g->kind = back ? GLOB_INSIDE : GLOB_SUFFIX;
	else
		g->kind = back ? GLOB_PREFIX : GLOB_EXACT;
	return g;
}

bool glob_has(const struct glob *g, struct str s)
{
	switch (g->kind) {
	case GLOB_EXACT:
		return str_eq(g->s, s);
	case GLOB_PREFIX:
		return str_starts(s, g->s);
	case GLOB_SUFFIX:
		return str_ends(s, g->s);
	case GLOB_INSIDE:
		return contains(s, g->s, g->rare);
	case GLOB_ALL:
		return true;
	default:
		return glob_match(g->s, g->fold, s);
	}
}

static unsigned commonness(char c)
{
	if (c >= '0' && c <= '9')
		return 1;
	if (c >= 'a' && c <= 'z')
		return c == 'e' || c == 's' || c == 'i' || c == 'l' || c == 'r' ? 4 : 3;
	return c == '/' ? 4 : c == '.' || c == '-' || c == '_' || c == ' ' ? 2 : 0;
}

size_t contains_rare(struct str needle)
{
	size_t i, best = 0;

	for (i = 1; i < needle.len; i++)
		if (commonness(needle.p[i]) < commonness(needle.p[best]))
			best = i;
	return best;
}

bool contains(struct str s, struct str needle, size_t rare)
{
	const char *at, *end;

	if (!needle.len)
		return true;
	if (s.len < needle.len)
		return false;
	/* Where the rare byte may stand for the needle to fit around it. */
	at = s.p + rare;
	end = at + (s.len - needle.len) + 1;
	while ((at = memchr(at, needle.p[rare], (size_t)(end - at)))) {
		if (!memcmp(at - rare, needle.p, needle.len))
			return true;
		if (++at == end)
			break;
	}
	return false;
}

static bool is_folded(const char *p, struct str lower)
{
	size_t i;

	for (i = 0; i < lower.len; i++)
		if (ascii_lower(p[i]) != lower.p[i])
			return false;
	return true;
}

static const char *next_of(const char *at, const char *end, char c)
{
	return memchr(at, c, (size_t)(end - at));
}

/* Looked for is the first letter, small and large, each by itself. */
bool icontains(struct str s, struct str needle)
{
	const char *end, *small, *large, *at;
	char c;

	if (!needle.len || s.len < needle.len)
		return !needle.len;
	end = s.p + (s.len - needle.len) + 1;
	c = needle.p[0] >= 'a' && needle.p[0] <= 'z' ? (char)(needle.p[0] & ~0x20) : needle.p[0];
	small = next_of(s.p, end, needle.p[0]);
	large = c != needle.p[0] ? next_of(s.p, end, c) : NULL;
	while (small || large) {
		at = !large || (small && small < large) ? small : large;
		if (is_folded(at, needle))
			return true;
		if (at == small)
			small = next_of(at + 1, end, needle.p[0]);
		else
			large = next_of(at + 1, end, c);
	}
	return false;
}
