/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's life: up to where its part begins, the part, the end. */
#include "lib/base/compat.h"

#include <signal.h>
#include <sys/prctl.h>

#include "analyze/crew_in.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/le.h"

#define HELD	(256u << 10)	/* bytes written at a time */

struct worker {
	const struct crew *c;
	const struct crew_part *p;
	struct session *s;
	struct crew_out out;
	struct crew_end end;
	bool begun;
	size_t diag_since;
	uint64_t limit;		/* a copy of what is shared */
	int fd;
};

static void on_loss(void *ctx, const struct evloss *loss)
{
	struct worker *w = ctx;

	if (w->c->ops->loss && (w->begun || w->p->exact))
		w->c->ops->loss(w->c->ctx, loss);
}

static void flush(struct worker *w)
{
	if (w->out.text.len)
		crew_put_frame(&w->out.frames, CREW_TEXT, w->out.text.data, w->out.text.len);
	buf_clear(&w->out.text);
	if (w->out.frames.len && io_write_full(w->fd, w->out.frames.data, w->out.frames.len))
		_exit(EXIT_ENVIRONMENT);	/* nobody listens any more */
	buf_clear(&w->out.frames);
}

/*
 * Tell the worker in front that its part ends before event num; false when it
 * may be there already.
 */
static bool claim(const struct crew_part *p, uint64_t num)
{
	uint64_t limit = atomic_load(&p->before->limit);

	while (num >= limit >> 1) {
		if (atomic_compare_exchange_weak(&p->before->limit, &limit,
						 num << 1 | CREW_FINAL))
			return true;
	}
	return false;
}

/* Is as much left to do before this event as behind it? */
static bool is_my_turn(const struct crew_part *p, uint64_t num)
{
	uint64_t before = atomic_load_explicit(&p->before->at, memory_order_relaxed);
	uint64_t left = num < p->events ? p->events - num : 0;

	return before && num > before && (num - before) * p->behind >= left && claim(p, num);
}

/*
 * Our part begins nowhere before this event: by is_my_turn() of each worker in
 * turn, with the one in front of it where that must be at least.
 */
static uint64_t earliest(const struct crew_part *p)
{
	const struct crew_shared *first = p->mine - (p->workers - p->behind), *s;
	unsigned behind = p->workers;
	uint64_t num = p->first, at;

	for (s = first; s <= p->mine; s++, behind--) {
		at = atomic_load_explicit(&s->at, memory_order_relaxed);
		if (at)
			num = at;
		else if (s > first)
			num = p->events / (behind + 1) + num / (behind + 1) * behind;
	}
	return num;
}

/* Up to where the part begins; false: the trace ended before.  The more events
 * are passed at a time, the less of them has to be looked into. */
static bool go_there(struct worker *w)
{
	uint64_t n = CREW_STEP, num, next;	/* the first tell where reading began */

	if (!w->p->before)
		return true;
	while ((num = session_skip(w->s, n)) && !is_my_turn(w->p, num + 1)) {
		next = earliest(w->p);
		n = next > num + 1 + CREW_STEP ? next - num - 1 : CREW_STEP;
	}
	return num;
}

static void begin_part(struct worker *w)
{
	uint8_t status[4];

	w->begun = true;
	if (w->p->before || w->p->exact)
		w->diag_since = w->c->d->n;
	buf_clear(&w->out.text);
	buf_clear(&w->out.frames);
	put_le32(status, (uint32_t)session_status(w->s));
	crew_put_frame(&w->out.frames, CREW_BEGIN, status, sizeof(status));
	w->c->ops->reset(w->c->ctx);
}

/* May this event be taken?  Else the part has ended. */
static bool mine(struct worker *w, uint64_t num)
{
	struct crew_shared *m = w->p->mine;
	uint64_t next;

	if (LIKELY(num < w->limit >> 1) || !m)
		return true;
	if (!(w->limit & CREW_FINAL)) {
		atomic_store_explicit(&m->at, num, memory_order_relaxed);
		next = (num + CREW_STEP) << 1;
		w->limit = atomic_load(&m->limit);
		if (!(w->limit & CREW_FINAL) &&
		    atomic_compare_exchange_strong(&m->limit, &w->limit, next))
			w->limit = next;
	}
	return num < w->limit >> 1;
}

static void take_events(struct worker *w)
{
	const struct crew_ops *ops = w->c->ops;
	struct event *ev;

	if (!w->p->before && !w->p->exact)
		begin_part(w);		/* with what is told before any event */
	if (!go_there(w))
		return;
	while ((ev = session_next(w->s))) {
		if (!w->begun && w->p->exact && ev->num < w->p->from) {
			ops->event(w->c->ctx, ev, &w->out);
			buf_clear(&w->out.text);
			buf_clear(&w->out.frames);
			continue;
		}
		if (!w->begun)
			begin_part(w);
		if (!mine(w, ev->num)) {
			w->end.next = ev->num;
			return;
		}
		ops->event(w->c->ctx, ev, &w->out);
		if (UNLIKELY(w->out.text.len + w->out.frames.len > HELD))
			flush(w);
	}
}

void crew_work(const struct crew *c, const struct crew_part *p, int fd)
{
	struct worker w = { .c = c, .p = p, .fd = fd, .diag_since = c->d->n,
			    .out = { BUF_INIT, BUF_INIT } };
	struct session_hooks hooks = { .loss = on_loss, .ctx = &w };
	struct session_opts opts = *c->opts;
	struct buf counts = BUF_INIT, end = BUF_INIT;

	opts.no_ahead = true;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (p->before)
		opts.skip_num = earliest(p);
	w.s = session_new(p->files, p->nfiles, &opts, c->d);
	session_set_hooks(w.s, &hooks);
	c->ops->begin(c->ctx, w.s);
	take_events(&w);
	flush(&w);
	w.end.status = session_status(w.s);
	c->ops->count(c->ctx, &counts);
	w.end.counts = buf_str(&counts);
	crew_end_pack(&end, &w.end, c->d, w.begun ? w.diag_since : c->d->n);
	crew_put_frame(&w.out.frames, CREW_END, end.data, end.len);
	flush(&w);
	_exit(EXIT_DONE);
}
