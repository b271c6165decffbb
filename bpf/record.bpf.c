/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The eBPF half of the recorder: one program where calls end, three on the
 * scheduler's process tracepoints.  What a call records is a row of
 * schema/raw.def, walked by record_ops(); there is no code per call.
 */
#include "bpf/file.bpf.h"
#include "bpf/plain.bpf.h"
#include "bpf/select.bpf.h"
#include "bpf/task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* The scheduler knows no more than this of a dying process's heirs. */
static __always_inline u32 reaper_of(struct task_struct *t)
{
	struct signal_struct *sig;
	struct task_struct *up = t;
	struct pid_namespace *ns;
	u32 i;

	if (BPF_CORE_READ(t, signal, live.counter) > 0)
		return BPF_CORE_READ(t, group_leader, pid);
	for (i = 0; i < REC_DEPTH_MAX; i++) {
		up = BPF_CORE_READ(up, real_parent);
		sig = up ? BPF_CORE_READ(up, signal) : NULL;
		if (!sig || BPF_CORE_READ(up, pid) <= 1)
			break;
		if (BPF_CORE_READ_BITFIELD_PROBED(sig, is_child_subreaper))
			return BPF_CORE_READ(up, pid);
		if (!BPF_CORE_READ_BITFIELD_PROBED(sig, has_child_subreaper))
			break;
	}
	ns = pid_ns(BPF_CORE_READ(t, thread_pid));
	return ns ? BPF_CORE_READ(ns, child_reaper, pid) : 0;
}

__noinline int op_exit(struct scratch *s)
{
	struct task_struct *t;
	struct rec_exit *to;
	struct list_head *head;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	to = (struct rec_exit *)att_room(s);
	if (!to)
		return 0;
	head = __builtin_preserve_access_index(&t->children);
	to->code = BPF_CORE_READ(t, exit_code);
	to->children = BPF_CORE_READ(t, children.next) != head;
	to->reaper = to->children ? reaper_of(t) : 0;
	att_end(s, sizeof(*to), 0);
	return 0;
}

__noinline int op_uring(struct scratch *s)
{
	struct io_kiocb *req;
	struct rec_uring *to;
	u32 flags = 0;

	if (!s || !s->object)
		return 0;
	req = (struct io_kiocb *)s->object;
	to = (struct rec_uring *)att_room(s);
	if (!to)
		return 0;
	to->user_data = BPF_CORE_READ(req, cqe.user_data);
	/* the low half, where IOSQE_xxx are, whatever its width */
	bpf_probe_read_kernel(&flags, sizeof(flags), (void *)req +
			      bpf_core_field_offset(req->flags));
	to->flags = flags;
	to->fd = BPF_CORE_READ(req, cqe.fd);
	to->opcode = BPF_CORE_READ(req, opcode);
	att_end(s, sizeof(*to), 0);
	return 0;
}

__noinline int op_dispatch(struct scratch *s, u32 op, u32 a, u32 b)
{
	switch (op) {
	case ROP_USTR:	return op_ustr(s, a);
	case ROP_UBUF:	return op_ubuf(s, a, b);
	case ROP_UBIN:	return op_ubin(s, a, b);
	case ROP_UMEM:	return op_umem(s, a, b);
	case ROP_UPOLL:	return op_uarray(s, a, b, 8, REC_POLL_MAX);
	case ROP_USEM:	return op_uarray(s, a, b, 6, 2);
	case ROP_SADDR:	return op_saddr(s, a, b);
	case ROP_SADDRO: return op_saddr(s, a, b | INT0);
	case ROP_IOV:	return op_iov(s, a, b, 0);
	case ROP_IOVR:	return op_iov(s, a, b, 1);
	case ROP_MNAME:	return op_mname(s, a);
	case ROP_MIOV:	return op_miov(s, a, 0);
	case ROP_MIOVR:	return op_miov(s, a, 1 + b);
	case ROP_MCTL:	return op_mctl(s, a);
	case ROP_UARGV:	return op_uargv(s, a);
	case ROP_FDF:	return op_fdf(s, a);
	case ROP_FDPATH: return op_fdpath(s, a);
	case ROP_SOCK:	return op_sock(s, a);
	case ROP_QUEUE:	return op_queue(s, a);
	case ROP_TASK:	return op_task(s);
	case ROP_COMM:	return op_comm(s);
	case ROP_ARGV:	return op_stack(s, 0);
	case ROP_ENVP:	return op_stack(s, 1);
	case ROP_CWD:	return op_cwd(s);
	case ROP_CGROUPS: return op_cgroups(s);
	case ROP_EXE:	return op_exe(s);
	case ROP_KNAME:	return op_kname(s);
	case ROP_MM:	return op_mm(s);
	case ROP_CAPS:	return op_caps(s);
	case ROP_EXIT:	return op_exit(s);
	case ROP_PIDFD:	return op_pidfd(s, a);
	case ROP_URING:	return op_uring(s);
	}
	return 0;
}

