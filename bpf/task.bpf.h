/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts of a task: the current one, or the child of a fork. */
#ifndef BPF_TASK_BPF_H
#define BPF_TASK_BPF_H

#include "bpf/fd.bpf.h"
#include "bpf/path.bpf.h"

/* Number of a pid as its own namespace sees it. */
static __always_inline u32 pid_own(struct pid *p)
{
	u32 level = p ? BPF_CORE_READ(p, level) : 0;
	struct upid up = {};

	if (!p || level >= REC_PIDNS_MAX)
		return 0;
	bpf_probe_read_kernel(&up, bpf_core_type_size(struct upid), (void *)p +
		bpf_core_field_offset(struct pid, numbers) +
		level * bpf_core_type_size(struct upid));
	return up.nr;
}

static __always_inline struct pid_namespace *pid_ns(struct pid *p)
{
	u32 level = p ? BPF_CORE_READ(p, level) : 0;
	struct upid up = {};

	if (!p || level >= REC_PIDNS_MAX)
		return NULL;
	bpf_probe_read_kernel(&up, bpf_core_type_size(struct upid), (void *)p +
		bpf_core_field_offset(struct pid, numbers) +
		level * bpf_core_type_size(struct upid));
	return up.ns;
}

/* kB of pages; counters of a running process may be a little behind. */
static __always_inline s64 mm_pages(struct mm_struct *mm, u32 which)
{
	struct mm_struct___v61 *old = (void *)mm;
	s64 n = 0;

	if (bpf_core_type_exists(struct mm_rss_stat___v61))
		bpf_probe_read_kernel(&n, sizeof(n), (void *)mm +
			bpf_core_field_offset(old->rss_stat) + 8 * which);
	else
		bpf_probe_read_kernel(&n, sizeof(n), (void *)mm +
			bpf_core_field_offset(mm->rss_stat) +
			which * bpf_core_type_size(struct percpu_counter) +
			bpf_core_field_offset(struct percpu_counter, count));
	return n > 0 ? n : 0;
}

static __always_inline u32 mm_rss(struct mm_struct *mm)
{
	return 4 * (mm_pages(mm, 0) + mm_pages(mm, 1) + mm_pages(mm, 3));
}

static __always_inline void task_creds(struct rec_task *to, struct task_struct *t)
{
	const struct cred *c = BPF_CORE_READ(t, cred);

	to->uid = BPF_CORE_READ(c, euid.val);
	to->gid = BPF_CORE_READ(c, egid.val);
	to->fsuid = BPF_CORE_READ(c, fsuid.val);
	to->fsgid = BPF_CORE_READ(c, fsgid.val);
	bpf_core_read(&to->cap_inh, 8, &c->cap_inheritable);
	bpf_core_read(&to->cap_prm, 8, &c->cap_permitted);
	bpf_core_read(&to->cap_eff, 8, &c->cap_effective);
	to->userns = BPF_CORE_READ(c, user_ns, ns.inum);
}

static __always_inline void task_mm(struct rec_task *to, struct task_struct *t)
{
	struct mm_struct *mm = BPF_CORE_READ(t, mm);

	if (!mm)
		return;
	to->vmsize = 4 * BPF_CORE_READ(mm, total_vm);
	to->vmrss = mm_rss(mm);
	to->vmswap = 4 * mm_pages(mm, 2);
}

static __always_inline void task_ids(struct rec_task *to, struct task_struct *t)
{
	struct signal_struct *sig = BPF_CORE_READ(t, signal);
	struct pid *pid = BPF_CORE_READ(t, thread_pid);
	struct pid_namespace *ns = pid_ns(pid);

	to->tid = BPF_CORE_READ(t, pid);
	to->pid = BPF_CORE_READ(t, tgid);
	to->ptid = BPF_CORE_READ(t, real_parent, pid);
	to->vtid = pid_own(pid);
	to->vpid = pid_own(BPF_CORE_READ(t, group_leader, thread_pid));
	to->pgid = pid_first(BPF_CORE_READ(sig, pids[PIDTYPE_PGID]));
	to->vpgid = pid_own(BPF_CORE_READ(sig, pids[PIDTYPE_PGID]));
	to->sid = pid_own(BPF_CORE_READ(sig, pids[PIDTYPE_SID]));
	to->fdlimit = BPF_CORE_READ(sig, rlim[RLIMIT_NOFILE].rlim_cur);
	if (!ns)
		return;
	to->pidns = BPF_CORE_READ(ns, ns.inum);
	to->pidns_start = BPF_CORE_READ(ns, child_reaper, start_boottime);
	if (BPF_CORE_READ(ns, level) ||
	    BPF_CORE_READ(t, nsproxy, pid_ns_for_children) != ns)
		to->bits |= REC_TASK_IN_PIDNS;
}

