/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "analyze/filter/operand.h"
#include "analyze/filter/set.h"
#include "analyze/filter/transform.h"
#include "lib/base/err.h"
#include "lib/base/term.h"
#include "lib/base/utf8.h"
#include "lib/base/xalloc.h"

#define DEPTH_MAX	100	/* of nested transformers */
#define WIDTH_MAX	65535

struct part {
	struct str text;		/* printed as it is */
	const struct term *term;	/* printed behind the text; or NULL */
	uint32_t width;			/* padded with blanks or cut to it; 0: not */
};

struct format {
	bool lenient;			/* missing values print as <NA> */
	struct part *parts;
	size_t nparts;
	const struct fieldref **fields;
	size_t nfields;
};

/* ---- compiling ---- */

struct compile {
	struct arena *a;
	struct str text, source;
	struct filter_error *e;		/* the last one */
	unsigned nerrors;
	struct filterset *fs;		/* checks types, then goes away */
	struct part *parts;
	size_t nparts, cap_parts;
	const struct fieldref **fields;
	size_t nfields, cap_fields;
	size_t at;
};

static int fail(struct compile *c, size_t off, bool unknown, const char *fmt, ...) PRINTF(4, 5);

static int fail(struct compile *c, size_t off, bool unknown, const char *fmt, ...)
{
	va_list ap;

	c->e = filter_error_more(c->e);
	c->nerrors++;
	c->e->stage = FILTER_COMPILE;
	c->e->off = (uint32_t)off;
	c->e->unknown_name = unknown;
	va_start(ap, fmt);
	buf_vaddf(&c->e->msg, fmt, ap);
	va_end(ap);
	return -E_FILTER;
}

static struct part *add_part(struct compile *c)
{
	XGROW(c->parts, c->cap_parts, c->nparts + 1);
	c->parts[c->nparts] = (struct part){ 0 };
	return &c->parts[c->nparts++];
}

static void add_field(struct compile *c, const struct fieldref *ref)
{
	size_t i;

	for (i = 0; i < c->nfields; i++)
		if (str_eq(c->fields[i]->text, ref->text))
			return;
	XGROW(c->fields, c->cap_fields, c->nfields + 1);
	c->fields[c->nfields++] = ref;
}

/* The field text begins with, its length in *used. */
static int plain_field(struct compile *c, struct str text, size_t off, struct term **out,
		       size_t *used)
{
	struct term *t = ARENA_NEW(c->a, struct term);
	struct buf why = BUF_INIT;
	const char *near;
	int err = 0;

	*used = fieldref_parse(text, FIELD_IN_OUTPUT, c->a, &t->ref, &why);
	if (!*used) {
		bool unknown = strstr(why.data, "nonexistent field") != NULL;

		near = unknown ? field_nearest(text) : NULL;
		err = fail(c, off, true, unknown ? "unknown filter: %s" : "%s",
			   unknown ? arena_strdup(c->a, text) : why.data);
		if (near)
			buf_addf(&c->e->hint, "did you mean '%s'?", near);
	} else if (!field_in_source(t->ref.f, c->source)) {
		err = fail(c, off, true, "unknown filter: %.*s", STR_FMT(t->ref.text));
		buf_addf(&c->e->hint, "field '%s' does not exist for source '%.*s'",
			 t->ref.f->name, STR_FMT(c->source));
	}
	buf_release(&why);
	t->kind = TERM_FIELD;
	t->list = t->ref.list;
	t->ptype = t->ref.ptype;
	*out = t;
	if (!err)
		add_field(c, &t->ref);
	return err;
}

/* A term of the set that goes away, copied to stay. */
static int keep_term(struct compile *c, const struct term *from, size_t off, struct term **out)
{
	struct term *t;
	size_t i, used;
	int err = 0;

	if (from->kind == TERM_FIELD)
		return plain_field(c, from->text, off, out, &used);
	*out = t = arena_dup(c->a, from, sizeof(*from));
	t->constant = arena_str(c->a, from->constant);
	t->text = arena_str(c->a, from->text);
	t->args = ARENA_ARRAY(c->a, struct term *, from->nargs);
	for (i = 0; i < t->nargs && !err; i++)
		err = keep_term(c, from->args[i], off, &t->args[i]);
	return err;
}

