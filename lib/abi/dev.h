/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * How the recorder program talks to the kernel module, through the device
 * /dev/vestige0:
 *
 *	open		one opener at a time (EBUSY); needs CAP_SYS_PTRACE and
 *			CAP_SYS_ADMIN (EPERM)
 *	DEV_HELLO	who is there: sizes and version, to be compared first
 *	DEV_SETUP	what to record; makes the rings.  Once.
 *	mmap		the rings (lib/abi/ring.h)
 *	DEV_FOLLOW	adds a process to the followed tree (ctl CTL_TREE)
 *	DEV_START	from now on records come
 *	poll		readable when a ring is a quarter full (or stopped)
 *	DEV_STOP	no more records come; the rings stay readable
 *	close		stops; the rings go with the last mapping
 *
 * Calls out of this order answer EINVAL.
 */
#ifndef LIB_ABI_DEV_H
#define LIB_ABI_DEV_H

#include <linux/ioctl.h>

#include "lib/abi/rawrow.h"
#include "lib/abi/record.h"

#define DEV_NAME "vestige0"

/* Equal on both sides, or they do not understand each other. */
struct dev_hello {
	__u32 abi;		/* REC_ABI_VERSION */
	__u32 setup_bytes;	/* sizeof(struct dev_setup) */
	__u32 counters_bytes;	/* sizeof(struct rec_counters) */
	__u32 ops;		/* ROP_COUNT */
	__u32 ncpus;		/* rings: numbers a CPU may have */
	char version[44];	/* of the module */
};
ABI_ASSERT(sizeof(struct dev_hello) == 64, "no holes");

enum dev_refusal {		/* dev_setup.why, with EINVAL or EOPNOTSUPP */
	DEV_FINE,
	DEV_ABI,		/* what: the module's REC_ABI_VERSION */
	DEV_SIZE,		/* what: bytes the module expects */
	DEV_FLAG,		/* what: CTL_xxx bits the module does not know */
	DEV_OP,			/* what: enum rawop_id it does not know */
	DEV_ROW,		/* what: number of a row that makes no sense */
	DEV_RING,		/* ring_bytes out of range */
	DEV_SNAP,		/* a snap length out of range */
	DEV_SELECT,		/* rec_ctl.sel is out of bounds */
};

struct dev_setup {
	__u32 abi;		/* REC_ABI_VERSION: first, for ever */
	__u32 bytes;		/* of this struct: second, for ever */
	__u32 why;		/* out: enum dev_refusal: third, for ever */
	__u32 what;		/* out: fourth, for ever */
	struct rec_ctl ctl;	/* ring_bytes: of one ring */
	struct rawrow rows[SYSCALL_SC_MAX];
	struct rawrow tps[REC_TP_COUNT];
	__u16 sc_of_nr[SYSCALL_NR_MAX];
	__u16 sc_of_nr32[SYSCALL_NR_MAX];	/* of 32-bit x86 calls; 0: generic */
};
#define DEV_SETUP_HEAD 16	/* bytes up to ctl */

/* DEV_SETUP is larger than an ioctl number can say. */
#define DEV_HELLO	_IOR('v', 0, struct dev_hello)
#define DEV_SETUP	_IO('v', 1)
#define DEV_FOLLOW	_IOW('v', 2, __u32)
#define DEV_START	_IO('v', 3)
#define DEV_STOP	_IO('v', 4)

#endif
