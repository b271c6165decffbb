/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz SEED ROUNDS: everything one may do wrong with the module's device.  What
 * must be refused is checked; what may be accepted is used, while the
 * reader's page is filled with nonsense and threads race on the descriptor.
 * ROUNDS 0: just a short recording, left without a stop.
 */
#include "lib/base/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/abi/dev.h"
#include "lib/abi/ring.h"

#define DEVICE "/dev/" DEV_NAME

static uint64_t seed;
static unsigned bad;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void want(bool ok, const char *what)
{
	if (ok)
		return;
	printf("not so: %s (%s)\n", what, strerror(errno));
	bad++;
}

static void wants_error(long r, int err, const char *what)
{
	want(r == -1 && errno == err, what);
}

static int open_device(void)
{
	return open(DEVICE, O_RDWR | O_CLOEXEC);
}

/* Everything of a call by all operations a row can name. */
static struct dev_setup *good_setup(void)
{
	static struct dev_setup s;
	unsigned i;

	memset(&s, 0, sizeof(s));
	s.abi = REC_ABI_VERSION;
	s.bytes = sizeof(s);
	s.ctl.abi = REC_ABI_VERSION;
	s.ctl.snap_read = s.ctl.snap_write = 80;
	s.ctl.ring_bytes = RING_BYTES_MIN;
	for (i = 0; i < SYSCALL_SC_MAX; i++)
		s.rows[i] = (struct rawrow){
			.nops = 4, .cls = RC_OTHER, .select = SEL_YES,
			.op = { { ROP_USTR, A1, 0, 0 }, { ROP_FDF, RET, 0, 0 },
				{ ROP_SOCK, A0, 0, 0 }, { ROP_IOV, A1, A2, 0 } } };
	for (i = 0; i < REC_TP_COUNT; i++)
		s.tps[i] = s.rows[0];
	for (i = 0; i < SYSCALL_NR_MAX; i++)
		s.sc_of_nr[i] = (uint16_t)(i % SYSCALL_SC_MAX);
	return &s;
}

static void some_calls(unsigned n)
{
	char buf[16];
	unsigned i;
	int fd;

	for (i = 0; i < n; i++) {
		syscall(SYS_getpid);
		fd = open("/dev/zero", O_RDONLY);
		if (read(fd, buf, sizeof(buf)) < 0)
			bad++;
		close(fd);
		syscall(SYS_openat, -1, (void *)(uintptr_t)rnd(), rnd(), 0);
		syscall(SYS_writev, -1, (void *)(uintptr_t)rnd(), rnd());
	}
}

static void short_recording(void)
{
	int fd = open_device();

	want(!ioctl(fd, DEV_SETUP, good_setup()) && !ioctl(fd, DEV_START), "a recording");
	some_calls(20);
	close(fd);
}

static void wrong_order(void)
{
	struct dev_hello h;
	uint32_t one = 1;
	int fd = open_device();

	want(fd >= 0, "the device opens");
	wants_error(open_device(), EBUSY, "a second opener is refused");
	want(!ioctl(fd, DEV_HELLO, &h) && h.abi == REC_ABI_VERSION, "hello");
	wants_error(ioctl(fd, DEV_START), EINVAL, "start before set-up");
	wants_error(ioctl(fd, DEV_STOP), EINVAL, "stop before start");
	wants_error(ioctl(fd, DEV_FOLLOW, &one), EINVAL, "follow without a tree");
	want(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED, "no map before set-up");
	want(!ioctl(fd, DEV_SETUP, good_setup()), "a good set-up");
	wants_error(ioctl(fd, DEV_SETUP, good_setup()), EINVAL, "a second set-up");
	want(!ioctl(fd, DEV_START), "start");
	wants_error(ioctl(fd, DEV_START), EINVAL, "a second start");
	some_calls(50);
	want(!ioctl(fd, DEV_STOP), "stop");
	wants_error(ioctl(fd, DEV_START), EINVAL, "start after stop");
	close(fd);
}

