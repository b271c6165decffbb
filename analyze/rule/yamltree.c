/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <yaml.h>

#include "analyze/rule/limits.h"
#include "analyze/rule/yamlchar.h"
#include "analyze/rule/yamltree.h"
#include "lib/base/err.h"
#include "lib/base/map.h"
#include "lib/base/utf8.h"
#include "lib/base/xalloc.h"

struct frame {			/* a collection that is still open */
	struct ynode *n;
	size_t first;		/* its first child in composer.vals */
};

struct composer {
	yaml_parser_t p;
	struct yfile *f;
	struct arena *a;
	struct yerror *e;
	struct ynode **vals;	/* finished nodes of all open collections */
	size_t nvals, vals_cap;
	struct frame *frames;
	size_t depth, frames_cap;
	struct smap anchors;
	uint32_t total;		/* weight so far, capped */
	bool ascii;		/* all of the text */
	uint32_t begin;		/* behind the byte order mark */
	/* the last position turned into an offset */
	uint32_t line, col, off;
	int err;
};

static int fail(struct composer *c, int err, struct ypos at, const char *msg)
{
	if (c->err)
		return c->err;
	c->e->line = at.line;
	c->e->col = at.col;
	c->e->off = at.off;
	buf_clear(&c->e->msg);
	buf_adds(&c->e->msg, msg);
	return c->err = err;
}

/* Characters are bytes. */
static uint32_t ascii_offset(const struct yfile *f, yaml_mark_t m)
{
	size_t end = m.line + 1 < f->nlines ? f->lines[m.line + 1] : f->text.len;
	size_t begin = m.line < f->nlines ? f->lines[m.line] : end;

	while (end > begin && yamlchar_eol(f->text.p + end - 1, 1))
		end--;
	return (uint32_t)(m.column < end - begin ? begin + m.column : end);
}

/*
 * libyaml counts lines and characters; events come in order, so an offset is
 * found by walking on from the last one.
 */
static struct ypos locate(struct composer *c, yaml_mark_t m)
{
	struct str t = c->f->text;

	if (c->ascii)
		return (struct ypos){ m.line, m.column, ascii_offset(c->f, m) };
	if (m.line < c->line || (m.line == c->line && m.column < c->col)) {
		c->line = c->col = 0;
		c->off = c->begin;
	}
	while (c->off < t.len && (c->line < m.line || c->col < m.column)) {
		size_t eol = yamlchar_eol(t.p + c->off, t.len - c->off);

		if (eol && c->line == m.line)
			break;
		if (eol) {
			c->off += eol;
			c->line++;
			c->col = 0;
			continue;
		}
		c->off += yamlchar_len(t.p + c->off, t.len - c->off);
		c->col++;
	}
	return (struct ypos){ m.line, m.column, c->off };
}

static bool is_null(const yaml_event_t *ev, struct str s)
{
	static const char *const names[] = { "", "~", "null", "Null", "NULL" };
	size_t i;

	if (ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || ev->data.scalar.tag)
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(s, str_of(names[i])))
			return true;
	return false;
}

static enum ynode_style style_of(yaml_scalar_style_t s)
{
	switch (s) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return YS_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return YS_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return YS_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return YS_FOLDED;
	default:
		return YS_PLAIN;
	}
}

static struct ynode *new_node(struct composer *c, enum ynode_kind kind, const yaml_event_t *ev)
{
	struct ynode *n = ARENA_NEW(c->a, struct ynode);
	struct ypos at = locate(c, ev->start_mark);

	n->kind = kind;
	n->file = c->f;
	n->line = at.line;
	n->col = at.col;
	n->off = n->end = at.off;
	return n;
}

static struct ynode *scalar(struct composer *c, const yaml_event_t *ev)
{
	struct str s = { (const char *)ev->data.scalar.value, ev->data.scalar.length };
	struct ynode *n = new_node(c, Y_SCALAR, ev);

