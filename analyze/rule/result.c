/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/limits.h"
#include "analyze/rule/result.h"
#include "lib/base/err.h"
#include "lib/base/map.h"

#define EXCERPT_MAX	4096	/* longer lines are not shown */

static const struct {
	const char *name, *text;
	enum diag_level level;
} codes[] = {
#define LOADCODE(id, level, text) [LOAD_##id] = { "LOAD_" #id, text, DIAG_##level },
#include "schema/loadcodes.def"
#undef LOADCODE
};

bool loadcode_is_error(enum loadcode code)
{
	return codes[code].level == DIAG_ERROR;
}

const char *loadcode_name(enum loadcode code)
{
	return codes[code].name;
}

const char *loadcode_text(enum loadcode code)
{
	return codes[code].text;
}

void load_results_init(struct load_results *r, struct arena *a)
{
	*r = (struct load_results){ .a = a };
	r->tail = &r->first;
}

struct load_result *load_results_add(struct load_results *r, const char *name,
				     const struct yfile *file)
{
	struct load_result *l = ARENA_NEW(r->a, struct load_result);

	l->name = name;
	l->file = file;
	l->errors_tail = &l->errors;
	l->warnings_tail = &l->warnings;
	*r->tail = l;
	r->tail = &l->next;
	r->cur = l;
	r->last = NULL;
	return l;
}

bool load_results_full(const struct load_results *r)
{
	return r->nerrors >= LOAD_ERRORS_MAX;
}

int load_finding(struct load_results *r, enum loadcode code, const struct where *where,
		 const char *fmt, ...)
{
	struct load_result *l = r->cur;
	struct buf b = BUF_INIT;
	struct finding *f;
	va_list ap;

	if (load_results_full(r) && l->nerrors) {
		r->last = NULL;
		return loadcode_is_error(code) ? -E_RULES : 0;
	}
	f = ARENA_NEW(r->a, struct finding);
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	f->code = code;
	f->where = where;
	f->msg = arena_strdup(r->a, buf_str(&b));
	f->further = l->nerrors > 0;
	buf_release(&b);
	r->last = f;
	if (!loadcode_is_error(code)) {
		*l->warnings_tail = f;
		l->warnings_tail = &f->next;
		l->nwarnings++;
		return 0;
	}
	*l->errors_tail = f;
	l->errors_tail = &f->next;
	l->nerrors++;
	r->nerrors++;
	return -E_RULES;
}

void load_hint(struct load_results *r, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	if (!r->last)
		return;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	if (b.len)
		r->last->hint = arena_strdup(r->a, buf_str(&b));
	buf_release(&b);
}

const struct where *where_node(struct arena *a, const struct where *up, enum ruleitem type,
			       struct str name, const struct ynode *n)
{
	struct where *w = ARENA_NEW(a, struct where);

	w->up = up;
	w->type = type;
	w->name = name;
	w->node = n;
	w->file = n ? n->file : up ? up->file : NULL;
	if (n)
		w->pos = (struct ypos){ n->line, n->col, n->off };
	else if (up)
		w->pos = up->pos;
	w->src = w->pos;
	return w;
}

/* "rule 'x'", to begin the sentence with; empty when the item has no name. */
static void subject(const struct where *w, struct buf *out)
{
	for (; w; w = w->up) {
		if (w->type == ITEM_RULE && w->name.len)
			buf_addf(out, "rule '%.*s': ", STR_FMT(w->name));
		else if (w->type == ITEM_MACRO && w->name.len)
			buf_addf(out, "macro '%.*s': ", STR_FMT(w->name));
		else if (w->type == ITEM_LIST && w->name.len)
			buf_addf(out, "list '%.*s': ", STR_FMT(w->name));
		else
			continue;
		return;
	}
}

static void finding_diag(const struct finding *f, const struct load_result *l, struct smap *told,
			 struct arena *a, struct diag *d)
{
	const struct where *w = f->where;
	enum diag_level level = codes[f->code].level;
	struct diag_item *it;
	struct buf b = BUF_INIT;
	struct str key, line;

	subject(w, &b);
	buf_addf(&b, "%s [%s]", f->msg, loadcode_name(f->code));
	key = str_of(arena_printf(a, "%s:%u:%s", w && w->file ? w->file->name : l->name,
				  w ? w->src.off : 0, f->msg));
	if (!smap_get(told, key)) {
		smap_put(told, key, (void *)f);
		if (w && w->file)
			it = diag_at(d, level, w->file->name, w->src.line + 1, w->src.col + 1,
				     "%s", b.data);
		else
			it = diag_at(d, level, l->name, 0, 0, "%s", b.data);
		line = w && w->file ? yfile_line(w->file, w->src.off) : STR("");
		if (line.len && line.len <= EXCERPT_MAX)
			diag_excerpt(it, line);
		if (f->hint)
			diag_hint(it, "%s", f->hint);
	}
	buf_release(&b);
}

void load_results_diag(const struct load_results *r, struct diag *d)
{
	const struct load_result *l;
	const struct finding *f;
	struct smap told = SMAP_INIT;
	struct arena a = ARENA_INIT;

	for (l = r->first; l; l = l->next) {
		for (f = l->errors; f; f = f->next)
			finding_diag(f, l, &told, &a, d);
		for (f = l->warnings; f; f = f->next)
			finding_diag(f, l, &told, &a, d);
	}
	smap_release(&told);
	arena_release(&a);
}
