/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only this recorder tells: the path the kernel took, the process behind
 * a pidfd, every message of sendmmsg and recvmmsg, requests of io_uring.
 */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

static char cwd[4096];

/* "dev=5 ino=7 resolved=/tmp/x/NAME redirected=N", of a file that is there */
static const char *taken(const char *name, int redirected)
{
	static char text[4400];
	struct stat st;

	if (stat(name, &st))
		exit(1);
	snprintf(text, sizeof(text), "mode=%d dev=%u ino=%lu resolved=%s/%s redirected=%d",
		 0, dev_of(&st), (unsigned long)st.st_ino, cwd, name, redirected);
	return text;
}

static void files(void)
{
	char name[4200];
	long fd;

	expect("openat fd=-2 dirfd=-100 name=./d/../target");
	SC(SYS_openat, AT_FDCWD, "./d/../target", O_RDONLY, 0);
	SC(SYS_mkdir, "d", 0700);
	close((int)SC(SYS_openat, AT_FDCWD, "target", O_CREAT | O_WRONLY, 0600));
	fd = SC(SYS_openat, AT_FDCWD, "./d/../target", O_RDONLY, 0);
	expect("openat fd=%ld dirfd=-100 name=./d/../target flags=1 %s", fd, taken("target", 0));
	SC(SYS_symlink, "target", "link");
	fd = SC(SYS_openat, AT_FDCWD, "link", O_RDONLY, 0);
	expect("openat fd=%ld dirfd=-100 name=link flags=1 %s", fd, taken("target", 1));
	snprintf(name, sizeof(name), "%s/link", cwd);
	fd = SC(SYS_open, name, O_RDONLY, 0);
	expect("open fd=%ld name=%s flags=1 %s", fd, name, taken("target", 1));
}

static char changing[] = "fifo";

static void *change(void *arg)
{
	usleep(100000);		/* the other one is in open(2) by now */
	memcpy(changing, "sofa", 4);
	close(open("fifo", O_WRONLY));
	return arg;
}

/* The caller's string is another one when the call returns. */
static void changed(void)
{
	pthread_t t;
	long fd;

	SC(SYS_mknod, "fifo", S_IFIFO | 0600, 0);
	if (pthread_create(&t, NULL, change, NULL))
		exit(1);
	fd = SC(SYS_openat, AT_FDCWD, changing, O_RDONLY, 0);
	pthread_join(t, NULL);
	expect("openat fd=%ld dirfd=-100 name=sofa flags=1 %s", fd, taken("fifo", 1));
}

static void pidfds(void)
{
	long fd, got;
	int pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	fd = SC(SYS_pidfd_open, pid, 0);
	expect("pidfd_open fd=%ld pid=%d flags=0 target=%d", fd, pid, pid);
	got = SC(SYS_pidfd_getfd, fd, 0, 0);
	expect("pidfd_getfd fd=%ld pid_fd=%ld target_fd=0 flags=0 target=%d", got, fd, pid);
	expect("pidfd_send_signal res=0 pid_fd=%ld sig=9 flags=0 target=%d", fd, pid);
	SC(SYS_pidfd_send_signal, fd, 9, 0, 0);
	waitpid(pid, NULL, 0);
	expect("pidfd_send_signal res=-9 pid_fd=0 sig=9 flags=0");
	SC(SYS_pidfd_send_signal, 0, 9, 0, 0);
}

#define MESSAGES 10	/* two more than are told apart */

static void messages(void)
{
	static char in[MESSAGES][8];
	struct mmsghdr m[MESSAGES];
	struct iovec v[MESSAGES];
	int two[2], i;
	long n;

	socketpair(AF_UNIX, SOCK_DGRAM, 0, two);
	memset(m, 0, sizeof(m));
	for (i = 0; i < MESSAGES; i++) {
		v[i] = (struct iovec){ (char *)(uintptr_t)"0123456789" + i, 1 };
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	n = SC(SYS_sendmmsg, two[0], m, 3, 0);
	for (i = 0; i < n; i++)
		expect("sendmmsg res=1 fd=%d size=1 data=3%d", two[0], i);
	n = SC(SYS_sendmmsg, two[0], m + 3, MESSAGES - 3, 0);
	for (i = 0; i < n; i++)
		expect("sendmmsg res=1 fd=%d size=1 data=3%d", two[0], i + 3);
	for (i = 0; i < MESSAGES; i++)
		v[i] = (struct iovec){ in[i], sizeof(in[i]) };
	n = SC(SYS_recvmmsg, two[1], m, MESSAGES, MSG_DONTWAIT, 0);
	if (n != MESSAGES)
		exit(1);
	for (i = 0; i < 8; i++)
		expect("recvmmsg res=1 fd=%d size=8 data=3%d", two[1], i);
	n = SC(SYS_recvmmsg, two[1], m, MESSAGES, MSG_DONTWAIT, 0);
	expect("recvmmsg res=%ld fd=%d", n, two[1]);
}

/* Two requests, put into the ring by hand. */
static void requests(void)
{
	struct io_uring_params p = { 0 };
	struct io_uring_sqe *sqe;
	unsigned *array, *tail, mask;
	uint8_t *ring;
	long fd = SC(SYS_io_uring_setup, 4, &p);

	if (fd < 0)
		return;		/* forbidden here: nothing to see */
	ring = mmap(NULL, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE,
		    MAP_SHARED, (int)fd, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, p.sq_entries * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		   (int)fd, IORING_OFF_SQES);
	if (ring == MAP_FAILED || (void *)sqe == MAP_FAILED)
		exit(1);
	mask = *(unsigned *)(void *)(ring + p.sq_off.ring_mask);
	array = (unsigned *)(void *)(ring + p.sq_off.array);
	tail = (unsigned *)(void *)(ring + p.sq_off.tail);
	sqe[0] = (struct io_uring_sqe){ .opcode = IORING_OP_NOP, .fd = -1, .user_data = 0x1234 };
	sqe[1] = (struct io_uring_sqe){ .opcode = IORING_OP_FSYNC, .fd = 1, .user_data = 0x5678,
					.flags = IOSQE_ASYNC };
	array[*tail & mask] = 0;
	array[(*tail + 1) & mask] = 1;
	__atomic_store_n(tail, *tail + 2, __ATOMIC_RELEASE);
	expect("io_uring_submit opcode=0 fd=");	/* the kernel takes none of it */
	expect("io_uring_submit opcode=3 fd=1 flags=16 user_data=22136");
	expect("io_uring_enter res=%ld fd=%ld to_submit=2 min_complete=1 flags=1",
	       SC(SYS_io_uring_enter, fd, 2, 1, IORING_ENTER_GETEVENTS, 0), fd);
}

int main(void)
{
	if (!getcwd(cwd, sizeof(cwd)))
		return 1;
	files();
	changed();
	pidfds();
	messages();
	requests();
	return done();
}
