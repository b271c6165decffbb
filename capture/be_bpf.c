/* SPDX-License-Identifier: Apache-2.0 */
/* The eBPF backend; the one user of libbpf. */
#include "lib/base/compat.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "capture/be_calls.h"
#include "lib/abi/record.h"
#include "bpf/vestige.skel.h"	/* uses the structs of the above */
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define VMLINUX_BTF "/sys/kernel/btf/vmlinux"

/*
 * A BPF ring as the kernel maps it: a page with the reader's position, a
 * page with the writer's, then the data twice in a row.  Records have an
 * 8-byte header: length with two flag bits, and a word for the kernel.
 */
struct cpu_ring {
	int fd;
	unsigned long *consumer;
	const unsigned long *producer;
	const uint8_t *data;
	size_t size, maplen;
	void *map;
	unsigned long pos;		/* read up to here */
	unsigned long told, end;	/* *consumer; *producer, when last looked at */
	uint32_t head;			/* bytes the peeked record takes */
};

struct be_bpf {
	struct backend b;
	struct record *skel;
	struct cpu_ring *rings;
	struct backend_opts o;
	enum calls_way way;
	struct be_calls calls;
	int epoll;
	const uint8_t *scratch;		/* the scratch map, read-only */
	size_t scratch_len, scratch_size;
};

static struct be_bpf *bpf_of(struct backend *b)
{
	return (struct be_bpf *)b;	/* first member */
}

static char libbpf_says[512];

/* libbpf's last warning, for the sentence; nothing is printed. */
static int libbpf_note(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level == LIBBPF_WARN && !libbpf_says[0])
		vsnprintf(libbpf_says, sizeof(libbpf_says), fmt, ap);
	return 0;
}

static int load_failed(int err, struct diag *d)
{
	struct diag_item *it;

	libbpf_says[strcspn(libbpf_says, "\n")] = '\0';
	if (err == -EPERM || err == -EACCES) {
		it = diag_add(d, DIAG_ERROR, "not allowed to load BPF programs: %s",
			      geteuid() ? "not root" : libbpf_says);
		diag_hint(it, "run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE; "
			      "if you are, a lockdown or container policy forbids it");
		return -E_PRIV;
	}
	it = diag_add(d, DIAG_ERROR, "the BPF programs do not load: %s (%s)",
		      strerror(-err), libbpf_says);
	diag_hint(it, "the recorder needs Linux 5.15 or later with BTF "
		      "(CONFIG_DEBUG_INFO_BTF) and BPF trampolines");
	return -E_DRIVER;
}

static int need_btf(struct diag *d)
{
	struct diag_item *it;

	if (!access(VMLINUX_BTF, R_OK))
		return 0;
	it = diag_add(d, DIAG_ERROR, "this kernel has no type information (BTF): "
		      "/sys/kernel/btf/vmlinux: %s", strerror(errno));
	diag_hint(it, "boot a kernel built with CONFIG_DEBUG_INFO_BTF, or use "
		      "the kernel module: --driver kmod");
	return -E_DRIVER;
}

static int map_ring(struct cpu_ring *r, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *p;

	r->size = size;
	p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	r->consumer = (unsigned long *)p;
	r->maplen = page + 2 * size;
	p = mmap(NULL, r->maplen, PROT_READ, MAP_SHARED, r->fd, (off_t)page);
	if (p == MAP_FAILED)
		return -errno;
	r->map = p;
	r->producer = (const unsigned long *)p;
	r->data = p + page;
	return 0;
}

static int make_rings(struct be_bpf *be, size_t size)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int outer = bpf_map__fd(be->skel->maps.rings), ret;
	unsigned cpu;

	be->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (be->epoll < 0)
		return -errno;
	for (cpu = 0; cpu < be->b.ncpus; cpu++) {
		struct cpu_ring *r = &be->rings[cpu];

		r->fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "vst_ring", 0, 0,
				       (uint32_t)size, NULL);
		if (r->fd < 0)
			return -errno;
		if (bpf_map_update_elem(outer, &cpu, &r->fd, BPF_ANY))
			return -errno;
		ret = map_ring(r, size);
		if (ret)
			return ret;
		if (epoll_ctl(be->epoll, EPOLL_CTL_ADD, r->fd, &ev))
			return -errno;
	}
	return 0;
}

/* Counters are read through a mapping: no privilege is needed for it later. */
static int map_scratch(struct be_bpf *be)
{
	struct bpf_map *m = be->skel->maps.scratch;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	be->scratch_size = (bpf_map__value_size(m) + 7u) & ~7u;
	be->scratch_len = (be->scratch_size * be->b.ncpus + page - 1) & ~(page - 1);
	p = mmap(NULL, be->scratch_len, PROT_READ, MAP_SHARED, bpf_map__fd(m), 0);
	if (p == MAP_FAILED)
		return -errno;
	be->scratch = p;
	return 0;
}

