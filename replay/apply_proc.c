/* SPDX-License-Identifier: Apache-2.0 */
/* execve, exit, and what a process does to itself. */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/apply.h"

#define P(name)	P_SYSCALL_EXECVE_19_X_##name
_Static_assert((int)P_SYSCALL_EXECVEAT_X_gid == (int)P(gid) &&
	       (int)P_SYSCALL_EXECVEAT_X_trusted_exepath == (int)P(trusted_exepath),
	       "execve and execveat share one layout");

enum { EXE_WRITABLE = 1, EXE_UPPER = 2, EXE_MEMFD = 4, EXE_LOWER = 8 };
enum { AT_EMPTY_PATH_BIT = 1 };

static struct str bytes_of(struct param p)
{
	return str_mem(p.p, p.len);
}

/* execveat(dirfd, path, …): an empty path means the descriptor itself. */
static bool execveat_path(struct machine *m, struct thread *t, const struct enter_event *e)
{
	int64_t dirfd = (int64_t)enter_u64(e, P_SYSCALL_EXECVEAT_E_dirfd, (uint64_t)-1);
	struct str path = enter_text(e, P_SYSCALL_EXECVEAT_E_pathname);
	uint64_t flags = enter_u64(e, P_SYSCALL_EXECVEAT_E_flags, 0);
	struct fdtab *tab = machine_fdtab(m, t);
	struct fd *f = tab ? fdtab_get(tab, dirfd) : NULL;

	if (!path.p && !(flags & AT_EMPTY_PATH_BIT))
		return false;
	if (flags & AT_EMPTY_PATH_BIT && !path.len) {
		if (!f)
			return false;
		buf_addstr(&m->path, rstr_str(f->name));
		return true;
	}
	if (path.p[0] != '/' && dirfd != -100 && !f)
		return false;
	machine_resolve(m, t, dirfd, path, &m->path);
	return true;
}

static bool enter_path(struct machine *m, struct thread *t)
{
	const struct enter_event *e = cur_enter(m, EV_SYSCALL_EXECVE_19_E);
	struct str path;

	if (e) {
		path = enter_text(e, P_SYSCALL_EXECVE_19_E_filename);
		if (!path.p)
			return false;
		machine_resolve(m, t, -100, path, &m->path);
		return true;
	}
	e = cur_enter(m, EV_SYSCALL_EXECVEAT_E);
	return e && execveat_path(m, t, e);
}

static void find_exepath(struct machine *m, struct thread *t, const struct event *ev)
{
	if (event_param(ev, P(trusted_exepath)).len) {
		thread_set_exepath(m, t, event_text(ev, P(trusted_exepath)));
		return;
	}
	if (ev->nparams > P(trusted_exepath) && !m->enter) {
		thread_set_exepath(m, t, STR(""));
		return;
	}
	buf_clear(&m->path);
	if (enter_path(m, t))
		thread_set_exepath(m, t, buf_str(&m->path));
	else if (m->enter)
		thread_set_exepath(m, t, STR("<NA>"));
}

/* A thread of unknown origin tells in its exec who it is. */
static void adopt(struct machine *m, struct thread *t, const struct event *ev)
{
	t->pid = event_i64(ev, P(pid), -1);
	t->ptid = event_i64(ev, P(ptid), -1);
	if (!(t->flags & TF_CHILD_IN_PIDNS)) {
		t->vtid = t->tid;
		t->vpid = t->pid;
	}
	machine_link(m, t);
}

static void set_memory(struct thread *t, const struct event *ev)
{
	t->pfmajor = event_u64(ev, P(pgft_maj), 0);
	t->pfminor = event_u64(ev, P(pgft_min), 0);
	t->vmsize = (uint32_t)event_u64(ev, P(vm_size), 0);
	t->vmrss = (uint32_t)event_u64(ev, P(vm_rss), 0);
	t->vmswap = (uint32_t)event_u64(ev, P(vm_swap), 0);
}

