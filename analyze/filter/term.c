/* SPDX-License-Identifier: Apache-2.0 */
/* Operands -> terms: names, types and arities are checked here. */
#include "lib/base/compat.h"

#include "analyze/filter/operand.h"
#include "analyze/filter/set.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

int adding_fail(struct adding *ad, uint32_t off, const char *fmt, ...)
{
	struct filter_error *e = ad->e = filter_error_more(ad->e);
	va_list ap;

	ad->nerrors++;
	e->stage = FILTER_COMPILE;
	e->off = off;
	e->origin = ad->origin;
	va_start(ap, fmt);
	buf_vaddf(&e->msg, fmt, ap);
	va_end(ap);
	return -E_FILTER;
}

/* Cost of fetching a field, in units of a simple comparison: a guess. */
static unsigned field_cost(const struct fieldref *ref)
{
	switch (ref->f->id) {
	case FIELD_EVT_ARG:	/* made as text: flags by name, paths resolved */
	case FIELD_EVT_ARGS:
	case FIELD_EVT_INFO:
	case FIELD_EVT_ABSPATH:
		return 80;
	case FIELD_CONTAINER_ID:
		return 4;
	}
	switch (ref->f->fclass) {
	case FCLASS_EVT:
		return ref->f->ptype == PT_CHARBUF ? 12 : 4;
	case FCLASS_PROCESS:
		return ref->f->arg == FARG_OPT_LEVEL ? 25 : 4;
	case FCLASS_FD:
		return ref->f->list ? 40 : 5;
	case FCLASS_K8S_AUDIT:
	case FCLASS_JSON:
		return 30;
	default:
		return 10;
	}
}

/* The term with this key, or a new one with the key's number. */
static struct term *intern(struct filterset *fs, struct str key, bool *fresh)
{
	struct term *t = smap_get(&fs->term_map, key);

	*fresh = !t;
	if (t)
		return t;
	t = ARENA_NEW(&fs->a, struct term);
	t->slot = (uint32_t)fs->nterms;
	XGROW(fs->terms, fs->cap_terms, fs->nterms + 1);
	fs->terms[fs->nterms++] = t;
	smap_put(&fs->term_map, arena_str(&fs->a, key), t);
	return t;
}

static struct term *unknown_field(struct adding *ad, const struct ast_operand *o,
				  const char *why)
{
	static const struct str argument = { "evt.arg.", 8 };
	const char *near;

	adding_fail(ad, o->off, "%s", why);
	if (strstr(why, "unknown event argument") && str_starts(o->text, argument)) {
		near = field_param_nearest(str_sub(o->text, argument.len, o->text.len));
		if (near)
			buf_addf(&ad->e->hint, "did you mean 'evt.arg.%s'?", near);
		return NULL;
	}
	near = field_nearest(o->text);
	ad->e->unknown_name = strstr(why, "nonexistent field") != NULL ||
			      strstr(why, "unknown event type") != NULL;
	if (near && ad->e->unknown_name)
		buf_addf(&ad->e->hint, "did you mean '%s'?", near);
	return NULL;
}

static struct term *field_term(struct adding *ad, const struct ast_operand *o)
{
	struct filterset *fs = ad->fs;
	struct buf key = BUF_INIT;
	struct fieldref ref;
	struct term *t;
	bool fresh;

	if (!fieldref_parse(o->text, FIELD_IN_FILTER, &fs->a, &ref, &key)) {
		t = unknown_field(ad, o, key.data);
		buf_release(&key);
		return t;
	}
	if (!field_in_source(ref.f, ad->source)) {
		buf_addf(&key, "filter_check called with nonexistent field %.*s",
			 STR_FMT(o->text));
		adding_fail(ad, o->off, "%s", key.data);
		ad->e->unknown_name = true;
		buf_addf(&ad->e->hint, "field '%s' does not exist for source '%.*s'",
			 ref.f->name, STR_FMT(ad->source));
		buf_release(&key);
		return NULL;
	}
	buf_addc(&key, 'F');
	buf_addstr(&key, ref.text);
	t = intern(fs, buf_str(&key), &fresh);
	buf_release(&key);
	if (!fresh)
		return t;
	t->kind = TERM_FIELD;
	t->ref = ref;
	t->text = ref.text;
	t->ptype = ref.ptype;
	t->pfmt = ref.pfmt;
	t->list = ref.list;
	t->dynamic = ref.f->ptype == PT_DYN;
	t->ordered = ref.f->id == FIELD_EVT_DELTATIME || ref.f->id == FIELD_EVT_DELTATIME_S ||
		     ref.f->id == FIELD_EVT_DELTATIME_NS;
	t->cost = (uint16_t)field_cost(&ref);
	return t;
}

