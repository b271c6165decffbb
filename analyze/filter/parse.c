/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition text -> tree, by hand-written descent.  One function a rule of
 * the grammar; every group, negated group, transformer and list of
 * transformer arguments costs one level of depth.
 */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "analyze/filter/op.h"
#include "analyze/filter/operand.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define TEXT_MAX	(64u << 20)	/* of one condition; offsets are 32 bits */

void filter_error_release(struct filter_error *e)
{
	struct filter_error *more = e->next, *next;

	buf_release(&e->msg);
	buf_release(&e->hint);
	for (e->next = NULL; more; more = next) {
		next = more->next;
		buf_release(&more->msg);
		buf_release(&more->hint);
		free(more);
	}
}

struct filter_error *filter_error_more(struct filter_error *last)
{
	if (!last->msg.len)
		return last;
	last->next = xcalloc(1, sizeof(*last));
	*last->next = (struct filter_error)FILTER_ERROR_INIT;
	return last->next;
}

int parser_fail(struct parser *ps, const char *fmt, ...)
{
	va_list ap;

	if (ps->failed)
		return -E_FILTER;
	ps->failed = true;
	if (ps->nrecovered)	/* likely no more than what comes of the first */
		return -E_FILTER;
	ps->e->stage = FILTER_PARSE;
	ps->e->off = (uint32_t)ps->lx.at;
	va_start(ap, fmt);
	buf_vaddf(&ps->e->msg, fmt, ap);
	va_end(ap);
	return -E_FILTER;
}

bool parser_deeper(struct parser *ps)
{
	if (++ps->depth <= ps->limit)
		return true;
	parser_fail(ps, "exceeded max depth limit of %u", ps->limit);
	return false;
}

void parser_init(struct parser *ps, struct arena *a, struct str text,
		 unsigned depth_limit, struct filter_error *e)
{
	*ps = (struct parser){
		.a = a,
		.e = e,
		.limit = depth_limit,
		.lx = { .p = text.p, .len = text.len, .a = a, .msg = &e->msg },
	};
}

/* and, or, not as a whole word */
static bool keyword_here(const struct lexer *lx)
{
	static const char *const words[] = { "and", "or", "not" };
	size_t i, n;
	char c;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		n = strlen(words[i]);
		if (lx->len - lx->at < n || memcmp(lx->p + lx->at, words[i], n))
			continue;
		c = lx->at + n < lx->len ? lx->p[lx->at + n] : '\0';
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9')))
			return true;
	}
	return false;
}

/* "anyof " and its like count as modifiers only before a list or a name;
 * anywhere else the word is a plain string. */
static unsigned modifier(struct parser *ps)
{
	struct lexer save = ps->lx;
	unsigned mod;

	for (mod = MOD_ANYOF; mod <= MOD_ONEOF; mod++) {
		if (!lex_text(&ps->lx, modifier_text(mod)))
			continue;
		if (lex_blanks(&ps->lx) && ps->lx.at < ps->lx.len) {
			struct lexer probe = ps->lx;

			if (probe.p[probe.at] == '(' ||
			    (!keyword_here(&probe) && lex_identifier(&probe)))
				return mod;
		}
		ps->lx = save;
	}
	return MOD_NONE;
}

/* ---- checks ---- */

static int operator(struct parser *ps)
{
	struct lexer save = ps->lx;
	int i;

	for (i = 0; i < FOP_COUNT; i++) {
		if (!lex_text(&ps->lx, optab[i].text))
			continue;
		if (optab[i].syntax != OPS_WORD ||
		    (ps->lx.at < ps->lx.len && lex_is_blank(ps->lx.p[ps->lx.at])))
			return i;
		ps->lx = save;
	}
	return -1;
}

