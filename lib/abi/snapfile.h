/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* One open file, as the iterator over descriptors tells it. */
#ifndef LIB_ABI_SNAPFILE_H
#define LIB_ABI_SNAPFILE_H

#include "lib/abi/types.h"

#define SNAP_FILE_PATH	4096

/* Followed by len bytes of path, the NUL counted; 0: it cannot be told. */
struct snap_file {
	__u32 len;
	__u32 tgid, fd;
	__u32 flags;		/* of open, with O_CLOEXEC as it is now */
	__u64 ino;
	__u32 dev;		/* the kernel's own encoding of super_block.s_dev */
	__u32 mode;
};
ABI_ASSERT(sizeof(struct snap_file) == 32, "no padding");

#endif
