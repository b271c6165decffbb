/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .scap format as numbers; no code.  What they mean is told in
 * doc/SCAP-FORMAT.md.  Everything is little-endian and packed.
 */
#ifndef LIB_SCAP_FORMAT_H
#define LIB_SCAP_FORMAT_H

#include "lib/base/compat.h"

/* Every block: u32 type, u32 total length, body, 0-3 zero bytes, u32 total. */
enum {
	SCAP_BLOCK_HEAD = 8,
	SCAP_BLOCK_TAIL = 4,
	SCAP_BLOCK_MIN = SCAP_BLOCK_HEAD + SCAP_BLOCK_TAIL,
};

#define SCAP_SHB		0x0A0D0D0AU
#define SCAP_MAGIC		0x1A2B3C4DU	/* byte order, in the section header */
#define SCAP_MAGIC_SWAPPED	0x4D3C2B1AU

/*
 * SCAP_BLOCK(name, number, number in the oldest files or 0, class, version)
 * Classes say who reads a block; the version says which layout it has.
 */
#define SCAP_BLOCKS(X)						\
	X(MI,		0x201, 0x8002ABCD, HOST,   1)		\
	X(PL_V1,	0x202, 0x8000ABCD, PROCS,  1)		\
	X(PL_V2,	0x207, 0x8013ABCD, PROCS,  2)		\
	X(PL_V3,	0x209, 0x8014ABCD, PROCS,  3)		\
	X(PL_V4,	0x210, 0,          PROCS,  4)		\
	X(PL_V5,	0x211, 0,          PROCS,  5)		\
	X(PL_V6,	0x212, 0,          PROCS,  6)		\
	X(PL_V7,	0x213, 0,          PROCS,  7)		\
	X(PL_V8,	0x214, 0,          PROCS,  8)		\
	X(PL_V9,	0x215, 0,          PROCS,  9)		\
	X(FDL,		0x203, 0x8001ABCD, FDS,    1)		\
	X(FDL_V2,	0x218, 0,          FDS,    2)		\
	X(IL,		0x205, 0x8011ABCD, IFACES, 1)		\
	X(IL_V2,	0x219, 0,          IFACES, 2)		\
	X(UL,		0x206, 0x8012ABCD, USERS,  1)		\
	X(UL_V2,	0x220, 0,          USERS,  2)		\
	X(EV,		0x204, 0x8010ABCD, EVENT,  SCAP_EV_V1)	\
	X(EVF,		0x208, 0,          EVENT,  SCAP_EV_V1 | SCAP_EV_FLAGS) \
	X(EV_V2,	0x216, 0,          EVENT,  0)		\
	X(EVF_V2,	0x217, 0,          EVENT,  SCAP_EV_FLAGS) \
	X(EV_V2_LARGE,	0x221, 0,          EVENT,  SCAP_EV_LARGE) \
	X(EVF_V2_LARGE,	0x222, 0,          EVENT,  SCAP_EV_FLAGS | SCAP_EV_LARGE)

enum {
#define X(name, number, old, class, version) SCAP_##name = number,
	SCAP_BLOCKS(X)
#undef X
};

/* Who reads a block. */
enum scap_class {
	SCAP_UNKNOWN, SCAP_EVENT, SCAP_HOST, SCAP_PROCS, SCAP_FDS,
	SCAP_IFACES, SCAP_USERS,
};

/* The "version" of event blocks is a set of these. */
enum {
	SCAP_EV_V1 = 1,		/* event header without the parameter count */
	SCAP_EV_FLAGS = 2,	/* u32 flags after the cpu */
	SCAP_EV_LARGE = 4,	/* may exceed 64 KiB */
};

enum {
	SCAP_MAJOR = 1,
	SCAP_MINOR = 2,
	SCAP_SHB_LEN = 28,	/* without options */
	SCAP_MI_BODY = 180,
	SCAP_MI_HOSTNAME = 128,

	SCAP_EVHDR = 26,	/* ts 8, tid 8, len 4, type 2, nparams 4 */
	SCAP_EVHDR_V1 = 22,	/* the same without nparams */
	SCAP_CPU = 2,		/* what precedes it in the block */
	SCAP_EVFLAGS = 4,
	SCAP_EVFLAG_STATE_ONLY = 1,

	/* Event types below this exist for Falco 0.44.1; it skips the rest. */
	SCAP_EVENT_TYPES = 454,
};

/* Entry types of interface and user lists. */
enum { SCAP_IF_V4 = 1, SCAP_IF_V6, SCAP_IF_V4_NOSPEED, SCAP_IF_V6_NOSPEED };
enum { SCAP_ENTRY_USER = 0, SCAP_ENTRY_GROUP = 1 };

_Static_assert(SCAP_EVHDR == 8 + 8 + 4 + 2 + 4, "event header is packed");
_Static_assert(SCAP_EVHDR_V1 + 4 == SCAP_EVHDR, "v1 lacks nparams only");
_Static_assert(SCAP_MI_BODY == 4 + 8 + 8 + SCAP_MI_HOSTNAME + 4 * 8,
	       "machine info is packed");
_Static_assert(SCAP_SHB_LEN == SCAP_BLOCK_MIN + 4 + 2 + 2 + 8,
	       "section header is packed");

#endif