	n->s = yamlchar_unmap(c->a, s);
	n->style = style_of(ev->data.scalar.style);
	n->end = locate(c, ev->end_mark).off;
	if (is_null(ev, n->s))
		n->kind = Y_NULL;
	n->weight = 1;
	return n;
}

static void anchor(struct composer *c, const yaml_char_t *name, struct ynode *n)
{
	if (name)
		smap_put(&c->anchors, arena_str(c->a, str_of((const char *)name)), n);
}

static void give(struct composer *c, struct ynode *n)
{
	if (!c->depth) {	/* a document's root; DOCUMENT-END follows */
		c->f->docs = xreallocarray(c->f->docs, c->f->ndocs + 1, sizeof(*c->f->docs));
		c->f->docs[c->f->ndocs++] = n;
		return;
	}
	XGROW(c->vals, c->vals_cap, c->nvals + 1);
	c->vals[c->nvals++] = n;
}

static int push(struct composer *c, struct ynode *n)
{
	if (c->depth >= YAML_DEPTH_MAX)
		return fail(c, -E_LIMIT, (struct ypos){ n->line, n->col, n->off },
			    "nested too deep");
	XGROW(c->frames, c->frames_cap, c->depth + 1);
	c->frames[c->depth++] = (struct frame){ n, c->nvals };
	return 0;
}

static void fill_map(struct composer *c, struct ynode *n, struct ynode **v)
{
	uint32_t i;

	n->map = ARENA_ARRAY(c->a, struct ypair, n->n);
	for (i = 0; i < n->n; i++)
		n->map[i] = (struct ypair){ v[2 * i], v[2 * i + 1] };
}

static int pop(struct composer *c)
{
	struct frame *fr = &c->frames[--c->depth];
	struct ynode *n = fr->n, **v = c->vals ? c->vals + fr->first : NULL;
	size_t i, count = c->nvals - fr->first;
	uint64_t weight = 1;

	for (i = 0; i < count; i++)
		weight += v[i]->weight;
	if (weight > YAML_NODES_MAX)
		return fail(c, -E_LIMIT, (struct ypos){ n->line, n->col, n->off },
			    "too many nodes once aliases are expanded");
	n->weight = weight;
	n->n = n->kind == Y_MAP ? count / 2 : count;
	if (n->kind == Y_MAP)
		fill_map(c, n, v);
	else
		n->seq = count ? arena_dup(c->a, v, count * sizeof(*v)) : NULL;
	c->nvals = fr->first;
	give(c, n);
	return 0;
}

static int alias(struct composer *c, const yaml_event_t *ev)
{
	struct str name = str_of((const char *)ev->data.alias.anchor);
	struct ynode *n = smap_get(&c->anchors, name);

	if (!n)
		return fail(c, -E_RULES, locate(c, ev->start_mark),
			    "the referenced anchor is not defined");
	if (!n->weight)
		return fail(c, -E_RULES, locate(c, ev->start_mark),
			    "an alias refers to the node that contains it");
	give(c, n);
	return 0;
}

static int collection(struct composer *c, const yaml_event_t *ev)
{
	bool map = ev->type == YAML_MAPPING_START_EVENT;
	struct ynode *n = new_node(c, map ? Y_MAP : Y_SEQ, ev);

	if (map) {
		n->style = ev->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ?
			YS_FLOW : YS_BLOCK;
		anchor(c, ev->data.mapping_start.anchor, n);
	} else {
		n->style = ev->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ?
			YS_FLOW : YS_BLOCK;
		anchor(c, ev->data.sequence_start.anchor, n);
	}
	return push(c, n);
}

static int handle(struct composer *c, const yaml_event_t *ev)
{
	struct ynode *n;

	if (ev->type >= YAML_ALIAS_EVENT && ++c->total > YAML_NODES_MAX)
		return fail(c, -E_LIMIT, locate(c, ev->start_mark), "too many nodes");
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		smap_clear(&c->anchors);
		return 0;
	case YAML_ALIAS_EVENT:
		return alias(c, ev);
	case YAML_SCALAR_EVENT:
		n = scalar(c, ev);
		anchor(c, ev->data.scalar.anchor, n);
		give(c, n);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return collection(c, ev);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return pop(c);
	default:
		return 0;
	}
}

