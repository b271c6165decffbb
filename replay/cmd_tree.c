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

struct screen {
	bool tty, colour;
	unsigned width;
};

#define DIM		"2"
#define BOLD		"1"
#define CONTAINER	"36"
#define ID_SHOWN	12	/* of a container's id on a terminal */
#define KTHREADD	2

/* Children of the kernel's own thread 2; they crowd a screen and tell little. */
static bool is_kernel_thread(struct thread *t)
{
	return t->tid != KTHREADD && t->parent && t->parent->pid == KTHREADD &&
	       !t->exepath->len;
}

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

static void put_text(struct buf *out, struct thread *t)
{
	buf_addf(out, "%" PRId64 " ", t->tid);
	term_escape(out, view_command(t));
	if (!t->container_id->len)
		return;
	buf_adds(out, " [");
	term_escape(out, rstr_str(t->container_id));
	buf_addc(out, ']');
}

/* Part of a line: as much of s as fits into *room, in that colour. */
static void put_part(struct buf *out, const struct screen *scr, const char *code, struct str s,
		     unsigned *room)
{
	struct buf safe = BUF_INIT;
	struct str fits;

	term_escape(&safe, s);
	fits = buf_str(&safe);
	if (term_cols(fits) > *room)
		fits = table_fit(fits, *room ? *room - 1 : 0);
	if (scr->colour && *code)
		buf_addf(out, "\033[%sm", code);
	buf_addstr(out, fits);
	if (fits.len < safe.len && *room)
		buf_adds(out, "\xe2\x80\xa6");
	if (scr->colour && *code)
		buf_adds(out, "\033[0m");
	*room = fits.len < safe.len ? 0 : *room - term_cols(fits);
	buf_release(&safe);
}

/* On a terminal: the number and the branches step back, the program stands out. */
static void put_screen(struct buf *out, const struct screen *scr, const struct tree *tr,
		       const struct node *n)
{
	struct buf t = BUF_INIT;
	struct str args = view_command(n->t), program = str_cut(&args, ' ');
	unsigned room = scr->width;

	put_prefix(&t, tr, n, &boxes);
	put_part(out, scr, DIM, buf_str(&t), &room);
	buf_clear(&t);
	buf_addf(&t, "%" PRId64 " ", n->t->tid);
	put_part(out, scr, DIM, buf_str(&t), &room);
	put_part(out, scr, is_kernel_thread(n->t) ? DIM : BOLD, program, &room);
	if (args.len) {
		put_part(out, scr, "", STR(" "), &room);
		put_part(out, scr, "", args, &room);
	}
	if (n->t->container_id->len) {
		buf_clear(&t);
		buf_addf(&t, " [%.*s]", STR_FMT(str_sub(rstr_str(n->t->container_id), 0, ID_SHOWN)));
		put_part(out, scr, CONTAINER, buf_str(&t), &room);
	}
	buf_release(&t);
}

static void put_line(struct buf *out, const struct tree *tr, const struct node *n,
		     const struct screen *scr)
{
	if (scr->tty) {
		put_screen(out, scr, tr, n);
	} else {
		put_prefix(out, tr, n, &ascii);
		put_text(out, n->t);
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

static void put_tree(struct io_stdout *out, struct tree *tr, size_t root, const struct screen *scr)
{
	size_t at, hidden = 0;

	tr->v[root - 1].depth = 0;
	for (at = root; at; at = following(tr, at, root)) {
		if (at != root)
			tr->v[at - 1].depth = tr->v[tr->v[at - 1].parent - 1].depth + 1;
		if (at != root && scr->tty && !o.pid && is_kernel_thread(tr->v[at - 1].t))
			hidden++;
		else
			put_line(&out->b, tr, &tr->v[at - 1], scr);
		io_stdout_flush(out, false);
	}
	if (hidden)
		buf_addf(&out->b, "%s%zu kernel %s%s\n", scr->colour ? "\033[" DIM "m" : "", hidden,
			 str_count(hidden, "thread", "threads"),
			 scr->colour ? "\033[0m" : "");
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

static void put_all(struct io_stdout *out, struct tree *tr)
{
	const struct screen scr = { term_is(STDOUT_FILENO), term_colour(STDOUT_FILENO),
				    term_width(STDOUT_FILENO) };
	size_t i, only = o.pid ? find(tr, (int64_t)o.pid) : 0, at;

	for (i = 0; i < tr->n; i++) {
		if (o.pid ? i + 1 != only : tr->v[i].parent != 0)
			continue;
		if (!o.view.json)
			put_tree(out, tr, i + 1, &scr);
		for (at = o.view.json ? i + 1 : 0; at; at = following(tr, at, i + 1)) {
			put_json(&out->b, tr->v[at - 1].t);
			io_stdout_flush(out, false);
		}
	}
}

int cmd_tree(struct opt_args *args, struct diag *d)
{
	struct tree tr = { 0 };
	struct io_stdout out = IO_STDOUT(o.view.json ? IO_JSON : IO_BYTES);
	struct view v;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	view_tell_pid(&v, o.pid, d);
	build(&tr, &v);
	put_all(&out, &tr);
	r = view_status(&v, view_is_blank(&v) ? 0 : io_stdout_flush(&out, true), d);
	buf_release(&out.b);
	free(tr.v);
	view_close(&v);
	return r;
}