static void no_operator(struct parser *ps)
{
	const char *names[FOP_COUNT], *near;
	int i;

	ps->e = filter_error_more(ps->e);
	ps->e->stage = FILTER_PARSE;
	ps->e->off = (uint32_t)ps->lx.at;
	buf_adds(&ps->e->msg, "expected a valid check operator: one of ");
	for (i = 0; i < FOP_COUNT; i++)
		buf_addf(&ps->e->msg, "%s'%s'", i ? ", " : "", optab[i].text);
	for (i = 0; i < FOP_COUNT; i++)
		names[i] = optab[i].text;
	lex_blanks(&ps->lx);
	near = lex_identifier(&ps->lx) ? str_nearest(ps->lx.last, names, FOP_COUNT) : NULL;
	if (near && str_eq(ps->lx.last, str_of(near)))
		buf_addf(&ps->e->hint, "'%s' needs a value behind it", near);
	else if (near)
		buf_addf(&ps->e->hint, "did you mean '%s'?", near);
}

/* "ends-with", "=~": what was meant for an operator, a blank or "(" behind it. */
static bool operator_like(struct lexer *lx)
{
	size_t from = lx->at;

	while (lx->at < lx->len && !lex_is_blank(lx->p[lx->at]) &&
	       (!lx->p[lx->at] || !strchr("(),\"'", lx->p[lx->at])))
		lx->at++;
	return lx->at > from && lx->at < lx->len &&
		(lex_is_blank(lx->p[lx->at]) || lx->p[lx->at] == '(');
}

/*
 * No known operator here.  Where a word stands in its place and something
 * like a right side follows, that is one check less, and the parsing goes on:
 * what is left of the condition may have problems of its own.
 */
static struct ast_operand *unknown_operator(struct parser *ps)
{
	struct lexer word = ps->lx;
	struct ast_operand *right;

	if (!ps->failed && ps->nrecovered < FILTER_ERRORS_MAX)
		no_operator(ps);
	ps->lx = word;
	if (ps->failed || keyword_here(&ps->lx) || !operator_like(&ps->lx)) {
		ps->failed = true;
		return NULL;
	}
	ps->nrecovered++;
	lex_blanks(&ps->lx);
	ps->lx.msg = NULL;
	modifier(ps);
	right = ps->lx.at < ps->lx.len && ps->lx.p[ps->lx.at] == '(' ?
		parse_list_rhs(ps) : parse_string_rhs(ps);
	if (!right)
		ps->failed = true;
	return right;
}

static struct ast *node(struct parser *ps, enum ast_kind kind, size_t off)
{
	struct ast *t = ARENA_NEW(ps->a, struct ast);

	t->kind = (uint8_t)kind;
	t->off = (uint32_t)off;
	return t;
}

static struct ast *condition(struct parser *ps, struct ast_operand *left)
{
	struct ast *t;
	bool blanks;
	int op;

	lex_blanks(&ps->lx);
	op = operator(ps);
	if (op < 0) {
		if (!unknown_operator(ps))
			return NULL;
		t = node(ps, AST_EXISTS, left->off);	/* the field can be looked into */
		t->left = left;
		return t;
	}
	t = node(ps, op == FOP_EXISTS ? AST_EXISTS : AST_CHECK, left->off);
	t->op = (uint8_t)op;
	t->left = left;
	if (op == FOP_EXISTS)
		return t;
	blanks = lex_blanks(&ps->lx);
	switch (optab[op].syntax) {
	case OPS_NUM:
		t->right = parse_number_rhs(ps);
		break;
	case OPS_LIST:
		t->right = parse_list_rhs(ps);
		break;
	default:
		if (blanks)
			t->mod = (uint8_t)modifier(ps);
		t->right = t->mod ? parse_list_rhs(ps) : parse_string_rhs(ps);
		break;
	}
	return t->right ? t : NULL;
}

static struct ast *parse_or(struct parser *ps);

/* "(" is taken. */
static struct ast *group(struct parser *ps)
{
	struct ast *t;

	if (!parser_deeper(ps))
		return NULL;
	t = parse_or(ps);
	ps->depth--;
	if (!t)
		return NULL;
	lex_blanks(&ps->lx);
	if (!lex_text(&ps->lx, ")")) {
		parser_fail(ps, "expected a ')' token");
		return NULL;
	}
	return t;
}