static int parser_failed(struct composer *c)
{
	struct ypos at = locate(c, c->p.problem_mark);

	if (c->p.error == YAML_MEMORY_ERROR)
		return fail(c, -E_NOMEM, at, "out of memory");
	return fail(c, -E_RULES, at, c->p.problem ? c->p.problem : "not YAML");
}

static int compose(struct composer *c)
{
	yaml_event_t ev;
	bool done = false;
	int err = 0;

	while (!err && !done) {
		if (!yaml_parser_parse(&c->p, &ev))
			return parser_failed(c);
		done = ev.type == YAML_STREAM_END_EVENT || ev.type == YAML_NO_EVENT;
		err = handle(c, &ev);
		yaml_event_delete(&ev);
	}
	return err;
}

/* Where the next line begins, or the text's end; most files know no '\r'. */
static size_t next_line(struct str t, size_t i, bool cr)
{
	const char *lf;

	if (!cr) {
		lf = memchr(t.p + i, '\n', t.len - i);
		return lf ? (size_t)(lf - t.p) + 1 : t.len;
	}
	while (i < t.len && t.p[i] != '\n' && t.p[i] != '\r')
		i++;
	return i + yamlchar_eol(t.p + i, t.len - i);
}

static void index_lines(struct yfile *f, struct arena *a)
{
	struct str t = f->text;
	bool cr = t.len && memchr(t.p, '\r', t.len);
	uint32_t *lines = NULL;
	size_t i = yamlchar_bom(t), cap = 0;

	f->nlines = 0;
	do {
		XGROW(lines, cap, f->nlines + 1);
		lines[f->nlines++] = (uint32_t)i;
		i = i < t.len ? next_line(t, i, cr) : t.len + 1;
	} while (i < t.len || (i == t.len && t.len && yamlchar_eol(t.p + i - 1, 1)));
	f->lines = arena_dup(a, lines, f->nlines * sizeof(*lines));
	free(lines);
}

static int check_text(struct composer *c)
{
	struct str t = c->f->text;
	const char *nul = t.len ? memchr(t.p, '\0', t.len) : NULL;

	if (t.len > RULEFILE_MAX)
		return fail(c, -E_LIMIT, (struct ypos){ 0, 0, 0 }, "the file is too large");
	index_lines(c->f, c->a);
	if (nul)
		return fail(c, -E_RULES, yfile_pos(c->f, nul - t.p), "a NUL byte is no YAML");
	return 0;
}

int yfile_parse(struct yfile *f, const char *name, struct str text, struct arena *a,
		struct yerror *e)
{
	struct composer c = { .f = f, .a = a, .e = e };
	struct buf mapped = BUF_INIT;
	struct ynode **docs;
	struct str in;

	*f = (struct yfile){ .name = name, .text = text };
	if (check_text(&c))
		return c.err;
	if (!yaml_parser_initialize(&c.p))
		return fail(&c, -E_NOMEM, (struct ypos){ 0, 0, 0 }, "out of memory");
	c.ascii = yamlchar_ascii(text);
	c.begin = c.off = (uint32_t)yamlchar_bom(text);
	in = yamlchar_map(str_sub(text, c.begin, text.len), &mapped);
	yaml_parser_set_encoding(&c.p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&c.p, (const unsigned char *)in.p, in.len);
	compose(&c);
	docs = f->docs;
	f->docs = NULL;
	if (c.err)
		f->ndocs = 0;
	else if (f->ndocs)
		f->docs = arena_dup(a, docs, f->ndocs * sizeof(*docs));
	free(docs);
	free(c.vals);
	free(c.frames);
	smap_release(&c.anchors);
	yaml_parser_delete(&c.p);
	buf_release(&mapped);
	return c.err;
}
