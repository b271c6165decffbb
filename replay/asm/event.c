/* SPDX-License-Identifier: Apache-2.0 */
/* A line about an event: its head, then its parameters. */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "replay/asm/asm_in.h"

#define FIRST_TIME	UINT64_C(1767225600000000000)	/* 2026-01-01T00:00:00Z */
#define STEP_NS		UINT64_C(1000000)
#define ORIGIN_MAX	(UINT64_C(1) << 63)

struct line {
	struct asm_state *s;
	struct event *ev;
	unsigned at;			/* the next word */
	unsigned bare;			/* values without a name so far */
	bool exact, counted;		/* name!, name!8 */
	uint64_t given;			/* parameters, by index */
};

static const struct word *word_at(const struct asm_state *s, unsigned i)
{
	return i < s->w.n && !s->w.v[i].key.p ? &s->w.v[i] : NULL;
}

/* "+20ms": from the event before; a time.  False: told of. */
static bool head_time(struct line *l)
{
	const struct word *w = word_at(l->s, l->at);
	struct asm_state *s = l->s;
	uint64_t ns;

	l->ev->ts = s->started ? s->clock + STEP_NS : FIRST_TIME;
	if (!w || w->quoted || !w->v.len)
		return true;
	if (w->v.p[0] == '+') {
		if (!num_duration(str_sub(w->v, 1, w->v.len), &ns) || ns >= ORIGIN_MAX) {
			diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is no duration",
					    STR_FMT(w->v)), "+20ms, +1.5s, +250us");
			return false;
		}
		l->ev->ts = (s->started ? s->clock : FIRST_TIME) + ns;
		l->at++;
	} else if (str_chr(w->v, '-') > 0 || w->v.p[0] == '@') {
		if (!num_time(w->v, &l->ev->ts)) {
			asm_error(&s->t, w->raw.p, "'%.*s' is no time", STR_FMT(w->v));
			return false;
		}
		l->at++;
	}
	return true;
}

static bool head_tid(struct line *l)
{
	const struct word *w = word_at(l->s, l->at);
	struct str cpu, tid;
	int64_t v, n = 0;

	if (!w) {
		asm_error(&l->s->t, l->s->w.v[0].raw.p, "no thread and event after the time");
		return false;
	}
	cpu = w->v;
	tid = str_cut(&cpu, '@');
	if (str_eq(tid, STR("-")))
		v = EVENT_NO_TID;
	else if (!asm_number(tid, &v))
		v = INT64_MIN;
	if (v == INT64_MIN || (cpu.p && (!asm_number(cpu, &n) || n < 0 || n > UINT16_MAX))) {
		const char *near = str_nearest(w->v, asm_item_words, SNAP_KIND_COUNT);
		struct diag_item *it = asm_error(&l->s->t, w->raw.p,
						 "'%.*s' begins no line", STR_FMT(w->v));

		if (near)
			diag_hint(it, "did you mean '%s'?", near);
		else
			diag_hint(it, "a line is an event ([time] tid event ...) or begins with "
				  "proc, fd, user, group, container, host, ...");
		return false;
	}
	l->ev->tid = v;
	l->ev->cpu = (uint16_t)n;
	l->at++;
	return true;
}

static struct param number_param(struct asm_state *s, uint64_t v, uint32_t size)
{
	uint8_t *p = arena_alloc(&s->line, 8);

	put_le64(p, v);
	return (struct param){ p, size };
}

static void set_generic(struct line *l, unsigned sc)
{
	uint16_t nr = (uint16_t)sctab[sc].nr[ARCH_X86_64];

	l->ev->param[P_GENERIC_X_ID] = number_param(l->s, sc, 2);
	l->ev->param[P_GENERIC_X_nativeID] = number_param(l->s, nr, 2);
	l->given |= UINT64_C(1) << P_GENERIC_X_ID | UINT64_C(1) << P_GENERIC_X_nativeID;
}

/* "execve", "execve!", "execve!8" */
static bool head_event(struct line *l)
{
	const struct word *w = word_at(l->s, l->at);
	struct str count, name;
	struct event *ev = l->ev;
	const char *near;
	int64_t n;
	unsigned sc;

	if (!w) {
		asm_error(&l->s->t, l->s->w.v[l->at - 1].raw.p, "no event after the thread");
		return false;
	}
	count = w->v;
	name = str_cut(&count, '!');
	l->exact = count.p != NULL;
	ev->info = asm_event_of(name, &sc);
	if (!ev->info) {
		struct diag_item *it = asm_error(&l->s->t, w->raw.p, "there is no event '%.*s'",
						 STR_FMT(name));

		near = asm_event_near(name);
		diag_hint(it, near ? "did you mean '%s'?" : "'vestige list events' has them all",
			  near);
		return false;
	}
	ev->type = ev->info->type;
	ev->nparams = ev->info->nwire;
	l->counted = count.len > 0;
	if (count.len) {
		if (!asm_number(count, &n) || n < 0 || n > ev->info->nparams) {
			asm_error(&l->s->t, w->raw.p, "%s has %u parameters at most",
				  ev->info->name, ev->info->nparams);
			return false;
		}
		ev->nparams = (uint8_t)n;
	}
	if (sc)
		set_generic(l, sc);
	l->at++;
	return true;
}

