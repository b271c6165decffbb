/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's life: its part of one trace, or one trace after the other. */
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
	struct diag *d;		/* where it tells */
	struct crew_out out;
	uint64_t turn;		/* the one at hand */
	bool begun;		/* it has, and has not ended */
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

/* ---- where a part begins ---- */

/*
 * Make the part in front end before event num, which begins ours, up to where that
 * one ended; false when its worker may be there already.
 */
static bool claim(const struct crew_part *p, uint64_t num)
{
	uint64_t limit = atomic_load(&p->before->limit);

	do {
		if (num < (limit & CREW_STEPS) * CREW_STEP || num >= limit >> CREW_END_SHIFT)
			return false;
	} while (!atomic_compare_exchange_weak(&p->before->limit, &limit,
					       num << CREW_END_SHIFT | (limit & CREW_STEPS)));
	atomic_store(&p->mine->limit, limit & ~CREW_STEPS);
	return true;
}

/* Is as much left to do before this event as behind it? */
static bool is_my_turn(const struct crew_part *p, uint64_t num)
{
	uint64_t before = atomic_load_explicit(&p->before->at, memory_order_relaxed);
	uint64_t end = crew_end_of(p->before, p->events);
	uint64_t left = num < end ? end - num : 0;

	return before && num > before && (num - before) * p->behind >= left && claim(p, num);
}

/* From this event on, would who is in front be at its end before us?  We may stand
 * behind it: passing events is quicker. */
static bool too_late(const struct crew_part *p, uint64_t num)
{
	uint64_t before = atomic_load(&p->before->at);
	uint64_t end = crew_end_of(p->before, p->events);

	return end <= num || end <= before || (end - before) * CREW_PASSED_AS_ONE <= end - num;
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

	if (p->helps) {
		num = atomic_load(&p->before->at);
		return num + (crew_end_of(p->before, p->events) - num) / 2;
	}
	for (s = first; s <= p->mine; s++, behind--) {
		at = atomic_load_explicit(&s->at, memory_order_relaxed);
		if (at)
			num = at;
		else if (s > first)
			num = crew_next_part(num, p->events, behind + 1);
	}
	return num;
}

/* ---- a turn ---- */

static void open_session(struct worker *w, const struct crew_group *g)
{
	struct session_hooks hooks = { .loss = on_loss, .ctx = w };
	struct session_opts opts = *w->c->opts;

	opts.no_ahead = true;
	w->d = w->c->d;
	if (w->p->before)
		opts.skip_num = earliest(w->p);
	w->s = w->p->ahead ? crew_ahead_take(w->p->ahead, &opts, &w->d) : NULL;
	w->diag_since = w->d->n;
	if (!w->s)
		w->s = session_new(g->files, g->n, &opts, w->d);
	session_set_hooks(w->s, &hooks);
	w->c->ops->begin(w->c->ctx, w->s);
}

static void close_session(struct worker *w)
{
	w->c->ops->end(w->c->ctx);
	session_free(w->s);
}

static void clear(struct worker *w)
{
	buf_clear(&w->out.text);
	buf_clear(&w->out.frames);
}

static void begin_turn(struct worker *w)
{
	uint8_t body[CREW_BEGIN_BODY];

	w->begun = true;
	clear(w);
	put_le64(body, w->turn);
	put_le32(body + 8, (uint32_t)session_status(w->s));
	crew_put_frame(&w->out.frames, CREW_BEGIN, body, sizeof(body));
	w->c->ops->reset(w->c->ctx);
}

/* What was told before is nobody's. */
static void begin_here(struct worker *w)
{
	w->diag_since = w->d->n;
	begin_turn(w);
}

