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

#define REC_ABI_VERSION 1

enum {				/* rec_ctl.flags */
	CTL_TREE = 1,		/* only processes of the followed tree */
	CTL_NO_PATHS = 2,	/* do not resolve paths of opened files */
};

struct rec_ctl {
	__u32 abi;		/* REC_ABI_VERSION */
	__u32 self;		/* tgid never recorded: the recorder */
	__u32 snaplen;		/* payload bytes kept, 0 … REC_SNAP_MAX */
	__u32 flags;		/* CTL_xxx */
	__u64 ring_bytes;	/* of one CPU's ring */
};
ABI_ASSERT(sizeof(struct rec_ctl) == 24, "settings have no holes");

/* Where a record's number in the stream was used but no record came, and
 * what records had to leave out. */
enum loss_reason {
	LOSS_UNKNOWN,		/* a gap nobody counted */
	LOSS_RING,		/* the ring was full */
	LOSS_NESTED,		/* the scratch buffer was in use */
	LOSS_READER,		/* the recorder program could not write it */
	LOSS_DAMAGED,		/* a record the recorder program refused */
	LOSS_EVENT_REASONS,
	/* not lost events, but parts of recorded ones */
	LOSS_PAYLOAD = 16,	/* payload shed to keep room for events */
	LOSS_FAULT,		/* user memory that could not be read */
	LOSS_LONG,		/* text or record longer than its limit */
	LOSS_TREE,		/* a process not followed: table full */
	LOSS_REASONS
};

/* Event classes losses are counted by; the order is that of importance. */
enum rec_class {
	RC_PROCESS,		/* clone, exec, exit */
	RC_FD,			/* open, close, dup, pipe, memfd … */
	RC_FILE,		/* rename, chmod, mount … */
	RC_NET,
	RC_CRED,		/* identity, capabilities, namespaces, ptrace, signals */
	RC_MEM,
	RC_IO,			/* read, write, send, receive */
	RC_OTHER,
	RC_COUNT
};

/* Where a CPU's counters lie in its BPF scratch memory. */
#define SCRATCH_COUNTERS 64

/* One CPU's counters; only ever grow. */
struct rec_counters {
	__u64 seen;			/* selected events; == next sequence number */
	__u64 lost[RC_COUNT];		/* ring full */
	__u64 nested;			/* scratch in use (also without number) */
	__u64 shed;			/* payloads left out */
	__u64 fault;			/* attachments unreadable */
	__u64 toolong;			/* attachments cut */
	__u64 tree_full;
};
ABI_ASSERT(sizeof(struct rec_counters) == 8 * (6 + RC_COUNT), "counters have no holes");

#endif
