/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the snapshot: what its parts share.  Every parser takes text, every
 * walker a directory descriptor, so both run on a saved /proc in tests.
 */
#ifndef CAPTURE_SNAP_H
#define CAPTURE_SNAP_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "capture/snapshot.h"
#include "lib/abi/snapfile.h"

#define SNAP_TEXT_MAX	(8u << 20)	/* any one /proc file */
#define SNAP_ARGS_MAX	4096		/* args, env and cgroups, as in events */
#define SNAP_LINK_MAX	4096
#define SNAP_UNREAD_MAX	32		/* kinds of things; more are counted as "others" */

/* One walk over the host. */
struct snap {
	int procfd;
	int64_t self;			/* pid left out */
	uint64_t boot_ts;		/* ns since the epoch */
	uint64_t ns_per_tick;
	int (*emit)(void *ctx, const struct snap_item *item);
	void *ctx;
	struct snapshot_stats *stats;
	struct snap_iter *iter;		/* of descriptors; NULL: /proc tells of them */
	struct imap netns;		/* inode of a network namespace -> struct socktab */
	uint32_t mntns;			/* whose mounts are being read; 0: the host's */
	const char *reading;		/* what, when that cannot be read */
	struct imap ns;			/* inodes of namespaces that were told of */
	struct {
		const char *what;
		int err;
		uint64_t count;
	} unread[SNAP_UNREAD_MAX];
	unsigned nunread;
	uint64_t from_ts, from_mono;	/* when the walk began */
	struct buf text;		/* the /proc file being parsed */
};

/*
 * The whole of a /proc file, at most SNAP_TEXT_MAX bytes, into out (cleared
 * first).  0, or -E_READ: gone, or not for us; callers count and go on.
 */
int snap_read(int dirfd, const char *path, struct buf *out);
/* readlink into out (cleared first, NUL-terminated). */
int snap_link(int dirfd, const char *path, struct buf *out);
/* "Name:\tvalue" line of a status-like text: the value, blanks trimmed;
 * p NULL when there is none. */
struct str snap_line(struct str text, const char *name);
/* The n-th (from 0) blank-separated word of s; empty when there are fewer. */
struct str snap_word(struct str s, unsigned n);
/* Numeric entries of a directory, ascending, in a malloc'd array. */
int64_t *snap_numbers(int dirfd, const char *path, size_t *n);

/* One process: its main thread, other threads and descriptors. */
int snap_process(struct snap *s, int64_t pid);

/* /proc/PID/stat: the fields after the command, which may hold anything. */
struct snap_stat {
	int64_t ppid, pgrp, session, tty;
	uint64_t minflt, majflt, starttime;	/* starttime in clock ticks */
};
bool snap_parse_stat(struct str text, struct snap_stat *out);
/* /proc/PID/cgroup as NUL-terminated "subsystem=path" strings. */
void snap_parse_cgroup(struct str text, struct buf *out);

/* Descriptors of a process. */
int snap_fds(struct snap *s, int piddir, int64_t pid);
/* What an iterator tells, read from fd (of the caller) as it is asked for. */
struct snap_iter *snap_iter_new(int fd);
void snap_iter_free(struct snap_iter *it);
/* The next descriptor of this process; processes ascending.  path is good
 * until the next call; empty: it could not be told. */
bool snap_iter_next(struct snap_iter *it, int64_t pid, struct snap_file *f, struct str *path);
/* Open flags as the kernel shows them in fdinfo, to file_flags table bits. */
uint32_t snap_oflags(uint64_t kernel_flags);

/* The sockets of one network namespace by inode. */
struct socktab;
struct socktab *socktab_read(int piddir);
void socktab_free(struct socktab *t);
/* Fill type, tuple, protocol and name of a descriptor; false: not listed. */
bool socktab_find(const struct socktab *t, uint64_t ino, struct snap_fd *out);
/* One table; proto is an enum l4proto.  For tests. */
void socktab_parse_inet(struct socktab *t, struct str text, bool v6, uint8_t proto);
void socktab_parse_unix(struct socktab *t, struct str text);
void socktab_parse_netlink(struct socktab *t, struct str text);
struct socktab *socktab_new(void);

/* This could not be read; errno tells why.  what: a literal. */
void snap_unread(struct snap *s, const char *what);
/* The items that tell of it. */
int snap_emit_unread(struct snap *s);

/* Namespaces of a process that were not met before; of a mount namespace its
 * mounts too. */
int snap_namespaces(struct snap *s, int piddir, int64_t pid);

int snap_users(struct snap *s, int etcfd);
int snap_ifaces(struct snap *s);
/* The mounts a process sees; mntns 0: the host's. */
int snap_mounts(struct snap *s, int dirfd, const char *path, uint32_t mntns);

#endif