static __always_inline void record_ops(struct scratch *s, const volatile struct rawrow *row)
{
	u32 n = row->nops, i;

	for (i = 0; i < REC_OPS_MAX && i < n; i++) {
		s->slot = i;
		op_dispatch(s, row->op[i].op, row->op[i].a, row->op[i].b);
	}
}

/* The scratch memory is ours until it is given back; false: it is in use. */
static __always_inline bool scratch_take(struct scratch *s, u32 cls)
{
	if (s->busy) {
		if (cls < RC_COUNT)
			s->n.nested[cls]++;
		return false;
	}
	s->busy = 1;
	s->cls = cls;
	return true;
}

static __always_inline struct rec_hdr *record_begin(struct scratch *s, u64 task, u32 tid,
						    u32 tgid)
{
	struct rec_hdr *h = rec_hdr_of(s);

	s->named = 0;
	s->pos = sizeof(*h);
	s->task = task;
	s->object = 0;
	h->ts = bpf_ktime_get_boot_ns();
	h->tid = tid;
	h->pid = tgid;
	h->cpu = s->cpu;
	h->flags = 0;
	return h;
}

static __always_inline void record_end(struct scratch *s)
{
	rec_commit(s);
	s->busy = 0;
}

static __always_inline long syscall_nr(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return (int)regs->orig_ax;
#elif defined(__TARGET_ARCH_arm64)
	return regs->syscallno;
#endif
}

/* REC_COMPAT, REC_X32: numbers and layouts are not those of 64-bit calls. */
static __always_inline u32 compat_flags(struct task_struct *t, long nr)
{
#if defined(__TARGET_ARCH_x86)
	if (t->thread_info.status & TS_COMPAT)
		return REC_COMPAT;
	return nr > 0 && nr & X32_BIT ? REC_X32 : 0;	/* -1: sigreturn */
#elif defined(__TARGET_ARCH_arm64)
	return t->thread_info.flags >> TIF_32BIT_ARM64 & 1 ? REC_COMPAT : 0;
#endif
}

/* Some results are told elsewhere, or not asked for (enum rawrow_select). */
static __always_inline bool wanted_result(u32 select, long ret, u32 flags)
{
	if (select == SEL_FAILED)	/* sched_process_exec tells the rest */
		return ret < 0;
	if (select == SEL_NONZERO)	/* the child: sched_process_fork told */
		return ret != 0;
	return select != SEL_COMPAT || flags;
}

/* Opens by name: is this the path of one that is asked for? */
static __always_inline bool wanted_path(struct scratch *s)
{
	return s->path_seen ? s->path_met : name_asked_for(s);
}

/*
 * sendmmsg, recvmmsg: a record for each message.  Its address stands in the
 * place of the array's, so everything fetched is that message's.
 */
__noinline int record_each(struct scratch *s, u32 sc)
{
	struct rec_hdr *h;
	u32 i, flags;
	s64 n;

	if (!s)
		return 0;
	h = rec_hdr_of(s);
	n = h->ret;
	flags = h->flags;
	for (i = 0; i < REC_MMSG_MAX; i++) {
		if (i && i >= n)
			break;
		s->named = 0;
		s->pos = sizeof(*h);
		h->flags = flags | (i ? REC_MORE : 0);
		if (i == REC_MMSG_MAX - 1 && n > REC_MMSG_MAX)
			h->flags |= REC_CUT;
		record_ops(s, &rows[sc & (SYSCALL_SC_MAX - 1)]);
		rec_commit(s);
		h->arg[1] += sizeof(struct ummsghdr);
	}
	s->busy = 0;
	return 0;
}

