/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clone, fork, vfork, clone3.  Parent and child each report the call, in
 * either order, and either report may be lost, so both sides know how to
 * make the child.  The four events have the same parameters.
 */
#include "lib/base/compat.h"

#include "replay/apply.h"

#define P(name)	P_SYSCALL_CLONE_20_X_##name
_Static_assert((int)P_SYSCALL_FORK_20_X_pidns_init_start_ts == (int)P(pidns_init_start_ts) &&
	       (int)P_SYSCALL_VFORK_20_X_pidns_init_start_ts == (int)P(pidns_init_start_ts) &&
	       (int)P_SYSCALL_CLONE3_X_pidns_init_start_ts == (int)P(pidns_init_start_ts),
	       "the clone family shares one layout");

static struct str bytes_of(struct param p)
{
	return str_mem(p.p, p.len);
}

/* Who t is when only its ids in the event are known. */
static void fill_vids(struct thread *t, const struct event *ev)
{
	t->vtid = event_i64(ev, P(vtid), t->tid);
	t->vpid = event_i64(ev, P(vpid), -1);
}

static void set_comm(struct machine *m, struct thread *t, const struct event *ev)
{
	struct str comm = event_text(ev, P(comm));

	machine_set_text(m, &t->comm, comm.p ? comm : event_text(ev, P(exe)));
}

static void set_program(struct machine *m, struct thread *t, const struct event *ev)
{
	machine_set_text(m, &t->exe, event_text(ev, P(exe)));
	set_comm(m, t, ev);
	thread_set_args(m, t, bytes_of(event_param(ev, P(args))));
}

/* What every clone event tells of the child itself. */
static void fill_from_event(struct machine *m, struct thread *t, const struct event *ev)
{
	struct param cgroups = event_param(ev, P(cgroups));

	set_program(m, t, ev);
	t->fdlimit = event_i64(ev, P(fdlimit), -1);
	t->pfmajor = event_u64(ev, P(pgft_maj), 0);
	t->pfminor = event_u64(ev, P(pgft_min), 0);
	t->vmsize = (uint32_t)event_u64(ev, P(vm_size), 0);
	t->vmrss = (uint32_t)event_u64(ev, P(vm_rss), 0);
	t->vmswap = (uint32_t)event_u64(ev, P(vm_swap), 0);
	t->uid = (uint32_t)event_u64(ev, P(uid), ID_UNKNOWN);
	t->gid = (uint32_t)event_u64(ev, P(gid), ID_UNKNOWN);
	if (cgroups.len)
		thread_set_cgroups(m, t, bytes_of(cgroups));
}

/* What a child has of its maker without any event saying so. */
static void inherit(struct thread *t, const struct thread *from)
{
	rstr_set(&t->exepath, from->exepath);
	rstr_set(&t->root, from->root);
	/* Most children have the very strings of their maker: start from
	 * them, and what the event tells is compared, not copied. */
	rstr_set(&t->comm, from->comm);
	rstr_set(&t->exe, from->exe);
	rstr_set(&t->args, from->args);
	rstr_set(&t->cmdline, from->cmdline);
	t->exe_writable = from->exe_writable;
	t->exe_upper = from->exe_upper;
	t->exe_lower = from->exe_lower;
	t->exe_memfd = from->exe_memfd;
	t->sid = from->sid;
	t->vpgid = from->vpgid;
	t->pgid = from->pgid;
	t->tty = from->tty;
	t->loginuid = from->loginuid;
	t->cap_inheritable = from->cap_inheritable;
	t->cap_permitted = from->cap_permitted;
	t->cap_effective = from->cap_effective;
	t->exe_ino = from->exe_ino;
	t->exe_ctime = from->exe_ctime;
	t->exe_mtime = from->exe_mtime;
	t->exe_ctime_since_clone = from->exe_ctime_since_clone;
	t->gaps = from->gaps;	/* what it inherits is as old as that */
}

/* The environment is that of the very thread that forked: Falco keeps one for
 * main threads only, so children of others start without. */
static void inherit_process(struct machine *m, struct thread *t, struct thread *from)
{
	struct thread *main = machine_main_thread(m, from);
	struct str cwd = machine_cwd(m, from);

	thread_copy_fds(m, t, from);
	rstr_set(&t->env, from->env);
	if (main)
		rstr_set(&t->cwd, main->cwd);
	else
		machine_set_text(m, &t->cwd, cwd);
}

static bool exited_lately(const struct machine *m, int64_t caller, int64_t child, uint64_t ts)
{
	const struct exit_mark *e;

	if (!m->exits)
		return false;
	e = &m->exits[(uint64_t)child % EXIT_MARKS];
	return e->child == child && e->parent == caller && ts <= e->ts + EXIT_RECENT_NS;
}

/* Are we the ones to make the child?  Where ids differ between namespaces,
 * or the parent waits, the child's own event is the better witness. */
static bool caller_makes_child(const struct machine *m, const struct thread *caller,
			       int64_t child, uint32_t flags, bool vfork, uint64_t ts)
{
	if (flags & (TF_CHILD_IN_PIDNS | TF_CLONE_NEWPID | TF_CLONE_PARENT))
		return false;
	if (caller->tid != caller->vtid || vfork || (flags & TF_CLONE_VFORK))
		return false;
	return !exited_lately(m, caller->tid, child, ts);
}

/*
 * Will nobody look at the child (vtr_pass.brief)?  Then ids and links will do,
 * which decide what becomes of others.  Not where it would not go when it ends,
 * or where its exec would decide in which namespace it is.
 */
