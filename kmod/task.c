/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts of a task: the current one, or the child of a fork. */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/fs_struct.h>
#include <linux/ipc_namespace.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/user_namespace.h>

#include "kmod/vestige.h"

/* Number of a pid as its own namespace sees it. */
static u32 pid_own(struct pid *p)
{
	return p && p->level < REC_PIDNS_MAX ? p->numbers[p->level].nr : 0;
}

static u32 pid_first(struct pid *p)
{
	return p ? p->numbers[0].nr : 0;
}

static struct pid_namespace *pid_ns(struct pid *p)
{
	return p && p->level < REC_PIDNS_MAX ? p->numbers[p->level].ns : NULL;
}

/* kB of pages; counters of a running process may be a little behind. */
static u32 mm_kb(unsigned long pages)
{
	return 4 * pages;
}

static u32 mm_rss(struct mm_struct *mm)
{
	return mm_kb(get_mm_counter(mm, MM_FILEPAGES) + get_mm_counter(mm, MM_ANONPAGES) +
		     get_mm_counter(mm, MM_SHMEMPAGES));
}

static void put_cap(__u64 *to, const kernel_cap_t *cap)
{
	BUILD_BUG_ON(sizeof(*cap) != sizeof(*to));
	memcpy(to, cap, sizeof(*to));
}

static void task_creds(struct rec_task *to, const struct cred *c)
{
	u64 cap[3];

	put_cap(&cap[0], &c->cap_inheritable);
	put_cap(&cap[1], &c->cap_permitted);
	put_cap(&cap[2], &c->cap_effective);
	to->cap_inh = cap[0];
	to->cap_prm = cap[1];
	to->cap_eff = cap[2];
	to->uid = __kuid_val(c->euid);
	to->gid = __kgid_val(c->egid);
	to->fsuid = __kuid_val(c->fsuid);
	to->fsgid = __kgid_val(c->fsgid);
	to->userns = c->user_ns->ns.inum;
}

static const struct cred *cred_of(struct task_struct *t)
{
	return rcu_dereference_check(t->cred, true);
}

static void task_mm(struct rec_task *to, struct mm_struct *mm)
{
	if (!mm)
		return;
	to->vmsize = mm_kb(READ_ONCE(mm->total_vm));
	to->vmrss = mm_rss(mm);
	to->vmswap = mm_kb(get_mm_counter(mm, MM_SWAPENTS));
}

static void task_pidns(struct rec_task *to, struct task_struct *t, struct pid_namespace *ns)
{
	struct task_struct *init = READ_ONCE(ns->child_reaper);
	struct nsproxy *np = READ_ONCE(t->nsproxy);

	to->pidns = ns->ns.inum;
	to->pidns_start = init ? compat_start(init) : 0;
	if (ns->level || (np ? np->pid_ns_for_children : NULL) != ns)
		to->bits |= REC_TASK_IN_PIDNS;
}

static void task_ids(struct rec_task *to, struct task_struct *t)
{
	struct signal_struct *sig = t->signal;
	struct pid *pid = READ_ONCE(t->thread_pid);
	struct pid_namespace *ns = pid_ns(pid);

	to->tid = t->pid;
	to->pid = t->tgid;
	to->ptid = rcu_dereference_check(t->real_parent, true)->pid;
	to->vtid = pid_own(pid);
	to->vpid = pid_own(READ_ONCE(t->group_leader->thread_pid));
	to->pgid = pid_first(READ_ONCE(sig->pids[PIDTYPE_PGID]));
	to->vpgid = pid_own(READ_ONCE(sig->pids[PIDTYPE_PGID]));
	to->sid = pid_own(READ_ONCE(sig->pids[PIDTYPE_SID]));
	to->fdlimit = READ_ONCE(sig->rlim[RLIMIT_NOFILE].rlim_cur);
	if (ns)
		task_pidns(to, t, ns);
}

