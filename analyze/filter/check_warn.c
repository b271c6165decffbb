/* SPDX-License-Identifier: Apache-2.0 */
/* Constants that look like mistakes (filter-language section 9). */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"

static void warn(struct adding *ad, uint32_t off, const char *fmt, struct str value)
{
	struct filter_warning *w = ARENA_NEW(ad->wa, struct filter_warning);

	w->off = off;
	w->origin = ad->origin;
	w->msg = arena_printf(ad->wa, fmt, STR_FMT(value));
	while (*ad->warnings)
		ad->warnings = &(*ad->warnings)->next;
	*ad->warnings = w;
}

static struct str without_blanks(struct arena *a, struct str s)
{
	char *out;
	size_t i, n = 0;

	for (i = 0; i < s.len && s.p[i] != ' ' && !(s.p[i] >= '\t' && s.p[i] <= '\r'); i++)
		;
	if (i == s.len)
		return s;
	out = arena_alloc(a, s.len);
	for (i = 0; i < s.len; i++)
		if (s.p[i] != ' ' && !(s.p[i] >= '\t' && s.p[i] <= '\r'))
			out[n++] = s.p[i];
	return str_mem(out, n);
}

static bool is_field(struct adding *ad, struct str s)
{
	struct buf why = BUF_INIT;
	struct fieldref ref;
	bool known;

	if (str_chr(s, '.') < 1)
		return false;
	known = fieldref_parse(s, FIELD_IN_FILTER, ad->wa, &ref, &why) != 0;
	buf_release(&why);
	return known && field_in_source(ref.f, ad->source);
}

static bool is_transformer(struct str s)
{
	ssize_t open = str_chr(s, '(');
	struct str name;

	if (open < 1 || s.p[s.len - 1] != ')')
		return false;
	name = str_sub(s, 0, (size_t)open);
	return str_eq(name, STR("val")) || xform_by_name(name) >= 0;
}

/* ".*", ".+" or ".?" at p */
static bool any_text(const char *p)
{
	return p[0] == '.' && (p[1] == '*' || p[1] == '+' || p[1] == '?');
}

/*
 * A pattern that says no more than a prefix, a suffix or a substring: besides
 * an anchor at either end, or any text instead of it, nothing is special.
 */
static bool is_simple_regex(struct str s)
{
	size_t i;

	if (s.len >= 2 && any_text(s.p))
		s = str_sub(s, 2, s.len);
	else if (s.len && s.p[0] == '^')
		s = str_sub(s, 1, s.len);
	if (s.len >= 2 && any_text(s.p + s.len - 2))
		s = str_sub(s, 0, s.len - 2);
	else if (s.len && s.p[s.len - 1] == '$')
		s = str_sub(s, 0, s.len - 1);
	for (i = 0; i < s.len; i++)
		if (s.p[i] && strchr(".+*?^$()[]{}|\\", s.p[i]))
			return false;
	return true;
}

static void constant_warn(struct adding *ad, const struct ast *t, const struct ast_operand *o)
{
	struct str s = without_blanks(ad->wa, o->text);

	if (is_field(ad, s))
		warn(ad, o->off, "'%.*s' may be a valid field misused as a const string value",
		     o->text);
	else if (is_transformer(s))
		warn(ad, o->off, "'%.*s' may be a valid field transformer misused as a const "
		     "string value", o->text);
	if (t->op == FOP_REGEX && is_simple_regex(o->text))
		warn(ad, o->off, "regex check with '%.*s' may be optimized with simpler operators "
		     "such as '=', 'contains', 'startswith', 'endswith'", o->text);
}

void check_warn(struct adding *ad, const struct ast *t)
{
	const struct ast_operand *r = t->right;
	size_t i;

	if (!ad->warnings || t->kind == AST_EXISTS)
		return;
	if (r->kind == OPND_VALUE)
		constant_warn(ad, t, r);
	else if (r->kind == OPND_LIST)
		for (i = 0; i < r->nargs; i++)
			constant_warn(ad, t, r->args[i]);
}