static void be_close(struct backend *b)
{
	struct be_bpf *be = bpf_of(b);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned cpu;

	if (!b)
		return;
	for (cpu = 0; be->rings && cpu < b->ncpus; cpu++) {
		struct cpu_ring *r = &be->rings[cpu];

		if (r->map)
			munmap(r->map, r->maplen);
		if (r->consumer)
			munmap(r->consumer, page);
		if (r->fd > 0)
			close(r->fd);
	}
	if (be->scratch)
		munmap((void *)(uintptr_t)be->scratch, be->scratch_len);
	if (be->epoll > 0)
		close(be->epoll);
	be_calls_detach(&be->calls);
	record__destroy(be->skel);
	free(be->rings);
	free(be);
}

static bool kernel_has(const struct btf *btf, const char *name, unsigned kind)
{
	return btf__find_by_name_kind(btf, name, kind) > 0;
}

/* What this kernel offers: io_uring's tracepoint has had two names, and a
 * kernel may have neither. */
static void choose(struct record *s, bool uring)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool req, sqe;

	if (!btf)
		return;
	req = kernel_has(btf, "btf_trace_io_uring_submit_req", BTF_KIND_TYPEDEF);
	sqe = kernel_has(btf, "btf_trace_io_uring_submit_sqe", BTF_KIND_TYPEDEF);
	bpf_program__set_autoload(s->progs.vst_uring_req, uring && req);
	bpf_program__set_autoload(s->progs.vst_uring_sqe, uring && sqe && !req);
	s->rodata->may_cast = kernel_has(btf, "bpf_rdonly_cast", BTF_KIND_FUNC);
	/*
	 * libbpf looks once for what a kernel lacks in every module, which
	 * takes CAP_SYS_ADMIN, and loads nothing if that fails.  Asked for a
	 * name nobody has, it looks now, and fails here, where it is no matter.
	 */
	if (!s->rodata->may_cast)
		bpf_program__set_attach_target(s->progs.vst_denied, 0, "no such function");
	btf__free(btf);
}

/* The question every call is asked first, for each number of any table. */
static void fill_want(uint8_t *want, const struct backend_opts *o)
{
	unsigned i;

	for (i = 0; i < SYSCALL_NR_MAX; i++)
		want[i] = (uint8_t)((o->rows[o->sc_of_nr[i]].select ? 1 : 0) |
				    (o->rows[0].select || o->sc_of_nr32[i] ? 2 : 0));
}

static struct calls_progs programs_of_calls(const struct record *s)
{
	return (struct calls_progs){
		.multi = s->progs.vst_call, .with_regs = s->progs.vst_with_regs,
		.without = s->progs.vst_without, .denied = s->progs.vst_denied,
		.to_with_regs = s->maps.with_regs, .to_without = s->maps.without,
	};
}

/* The tracepoint all calls pass, or the functions of those that are selected. */
static int choose_attachment(struct be_bpf *be, struct diag *d)
{
	struct record *s = be->skel;
	struct calls_progs p = programs_of_calls(s);
	const char *why;

	be->way = be_calls_way(&be->o, &why);
	if (be->way == CALLS_NOT && be->o.attach == ATTACH_CALLS) {
		diag_hint(diag_add(d, DIAG_ERROR, "cannot attach to calls (%s)", why),
			  "--attach tracepoint records the same");
		return -E_DRIVER;
	}
	be->b.attach = be->way == CALLS_NOT ? "tracepoint" : "calls";
	bpf_program__set_autoload(s->progs.vst_sys_exit, be->way == CALLS_NOT);
	return be_calls_prepare(be->way, &p) ? -E_DRIVER : 0;
}

static int configure(struct be_bpf *be, const struct backend_opts *o, size_t ring)
{
	struct record *s = be->skel;
	struct rec_ctl ctl = o->ctl;
	int ret;

	ctl.ring_bytes = ring;
	memcpy((void *)&s->rodata->ctl, &ctl, sizeof(ctl));
	memcpy((void *)s->rodata->rows, o->rows, sizeof(o->rows));
	memcpy((void *)s->rodata->tps, o->tps, sizeof(s->rodata->tps));
	memcpy((void *)s->rodata->sc_of_nr, o->sc_of_nr, sizeof(o->sc_of_nr));
	memcpy((void *)s->rodata->sc_of_nr32, o->sc_of_nr32, sizeof(o->sc_of_nr32));
	fill_want((uint8_t *)s->rodata->want, o);
	choose(s, o->tps[REC_TP_URING].select);
	ret = bpf_map__set_max_entries(s->maps.scratch, be->b.ncpus);
	if (!ret)
		ret = bpf_map__set_max_entries(s->maps.rings, be->b.ncpus);
	return ret;
}