static __always_inline u32 task_tty(struct task_struct *t)
{
	struct tty_struct *tty = BPF_CORE_READ(t, signal, tty);
	u32 minor;

	if (!tty)
		return 0;
	minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
	return (minor & 0xff) | BPF_CORE_READ(tty, driver, major) << 8 |
	       (minor & ~0xffU) << 12;
}

__noinline int op_task(struct scratch *s)
{
	struct task_struct *t;
	struct rec_task *to;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	to = (struct rec_task *)att_room(s);
	if (!to)
		return 0;
	__builtin_memset(to, 0, sizeof(*to));
	task_ids(to, t);
	task_creds(to, t);
	task_mm(to, t);
	to->start = BPF_CORE_READ(t, start_boottime);
	to->pgmaj = BPF_CORE_READ(t, maj_flt);
	to->pgmin = BPF_CORE_READ(t, min_flt);
	to->mntns = BPF_CORE_READ(t, nsproxy, mnt_ns, ns.inum);
	to->tty = task_tty(t);
	to->loginuid = ~0U;
	if (bpf_core_field_exists(t->loginuid))
		to->loginuid = BPF_CORE_READ(t, loginuid.val);
	att_end(s, sizeof(*to), 0);
	return 0;
}

__noinline int op_comm(struct scratch *s)
{
	struct task_struct *t;
	u8 *to;
	long n;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	to = att_room(s);
	if (!to)
		return 0;
	n = bpf_probe_read_kernel_str(to, 16, __builtin_preserve_access_index(&t->comm));
	if (n > 0 && n <= 16)
		att_end(s, n, 0);
	return 0;
}

/* The program's own strings, from its stack; env 1: the environment. */
__noinline int op_stack(struct scratch *s, u32 env)
{
	struct mm_struct *mm;
	struct task_struct *t;
	u64 from, to_end, n;
	u32 flags = 0;
	u8 *to;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	mm = BPF_CORE_READ(t, mm);
	to = mm ? att_room(s) : NULL;
	if (!to)
		return 0;
	from = env ? BPF_CORE_READ(mm, env_start) : BPF_CORE_READ(mm, arg_start);
	to_end = env ? BPF_CORE_READ(mm, env_end) : BPF_CORE_READ(mm, arg_end);
	if (to_end <= from)
		return 0;
	n = to_end - from;
	if (to_end - from > REC_ARGS_MAX) {
		n = REC_ARGS_MAX;
		flags = REC_CUT;
	}
	KEEP(n);
	if (n > REC_ARGS_MAX)
		return 0;
	if (bpf_probe_read_user(to, n, (void *)from)) {
		n = 0;
		flags = REC_FAULT;
	}
	att_end(s, n, flags);
	return 0;
}

__noinline int op_cwd(struct scratch *s)
{
	struct task_struct *t;
	struct fs_struct *fs;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	fs = BPF_CORE_READ(t, fs);
	if (fs)
		put_path(s, __builtin_preserve_access_index(&fs->pwd));
	return 0;
}

static __always_inline u64 inode_ns(s64 sec, u64 nsec)
{
	/* bit 31 of a change time says that somebody has asked for it (6.13 on) */
	return sec * 1000000000ULL + (nsec & 0x7fffffff);
}

