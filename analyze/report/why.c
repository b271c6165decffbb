/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "analyze/report/why.h"
#include "lib/base/term.h"

#define FIELDS_SHOWN	16	/* of one check */
#define CHECK_MAX	400	/* bytes of a check; long lists are cut */
#define VALUE_MAX	200

static void add_cut(struct buf *out, struct str s, size_t max)
{
	term_escape(out, str_sub(s, 0, max));
	if (s.len > max)
		buf_adds(out, "...");
}

static void add_value(struct fieldsource *src, const struct fieldref *ref, struct buf *out)
{
	struct buf b = BUF_INIT;
	struct value v;

	buf_addf(out, "%.*s = ", STR_FMT(ref->text));
	if (src->get(src, ref, FIELD_IN_FILTER, &v)) {
		value_print(&v, &b);
		add_cut(out, buf_str(&b), VALUE_MAX);
	} else {
		buf_adds(out, "<NA>");
	}
	buf_release(&b);
}

static void add_check(const struct parts *p, const struct part *part, struct fieldsource *src,
		      struct buf *out)
{
	const struct fieldref *refs[FIELDS_SHOWN];
	struct buf b = BUF_INIT;
	size_t n, i;

	part_print(part, &b);
	add_cut(out, buf_str(&b), CHECK_MAX);
	buf_release(&b);
	n = filterset_fields(p->fs, part->cond, refs, FIELDS_SHOWN);
	for (i = 0; i < n && i < FIELDS_SHOWN; i++) {
		buf_adds(out, i ? ", " : "   [");
		add_value(src, refs[i], out);
	}
	buf_adds(out, n ? "]" : "");
}

/* Parts below one that did not decide are of no interest where it is long. */
static void one_line(const struct parts *p, const struct part *part, struct fieldsource *src,
		     struct buf *out)
{
	buf_addf(out, "%c %-5s  ", part->decides ? '>' : ' ', part->value ? "true" : "false");
	buf_pad(out, ' ', 2 * (size_t)part->depth);
	if (part->macro.len)
		buf_addf(out, "%.*s: ", STR_FMT(part->macro));
	if (part->cond >= 0)
		add_check(p, part, src, out);
	else
		part_print(part, out);
}

void why_text(const struct parts *p, struct fieldsource *src, const char *before,
	      struct buf *out)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		buf_adds(out, before);
		one_line(p, &p->v[i], src, out);
		buf_addc(out, '\n');
	}
	if (p->cut)
		buf_addf(out, "%sthe condition goes on\n", before);
}

bool why_decider(const struct parts *p, struct fieldsource *src, struct buf *out)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (!p->v[i].decides || p->v[i].cond < 0)
			continue;
		if (p->v[i].macro.len)
			buf_addf(out, "%.*s: ", STR_FMT(p->v[i].macro));
		buf_addf(out, "%s: ", p->v[i].value ? "true" : "false");
		add_check(p, &p->v[i], src, out);
		return true;
	}
	return false;
}

/* --- JSON --- */

static void json_fields(const struct parts *p, const struct part *part,
			struct fieldsource *src, struct jsonw *w)
{
	const struct fieldref *refs[FIELDS_SHOWN];
	struct value v;
	size_t n, i;

	n = filterset_fields(p->fs, part->cond, refs, FIELDS_SHOWN);
	jsonw_key(w, "fields");
	jsonw_open(w);
	for (i = 0; i < n && i < FIELDS_SHOWN; i++) {
		jsonw_keystr(w, refs[i]->text);
		if (src->get(src, refs[i], FIELD_IN_FILTER, &v))
			value_json(&v, w);
		else
			jsonw_null(w);
	}
	jsonw_close(w);
}

/* Keys of one part, its kids not closed yet. */
static void json_begin(const struct parts *p, const struct part *part, struct fieldsource *src,
		       struct jsonw *w)
{
	struct buf b = BUF_INIT;

	jsonw_open(w);
	part_print(part, &b);
	jsonw_key(w, part->cond >= 0 ? "check" : "kind");
	jsonw_str(w, buf_str(&b));
	buf_release(&b);
	if (part->macro.len) {
		jsonw_key(w, "macro");
		jsonw_str(w, part->macro);
	}
	jsonw_key(w, "value");
	jsonw_bool(w, part->value);
	jsonw_key(w, "decides");
	jsonw_bool(w, part->decides);
	if (part->cond >= 0) {
		json_fields(p, part, src, w);
		return;
	}
	jsonw_key(w, "parts");
	jsonw_array(w);
}

static void json_end(const struct part *part, struct jsonw *w)
{
	if (part->cond < 0)
		jsonw_end(w);
	jsonw_close(w);
}

void why_json(const struct parts *p, struct fieldsource *src, struct jsonw *w)
{
	uint32_t open = 0;
	size_t i;

	if (!p->n)
		jsonw_null(w);
	for (i = 0; i < p->n; i++) {
		/* Close what the part before it and its parents left open. */
		for (; i && open > p->v[i].depth; open--) {
			const struct part *last = &p->v[i - 1];

			while (last->depth + 1 > open)
				last = &p->v[last->parent];
			json_end(last, w);
		}
		json_begin(p, &p->v[i], src, w);
		open = p->v[i].depth + 1;
	}
	for (; p->n && open; open--) {
		const struct part *last = &p->v[p->n - 1];

		while (last->depth + 1 > open)
			last = &p->v[last->parent];
		json_end(last, w);
	}
}
