/* SPDX-License-Identifier: Apache-2.0 */
/* One event: what is still due, whose it is, which descriptor, its effect. */
#include "lib/base/compat.h"

#include "replay/apply.h"
#include "replay/effect_set.h"

/* How an event finds its thread. */
enum whose {
	WHOSE_NEEDED,		/* an unknown tid gets a placeholder */
	WHOSE_KNOWN,		/* looked up only */
	WHOSE_NONE,
};

struct effect {
	apply_fn *fn;
	int16_t arg;
};

static const struct effect effects[EV_COUNT] = {
#define EFFECT(event, f, a) [EV_##event] = { apply_##f, a },
#include "replay/effects.def"
#undef EFFECT
};

static const uint8_t whose[EV_COUNT] = {
	[EV_CONTAINER_E] = WHOSE_NONE,
	[EV_CONTAINER_JSON_E] = WHOSE_NONE,
	[EV_CONTAINER_JSON_2_E] = WHOSE_NONE,
	[EV_USER_ADDED_E] = WHOSE_NONE,
	[EV_USER_DELETED_E] = WHOSE_NONE,
	[EV_GROUP_ADDED_E] = WHOSE_NONE,
	[EV_GROUP_DELETED_E] = WHOSE_NONE,
	[EV_PLUGINEVENT_E] = WHOSE_NONE,
	[EV_ASYNCEVENT_E] = WHOSE_NONE,
	[EV_SYSCALL_CLONE_20_X] = WHOSE_KNOWN,
	[EV_SYSCALL_FORK_20_X] = WHOSE_KNOWN,
	[EV_SYSCALL_VFORK_20_X] = WHOSE_KNOWN,
	[EV_SYSCALL_CLONE3_X] = WHOSE_KNOWN,
	[EV_SCHEDSWITCH_6_E] = WHOSE_KNOWN,
	[EV_PROCEXIT_1_E] = WHOSE_KNOWN,
};

bool machine_preamble(unsigned type)
{
	switch (type) {
	case EV_USER_ADDED_E:
	case EV_USER_DELETED_E:
	case EV_GROUP_ADDED_E:
	case EV_GROUP_DELETED_E:
	case EV_CONTAINER_E:
	case EV_CONTAINER_JSON_E:
	case EV_CONTAINER_JSON_2_E:
		return true;
	default:
		return false;
	}
}

/* --- threads of which events need not come --- */

static void stir_sockets(struct machine *m)
{
	size_t i;

	for (i = 0; m->pass && i < VTR_CALM; i++)
		m->pass->calm[1][i] = vtr_nobody(i);
}

static void stir_place(struct machine *m, size_t i)
{
	struct vtr_pass *p = m->pass;

	p->calm[0][i] = p->calm[1][i] = vtr_nobody(i);
	p->alone[i] = p->brief[i];
}

void machine_stir(struct machine *m)
{
	size_t i;

	for (i = 0; m->pass && i < VTR_CALM; i++)
		stir_place(m, i);
}

void machine_stir_thread(struct machine *m, int64_t tid)
{
	if (m->pass)
		stir_place(m, (uint64_t)tid % VTR_CALM);
}

/* Whatever becomes of it meanwhile, nobody looks. */
void machine_keep_brief(struct machine *m, const struct thread *t)
{
	size_t i = (uint64_t)t->tid % VTR_CALM;

	if (!m->pass)
		return;
	m->pass->brief[i] = m->pass->alone[i] = t->tid;
	m->pass->taken[i] = UINT64_MAX;
}

void machine_forget_brief(struct machine *m, int64_t tid)
{
	size_t i = (uint64_t)tid % VTR_CALM;

	if (m->pass && m->pass->brief[i] == tid)
		m->pass->brief[i] = vtr_nobody(i);
}

void machine_stir_anew(struct machine *m)
{
	size_t i;

	for (i = 0; m->pass && i < VTR_CALM; i++)
		m->pass->brief[i] = vtr_nobody(i);
	machine_stir(m);
}

/* So near a limit that one block may reach it (vtr_pass.crowded)? */
static bool is_crowded(const void *machine)
{
	const struct machine *m = machine;

	return m->texts.bytes > m->texts.max / 2 || m->nfds > MACHINE_FDS_TOTAL_MAX / 2;
}

/* --- one event --- */

static void settle(struct machine *m)
{
	struct thread *t;

	if (m->exit_tid != -1)
		machine_remove_thread(m, m->exit_tid);
	if (m->close_tid != -1) {
		t = machine_thread(m, m->close_tid);
		if (t)
			machine_close_fd(m, t, m->close_fd);
	}
	m->exit_tid = m->close_tid = -1;
}

