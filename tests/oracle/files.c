/* SPDX-License-Identifier: Apache-2.0 */
/* Files by name, and descriptors.  Run in an empty folder. */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <linux/openat2.h>
#include <sys/mount.h>

static void opened(long fd, const char *name, unsigned flags, unsigned mode)
{
	struct stat st;

	fstat((int)fd, &st);
	expect("openat fd=%ld dirfd=-100 name=%s flags=%u mode=%u dev=%u ino=%lu",
	       fd, name, flags, mode, dev_of(&st), (unsigned long)st.st_ino);
}

static void names(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_IN_ROOT };
	struct stat st;
	long fd, dir;

	fd = SC(SYS_openat, AT_FDCWD, "made", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0640);
	opened(fd, "made", 3 | 4 | 32 | 4096 | 16384, 0640);
	expect("openat fd=%ld dirfd=-100 name=gone flags=1 mode=0 dev=0 ino=0",
	       SC(SYS_openat, AT_FDCWD, "gone", O_RDONLY, 0640));
	dir = SC(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY, 0);
	opened(dir, ".", 1 | 1024, 0);
	fd = SC(SYS_openat2, dir, "made", &how, sizeof(how));
	fstat((int)fd, &st);
	expect("openat2 fd=%ld dirfd=%ld name=made flags=1 mode=0 resolve=10 dev=%u ino=%lu",
	       fd, dir, dev_of(&st), (unsigned long)st.st_ino);
	expect("mkdirat res=%ld dirfd=-100 path=d mode=%u", SC(SYS_mkdirat, AT_FDCWD, "d", 0750), 0750);
	expect("mkdirat res=%ld dirfd=-100 path=d mode=%u", SC(SYS_mkdirat, AT_FDCWD, "d", 0750), 0750);
	expect("linkat res=%ld olddir=-100 oldpath=made newdir=%ld newpath=d/hard flags=0",
	       SC(SYS_linkat, AT_FDCWD, "made", dir, "d/hard", 0), dir);
	expect("symlinkat res=%ld target=/etc/shadow linkdirfd=-100 linkpath=soft",
	       SC(SYS_symlinkat, "/etc/shadow", AT_FDCWD, "soft"));
	expect("renameat2 res=%ld olddirfd=-100 oldpath=soft newdirfd=-100 newpath=made flags=1",
	       SC(SYS_renameat2, AT_FDCWD, "soft", AT_FDCWD, "made", 1));
	expect("fchmodat res=%ld dirfd=-100 filename=made mode=%u",
	       SC(SYS_fchmodat, AT_FDCWD, "made", 04755), 04755);
	expect("fchownat res=%ld dirfd=-100 pathname=soft uid=12 gid=13 flags=1024",
	       SC(SYS_fchownat, AT_FDCWD, "soft", 12, 13, AT_SYMLINK_NOFOLLOW));
	expect("mknodat res=%ld dirfd=-100 path=fifo mode=%u dev=0",
	       SC(SYS_mknodat, AT_FDCWD, "fifo", S_IFIFO | 0600, 0), S_IFIFO | 0600);
	expect("newfstatat res=%ld dirfd=-100 path=made flags=256",
	       SC(SYS_newfstatat, AT_FDCWD, "made", &st, AT_SYMLINK_NOFOLLOW));
	expect("unlinkat res=%ld dirfd=-100 name=d flags=512",
	       SC(SYS_unlinkat, AT_FDCWD, "d", AT_REMOVEDIR));
	expect("chdir res=%ld path=d", SC(SYS_chdir, "d"));
	expect("fchdir res=%ld fd=%ld", SC(SYS_fchdir, dir), dir);
	expect("mount res=%ld dev=nodev dir=nowhere type=nofs flags=6",
	       SC(SYS_mount, "nodev", "nowhere", "nofs", MS_NOSUID | MS_NODEV, 0));
	expect("umount2 res=%ld name=nowhere flags=2", SC(SYS_umount2, "nowhere", MNT_DETACH));
	expect("chroot res=%ld path=nowhere", SC(SYS_chroot, "nowhere"));
	expect("close res=0 fd=%ld", fd);
	SC(SYS_close, fd);
	expect("close res=%ld fd=%ld", SC(SYS_close, fd), fd);
}

static void descriptors(void)
{
	int two[2] = { -1, -1 };
	struct stat st;
	long r, fd;

	r = SC(SYS_pipe2, two, O_CLOEXEC | O_NONBLOCK);
	fstat(two[0], &st);
	expect("pipe2 res=%ld fd1=%d fd2=%d ino=%lu flags=4160", r, two[0], two[1],
	       (unsigned long)st.st_ino);
	fd = SC(SYS_dup, two[0]);
	expect("dup res=%ld oldfd=%d", fd, two[0]);
	expect("dup3 res=%ld oldfd=%d newfd=50 flags=4096", SC(SYS_dup3, two[1], 50, O_CLOEXEC), two[1]);
	r = SC(SYS_fcntl, two[0], F_DUPFD_CLOEXEC, 60);
	expect("fcntl res=%ld fd=%d cmd=26 arg=60", r, two[0]);
	expect("eventfd2 res=%ld flags=4096 initval=9", SC(SYS_eventfd2, 9, O_CLOEXEC));
	expect("memfd_create fd=%ld name=secret flags=1", SC(SYS_memfd_create, "secret", 1));
	expect("epoll_create1 res=%ld flags=1", SC(SYS_epoll_create1, O_CLOEXEC));
	expect("inotify_init1 res=%ld flags=64", SC(SYS_inotify_init1, O_NONBLOCK));
	expect("timerfd_create res=%ld clockid=1 flags=0", SC(SYS_timerfd_create, 1, 0));
	expect("pidfd_open fd=%ld pid=%d flags=0", SC(SYS_pidfd_open, getpid(), 0), (int)getpid());
	expect("flock res=%ld fd=%d operation=2", SC(SYS_flock, two[0], 2), two[0]);
	expect("close_range res=%ld first=60 last=61 flags=0", SC(SYS_close_range, 60, 61, 0));
}

int main(void)
{
	names();
	descriptors();
	return done();
}
