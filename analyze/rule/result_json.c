/* SPDX-License-Identifier: Apache-2.0 */
/* Load results as data, in the shape of Falco's validation result. */
#include "lib/base/compat.h"

#include "analyze/rule/result.h"

#define SNIPPET_HALF	80	/* bytes shown on either side of the place */

static const char *const item_names[] = {
#define RULEITEM(id, name) [ITEM_##id] = name,
#include "schema/ruleitems.def"
#undef RULEITEM
};

static bool in_expression(const struct where *w)
{
	return w->type == ITEM_CONDITION_EXPRESSION || w->type == ITEM_RULE_OUTPUT_EXPRESSION;
}

/* The first 17 bytes of an expression stand for its name. */
static void position_name(const struct where *w, struct jsonw *j)
{
	struct buf b = BUF_INIT;
	size_t i;

	if (!in_expression(w)) {
		jsonw_cstr(j, w->file ? w->file->name : "");
		return;
	}
	buf_addf(&b, "\"%.*s...\"", STR_FMT(str_sub(w->text, 0, 17)));
	for (i = 0; i < b.len; i++)
		if (b.data[i] == '\n' || b.data[i] == '\r')
			b.data[i] = ' ';
	jsonw_str(j, buf_str(&b));
	buf_release(&b);
}

/* Outermost place first: an array by depth, the chain being short. */
static void locations(const struct where *w, struct jsonw *j)
{
	if (!w)
		return;
	locations(w->up, j);
	jsonw_open(j);
	jsonw_key(j, "item_name");
	jsonw_str(j, w->name);
	jsonw_key(j, "item_type");
	jsonw_cstr(j, item_names[w->type]);
	jsonw_key(j, "position");
	jsonw_open(j);
	jsonw_key(j, "column");
	jsonw_u64(j, w->pos.col);
	jsonw_key(j, "line");
	jsonw_u64(j, w->pos.line);
	jsonw_key(j, "name");
	position_name(w, j);
	jsonw_key(j, "offset");
	jsonw_u64(j, w->pos.off);
	jsonw_close(j);
	jsonw_close(j);
}

static void snippet(const struct where *w, struct jsonw *j)
{
	struct str t = !w ? STR("") : in_expression(w) ? w->text :
		w->file ? w->file->text : STR("");
	struct buf b = BUF_INIT;
	size_t pos, from, to;

	if (!t.len) {
		jsonw_cstr(j, "<No context available>\n");
		return;
	}
	pos = w->pos.off < t.len ? w->pos.off : t.len - 1;
	while (pos && t.p[pos] == '\n')
		pos--;
	for (from = pos; from && t.p[from - 1] != '\n' && pos - from < SNIPPET_HALF; from--)
		;
	for (to = pos; to < t.len && t.p[to] != '\n' && to - pos < SNIPPET_HALF; to++)
		;
	buf_add(&b, t.p + from, to - from);
	if (pos - from >= SNIPPET_HALF)
		memcpy(b.data, "...", 3);
	if (to - pos >= SNIPPET_HALF)
		memcpy(b.data + b.len - 3, "...", 3);
	buf_addc(&b, '\n');
	buf_pad(&b, ' ', pos - from);
	buf_adds(&b, "^\n");
	jsonw_str(j, buf_str(&b));
	buf_release(&b);
}

/* What is not in Falco's shape: the place in the file, counted from 1 (also of
 * what stands in an expression), and the hint. */
static void place(const struct finding *f, struct jsonw *j)
{
	const struct where *w = f->where;

	jsonw_key(j, "vestige");
	jsonw_open(j);
	if (w && w->file) {
		jsonw_key(j, "file");
		jsonw_cstr(j, w->file->name);
		jsonw_key(j, "line");
		jsonw_u64(j, w->src.line + 1);
		jsonw_key(j, "column");
		jsonw_u64(j, w->src.col + 1);
	}
	if (f->hint) {
		jsonw_key(j, "hint");
		jsonw_cstr(j, f->hint);
	}
	jsonw_close(j);
}

static void finding_json(const struct finding *f, struct jsonw *j)
{
	jsonw_open(j);
	jsonw_key(j, "code");
	jsonw_cstr(j, loadcode_name(f->code));
	jsonw_key(j, "codedesc");
	jsonw_cstr(j, loadcode_text(f->code));
	jsonw_key(j, "context");
	jsonw_open(j);
	jsonw_key(j, "locations");
	jsonw_array(j);
	locations(f->where, j);
	jsonw_end(j);
	jsonw_key(j, "snippet");
	snippet(f->where, j);
	jsonw_close(j);
	jsonw_key(j, "message");
	jsonw_cstr(j, f->msg);
	place(f, j);
	jsonw_close(j);
}

static void findings_json(const struct finding *f, bool further, struct jsonw *j)
{
	jsonw_array(j);
	for (; f; f = f->next)
		if (f->further == further)
			finding_json(f, j);
	jsonw_end(j);
}

static bool has_further(const struct finding *f)
{
	while (f && !f->further)
		f = f->next;
	return f;
}

/* What Falco, having stopped at the first error of a file, would not tell. */
static void further_json(const struct load_results *r, struct jsonw *j)
{
	const struct load_result *l;

	jsonw_key(j, "vestige");
	jsonw_open(j);
	jsonw_key(j, "further");
	jsonw_array(j);
	for (l = r->first; l; l = l->next) {
		if (!has_further(l->errors) && !has_further(l->warnings))
			continue;
		jsonw_open(j);
		jsonw_key(j, "errors");
		findings_json(l->errors, true, j);
		jsonw_key(j, "name");
		jsonw_cstr(j, l->name);
		jsonw_key(j, "warnings");
		findings_json(l->warnings, true, j);
		jsonw_close(j);
	}
	jsonw_end(j);
	jsonw_close(j);
}

void load_results_json(const struct load_results *r, struct jsonw *j)
{
	const struct load_result *l;
	bool further = false;

	jsonw_open(j);
	jsonw_key(j, "falco_load_results");
	jsonw_array(j);
	for (l = r->first; l; l = l->next) {
		jsonw_open(j);
		jsonw_key(j, "errors");
		findings_json(l->errors, false, j);
		jsonw_key(j, "name");
		jsonw_cstr(j, l->name);
		jsonw_key(j, "successful");
		jsonw_bool(j, !l->nerrors);
		jsonw_key(j, "warnings");
		findings_json(l->warnings, false, j);
		jsonw_close(j);
		further |= has_further(l->errors) || has_further(l->warnings);
	}
	jsonw_end(j);
	if (further)
		further_json(r, j);
	jsonw_close(j);
}
