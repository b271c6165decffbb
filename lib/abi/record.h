/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The record: what a kernel half puts into a ring for one event.
 *
 *	struct rec_hdr | attachment | attachment | …
 *
 * An attachment is struct rec_att and `len` bytes.  Its slot is the place in
 * the call's row of schema/raw.def; slots may be missing (nothing to fetch),
 * never repeated, always ascending.  Little-endian, no holes, nothing
 * aligned beyond the header.  The kernel module writes byte for byte the same.
 *
 * sendmmsg and recvmmsg make a record for each message that was sent or
 * received, REC_MMSG_MAX at most: arg[1] is the address of that message's
 * struct mmsghdr (the caller's argument + 64 * index), records behind the
 * first have REC_MORE, and the last one REC_CUT when messages are missing.
 */
#ifndef LIB_ABI_RECORD_H
#define LIB_ABI_RECORD_H

#include "lib/abi/limits.h"
#include "lib/abi/types.h"

enum {				/* rec_hdr.flags */
	REC_COMPAT = 1,		/* 32-bit call: nr is of that table */
	REC_X32 = 2,
	REC_CUT = 4,		/* an attachment is shorter than it should be */
	REC_FAULT = 8,		/* an attachment could not be read */
	REC_SHED = 16,		/* payload left out, the ring was filling */
	REC_MORE = 32,		/* sendmmsg, recvmmsg: not the call's first record */
};

enum {				/* rec_hdr.kind */
	REC_KIND_SYSCALL = 0x8000,	/* + number of schema/syscalls.def */
	REC_KIND_TRACEPOINT = 0xc000,	/* + enum rec_tracepoint */
};

/* URING: io_uring_submit_req, before 6.4 io_uring_submit_sqe; its task may be
 * the kernel thread that polls for the process, of the same pid. */
enum rec_tracepoint {
	REC_TP_FORK, REC_TP_EXEC, REC_TP_EXIT, REC_TP_URING, REC_TP_COUNT
};

struct rec_hdr {
	__u64 ts;		/* ns since boot, suspend included */
	__u32 len;		/* whole record */
	__u32 seq;		/* per CPU; a gap is loss */
	__u32 tid, pid;		/* of the initial pid namespace */
	__u16 cpu;
	__u16 kind;		/* REC_KIND_xxx + number */
	__u16 nr;		/* native call number, 0xffff: none */
	__u16 flags;		/* REC_xxx */
	__s64 ret;
	__u64 arg[6];
};
ABI_ASSERT(sizeof(struct rec_hdr) == 88, "record header has no holes");

struct rec_att {
	__u8 slot;
	__u8 flags;		/* REC_CUT, REC_FAULT, REC_SHED */
	__u16 len;
};
ABI_ASSERT(sizeof(struct rec_att) == 4, "attachment header has no holes");

/* The fixed part of structured attachments: struct rec_fdf, … */
#define RSTRUCT(id) struct rec_##id {
#define RF(id, type, name, flags) RF_##type(name)
#define RF_U8(name) __u8 name;
#define RF_U16(name) __u16 name;
#define RF_U32(name) __u32 name;
#define RF_U64(name) __u64 name;
#define RF_B16(name) __u8 name[16];
#define REND(id) } ABI_PACKED;
#include "schema/rawstruct.def"
#undef RSTRUCT
#undef RF
#undef REND
#undef RF_U8
#undef RF_U16
#undef RF_U32
#undef RF_U64
#undef RF_B16

ABI_ASSERT(sizeof(struct rec_fdf) == 28, "layout is the same everywhere");
ABI_ASSERT(sizeof(struct rec_sock) == 59, "layout is the same everywhere");
ABI_ASSERT(sizeof(struct rec_task) == 148, "layout is the same everywhere");
ABI_ASSERT(sizeof(struct rec_uring) == 21, "layout is the same everywhere");

enum {				/* rec_fdf.layer, rec_exe.layer */
	REC_OVL_UPPER = 1, REC_OVL_LOWER = 2, REC_MEMFD = 4, REC_UNLINKED = 8,
};

enum {				/* rec_task.bits */
	REC_TASK_IN_PIDNS = 1,	/* children live in another than the first */
	REC_TASK_GROUPW = 2,	/* exec: a supplementary group owns the file */
};

#endif