static int transformer(struct compile *c, const struct ast_operand *o, size_t off,
		       struct term **out)
{
	struct filter_error *e = c->e;
	struct adding ad = { .source = c->source, .e = e };
	bool old = e->msg.len > 0;
	struct term *t;

	if (!c->fs)
		c->fs = filterset_new();
	ad.fs = c->fs;
	t = term_of(&ad, o);
	if (!t) {
		for (e = old ? e->next : e; e; e = e->next) {
			e->off += (uint32_t)off;
			e->unknown_name = true;
		}
		c->e = ad.e;
		c->nerrors += ad.nerrors;
		return -E_FILTER;
	}
	return keep_term(c, t, off, out);
}

/* The name a token begins with, for messages. */
static struct str word(struct str s)
{
	size_t n = 0;

	while (n < s.len && !lex_is_blank(s.p[n]) && s.p[n] != '%')
		n++;
	return str_sub(s, 0, n);
}

/*
 * What stands behind '%' and its width.  Whatever is wrong with it makes it an
 * unknown filter to Falco, which looks for the longest text that is one: so
 * skip-if-unknown-filter forgives all of it.
 */
static int token(struct compile *c, struct term **out)
{
	struct str rest = str_sub(c->text, c->at, c->text.len), name;
	struct filter_error e = FILTER_ERROR_INIT;
	struct lexer lx = { .p = rest.p, .len = rest.len };
	struct ast_operand *o;
	struct parser ps;
	size_t used, off = c->at;
	int err;

	parser_init(&ps, c->a, rest, DEPTH_MAX, &e);
	o = parse_field_or_transformer(&ps);
	if (o && o->kind == OPND_TRANSFORMER) {
		err = transformer(c, o, off, out);
		c->at += ps.lx.at;
		goto out;
	}
	if (o) {
		name = o->text;
		used = ps.lx.at;
	} else if (lex_field_name(&lx)) {	/* its bracket is text, then */
		name = lx.last;
		used = lx.at;
	} else {
		name = word(rest);
		err = ps.failed ? fail(c, off + e.off, true, "%s", e.msg.data) :
			fail(c, off, true, "unknown filter: %.*s", STR_FMT(name));
		goto out;
	}
	err = plain_field(c, name, off, out, &off);
	/* All of it was taken, or less than the bracket. */
	c->at += off == name.len ? used : off;
out:
	filter_error_release(&e);
	return err;
}

static int compile_token(struct compile *c, struct part *p)
{
	struct term *t = NULL;
	size_t percent = c->at++;
	int err;

	for (; c->at < c->text.len && c->text.p[c->at] >= '0' && c->text.p[c->at] <= '9';
	     c->at++) {
		p->width = p->width * 10 + (uint32_t)(c->text.p[c->at] - '0');
		if (p->width > WIDTH_MAX)
			return fail(c, percent, false, "a width over %u", WIDTH_MAX);
	}
	if (c->at == c->text.len)
		return fail(c, percent, false,
			    "invalid formatting syntax: formatting cannot end with a %%");
	err = token(c, &t);
	p->term = t;
	return err;
}

/* What cannot be read is gone over as if it were text. */
static int compile_parts(struct compile *c)
{
	struct part *p;
	ssize_t percent;
	int err = 0;

	while (c->at < c->text.len && c->nerrors < FILTER_ERRORS_MAX) {
		struct str rest = str_sub(c->text, c->at, c->text.len);

		p = add_part(c);
		percent = str_chr(rest, '%');
		p->text = percent < 0 ? rest : str_sub(rest, 0, (size_t)percent);
		c->at += p->text.len;
		if (percent < 0)
			break;
		if (compile_token(c, p))
			err = -E_FILTER;
	}
	return err;
}

