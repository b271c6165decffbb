/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/reader.h"
#include "replay/session_in.h"
#include "replay/sidecar.h"

struct session *session_new(char *const *files, size_t nfiles,
			    const struct session_opts *opts, struct diag *d)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->files = files;
	s->nfiles = nfiles;
	if (opts)
		s->opts = *opts;
	s->d = d;
	s->m = machine_new();
	machine_ignore(s->m, s->opts.ignored);
	s->whole = !s->opts.from_ts && !s->opts.to_ts && !s->opts.from_num &&
		   !s->opts.to_num && !s->opts.paranoid && !s->opts.no_state;
	if (s->opts.watched)
		s->columns = session_columns(s);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	if (s->src)
		s->src->close(s->src);
	machine_free(s->m);
	machine_free(s->before);
	free(s->columns);
	free(s->pass);
	free(s);
}

/* Of two troubles the one with the higher exit status is told. */
static int worse(int a, int b)
{
	return b < 0 && (!a || err_exit(b) > err_exit(a)) ? b : a;
}

static void note(struct session *s, int err)
{
	s->status = worse(s->status, err);
}

/* Anything before the first shown event may be left out when its outcome is
 * known.  True: the source was good for nothing after that. */
static bool resume_later(struct session *s)
{
	const struct sidecar_bound b = {
		.from_ts = s->opts.from_ts,
		.from_num = s->opts.from_num > s->opts.skip_num ? s->opts.from_num :
								  s->opts.skip_num,
		.to_ts = s->opts.to_ts, .to_num = s->opts.to_num,
	};
	const char *path = s->files[s->at - 1];
	struct checkpoint cp;

	if (!(b.from_ts || b.from_num) || s->opts.no_state || s->opts.no_sidecar || s->opts.wait ||
	    s->opts.types || !strcmp(path, "-") || !vtr_meta_of(s->src) ||
	    !sidecar_find(path, &b, &cp, s->m, s->d))
		return false;
	if (!vtr_resume(s->src, &cp.pos)) {
		machine_reset(s->m);
		return true;
	}
	s->num = cp.num;
	s->begun = true;
	s->max_ts = cp.max_ts;
	s->preamble = cp.preamble;
	s->lost = cp.lost;
	s->known = cp.known;
	return false;
}

/* From the beginning after all; what was told of the file is told again only
 * if it still is so. */
static int reopen(struct session *s)
{
	s->src->close(s->src);
	s->src = NULL;
	return session_open_source(s->files[s->at - 1], &s->src, s->d);
}

/* Each recording has a machine of its own.  Where a state is asked for nobody
 * knows yet whether it is this one's. */
static void begin_recording(struct session *s)
{
	s->past = false;
	if (!s->opts.state_at || !s->begun) {
		machine_reset(s->m);
		return;
	}
	s->begun = false;
	machine_free(s->before);
	s->before = s->m;
	s->m = machine_new();
	machine_ignore(s->m, s->opts.ignored);
	if (s->passing != PASS_NONE)
		machine_calm(s->m, s->pass);
}

/* The last recording had not begun at the point whose state is asked for. */
static void end_recordings(struct session *s)
{
	struct machine *unused = s->m;

	if (!s->before || s->begun)
		return;
	s->m = s->before;
	s->before = NULL;
	machine_free(unused);
}

static void begin_file(struct session *s)
{
	session_project(s);
	s->passing = PASS_NONE;
	session_calm(s);
	s->known = s->ended && vtr_continues(s->src, s->end);
	s->preamble = s->shown = false;
	if (!s->known) {
		begin_recording(s);
		s->num = s->max_ts = 0;
		s->lost = false;
		if (resume_later(s)) {
			note(s, reopen(s));
			if (!s->src)
				return;
			session_project(s);
		}
	}
	session_pass_before(s);
}

struct session *session_new_source(struct evsource *src, const char *name,
				   const struct session_opts *opts, struct diag *d)
{
	struct session *s = session_new(NULL, 0, opts, d);

	s->name = name;
	s->src = src;
	session_project(s);
	return s;
}

