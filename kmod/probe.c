/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes on the kernel's tracepoints: what is recorded, as bpf/record.bpf.c
 * decides it.  All arguments of a call are still in its registers at
 * sys_exit, and exec is told by its own tracepoint: sys_enter is not needed.
 */
#include <linux/pid.h>
#include <linux/threads.h>
#include <linux/sched/task_stack.h>

#include "kmod/vestige.h"

/* Some results are told elsewhere, or not asked for (enum rawrow_select). */
static bool wanted_result(u32 select, long ret, u32 flags)
{
	if (select == SEL_FAILED)	/* sched_process_exec tells the rest */
		return ret < 0;
	if (select == SEL_NONZERO)	/* the child: sched_process_fork told */
		return ret != 0;
	return select != SEL_COMPAT || flags;
}

/* REC_COMPAT, REC_X32: numbers and layouts are not those of 64-bit calls. */
static u32 compat_flags(long nr)
{
	if (compat_call_32())
		return REC_COMPAT;
	return nr > 0 && nr & COMPAT_X32_BIT ? REC_X32 : 0;	/* -1: sigreturn */
}

/*
 * sendmmsg, recvmmsg: a record for each message.  Its address stands in the
 * place of the array's, so everything fetched is that message's.  There is no
 * second attempt for these.
 */
static void record_each(struct scratch *s, const struct rawrow *row)
{
	struct rec_hdr *h = rec_hdr_of(s);
	u32 i, flags = h->flags;
	s64 n = h->ret;

	for (i = 0; i < REC_MMSG_MAX && (!i || i < n); i++) {
		rec_again(s);
		h->flags = flags | (i ? REC_MORE : 0);
		if (i == REC_MMSG_MAX - 1 && n > REC_MMSG_MAX)
			h->flags |= REC_CUT;
		ops_run(s, row);
		ring_commit(s);
		h->arg[1] += UMMSGHDR_BYTES;
	}
	rec_free(s);
}

static void record_call(struct session *ses, struct pt_regs *regs, long ret)
{
	const struct dev_setup *cfg = ses->cfg;
	const struct rawrow *row;
	long nr = compat_nr(regs);
	u32 flags = compat_flags(nr), sc = 0;
	struct scratch *s;
	struct rec_hdr *h;

	if (!flags && (unsigned long)nr < SYSCALL_NR_MAX)
		sc = cfg->sc_of_nr[nr];
	else if (flags & REC_COMPAT && (unsigned long)nr < SYSCALL_NR_MAX)
		sc = cfg->sc_of_nr32[nr];
	row = &cfg->rows[sc];
	if (!row->select || !wanted_result(row->select, ret, flags) ||
	    !selected(ses, current))
		return;
	s = rec_begin(ses, current, row->cls);
	if (!s)
		return;
	h = rec_hdr_of(s);
	compat_args(h->arg, regs, flags & REC_COMPAT);
	if (row->condmask && !(h->arg[row->condarg] & row->condmask)) {
		rec_undo(s);
		return;
	}
	h->kind = REC_KIND_SYSCALL + sc;
	h->nr = nr;
	h->flags = flags;
	h->ret = ret;
	if (row->flags & ROWF_EACH) {
		record_each(s, row);
		return;
	}
	ops_run(s, row);
	if (s->nmiss && retry_later(s, row))
		return;
	if (wanted_path(s, row))
		rec_end(s);
	else
		rec_undo(s);
}

/*
 * Since 6.13 the kernel calls this one with preemption on; before, switching
 * it off again costs nothing worth a difference.
 */
static void on_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	preempt_disable_notrace();
	rcu_read_lock();
	record_call(data, regs, ret);
	rcu_read_unlock();
	preempt_enable_notrace();
}