/*
 * Can the short way be gone?  Data is at argument 1, its length what the call
 * returned or argument 2 (ROWF_DATA); not under pressure, nor where a port
 * decides how much is kept, nor of a call whose registers are others.
 */
static __always_inline bool plain_enough(struct scratch *s, const volatile struct rawrow *row,
					 struct plain *p)
{
	s64 len;
	u32 snap;

	if (row->flags & ROWF_BARE)
		return true;
	if (p->flags || ctl.sel.nports || s->fill >= ctl.ring_bytes / 2)
		return false;
	len = row->op[0].b == RET ? p->ret : (s64)REGS_ARG2(p->regs);
	snap = row->op[0].b == RET ? ctl.snap_read : ctl.snap_write;
	if (len <= 0 || !snap)
		return true;
	p->from = REGS_ARG1(p->regs);
	if (!p->from)
		return true;
	if (len > snap)
		len = snap;
	p->n = len;
	return len <= PLAIN_MAX;
}

/* A call that may be selected has ended. */
static __noinline int call_ended(struct pt_regs *regs, s64 ret, long nr, u32 asked)
{
	struct task_struct *t = bpf_get_current_task_btf();
	u32 flags = compat_flags(t, nr), sc = 0, tid = t->pid, tgid = t->tgid;
	const volatile struct rawrow *row;
	struct scratch *s;
	struct rec_hdr *h;

	if (!flags && (u32)nr < SYSCALL_NR_MAX) {
		if (!(asked & WANT_NATIVE))
			return 0;
		sc = sc_of_nr[nr & (SYSCALL_NR_MAX - 1)];
	} else if (flags & REC_COMPAT && (u32)nr < SYSCALL_NR_MAX) {
		sc = sc_of_nr32[nr & (SYSCALL_NR_MAX - 1)];
	}
	KEEP(sc);
	sc &= SYSCALL_SC_MAX - 1;
	row = &rows[sc];
	if (!row->select || !wanted_result(row->select, ret, flags))
		return 0;
	s = scratch_get();
	if (!s || !selected(s, t, tgid) || !scratch_take(s, row->cls))
		return 0;
	if (row->flags & (ROWF_BARE | ROWF_DATA | ROWF_NAME) && !row->condmask) {
		struct plain p = {
			.regs = regs, .tid = tid, .pid = tgid, .sc = sc, .nr = nr,
			.flags = flags, .ret = ret,
		};

		if (row->flags & ROWF_NAME) {
			if (record_name(s, &p, row->op[0].a == A0 ? REGS_ARG0(regs) :
							  REGS_ARG1(regs))) {
				s->busy = 0;
				return 0;
			}
		} else if (plain_enough(s, row, &p)) {
			record_plain(s, &p);
			s->busy = 0;
			return 0;
		}
	}
	h = record_begin(s, (u64)t, tid, tgid);
	put_regs(h, regs, flags);
	if (row->condmask && !(h->arg[row->condarg & 3] & row->condmask)) {
		s->busy = 0;
		return 0;
	}
	h->kind = REC_KIND_SYSCALL + sc;
	h->nr = nr;
	h->flags = flags;
	h->ret = ret;
	if (row->flags & ROWF_EACH)
		return record_each(s, sc);
	s->path_seen = 0;
	s->name_at = 0;
	record_ops(s, row);
	if (ctl.sel.npaths && (row->flags & ROWF_OPEN) && !wanted_path(s)) {
		s->busy = 0;
		return 0;
	}
	record_end(s);
	return 0;
}

/* Calls that are not selected need this, and no more. */
static __always_inline int if_asked(struct pt_regs *regs, s64 ret)
{
	long nr = syscall_nr(regs);
	u32 i = nr, asked;

	if (i >= SYSCALL_NR_MAX)
		i = 0;			/* every entry tells of foreign numbers */
	KEEP(i);
	asked = want[i & (SYSCALL_NR_MAX - 1)];
	return asked ? call_ended(regs, ret, nr, asked) : 0;
}

SEC("?tp_btf/sys_exit")
int vst_sys_exit(u64 *ctx)
{
	return if_asked((struct pt_regs *)ctx[0], ctx[1]);
}

