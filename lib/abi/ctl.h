/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the recorder program tells a kernel half before it starts, and what
 * the kernel half counts.  BPF gets it as read-only data and maps, the
 * kernel module by ioctl: the same structs.
 */
#ifndef LIB_ABI_CTL_H
#define LIB_ABI_CTL_H

#include "lib/abi/limits.h"
#include "lib/abi/types.h"

#define REC_ABI_VERSION 3

enum {				/* rec_ctl.flags */
	CTL_TREE = 1,		/* only processes of the followed tree */
	CTL_NO_PATHS = 2,	/* do not resolve paths of opened files */
};

/* Text a name is compared with: the name begins with these len bytes. */
struct rec_prefix {
	__u8 text[SEL_TEXT_MAX];	/* zeros behind len */
	__u32 len, pad;
};

struct rec_uids {
	__u32 lo, hi;		/* both included */
};

/* Payload of sockets with a port (own or peer's) in lo … hi. */
struct rec_ports {
	__u16 lo, hi;		/* both included */
	__u32 snap;		/* payload bytes kept */
};

/*
 * Whose calls are recorded.  A list without entries asks nothing; a process
 * (or a path) needs one match in each list that has some.  They are looked at
 * when a call returns: a process that changes its name or identity comes in,
 * or leaves, from then on.
 */
struct rec_select {
	__u8 ncomms, nuids, ncgroups, npaths, nports, pad[3];
	__u8 comm[SEL_MAX][16];		/* zero-filled; equal as a whole */
	struct rec_uids uid[SEL_MAX];	/* effective uid, initial user namespace */
	/*
	 * Control groups of the process (the unified hierarchy's and the
	 * memory controller's): text that begins with '/' is a path of a
	 * group, which is meant with all below it; other text is the
	 * beginning of a container's id, and meets a component of the path
	 * that begins with it, or whose part behind the last '-' of its first
	 * SEL_ID_PREFIX bytes does.
	 */
	struct rec_prefix cgroup[SEL_MAX];
	/*
	 * Only for calls that open a file by name (ROWF_OPEN): the path as
	 * the kernel resolved it, of failed calls the caller's; a relative
	 * one of a failed call always passes.
	 */
	struct rec_prefix path[SEL_MAX];
	struct rec_ports port[SEL_MAX];
};
ABI_ASSERT(sizeof(struct rec_prefix) == SEL_TEXT_MAX + 8, "no holes");
ABI_ASSERT(sizeof(struct rec_select) ==
	   8 + SEL_MAX * (16 + 8 + 2 * (SEL_TEXT_MAX + 8) + 8), "selection has no holes");

struct rec_ctl {
	__u32 abi;		/* REC_ABI_VERSION */
	__u32 self;		/* tgid never recorded: the recorder */
	__u32 snap_read;	/* payload bytes kept, 0 … REC_SNAP_MAX: of data */
	__u32 snap_write;	/* the process got, and of data it gave */
	__u32 flags;		/* CTL_xxx */
	__u32 pad;
	__u64 ring_bytes;	/* of one CPU's ring */
	struct rec_select sel;
};
ABI_ASSERT(sizeof(struct rec_ctl) == 32 + sizeof(struct rec_select), "settings have no holes");

/* Why events, or parts of them, are missing; and events by the kind of call. */
enum loss_reason {
#define LOSS_REASON(id, num, name, of, text) LOSS_##id = num,
#include "schema/losses.def"
#undef LOSS_REASON
};

enum rec_class {
#define LOSS_CLASS(id, num, name, hides, text) RC_##id = num - 1,
#include "schema/losses.def"
#undef LOSS_CLASS
	RC_COUNT
};

/* Where a CPU's counters lie in its BPF scratch memory. */
#define SCRATCH_COUNTERS 64

/* One CPU's counters; only ever grow. */
struct rec_counters {
	__u64 seen;			/* selected events; == next sequence number */
	__u64 tree_full;		/* processes not followed */
	/* By class: lost found the ring full (or, of bulk, nearly so), nested
	 * the scratch memory in use and took no number; shed are payloads left
	 * out, fault and toolong attachments not read and cut. */
#define LOSS_COUNTER(member, reason) __u64 member[RC_COUNT];
#include "schema/losses.def"
#undef LOSS_COUNTER
};
#define LOSS_COUNTER(member, reason) + 1
enum {
	REC_COUNTERS = 0
#include "schema/losses.def"
};
#undef LOSS_COUNTER
ABI_ASSERT(sizeof(struct rec_counters) == 8 * (2 + REC_COUNTERS * RC_COUNT),
	   "counters have no holes");

/*
 * What goes first under pressure, in eighths of a ring: payload when it is
 * RING_SHED full, events that change no state when it is RING_BULK full; the
 * rest is for those that do.
 */
#define RING_SHED	6
#define RING_BULK	7
#define RING_EIGHTHS(bytes, n)	((bytes) / 8 * (n))

/* Is an event of this class bulk? */
static inline int rec_class_is_bulk(__u32 cls)
{
	return cls == RC_IO || cls == RC_MEM || cls == RC_OTHER;
}

#endif
