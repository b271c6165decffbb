/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshot entries: state that existed before the first event (or at a
 * segment's start).  A .scap's process, descriptor, user and interface
 * blocks and a .vtr's SNAPSHOT block both become these; the machine loads
 * them.  All strings are borrowed until the giver's next call.
 */
#ifndef LIB_EVENT_SNAPSHOT_H
#define LIB_EVENT_SNAPSHOT_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

struct snap_proc {
	int64_t tid, pid, ptid;
	int64_t sid, vpgid, pgid;	/* -1: unknown */
	int64_t vtid, vpid;		/* -1: unknown */
	struct str comm, exe, exepath;
	struct str args;		/* NUL-terminated strings, argv[0] excluded */
	struct str env;			/* NUL-terminated NAME=VALUE strings */
	struct str cwd, root;
	struct str cgroups;		/* NUL-terminated subsystem=path strings */
	int64_t fdlimit;
	uint32_t flags;			/* clone_flags table bits */
	uint32_t uid, gid, loginuid;	/* loginuid 0xFFFFFFFF: unset */
	uint32_t vmsize, vmrss, vmswap;	/* kB */
	uint64_t pfmajor, pfminor;
	uint64_t pidns_init_start;	/* ns, 0: unknown */
	uint64_t start_ts;		/* ns since the epoch, 0: unknown (never in .scap) */
	uint32_t tty;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	bool exe_writable, exe_upper, exe_lower, exe_memfd;
	uint64_t exe_ino, exe_ctime, exe_mtime;	/* 0: unknown; times in ns */
};

/* Descriptor types; numbers of the .scap format. */
enum fdtype {
	FD_UNKNOWN = 0, FD_FILE = 1, FD_DIRECTORY = 2, FD_IPV4_SOCK = 3,
	FD_IPV6_SOCK = 4, FD_IPV4_SERVSOCK = 5, FD_IPV6_SERVSOCK = 6,
	FD_FIFO = 7, FD_UNIX_SOCK = 8, FD_EVENT = 9, FD_UNSUPPORTED = 10,
	FD_SIGNALFD = 11, FD_EVENTPOLL = 12, FD_INOTIFY = 13,
	FD_TIMERFD = 14, FD_NETLINK = 15, FD_FILE_V2 = 16, FD_BPF = 17,
	FD_USERFAULTFD = 18, FD_IOURING = 19, FD_MEMFD = 20, FD_PIDFD = 21,
	FD_TYPE_COUNT
};

enum l4proto {
	L4_UNKNOWN = 0, L4_NA = 1, L4_TCP = 2, L4_UDP = 3, L4_ICMP = 4, L4_RAW = 5,
};

struct snap_fd {
	int64_t tid;			/* owner: a main thread */
	int64_t fd;
	uint64_t ino;
	uint8_t type;			/* enum fdtype */
	uint8_t l4proto;		/* sockets */
	uint16_t sport, dport;		/* host order; SERVSOCK: sport only */
	uint8_t sip[16], dip[16];	/* network order; IPv4 in the first 4 */
	uint64_t usrc, udst;		/* unix sockets: kernel addresses */
	uint32_t oflags;		/* file_flags table bits (FILE_V2) */
	uint32_t dev;			/* FILE_V2; 0: unknown */
	struct str name;		/* files, pipes, unix path, … */
};

struct snap_user {
	uint32_t uid, gid;
	struct str name, home, shell;
	struct str container;		/* "" = host */
};

struct snap_group {
	uint32_t gid;
	struct str name;
	struct str container;
};

struct snap_iface {
	bool v6;
	uint8_t addr[16], mask[16], bcast[16];	/* IPv4 in the first 4 */
	uint64_t speed;
	struct str name;
};

struct snap_mount {
	uint32_t mntns;			/* inode of the mount namespace, 0: host */
	uint32_t id, parent, dev;
	struct str root, target, fstype, source, options;
};

struct snap_container {
	struct str json;		/* metadata object as in "container" events */
};

/* A namespace, and the first process that was met in it. */
struct snap_namespace {
	struct str type;		/* "net", "mnt", …: its name under /proc/PID/ns */
	uint64_t ino;
	int64_t pid;
};

/* What could not be read, and why; count: how often. */
struct snap_unread {
	struct str what, why;
	uint64_t count;
};

/* The last item of a snapshot: when it began, how long it took (ns), what it
 * holds; processes that ended meanwhile, things that could not be read. */
struct snap_taken {
	uint64_t from_ts, ns;
	uint64_t procs, threads, fds, vanished, unread;
	struct str fds_by;		/* who told of descriptors, in words; "": not known */
};

/* What machine a trace was recorded on. */
struct snap_host {
	uint32_t ncpus;
	uint64_t memory, max_pid, boot_ts;	/* boot_ts: ns since the epoch */
	struct str hostname;
	struct str arch;		/* "x86_64", "aarch64"; "" unknown */
};

enum snap_kind {
	SNAP_HOST, SNAP_PROC, SNAP_FD, SNAP_USER, SNAP_GROUP, SNAP_IFACE,
	SNAP_MOUNT, SNAP_CONTAINER, SNAP_NAMESPACE, SNAP_UNREAD, SNAP_TAKEN,
	SNAP_KIND_COUNT
};

struct snap_item {
	enum snap_kind kind;
	union {
		struct snap_host host;
		struct snap_proc proc;
		struct snap_fd fd;
		struct snap_user user;
		struct snap_group group;
		struct snap_iface iface;
		struct snap_mount mount;
		struct snap_container container;
		struct snap_namespace ns;
		struct snap_unread unread;
		struct snap_taken taken;
	};
};

#endif
