/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 32-bit calls out of a 64-bit process (int 0x80): other numbers, other
 * registers, the same events.  A kernel without that entry ends the first of
 * them with a signal, and nothing is expected.
 */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#if defined(__x86_64__)

enum {				/* numbers of 32-bit x86 */
	NR_exit = 1, NR_fork = 2, NR_read = 3, NR_write = 4, NR_open = 5, NR_close = 6,
	NR_creat = 8, NR_unlink = 10, NR_getpid = 20, NR_kill = 37, NR_rename = 38,
	NR_mkdir = 39, NR_rmdir = 40, NR_dup = 41, NR_stat64 = 195, NR_setuid32 = 213,
	NR_openat = 295, NR_socket = 359, NR_connect = 362,
};

static char *low;		/* memory below 4 GiB */
static char cwd[4096];

static void no_entry(int sig)
{
	(void)sig;
	said_n = 0;
	_exit(done());
}

static long low_call(long nr, long a, long b, long c, long d)
{
	long r;

	__asm__ volatile("int $0x80" : "=a" (r) : "a" (nr), "b" (a), "c" (b), "d" (c), "S" (d)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)r;
}
#define LC(nr, ...) LC_((nr), ##__VA_ARGS__, 0, 0, 0, 0)
#define LC_(nr, a, b, c, d, ...) low_call((nr), (long)(a), (long)(b), (long)(c), (long)(d))

/* The text where 32 bits reach it. */
static char *at_low(const char *text)
{
	return memcpy(low, text, strlen(text) + 1);
}

static void opens(void)
{
	struct stat st;
	long fd;

	fd = LC(NR_creat, at_low("target"), 0600);
	if (stat("target", &st))
		exit(1);
	expect("creat fd=%ld name=target mode=384 dev=%u ino=%lu", fd, dev_of(&st),
	       (unsigned long)st.st_ino);
	memcpy(low, "some data", 9);
	expect("write res=9 data=%s fd=%ld size=9", "736f6d652064617461", fd);
	LC(NR_write, fd, low, 9);
	expect("close res=0 fd=%ld", fd);
	LC(NR_close, fd);
	fd = LC(NR_open, at_low("target"), O_RDONLY, 0);
	expect("open fd=%ld name=target flags=1 mode=0 dev=%u ino=%lu resolved=%s/target redirected=0",
	       fd, dev_of(&st), (unsigned long)st.st_ino, cwd);
	expect("read res=9 data=%s fd=%ld size=64", "736f6d652064617461", fd);
	LC(NR_read, fd, low + 4096, 64);
	expect("dup res=%ld oldfd=%ld", fd + 1, fd);
	LC(NR_dup, fd);
	fd = LC(NR_openat, AT_FDCWD, at_low("target"), O_RDONLY, 0);
	expect("openat fd=%ld dirfd=-100 name=target flags=1 mode=0 dev=%u ino=%lu", fd,
	       dev_of(&st), (unsigned long)st.st_ino);
	expect("open fd=-2 name=none flags=1");
	LC(NR_open, at_low("none"), O_RDONLY, 0);
	expect("stat res=0 path=target");
	LC(NR_stat64, at_low("target"), low + 8192);
	expect("unlink res=0 path=target");
	LC(NR_unlink, at_low("target"));
}

static void others(void)
{
	struct sockaddr *sa = (struct sockaddr *)(low + 4096);
	long fd, pid;

	expect("mkdir res=0 path=d mode=448");
	LC(NR_mkdir, at_low("d"), 0700);
	memcpy(low + 4096, "e", 2);
	expect("rename res=0 oldpath=d newpath=e");
	LC(NR_rename, at_low("d"), low + 4096);
	expect("rmdir res=0 path=e");
	LC(NR_rmdir, at_low("e"));
	expect("kill res=-3 pid=9999999 sig=0");
	LC(NR_kill, 9999999, 0);
	expect("setuid res=0 uid=0");
	LC(NR_setuid32, 0);
	fd = LC(NR_socket, AF_UNIX, SOCK_STREAM, 0);
	expect("socket fd=%ld domain=1 type=1 proto=0", fd);
	memset(sa, 0, 110);
	sa->sa_family = AF_UNIX;
	memcpy(sa->sa_data, "nobody", 7);
	expect("connect res=-2");
	LC(NR_connect, fd, sa, 2 + 7);
	pid = LC(NR_fork);
	if (!pid)
		LC(NR_exit, 3);
	expect("fork res=%ld", pid);
	waitpid((int)pid, NULL, 0);
	expect("getpid ID=16");		/* it has no parameters: by its number */
	LC(NR_getpid);
}

int main(void)
{
	signal(SIGSEGV, no_entry);
	low = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT | MAP_POPULATE, -1, 0);
	if (low == MAP_FAILED || !getcwd(cwd, sizeof(cwd)))
		return 1;
	LC(NR_getpid);
	opens();
	others();
	return done();
}

#else

int main(void)
{
	return done();
}

#endif
