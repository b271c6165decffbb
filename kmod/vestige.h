/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel module half of the recorder: the same records as bpf/, from the
 * same tables.  main.c ties probes to kernel tracepoints; probe.c decides and
 * walks the row of a call; fetch.c, file.c, task.c and path.c make one
 * attachment each; select.c asks whether it is wanted; ring.c hands the record over; retry.c asks a second time
 * for memory that was not there; dev.c is the device.
 *
 * Probes run with preemption off, which is also an RCU read-side section:
 * nothing here sleeps, takes a lock or allocates (retry.c: one atomic
 * allocation that may fail).  Structures that RCU protects are read as they
 * are; what it does not protect is read by compat_read_kernel().
 */
#ifndef KMOD_VESTIGE_H
#define KMOD_VESTIGE_H

#include <linux/binfmts.h>
#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/percpu.h>
#include <linux/wait.h>

#include "kmod/compat.h"
#include "lib/abi/dev.h"
#include "lib/abi/ring.h"

/* User memory that was not there when it was asked for. */
struct miss {
	u64 addr;
	u32 len;		/* 0: a string */
};
#define MISS_MAX 8

/* Is a process of these two control groups (their ids) asked for? */
struct known_group {
	u64 unified, memory;
	bool valid, met;
};
#define KNOWN_GROUP_BITS 6

/* One CPU's workplace.  Preemption is off while it is in use. */
struct scratch {
	u32 cpu;
	u32 busy;
	u32 pos;		/* bytes of rec in use */
	u32 slot;		/* the attachment being built */
	u32 woken;		/* the reader was woken for this filling */
	u32 off;		/* where the path starts in path[] */
	u64 fill;		/* of the ring, as the last record found it */
	struct session *ses;
	struct task_struct *task;	/* whose facts are told */
	void *object;		/* what a tracepoint is about: linux_binprm, io_kiocb */
	u32 cls;		/* of the row being recorded */
	u32 name_at;		/* where the caller's path lies in rec; 0: none */
	bool path_seen, path_met; /* a path was resolved; it is asked for */
	u16 named;		/* port of the address the call itself names; 0: none */
	u64 head;		/* of the ring; what the reader sees is a copy */
	struct ring_reader *reader;
	struct ring_writer *writer;
	u8 *data;
	void *area;		/* of vmalloc_user(): the three above */
	u64 fault, toolong, shed;	/* counters before this record */
	u32 nmiss;
	struct miss miss[MISS_MAX];
	struct known_group known[1 << KNOWN_GROUP_BITS];
	/* slack: texts are cut after they were fetched */
	u8 rec[REC_MAX + REC_ARGS_MAX + REC_PATH_MAX + 512] __aligned(8);
	u8 path[REC_PATH_MAX];
};

enum ses_state { SES_OPEN, SES_READY, SES_RUNNING, SES_STOPPED };

/*
 * From open to close, and as long as a retry needs it.  state changes under
 * dev.c's lock; what DEV_SETUP told does not change after it.
 */
struct session {
	struct kref ref;
	enum ses_state state;
	bool running;		/* probes may record */
	unsigned int ncpus;
	u64 ring_bytes;
	struct dev_setup *cfg;
	unsigned long *tree;	/* a bit for each tgid; NULL: everybody */
	struct scratch **cpu;
	wait_queue_head_t wait;
	struct irq_work wake;	/* wakes `wait` from any context */
	atomic_t retries;	/* under way */
};

static inline struct rec_hdr *rec_hdr_of(struct scratch *s)
{
	return (struct rec_hdr *)s->rec;
}

/* Attachments: one function an operation of schema/rawops.def. */
typedef void op_fn(struct scratch *s, u32 a, u32 b);

/* record.c: the record under construction */
struct scratch *rec_begin(struct session *ses, struct task_struct *subject, u32 cls);
void *att_room(struct scratch *s);
void att_end(struct scratch *s, u64 len, u32 flags);
bool ops_known(u32 op);
void ops_run(struct scratch *s, const struct rawrow *row);
void rec_again(struct scratch *s);	/* no attachments; the header stays */
void rec_end(struct scratch *s);
void rec_free(struct scratch *s);
void rec_undo(struct scratch *s);	/* as if it had not begun */

/* ring.c */
int ring_make(struct session *ses);
void ring_free(struct session *ses);
int ring_mmap(struct session *ses, struct vm_area_struct *vma);
bool ring_any(struct session *ses);	/* a ring is a quarter full */
u64 ring_fill(struct scratch *s);
void ring_commit(struct scratch *s);

/* retry.c: true when the record will be made again, later */
bool retry_later(struct scratch *s, const struct rawrow *row);
void retry_wait(struct session *ses);
void retry_exit(void);

/* select.c */
bool followed(struct session *ses, u32 tgid);
bool selected(struct session *ses, struct task_struct *t);
bool path_asked_for(const struct session *ses, const char *path);
bool wanted_path(struct scratch *s, const struct rawrow *row);
u32 snap_of(struct scratch *s, bool got);

/* probe.c */
int probe_start(struct session *ses);
void probe_stop(struct session *ses);
int probe_init(void);

/* dev.c */
int device_make(void);
void device_gone(void);
void session_put(struct session *ses);

/* path.c */
void path_of(struct scratch *s, const struct path *p);
void path_start(struct scratch *s);
bool path_prepend(struct scratch *s, const void *name, u32 len, bool slash);
u32 path_copy(struct scratch *s, u8 *to);
bool path_self_check(void);

/* group.c: control groups; id of a controller, or -1: the unified hierarchy */
struct kernfs_node *group_of(struct task_struct *t, int id);
struct kernfs_node *group_memory(struct task_struct *t);
void group_name(struct kernfs_node *kn, char name[REC_NAME_MAX]);
void group_path_of(struct scratch *s, struct kernfs_node *kn);

/* file.c */
struct file *file_of_fd(s64 fd);
u32 file_layer(struct file *f, struct inode *ino);
bool sock_ports(s64 fd, u32 *own, u32 *peer);	/* false: no internet socket */

/* fetch.c */
#define UMMSGHDR_BYTES 64	/* struct mmsghdr of 64-bit programs */
u64 src_value(struct scratch *s, u32 src);
void put_user_bytes(struct scratch *s, u64 ptr, u64 len, u32 max, u32 cutflag);

#define OP_FN(name) void name(struct scratch *s, u32 a, u32 b)
OP_FN(op_ustr); OP_FN(op_ubuf); OP_FN(op_ubin); OP_FN(op_umem);
OP_FN(op_upoll); OP_FN(op_usem); OP_FN(op_saddr); OP_FN(op_saddro);
OP_FN(op_iov); OP_FN(op_iovr); OP_FN(op_mname); OP_FN(op_miov);
OP_FN(op_miovr); OP_FN(op_mctl); OP_FN(op_uargv);
OP_FN(op_fdf); OP_FN(op_fdpath); OP_FN(op_sock); OP_FN(op_queue);
OP_FN(op_task); OP_FN(op_comm); OP_FN(op_argv); OP_FN(op_envp);
OP_FN(op_cwd); OP_FN(op_cgroups); OP_FN(op_exe); OP_FN(op_kname);
OP_FN(op_mm); OP_FN(op_caps); OP_FN(op_exit); OP_FN(op_pidfd); OP_FN(op_uring);

#endif