static bool is_brief(const struct machine *m, const struct thread *t, const struct event *ev)
{
	return (ev->flags & EVF_BRIEF) && t->pid == t->tid &&
	       !(t->flags & (TF_CLONE_THREAD | TF_CHILD_IN_PIDNS | TF_CLONE_NEWPID)) &&
	       !imap_get(&m->groups, (uint64_t)t->pid);
}

/* All that is known of a child; from: whose attributes it got, or NULL. */
static void fill(struct machine *m, struct thread *t, struct thread *from,
		 const struct event *ev)
{
	if (from)
		inherit(t, from);
	if (from && !(t->flags & TF_CLONE_THREAD))
		inherit_process(m, t, from);
	fill_from_event(m, t, ev);
}

/* The child, of known ids, enters the table; false: it is full, the child freed. */
static bool add_child(struct machine *m, struct thread *t, struct thread *from,
		      const struct event *ev)
{
	bool brief = is_brief(m, t, ev);

	t->clone_ts = ev->ts;
	if (!brief)
		fill(m, t, from, ev);
	if (!machine_add_thread(m, t))
		return false;
	machine_link(m, t);
	if (brief)
		machine_keep_brief(m, t);
	return true;
}

static void clone_caller(struct machine *m, struct event *ev, int64_t child_tid, bool vfork)
{
	struct thread *caller = machine_need_thread(m, ev->tid), *t;
	uint32_t flags = (uint32_t)event_u64(ev, P(flags), 0);
	bool valid;

	m->cur.thread = caller;
	if (!caller)
		return;
	valid = !thread_is_placeholder(caller);
	if (!valid) {
		caller->pid = event_i64(ev, P(pid), -1);
		caller->ptid = event_i64(ev, P(ptid), -1);
		fill_vids(caller, ev);
		machine_link(m, caller);
	}
	if (!caller_makes_child(m, caller, child_tid, flags, vfork, ev->ts))
		return;
	t = machine_thread(m, child_tid);
	if (t && ((t->flags & TF_CLONE_INVERTED) || t == caller))
		return;
	if (t)
		machine_remove_thread(m, child_tid);
	/* The caller may have been the dead main thread of that one's process
	 * and gone with it; a dead child may stay for its threads' sake. */
	caller = m->cur.thread;
	if (!caller || machine_thread(m, child_tid))
		return;
	t = thread_new(child_tid);
	t->flags = flags;
	if (flags & TF_CLONE_THREAD) {
		t->pid = caller->pid;
		t->ptid = caller->ptid;
		t->flags |= TF_CLONE_FILES;
		t->lastexec_ts = caller->lastexec_ts;
	} else {
		t->pid = child_tid;
		t->ptid = caller->tid;
	}
	t->vtid = t->tid;
	t->vpid = t->pid;
	if (!valid)
		set_program(m, caller, ev);
	add_child(m, t, valid ? caller : NULL, ev);
}

/* The thread whose attributes the child got, made up when need be. */
static struct thread *child_source(struct machine *m, struct thread *t, const struct event *ev,
				   bool *valid)
{
	bool leader = !(t->flags & TF_CLONE_THREAD);
	int64_t tid = leader ? t->ptid : t->pid;
	struct thread *from;

	*valid = false;
	if (tid == t->tid)	/* it says it made itself: nobody to ask */
		return t;
	from = machine_need_thread(m, tid);
	*valid = from && !thread_is_placeholder(from);
	if (!from || *valid || leader)
		return from;
	from->pid = t->pid;
	from->ptid = t->ptid;
	from->vpid = from->vtid = t->vpid;
	set_program(m, from, ev);
	machine_link(m, from);
	return from;
}

static void set_pidns_start(struct thread *t, const struct event *ev)
{
	/* Relative to the boot time, which no capture tells: 0. */
	if ((t->flags & (TF_CHILD_IN_PIDNS | TF_CLONE_NEWPID)) || t->tid != t->vtid)
		t->pidns_init_start_ts = event_u64(ev, P(pidns_init_start_ts), 0);
}

static void clone_child(struct machine *m, struct event *ev)
{
	struct thread *t = machine_thread(m, ev->tid), *from;
	bool valid;

	if (t && t->clone_ts && ev->ts - t->clone_ts < 2 * NS_PER_S)
		return;
	if (t)
		machine_remove_thread(m, ev->tid);
	t = machine_thread(m, ev->tid);
	if (t) {	/* a dead main thread whose threads live on */
		m->cur.thread = t;
		return;
	}
	t = thread_new(ev->tid);
	t->pid = event_i64(ev, P(pid), -1);
	t->ptid = event_i64(ev, P(ptid), -1);
	fill_vids(t, ev);
	t->flags = (uint32_t)event_u64(ev, P(flags), 0) | TF_CLONE_INVERTED;
	from = child_source(m, t, ev, &valid);
	if (!from) {
		thread_free(m, t);
		return;
	}
	if (t->flags & TF_CLONE_THREAD) {
		t->flags |= TF_CLONE_FILES;
		t->lastexec_ts = valid ? from->lastexec_ts : 0;
	}
	set_pidns_start(t, ev);
	if (add_child(m, t, valid ? from : NULL, ev))
		m->cur.thread = t;
}

void apply_clone(struct machine *m, struct event *ev, int vfork)
{
	int64_t res = cur_ret(ev);

	if (res < 0)
		return;
	if (res == 0)
		clone_child(m, ev);
	else
		clone_caller(m, ev, res, vfork);
}
