/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bracket expressions of globs, as glibc's fnmatch(3) has them in the C
 * locale (Falco asks it): also where POSIX leaves open what is meant.  With
 * case folded both ends of a range are; a class or [.c.] or [=c=] is asked
 * about the byte as it is.
 */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"

static const struct {
	const char *name;
	const char *ranges;	/* pairs of first and last */
} classes[] = {
	{ "alpha", "azAZ" }, { "digit", "09" }, { "alnum", "azAZ09" },
	{ "upper", "AZ" }, { "lower", "az" }, { "space", "\t\r  " },
	{ "blank", "\t\t  " }, { "punct", "!/:@[`{~" },
	{ "xdigit", "09afAF" }, { "cntrl", "\x01\x1f\x7f\x7f" },
	{ "print", " ~" }, { "graph", "!~" },
};

/* 1: in the class of this name, 0: not, -1: there is no such class. */
static int in_class(struct str name, unsigned char c)
{
	const char *r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!str_eq(name, str_of(classes[i].name)))
			continue;
		for (r = classes[i].ranges; *r; r += 2)
			if (c >= (unsigned char)r[0] && c <= (unsigned char)r[1])
				return 1;
		return !c && str_eq(name, STR("cntrl"));
	}
	return -1;
}

/* The byte at i, 0 behind the end: a pattern holds no NUL. */
static char at(struct str p, size_t i)
{
	return i < p.len ? p.p[i] : '\0';
}

/* Behind ":]" or ".]" for a name that begins at i; 0: there is no end. */
static size_t name_end(struct str p, size_t i, char mark)
{
	for (; i < p.len; i++) {
		if (p.p[i] == mark && at(p, i + 1) == ']')
			return i + 2;
		if (mark == ':' && (p.p[i] < 'a' || p.p[i] >= 'z'))
			return 0;	/* not what classes are named with */
	}
	return 0;
}

/* One element of a bracket, or one end of a range. */
enum part {
	PART_BYTE,		/* c, folded like what is compared */
	PART_SYMBOL,		/* [.c.]: c as it is */
	PART_DONE,		/* a class or [=c=], asked already: it cannot begin a range */
	PART_HIT,		/* one of these, and it matches */
	PART_NEVER,		/* nothing matches a pattern with this */
};

/* [:name:] at i */
static enum part class_part(struct str p, size_t *i, char c)
{
	size_t end = name_end(p, *i + 2, ':');
	int in = in_class(str_sub(p, *i + 2, end - 2), (unsigned char)c);

	*i = end;
	return in < 0 ? PART_NEVER : in ? PART_HIT : PART_DONE;
}

/* [.c.] at i */
static enum part symbol_part(struct str p, size_t *i, char *out)
{
	size_t end = name_end(p, *i + 2, '.');

	if (end != *i + 5)		/* the C locale names no others */
		return PART_NEVER;
	*out = p.p[*i + 2];
	*i = end;
	return PART_SYMBOL;
}

/* A byte, perhaps behind a backslash. */
static enum part byte_part(struct str p, size_t *i, bool fold, char *out)
{
	if (p.p[*i] == '\\' && ++*i >= p.len)
		return PART_NEVER;
	*out = fold ? ascii_lower(p.p[*i]) : p.p[*i];
	++*i;
	return PART_BYTE;
}

/* The element at *i, which moves behind it. */
static enum part part(struct str p, size_t *i, char c, bool fold, char *out)
{
	char mark = p.p[*i] == '[' ? at(p, *i + 1) : '\0';

	if (mark == ':' && name_end(p, *i + 2, ':'))
		return class_part(p, i, c);
	if (mark == '=' && at(p, *i + 2) && at(p, *i + 3) == '=' && at(p, *i + 4) == ']') {
		*i += 5;
		return p.p[*i - 3] == c ? PART_HIT : PART_DONE;
	}
	if (mark == '.')
		return symbol_part(p, i, out);
	return byte_part(p, i, fold, out);
}

/* The far end of a range, at *i. */
static enum part far_end(struct str p, size_t *i, bool fold, char *out)
{
	if (*i >= p.len)
		return PART_NEVER;
	if (p.p[*i] == '[' && at(p, *i + 1) == '.')
		return symbol_part(p, i, out);
	return byte_part(p, i, fold, out);
}

/* One element or range at *i: PART_HIT, PART_DONE (no match) or PART_NEVER. */
static enum part member(struct str p, size_t *i, char c, bool fold)
{
	char lo = 0, hi = 0, f = fold ? ascii_lower(c) : c;
	enum part k = part(p, i, c, fold, &lo);
	bool alone;

	if (k != PART_BYTE && k != PART_SYMBOL)
		return k;
	alone = at(p, *i) != '-' || *i + 1 >= p.len || (k == PART_BYTE && p.p[*i + 1] == ']');
	if (alone && lo == (k == PART_BYTE ? f : c))
		return PART_HIT;
	if (at(p, *i) != '-' || at(p, *i + 1) == ']')
		return PART_DONE;
	++*i;
	if (far_end(p, i, fold, &hi) == PART_NEVER)
		return PART_NEVER;
	return (unsigned char)lo <= (unsigned char)f && (unsigned char)f <= (unsigned char)hi ?
		PART_HIT : PART_DONE;
}

/* Behind the part of a bracket at i, none of which is compared any more; 0:
 * nothing matches a pattern with this. */
static size_t skip_part(struct str p, size_t i)
{
	size_t end = 0;

	if (p.p[i] == '\\')
		return i + 1 < p.len ? i + 2 : 0;
	if (p.p[i] != '[')
		return i + 1;
	switch (at(p, i + 1)) {
	case '=':
		return at(p, i + 2) && at(p, i + 3) == '=' && at(p, i + 4) == ']' ? i + 5 : 0;
	case '.':
		return name_end(p, i + 2, '.');
	case ':':
		end = name_end(p, i + 2, ':');
	}
	return end ? end : i + 1;
}

/* An element matched, i is behind it; returns like glob_bracket(). */
static int hit(struct str p, size_t i, bool negated, size_t *end)
{
	while (i < p.len && p.p[i] != ']') {
		i = skip_part(p, i);
		if (!i)
			return 0;
	}
	*end = i + 1;
	return i >= p.len ? -1 : !negated;
}

int glob_bracket(struct str p, size_t i, char c, bool fold, size_t *end)
{
	bool negated = at(p, i) == '!' || at(p, i) == '^', first = true;
	enum part k;

	for (i += negated; i < p.len && (p.p[i] != ']' || first); first = false) {
		k = member(p, &i, c, fold);
		if (k == PART_NEVER)
			return 0;
		if (k == PART_HIT)
			return hit(p, i, negated, end);
	}
	*end = i + 1;
	return i >= p.len ? -1 : negated;
}