static int be_open(struct backend **out, const struct backend_opts *o, struct diag *d)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	/* Named, it is the only one asked: what a kernel lacks is not looked
	 * for in every module, which takes CAP_SYS_ADMIN (libbpf before 1.2). */
	LIBBPF_OPTS(bpf_object_open_opts, how, .btf_custom_path = VMLINUX_BTF);
	struct be_bpf *be;
	size_t ring;
	int ret, ncpus;

	*out = NULL;
	ret = need_btf(d);
	if (ret)
		return ret;
	/* before 5.11 maps count against it; a refusal is no matter after */
	setrlimit(RLIMIT_MEMLOCK, &all);
	libbpf_set_print(libbpf_note);
	libbpf_says[0] = '\0';
	ncpus = libbpf_num_possible_cpus();
	be = xcalloc(1, sizeof(*be));
	be->b.ops = &backend_bpf;
	be->b.ncpus = ncpus > 0 ? (unsigned)ncpus : 1;
	be->rings = xcalloc(be->b.ncpus, sizeof(*be->rings));
	ring = backend_ring_bytes(o, be->b.ncpus, 4096);
	be->o = *o;
	be->skel = record__open_opts(&how);
	ret = be->skel ? configure(be, o, ring) : -errno;
	if (!ret && choose_attachment(be, d)) {
		be_close(&be->b);
		return -E_DRIVER;
	}
	if (!ret)
		ret = record__load(be->skel);
	if (!ret)
		ret = make_rings(be, ring);
	if (!ret)
		ret = map_scratch(be);
	if (ret) {
		be_close(&be->b);
		return load_failed(ret, d);
	}
	*out = &be->b;
	return 0;
}

static int be_follow(struct backend *b, uint32_t pid, struct diag *d)
{
	uint8_t one = 1;

	if (!bpf_map_update_elem(bpf_map__fd(bpf_of(b)->skel->maps.tree), &pid, &one, BPF_ANY))
		return 0;
	diag_add(d, DIAG_ERROR, "cannot follow process %u: %s", pid, strerror(errno));
	return -E_ENV;
}

static int be_start(struct backend *b, struct diag *d)
{
	struct be_bpf *be = bpf_of(b);
	struct calls_progs p = programs_of_calls(be->skel);
	int ret = record__attach(be->skel);

	if (!ret && be->way != CALLS_NOT)
		ret = be_calls_attach(&be->calls, be->way, &p, &be->o);
	return ret ? load_failed(ret, d) : 0;
}

static bool be_wait(struct backend *b, int timeout_ms)
{
	struct epoll_event ev[16];

	return epoll_wait(bpf_of(b)->epoll, ev, 16, timeout_ms) >= 0;
}

#define RING_BUSY	(1u << 31)
#define RING_DISCARD	(1u << 30)
#define RING_HDR	8u

/* The room reserved for a record may be longer than the record. */
static uint32_t own_length(const void *rec, uint32_t room)
{
	struct rec_hdr h;

	if (room < sizeof(h))
		return room;
	memcpy(&h, rec, sizeof(h));
	return h.len < room ? h.len : room;
}

/*
 * The positions are shared with the CPU that writes: looked at when there is
 * nothing more to read, told now and then.
 */
static void tell(struct cpu_ring *r, unsigned long atleast)
{
	if (r->pos - r->told <= atleast)
		return;
	__atomic_store_n(r->consumer, r->pos, __ATOMIC_RELEASE);
	r->told = r->pos;
}

static const void *be_peek(struct backend *b, unsigned cpu, uint32_t *len)
{
	struct cpu_ring *r = &bpf_of(b)->rings[cpu];
	const uint8_t *p;
	uint32_t word;

	for (;; r->pos += r->head) {
		if (r->pos >= r->end)
			r->end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
		if (r->pos >= r->end)
			break;
		p = r->data + (r->pos & (r->size - 1));
		word = __atomic_load_n((const uint32_t *)(const void *)p, __ATOMIC_ACQUIRE);
		if (word & RING_BUSY)
			break;
		*len = word & ~(RING_BUSY | RING_DISCARD);
		r->head = (*len + RING_HDR + 7u) & ~7u;
		if (!(word & RING_DISCARD)) {
			*len = own_length(p + RING_HDR, *len);
			return p + RING_HDR;
		}
	}
	tell(r, 0);
	return NULL;
}

static void be_take(struct backend *b, unsigned cpu)
{
	struct cpu_ring *r = &bpf_of(b)->rings[cpu];

	r->pos += r->head;
	tell(r, r->size / 64);
}

static void be_counters(struct backend *b, unsigned cpu, struct rec_counters *out)
{
	struct be_bpf *be = bpf_of(b);

	memcpy(out, be->scratch + cpu * be->scratch_size + SCRATCH_COUNTERS, sizeof(*out));
	if (!cpu)
		out->nested[RC_OTHER] += be_calls_missed(&be->calls);
}

static void be_stop(struct backend *b)
{
	struct be_bpf *be = bpf_of(b);

	be_calls_detach(&be->calls);
	record__detach(be->skel);
}

const struct backend_ops backend_bpf = {
	.name = "bpf", .open = be_open, .follow = be_follow, .start = be_start,
	.wait = be_wait, .peek = be_peek, .take = be_take,
	.counters = be_counters, .stop = be_stop, .close = be_close,
};