int format_compile(struct arena *a, struct str text, struct str source,
		   struct format **out, struct filter_error *e)
{
	struct compile c = { .a = a, .source = source, .e = e };
	struct format *f = ARENA_NEW(a, struct format);
	int err;

	c.text = arena_str(a, text);
	f->lenient = text.len && text.p[0] == '*';
	c.at = f->lenient;
	if (c.text.len == c.at)
		err = fail(&c, 0, false, "empty formatting token");
	else
		err = compile_parts(&c);
	if (!err) {
		f->parts = arena_dup(a, c.parts, c.nparts * sizeof(*c.parts));
		f->nparts = c.nparts;
		f->fields = arena_dup(a, c.fields, c.nfields * sizeof(*c.fields));
		f->nfields = c.nfields;
		*out = f;
	}
	filterset_free(c.fs);
	free(c.parts);
	free(c.fields);
	return err;
}

size_t format_fields(const struct format *f, const struct fieldref **out, size_t max)
{
	size_t i;

	for (i = 0; i < f->nfields && i < max; i++)
		out[i] = f->fields[i];
	return f->nfields;
}

/* ---- rendering ---- */

/* Depth is that of the format's text: DEPTH_MAX. */
static bool term_render(const struct term *t, struct fieldsource *src, struct arena *a,
			struct value *out)
{
	struct value *args;
	size_t i;

	/* "Either end of a connection" is a question, not a value. */
	if (t->kind == TERM_FIELD)
		return src->get(src, &t->ref, FIELD_IN_OUTPUT, out) && out->shape != VAL_ANY;
	if (t->kind == TERM_TEXT) {
		*out = (struct value){ .ptype = PT_CHARBUF, .s = t->constant };
		return true;
	}
	args = arena_alloc(a, t->nargs * sizeof(*args));
	for (i = 0; i < t->nargs; i++)
		if (!term_render(t->args[i], src, a, &args[i]) ||
		    (args[i].shape != VAL_SCALAR) != t->args[i]->list ||
		    type_class(args[i].ptype, false) != type_class(t->args[i]->ptype, false))
			return false;
	if (t->kind == TERM_LIST)
		return transform_list(args, t->nargs, a, out);
	return transform((enum xform)t->xf, t->option, args, t->nargs, a, out);
}

/* Fields come fit for printing, but what a transformer made of them, b64()
 * above all, may hold anything: a newline would forge a line of output. */
static void made_print(const struct value *v, struct buf *out)
{
	struct buf text = BUF_INIT;

	value_print(v, &text);
	utf8_printable(out, buf_str(&text));
	buf_release(&text);
}

static bool token_print(const struct term *t, struct fieldsource *src, struct buf *out)
{
	struct arena a = ARENA_INIT;
	struct value v;
	bool present = term_render(t, src, &a, &v);

	if (present && t->kind == TERM_FIELD)
		value_print(&v, out);
	else if (present)
		made_print(&v, out);
	arena_release(&a);
	return present;
}

static void make_harmless(struct buf *out, size_t from)
{
	struct buf safe = BUF_INIT;

	term_escape(&safe, str_sub(buf_str(out), from, out->len));
	buf_setlen(out, from);
	buf_addstr(out, buf_str(&safe));
	buf_release(&safe);
}

static void fit(struct buf *out, size_t from, size_t width)
{
	if (out->len - from > width)
		buf_setlen(out, from + width);
	else
		buf_pad(out, ' ', width - (out->len - from));
}

bool format_render(const struct format *f, struct fieldsource *src,
		   enum format_mode mode, struct buf *out)
{
	size_t i, start = out->len, from;

	for (i = 0; i < f->nparts; i++) {
		const struct part *p = &f->parts[i];

		buf_addstr(out, p->text);
		if (!p->term)
			continue;
		from = out->len;
		if (!token_print(p->term, src, out)) {
			if (!f->lenient) {
				buf_setlen(out, start);
				return false;
			}
			buf_adds(out, "<NA>");
		} else if (mode == FORMAT_TERMINAL) {
			make_harmless(out, from);
		}
		if (p->width)
			fit(out, from, p->width);
	}
	return true;
}