static void set_ids(struct thread *t, const struct event *ev)
{
	t->tty = (uint32_t)event_u64(ev, P(tty), t->tty);
	t->vpgid = event_i64(ev, P(vpgid), t->vpgid);
	t->loginuid = (uint32_t)event_u64(ev, P(loginuid), t->loginuid);
	t->cap_inheritable = event_u64(ev, P(cap_inheritable), t->cap_inheritable);
	t->cap_permitted = event_u64(ev, P(cap_permitted), t->cap_permitted);
	t->cap_effective = event_u64(ev, P(cap_effective), t->cap_effective);
	t->uid = (uint32_t)event_u64(ev, P(uid), t->uid);
	t->pgid = event_i64(ev, P(pgid), -1);
	t->gid = (uint32_t)event_u64(ev, P(gid), t->gid);
}

static void set_exe_facts(struct thread *t, const struct event *ev)
{
	uint64_t flags = event_u64(ev, P(flags), 0);

	if (ev->nparams > P(flags)) {
		t->exe_writable = flags & EXE_WRITABLE;
		t->exe_upper = flags & EXE_UPPER;
		t->exe_memfd = flags & EXE_MEMFD;
		t->exe_lower = flags & EXE_LOWER;
	}
	t->exe_ino = event_u64(ev, P(exe_ino), t->exe_ino);
	t->exe_ctime = event_u64(ev, P(exe_ino_ctime), t->exe_ctime);
	t->exe_mtime = event_u64(ev, P(exe_ino_mtime), t->exe_mtime);
	if (t->clone_ts)
		t->exe_ctime_since_clone = t->clone_ts - t->exe_ctime;
	if (t->pidns_init_start_ts && t->pidns_init_start_ts < t->exe_ctime)
		t->exe_ctime_since_pidns = t->exe_ctime - t->pidns_init_start_ts;
}

static bool closes_on_exec(struct fd *f)
{
	return (f->oflags & OF_CLOEXEC) || (f->flags & FDF_CLOEXEC);
}

static void close_on_exec(struct machine *m, struct thread *t)
{
	const struct fdsweep sweep = {
		.first = INT64_MIN, .last = INT64_MAX,
		.kind = SWEPT_BY_EXEC, .leaves = closes_on_exec,
	};
	struct fdtab *tab = machine_fdtab(m, t);

	if (!tab)
		return;
	m->nfds -= fdtab_sweep(tab, &sweep);
	m->cur.fdinfo = NULL;
}

static void drop_other_threads(struct machine *m, struct thread *t)
{
	struct thread *o, *next;

	for (o = t->group ? t->group->first : NULL; o; o = next) {
		next = o->tg_next;
		if (o != t && !thread_is_main(o))
			machine_remove_thread(m, o->tid);
	}
}

void apply_exec(struct machine *m, struct event *ev, int at UNUSED)
{
	struct thread *t = m->cur.thread;
	struct str comm;

	if (!t || cur_ret(ev) < 0)
		return;
	if (t->dead) {
		t->dead = false;
		if (t->group)
			t->group->alive++;
		t->flags &= ~(uint32_t)TF_CLOSED;
	}
	comm = event_text(ev, P(comm));
	machine_set_text(m, &t->exe, event_text(ev, P(exe)));
	t->lastexec_ts = ev->ts;
	t->gaps = m->gaps.told;
	if (!comm.p)
		comm = event_text(ev, P(exe));
	machine_set_text(m, &t->comm, comm);
	thread_set_args(m, t, bytes_of(event_param(ev, P(args))));
	if (thread_is_placeholder(t))
		adopt(m, t, ev);
	t->fdlimit = event_i64(ev, P(fdlimit), t->fdlimit);
	set_memory(t, ev);
	if (event_param(ev, P(env)).len)
		thread_set_env(m, t, bytes_of(event_param(ev, P(env))));
	if (event_param(ev, P(cgroups)).len)
		thread_set_cgroups(m, t, bytes_of(event_param(ev, P(cgroups))));
	find_exepath(m, t, ev);
	set_ids(t, ev);
	set_exe_facts(t, ev);
	close_on_exec(m, t);
	t->flags = (t->flags & (TF_PIPE_SRC | TF_PIPE_DST | TF_IS_MAIN_THREAD |
				TF_CLONE_INVERTED)) | TF_NAME_CHANGED;
	drop_other_threads(m, t);
}