void machine_settle(struct machine *m)
{
	settle(m);
	machine_loaded(m);
	m->cur.ev = NULL;
	m->cur.thread = NULL;
	m->cur.fdinfo = NULL;
	m->cur.fd = -1;
}

static void find_fd(struct machine *m, struct thread *t, struct event *ev)
{
	const struct evinfo *info = ev->info;
	struct fdtab *tab;

	event_some(ev, m->needs[ev->type] | 1ull << info->fd);
	if (t->last_fd == -1)
		t->last_fd = event_i64(ev, (unsigned)info->fd, -1);
	tab = machine_fdtab(m, t);
	m->cur.fdinfo = tab ? fdtab_get(tab, t->last_fd) : NULL;
}

/* Does an exit event belong to this enter event?  Not to a signal's. */
static bool comes_back(unsigned type)
{
	return type + 1 < EV_COUNT && !(evtab[type + 1].flags & EF_UNUSED);
}

static void find_thread(struct machine *m, struct event *ev)
{
	enum whose w = whose[ev->type];
	struct thread *t;

	if (w == WHOSE_NONE)
		return;
	if (UNLIKELY(ev->info->flags & EF_SKIPPARSERESET)) {
		m->cur.thread = machine_thread(m, ev->tid);
		return;
	}
	t = w == WHOSE_KNOWN ? machine_thread(m, ev->tid) : machine_need_thread(m, ev->tid);
	m->cur.thread = t;
	if (!t || ev->type == EV_SCHEDSWITCH_6_E)
		return;
	if (!ev_is_exit(ev->type)) {
		t->last_fd = -1;
		if (comes_back(ev->type) || t->last_enter != NO_ENTER) {
			t->last_enter = ev->type;
			machine_stir_thread(m, t->tid);
		}
	} else if (LIKELY(ev->type != t->last_enter + 1)) {
		/* execveat may come back as an execve. */
		if (ev->type == EV_SYSCALL_EXECVE_19_X && t->last_enter == EV_SYSCALL_EXECVEAT_E)
			m->enter = t->enter;
		else
			t->last_fd = -1;
	} else {
		m->enter = t->enter;
	}
	if ((ev->info->flags & EF_USES_FD) && ev->info->fd >= 0)
		find_fd(m, t, ev);
}

/* Where the thread's calls left off is where fields look. */
static void find_last_fd(struct machine *m)
{
	struct thread *t = m->cur.thread;

	m->cur.fd = t ? t->last_fd : -1;
}

bool machine_apply(struct machine *m, struct event *ev)
{
	const struct effect *e;

	if (UNLIKELY(m->exit_tid != -1 || m->close_tid != -1))
		settle(m);
	if (UNLIKELY(m->loading))
		machine_loaded(m);
	if (UNLIKELY(!m->counts.events++))
		m->cur.first_ts = ev->ts;
	m->cur.ev = ev;
	m->cur.thread = NULL;
	m->cur.fdinfo = NULL;
	m->cur.fd_name_changed = false;
	m->cur.fd_answered = m->cur.fd_refused = false;
	m->enter = NULL;
	if (UNLIKELY(ev->type >= EV_COUNT))
		return !(ev->flags & EVF_STATE_ONLY);
	find_thread(m, ev);
	e = &effects[ev->type];
	if (e->fn) {
		event_some(ev, m->needs[ev->type]);
		e->fn(m, ev, e->arg);
		if (m->stirs[ev->type])
			stir_sockets(m);
	}
	find_last_fd(m);
	if (UNLIKELY(!m->started)) {
		if (machine_preamble(ev->type))
			return false;
		m->started = true;
	}
	if (UNLIKELY(ev->flags & EVF_STATE_ONLY))
		return false;
	/* Enter events live on only as what their exit needs. */
	return ev_is_exit(ev->type) || !(ev->info->flags & EF_CONVERTER_MANAGED);
}

/* --- events nobody looks at --- */

enum { LONG_WAY, PASSES, PASSES_ASIDE, PASSES_ENTERLESS, PASSES_UNCONNECTED };

/* What changes connections, and nothing else. */
static bool is_of_connections(apply_fn *fn)
{
	return fn == apply_io || fn == apply_getsockopt;
}

/*
 * Nothing but the thread's being there changes with it.  The descriptor of a
 * call is remembered by the thread even where the call does nothing to it;
 * that matters only to one whose enter events are told.
 */