static bool open_next(struct session *s)
{
	int r;

	while (s->at < s->nfiles) {
		r = session_open_wait(s->files[s->at++], &s->src, s->opts.wait, s->d);
		note(s, r);
		if (r >= 0) {
			begin_file(s);
			if (s->src)
				return true;
		}
	}
	return false;
}

static void end_file(struct session *s)
{
	const uint8_t *end = vtr_end(s->src);

	s->ended = end;
	if (end)
		memcpy(s->end, end, sizeof(s->end));
	note(s, s->src->status(s->src));
	s->src->close(s->src);
	s->src = NULL;
}

/* Records a concatenated capture repeats before its first real event have no
 * number of their own: the first capture's were counted already. */
static bool is_unnumbered(struct session *s, const struct event *ev)
{
	if (!s->preamble)
		return false;
	s->preamble = machine_preamble(ev->type);
	return s->preamble;
}

/* Nothing more of this file is wanted; others may continue it. */
static void leave_file(struct session *s)
{
	s->done = s->at == s->nfiles || s->opts.state_at;
	if (s->done)
		return;
	vtr_end_ahead(s->src);
	end_file(s);
}

static bool past_end(const struct session *s, const struct event *ev)
{
	return (s->opts.to_num && ev->num > s->opts.to_num) ||
	       (s->opts.to_ts && ev->ts > s->opts.to_ts);
}

/* Of a time what is out of order may follow: only who watches a file being
 * written does not wait for that. */
static void pass_end(struct session *s, const struct event *ev)
{
	s->past = true;
	if (ev->ts > s->max_ts)
		s->max_ts = ev->ts;
	s->skipped = s->skip && !--s->skip;
	if (s->opts.wait)
		s->done = true;
	else if (s->opts.to_num && ev->num > s->opts.to_num)
		leave_file(s);
}

static bool before_begin(const struct session *s, const struct event *ev)
{
	return ev->num < s->opts.from_num || ev->ts < s->opts.from_ts;
}

static void check(struct session *s, const struct event *ev)
{
	const char *why = machine_check(s->m);

	if (!why)
		return;
	diag_add(s->d, DIAG_ERROR, "%s: after event %" PRIu64 " (%s): %s", session_file(s),
		 ev->num, ev->info->name, why);
	note(s, -E_BUG);
	s->done = true;
}

/* Applied, but nobody looks at it. */
static bool pass(struct session *s, struct event *ev)
{
	s->unwatched += machine_pass(s->m, ev) && !before_begin(s, ev);
	s->skipped = s->skip && !--s->skip;
	return false;
}

/* One of many, of a trace that is read whole. */
static bool take_next(struct session *s, struct event *ev)
{
	ev->num = ++s->num;
	if (ev->ts > s->max_ts)
		s->max_ts = ev->ts;
	return session_watches(s, ev->type) ? machine_apply(s->m, ev) : pass(s, ev);
}

/* Events the source kept: as pass() of each would. */
static void take_passed(struct session *s, const struct evsource_next *n)
{
	s->num += n->passed;
	s->begun = true;
	if (n->passed_ts > s->max_ts)
		s->max_ts = n->passed_ts;
	s->unwatched += s->passing == PASS_BEFORE ? 0 : n->passed;
	machine_passed(s->m, n->passed);
	if (s->skip)
		s->skip = s->skip > n->passed ? s->skip - n->passed : 1;
}

