/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel module backend: /dev/vestige0, as lib/abi/dev.h and ring.h say. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "capture/backend.h"
#include "lib/abi/dev.h"
#include "lib/abi/ring.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

struct cpu_ring {
	struct ring_reader *reader;	/* NULL: no CPU has this number */
	const struct ring_writer *writer;
	const uint8_t *data;
	uint64_t pos;			/* == reader->tail */
	uint64_t entry;			/* bytes the peeked record takes */
};

struct be_kmod {
	struct backend b;
	int fd;
	size_t page, size;		/* of one ring */
	struct cpu_ring *rings;
};

static struct be_kmod *kmod_of(struct backend *b)
{
	return (struct be_kmod *)b;	/* first member */
}

static int cannot_open(int err, struct diag *d)
{
	const char *hint = "run as root; a container needs CAP_SYS_PTRACE, CAP_SYS_ADMIN "
			   "and the device";
	struct diag_item *it;

	if (err == ENOENT || err == ENXIO || err == ENODEV) {
		it = diag_add(d, DIAG_ERROR, "the kernel module is not loaded: /dev/%s: %s",
			      DEV_NAME, strerror(err));
		diag_hint(it, "'modprobe vestige'; where there is none, 'make kmod' builds it "
			      "(doc/DRIVERS.md)");
		return -E_DRIVER;
	}
	it = diag_add(d, DIAG_ERROR, "cannot open /dev/%s: %s", DEV_NAME, strerror(err));
	if (err == EBUSY)
		hint = "another recorder has it; 'fuser -v /dev/" DEV_NAME "' says which";
	diag_hint(it, "%s", hint);
	return err == EBUSY ? -E_DRIVER : -E_PRIV;
}

/* Do the module and this program speak of the same things? */
static int check_hello(struct be_kmod *be, struct diag *d)
{
	struct dev_hello h = { .abi = 0 };
	struct diag_item *it;

	if (ioctl(be->fd, DEV_HELLO, &h)) {
		it = diag_add(d, DIAG_ERROR, "/dev/%s is not the device of vestige: %s",
			      DEV_NAME, strerror(errno));
		diag_hint(it, "load the module that came with this vestige (%s)", PACKAGE_VERSION);
		return -E_DRIVER;
	}
	h.version[sizeof(h.version) - 1] = '\0';
	if (h.abi == REC_ABI_VERSION && h.setup_bytes == sizeof(struct dev_setup) &&
	    h.counters_bytes == sizeof(struct rec_counters) && h.ops == ROP_COUNT) {
		be->b.attach = "tracepoint";
		be->b.ncpus = h.ncpus;
		return 0;
	}
	it = diag_add(d, DIAG_ERROR, "the loaded kernel module (%s, ABI %u.%u.%u) does not fit "
		      "this program (%s, ABI %u.%u.%u)", h.version, h.abi, h.setup_bytes, h.ops,
		      PACKAGE_VERSION, (unsigned)REC_ABI_VERSION,
		      (unsigned)sizeof(struct dev_setup), (unsigned)ROP_COUNT);
	diag_hint(it, "'rmmod vestige', then load the module of version %s", PACKAGE_VERSION);
	return -E_DRIVER;
}

static const char *const op_names[ROP_COUNT] = {
#define ROP(id, fixed, tail, flags) [ROP_##id] = #id,
#include "schema/rawops.def"
#undef ROP
};

/* What the module cannot do, in the words of the command line. */
static int refused(const struct dev_setup *s, int err, struct diag *d)
{
	struct diag_item *it;

	switch ((enum dev_refusal)s->why) {
	case DEV_FLAG:
		it = diag_add(d, DIAG_ERROR, "the kernel module does not know the setting %#x",
			      s->what);
		diag_hint(it, "leave the option away, or use --driver bpf");
		break;
	case DEV_SELECT:
		it = diag_add(d, DIAG_ERROR, "the kernel module does not take this selection");
		diag_hint(it, "shorter or fewer names and paths, or --driver bpf");
		break;
	case DEV_OP:
		it = diag_add(d, DIAG_ERROR, "the kernel module cannot fetch %s",
			      s->what < ROP_COUNT && op_names[s->what] ? op_names[s->what] : "this");
		diag_hint(it, "choose other calls with -e, or use --driver bpf");
		break;
	default:
		it = diag_add(d, DIAG_ERROR, "the kernel module refuses its settings: %s (%u, %u)",
			      strerror(err), s->why, s->what);
		diag_hint(it, "%s", err == ENOMEM ? "ask for less with --ring-mb" :
			  "load the module that came with this vestige");
	}
	return -E_DRIVER;
}

static int set_up(struct be_kmod *be, const struct backend_opts *o, struct diag *d)
{
	struct dev_setup *s = xcalloc(1, sizeof(*s));
	int ret = 0;

	s->abi = REC_ABI_VERSION;
	s->bytes = sizeof(*s);
	s->ctl = o->ctl;
	s->ctl.ring_bytes = be->size;
	memcpy(s->rows, o->rows, sizeof(s->rows));
	memcpy(s->tps, o->tps, sizeof(s->tps));
	memcpy(s->sc_of_nr, o->sc_of_nr, sizeof(s->sc_of_nr));
	memcpy(s->sc_of_nr32, o->sc_of_nr32, sizeof(s->sc_of_nr32));
	if (ioctl(be->fd, DEV_SETUP, s))
		ret = refused(s, errno, d);
	free(s);
	return ret;
}

