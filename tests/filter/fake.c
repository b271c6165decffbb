/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/constant.h"
#include "analyze/filter/lex.h"
#include "analyze/filter/op.h"
#include "tests/filter/fake.h"

static bool fake_get(struct fieldsource *s, const struct fieldref *ref,
		     enum field_place place UNUSED, struct value *out)
{
	struct fake *f = (struct fake *)s;
	size_t i;

	f->gets++;
	for (i = 0; i < f->n; i++) {
		if (!str_eq(f->name[i], ref->text))
			continue;
		*out = f->value[i];
		return true;
	}
	return false;
}

int fake_event(struct str name)
{
	int ev, found = -1;

	for (ev = 0; ev < EV_COUNT; ev++)
		if (evtab[ev].name && str_eq(name, str_of(evtab[ev].name)) &&
		    (found < 0 || ev_is_exit((unsigned)ev) || !ev_is_exit((unsigned)found)))
			found = ev;
	return found;
}

/* A network field's value is an address. */
static bool scalar(struct fake *f, const struct fieldref *ref, struct str text,
		   struct value *out)
{
	unsigned ptype = type_class(ref->ptype, false) == OC_NET ? PT_IPADDR : ref->ptype;
	struct buf why = BUF_INIT;
	struct constant k;
	bool ok = constant_parse(ptype, false, text, &f->a, &k, &why);

	if (!ok)
		fprintf(stderr, "%.*s: %s\n", STR_FMT(ref->text), why.data);
	buf_release(&why);
	*out = (struct value){ .ptype = ref->ptype, .pfmt = ref->pfmt };
	switch (type_class(ptype, false)) {
	case OC_IP:
		out->ip = k.ip;
		break;
	case OC_STR:
	case OC_BUF:
		out->s = k.s;
		break;
	default:
		if (ptype == PT_DOUBLE)
			out->d = k.d;
		else
			out->u = k.u;
		break;
	}
	return ok;
}

static bool one_text(struct lexer *lx, struct str *out, const char *stop)
{
	size_t from = lx->at;
	int r = lex_quoted(lx);

	if (r) {
		*out = lx->last;
		return r > 0;
	}
	while (lx->at < lx->len && !strchr(stop, lx->p[lx->at]))
		lx->at++;
	*out = str_mem(lx->p + from, lx->at - from);
	return true;
}

static bool several(struct fake *f, const struct fieldref *ref, struct lexer *lx,
		    struct value *out)
{
	char close = lx->p[lx->at] == '[' ? ']' : '}';
	struct value *v = arena_alloc(&f->a, 32 * sizeof(*v));
	struct str text;
	size_t n = 0;

	lx->at++;
	while (lx->at < lx->len && lx->p[lx->at] != close && n < 32) {
		if (!one_text(lx, &text, ",]} ") || !scalar(f, ref, text, &v[n++]))
			return false;
		if (lx->at < lx->len && lx->p[lx->at] == ',')
			lx->at++;
	}
	lx->at++;
	*out = (struct value){ .ptype = ref->ptype, .pfmt = ref->pfmt,
			       .shape = close == ']' ? VAL_LIST : VAL_ANY, .list = { v, n } };
	return true;
}

static bool assignment(struct fake *f, struct lexer *lx)
{
	struct buf why = BUF_INIT;
	struct fieldref ref;
	struct str name, text;
	size_t from = lx->at;
	bool ok;

	while (lx->at < lx->len && lx->p[lx->at] != '=')
		lx->at++;
	name = str_mem(lx->p + from, lx->at - from);
	ok = lx->at++ < lx->len && f->n < FAKE_FIELDS &&
	     fieldref_parse(name, FIELD_IN_FILTER, &f->a, &ref, &why);
	if (!ok)
		fprintf(stderr, "bad field %.*s: %s\n", STR_FMT(name), why.data);
	buf_release(&why);
	if (!ok)
		return false;
	f->name[f->n] = ref.text;
	if (lx->at < lx->len && (lx->p[lx->at] == '[' || lx->p[lx->at] == '{'))
		return several(f, &ref, lx, &f->value[f->n++]);
	return one_text(lx, &text, " ") && scalar(f, &ref, text, &f->value[f->n++]);
}

bool fake_parse(struct fake *f, struct str line)
{
	struct buf why = BUF_INIT;
	struct lexer lx = { .p = line.p, .len = line.len, .a = &f->a, .msg = &why };
	bool ok = true;
	int ev;

	*f = (struct fake){ .src.get = fake_get };
	lx.a = &f->a;
	while (lx.at < lx.len && lx.p[lx.at] != ' ')
		lx.at++;
	ev = fake_event(str_mem(line.p, lx.at));
	if (ev < 0) {
		fprintf(stderr, "no event %.*s\n", (int)lx.at, line.p);
		return false;
	}
	f->src.evtype = (uint16_t)ev;
	while (ok && lex_blanks(&lx))
		if (lx.at < lx.len)
			ok = assignment(f, &lx);
	buf_release(&why);
	return ok && lx.at >= lx.len;
}

void fake_release(struct fake *f)
{
	arena_release(&f->a);
}
