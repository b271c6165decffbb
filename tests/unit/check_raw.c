/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw records to canonical events: for every call with an event of its own,
 * what the parameters must be for one hand-made record.
 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "tests/unit/raw/render.h"
#include "tests/unit/unit.h"

#define T(slot, text)	{ slot, 0, text, sizeof(text) }
#define B(slot, bytes)	{ slot, 0, bytes, sizeof(bytes) - 1 }
#define X(slot, obj)	{ slot, 0, &(obj), sizeof(obj) }
#define FDCWD		((uint64_t)-100)

/* 8:17 as the kernel has it, inode 4711, a file just made */
static const struct rec_fdf created = {
	.ino = 4711, .dev = 8 << 20 | 17, .mode = 0100644, .fmode = 0x100000,
};
static const struct rec_fdf lower = { .ino = 5, .dev = 1 << 20 | 300, .layer = REC_OVL_LOWER };
static const struct rec_fdf pipe_fdf = { .ino = 8675309, .dev = 14 };
static const struct rec_sock inet = {
	.family = 2, .type = 1, .proto = 6, .sport = 40000, .dport = 443,
	.saddr = { 10, 0, 0, 5 }, .daddr = { 1, 2, 3, 4 },
};
static const struct rec_sock inet_unconnected = {
	.family = 2, .type = 2, .proto = 17, .sport = 5353, .saddr = { 127, 0, 0, 1 },
};
static const struct rec_sock inet6 = {
	.family = 10, .type = 1, .proto = 6, .sport = 1, .dport = 2,
	.saddr = { [15] = 1 }, .daddr = { [0] = 0xfe, [1] = 0x80 },
};
static const struct rec_sock unix_pair = { .own = 0x1122, .peer = 0x3344, .family = 1, .type = 1 };
static const struct rec_queue queue = { .len = 3, .max = 12 };
static const struct rec_pidfd target = { .pid = 4711 };
static const struct rec_mm mm = { .size = 100, .rss = 50, .swap = 7 };
static const struct rec_caps caps = { .inh = 1, .prm = 0x1ffffffffff, .eff = 0x400 };
static const struct rec_exit killed = { .code = 0x8b, .reaper = 1, .children = 1 };
static const struct rec_exit exit3 = { .code = 3 << 8 };
static const struct rec_iov iov5 = { .total = 5 };

#define SA_IN	"\x02\x00\x00\x35\x08\x08\x08\x08\0\0\0\0\0\0\0\0"
#define SA_UN	"\x01\x00/run/x"