static bool takes_bare(unsigned ptype)
{
	return ptype == PT_FSPATH || ptype == PT_FSRELPATH || ptype == PT_SOCKTUPLE ||
	       ptype == PT_SOCKADDR;
}

/* The parameter a value without a name is for, -1: none. */
static int bare_param(struct line *l)
{
	const struct evinfo *e = l->ev->info;
	unsigned i, n = l->bare++;

	if (e->type == EV_SYSCALL_EXECVE_19_X)
		return n ? -1 : P_SYSCALL_EXECVE_19_X_filename;
	if (e->type == EV_SYSCALL_EXECVEAT_X)
		return n ? -1 : P_SYSCALL_EXECVEAT_X_exe;
	for (i = 0; i < e->nwire; i++)
		if (takes_bare(e->params[i].ptype) && !n--)
			return (int)i;
	i = (unsigned)evinfo_param(e, STR("data"));
	return l->bare == 1 ? (int)i : -1;
}

static int unknown_param(struct line *l, const struct word *w, struct str name)
{
	const char *names[EV_PARAMS_MAX], *near;
	const struct evinfo *e = l->ev->info;
	struct diag_item *it;
	struct buf all = BUF_INIT;
	unsigned i;

	for (i = 0; i < e->nparams; i++) {
		names[i] = e->params[i].name;
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	it = asm_error(&l->s->t, w->key.p ? w->key.p : w->raw.p, "%s has no parameter '%.*s'",
		       e->name, STR_FMT(name));
	near = str_nearest(name, names, e->nparams);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "it has %s", all.len ? all.data : "none");
	buf_release(&all);
	return -1;
}

static int param_of(struct line *l, const struct word *w, struct str name)
{
	const struct evinfo *e = l->ev->info;
	int i = evinfo_param(e, name);

	if (i < 0 && str_eq(name, STR("res")) && e->nparams && ev_is_exit(e->type) &&
	    ptype_size[e->params[0].ptype] && e->type != EV_GENERIC_X)
		i = 0;
	return i < 0 ? unknown_param(l, w, name) : i;
}

static bool event_flag(struct line *l, const struct word *w)
{
	static const struct {
		const char *name;
		uint8_t flag;
	} flags[] = {
		{ "%truncated", EVF_TRUNCATED }, { "%late", EVF_LATE },
		{ "%state", EVF_STATE_ONLY }, { "%after-loss", EVF_AFTER_LOSS },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (str_eq(w->v, str_of(flags[i].name))) {
			l->ev->flags |= flags[i].flag;
			return true;
		}
	}
	asm_error(&l->s->t, w->raw.p, "'%.*s' is nothing a recorder notes", STR_FMT(w->v));
	return false;
}

static bool one_param(struct line *l, const struct word *w)
{
	bool bare = !w->key.p && !w->quoted && w->kind == WORD_PLAIN && w->v.len;
	bool missing = bare && w->v.p[0] == '!';
	struct event *ev = l->ev;
	int i;

	if (bare && w->v.p[0] == '%')
		return event_flag(l, w);
	i = missing ? param_of(l, w, str_sub(w->v, 1, w->v.len)) :
	    w->key.p ? param_of(l, w, w->key) : bare_param(l);
	if (i < 0) {
		if (!w->key.p && !missing)
			diag_hint(asm_error(&l->s->t, w->raw.p,
					    "%s does not take this value without a name",
					    ev->info->name), "name=value");
		return false;
	}
	if (i >= ev->nparams && !l->counted)
		ev->nparams = (uint8_t)(i + 1);	/* one of ours, behind those of libs */
	if (i >= ev->nparams) {
		asm_error(&l->s->t, w->raw.p, "this %s has %u parameters", ev->info->name,
			  ev->nparams);
		return false;
	}
	if (l->given & UINT64_C(1) << i) {
		asm_error(&l->s->t, w->key.p ? w->key.p : w->raw.p, "%s is given twice",
			  ev->info->params[i].name);
		return false;
	}
	l->given |= UINT64_C(1) << i;
	return missing || asm_value(&l->s->t, &ev->info->params[i], w, &l->s->ids, &l->s->line,
				    &ev->param[i]);
}

bool asm_event(struct asm_state *s, struct event *ev)
{
	struct line l = { .s = s, .ev = ev };
	bool ok = true;

	*ev = (struct event){ .tid = EVENT_NO_TID };
	if (!head_time(&l) || !head_tid(&l) || !head_event(&l))
		return false;
	for (; l.at < s->w.n; l.at++)
		ok &= one_param(&l, &s->w.v[l.at]);
	return ok && (l.exact || asm_fill(s, ev, l.given));
}