static struct term *text_term(struct adding *ad, const struct ast_operand *o)
{
	struct buf key = BUF_INIT;
	struct term *t;
	bool fresh;

	buf_addc(&key, 'T');
	buf_addstr(&key, o->text);
	t = intern(ad->fs, buf_str(&key), &fresh);
	if (fresh) {
		t->kind = TERM_TEXT;
		t->ptype = PT_CHARBUF;
		t->constant = arena_str(&ad->fs->a, o->text);
		t->text = arena_str(&ad->fs->a, o->text);
	}
	buf_release(&key);
	return t;
}

static struct term *arg_term(struct adding *ad, const struct ast_operand *o);

/* A term made of others; args are handed over. */
static struct term *composite(struct adding *ad, const struct ast_operand *o, int kind,
			      int xf, struct term **args)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	struct filterset *fs = ad->fs;
	unsigned cost = 10;
	struct term *t;
	bool fresh;
	size_t i;

	buf_addf(&key, "%c%d", kind == TERM_LIST ? 'L' : 'X', xf);
	if (o->arg.p)
		buf_addf(&key, "[%.*s", STR_FMT(o->arg));
	for (i = 0; i < o->nargs; i++)
		buf_addf(&key, ",%u", args[i]->slot);
	t = intern(fs, buf_str(&key), &fresh);
	if (fresh) {
		t->kind = (uint8_t)kind;
		t->xf = (uint8_t)xf;
		t->ptype = PT_CHARBUF;
		t->args = arena_dup(&fs->a, args, o->nargs * sizeof(struct term *));
		t->nargs = o->nargs;
		t->option = o->arg.p ? o->arg.p[0] : '\0';
		for (i = 0; i < t->nargs; i++) {
			cost += args[i]->cost;
			t->ordered |= args[i]->ordered;
			t->b64 |= args[i]->b64;
		}
		t->cost = (uint16_t)(cost < UINT16_MAX ? cost : UINT16_MAX);
		operand_print(o, &text);
		t->text = arena_str(&fs->a, buf_str(&text));
	}
	buf_release(&key);
	buf_release(&text);
	return t;
}

static bool is_text(const struct term *t)
{
	return !t->list && type_class(t->ptype, false) == OC_STR;
}

static bool can_join(const struct term *t)
{
	return t->list && t->ptype == PT_CHARBUF;
}

static struct term *list_term(struct adding *ad, const struct ast_operand *o)
{
	struct term **args = xcalloc(o->nargs + 1, sizeof(struct term *)), *t = NULL;
	bool wrong = false;
	size_t i;

	for (i = 0; i < o->nargs; i++) {
		args[i] = arg_term(ad, o->args[i]);
		if (!args[i]) {
			wrong = true;
			continue;
		}
		if (!(type_class(args[i]->ptype, false) & (OC_STR | OC_NUM))) {
			adding_fail(ad, o->args[i]->off, "type '%s' is not supported in a "
				    "transformer list", ptype_name(args[i]->ptype));
			wrong = true;
		}
	}
	if (wrong)
		goto out;
	t = composite(ad, o, TERM_LIST, 0, args);
	t->list = true;
out:
	free(args);
	return t;
}

/* Transformers that take one thing and give it a new value. */
static struct term *unary(struct adding *ad, const struct ast_operand *o, int xf,
			  struct term *arg)
{
	unsigned cls = type_class(arg->ptype, false);
	struct term *t;

	/* Transformers of several arguments do take such fields (measured). */
	if (arg->kind == TERM_FIELD && arg->ref.f->flags & FF_NO_TRANSFORMER) {
		adding_fail(ad, o->off, "field '%s' does not support transformers",
			    arg->ref.f->name);
		return NULL;
	}
	if (arg->list && xf == XF_LEN)
		cls = OC_LIST;
	if (!(cls & xformtab[xf].classes)) {
		adding_fail(ad, o->off, "can't add field transformer: type '%s' is not "
			    "supported by '%s' transformer applied on field '%.*s'",
			    ptype_name(arg->ptype), xformtab[xf].name, STR_FMT(arg->text));
		return NULL;
	}
	t = composite(ad, o, TERM_XFORM, xf, &arg);
	t->list = arg->list && xf != XF_LEN;
	t->ptype = xf == XF_LEN ? PT_UINT64 : arg->ptype;
	t->b64 = xf == XF_B64 || (arg->b64 && xf != XF_LEN);
	return t;
}

