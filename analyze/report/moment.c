/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/moment.h"
#include "lib/base/buf.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

struct list {
	struct moment *v;
	size_t n, cap;
};

static void add(struct list *l, uint64_t ts, enum moment_kind kind, size_t i)
{
	if (!ts)
		return;
	XGROW(l->v, l->cap, l->n + 1);
	l->v[l->n++] = (struct moment){ ts, kind, (uint32_t)i };
}

static int by_time(const void *a, const void *b, void *ctx UNUSED)
{
	const struct moment *x = a, *y = b;

	return (x->ts > y->ts) - (x->ts < y->ts);
}

static bool is_change(const struct report_file *f)
{
	return f->ops & FILEOPS_CHANGE & ~(1u << FILEOP_EXECUTE);
}

struct moment *report_moments(const struct report *r, size_t *n)
{
	struct list l = { 0 };
	size_t i;

	for (i = 0; i < r->nprocs; i++)
		if (!r->procs[i].before)
			add(&l, r->procs[i].start_ts, MOMENT_START, i);
	for (i = 0; i < r->nexecs; i++)
		add(&l, r->execs[i].ts, MOMENT_EXEC, i);
	for (i = 0; i < r->nfiles; i++)
		if (r->procs[r->files[i].proc].role >= ROLE_BELOW && is_change(&r->files[i]))
			add(&l, r->files[i].first_ts, MOMENT_FILE, i);
	for (i = 0; i < r->npeers; i++)
		add(&l, r->peers[i].first_ts, MOMENT_PEER, i);
	for (i = 0; i < r->nalerts; i++)
		add(&l, r->alerts[i].ts, MOMENT_ALERT, i);
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].exited)
			add(&l, r->procs[i].end_ts, MOMENT_EXIT, i);
	sort_stable(l.v, l.n, sizeof(*l.v), by_time, NULL);
	*n = l.n;
	return l.v;
}

const char *moment_desc(enum moment_kind kind)
{
	static const char *const names[] = {
		[MOMENT_ALERT] = "Alert", [MOMENT_START] = "Process Started",
		[MOMENT_EXEC] = "Program Executed", [MOMENT_EXIT] = "Process Ended",
		[MOMENT_FILE] = "File Changed", [MOMENT_PEER] = "Network Connection",
	};

	return names[kind];
}

uint32_t moment_proc(const struct report *r, const struct moment *m)
{
	switch (m->kind) {
	case MOMENT_ALERT: return r->alerts[m->i].proc;
	case MOMENT_EXEC: return r->execs[m->i].proc;
	case MOMENT_FILE: return r->files[m->i].proc;
	case MOMENT_PEER: return r->peers[m->i].proc;
	default: return m->i;
	}
}

static void file_text(const struct report *r, const struct report_file *f, struct buf *out)
{
	bool first = true;
	unsigned op;

	for (op = 0; op < FILEOP_COUNT; op++) {
		if (!(f->ops & 1u << op) || op == FILEOP_OPEN ||
		    (op == FILEOP_OPEN_WRITE && f->ops & 1u << FILEOP_WRITE))
			continue;
		buf_addf(out, "%s%s", first ? "" : ", ", fileop_word[op]);
		first = false;
	}
	buf_addf(out, " %.*s", STR_FMT(r->paths[f->path].name));
	if (f->path2 != REPORT_NONE)
		buf_addf(out, " (was %.*s)", STR_FMT(r->paths[f->path2].name));
}

static void exit_text(const struct report_proc *p, struct buf *out)
{
	if (p->signal)
		buf_addf(out, "ended by %s", p->signal);
	else
		buf_addf(out, "ended with exit code %" PRId64, p->exit_code);
}

void moment_text(const struct report *r, const struct moment *m, struct buf *out)
{
	const struct report_peer *p;

	if (m->kind == MOMENT_ALERT) {
		buf_addf(out, "%.*s: %.*s", STR_FMT(r->rules[r->alerts[m->i].rule].name),
			 STR_FMT(r->alerts[m->i].text));
		return;
	}
	report_proc_name(r, moment_proc(r, m), out);
	buf_addc(out, ' ');
	switch (m->kind) {
	case MOMENT_START:
		buf_adds(out, "started");
		if (r->procs[m->i].parent != REPORT_NONE) {
			buf_adds(out, " by ");
			report_proc_name(r, r->procs[m->i].parent, out);
		}
		break;
	case MOMENT_EXEC:
		buf_addf(out, "ran %.*s: %.*s", STR_FMT(r->execs[m->i].exe),
			 STR_FMT(r->execs[m->i].cmdline));
		break;
	case MOMENT_EXIT: exit_text(&r->procs[m->i], out); break;
	case MOMENT_FILE: file_text(r, &r->files[m->i], out); break;
	case MOMENT_PEER:
		p = &r->peers[m->i];
		buf_addf(out, "%s %.*s port %u (%s)%s",
			 p->inbound ? "accepted" : "connected to", STR_FMT(p->remote),
			 p->inbound ? p->lport : p->rport, p->proto, p->failed ? ", " : "");
		buf_adds(out, report_peer_end(p));
		break;
	default: break;
	}
}
