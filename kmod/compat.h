/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels; the only page that asks for a version.
 * doc/DRIVERS.md says which versions were built and run, and which were only
 * written for.
 */
#ifndef KMOD_COMPAT_H
#define KMOD_COMPAT_H

#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/nsproxy.h>
#include <linux/proc_ns.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/task_work.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>
#include <net/sock.h>

#define KVER(a, b) (LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, 0))

#if !KVER(5, 4)
#error "the module is written for Linux 5.4 and later"
#endif
#if !defined(CONFIG_X86_64) && !defined(CONFIG_ARM64)
#error "the module is written for x86_64 and arm64"
#endif

/* Memory that may be gone, or change, while it is read. */
static inline long compat_read_kernel(void *to, const void *from, size_t n)
{
#if KVER(5, 8)
	return copy_from_kernel_nofault(to, from, n);
#else
	return probe_kernel_read(to, from, n);
#endif
}

/*
 * The beginning of struct mount (fs/mount.h), which no header tells; the same
 * since 3.3.  main.c looks whether the running kernel agrees.
 */
struct compat_mount {
	struct hlist_node mnt_hash;
	struct compat_mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

/* The number of a mount namespace, whose struct no header tells either. */
static inline u32 compat_mntns_inum(struct mnt_namespace *ns)
{
#if KVER(5, 11)
	struct head { struct ns_common ns; };
#else
	struct head { atomic_t count; struct ns_common ns; };
#endif
	u32 inum = 0;

	compat_read_kernel(&inum, &((struct head *)ns)->ns.inum, sizeof(inum));
	return inum;
}

static inline struct kernfs_node *compat_kernfs_parent(struct kernfs_node *kn)
{
#if KVER(6, 15)
	return rcu_dereference_check(kn->__parent, true);
#else
	return READ_ONCE(kn->parent);
#endif
}

static inline const char *compat_kernfs_name(struct kernfs_node *kn)
{
#if KVER(6, 15)
	return rcu_dereference_check(kn->name, true);
#else
	return READ_ONCE(kn->name);
#endif
}

static inline u64 compat_kernfs_id(struct kernfs_node *kn)
{
#if KVER(5, 5)
	return kn->id;
#else
	return kn->id.id;
#endif
}

static inline struct timespec64 compat_ctime(const struct inode *ino)
{
#if KVER(6, 6)
	return inode_get_ctime(ino);
#else
	return ino->i_ctime;
#endif
}

static inline struct timespec64 compat_mtime(const struct inode *ino)
{
#if KVER(6, 7)
	return inode_get_mtime(ino);
#else
	return ino->i_mtime;
#endif
}

/* ns since boot, suspend included. */
static inline u64 compat_start(const struct task_struct *t)
{
#if KVER(5, 5)
	return t->start_boottime;
#else
	return t->real_start_time;
#endif
}

/* Bit fields before 5.6, of which no address can be taken. */
static inline u16 compat_sk_type(struct sock *sk)
{
#if KVER(5, 6)
	u16 v = 0;

	compat_read_kernel(&v, &sk->sk_type, sizeof(v));
	return v;
#else
	return sk->sk_type;
#endif
}

static inline u16 compat_sk_protocol(struct sock *sk)
{
#if KVER(5, 6)
	u16 v = 0;

	compat_read_kernel(&v, &sk->sk_protocol, sizeof(v));
	return v;
#else
	return sk->sk_protocol;
#endif
}

/* A mapping that can never become writable. */
static inline void compat_vm_readonly(struct vm_area_struct *vma)
{
#if KVER(6, 3)
	vm_flags_clear(vma, VM_MAYWRITE);
#else
	vma->vm_flags &= ~VM_MAYWRITE;
#endif
}

static inline void compat_vm_dontcopy(struct vm_area_struct *vma)
{
#if KVER(6, 3)
	vm_flags_set(vma, VM_DONTCOPY);
#else
	vma->vm_flags |= VM_DONTCOPY;
#endif
}

static inline void compat_mm_lock(struct mm_struct *mm)
{
#if KVER(5, 8)
	mmap_read_lock(mm);
#else
	down_read(&mm->mmap_sem);
#endif
}

static inline void compat_mm_unlock(struct mm_struct *mm)
{
#if KVER(5, 8)
	mmap_read_unlock(mm);
#else
	up_read(&mm->mmap_sem);
#endif
}

/*
 * Work the current task does before it returns to its program.  Not every
 * kernel lets modules ask for it; Kbuild looks.
 */
static inline int compat_task_work(struct callback_head *work)
{
#ifndef VST_TASK_WORK
	return -EOPNOTSUPP;
#elif KVER(5, 11)
	return task_work_add(current, work, TWA_RESUME);
#else
	return task_work_add(current, work, true);
#endif
}

/* The scheduler's exit tracepoint tells more since 6.16. */
#if KVER(6, 16)
#define COMPAT_EXIT_ARGS void *data, struct task_struct *t, bool group_dead
#else
#define COMPAT_EXIT_ARGS void *data, struct task_struct *t
#endif

/*
 * io_uring's requests: the tracepoint had another name and another argument
 * before 6.4; before 6.0 no header tells what a request looks like.
 */
#if KVER(6, 4)
#define COMPAT_URING_POINT "io_uring_submit_req"
#define COMPAT_URING_ARGS void *data, struct io_kiocb *req
#else
#define COMPAT_URING_POINT "io_uring_submit_sqe"
#define COMPAT_URING_ARGS void *data, struct io_kiocb *req, bool force_nonblock
#endif
#if KVER(6, 0) && defined(CONFIG_IO_URING)
#include <linux/io_uring_types.h>
#define COMPAT_URING 1
#endif

#define COMPAT_PIDFS_MAGIC 0x50494446

/* Is the current call one of a 32-bit program, or of x32? */
#ifdef CONFIG_X86_64
#define COMPAT_X32_BIT 0x40000000
static inline bool compat_call_32(void)
{
	return current_thread_info()->status & TS_COMPAT;
}
#else
#define COMPAT_X32_BIT 0
static inline bool compat_call_32(void)
{
#ifdef CONFIG_COMPAT
	return test_thread_flag(TIF_32BIT);
#else
	return false;
#endif
}
#endif

/* 32-bit calls have other registers. */
static inline void compat_args(u64 *arg, const struct pt_regs *regs, bool compat)
{
#ifdef CONFIG_X86_64
	if (compat) {
		arg[0] = (u32)regs->bx;
		arg[1] = (u32)regs->cx;
		arg[2] = (u32)regs->dx;
		arg[3] = (u32)regs->si;
		arg[4] = (u32)regs->di;
		arg[5] = (u32)regs->bp;
		return;
	}
	arg[0] = regs->di;
	arg[1] = regs->si;
	arg[2] = regs->dx;
	arg[3] = regs->r10;
	arg[4] = regs->r8;
	arg[5] = regs->r9;
#else
	arg[0] = regs->orig_x0;
	arg[1] = regs->regs[1];
	arg[2] = regs->regs[2];
	arg[3] = regs->regs[3];
	arg[4] = regs->regs[4];
	arg[5] = regs->regs[5];
#endif
}

static inline long compat_nr(const struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	return (int)regs->orig_ax;
#else
	return regs->syscallno;
#endif
}

#endif