static const char *join_wrong(const struct ast_operand *o, struct term *const *args)
{
	if (o->nargs != 2)
		return "join() requires exactly 2 arguments: separator and list";
	if (!is_text(args[0]))
		return args[0]->list ?
		       "join() first argument (separator) must be a single value, not a list" :
		       "join() first argument (separator) must be a string";
	return can_join(args[1]) ? NULL : "join() second argument must be a list";
}

static const char *getopt_wrong(const struct ast_operand *o, struct term *const *args)
{
	if (o->nargs != 2)
		return "getopt() requires exactly 2 arguments: list and options";
	if (!can_join(args[0]))
		return "getopt() first argument must be a list";
	if (!is_text(args[1]))
		return "getopt() second argument must be a string";
	if (o->arg.p && o->arg.len != 1)
		return "getopt() field argument must be a single option character";
	return NULL;
}

static const char *concat_wrong(const struct ast_operand *o, struct term *const *args)
{
	size_t i;

	for (i = 0; i < o->nargs; i++)
		if (!is_text(args[i]))
			return "concat() arguments must be strings";
	return NULL;
}

static struct term *many(struct adding *ad, const struct ast_operand *o, int xf,
			 struct term **args)
{
	const char *wrong = xf == XF_JOIN ? join_wrong(o, args) :
			    xf == XF_GETOPT ? getopt_wrong(o, args) : concat_wrong(o, args);
	struct term *t;

	if (wrong) {
		adding_fail(ad, o->off, "%s", wrong);
		return NULL;
	}
	t = composite(ad, o, TERM_XFORM, xf, args);
	t->list = xf == XF_GETOPT && !o->arg.p;
	return t;
}

/* Wrong whatever the arguments are. */
static bool misused(struct adding *ad, const struct ast_operand *o, int xf)
{
	const struct xforminfo *x = &xformtab[xf];

	if (o->arg.p && xf != XF_GETOPT)
		adding_fail(ad, o->off, "%stransformer '%s' does not support field arguments",
			    x->classes ? "filter error: " : "", x->name);
	else if (x->min > 1 && o->nargs == 1)
		adding_fail(ad, o->off, "unknown field transfomer '%s'", x->name);
	else if (x->max == 1 && o->nargs > 1)
		adding_fail(ad, o->off, "transformer '%s' takes one argument", x->name);
	else
		return false;
	return true;
}

static struct term *transformer_term(struct adding *ad, const struct ast_operand *o)
{
	struct term **args, *t = NULL;
	int xf = xform_by_name(o->text);
	bool wrong = false;
	size_t i;

	if (xf < 0 || misused(ad, o, xf))
		return NULL;
	args = xcalloc(o->nargs + 1, sizeof(struct term *));
	for (i = 0; i < o->nargs; i++) {
		args[i] = arg_term(ad, o->args[i]);
		wrong |= !args[i];
	}
	if (wrong)
		goto out;
	t = xformtab[xf].max == 1 ? unary(ad, o, xf, args[0]) : many(ad, o, xf, args);
out:
	free(args);
	return t;
}

/* An argument of a transformer or an element of a list. */
static struct term *arg_term(struct adding *ad, const struct ast_operand *o)
{
	switch (o->kind) {
	case OPND_VALUE:
		return text_term(ad, o);
	case OPND_LIST:
		return list_term(ad, o);
	case OPND_TRANSFORMER:
		return transformer_term(ad, o);
	default:
		return field_term(ad, o);
	}
}

struct term *term_of(struct adding *ad, const struct ast_operand *o)
{
	return o->kind == OPND_FIELD ? field_term(ad, o) : transformer_term(ad, o);
}

const struct fieldref *term_field(const struct term *t)
{
	while (t->kind == TERM_XFORM && xformtab[t->xf].max == 1)
		t = t->args[0];
	return t->kind == TERM_FIELD ? &t->ref : NULL;
}