static uint8_t way_of(unsigned type, unsigned ignored)
{
	const struct evinfo *info = evinfo_of(type);
	apply_fn *fn = effects[type].fn;

	if ((fn == apply_memory && (ignored & ASPECT_MEMORY)) ||
	    (is_of_connections(fn) && (ignored & ASPECT_CONNECTED)))
		fn = NULL;
	if (info && is_of_connections(fn) && info->fd >= 0)
		return PASSES_UNCONNECTED;
	if (info && !fn && whose[type] == WHOSE_NEEDED && (info->flags & EF_SKIPPARSERESET) &&
	    !(info->flags & EF_CONVERTER_MANAGED))
		return PASSES_ASIDE;
	if (!info || fn || whose[type] != WHOSE_NEEDED || !ev_is_exit(type) ||
	    (info->flags & EF_SKIPPARSERESET))
		return LONG_WAY;
	return info->flags & EF_USES_FD ? PASSES_ENTERLESS : PASSES;
}

static bool is_stream(const struct fd *f)
{
	return f->type == FD_IPV4_SOCK || f->type == FD_IPV6_SOCK;
}

static bool is_connection(struct machine *m, struct thread *t, struct event *ev)
{
	struct fdtab *tab = machine_fdtab(m, t);
	struct fd *f;

	event_some(ev, 1ull << ev->info->fd);
	f = tab ? fdtab_get(tab, event_i64(ev, (unsigned)ev->info->fd, -1)) : NULL;
	return f && is_stream(f);
}

/* Can somebody have a socket after this who was there and had none before?  Not
 * by these. */
static bool makes_sockets(apply_fn *fn)
{
	return fn != apply_open && fn != apply_openat && fn != apply_creat &&
	       fn != apply_close && fn != apply_fcntl && fn != apply_dup &&
	       fn != apply_memory && fn != apply_io && fn != apply_enter &&
	       fn != apply_clone && fn != apply_exit && fn != apply_pipe &&
	       fn != apply_prlimit && fn != apply_chdir && fn != apply_listen &&
	       fn != apply_getsockopt;
}

void machine_ignore(struct machine *m, unsigned aspects)
{
	unsigned type;

	m->ignored = aspects;
	for (type = 0; type < EV_COUNT; type++) {
		m->way[type] = way_of(type, aspects);
		m->stirs[type] = makes_sockets(effects[type].fn);
		/* Data moves all the time and seldom on a connection. */
		m->needs[type] = effects[type].fn == apply_io ? 0 : effect_needs(type);
	}
}

void machine_calm(struct machine *m, struct vtr_pass *p)
{
	unsigned type;

	m->pass = p;
	machine_stir_anew(m);
	machine_roles(p);
	p->crowded = is_crowded;
	p->whom = m;
	for (type = 0; type < EV_COUNT; type++)
		p->way[type] = m->way[type] == LONG_WAY ? 0 :
			       m->way[type] == PASSES_UNCONNECTED ? 2 : 1;
}

void machine_passed(struct machine *m, uint64_t n)
{
	m->counts.events += n;
}

static bool has_socket(struct machine *m, struct thread *t)
{
	const struct fdtab *tab = machine_fdtab(m, t);
	const struct fd *f = tab ? fdtab_next(tab, NULL) : NULL;

	while (f && !is_stream(f))
		f = fdtab_next(tab, f);
	return f;
}

/*
 * The next event that passes finds all as it is now.  What it would settle the
 * next one that is applied settles as well (an exit stirs; a close is seen by
 * nobody before), and the descriptor it would forget the thread's next call
 * forgets, for no enter event is known.
 */
static void calm(struct machine *m, struct thread *t, uint8_t way)
{
	m->pass->calm[0][(uint64_t)t->tid % VTR_CALM] = t->tid;
	if (way == PASSES_UNCONNECTED && !has_socket(m, t))
		m->pass->calm[1][(uint64_t)t->tid % VTR_CALM] = t->tid;
}

/* Descriptors that are there and not about to go; all, where one more would
 * reorder them (fdtab.c) or they are many. */
static uint64_t taken(const struct machine *m, const struct thread *t)
{
	enum { MANY = 32 };	/* so few are in the first run */
	const struct fdtab *tab = &t->fds;
	uint64_t bits = 0;
	uint32_t i;

	if (tab->n >= tab->buckets || tab->n > MANY)
		return UINT64_MAX;
	for (i = 0; i < tab->n; i++)
		if (tab->first.v[i].num >= 0 && tab->first.v[i].num < 64)
			bits |= 1ull << tab->first.v[i].num;
	if (m->close_tid == t->tid && m->close_fd >= 0 && m->close_fd < 64)
		bits &= ~(1ull << m->close_fd);
	return bits;
}