/* next: the event after it, 0: the trace has ended. */
static void end_turn(struct worker *w, uint64_t next)
{
	struct crew_end end = { .status = session_status(w->s), .next = next,
				.turn = atomic_load(&w->p->mine->limit) >> CREW_END_SHIFT };
	struct buf counts = BUF_INIT, body = BUF_INIT;

	flush(w);
	w->c->ops->count(w->c->ctx, &counts);
	end.counts = buf_str(&counts);
	crew_end_pack(&body, &end, w->d, w->diag_since);
	crew_put_frame(&w->out.frames, CREW_END, body.data, body.len);
	flush(w);
	buf_release(&body);
	buf_release(&counts);
	w->begun = false;
}

static void look_at(struct worker *w, struct event *ev)
{
	w->c->ops->event(w->c->ctx, ev, &w->out);
	if (UNLIKELY(w->begun && w->out.text.len + w->out.frames.len > HELD))
		flush(w);
}

/* ---- a part of one trace ---- */

/* Up to where the part begins; false: there is none for us.  The more events
 * are passed at a time, the less of them has to be looked into. */
static bool go_there(struct worker *w)
{
	uint64_t n = CREW_STEP, num, next;	/* the first tell where reading began */

	if (!w->p->before)
		return true;
	while ((num = session_skip(w->s, n)) && !is_my_turn(w->p, num + 1)) {
		if (w->p->helps && too_late(w->p, num + 1))
			return false;
		next = earliest(w->p);
		n = next > num + 1 + CREW_STEP ? next - num - 1 : CREW_STEP;
	}
	w->turn = num + 1;
	return num;
}

/* May this event be taken?  Else the part has ended. */
static bool mine(struct worker *w, uint64_t num)
{
	struct crew_shared *m = w->p->mine;
	uint64_t limit, steps, end;

	if (LIKELY(num < w->limit) || w->p->exact)
		return true;
	atomic_store_explicit(&m->at, num, memory_order_relaxed);
	steps = num / CREW_STEP + 1;
	limit = atomic_load(&m->limit);
	do {
		end = limit >> CREW_END_SHIFT;
		if (num >= end)
			return false;
	} while (!atomic_compare_exchange_weak(&m->limit, &limit, (limit & ~CREW_STEPS) | steps));
	w->limit = steps * CREW_STEP < end ? steps * CREW_STEP : end;
	return true;
}

static void take_part(struct worker *w)
{
	struct event *ev;

	if (!w->p->before)
		begin_turn(w);	/* with what is told before any event */
	if (!go_there(w))
		return;
	while ((ev = session_next(w->s))) {
		if (!w->begun)
			begin_here(w);
		if (!mine(w, ev->num)) {
			end_turn(w, ev->num);
			return;
		}
		look_at(w, ev);
	}
	if (w->begun)
		end_turn(w, 0);
}

/* ---- alone ---- */

static void take_rest(struct worker *w)
{
	struct event *ev;

	while ((ev = session_next(w->s))) {
		if (!w->begun && ev->num >= w->p->from)
			begin_here(w);
		look_at(w, ev);
		if (!w->begun)
			clear(w);
	}
	if (!w->begun)
		begin_here(w);		/* nothing is left */
	end_turn(w, 0);
}

/* ---- several traces ---- */

static void take_files(struct worker *w)
{
	const struct crew_part *p = w->p;
	struct event *ev;
	uint32_t i;

	while ((i = atomic_fetch_add(&p->mine->taken, 1)) < p->ngroups) {
		open_session(w, &p->groups[i]);
		w->turn = i;
		begin_turn(w);
		while ((ev = session_next(w->s)))
			look_at(w, ev);
		end_turn(w, 0);
		close_session(w);
	}
}

void crew_work(const struct crew *c, const struct crew_part *p, int fd)
{
	struct worker w = { .c = c, .p = p, .fd = fd, .turn = p->turn,
			    .out = { BUF_INIT, BUF_INIT } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (!p->workers && !p->exact) {
		take_files(&w);
		_exit(EXIT_DONE);
	}
	open_session(&w, &p->groups[0]);
	if (p->exact)
		take_rest(&w);
	else
		take_part(&w);
	_exit(EXIT_DONE);
}
