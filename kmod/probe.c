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

/* Is this process to be recorded at all? */
static bool selected(struct session *ses, u32 tgid)
{
	if (!READ_ONCE(ses->running) || tgid == ses->cfg->ctl.self)
		return false;
	return !ses->tree || (tgid < PID_MAX_LIMIT && test_bit(tgid, ses->tree));
}

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
	row = &cfg->rows[sc];
	if (!row->select || !selected(ses, current->tgid) ||
	    !wanted_result(row->select, ret, flags))
		return;
	s = rec_begin(ses, current);
	if (!s)
		return;
	h = rec_hdr_of(s);
	compat_args(h->arg, regs);
	if (row->condmask && !(h->arg[row->condarg] & row->condmask)) {
		rec_undo(s);
		return;
	}
	h->kind = REC_KIND_SYSCALL + sc;
	h->nr = nr;
	h->flags = flags;
	h->ret = ret;
	ops_run(s, row);
	if (!s->nmiss || !retry_later(s, row))
		rec_end(s, row->cls);
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
static void record_tp(struct session *ses, u32 tp, struct task_struct *subject,
		      struct linux_binprm *bprm)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct scratch *s = rec_begin(ses, subject);
	struct rec_hdr *h;

	if (!s)
		return;
	h = rec_hdr_of(s);
	s->bprm = bprm;
	compat_args(h->arg, regs);
	h->kind = REC_KIND_TRACEPOINT + tp;
	h->nr = compat_nr(regs);
	h->flags = compat_flags(h->nr);
	h->ret = 0;
	ops_run(s, &ses->cfg->tps[tp]);
	rec_end(s, RC_PROCESS);
}

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (!(child->flags & PF_KTHREAD) && selected(ses, parent->tgid)) {
		if (ses->tree && (u32)child->tgid < PID_MAX_LIMIT)
			set_bit(child->tgid, ses->tree);
		if (ses->cfg->tps[REC_TP_FORK].select)
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
	if (ses->cfg->tps[REC_TP_EXEC].select && selected(ses, t->tgid))
		record_tp(ses, REC_TP_EXEC, t, bprm);
	rcu_read_unlock();
	preempt_enable_notrace();
}

static void on_exit(COMPAT_EXIT_ARGS)
{
	struct session *ses = data;

	preempt_disable_notrace();
	rcu_read_lock();
	if (!(t->flags & PF_KTHREAD) && selected(ses, t->tgid)) {
		if (ses->cfg->tps[REC_TP_EXIT].select)
			record_tp(ses, REC_TP_EXIT, t, NULL);
		if (ses->tree && atomic_read(&t->signal->live) <= 0)
			clear_bit(t->tgid, ses->tree);
	}
	rcu_read_unlock();
	preempt_enable_notrace();
}

/* Tracepoints are found by name: the kernel exports few of them. */
static struct {
	const char *name;
	void *probe;
	struct tracepoint *tp;
} points[] = {
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
		if (points[i].tp)
			continue;
		pr_err("vestige: this kernel has no tracepoint %s\n", points[i].name);
		return -ENOENT;
	}
	return 0;
}

static void unregister(struct session *ses, int n)
{
	while (n-- > 0)
		tracepoint_probe_unregister(points[n].tp, points[n].probe, ses);
	tracepoint_synchronize_unregister();
}

int probe_start(struct session *ses)
{
	int i, ret;

	WRITE_ONCE(ses->running, true);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		ret = tracepoint_probe_register(points[i].tp, points[i].probe, ses);
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
