/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay tree: who started whom. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"
#include "replay/cmds.h"
#include "replay/view.h"

#define DEPTH_SHOWN	64	/* deeper ones stand at the same column */

static struct {
	struct view_opts view;
	uint64_t pid;
} o;

const struct opt cmd_tree_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_U64('p', "pid", "PID", &o.pid, "this process and what descends from it"),
	OPT_END
};

/* Processes by ascending pid; children are linked by index + 1, ascending. */
struct node {
	struct thread *t;
	size_t child, next, depth, parent;
};

struct tree {
	struct node *v;
	size_t n;
};

/* The strokes of a branch: plain ones where the reader is no terminal. */
struct strokes {
	const char *more, *last, *pass, *blank;
};
static const struct strokes ascii = { "|- ", "`- ", "|  ", "   " };
static const struct strokes boxes = {
	"\xe2\x94\x9c\xe2\x94\x80 ", "\xe2\x94\x94\xe2\x94\x80 ", "\xe2\x94\x82  ", "   ",
};

static size_t find(const struct tree *tr, int64_t tid)
{
	size_t lo = 0, hi = tr->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tr->v[mid].t->tid < tid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < tr->n && tr->v[lo].t->tid == tid ? lo + 1 : 0;
}

static void build(struct tree *tr, const struct view *v)
{
	size_t i;

	tr->v = xcalloc(v->nthreads + 1, sizeof(*tr->v));
	for (i = 0; i < v->nthreads; i++) {
		if (view_is_process(v->threads[i]))
			tr->v[tr->n++].t = v->threads[i];
	}
	for (i = tr->n; i-- > 0;) {
		struct thread *up = machine_parent(v->m, tr->v[i].t);
		size_t p = up ? find(tr, up->tid) : 0;

		tr->v[i].parent = p;
		if (!p)
			continue;
		tr->v[i].next = tr->v[p - 1].child;
		tr->v[p - 1].child = i + 1;
	}
}

/* The branches that lead to n, drawn from the root side. */
static void put_prefix(struct buf *out, const struct tree *tr, const struct node *n,
		       const struct strokes *s)
{
	const char *strokes[DEPTH_SHOWN];
	size_t i = 0, depth = n->depth;

	if (!depth)
		return;
	strokes[i++] = n->next ? s->more : s->last;
	while (--depth && i < DEPTH_SHOWN) {
		n = &tr->v[n->parent - 1];
		strokes[i++] = n->next ? s->pass : s->blank;
	}
	while (i--)
		buf_adds(out, strokes[i]);
}

static void put_text(struct buf *out, struct thread *t, bool tty)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%" PRId64 " ", t->tid);
	buf_addstr(&text, view_command(t));
	if (t->container_id->len)
		buf_addf(&text, " [%.*s]", STR_FMT(rstr_str(t->container_id)));
	if (tty)
		term_escape(out, buf_str(&text));
	else
		buf_addstr(out, buf_str(&text));
	buf_release(&text);
}

static void put_line(struct buf *out, const struct tree *tr, const struct node *n,
		     bool tty, unsigned width)
{
	size_t start = out->len;
	struct str line, fits;

	put_prefix(out, tr, n, tty ? &boxes : &ascii);
	put_text(out, n->t, tty);
	line = str_sub(buf_str(out), start, out->len);
	if (tty && term_cols(line) > width && width > 1) {
		fits = table_fit(line, width - 1);
		buf_setlen(out, start + fits.len);
		buf_adds(out, "\xe2\x80\xa6");
	}
	buf_addc(out, '\n');
}

/* Depth first without recursion: down to the child, else to the next one of
 * the nearest ancestor that has one. */
static size_t following(const struct tree *tr, size_t at, size_t root)
{
	if (tr->v[at - 1].child)
		return tr->v[at - 1].child;
	while (at && at != root && !tr->v[at - 1].next)
		at = tr->v[at - 1].parent;
	return !at || at == root ? 0 : tr->v[at - 1].next;
}

static void put_tree(struct buf *out, struct tree *tr, size_t root)
{
	bool tty = term_is(STDOUT_FILENO);
	unsigned width = term_width(STDOUT_FILENO);
	size_t at;

	tr->v[root - 1].depth = 0;
	for (at = root; at; at = following(tr, at, root)) {
		if (at != root)
			tr->v[at - 1].depth = tr->v[tr->v[at - 1].parent - 1].depth + 1;
		put_line(out, tr, &tr->v[at - 1], tty, width);
	}
}

static void put_json(struct buf *out, const struct thread *t)
{
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, "pid");
	jsonw_i64(&w, t->tid);
	jsonw_key(&w, "ppid");
	if (t->parent)
		jsonw_i64(&w, t->parent->pid);
	else
		jsonw_null(&w);
	jsonw_key(&w, "cmdline");
	jsonw_str(&w, view_command(t));
	jsonw_key(&w, "container");
	jsonw_str(&w, rstr_str(t->container_id));
	jsonw_close(&w);
	buf_addc(out, '\n');
}

static void put_all(struct buf *out, struct tree *tr)
{
	size_t i, only = o.pid ? find(tr, (int64_t)o.pid) : 0, at;

	for (i = 0; i < tr->n; i++) {
		if (o.pid ? i + 1 != only : tr->v[i].parent != 0)
			continue;
		if (!o.view.json)
			put_tree(out, tr, i + 1);
		else
			for (at = i + 1; at; at = following(tr, at, i + 1))
				put_json(out, tr->v[at - 1].t);
	}
}

int cmd_tree(struct opt_args *args, struct diag *d)
{
	struct tree tr = { 0 };
	struct buf out = BUF_INIT;
	struct view v;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	build(&tr, &v);
	put_all(&out, &tr);
	r = view_status(&v, view_is_blank(&v) ? 0 :
			io_write_full(STDOUT_FILENO, out.data, out.len), d);
	buf_release(&out);
	free(tr.v);
	view_close(&v);
	return r;
}
