/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Rows of schema/raw.def as a kernel half sees them: which attachments a call
 * gets.  One interpreter walks them, so there is no code per call.
 */
#ifndef LIB_ABI_RAWROW_H
#define LIB_ABI_RAWROW_H

#include "lib/abi/ctl.h"
#include "lib/abi/limits.h"
#include "lib/abi/types.h"

enum rawop_id {
	ROP_NONE,
#define ROP(id, fixed, tail, flags) ROP_##id,
#include "schema/rawops.def"
#undef ROP
	ROP_COUNT
};

/* Where an operand comes from. */
enum {
	A0, A1, A2, A3, A4, A5,		/* an argument */
	RET,				/* the return value */
	INT0 = 8,			/* + argument: first int it points to */
	INT1 = 16,			/* + argument: second int it points to */
};

struct rawop {
	__u8 op, a, b, pad;
};

enum rawrow_select {		/* rawrow.select */
	SEL_NO, SEL_YES,
	SEL_FAILED,			/* only failed calls */
	SEL_NONZERO,			/* not the zero a new process sees */
	SEL_COMPAT,			/* only calls of another ABI */
};

struct rawrow {
	__u8 nops;
	__u8 cls;			/* enum rec_class */
	__u8 select;			/* filled in at start */
	__u8 condarg;			/* only when arg[condarg] & condmask */
	__u32 condmask;			/* 0: always */
	__u32 flags;			/* ROWF_xxx; filled in at start */
	struct rawop op[REC_OPS_MAX];
};
ABI_ASSERT(sizeof(struct rawrow) == 44, "rows are alike in kernel and user space");

enum {				/* rawrow.flags */
	ROWF_OPEN = 1,		/* opens by name: rec_select.path applies */
	ROWF_EACH = 2,		/* a record for each message (sendmmsg, recvmmsg) */
	/* Hints at what a row is; whether they are taken changes no record. */
	ROWF_BARE = 4,		/* no attachments */
	ROWF_DATA = 8,		/* one attachment: UBUF(A1, A2 or RET) */
	ROWF_NAME = 16,		/* one attachment: USTR(A0 or A1) */
	ROWF_ALL = 31,
};

/*
 * Which snap length a payload has: rec_ctl.snap_read when its length is what
 * the call returned (UBUF with b RET, IOVR, MIOVR), else snap_write; a
 * rec_select.port goes before both where the class is RC_IO or RC_NET and
 * argument 0 is a socket of that port.
 */

enum {				/* flags of RAW()'s class word */
	RAWF_DFLT = 0x100,	/* in the set `rules` though rules do not need it */
};

/*
 * Operations as initialisers, for whoever expands raw.def; a name is put in
 * when RAWNAME(n) is defined.
 */
#ifdef RAW_EXPAND
#ifndef RAWNAME
#define RAWNAME(n)
#endif
#define OP(id, a, b, n)	{ ROP_##id, a, b, 0 RAWNAME(n) }
#define USTR(a, n)	OP(USTR, a, 0, n)
#define UBUF(a, b, n)	OP(UBUF, a, b, n)
#define UBIN(a, b, n)	OP(UBIN, a, b, n)
#define UMEM(a, b, n)	OP(UMEM, a, b, n)
#define UPOLL(a, b, n)	OP(UPOLL, a, b, n)
#define USEM(a, b, n)	OP(USEM, a, b, n)
#define SADDR(a, b, n)	OP(SADDR, a, b, n)
#define SADDRO(a, b, n)	OP(SADDRO, a, b, n)
#define IOV(a, b, n)	OP(IOV, a, b, n)
#define IOVR(a, b, n)	OP(IOVR, a, b, n)
#define MNAME(a, n)	OP(MNAME, a, 0, n)
#define MIOV(a, n)	OP(MIOV, a, 0, n)
#define MIOVR(a, b, n)	OP(MIOVR, a, b, n)
#define MCTL(a, n)	OP(MCTL, a, 0, n)
#define UARGV(a, n)	OP(UARGV, a, 0, n)
#define FDF(a, n)	OP(FDF, a, 0, n)
#define FDPATH(a, n)	OP(FDPATH, a, 0, n)
#define SOCK(a, n)	OP(SOCK, a, 0, n)
#define QUEUE(a, n)	OP(QUEUE, a, 0, n)
#define TASK(n)		OP(TASK, 0, 0, n)
#define COMM(n)		OP(COMM, 0, 0, n)
#define ARGV(n)		OP(ARGV, 0, 0, n)
#define ENVP(n)		OP(ENVP, 0, 0, n)
#define CWD(n)		OP(CWD, 0, 0, n)
#define CGROUPS(n)	OP(CGROUPS, 0, 0, n)
#define EXE(n)		OP(EXE, 0, 0, n)
#define KNAME(n)	OP(KNAME, 0, 0, n)
#define MM(n)		OP(MM, 0, 0, n)
#define CAPS(n)		OP(CAPS, 0, 0, n)
#define PIDFD(a, n)	OP(PIDFD, a, 0, n)
#define URING(n)	OP(URING, 0, 0, n)
#define EXITF(n)	OP(EXIT, 0, 0, n)

#define RAW_ALWAYS	0, 0
#define RAW_WHEN(arg, mask) arg, mask
#define F(...)		{ __VA_ARGS__ }
#endif

#endif