static void mark_exit(struct machine *m, const struct thread *t, uint64_t ts)
{
	if (!m->exits)
		m->exits = xcalloc(EXIT_MARKS, sizeof(*m->exits));
	m->exits[(uint64_t)t->tid % EXIT_MARKS] = (struct exit_mark){
		.child = t->tid, .parent = t->ptid, .ts = ts,
	};
}

void apply_exit(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;

	if (!t)
		return;
	mark_exit(m, t, ev->ts);
	if (!t->dead) {
		t->dead = true;
		t->flags |= TF_CLOSED;
		if (t->group)
			t->group->alive--;
	}
	t->reaper_tid = -1;
	if (t->first_child)
		t->reaper_tid = event_i64(ev, P_PROCEXIT_1_E_reaper_tid, -1);
	m->exit_tid = t->tid;
	machine_forget_brief(m, t->tid);	/* it goes before the next event */
	machine_stir_thread(m, t->tid);
}

void apply_prctl(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { SET_CHILD_SUBREAPER = 36, GET_CHILD_SUBREAPER = 37 };
	struct thread *t = m->cur.thread;
	uint64_t option = event_u64(ev, P_SYSCALL_PRCTL_X_option, 0);

	if (!t || !t->group || cur_ret(ev) < 0)
		return;
	if (option == SET_CHILD_SUBREAPER || option == GET_CHILD_SUBREAPER)
		t->group->reaper = event_i64(ev, P_SYSCALL_PRCTL_X_arg2_int, 0) != 0;
}

/* How long the thread that leaves the cpu had it. */
static void account(struct machine *m, struct thread *t, const struct event *ev)
{
	size_t cpu = ev->cpu, n;

	if (cpu >= m->nswitched) {
		n = cpu + 1;
		m->switched = xreallocarray(m->switched, n, sizeof(*m->switched));
		memset(m->switched + m->nswitched, 0,
		       (n - m->nswitched) * sizeof(*m->switched));
		m->nswitched = n;
	}
	if (t) {
		t->exectime = m->switched[cpu] ? ev->ts - m->switched[cpu] : 0;
		t->totexectime += t->exectime;
	}
	m->switched[cpu] = ev->ts;
}

void apply_switch(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;

	account(m, t, ev);
	if (!t)
		return;
	t->pfmajor = event_u64(ev, P_SCHEDSWITCH_6_E_pgft_maj, 0);
	t->pfminor = event_u64(ev, P_SCHEDSWITCH_6_E_pgft_min, 0);
	t->vmsize = (uint32_t)event_u64(ev, P_SCHEDSWITCH_6_E_vm_size, 0);
	t->vmrss = (uint32_t)event_u64(ev, P_SCHEDSWITCH_6_E_vm_rss, 0);
	t->vmswap = (uint32_t)event_u64(ev, P_SCHEDSWITCH_6_E_vm_swap, 0);
}

void apply_memory(struct machine *m, struct event *ev, int size)
{
	struct thread *t = m->cur.thread;
	unsigned i = (unsigned)size;

	if (!t)
		return;
	t->vmsize = (uint32_t)event_u64(ev, i, 0);
	t->vmrss = (uint32_t)event_u64(ev, i + 1, 0);
	t->vmswap = (uint32_t)event_u64(ev, i + 2, 0);
}