static struct ast *check(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *left;
	struct ast *t;

	if (lex_text(&ps->lx, "("))
		return group(ps);
	left = parse_field_or_transformer(ps);
	if (left)
		return condition(ps, left);
	if (ps->failed)
		return NULL;
	if (lex_identifier(&ps->lx)) {
		t = node(ps, AST_IDENT, off);
		t->text = ps->lx.last;
		return t;
	}
	parser_fail(ps, "expected a '(' token, a field check, or an identifier");
	return NULL;
}

/* "not" with white space behind it; all of that is taken. */
static bool not_word(struct parser *ps)
{
	struct lexer save = ps->lx;

	if (lex_text(&ps->lx, "not") && ps->lx.at < ps->lx.len &&
	    lex_is_space(ps->lx.p[ps->lx.at])) {
		while (ps->lx.at < ps->lx.len && lex_is_space(ps->lx.p[ps->lx.at]))
			ps->lx.at++;
		return true;
	}
	ps->lx = save;
	return false;
}

static struct ast *parse_not(struct parser *ps)
{
	size_t off;
	bool negated = false;
	struct ast *t, *n;

	lex_blanks(&ps->lx);
	off = ps->lx.at;
	while (not_word(ps))
		negated = !negated;
	if (lex_text(&ps->lx, "not(")) {
		negated = !negated;
		t = group(ps);
	} else {
		t = check(ps);
	}
	if (!t || !negated)
		return t;
	n = node(ps, AST_NOT, off);
	n->kids = arena_dup(ps->a, &t, sizeof(struct ast *));
	n->nkids = 1;
	return n;
}

/* Kid { word ( BLANK+ Kid | "(" Or ")" ) } */
static struct ast *chain(struct parser *ps, const char *word, enum ast_kind kind,
			 struct ast *(*kid)(struct parser *))
{
	struct ast **v = NULL, *t;
	size_t n = 0, cap = 0, off;

	lex_blanks(&ps->lx);
	off = ps->lx.at;
	t = kid(ps);
	while (t) {
		XGROW(v, cap, n + 1);
		v[n++] = t;
		lex_blanks(&ps->lx);
		if (!lex_text(&ps->lx, word))
			break;
		if (lex_blanks(&ps->lx)) {
			t = kid(ps);
		} else if (lex_text(&ps->lx, "(")) {
			t = group(ps);
		} else {
			parser_fail(ps, "expected blank or '(' after '%s'", word);
			t = NULL;
		}
	}
	if (ps->failed) {
		free(v);
		return NULL;
	}
	t = v[0];
	if (n > 1) {
		t = node(ps, kind, off);
		t->kids = arena_dup(ps->a, v, n * sizeof(struct ast *));
		t->nkids = n;
	}
	free(v);
	return t;
}

static struct ast *parse_and(struct parser *ps)
{
	return chain(ps, "and", AST_AND, parse_not);
}

static struct ast *parse_or(struct parser *ps)
{
	return chain(ps, "or", AST_OR, parse_and);
}

int filter_parse(struct arena *a, struct str text, unsigned depth_limit,
		 struct ast **out, struct filter_error *e)
{
	struct parser ps;
	struct ast *t;

	*out = NULL;
	if (text.len > TEXT_MAX) {
		parser_init(&ps, a, STR(""), depth_limit, e);
		return parser_fail(&ps, "filter is longer than %u bytes", TEXT_MAX);
	}
	parser_init(&ps, a, arena_str(a, text), depth_limit, e);
	if (!text.len)
		return parser_fail(&ps, "filter input string is empty");
	t = parse_or(&ps);
	if (!t)
		return -E_FILTER;
	if (ps.lx.at != ps.lx.len)
		return parser_fail(&ps, "unexpected token after '%.*s', expecting 'or', 'and'",
				   STR_FMT(ps.lx.last));
	*out = t;
	return ps.nrecovered ? -E_FILTER : 0;
}
