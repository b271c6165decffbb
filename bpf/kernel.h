/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of kernel structures the recorder reads.  Only names matter: the
 * loader fits offsets to the running kernel (CO-RE), so this page is the same
 * for every version and architecture, and no build needs a kernel's BTF.
 * A name with ___suffix is an older or newer shape of the same structure.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#define __VMLINUX_H__		/* libbpf's headers ask for these types */

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef __u16 __sum16;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;

#define NULL ((void *)0)

enum { false, true };
enum {
	BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9, BPF_MAP_TYPE_ARRAY_OF_MAPS = 12, BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_F_MMAPABLE = 1024 };
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum { BPF_RB_AVAIL_DATA, BPF_RB_RING_SIZE };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
#if defined(__TARGET_ARCH_x86)
	unsigned long bp, bx, r10, r9, r8, ax, cx, dx, si, di, orig_ax;
#elif defined(__TARGET_ARCH_arm64)
	/* the kernel's struct begins with an anonymous union of these */
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
#endif
};

struct list_head { struct list_head *next, *prev; };
struct qstr { u32 len; const unsigned char *name; };
struct super_block { u32 s_dev; unsigned long s_flags, s_magic; };
typedef struct { u32 val; } kuid_t;
typedef struct { u32 val; } kgid_t;
struct timespec64 { s64 tv_sec; long tv_nsec; };

struct inode {
	unsigned short i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	u32 i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	u32 i_nlink;
	s64 i_size;
	void *i_private;
	s64 i_mtime_sec, i_ctime_sec;		/* since 6.11 */
	u32 i_mtime_nsec, i_ctime_nsec;
};
struct inode___v66 { struct timespec64 __i_ctime, __i_mtime; };
struct inode___v61 { struct timespec64 i_ctime, i_mtime; };

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};
struct vfsmount { struct dentry *mnt_root; };
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};
struct path { struct vfsmount *mnt; struct dentry *dentry; };
struct file {
	u32 f_mode;
	u32 f_flags;
	void *private_data;
	struct inode *f_inode;
	struct path f_path;
};
struct fdtable { u32 max_fds; struct file **fd; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path root, pwd; };

struct ns_common { u32 inum; };
struct pid_namespace;
struct upid { int nr; struct pid_namespace *ns; };
struct task_struct;
struct pid { u32 level; struct upid numbers[1]; };
struct pid_namespace { struct task_struct *child_reaper; u32 level; struct ns_common ns; };
struct mnt_namespace { struct ns_common ns; };
struct user_namespace { struct ns_common ns; };
struct nsproxy { struct mnt_namespace *mnt_ns; struct pid_namespace *pid_ns_for_children; };

typedef struct { u64 val; } kernel_cap_t;	/* two words before 6.3: the same bytes */
struct cred {
	kuid_t uid, euid, fsuid;
	kgid_t gid, egid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};
struct group_info { int ngroups; kgid_t gid[1]; };

typedef struct { s64 counter; } atomic_long_t;
struct percpu_counter { s64 count; };
struct mm_struct {
	unsigned long total_vm, arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	struct percpu_counter rss_stat[4];	/* since 6.2 */
};
struct mm_rss_stat___v61 { atomic_long_t count[4]; };
struct mm_struct___v61 { struct mm_rss_stat___v61 rss_stat; };

typedef struct { int counter; } atomic_t;
struct rlimit { unsigned long rlim_cur, rlim_max; };
struct tty_driver { int major, minor_start; };
struct tty_struct { int index; struct tty_driver *driver; };
struct signal_struct {
	struct pid *pids[4];
	struct tty_struct *tty;
	struct rlimit rlim[16];
	struct list_head thread_head;
	unsigned int is_child_subreaper:1;
	unsigned int has_child_subreaper:1;
	atomic_t live;
};

struct kernfs_node { struct kernfs_node *__parent; const char *name; u64 id; };
struct kernfs_node___v614 { struct kernfs_node___v614 *parent; };
struct cgroup { struct kernfs_node *kn; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[16]; struct cgroup *dfl_cgrp; };
enum cgroup_subsys_id {
	cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id,
};

struct thread_info { unsigned long flags; u32 status; };
struct task_struct {
	struct thread_info thread_info;
	u32 flags;
	int exit_code;
	int pid, tgid;
	struct task_struct *real_parent, *group_leader;
	struct list_head children, thread_node;
	struct pid *thread_pid;
	u64 start_boottime;
	unsigned long min_flt, maj_flt;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct mm_struct *mm;
	kuid_t loginuid;
	struct css_set *cgroups;
};

struct io_cqe { u64 user_data; int fd; };
struct io_kiocb { u8 opcode; u32 flags; struct io_cqe cqe; };

struct linux_binprm { const char *filename; const char *fdpath; };

struct in6_addr { u8 s6_addr[16]; };
struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	u16 sk_type, sk_protocol;
	u32 sk_ack_backlog, sk_max_ack_backlog;
};
struct ipv6_pinfo { struct in6_addr saddr; };
struct inet_sock { struct sock sk; struct ipv6_pinfo *pinet6; u32 inet_saddr; __be16 inet_sport; };
struct socket { struct sock *sk; };
struct sockaddr_un { unsigned short sun_family; char sun_path[108]; };
struct unix_address { int len; struct sockaddr_un name[1]; };
struct unix_sock { struct unix_address *addr; struct sock *peer; };

#pragma clang attribute pop

/* User-space shapes; fixed by the ABI of 64-bit calls. */
struct uiovec { u64 base, len; };
struct umsghdr {
	u64 name;
	u32 namelen, pad;
	u64 iov, iovlen, control, controllen;
	u32 flags, pad2;
};
struct ummsghdr { struct umsghdr hdr; u32 len, pad; };

#if defined(__TARGET_ARCH_x86)
#define REGS_ARG0(r) ((r)->di)
#define REGS_ARG1(r) ((r)->si)
#define REGS_ARG2(r) ((r)->dx)
#define REGS_RET(r) ((r)->ax)
#elif defined(__TARGET_ARCH_arm64)
#define REGS_ARG0(r) ((r)->orig_x0)
#define REGS_ARG1(r) ((r)->regs[1])
#define REGS_ARG2(r) ((r)->regs[2])
#define REGS_RET(r) ((r)->regs[0])
#endif

#define S_IFMT	0170000
#define S_IFSOCK 0140000
#define PF_KTHREAD 0x00200000
#define TS_COMPAT 2
#define TIF_32BIT_ARM64 22
#define X32_BIT 0x40000000
#define OVERLAYFS_MAGIC 0x794c7630
#define TMPFS_MAGIC 0x01021994
#define PIDFS_MAGIC 0x50494446
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define RLIMIT_NOFILE 7

#endif