static int map_ring(struct be_kmod *be, unsigned cpu)
{
	struct cpu_ring *r = &be->rings[cpu];
	off_t at = (off_t)RING_AREA(cpu);
	uint8_t *p;

	p = mmap(NULL, be->page, PROT_READ | PROT_WRITE, MAP_SHARED, be->fd, at);
	if (p == MAP_FAILED)
		return errno == ENXIO ? 0 : -errno;
	r->reader = (struct ring_reader *)(void *)p;
	p = mmap(NULL, be->page + be->size, PROT_READ, MAP_SHARED, be->fd, at + (off_t)be->page);
	if (p == MAP_FAILED)
		return -errno;
	r->writer = (const struct ring_writer *)(const void *)p;
	r->data = p + be->page;
	return 0;
}

static int map_rings(struct be_kmod *be, struct diag *d)
{
	unsigned cpu;
	int ret = 0;

	be->rings = xcalloc(be->b.ncpus, sizeof(*be->rings));
	for (cpu = 0; !ret && cpu < be->b.ncpus; cpu++)
		ret = map_ring(be, cpu);
	if (!ret)
		return 0;
	diag_add(d, DIAG_ERROR, "cannot map the rings of /dev/%s: %s", DEV_NAME, strerror(-ret));
	return -E_DRIVER;
}

static void be_close(struct backend *b)
{
	struct be_kmod *be = kmod_of(b);
	unsigned cpu;

	if (!b)
		return;
	for (cpu = 0; be->rings && cpu < b->ncpus; cpu++) {
		struct cpu_ring *r = &be->rings[cpu];

		if (r->writer)
			munmap((void *)(uintptr_t)r->writer, be->page + be->size);
		if (r->reader)
			munmap(r->reader, be->page);
	}
	if (be->fd >= 0)
		close(be->fd);
	free(be->rings);
	free(be);
}

static int be_open(struct backend **out, const struct backend_opts *o, struct diag *d)
{
	struct be_kmod *be = xcalloc(1, sizeof(*be));
	int ret;

	*out = NULL;
	be->b.ops = &backend_kmod;
	be->page = (size_t)sysconf(_SC_PAGESIZE);
	be->fd = open("/dev/" DEV_NAME, O_RDWR | O_CLOEXEC);
	ret = be->fd < 0 ? cannot_open(errno, d) : check_hello(be, d);
	if (!ret) {
		be->size = backend_ring_bytes(o, be->b.ncpus, RING_BYTES_MIN);
		ret = set_up(be, o, d);
	}
	if (!ret)
		ret = map_rings(be, d);
	if (ret) {
		be_close(&be->b);
		return ret;
	}
	*out = &be->b;
	return 0;
}

static int be_follow(struct backend *b, uint32_t pid, struct diag *d)
{
	if (!ioctl(kmod_of(b)->fd, DEV_FOLLOW, &pid))
		return 0;
	diag_add(d, DIAG_ERROR, "cannot follow process %u: %s", pid, strerror(errno));
	return -E_ENV;
}

static int be_start(struct backend *b, struct diag *d)
{
	if (!ioctl(kmod_of(b)->fd, DEV_START))
		return 0;
	diag_add(d, DIAG_ERROR, "the kernel module does not start: %s", strerror(errno));
	return -E_DRIVER;
}

static bool be_wait(struct backend *b, int timeout_ms)
{
	struct pollfd p = { .fd = kmod_of(b)->fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) >= 0;
}

static void move_tail(struct cpu_ring *r, uint64_t pos)
{
	r->pos = pos;
	__atomic_store_n(&r->reader->tail, pos, __ATOMIC_RELEASE);
}

static const void *be_peek(struct backend *b, unsigned cpu, uint32_t *len)
{
	struct be_kmod *be = kmod_of(b);
	struct cpu_ring *r = &be->rings[cpu];
	const struct ring_entry *e;
	uint64_t head, at;

	if (!r->reader)
		return NULL;
	head = __atomic_load_n(&r->writer->head, __ATOMIC_ACQUIRE);
	while (r->pos < head) {
		at = r->pos & (be->size - 1);
		e = (const struct ring_entry *)(const void *)(r->data + at);
		r->entry = RING_ENTRY_BYTES(e->len);
		if (r->entry > head - r->pos || r->entry > be->size - at) {
			move_tail(r, head);	/* not a ring; the gap will tell */
			return NULL;
		}
		*len = e->len;
		if (e->type == RING_RECORD)
			return e + 1;
		move_tail(r, r->pos + r->entry);
	}
	return NULL;
}

static void be_take(struct backend *b, unsigned cpu)
{
	struct cpu_ring *r = &kmod_of(b)->rings[cpu];

	move_tail(r, r->pos + r->entry);
}

static void be_counters(struct backend *b, unsigned cpu, struct rec_counters *out)
{
	const struct cpu_ring *r = &kmod_of(b)->rings[cpu];

	if (r->writer)
		*out = r->writer->n;
	else
		memset(out, 0, sizeof(*out));
}

static void be_stop(struct backend *b)
{
	ioctl(kmod_of(b)->fd, DEV_STOP);
}

const struct backend_ops backend_kmod = {
	.name = "kmod", .open = be_open, .follow = be_follow, .start = be_start,
	.wait = be_wait, .peek = be_peek, .take = be_take,
	.counters = be_counters, .stop = be_stop, .close = be_close,
};