/* True when the event is to be shown. */
static bool take_event(struct session *s, struct event *ev)
{
	bool shown = true;

	if (LIKELY(s->whole && s->shown && !s->preamble && !s->lost && !s->known))
		return take_next(s, ev);
	s->known = false;
	s->num += !is_unnumbered(s, ev);
	ev->num = s->num;
	if (UNLIKELY(s->lost)) {
		ev->flags |= EVF_AFTER_LOSS;
		s->lost = false;
	}
	if (past_end(s, ev)) {
		pass_end(s, ev);
		return false;
	}
	s->past = false;
	s->begun = true;
	if (UNLIKELY(s->hooks.event) && !before_begin(s, ev))
		s->hooks.event(s->hooks.ctx, ev);
	if (s->passing == PASS_BEFORE && !before_begin(s, ev))
		session_end_before(s);
	if (!s->opts.no_state)
		shown = s->passing != PASS_BEFORE && session_watches(s, ev->type) ?
			machine_apply(s->m, ev) : pass(s, ev);
	if (UNLIKELY(s->opts.paranoid) && !s->opts.no_state)
		check(s, ev);
	if (ev->ts > s->max_ts)
		s->max_ts = ev->ts;
	if (before_begin(s, ev))
		return false;
	s->shown = true;
	return shown;
}

static void take_loss(struct session *s, const struct evloss *loss)
{
	bool events = loss_is_events(loss);
	void (*hook)(void *, const struct evloss *) = events ? s->hooks.loss : s->hooks.parts;

	if (s->past)
		return;
	/* Not what lies before the part that was asked for. */
	if (hook && (s->shown || !(s->opts.from_ts || s->opts.from_num)))
		hook(s->hooks.ctx, loss);
	machine_loss(s->m, loss);
	machine_stir(s->m);
	s->lost |= events;
}

static void take_restart(struct session *s)
{
	if (vtr_continues(s->src, vtr_end(s->src))) {
		s->known = true;
		return;
	}
	if (s->hooks.restart)
		s->hooks.restart(s->hooks.ctx);
	begin_recording(s);
	s->preamble = true;
}

static void take_snap(struct session *s, const struct snap_item *item)
{
	if (s->known)
		return;
	if (s->hooks.snap)
		s->hooks.snap(s->hooks.ctx, item);
	machine_stir(s->m);
	if (!s->opts.no_state)
		machine_load(s->m, item);
}

struct event *session_next(struct session *s)
{
	struct evsource_next n;

	if (UNLIKELY(s->passing == PASS_SKIPPED && !s->skip))
		session_calm_again(s);
	while (!s->done) {
		if (!s->src && !open_next(s))
			break;
		if (UNLIKELY(s->hooks.place != NULL))
			s->hooks.place(s->hooks.ctx, s);
		n.skipped = n.passed = 0;
		s->src->next(s->src, &n);
		s->num += n.skipped;
		if (n.passed)
			take_passed(s, &n);
		switch (n.what) {
		case EVS_EVENT:
			if (LIKELY(take_event(s, n.ev)))
				return n.ev;
			if (UNLIKELY(s->skipped))
				return NULL;
			break;
		case EVS_SNAP:
			take_snap(s, n.item);
			break;
		case EVS_RESTART:
			take_restart(s);
			break;
		case EVS_LOSS:
			take_loss(s, &n.loss);
			break;
		case EVS_END:
			end_file(s);
			break;
		}
	}
	end_recordings(s);
	return NULL;
}

bool session_place(const struct session *s, struct checkpoint *cp)
{
	if (!s->src || !vtr_position(s->src, &cp->pos))
		return false;
	cp->num = s->num;
	cp->max_ts = s->max_ts;
	cp->preamble = s->preamble;
	cp->lost = s->lost;
	cp->known = s->known;
	return true;
}

uint64_t session_unwatched(const struct session *s)
{
	return s->unwatched;
}

int session_status(const struct session *s)
{
	return s->src ? worse(s->status, s->src->status(s->src)) : s->status;
}

bool session_ended_before(const struct session *s)
{
	return s->num < s->opts.to_num || s->max_ts < s->opts.to_ts;
}

struct machine *session_machine(struct session *s)
{
	return s->m;
}

const char *session_file(const struct session *s)
{
	return s->name ? s->name : s->at ? s->files[s->at - 1] : "";
}

void session_set_hooks(struct session *s, const struct session_hooks *hooks)
{
	s->hooks = hooks ? *hooks : (struct session_hooks){ 0 };
	s->whole = s->whole && !s->hooks.event;
}
