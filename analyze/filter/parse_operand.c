/* SPDX-License-Identifier: Apache-2.0 */
/* Both sides of a check: fields, transformers, constants, lists. */
#include "lib/base/compat.h"

#include "analyze/filter/op.h"
#include "analyze/filter/operand.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define OPERAND_NAMES \
	"'val', 'tolower', 'toupper', 'b64', 'basename', 'len', 'join', " \
	"'concat', 'getopt'"

/* A bad escape already wrote its sentence. */
static int quoted(struct parser *ps)
{
	int r = lex_quoted(&ps->lx);

	if (r < 0 && !ps->failed) {
		ps->failed = true;
		if (ps->nrecovered)
			return r;
		ps->e->stage = FILTER_PARSE;
		ps->e->off = (uint32_t)ps->lx.at;
	}
	return r;
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

struct ast_operand *parse_number_rhs(struct parser *ps)
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

struct ast_operand *parse_string_rhs(struct parser *ps)
{
	struct ast_operand *o = rhs_expr(ps);

	if (!o && !ps->failed)
		o = string(ps);
	if (!o)
		parser_fail(ps, "expected a string value or a field with a valid "
			    "transformer: " OPERAND_NAMES);
	return o;
}

/*
 * ("a\q"), with nothing but ")" behind it, is taken: Falco reads a first
 * element that is none as the end of the list, and has then read the string.
 * So the list is empty; who reads rule files tells that (warn_lists()).
 */
static bool unreadable_only(struct parser *ps, struct ast_operand *list)
{
	struct lexer probe = ps->lx;

	probe.msg = NULL;
	if (lex_quoted(&probe) >= 0 || probe.behind >= probe.len || probe.p[probe.behind] != ')')
		return false;
	list->unreadable = true;
	list->text = str_mem(ps->lx.p + ps->lx.at, probe.behind - ps->lx.at);
	ps->lx.at = probe.behind;
	return true;
}

/* The opening parenthesis is taken. */
static struct ast_operand *list_items(struct parser *ps, size_t off)
{
	struct ast_operand *o = operand(ps, OPND_LIST, STR(""), off), *item;
	struct args as = { 0 };

	lex_blanks(&ps->lx);
	item = unreadable_only(ps, o) ? NULL : string(ps);
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

struct ast_operand *parse_list_rhs(struct parser *ps)
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