static __always_inline void exe_times(struct rec_exe *to, struct inode *ino)
{
	struct inode___v66 *v66 = (void *)ino;
	struct inode___v61 *v61 = (void *)ino;
	struct timespec64 c = {}, m = {};

	if (bpf_core_field_exists(ino->i_ctime_sec)) {
		to->ctime = inode_ns(BPF_CORE_READ(ino, i_ctime_sec), BPF_CORE_READ(ino, i_ctime_nsec));
		to->mtime = inode_ns(BPF_CORE_READ(ino, i_mtime_sec), BPF_CORE_READ(ino, i_mtime_nsec));
		return;
	}
	if (bpf_core_field_exists(v66->__i_ctime))
		bpf_core_read(&c, sizeof(c), &v66->__i_ctime);
	else if (bpf_core_field_exists(v61->i_ctime))
		bpf_core_read(&c, sizeof(c), &v61->i_ctime);
	if (bpf_core_field_exists(v66->__i_mtime))
		bpf_core_read(&m, sizeof(m), &v66->__i_mtime);
	else if (bpf_core_field_exists(v61->i_mtime))
		bpf_core_read(&m, sizeof(m), &v61->i_mtime);
	to->ctime = inode_ns(c.tv_sec, c.tv_nsec);
	to->mtime = inode_ns(m.tv_sec, m.tv_nsec);
}

__noinline int op_exe(struct scratch *s)
{
	struct task_struct *t;
	struct rec_exe *to;
	struct inode *ino;
	struct file *f;
	u64 n;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	f = BPF_CORE_READ(t, mm, exe_file);
	ino = f ? BPF_CORE_READ(f, f_inode) : NULL;
	if (!ino)
		return 0;
	path_build(s, (u64)BPF_CORE_READ(f, f_path.mnt), (u64)BPF_CORE_READ(f, f_path.dentry));
	to = (struct rec_exe *)att_room(s);
	if (!to)
		return 0;
	to->ino = BPF_CORE_READ(ino, i_ino);
	to->size = BPF_CORE_READ(ino, i_size);
	to->dev = BPF_CORE_READ(ino, i_sb, s_dev);
	to->mode = BPF_CORE_READ(ino, i_mode);
	to->uid = BPF_CORE_READ(ino, i_uid.val);
	to->gid = BPF_CORE_READ(ino, i_gid.val);
	to->iflags = BPF_CORE_READ(ino, i_flags);
	to->sflags = BPF_CORE_READ(ino, i_sb, s_flags);
	to->layer = file_layer(f, ino, BPF_CORE_READ(ino, i_sb, s_magic));
	exe_times(to, ino);
	n = path_copy(s, (u8 *)(to + 1));
	KEEP(n);
	if (n <= REC_PATH_MAX)
		att_end(s, sizeof(*to) + n, 0);
	return 0;
}

__noinline int op_kname(struct scratch *s)
{
	struct linux_binprm *b;
	u8 *to;
	long n;

	if (!s || !s->object)
		return 0;
	b = (struct linux_binprm *)s->object;
	to = att_room(s);
	if (!to)
		return 0;
	n = bpf_probe_read_kernel_str(to, REC_PATH_MAX, BPF_CORE_READ(b, filename));
	if (n > 0 && n <= REC_PATH_MAX)
		att_end(s, n, 0);
	return 0;
}

__noinline int op_mm(struct scratch *s)
{
	struct task_struct *t;
	struct mm_struct *mm;
	struct rec_mm *to;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	mm = BPF_CORE_READ(t, mm);
	to = mm ? (struct rec_mm *)att_room(s) : NULL;
	if (!to)
		return 0;
	to->size = 4 * BPF_CORE_READ(mm, total_vm);
	to->rss = mm_rss(mm);
	to->swap = 4 * mm_pages(mm, 2);
	att_end(s, sizeof(*to), 0);
	return 0;
}

__noinline int op_caps(struct scratch *s)
{
	struct task_struct *t;
	const struct cred *c;
	struct rec_caps *to;

	if (!s)
		return 0;
	t = (struct task_struct *)s->task;
	c = BPF_CORE_READ(t, cred);
	to = (struct rec_caps *)att_room(s);
	if (!to)
		return 0;
	bpf_core_read(&to->inh, 8, &c->cap_inheritable);
	bpf_core_read(&to->prm, 8, &c->cap_permitted);
	bpf_core_read(&to->eff, 8, &c->cap_effective);
	att_end(s, sizeof(*to), 0);
	return 0;
}

#endif
