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

#define OPERAND_NAMES \
	"'val', 'tolower', 'toupper', 'b64', 'basename', 'len', 'join', " \
	"'concat', 'getopt'"

void filter_error_release(struct filter_error *e)
{
	buf_release(&e->msg);
	buf_release(&e->hint);
}

int parser_fail(struct parser *ps, const char *fmt, ...)
{
	va_list ap;

	if (ps->failed)
		return -E_FILTER;
	ps->failed = true;
	ps->e->stage = FILTER_PARSE;
	ps->e->off = (uint32_t)ps->lx.at;
	va_start(ap, fmt);
	buf_vaddf(&ps->e->msg, fmt, ap);
	va_end(ap);
	return -E_FILTER;
}

/* A bad escape already wrote its sentence. */
static int quoted(struct parser *ps)
{
	int r = lex_quoted(&ps->lx);

	if (r < 0 && !ps->failed) {
		ps->failed = true;
		ps->e->stage = FILTER_PARSE;
		ps->e->off = (uint32_t)ps->lx.at;
	}
	return r;
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

static struct ast_operand *operand(struct parser *ps, enum ast_operand_kind kind,
				   struct str text, size_t off)
{
	struct ast_operand *o = ARENA_NEW(ps->a, struct ast_operand);

	o->kind = (uint8_t)kind;
	o->text = text;
	o->off = (uint32_t)off;
	return o;
}

/* ---- operands ---- */

/* "[" Arg "]" behind a field name or a transformer, if there is one: 1, 0 or
 * a negative error. */
static int bracket_arg(struct parser *ps, struct str *arg)
{
	int r;

	if (!lex_text(&ps->lx, "["))
		return 0;
	r = quoted(ps);
	if (r < 0)
		return -E_FILTER;
	if (!r && !lex_bare_arg(&ps->lx))
		return parser_fail(ps, "expected a valid field argument: "
				   "a quoted string or a bare string");
	*arg = ps->lx.last;
	if (!lex_text(&ps->lx, "]"))
		return parser_fail(ps, "expected a ']' token");
	return 1;
}

/* A field with its argument; NULL without an error when none is here. */
static struct ast_operand *field(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct str name, arg, text;
	int r;

	if (!lex_field_name(&ps->lx))
		return NULL;
	name = text = ps->lx.last;
	r = bracket_arg(ps, &arg);
	if (r < 0)
		return NULL;
	if (r)
		text = str_of(arena_printf(ps->a, "%.*s[%.*s]", STR_FMT(name),
					   STR_FMT(arg)));
	ps->lx.last = text;
	return operand(ps, OPND_FIELD, text, off);
}

struct args {
	struct ast_operand **v;
	size_t n, cap;
};

static void args_add(struct args *as, struct ast_operand *o)
{
	XGROW(as->v, as->cap, as->n + 1);
	as->v[as->n++] = o;
}

/* Hand the arguments over to o. */
static void args_give(struct parser *ps, struct args *as, struct ast_operand *o)
{
	o->nargs = as->n;
	if (as->n)
		o->args = arena_dup(ps->a, as->v, as->n * sizeof(*as->v));
	free(as->v);
}

static struct ast_operand *transformer(struct parser *ps);

/* What both transformer arguments and elements of their lists can be. */
static struct ast_operand *simple_arg(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o;
	int r;

	if (lex_number(&ps->lx)) {
		o = operand(ps, OPND_VALUE, ps->lx.last, off);
		o->number = true;
		return o;
	}
	r = quoted(ps);
	if (r < 0)
		return NULL;
	if (r) {
		o = operand(ps, OPND_VALUE, ps->lx.last, off);
		o->quoted = true;
		return o;
	}
	o = field(ps);
	if (o || ps->failed)
		return o;
	return transformer(ps);
}

static struct ast_operand *transformer_list(struct parser *ps, size_t off)
{
	struct ast_operand *o = operand(ps, OPND_LIST, STR(""), off), *e;
	struct args as = { 0 };

	if (!parser_deeper(ps))
		return NULL;
	lex_blanks(&ps->lx);
	if (!lex_text(&ps->lx, ")")) {
		for (;;) {
			lex_blanks(&ps->lx);
			e = simple_arg(ps);
			if (!e) {
				parser_fail(ps, "expected transformer list argument: "
					    "field, transformer, quoted string, or number");
				break;
			}
			args_add(&as, e);
			lex_blanks(&ps->lx);
			if (!lex_text(&ps->lx, ","))
				break;
		}
		if (!ps->failed && !lex_text(&ps->lx, ")"))
			parser_fail(ps, "expected a ')' token closing the transformer list");
	}
	args_give(ps, &as, o);
	ps->depth--;
	return ps->failed ? NULL : o;
}

static struct ast_operand *transformer_arg(struct parser *ps)
{
	size_t off;

	lex_blanks(&ps->lx);
	off = ps->lx.at;
	if (lex_text(&ps->lx, "("))
		return transformer_list(ps, off);
	return simple_arg(ps);
}

static struct ast_operand *transformer(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o, *arg;
	struct args as = { 0 };

	if (lex_transformer(&ps->lx) < 0)
		return NULL;
	if (!parser_deeper(ps))
		return NULL;
	o = operand(ps, OPND_TRANSFORMER, ps->lx.last, off);
	do {
		arg = transformer_arg(ps);
		if (!arg) {
			parser_fail(ps, "expected field transformer argument: field, "
				    "transformer, quoted string, number, or transformer list");
			break;
		}
		args_add(&as, arg);
		lex_blanks(&ps->lx);
	} while (lex_text(&ps->lx, ","));
	args_give(ps, &as, o);
	if (!ps->failed && !lex_text(&ps->lx, ")"))
		parser_fail(ps, "expected a ')' token closing the transformer");
	if (!ps->failed)
		bracket_arg(ps, &o->arg);
	ps->depth--;
	return ps->failed ? NULL : o;
}

struct ast_operand *parse_field_or_transformer(struct parser *ps)
{
	struct ast_operand *o = field(ps);

	return o || ps->failed ? o : transformer(ps);
}

/* val(field) or a transformer on the right side; NULL without an error when
 * there is none. */
static struct ast_operand *rhs_expr(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o;

	if (!lex_text(&ps->lx, "val("))
		return transformer(ps);
	lex_blanks(&ps->lx);
	o = field(ps);
	if (!o) {
		parser_fail(ps, "expected a field within 'val' transformer");
		return NULL;
	}
	o->val = true;
	o->off = (uint32_t)off;
	lex_blanks(&ps->lx);
	if (!lex_text(&ps->lx, ")")) {
		parser_fail(ps, "expected a ')' token closing the transformer");
		return NULL;
	}
	return bracket_arg(ps, &o->arg) < 0 ? NULL : o;
}

/* ---- right sides ---- */

static struct ast_operand *number_rhs(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o;

	if (lex_number(&ps->lx)) {
		o = operand(ps, OPND_VALUE, ps->lx.last, off);
		o->number = true;
		return o;
	}
	o = rhs_expr(ps);
	if (!o)
		parser_fail(ps, "expected a number value or a field with a valid "
			    "transformer: " OPERAND_NAMES);
	return o;
}

/* A quoted or bare string; NULL without an error when there is none. */
static struct ast_operand *string(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o;
	int r = quoted(ps);

	if (r < 0 || (!r && !lex_bare(&ps->lx)))
		return NULL;
	o = operand(ps, OPND_VALUE, ps->lx.last, off);
	o->quoted = r > 0;
	return o;
}

static struct ast_operand *string_rhs(struct parser *ps)
{
	struct ast_operand *o = rhs_expr(ps);

	if (!o && !ps->failed)
		o = string(ps);
	if (!o)
		parser_fail(ps, "expected a string value or a field with a valid "
			    "transformer: " OPERAND_NAMES);
	return o;
}

/* The opening parenthesis is taken. */
static struct ast_operand *list_items(struct parser *ps, size_t off)
{
	struct ast_operand *o = operand(ps, OPND_LIST, STR(""), off), *item;
	struct args as = { 0 };

	lex_blanks(&ps->lx);
	item = string(ps);
	while (item) {
		args_add(&as, item);
		lex_blanks(&ps->lx);
		if (!lex_text(&ps->lx, ","))
			break;
		lex_blanks(&ps->lx);
		item = string(ps);
		if (!item)
			parser_fail(ps, "expected a string value");
	}
	args_give(ps, &as, o);
	if (!ps->failed && !lex_text(&ps->lx, ")"))
		parser_fail(ps, "expected a ')' token");
	return ps->failed ? NULL : o;
}

/* A list by name: what the name stands for was put into the text before, so
 * a name still here is its only item. */
static struct ast_operand *identifier_list(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o, *item;

	if (!lex_identifier(&ps->lx))
		return NULL;
	item = operand(ps, OPND_VALUE, ps->lx.last, off);
	o = operand(ps, OPND_LIST, ps->lx.last, off);
	o->from_ident = true;
	o->args = arena_dup(ps->a, &item, sizeof(struct ast_operand *));
	o->nargs = 1;
	return o;
}

static struct ast_operand *list_rhs(struct parser *ps)
{
	size_t off = ps->lx.at;
	struct ast_operand *o;

	if (lex_text(&ps->lx, "("))
		return list_items(ps, off);
	o = rhs_expr(ps);
	if (!o && !ps->failed)
		o = identifier_list(ps);
	if (!o)
		parser_fail(ps, "expected a list, an identifier, or a field with a "
			    "valid transformer: " OPERAND_NAMES);
	return o;
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

static int no_operator(struct parser *ps)
{
	int i;

	if (ps->failed)
		return -E_FILTER;
	parser_fail(ps, "expected a valid check operator: one of ");
	for (i = 0; i < FOP_COUNT; i++)
		buf_addf(&ps->e->msg, "%s'%s'", i ? ", " : "", optab[i].text);
	return -E_FILTER;
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
		no_operator(ps);
		return NULL;
	}
	t = node(ps, op == FOP_EXISTS ? AST_EXISTS : AST_CHECK, left->off);
	t->op = (uint8_t)op;
	t->left = left;
	if (op == FOP_EXISTS)
		return t;
	blanks = lex_blanks(&ps->lx);
	switch (optab[op].syntax) {
	case OPS_NUM:
		t->right = number_rhs(ps);
		break;
	case OPS_LIST:
		t->right = list_rhs(ps);
		break;
	default:
		if (blanks)
			t->mod = (uint8_t)modifier(ps);
		t->right = t->mod ? list_rhs(ps) : string_rhs(ps);
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

static bool posix_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* "not" with white space behind it; all of that is taken. */
static bool not_word(struct parser *ps)
{
	struct lexer save = ps->lx;

	if (lex_text(&ps->lx, "not") && ps->lx.at < ps->lx.len &&
	    posix_space(ps->lx.p[ps->lx.at])) {
		while (ps->lx.at < ps->lx.len && posix_space(ps->lx.p[ps->lx.at]))
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
	return 0;
}