/* A kernel tracepoint's record, with the call it happened in. */
static void record_tp(struct session *ses, u32 tp, struct task_struct *subject, void *object)
{
	struct pt_regs *regs = task_pt_regs(current);
	const struct rawrow *row = &ses->cfg->tps[tp];
	struct scratch *s = rec_begin(ses, subject, row->cls);
	struct rec_hdr *h;

	if (!s)
		return;
	h = rec_hdr_of(s);
	s->object = object;
	h->kind = REC_KIND_TRACEPOINT + tp;
	h->nr = compat_nr(regs);
	h->flags = compat_flags(h->nr);
	compat_args(h->arg, regs, h->flags & REC_COMPAT);
	h->ret = 0;
	ops_run(s, row);
	rec_end(s);
}

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (!(child->flags & PF_KTHREAD) && followed(ses, parent->tgid)) {
		if (ses->tree && (u32)child->tgid < PID_MAX_LIMIT)
			set_bit(child->tgid, ses->tree);
		if (ses->cfg->tps[REC_TP_FORK].select && selected(ses, parent))
			record_tp(ses, REC_TP_FORK, child, NULL);
	}
	rcu_read_unlock();
	preempt_enable_notrace();
}

static void on_exec(void *data, struct task_struct *t, pid_t old, struct linux_binprm *bprm)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (ses->cfg->tps[REC_TP_EXEC].select && selected(ses, t))
		record_tp(ses, REC_TP_EXEC, t, bprm);
	rcu_read_unlock();
	preempt_enable_notrace();
}

static void on_exit(COMPAT_EXIT_ARGS)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (!(t->flags & PF_KTHREAD) && followed(ses, t->tgid)) {
		if (ses->cfg->tps[REC_TP_EXIT].select && selected(ses, t))
			record_tp(ses, REC_TP_EXIT, t, NULL);
		if (ses->tree && atomic_read(&t->signal->live) <= 0)
			clear_bit(t->tgid, ses->tree);
	}
	rcu_read_unlock();
	preempt_enable_notrace();
}

#ifdef COMPAT_URING
/* The task may be the kernel thread that polls for the process. */
static void on_uring(COMPAT_URING_ARGS)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (ses->cfg->tps[REC_TP_URING].select && selected(ses, current))
		record_tp(ses, REC_TP_URING, current, req);
	rcu_read_unlock();
	preempt_enable_notrace();
}
#endif

/* Tracepoints are found by name: the kernel exports few of them. */
static struct {
	const char *name;
	void *probe;
	bool optional;		/* a kernel may be built without it */
	struct tracepoint *tp;
} points[] = {
#ifdef COMPAT_URING
	{ .name = COMPAT_URING_POINT, .probe = on_uring, .optional = true },
#endif
	{ .name = "sched_process_fork", .probe = on_fork },
	{ .name = "sched_process_exec", .probe = on_exec },
	{ .name = "sched_process_exit", .probe = on_exit },
	{ .name = "sys_exit", .probe = on_sys_exit },
};

static void found_tracepoint(struct tracepoint *tp, void *priv)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(points); i++)
		if (!strcmp(tp->name, points[i].name))
			points[i].tp = tp;
}

int probe_init(void)
{
	int i;

	for_each_kernel_tracepoint(found_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].tp || points[i].optional)
			continue;
		pr_err("vestige: this kernel has no tracepoint %s\n", points[i].name);
		return -ENOENT;
	}
	return 0;
}

static void unregister(struct session *ses, int n)
{
	while (n-- > 0)
		if (points[n].tp)
			tracepoint_probe_unregister(points[n].tp, points[n].probe, ses);
	tracepoint_synchronize_unregister();
}

int probe_start(struct session *ses)
{
	int i, ret;

	WRITE_ONCE(ses->running, true);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		ret = points[i].tp ?
		      tracepoint_probe_register(points[i].tp, points[i].probe, ses) : 0;
		if (!ret)
			continue;
		WRITE_ONCE(ses->running, false);
		unregister(ses, i);
		return ret;
	}
	return 0;
}

/* On return no probe runs, and none will. */
void probe_stop(struct session *ses)
{
	retry_wait(ses);
	WRITE_ONCE(ses->running, false);
	unregister(ses, ARRAY_SIZE(points));
}
