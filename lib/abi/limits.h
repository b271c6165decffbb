/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Every bound of a record.  The recorders reserve by these numbers, the
 * verifier sees them as loop bounds, the drain refuses what exceeds them.
 */
#ifndef LIB_ABI_LIMITS_H
#define LIB_ABI_LIMITS_H

#define REC_MAX		65536	/* bytes of a whole record; a power of two */
#define REC_PATH_MAX	4096	/* a path, its NUL counted */
#define REC_TEXT_MAX	4096	/* cgroups */
#define REC_ARGS_MAX	16384	/* argv; environment */
#define REC_NAME_MAX	256	/* module, memfd and key names, comm */
#define REC_SADDR_MAX	128	/* struct sockaddr_storage */
#define REC_SNAP_MAX	4096	/* payload bytes: the largest snap length */
#define REC_SNAP_DFLT	80
#define REC_IOV_MAX	16	/* segments of an iovec looked at */
#define REC_POLL_MAX	64	/* struct pollfd entries kept */
#define REC_ARGV_MAX	128	/* strings of a failed exec that are kept */
#define REC_MMSG_MAX	8	/* messages of one sendmmsg, recvmmsg */
#define REC_DEPTH_MAX	48	/* components of a resolved path */
#define REC_CGROUP_DEPTH 12	/* components of a cgroup path */
#define REC_PIDNS_MAX	8	/* nested pid namespaces looked at */
#define REC_OPS_MAX	8	/* attachments of one call */

#define SYSCALL_NR_MAX	512	/* native numbers looked up in a table */
#define SYSCALL_SC_MAX	512	/* numbers of schema/syscalls.def */
#define SEL_MAX		16	/* entries of each list of struct rec_select */
#define SEL_TEXT_MAX	128	/* bytes of a prefix */
#define SEL_ID_PREFIX	32	/* "cri-containerd-": before a container's id */
#define TREE_MAX	65536	/* processes of a followed tree */

#endif