/* What a function returned, as the tracepoint would tell it. */
static __always_inline s64 ret_of(struct task_struct *t, s64 ret)
{
#if defined(__TARGET_ARCH_x86)
	if (t->thread_info.status & TS_COMPAT)
		return (s32)ret;
#endif
	return ret;
}

/*
 * The other way to hear of calls: where the functions of those that are
 * selected return.  The registers of the caller are those the tracepoint sees.
 */
SEC("?kretprobe.multi")
int vst_call(struct pt_regs *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf();

	return if_asked((struct pt_regs *)bpf_task_pt_regs(t), ret_of(t, REGS_RET(ctx)));
}

/* The same where kretprobe.multi is not to be had: fexit.  It is loaded once
 * for each type of function; small programs, one a function, go on in it. */
SEC("?fexit")
int vst_with_regs(u64 *ctx)
{
	return if_asked((struct pt_regs *)ctx[0], ret_of(bpf_get_current_task_btf(), ctx[1]));
}

SEC("?fexit")
int vst_without(u64 *ctx)
{
	return if_asked((struct pt_regs *)ctx[0], ret_of(bpf_get_current_task_btf(), ctx[1]));
}

/* With that goes: a call that seccomp does not let through to its function. */
SEC("?fexit/__secure_computing")
int vst_denied(u64 *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);
	u64 verdict = 0;

	if (bpf_get_func_ret(ctx, &verdict) || (s32)verdict != -1)
		return 0;
	return if_asked(regs, REGS_RET(regs));
}

/* A kernel tracepoint's record, with the call it happened in. */
static __always_inline void record_tp(struct scratch *s, u32 tp, struct task_struct *subject,
				      u64 object)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);
	const volatile struct rawrow *row = &tps[tp];
	struct rec_hdr *h;

	if (!scratch_take(s, row->cls))
		return;
	h = record_begin(s, (u64)subject, subject->pid, subject->tgid);
	s->object = object;
	h->kind = REC_KIND_TRACEPOINT + tp;
	h->nr = syscall_nr(regs);
	h->flags = compat_flags(t, h->nr);
	put_regs(h, regs, h->flags);
	h->ret = 0;
	record_ops(s, row);
	record_end(s);
}

SEC("tp_btf/sched_process_fork")
int vst_fork(u64 *ctx)
{
	struct task_struct *parent = (struct task_struct *)ctx[0];
	struct task_struct *child = (struct task_struct *)ctx[1];
	struct scratch *s = scratch_get();
	u32 tgid = child->tgid;
	u8 one = 1;

	if (!s || child->flags & PF_KTHREAD || !followed(s, parent->tgid))
		return 0;
	if ((ctl.flags & CTL_TREE) && tgid != parent->tgid &&
	    bpf_map_update_elem(&tree, &tgid, &one, BPF_ANY))
		s->n.tree_full++;
	if (tps[REC_TP_FORK].select && selected(s, parent, parent->tgid))
		record_tp(s, REC_TP_FORK, child, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int vst_exec(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)ctx[0];
	struct scratch *s = scratch_get();

	if (s && tps[REC_TP_EXEC].select && selected(s, t, t->tgid))
		record_tp(s, REC_TP_EXEC, t, ctx[2]);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int vst_exit(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)ctx[0];
	struct scratch *s = scratch_get();
	u32 tgid = t->tgid;

	if (!s || t->flags & PF_KTHREAD || !followed(s, tgid))
		return 0;
	if (tps[REC_TP_EXIT].select && selected(s, t, tgid))
		record_tp(s, REC_TP_EXIT, t, 0);
	if ((ctl.flags & CTL_TREE) && t->signal->live.counter <= 0) {
		bpf_map_delete_elem(&tree, &tgid);
		__sync_fetch_and_add(&tree_changes, 1);
	}
	return 0;
}

/* One of the two is there; the program chooses before it loads. */
static __always_inline int uring_submit(u64 req)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct scratch *s = scratch_get();

	if (s && tps[REC_TP_URING].select && selected(s, t, t->tgid))
		record_tp(s, REC_TP_URING, t, req);
	return 0;
}

SEC("?tp_btf/io_uring_submit_req")
int vst_uring_req(u64 *ctx)
{
	return uring_submit(ctx[0]);
}

SEC("?tp_btf/io_uring_submit_sqe")
int vst_uring_sqe(u64 *ctx)
{
	return uring_submit(ctx[0]);
}