/* The terminal may go while it is looked at. */
static u32 task_tty(struct task_struct *t)
{
	struct tty_struct *tty = READ_ONCE(t->signal->tty);
	struct tty_driver *drv = NULL;
	int index = 0, start = 0, major = 0;
	u32 minor;

	if (!tty || compat_read_kernel(&drv, &tty->driver, sizeof(drv)) ||
	    compat_read_kernel(&index, &tty->index, sizeof(index)) || !drv ||
	    compat_read_kernel(&start, &drv->minor_start, sizeof(start)) ||
	    compat_read_kernel(&major, &drv->major, sizeof(major)))
		return 0;
	minor = start + index;
	return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

OP_FN(op_task)
{
	struct task_struct *t = s->task;
	struct rec_task *to = att_room(s);
	struct nsproxy *np = READ_ONCE(t->nsproxy);

	if (!to)
		return;
	memset(to, 0, sizeof(*to));
	task_ids(to, t);
	task_creds(to, cred_of(t));
	task_mm(to, READ_ONCE(t->mm));
	to->start = compat_start(t);
	to->pgmaj = t->maj_flt;
	to->pgmin = t->min_flt;
	to->mntns = np && np->mnt_ns ? compat_mntns_inum(np->mnt_ns) : 0;
	to->tty = task_tty(t);
	to->loginuid = __kuid_val(audit_get_loginuid(t));
	att_end(s, sizeof(*to), 0);
}

OP_FN(op_comm)
{
	char *to = att_room(s);
	u32 n;

	if (!to)
		return;
	memcpy(to, s->task->comm, TASK_COMM_LEN);
	to[TASK_COMM_LEN - 1] = '\0';
	n = strlen(to) + 1;
	att_end(s, n, 0);
}

static u64 time_ns(struct timespec64 t)
{
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

OP_FN(op_exe)
{
	struct mm_struct *mm = READ_ONCE(s->task->mm);
	struct file *f = mm ? rcu_dereference_check(mm->exe_file, true) : NULL;
	struct inode *ino = f ? READ_ONCE(f->f_inode) : NULL;
	struct rec_exe *to;

	if (!ino)
		return;
	path_of(s, &f->f_path);
	to = att_room(s);
	if (!to)
		return;
	to->ino = ino->i_ino;
	to->size = READ_ONCE(ino->i_size);
	to->dev = ino->i_sb->s_dev;
	to->mode = ino->i_mode;
	to->uid = __kuid_val(ino->i_uid);
	to->gid = __kgid_val(ino->i_gid);
	to->iflags = ino->i_flags;
	to->sflags = ino->i_sb->s_flags;
	to->layer = file_layer(f, ino);
	to->ctime = time_ns(compat_ctime(ino));
	to->mtime = time_ns(compat_mtime(ino));
	att_end(s, sizeof(*to) + path_copy(s, (u8 *)(to + 1)), 0);
}

/* The name given to exec; still there in the tracepoint's moment. */
OP_FN(op_kname)
{
	struct linux_binprm *bprm = s->object;
	char *to = bprm ? att_room(s) : NULL;
	long n;

	if (!to)
		return;
	n = strscpy(to, bprm->filename, REC_PATH_MAX);
	att_end(s, n < 0 ? REC_PATH_MAX : n + 1, 0);
}

OP_FN(op_mm)
{
	struct mm_struct *mm = READ_ONCE(s->task->mm);
	struct rec_mm *to = mm ? att_room(s) : NULL;

	if (!to)
		return;
	to->size = mm_kb(READ_ONCE(mm->total_vm));
	to->rss = mm_rss(mm);
	to->swap = mm_kb(get_mm_counter(mm, MM_SWAPENTS));
	att_end(s, sizeof(*to), 0);
}

OP_FN(op_caps)
{
	const struct cred *c = cred_of(s->task);
	struct rec_caps *to = att_room(s);
	u64 cap[3];

	if (!to)
		return;
	put_cap(&cap[0], &c->cap_inheritable);
	put_cap(&cap[1], &c->cap_permitted);
	put_cap(&cap[2], &c->cap_effective);
	to->inh = cap[0];
	to->prm = cap[1];
	to->eff = cap[2];
	att_end(s, sizeof(*to), 0);
}

/* The scheduler knows no more than this of a dying process's heirs. */
static u32 reaper_of(struct task_struct *t)
{
	struct signal_struct *sig;
	struct task_struct *up = t;
	struct pid_namespace *ns;
	u32 i;

	if (atomic_read(&t->signal->live) > 0)
		return t->group_leader->pid;
	for (i = 0; i < REC_DEPTH_MAX; i++) {
		up = rcu_dereference_check(up->real_parent, true);
		sig = up ? READ_ONCE(up->signal) : NULL;
		if (!sig || up->pid <= 1)
			break;
		if (sig->is_child_subreaper)
			return up->pid;
		if (!sig->has_child_subreaper)
			break;
	}
	ns = pid_ns(READ_ONCE(t->thread_pid));
	up = ns ? READ_ONCE(ns->child_reaper) : NULL;
	return up ? up->pid : 0;
}

OP_FN(op_exit)
{
	struct task_struct *t = s->task;
	struct rec_exit *to = att_room(s);

	if (!to)
		return;
	to->code = t->exit_code;
	to->children = !list_empty(&t->children);
	to->reaper = to->children ? reaper_of(t) : 0;
	att_end(s, sizeof(*to), 0);
}

/* The request a process submits to an io_uring. */
OP_FN(op_uring)
{
#ifdef COMPAT_URING
	struct io_kiocb *req = s->object;
	struct rec_uring *to = req ? att_room(s) : NULL;

	if (!to)
		return;
	to->user_data = req->cqe.user_data;
	/* the low half, where IOSQE_xxx are, whatever its width */
	to->flags = (u32)(__force u64)req->flags;
	to->fd = req->cqe.fd;
	to->opcode = req->opcode;
	att_end(s, sizeof(*to), 0);
#endif
}