static const struct expect {
	const char *line;
	struct made m;
} cases[] = {
	/* files by name */
	{ "open fd=3 name=/etc/x flags=16646 mode=420 dev=2065 ino=4711",
	  { "open", 0, 2, 0, 3, { 0, 01101, 0644 }, { T(0, "/etc/x"), X(1, created) } } },
	{ "open fd=-2 name=/no flags=4097 mode=0 dev=0 ino=0",
	  { "open", 0, 2, 0, -2, { 0, 02000000, 0644 }, { T(0, "/no") } } },
	{ "openat fd=4 dirfd=-100 name=rel flags=66561 mode=0 dev=1048876 ino=5",
	  { "openat", 0, 257, 0, 4, { FDCWD, 0, 0200000, 0 }, { T(0, "rel"), X(1, lower) } } },
	{ "openat fd=5 dirfd=3 name=<NA> flags=9218 mode=384 dev=0 ino=0",
	  { "openat", 0, 257, 0, 5, { 3, 0, 020200001, 0600 }, { { 0, REC_FAULT, "", 0 } } } },
	{ "openat2 fd=-11 dirfd=7 name=a flags=67 mode=0 resolve=37 dev=2065 ino=4711",
	  { "openat2", 0, 437, 0, -11, { 7 }, { T(0, "a"), X(1, created),
	    B(3, "\x02\x08\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "\x2a\0\0\0\0\0\0\0") } } },
	{ "openat fd=4 dirfd=-100 name=../rel//x flags=65537 mode=0 dev=1048876 ino=5 "
	  "resolved=/tmp/rel/x redirected=0",
	  { "openat", 0, 257, 0, 4, { FDCWD, 0, 0, 0 },
	    { T(0, "../rel//x"), X(1, lower), T(2, "/tmp/rel/x") } } },
	{ "openat fd=4 dirfd=-100 name=/tmp/a flags=65537 mode=0 dev=1048876 ino=5 "
	  "resolved=/etc/shadow redirected=1",
	  { "openat", 0, 257, 0, 4, { FDCWD, 0, 0, 0 },
	    { T(0, "/tmp/a"), X(1, lower), T(2, "/etc/shadow") } } },
	{ "open fd=4 name=/tmp/./b/../a/ flags=65537 mode=0 dev=1048876 ino=5 "
	  "resolved=/tmp/a redirected=0",
	  { "open", 0, 2, 0, 4, { 0 }, { T(0, "/tmp/./b/../a/"), X(1, lower), T(2, "/tmp/a") } } },
	{ "open fd=4 name=/a flags=65537 mode=0 dev=1048876 ino=5 resolved=/x/a redirected=1",
	  { "open", 0, 2, 0, 4, { 0 }, { T(0, "/a"), X(1, lower), T(2, "/x/a") } } },
	{ "open fd=4 name=/ flags=65537 mode=0 dev=1048876 ino=5 resolved=/ redirected=0",
	  { "open", 0, 2, 0, 4, { 0 }, { T(0, "/"), X(1, lower), T(2, "/") } } },
	{ "creat fd=3 name=f mode=384 dev=1048876 ino=5 creat_flags=2",
	  { "creat", 0, 85, 0, 3, { 0, 0600 }, { T(0, "f"), X(1, lower) } } },
	{ "open_by_handle_at fd=-1 mountfd=9 flags=1 path=/a/b dev=2065 ino=4711",
	  { "open_by_handle_at", 0, 304, 0, -1, { 9, 0, 0 }, { T(0, "/a/b"), X(1, created) } } },
	{ "link res=0 oldpath=a newpath=b", { "link", 0, 86, 0, 0, { 0 }, { T(0, "a"), T(1, "b") } } },
	{ "linkat res=-17 olddir=3 oldpath=a newdir=-100 newpath=b flags=1024",
	  { "linkat", 0, 265, 0, -17, { 3, 0, FDCWD, 0, 0x400 }, { T(0, "a"), T(1, "b") } } },
	{ "unlink res=0 path=/tmp/x", { "unlink", 0, 87, 0, 0, { 0 }, { T(0, "/tmp/x") } } },
	{ "unlinkat res=0 dirfd=-100 name=d flags=512",
	  { "unlinkat", 0, 263, 0, 0, { FDCWD, 0, 0x200 }, { T(0, "d") } } },
	{ "rename res=0 oldpath=a newpath=b", { "rename", 0, 82, 0, 0, { 0 }, { T(0, "a"), T(1, "b") } } },
	{ "renameat res=0 olddirfd=1 oldpath=a newdirfd=2 newpath=b",
	  { "renameat", 0, 264, 0, 0, { 1, 0, 2 }, { T(0, "a"), T(1, "b") } } },
	{ "renameat2 res=0 olddirfd=-100 oldpath=a newdirfd=-100 newpath=b flags=3",
	  { "renameat2", 0, 316, 0, 0, { FDCWD, 0, FDCWD, 0, 3 }, { T(0, "a"), T(1, "b") } } },
	{ "symlink res=0 target=t linkpath=l", { "symlink", 0, 88, 0, 0, { 0 }, { T(0, "t"), T(1, "l") } } },
	{ "symlinkat res=0 target=t linkdirfd=5 linkpath=l",
	  { "symlinkat", 0, 266, 0, 0, { 0, 5 }, { T(0, "t"), T(1, "l") } } },
	{ "mkdir res=0 path=d mode=493", { "mkdir", 0, 83, 0, 0, { 0, 0755 }, { T(0, "d") } } },
	{ "mkdirat res=0 dirfd=-100 path=d mode=493",
	  { "mkdirat", 0, 258, 0, 0, { FDCWD, 0, 0755 }, { T(0, "d") } } },
	{ "rmdir res=-39 path=d", { "rmdir", 0, 84, 0, -39, { 0 }, { T(0, "d") } } },
	{ "mknod res=0 path=p mode=4480 dev=0", { "mknod", 0, 133, 0, 0, { 0, 010600, 0 }, { T(0, "p") } } },
	{ "mknodat res=0 dirfd=3 path=n mode=33152 dev=259",
	  { "mknodat", 0, 259, 0, 0, { 3, 0, 0600, 259 }, { T(0, "n") } } },
	{ "chmod res=0 filename=f mode=2541", { "chmod", 0, 90, 0, 0, { 0, 04755 }, { T(0, "f") } } },
	{ "fchmod res=0 fd=3 mode=384", { "fchmod", 0, 91, 0, 0, { 3, 0600 }, { { 0 } } } },
	{ "fchmodat res=0 dirfd=-100 filename=f mode=511",
	  { "fchmodat", 0, 268, 0, 0, { FDCWD, 0, 0777 }, { T(0, "f") } } },
	{ "chown res=0 path=f uid=1 gid=4294967295",
	  { "chown", 0, 92, 0, 0, { 0, 1, (uint32_t)-1 }, { T(0, "f") } } },
	{ "lchown res=0 path=f uid=1 gid=2", { "lchown", 0, 94, 0, 0, { 0, 1, 2 }, { T(0, "f") } } },
	{ "fchown res=0 fd=9 uid=1 gid=2", { "fchown", 0, 93, 0, 0, { 9, 1, 2 }, { { 0 } } } },
	{ "fchownat res=0 dirfd=-100 pathname=f uid=1 gid=2 flags=1024",
	  { "fchownat", 0, 260, 0, 0, { FDCWD, 0, 1, 2, 0x100 }, { T(0, "f") } } },
	{ "access res=-13 name=f mode=6", { "access", 0, 21, 0, -13, { 0, 6 }, { T(0, "f") } } },
	{ "stat res=0 path=f", { "stat", 0, 4, 0, 0, { 0 }, { T(0, "f") } } },
	{ "lstat res=0 path=f", { "lstat", 0, 6, 0, 0, { 0 }, { T(0, "f") } } },
	{ "fstat res=0 fd=3", { "fstat", 0, 5, 0, 0, { 3 }, { { 0 } } } },
	{ "newfstatat res=0 dirfd=3 path= flags=4096",
	  { "newfstatat", 0, 262, 0, 0, { 3, 0, 0, 0x1000 }, { T(0, "") } } },
	{ "chdir res=0 path=/root", { "chdir", 0, 80, 0, 0, { 0 }, { T(0, "/root"), T(1, "/root") } } },
	{ "fchdir res=0 fd=4", { "fchdir", 0, 81, 0, 0, { 4 }, { T(0, "/") } } },
	{ "chroot res=0 path=/j", { "chroot", 0, 161, 0, 0, { 0 }, { T(0, "/j") } } },
	{ "getcwd res=2 path=/", { "getcwd", 0, 79, 0, 2, { 0 }, { T(0, "/") } } },
	{ "getcwd res=-34 path=<NA>", { "getcwd", 0, 79, 0, -34, { 0 }, { T(0, "junk") } } },
	{ "mount res=0 dev=/dev/sda dir=/mnt type=ext4 flags=9",
	  { "mount", 0, 165, 0, 0, { 0, 0, 0, 0xc0ed0009 }, { T(0, "/dev/sda"), T(1, "/mnt"), T(2, "ext4") } } },
	{ "umount2 res=0 name=/mnt flags=2", { "umount2", 0, 166, 0, 0, { 0, 2 }, { T(0, "/mnt") } } },
	{ "fsconfig res=0 fd=3 cmd=1 key=source value_bytebuf=<NA> value_charbuf=/dev/x aux=0",
	  { "fsconfig", 0, 431, 0, 0, { 3, 1, 0, 0, 0 }, { T(0, "source"), T(1, "/dev/x") } } },
	{ "quotactl res=0 special=/dev/a quotafilepath=/q dqb_bhardlimit=0 dqb_bsoftlimit=0 "
	  "dqb_curspace=0 dqb_ihardlimit=0 dqb_isoftlimit=0 dqb_btime=0 dqb_itime=0 "
	  "dqi_bgrace=0 dqi_igrace=0 dqi_flags=0 quota_fmt_out=1 cmd=1 type=1 id=0 quota_fmt=4",
	  { "quotactl", 0, 179, 0, 0, { 0x800002u << 8, 0, 2 }, { T(0, "/dev/a"), T(1, "/q") } } },

	/* descriptors */
	{ "close res=0 fd=3", { "close", 0, 3, 0, 0, { 3 }, { { 0 } } } },
	{ "close res=-9 fd=-1", { "close", 0, 3, 0, -9, { 0xffffffff }, { { 0 } } } },
	{ "close_range res=0 first=3 last=4294967295 flags=4",
	  { "close_range", 0, 436, 0, 0, { 3, 0xffffffff, 4 }, { { 0 } } } },
	{ "dup res=5 oldfd=1", { "dup", 0, 32, 0, 5, { 1 }, { { 0 } } } },
	{ "dup2 res=0 oldfd=4 newfd=0", { "dup2", 0, 33, 0, 0, { 4, 0 }, { { 0 } } } },
	{ "dup3 res=9 oldfd=4 newfd=9 flags=4096", { "dup3", 0, 292, 0, 9, { 4, 9, 02000000 }, { { 0 } } } },
	{ "fcntl res=10 fd=3 cmd=26 arg=10", { "fcntl", 0, 72, 0, 10, { 3, 1030, 10 }, { { 0 } } } },
	{ "ioctl res=-25 fd=0 request=21505 argument=140737488355328",
	  { "ioctl", 0, 16, 0, -25, { 0, 0x5401, 0x800000000000 }, { { 0 } } } },
	{ "flock res=0 fd=3 operation=6", { "flock", 0, 73, 0, 0, { 3, 6 }, { { 0 } } } },
	{ "lseek res=10 fd=3 offset=10 whence=1", { "lseek", 0, 8, 0, 10, { 3, 10, 1 }, { { 0 } } } },
	{ "pipe res=0 fd1=3 fd2=4 ino=8675309",
	  { "pipe", 0, 22, 0, 0, { 1 }, { B(0, "\3\0\0\0\4\0\0\0"), X(1, pipe_fdf) } } },
	{ "pipe2 res=-24 fd1=-1 fd2=-1 ino=0 flags=4160",
	  { "pipe2", 0, 293, 0, -24, { 1, 02004000 }, { B(0, "\3\0\0\0\4\0\0\0") } } },
	{ "eventfd res=3 initval=7 flags=0", { "eventfd", 0, 284, 0, 3, { 7 }, { { 0 } } } },
	{ "eventfd2 res=3 flags=4160 initval=7", { "eventfd2", 0, 290, 0, 3, { 7, 02004000 }, { { 0 } } } },
	{ "signalfd res=3 fd=-1 mask=2 flags=0",
	  { "signalfd", 0, 282, 0, 3, { 0xffffffff }, { B(0, "\2\0\0\0\0\0\0\0") } } },
	{ "signalfd4 res=3 flags=4096 fd=-1 mask=2",
	  { "signalfd4", 0, 289, 0, 3, { 0xffffffff, 0, 8, 02000000 }, { B(0, "\2\0\0\0\0\0\0\0") } } },
	{ "timerfd_create res=3 clockid=1 flags=0", { "timerfd_create", 0, 283, 0, 3, { 1, 0 }, { { 0 } } } },
	{ "inotify_init res=3 flags=0", { "inotify_init", 0, 253, 0, 3, { 0 }, { { 0 } } } },
	{ "inotify_init1 res=3 flags=4096", { "inotify_init1", 0, 294, 0, 3, { 02000000 }, { { 0 } } } },
	{ "epoll_create res=3 size=1", { "epoll_create", 0, 213, 0, 3, { 1 }, { { 0 } } } },
	{ "epoll_create1 res=3 flags=1", { "epoll_create1", 0, 291, 0, 3, { 02000000 }, { { 0 } } } },
	{ "userfaultfd res=3 flags=64", { "userfaultfd", 0, 323, 0, 3, { 04000 }, { { 0 } } } },
	{ "memfd_create fd=3 name=evil flags=1", { "memfd_create", 0, 319, 0, 3, { 0, 1 }, { T(0, "evil") } } },
	{ "pidfd_open fd=3 pid=77 flags=1", { "pidfd_open", 0, 434, 0, 3, { 77, 04000 }, { { 0 } } } },
	{ "pidfd_open fd=3 pid=77 flags=0 target=4711",
	  { "pidfd_open", 0, 434, 0, 3, { 77, 0 }, { X(0, target) } } },
	{ "pidfd_send_signal res=0 pid_fd=3 sig=9 flags=0 target=4711",
	  { "pidfd_send_signal", 0, 424, 0, 0, { 3, 9, 0, 0 }, { X(0, target) } } },
	{ "pidfd_getfd fd=4 pid_fd=3 target_fd=1 flags=0", { "pidfd_getfd", 0, 438, 0, 4, { 3, 1, 0 }, { { 0 } } } },
	{ "io_uring_setup res=3 entries=8 sq_entries=8 cq_entries=16 flags=8 sq_thread_cpu=1 "
	  "sq_thread_idle=2 features=5",
	  { "io_uring_setup", 0, 425, 0, 3, { 8 }, { B(0, "\x08\0\0\0\x10\0\0\0\x04\0\0\0"
	    "\x01\0\0\0\x02\0\0\0\x05\0\0\0" "0123456789012345") } } },
	{ "io_uring_enter res=1 fd=3 to_submit=1 min_complete=0 flags=1 sig=0",
	  { "io_uring_enter", 0, 426, 0, 1, { 3, 1, 0, 1 }, { { 0 } } } },
	{ "io_uring_register res=0 fd=3 opcode=2 arg=16 nr_args=1",
	  { "io_uring_register", 0, 427, 0, 0, { 3, 2, 16, 1 }, { { 0 } } } },

	/* data */
	{ "read res=3 data=616263 fd=4 size=10", { "read", 0, 0, 0, 3, { 4, 0, 10 }, { B(0, "abc") } } },
	{ "write res=3 data=<NA> fd=1 size=3",
	  { "write", 0, 1, REC_SHED, 3, { 1, 0, 3 }, { { 0, REC_SHED, "", 0 } } } },
	{ "pread res=1 data=61 fd=4 size=1 pos=99", { "pread64", 0, 17, 0, 1, { 4, 0, 1, 99 }, { B(0, "a") } } },
	{ "pwrite res=1 data=61 fd=4 size=1 pos=99", { "pwrite64", 0, 18, 0, 1, { 4, 0, 1, 99 }, { B(0, "a") } } },
	{ "readv res=2 size=5 data=6869 fd=4",
	  { "readv", 0, 19, 0, 2, { 4 }, { B(0, "\5\0\0\0\0\0\0\0hi") } } },
	{ "writev res=2 data=6869 fd=4 size=5",
	  { "writev", 0, 20, 0, 2, { 4 }, { B(0, "\5\0\0\0\0\0\0\0hi") } } },
	{ "preadv res=0 size=5 data=<NA> fd=4 pos=1", { "preadv", 0, 295, 0, 0, { 4, 0, 1, 1 }, { X(0, iov5) } } },
	{ "pwritev res=0 data=<NA> fd=4 size=5 pos=1", { "pwritev", 0, 296, 0, 0, { 4, 0, 1, 1 }, { X(0, iov5) } } },
	{ "sendfile res=5 offset=8 out_fd=4 in_fd=3 size=5",
	  { "sendfile", 0, 40, 0, 5, { 4, 3, 1, 5 }, { B(0, "\x08\0\0\0\0\0\0\0") } } },
	{ "splice res=5 fd_in=3 fd_out=4 size=5 flags=1", { "splice", 0, 275, 0, 5, { 3, 0, 4, 0, 5, 1 }, { { 0 } } } },
	{ "copy_file_range res=5 fdout=4 offout=2 fdin=3 offin=1 len=5",
	  { "copy_file_range", 0, 326, 0, 5, { 3, 1, 4, 1, 5 },
	    { B(0, "\x01\0\0\0\0\0\0\0"), B(1, "\x02\0\0\0\0\0\0\0") } } },
	{ "getdents res=0 fd=3", { "getdents", 0, 78, 0, 0, { 3 }, { { 0 } } } },
	{ "getdents64 res=0 fd=3", { "getdents64", 0, 217, 0, 0, { 3 }, { { 0 } } } },
	{ "process_vm_readv res=2 pid=9 data=6869",
	  { "process_vm_readv", 0, 310, 0, 2, { 9 }, { B(0, "\5\0\0\0\0\0\0\0hi") } } },
	{ "process_vm_writev res=2 pid=9 data=6869",
	  { "process_vm_writev", 0, 311, 0, 2, { 9 }, { B(0, "\5\0\0\0\0\0\0\0hi") } } },

	/* network */
	{ "socket fd=3 domain=2 type=526337 proto=6 flags=4160",
	  { "socket", 0, 41, 0, 3, { 2, 1 | 04000 | 02000000, 6 }, { { 0 } } } },
	{ "bind res=0 addr=02080808083500 fd=3", { "bind", 0, 49, 0, 0, { 3 }, { B(0, SA_IN) } } },
	{ "bind res=0 addr=012f72756e2f7800 fd=3", { "bind", 0, 49, 0, 0, { 3 }, { B(0, SA_UN) } } },
	{ "connect res=0 tuple=020a000005409c01020304bb01 fd=3 addr=02080808083500",
	  { "connect", 0, 42, 0, 0, { 3 }, { B(0, SA_IN), X(1, inet) } } },
	{ "connect res=0 tuple=027f000001e914080808083500 fd=3 addr=02080808083500",
	  { "connect", 0, 42, 0, 0, { 3 }, { B(0, SA_IN), X(1, inet_unconnected) } } },
	{ "connect res=0 tuple=0122110000000000004433000000000000" "2f72756e2f7800 fd=3 addr=012f72756e2f7800",
	  { "connect", 0, 42, 0, 0, { 3 }, { B(0, SA_UN), X(1, unix_pair) } } },
	{ "listen res=0 fd=3 backlog=128", { "listen", 0, 50, 0, 0, { 3, 128 }, { { 0 } } } },
	{ "accept fd=5 tuple=0201020304bb010a000005409c queuepct=25 queuelen=3 queuemax=12",
	  { "accept", 0, 43, 0, 5, { 3 }, { X(0, inet), X(1, queue) } } },
	{ "accept4 fd=-11 tuple=<NA> queuepct=0 queuelen=0 queuemax=0 flags=4096",
	  { "accept4", 0, 288, 0, -11, { 3, 0, 0, 02000000 }, { { 0 } } } },
	{ "accept4 fd=5 tuple=0afe80000000000000000000000000000002000000000000000000000000000000000101"
	  "00 queuepct=0 queuelen=0 queuemax=0 flags=0",
	  { "accept4", 0, 288, 0, 5, { 3 }, { X(0, inet6) } } },
	{ "getsockname", { "getsockname", 0, 51, 0, 0, { 3 }, { { 0 } } } },
	{ "getpeername", { "getpeername", 0, 52, 0, 0, { 3 }, { { 0 } } } },
	{ "socketpair res=0 fd1=3 fd2=4 source=4386 peer=13124 domain=1 type=1 proto=0",
	  { "socketpair", 0, 53, 0, 0, { 1, 1, 0 }, { B(0, "\3\0\0\0\4\0\0\0"), X(1, unix_pair) } } },
	{ "sendto res=2 data=6869 fd=3 size=2 tuple=027f000001e914080808083500",
	  { "sendto", 0, 44, 0, 2, { 3, 0, 2 }, { B(0, SA_IN), X(1, inet_unconnected), B(2, "hi") } } },
	{ "recvfrom res=2 data=6869 tuple=020808080835007f000001e914 fd=3 size=9",
	  { "recvfrom", 0, 45, 0, 2, { 3, 0, 9 }, { B(0, SA_IN), X(1, inet_unconnected), B(2, "hi") } } },
	{ "shutdown res=0 fd=3 how=2", { "shutdown", 0, 48, 0, 0, { 3, 2 }, { { 0 } } } },
	{ "setsockopt res=0 fd=3 level=1 optname=2 val=0201000000 optlen=4",
	  { "setsockopt", 0, 54, 0, 0, { 3, 1, 2, 0, 4 }, { B(0, "\1\0\0\0") } } },
	{ "getsockopt res=0 fd=3 level=1 optname=4 val=0191ffffffffffffff optlen=4",
	  { "getsockopt", 0, 55, 0, 0, { 3, 1, 4 }, { B(0, "\x6f\0\0\0"), B(1, "\4\0\0\0") } } },
	{ "setsockopt res=0 fd=3 level=2 optname=0 val=0001 optlen=1",
	  { "setsockopt", 0, 54, 0, 0, { 3, 6, 1, 0, 1 }, { B(0, "\1") } } },
	{ "sendmsg res=2 data=6869 fd=3 size=5 tuple=027f000001e914080808083500",
	  { "sendmsg", 0, 46, 0, 2, { 3 }, { B(0, SA_IN), X(1, inet_unconnected), B(2, "\5\0\0\0\0\0\0\0hi") } } },
	{ "recvmsg res=2 size=5 data=6869 tuple=0201020304bb010a000005409c msgcontrol=01 fd=3",
	  { "recvmsg", 0, 47, 0, 2, { 3 }, { X(1, inet), B(2, "\5\0\0\0\0\0\0\0hi"), B(3, "\1") } } },
	{ "sendmmsg res=-32 fd=3 size=5 data=6869 tuple=<NA> cut=0",
	  { "sendmmsg", 0, 307, 0, -32, { 3 }, { B(2, "\5\0\0\0\0\0\0\0hi") } } },
	{ "recvmmsg res=-11 fd=3 size=0 data=<NA> tuple=<NA> msgcontrol=<NA> cut=0",
	  { "recvmmsg", 0, 299, 0, -11, { 3 }, { { 0 } } } },

	/* identity and control */
	{ "setuid res=0 uid=1000", { "setuid", 0, 105, 0, 0, { 1000 }, { { 0 } } } },
	{ "setgid res=0 gid=1000", { "setgid", 0, 106, 0, 0, { 1000 }, { { 0 } } } },
	{ "setreuid res=0 ruid=1 euid=2", { "setreuid", 0, 113, 0, 0, { 1, 2 }, { { 0 } } } },
	{ "setregid res=0 rgid=1 egid=2", { "setregid", 0, 114, 0, 0, { 1, 2 }, { { 0 } } } },
	{ "setresuid res=0 ruid=1 euid=2 suid=4294967295",
	  { "setresuid", 0, 117, 0, 0, { 1, 2, 0xffffffff }, { { 0 } } } },
	{ "setresgid res=0 rgid=1 egid=2 sgid=3", { "setresgid", 0, 119, 0, 0, { 1, 2, 3 }, { { 0 } } } },
	{ "getuid uid=7", { "getuid", 0, 102, 0, 7, { 0 }, { { 0 } } } },
	{ "geteuid euid=7", { "geteuid", 0, 107, 0, 7, { 0 }, { { 0 } } } },
	{ "getgid gid=7", { "getgid", 0, 104, 0, 7, { 0 }, { { 0 } } } },
	{ "getegid egid=7", { "getegid", 0, 108, 0, 7, { 0 }, { { 0 } } } },
	{ "getresuid res=0 ruid=1 euid=2 suid=3",
	  { "getresuid", 0, 118, 0, 0, { 1, 2, 3 }, { B(0, "\1\0\0\0"), B(1, "\2\0\0\0"), B(2, "\3\0\0\0") } } },
	{ "getresgid res=0 rgid=1 egid=2 sgid=3",
	  { "getresgid", 0, 120, 0, 0, { 1, 2, 3 }, { B(0, "\1\0\0\0"), B(1, "\2\0\0\0"), B(2, "\3\0\0\0") } } },
	{ "capset res=0 cap_inheritable=1 cap_permitted=2199023255551 cap_effective=1024",
	  { "capset", 0, 126, 0, 0, { 0 }, { X(0, caps) } } },
	{ "setsid res=70", { "setsid", 0, 112, 0, 70, { 0 }, { { 0 } } } },
	{ "setpgid res=0 pid=0 pgid=70", { "setpgid", 0, 109, 0, 0, { 0, 70 }, { { 0 } } } },
	{ "setns res=0 fd=3 nstype=64", { "setns", 0, 308, 0, 0, { 3, 0x20000000 }, { { 0 } } } },
	{ "unshare res=0 flags=1048608", { "unshare", 0, 272, 0, 0, { 0x10020000 }, { { 0 } } } },
	{ "prctl res=0 option=15 arg2_str=kworker arg2_int=0",
	  { "prctl", 0, 157, 0, 0, { 15, 99 }, { T(0, "kworker"), B(1, "kwor") } } },
	{ "prctl res=0 option=36 arg2_str=<NA> arg2_int=1",
	  { "prctl", 0, 157, 0, 0, { 36, 1 }, { { 0, REC_FAULT, "", 0 } } } },
	{ "prctl res=0 option=37 arg2_str=<NA> arg2_int=1",
	  { "prctl", 0, 157, 0, 0, { 37, 99 }, { T(0, "\1"), B(1, "\1\0\0\0") } } },
	{ "ptrace res=0 addr=000000000000000000 data=010b request=12 pid=9",
	  { "ptrace", 0, 101, 0, 0, { 17, 9, 0, 11 }, { { 0 } } } },
	{ "ptrace res=-1 addr=000000000000000000 data=000000000000000000 request=11 pid=9",
	  { "ptrace", 0, 101, 0, -1, { 16, 9, 5, 5 }, { { 0 } } } },
	{ "kill res=0 pid=-70 sig=9", { "kill", 0, 62, 0, 0, { (uint32_t)-70, 9 }, { { 0 } } } },
	{ "tkill res=0 tid=70 sig=9", { "tkill", 0, 200, 0, 0, { 70, 9 }, { { 0 } } } },
	{ "tgkill res=0 pid=60 tid=70 sig=9", { "tgkill", 0, 234, 0, 0, { 60, 70, 9 }, { { 0 } } } },
	{ "seccomp res=0 op=1 flags=2", { "seccomp", 0, 317, 0, 0, { 1, 2 }, { { 0 } } } },
	{ "bpf fd=4 cmd=5", { "bpf", 0, 321, 0, 4, { 5 }, { { 0 } } } },
	{ "keyctl res=9 operation=1 arg2=01736573 arg3=000000000000000000 arg4=000000000000000000 "
	  "arg5=000000000000000000",
	  { "keyctl", 0, 250, 0, 9, { 1, 77 }, { B(0, "ses") } } },
	{ "init_module res=0 img=7f454c46 length=4096 uargs=a=1",
	  { "init_module", 0, 175, 0, 0, { 0, 4096 }, { B(0, "\x7f" "ELF"), T(1, "a=1") } } },
	{ "finit_module res=0 fd=3 uargs= flags=1",
	  { "finit_module", 0, 313, 0, 0, { 3, 0, 1 }, { T(0, ""), T(1, "/m.ko") } } },
	{ "delete_module res=0 name=m flags=3", { "delete_module", 0, 176, 0, 0, { 0, 05000 }, { T(0, "m") } } },
	{ "getrlimit res=0 cur=1 max=2 resource=7",
	  { "getrlimit", 0, 97, 0, 0, { 7 }, { B(0, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0") } } },
	{ "setrlimit res=-1 cur=-1 max=-1 resource=255",
	  { "setrlimit", 0, 160, 0, -1, { 99 }, { B(0, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0") } } },
	{ "prlimit res=0 newcur=1 newmax=2 oldcur=-1 oldmax=-1 pid=0 resource=7",
	  { "prlimit64", 0, 302, 0, 0, { 0, 7 }, { B(0, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0") } } },

	/* memory */
	{ "mmap res=4096 vm_size=100 vm_rss=50 vm_swap=7 addr=0 length=8192 prot=5 flags=10 fd=-1 offset=0",
	  { "mmap", 0, 9, 0, 4096, { 0, 8192, 5, 0x22, 0xffffffff }, { X(0, mm) } } },
	{ "mprotect res=0 addr=4096 length=8192 prot=7", { "mprotect", 0, 10, 0, 0, { 4096, 8192, 7 }, { { 0 } } } },
	{ "munmap res=0 vm_size=100 vm_rss=50 vm_swap=7 addr=1 length=2",
	  { "munmap", 0, 11, 0, 0, { 1, 2 }, { X(0, mm) } } },
	{ "brk res=18446744073709547520 vm_size=0 vm_rss=0 vm_swap=0 addr=0",
	  { "brk", 0, 12, 0, -4096, { 0 }, { { 0 } } } },
	{ "mlock res=0 addr=1 len=2", { "mlock", 0, 149, 0, 0, { 1, 2 }, { { 0 } } } },
	{ "munlock res=0 addr=1 len=2", { "munlock", 0, 150, 0, 0, { 1, 2 }, { { 0 } } } },
	{ "mlockall res=0 flags=3", { "mlockall", 0, 151, 0, 0, { 3 }, { { 0 } } } },
	{ "munlockall res=0", { "munlockall", 0, 152, 0, 0, { 0 }, { { 0 } } } },
	{ "mlock2 res=0 addr=1 len=2 flags=1", { "mlock2", 0, 325, 0, 0, { 1, 2, 1 }, { { 0 } } } },

	/* waiting */
	{ "futex res=1 addr=16 op=129 val=1", { "futex", 0, 202, 0, 1, { 16, 129, 1 }, { { 0 } } } },
	{ "epoll_wait res=1 maxevents=8", { "epoll_wait", 0, 232, 0, 1, { 3, 0, 8 }, { { 0 } } } },
	{ "poll res=1 fds=010005000000000000000900 timeout=-1",
	  { "poll", 0, 7, 0, 1, { 0, 2, (uint64_t)-1 },
	    { B(0, "\4\0\0\0\1\0\0\0" "\5\0\0\0\1\0\x01\x20") } } },
	{ "ppoll res=0 fds=0000 timeout=1500000000 sigmask=4",
	  { "ppoll", 0, 271, 0, 0, { 0, 1 }, { B(0, "\4\0\0\0\1\0\0\0"),
	    B(1, "\1\0\0\0\0\0\0\0\x00\x65\xcd\x1d\0\0\0\0"), B(2, "\4\0\0\0\0\0\0\0") } } },
	{ "select res=0", { "select", 0, 23, 0, 0, { 0 }, { { 0 } } } },
	{ "nanosleep res=0 interval=1000000005",
	  { "nanosleep", 0, 35, 0, 0, { 0 }, { B(0, "\1\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0") } } },
	{ "semop res=0 nsops=1 sem_num_0=2 sem_op_0=-1 sem_flg_0=3 sem_num_1=0 sem_op_1=0 sem_flg_1=0 semid=9",
	  { "semop", 0, 65, 0, 0, { 9, 0, 1 }, { B(0, "\2\0\xff\xff\0\x18") } } },
	{ "semget res=9 key=7 nsems=1 semflg=24576", { "semget", 0, 64, 0, 9, { 7, 1, 03600 }, { { 0 } } } },
	{ "semctl res=0 semid=9 semnum=0 cmd=4096 val=5", { "semctl", 0, 66, 0, 0, { 9, 0, 16, 5 }, { { 0 } } } },

	/* the rest */
	{ "getpid ID=16 nativeID=39", { "getpid", 0, 39, 0, 70, { 0 }, { { 0 } } } },
	/* 5 is open there, fstat here */
	{ "open ID=5 nativeID=5", { "unknown", 0, 5, REC_COMPAT, 3, { 0 }, { { 0 } } } },
	{ "unknown ID=0 nativeID=65535", { "unknown", 0, 600, REC_COMPAT, 3, { 0 }, { { 0 } } } },
	{ "getpid ID=16 nativeID=39", { "unknown", 0, 39, REC_X32, 3, { 0 }, { { 0 } } } },
	{ "unknown ID=0 nativeID=65535", { "unknown", 0, -1, 0, 3, { 0 }, { { 0 } } } },
	{ "procexit status=139 ret=0 sig=11 core=1 reaper_tid=1",
	  { NULL, REC_TP_EXIT, 231, 0, 0, { 0 }, { X(0, killed) } } },
	{ "procexit status=768 ret=3 sig=0 core=0 reaper_tid=0",
	  { NULL, REC_TP_EXIT, 231, 0, 0, { 0 }, { X(0, exit3) } } },
};

START_TEST(every_event)
{
	struct buf out = BUF_INIT;

	made_line(&out, &cases[_i].m, ARCH_X86_64);
	ck_assert_str_eq(out.data, cases[_i].line);
	buf_release(&out);
}
END_TEST

/* No call with an event of its own goes without a case. */
START_TEST(no_event_untested)
{
	unsigned sc, i;

	for (sc = 0; sc < sctab_n; sc++) {
		const struct scinfo *info = scinfo_of(sc);
		unsigned ev = info ? rawinfo_syscall(sc)->event : EV_GENERIC_X;

		if (ev == EV_GENERIC_X || !ev ||
		    ev == EV_SYSCALL_CLONE_20_X || ev == EV_SYSCALL_CLONE3_X ||
		    ev == EV_SYSCALL_FORK_20_X || ev == EV_SYSCALL_VFORK_20_X ||
		    ev == EV_SYSCALL_EXECVE_19_X || ev == EV_SYSCALL_EXECVEAT_X)
			continue;	/* the last are in tests of their own */
		for (i = 0; i < ARRAY_SIZE(cases); i++)
			if (cases[i].m.call && !strcmp(cases[i].m.call, info->name))
				break;
		ck_assert_msg(i < ARRAY_SIZE(cases), "%s has no case", info->name);
	}
}
END_TEST

/* Every call that exists on an architecture and has an event has a row. */
START_TEST(no_event_without_row)
{
	unsigned sc;

	for (sc = 0; sc < sctab_n; sc++) {
		const struct scinfo *i = scinfo_of(sc);

		if (i && (i->nr[ARCH_X86_64] >= 0 || i->nr[ARCH_ARM64] >= 0))
			ck_assert_msg(rawinfo_syscall(sc)->event == i->exit_event ||
				      (i->exit_event == EV_GENERIC_X &&
				       rawinfo_syscall(sc)->event >= 0x1000),
				      "%s", i->name);
	}
}
END_TEST

/* open's flag bits differ between architectures. */
START_TEST(arm64_open_flags)
{
	static const struct made m = { "openat", 0, 56, 0, -2, { FDCWD, 0, 040000 | 0200000 | 0400000 },
				       { T(0, "d") } };
	struct buf out = BUF_INIT;

	made_line(&out, &m, ARCH_ARM64);
	ck_assert_str_eq(out.data, "openat fd=-2 dirfd=-100 name=d flags=3585 mode=0 dev=0 ino=0");
	buf_release(&out);
}
END_TEST

/* Parameters are made when asked for; the head is there at once. */
START_TEST(events_are_lazy)
{
	static const struct made m = { "close", 0, 3, 0, 0, { 3 }, { { 0 } } };
	struct rawdec *d = rawdec_new(ARCH_X86_64);
	struct buf rec = BUF_INIT;
	struct event ev;
	struct row row;

	made_record(&rec, &m);
	ck_assert_int_eq(raw_row_of_record(&row, rec.data, rec.len, 500), 0);
	ck_assert_uint_eq(row.ts, 1500);
	ck_assert_uint_eq(row.seq, 5);
	ck_assert(rawdec_event(d, &row, &ev));
	ck_assert_uint_eq(ev.ts, 1500);
	ck_assert_int_eq(ev.tid, 70);
	ck_assert_uint_eq(ev.cpu, 1);
	ck_assert_uint_eq(ev.type, EV_SYSCALL_CLOSE_X);
	ck_assert(ev.flags & EVF_LAZY);
	ck_assert_uint_eq(ev.nparams, 0);
	event_params(&ev);
	ck_assert_uint_eq(ev.nparams, 2);
	buf_release(&rec);
	rawdec_free(d);
}
END_TEST

/* Records that contradict themselves are refused, whatever is changed. */
START_TEST(hostile_records)
{
	static const struct made m = { "openat", 0, 257, 0, 3, { FDCWD },
				       { T(0, "/etc/x"), X(1, created), T(2, "/etc/x") } };
	struct rawdec *d = rawdec_new(ARCH_X86_64);
	struct buf rec = BUF_INIT;
	struct event ev;
	struct row row;
	size_t len, bit;
	uint8_t *copy;

	made_record(&rec, &m);
	for (len = 0; len < rec.len; len++)
		ck_assert_int_eq(raw_row_of_record(&row, rec.data, len, 0), -E_DAMAGED);
	for (bit = 0; bit < rec.len * 8; bit++) {
		copy = malloc(rec.len);		/* exact, for the sanitizers */
		memcpy(copy, rec.data, rec.len);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (!raw_row_of_record(&row, copy, rec.len, 0) && rawdec_event(d, &row, &ev))
			event_params(&ev);
		free(copy);
	}
	buf_release(&rec);
	rawdec_free(d);
}
END_TEST

/* Rows of a damaged or older trace: any column may be missing or odd. */
START_TEST(missing_columns)
{
	const struct kind *k;
	struct rawdec *d = rawdec_new(ARCH_X86_64);
	static const uint8_t odd[3] = { 0xff, 0xff, 0xff };
	struct event ev;
	struct row row;
	size_t n, i;
	unsigned c, pass;

	k = raw_kinds(&n);
	ck_assert_uint_gt(n, 400);
	for (i = 0; i < n; i++, k++)
		for (pass = 0; pass < 2; pass++) {
			memset(&row, 0, sizeof(row));
			row.kind = k;
			row.ncols = (uint8_t)k->ncols;
			for (c = 0; pass && c < k->ncols; c++)
				row.col[c] = (struct param){ odd, sizeof(odd) };
			ck_assert(rawdec_event(d, &row, &ev));
			event_params(&ev);
			ck_assert_uint_le(ev.nparams, ev.info->nparams);
		}
	rawdec_free(d);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("raw");
	TCase *t = tcase_create("cases");

	tcase_add_loop_test(t, every_event, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(t, no_event_untested);
	tcase_add_test(t, no_event_without_row);
	tcase_add_test(t, arm64_open_flags);
	tcase_add_test(t, events_are_lazy);
	tcase_add_test(t, hostile_records);
	tcase_add_test(t, missing_columns);
	tcase_set_timeout(t, UNIT_TIMEOUT);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_finish(suite(), true);
}