static void wrong_pointers(void)
{
	void *ro = mmap(NULL, sizeof(struct dev_setup), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uintptr_t at[] = { 0, 1, UINTPTR_MAX, UINTPTR_MAX << 40, 0x7fffffffefff, (uintptr_t)ro };
	unsigned i, nr;
	int fd = open_device();

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		for (nr = 0; nr < 3; nr++)
			want(ioctl(fd, nr == 0 ? DEV_HELLO : nr == 1 ? DEV_SETUP : DEV_FOLLOW, at[i]) < 0,
			     "a bad pointer is refused");
	for (i = 0; i < 2000; i++)
		want(ioctl(fd, (unsigned)(rnd() | 1 << 20), rnd()) < 0, "a number that is none");
	close(fd);
}

static void refused(unsigned why, const char *what, struct dev_setup *s)
{
	int fd = open_device();

	want(ioctl(fd, DEV_SETUP, s) < 0 && s->why == why, what);
	close(fd);
}

static void wrong_setups(void)
{
	struct dev_setup *s = good_setup();

	s->abi++;
	refused(DEV_ABI, "another ABI is named", s);
	s = good_setup();
	s->bytes -= 8;
	refused(DEV_SIZE, "another size is named", s);
	s = good_setup();
	s->ctl.flags = 0x80000000;
	refused(DEV_FLAG, "an unknown flag is named", s);
	want(s->what == 0x80000000, "which flag it is");
	s = good_setup();
	s->rows[7].op[1].op = 200;
	refused(DEV_OP, "an unknown operation is named", s);
	s = good_setup();
	s->rows[7].nops = REC_OPS_MAX + 1;
	refused(DEV_ROW, "a row too long is named", s);
	s = good_setup();
	s->rows[7].cls = RC_COUNT;
	refused(DEV_ROW, "a class out of range is named", s);
	s = good_setup();
	s->rows[7].op[0].a = 6 + 1;
	refused(DEV_ROW, "an operand out of range is named", s);
	s = good_setup();
	s->rows[7].op[0].op = ROP_KNAME;
	refused(DEV_ROW, "an operation out of its tracepoint is named", s);
	s = good_setup();
	s->ctl.sel.path[3].len = SEL_TEXT_MAX + 1;
	refused(DEV_SELECT, "a text too long is named", s);
	s = good_setup();
	s->sc_of_nr[5] = SYSCALL_SC_MAX;
	refused(DEV_ROW, "a call out of range is named", s);
	s = good_setup();
	s->sc_of_nr32[7] = SYSCALL_SC_MAX;
	refused(DEV_ROW, "a 32-bit call out of range is named", s);
	want(s->what == SYSCALL_SC_MAX, "which call it is");
	s = good_setup();
	s->ctl.ring_bytes = RING_BYTES_MIN * 3;
	refused(DEV_RING, "a ring of an odd size is named", s);
	s = good_setup();
	s->ctl.ring_bytes = 1ull << 40;
	refused(DEV_RING, "a ring far too large is named", s);
}

static size_t page;

static void *map(int fd, uint64_t at, size_t len, int prot, int how)
{
	return mmap(NULL, len, prot, how, fd, (off_t)at);
}

static void wrong_maps(void)
{
	size_t rest = page + RING_BYTES_MIN;
	int fd = open_device();
	unsigned i;
	void *p;

	want(!ioctl(fd, DEV_SETUP, good_setup()), "a set-up to map");
	p = map(fd, page, rest, PROT_READ | PROT_WRITE, MAP_SHARED);
	want(p == MAP_FAILED && errno == EPERM, "the ring cannot be mapped writable");
	p = map(fd, page, rest, PROT_READ, MAP_PRIVATE);
	want(p == MAP_FAILED, "nor private");
	p = map(fd, page, rest + page, PROT_READ, MAP_SHARED);
	want(p == MAP_FAILED, "nor longer than it is");
	p = map(fd, RING_AREA(4000), page, PROT_READ, MAP_SHARED);
	want(p == MAP_FAILED, "nor for a CPU that is none");
	p = map(fd, page, rest, PROT_READ, MAP_SHARED);
	want(p != MAP_FAILED, "the ring maps");
	want(mprotect(p, page, PROT_READ | PROT_WRITE) < 0, "and stays read-only");
	want(mremap(p, rest, rest + page, MREMAP_MAYMOVE) == MAP_FAILED, "and does not grow");
	munmap(p, rest);
	for (i = 0; i < 500; i++) {
		p = map(fd, (rnd() << 12) >> (rnd() & 31), (rnd() & 0x3ffff) + 1,
			(int)(rnd() & 7), rnd() & 1 ? MAP_SHARED : MAP_PRIVATE);
		if (p != MAP_FAILED)
			munmap(p, page + RING_BYTES_MIN);
	}
	close(fd);
}

static void *racer(void *arg)
{
	int fd = (int)(intptr_t)arg, i;
	void *m;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (i = 0; i < 60; i++) {
		ioctl(fd, DEV_SETUP, good_setup());
		ioctl(fd, DEV_START);
		m = map(fd, 0, page, PROT_READ | PROT_WRITE, MAP_SHARED);
		poll(&p, 1, 0);
		some_calls(3);
		ioctl(fd, DEV_STOP);
		if (m != MAP_FAILED)
			munmap(m, page);
	}
	return NULL;
}

static void race(void)
{
	pthread_t t[3];
	int fd = open_device(), i;

	for (i = 0; i < 3; i++)
		if (pthread_create(&t[i], NULL, racer, (void *)(intptr_t)fd))
			return;
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	close(fd);
}

/* A mutated set-up that is accepted must be harmless, whatever the reader
 * writes into its page. */
static void one_round(void)
{
	struct dev_setup *s = good_setup();
	struct ring_reader *r;
	unsigned i, n = 1 + rnd() % 40;
	int fd = open_device();

	for (i = 0; i < n; i++) {
		size_t from = rnd() & 3 ? offsetof(struct dev_setup, rows) : DEV_SETUP_HEAD;

		((uint8_t *)s)[from + rnd() % (sizeof(*s) - from)] = (uint8_t)(rnd() & 31);
	}
	if (!ioctl(fd, DEV_SETUP, s) && !ioctl(fd, DEV_START)) {
		r = map(fd, 0, page, PROT_READ | PROT_WRITE, MAP_SHARED);
		for (i = 0; i < 6; i++) {
			some_calls(8);
			if (r != MAP_FAILED)
				r->tail = rnd() >> (rnd() & 63);
		}
		if (r != MAP_FAILED)
			munmap(r, page);
	}
	if (fd >= 0)
		close(fd);
	else
		want(false, "the device opens again");
}

/* Without the two capabilities, and as somebody else. */
static void without_rights(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	pid_t pid = fork();
	int status = 0;

	if (pid) {
		waitpid(pid, &status, 0);
		want(!status, "those without rights are refused");
		return;
	}
	bad = 0;
	syscall(SYS_capget, &head, data);
	data[0].effective &= ~(1u << CAP_SYS_PTRACE);
	syscall(SYS_capset, &head, data);
	wants_error(open_device(), EPERM, "without CAP_SYS_PTRACE");
	data[0].effective |= 1u << CAP_SYS_PTRACE;
	data[0].effective &= ~(1u << CAP_SYS_ADMIN);
	syscall(SYS_capset, &head, data);
	wants_error(open_device(), EPERM, "without CAP_SYS_ADMIN");
	if (setuid(65534))
		bad++;
	wants_error(open_device(), EACCES, "as nobody");
	fflush(stdout);
	_exit(bad > 0);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100, i;

	seed = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1) * 2654435769u + 1;
	page = (size_t)sysconf(_SC_PAGESIZE);
	if (!rounds) {
		short_recording();
		return bad > 0;
	}
	without_rights();
	wrong_order();
	wrong_pointers();
	wrong_setups();
	wrong_maps();
	race();
	for (i = 0; i < rounds; i++)
		one_round();
	printf("%u rounds, %u wrong\n", rounds, bad);
	return bad > 0;
}