/* Does its own belong to nobody else?  Its calls come as exit events alone. */
static void note_alone(struct machine *m, const struct thread *t)
{
	size_t i;

	if (!t->group || t->group->n != 1 || (t->flags & TF_CLONE_FILES))
		return;
	i = (uint64_t)t->tid % VTR_CALM;
	m->pass->alone[i] = t->tid;
	m->pass->taken[i] = vtr_is_unseen(m->pass) ? taken(m, t) : 0;
}

/* One that may well change something. */
static bool pass_long(struct machine *m, struct event *ev)
{
	bool shown = machine_apply(m, ev);
	struct thread *t = m->cur.thread;

	if (!m->pass || !m->started || !t || t->dead || t->last_enter != NO_ENTER)
		return shown;
	calm(m, t, PASSES);
	note_alone(m, t);
	return shown;
}

bool machine_pass(struct machine *m, struct event *ev)
{
	uint8_t way = ev->type < EV_COUNT ? m->way[ev->type] : LONG_WAY;
	struct thread *t;

	if (way == LONG_WAY || !m->started || m->loading)
		return pass_long(m, ev);
	if (m->exit_tid != -1 || m->close_tid != -1)
		settle(m);
	t = machine_thread(m, ev->tid);
	if (!t || (way > PASSES_ASIDE && t->last_enter != NO_ENTER) ||
	    (way == PASSES_UNCONNECTED && is_connection(m, t, ev)))
		return pass_long(m, ev);
	m->counts.events++;
	m->cur.ev = NULL;
	m->cur.thread = NULL;
	m->cur.fdinfo = NULL;
	if (way != PASSES_ASIDE && ev->type != t->last_enter + 1)
		t->last_fd = -1;
	if (m->pass && !t->dead && t->last_enter == NO_ENTER) {
		calm(m, t, way);
		note_alone(m, t);
	}
	return !(ev->flags & EVF_STATE_ONLY);
}

/* --- enter events --- */

/* Where t keeps `need` bytes of parameters; NULL: there is no room for them. */
static struct enter_event *enter_room(struct machine *m, struct thread *t, size_t need)
{
	struct enter_event *e = t->enter;

	/* What a thread has beyond its need no limit knows of. */
	if (!e || e->cap < need || e->cap > 2 * need + RSTR_LONG) {
		thread_drop_enter(m, t);
		e = NULL;
	}
	if (need > MACHINE_ENTERS_MAX - m->enter_bytes + (e ? e->used : 0)) {
		thread_drop_enter(m, t);
		m->counts.texts_cut++;
		return NULL;
	}
	if (!e) {
		t->enter = e = xmalloc(sizeof(*e) + need);
		e->cap = need;
		e->used = 0;
	}
	m->enter_bytes += need - e->used;
	e->used = need;
	return e;
}

void apply_enter(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;
	struct enter_event *e;
	size_t need = 0, i, n = ev->nparams;
	uint8_t *at;

	if (!t)
		return;
	if (n > ARRAY_SIZE(e->param))
		n = ARRAY_SIZE(e->param);
	for (i = 0; i < n; i++)
		need += ev->param[i].len;
	e = enter_room(m, t, need);
	if (!e)
		return;
	e->type = ev->type;
	e->nparams = (uint8_t)n;
	at = e->data;
	for (i = 0; i < n; i++) {
		e->param[i] = (struct param){ at, ev->param[i].len };
		if (ev->param[i].len)
			memcpy(at, ev->param[i].p, ev->param[i].len);
		at += ev->param[i].len;
	}
}

/* An execve enter without a file name is of no use to anybody. */
void apply_enter_named(struct machine *m, struct event *ev, int arg)
{
	if (cur_param(m, 0).len)
		apply_enter(m, ev, arg);
}

struct str enter_text(const struct enter_event *e, unsigned i)
{
	struct param p = enter_param(e, i);
	struct str s;
	const void *nul;

	if (!p.len)
		return (struct str){ NULL, 0 };
	nul = memchr(p.p, '\0', p.len);
	s = str_mem(p.p, nul ? (size_t)((const uint8_t *)nul - p.p) : p.len);
	return str_eq(s, STR("<NA>")) || str_eq(s, STR("(NULL)")) ?
	       (struct str){ NULL, 0 } : s;
}

uint64_t enter_u64(const struct enter_event *e, unsigned i, uint64_t dflt)
{
	int64_t v;

	return param_int(enter_param(e, i), false, &v) ? (uint64_t)v : dflt;
}
