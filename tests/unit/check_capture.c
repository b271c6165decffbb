/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder without a kernel: order, loss, selection, output, drain. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture/callnames.h"
#include "capture/drain.h"
#include "capture/output.h"
#include "capture/select.h"
#include "capture/who.h"
#include "lib/base/err.h"
#include "lib/event/raw_tab.h"
#include "lib/trace/reader.h"
#include "tests/unit/unit.h"

/* A backend whose rings were filled beforehand. */
struct fake_ring {
	struct rec_hdr rec[8];
	unsigned n, at, taken;
	struct rec_counters count;
};

struct fake {
	struct backend b;
	struct fake_ring ring[2];
};

static const void *fake_peek(struct backend *b, unsigned cpu, uint32_t *len)
{
	struct fake_ring *r = &((struct fake *)b)->ring[cpu];

	if (r->at == r->n)
		return NULL;
	*len = sizeof(r->rec[0]);
	return &r->rec[r->at];
}

static void fake_take(struct backend *b, unsigned cpu)
{
	((struct fake *)b)->ring[cpu].at++;
	((struct fake *)b)->ring[cpu].taken++;
}

static void fake_counters(struct backend *b, unsigned cpu, struct rec_counters *out)
{
	*out = ((struct fake *)b)->ring[cpu].count;
}

static const struct backend_ops fake_ops = {
	.name = "fake", .peek = fake_peek, .take = fake_take, .counters = fake_counters,
};

static void fake_init(struct fake *f)
{
	*f = (struct fake){ .b = { &fake_ops, 2 } };
}

/* A close() by thread 7 at time ts with this number. */
static void fake_add(struct fake *f, unsigned cpu, uint64_t ts, uint32_t seq)
{
	struct fake_ring *r = &f->ring[cpu];

	r->rec[r->n++] = (struct rec_hdr){
		.ts = ts, .len = sizeof(struct rec_hdr), .seq = seq, .tid = 7, .pid = 7,
		.cpu = (uint16_t)cpu, .kind = REC_KIND_SYSCALL + 6, .nr = 3, .arg = { 3 },
	};
	r->count.seen = seq + 1;
}

static uint64_t next_ts(struct order *o)
{
	uint32_t len;
	unsigned cpu;
	const struct rec_hdr *h = order_next(o, &len, &cpu);

	return h ? h->ts : 0;
}

START_TEST(order_of_two_rings)
{
	struct order o;
	struct fake f;

	fake_init(&f);
	fake_add(&f, 0, 10, 0);
	fake_add(&f, 0, 30, 1);
	fake_add(&f, 1, 20, 0);
	fake_add(&f, 1, 30, 1);
	fake_add(&f, 1, 90, 2);
	order_init(&o, &f.b);
	order_begin(&o, 50);
	ck_assert_uint_eq(next_ts(&o), 10);
	ck_assert_uint_eq(f.ring[0].taken, 0);	/* it stays until the next is asked for */
	ck_assert_uint_eq(next_ts(&o), 20);
	ck_assert_uint_eq(f.ring[0].taken, 1);
	ck_assert_uint_eq(next_ts(&o), 30);
	ck_assert_uint_eq(f.ring[0].taken, 1);	/* equal times: the lower CPU first */
	ck_assert_uint_eq(next_ts(&o), 30);
	ck_assert_uint_eq(next_ts(&o), 0);	/* 90 is beyond the horizon */
	fake_add(&f, 0, 60, 2);			/* and something older comes */
	order_begin(&o, 100);
	ck_assert_uint_eq(next_ts(&o), 60);
	ck_assert_uint_eq(next_ts(&o), 90);
	ck_assert_uint_eq(next_ts(&o), 0);
	order_release(&o);
}
END_TEST

/* What was told, in order. */
struct told {
	struct evloss v[16];
	unsigned n;
};

static int tell(void *ctx, const struct evloss *loss)
{
	struct told *t = ctx;

	ck_assert_uint_lt(t->n, ARRAY_SIZE(t->v));
	t->v[t->n++] = *loss;
	return 0;
}

static void is_told(const struct told *t, unsigned i, uint64_t from, uint64_t to, uint64_t count,
		    uint32_t reason, uint32_t cls)
{
	ck_assert_uint_lt(i, t->n);
	ck_assert_uint_eq(t->v[i].from_ts, from);
	ck_assert_uint_eq(t->v[i].to_ts, to);
	ck_assert_uint_eq(t->v[i].count, count);
	ck_assert_uint_eq(t->v[i].reason, reason);
	ck_assert_uint_eq(t->v[i].cls, cls);
}

#define MS(n) (UINT64_C(1700000000000000000) + (n) * UINT64_C(1000000))

START_TEST(counters_become_losses)
{
	struct rec_counters n = { 0 };
	struct told t = { .n = 0 };
	struct loss l;

	loss_init(&l, 2, MS(1), tell, &t);
	ck_assert_int_eq(loss_counted(&l, 1, &n, MS(2), LOSS_EVENTS), 0);
	ck_assert_uint_eq(t.n, 0);
	n.lost[RC_IO] = 3;
	n.lost[RC_PROCESS] = 1;
	n.nested[RC_FD] = 2;
	n.shed[RC_NET] = 9;
	loss_counted(&l, 1, &n, MS(5), LOSS_EVENTS);
	ck_assert_uint_eq(t.n, 3);
	is_told(&t, 0, MS(2), MS(5), 1, LOSS_RING, 1 + RC_PROCESS);
	is_told(&t, 1, MS(2), MS(5), 3, LOSS_RING, 1 + RC_IO);
	is_told(&t, 2, MS(2), MS(5), 2, LOSS_NESTED, 1 + RC_FD);
	ck_assert_int_eq(t.v[0].cpu, 1);
	/* Not at every look: that would be a block for every gap. */
	n.lost[RC_IO] = 10;
	loss_counted(&l, 1, &n, MS(100), LOSS_EVENTS);
	ck_assert_uint_eq(t.n, 3);
	n.lost[RC_IO] = 11;
	loss_counted(&l, 1, &n, MS(300), LOSS_EVENTS);
	ck_assert_uint_eq(t.n, 4);
	is_told(&t, 3, MS(5), MS(300), 8, LOSS_RING, 1 + RC_IO);
	/* The end of a part: all that is untold, parts of events too. */
	n.lost[RC_IO] = 12;
	n.fault[RC_FILE] = 4;
	n.tree_full = 2;
	loss_counted(&l, 1, &n, MS(301), LOSS_ALL);
	ck_assert_uint_eq(t.n, 8);
	is_told(&t, 4, MS(300), MS(301), 1, LOSS_RING, 1 + RC_IO);
	is_told(&t, 5, MS(1), MS(301), 2, LOSS_TREE, 1 + RC_PROCESS);
	is_told(&t, 6, MS(1), MS(301), 9, LOSS_PAYLOAD, 1 + RC_NET);
	is_told(&t, 7, MS(1), MS(301), 4, LOSS_FAULT, 1 + RC_FILE);
	loss_counted(&l, 1, &n, MS(400), LOSS_ALL);
	ck_assert_uint_eq(t.n, 8);
	ck_assert_uint_eq(loss_events(&n), 15);
	loss_release(&l);
}
END_TEST

START_TEST(gaps_nobody_counted)
{
	struct rec_counters n = { .seen = 7 };
	struct told t = { .n = 0 };
	struct loss l;

	loss_init(&l, 2, 1000, tell, &t);
	ck_assert(!loss_seen(&l, 0, 0));
	ck_assert(!loss_seen(&l, 0, 1));
	ck_assert(loss_seen(&l, 0, 5));		/* three are missing */
	ck_assert(!loss_seen(&l, 9, 1));	/* no such CPU */
	n.lost[RC_FD] = 3;
	loss_counted(&l, 0, &n, 2000, LOSS_ALL);
	ck_assert_uint_eq(t.n, 1);
	loss_end(&l, 0, &n, 3000);		/* and one at the end */
	ck_assert_uint_eq(t.n, 2);
	is_told(&t, 1, 2000, 3000, 1, LOSS_UNKNOWN, 0);
	ck_assert_uint_eq(l.unexplained, 1);
	/* the first record of a CPU is already not its first */
	ck_assert(loss_seen(&l, 1, 7));
	n.seen = 8;
	n.lost[RC_IO] = 5;
	loss_end(&l, 1, &n, 4000);
	ck_assert_uint_eq(t.n, 2);
	loss_release(&l);
}
END_TEST

START_TEST(numbers_wrap)
{
	struct rec_counters n = { .seen = (1ull << 32) + 3, .lost = { 1 } };
	struct told t = { .n = 0 };
	struct loss l;

	loss_init(&l, 1, 0, tell, &t);
	l.cpu[0].next = UINT32_MAX;
	ck_assert(!loss_seen(&l, 0, UINT32_MAX));
	ck_assert(!loss_seen(&l, 0, 0));
	ck_assert(loss_seen(&l, 0, 2));
	ck_assert_uint_eq(l.cpu[0].gaps, 1);
	loss_end(&l, 0, &n, 4);
	ck_assert_uint_eq(t.n, 0);
	loss_release(&l);
}
END_TEST

static unsigned selected(const struct backend_opts *o, const char *name)
{
	unsigned sc = 0;

	ck_assert_ptr_nonnull(scinfo_by_name(str_of(name), &sc));
	return o->rows[sc].select;
}

static int choose(struct backend_opts *o, struct select_opts how, enum arch arch,
		  struct diag *d)
{
	memset(o, 0, sizeof(*o));
	return select_calls(o, &how, arch, d);
}

/* What a 32-bit call is recorded as has nothing whose layout depends on that. */
START_TEST(like_32)
{
	static const uint16_t like[] = {
#define LIKE32(nr, sc) sc,
#include "schema/syscalls32.def"
#undef LIKE32
	};
	const struct rawinfo *info;
	size_t i;
	unsigned k;

	for (i = 0; i < ARRAY_SIZE(like); i++) {
		info = rawinfo_syscall(like[i]);
		ck_assert_ptr_nonnull(info);
		ck_assert_msg(info->event != EV_GENERIC_X, "%u has no event", like[i]);
		for (k = 0; k < info->nslots; k++)
			switch (info->slots[k].op) {
			case ROP_IOV: case ROP_IOVR: case ROP_MNAME: case ROP_MIOV:
			case ROP_MIOVR: case ROP_MCTL: case ROP_UARGV:
				ck_abort_msg("%u has pointers inside", like[i]);
			}
	}
}
END_TEST

/* -r: what rules listen to and what changes state; --failed. */
START_TEST(rules_and_failures)
{
	struct backend_opts *o = calloc(1, sizeof(*o));
	struct diag d = DIAG_INIT;

	ck_assert_int_eq(choose(o, (struct select_opts){ .rule_names = "unlink,read," },
				ARCH_X86_64, &d), 0);
	ck_assert_uint_eq(selected(o, "unlink"), SEL_YES);
	ck_assert_uint_eq(selected(o, "read"), SEL_YES);
	ck_assert_uint_eq(selected(o, "dup3"), SEL_YES);
	ck_assert_uint_eq(selected(o, "clone"), SEL_NONZERO);
	ck_assert_uint_eq(selected(o, "rename"), SEL_NO);
	ck_assert_int_eq(choose(o, (struct select_opts){ .rule_names = "" },
				ARCH_X86_64, &d), 0);
	ck_assert_uint_eq(selected(o, "close"), SEL_YES);
	ck_assert_uint_eq(selected(o, "unlink"), SEL_NO);

	ck_assert_int_eq(choose(o, (struct select_opts){ .set = SELECT_ALL, .failed = true },
				ARCH_X86_64, &d), 0);
	ck_assert_uint_eq(selected(o, "read"), SEL_FAILED);
	ck_assert_uint_eq(selected(o, "clone"), SEL_FAILED);
	ck_assert_uint_eq(o->rows[0].select, SEL_FAILED);
	free(o);
}
END_TEST

START_TEST(whose)
{
	struct rec_select sel;
	struct diag d = DIAG_INIT;
	struct who_opts o = {
		.comms = "sh,,nginx", .uids = "0,1000-1999", .cgroups = "/a/b//,/",
		.containers = "3f2a", .paths = "/etc", .ports = "53=0,8000-8099=4096",
	};

	ck_assert_int_eq(who_select(&sel, &o, &d), 0);
	ck_assert_uint_eq(sel.ncomms, 2);
	ck_assert_str_eq((char *)sel.comm[1], "nginx");
	ck_assert_uint_eq(sel.uid[1].lo, 1000);
	ck_assert_uint_eq(sel.uid[1].hi, 1999);
	ck_assert_uint_eq(sel.ncgroups, 3);
	ck_assert_str_eq((char *)sel.cgroup[0].text, "/a/b");
	ck_assert_uint_eq(sel.cgroup[1].len, 1);
	ck_assert_str_eq((char *)sel.cgroup[2].text, "3f2a");
	ck_assert_uint_eq(sel.port[0].snap, 0);
	ck_assert_uint_eq(sel.port[1].hi, 8099);
	o = (struct who_opts){ .uids = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17" };
	ck_assert_int_eq(who_select(&sel, &o, &d), -E_USAGE);
	o = (struct who_opts){ .ports = "1-65536=1" };
	ck_assert_int_eq(who_select(&sel, &o, &d), -E_USAGE);
	o = (struct who_opts){ .comms = "0123456789abcdef" };
	ck_assert_int_eq(who_select(&sel, &o, &d), -E_USAGE);
	o = (struct who_opts){ .uids = "," };	/* nobody: not everybody */
	ck_assert_int_eq(who_select(&sel, &o, &d), -E_USAGE);
	diag_release(&d);
}
END_TEST

START_TEST(sets_and_names)
{
	struct backend_opts *o = calloc(1, sizeof(*o));
	struct diag d = DIAG_INIT;
	unsigned sc;

	ck_assert_int_eq(choose(o, (struct select_opts){ .set = SELECT_RULES }, ARCH_X86_64, &d), 0);
	ck_assert_uint_eq(selected(o, "openat"), SEL_YES);
	ck_assert_uint_eq(selected(o, "read"), SEL_NO);
	ck_assert_uint_eq(selected(o, "execve"), SEL_FAILED);
	ck_assert_uint_eq(selected(o, "clone3"), SEL_NONZERO);
	scinfo_by_name(STR("mmap"), &sc);
	ck_assert_uint_eq(o->rows[sc].condmask, 4);	/* only what can run */
	ck_assert_uint_eq(o->rows[0].select, SEL_COMPAT);
	ck_assert_uint_eq(o->sc_of_nr[257], 197);	/* openat */
	ck_assert_uint_eq(o->sc_of_nr32[295], 197);	/* through the 32-bit entry */
	ck_assert_uint_eq(o->sc_of_nr32[102], 0);	/* socketcall: by its name */
	ck_assert_uint_eq(o->tps[REC_TP_EXIT].select, SEL_YES);
	ck_assert_uint_gt(select_count(o), 50);

	memset(o, 0, sizeof(*o));
	ck_assert_int_eq(choose(o, (struct select_opts){ .set = SELECT_ALL }, ARCH_X86_64, &d), 0);
	ck_assert_uint_eq(selected(o, "read"), SEL_YES);
	ck_assert_uint_eq(selected(o, "getpid"), SEL_YES);
	ck_assert_uint_eq(o->rows[sc].condmask, 0);

	memset(o, 0, sizeof(*o));
	ck_assert_int_eq(choose(o, (struct select_opts){ .names = "read,,close" }, ARCH_ARM64, &d), 0);
	ck_assert_uint_eq(select_count(o), 2);
	ck_assert_uint_eq(o->sc_of_nr[63], 3);		/* read, over there */
	ck_assert_uint_eq(o->sc_of_nr32[295], 0);	/* not x86 */
	ck_assert_int_eq(choose(o, (struct select_opts){ .names = "opne" }, ARCH_X86_64, &d), -E_USAGE);
	ck_assert_str_eq(d.items[0].hint, "did you mean 'open'?");
	diag_release(&d);
	free(o);
}
END_TEST

#ifdef __aarch64__
#define THIS_ARCH ARCH_ARM64
#define COMPAT "__arm64_compat_sys_"
#else
#define THIS_ARCH ARCH_X86_64
#define COMPAT "__ia32_compat_sys_"
#endif

static bool attached(const struct backend_opts *o, const char *function)
{
	return callnames_wants(str_of(function), o, false);
}

/* --attach calls: which functions of the kernel. */
START_TEST(functions_of_calls)
{
	struct backend_opts *o = calloc(1, sizeof(*o));
	struct diag d = DIAG_INIT;

	ck_assert_int_eq(choose(o, (struct select_opts){ .names = "openat,uname,exit_group" },
				THIS_ARCH, &d), 0);
	ck_assert(attached(o, CALLNAMES_OWN "openat"));
	ck_assert(attached(o, CALLNAMES_OWN "newuname"));
	ck_assert(!attached(o, CALLNAMES_OWN "close"));
	ck_assert(!attached(o, CALLNAMES_OWN "exit_group"));
	ck_assert(!attached(o, CALLNAMES_OWN "of_tomorrow"));
	ck_assert(!attached(o, CALLNAMES_OWN "openatx"));
	ck_assert(!attached(o, "__se_sys_openat"));
	ck_assert_int_eq(attached(o, COMPAT "openat"), THIS_ARCH == ARCH_X86_64);
	ck_assert(!attached(o, COMPAT "read"));
	ck_assert(callnames_wants(str_of(COMPAT "read"), o, true));
	ck_assert(!callnames_any(o));
	ck_assert_int_eq(choose(o, (struct select_opts){ .set = SELECT_RULES }, THIS_ARCH, &d), 0);
	ck_assert(!attached(o, CALLNAMES_OWN "read"));
	ck_assert(attached(o, COMPAT "read"));
	ck_assert(!attached(o, COMPAT "exit"));
	ck_assert(!callnames_any(o));
	ck_assert_int_eq(choose(o, (struct select_opts){ .set = SELECT_ALL, .failed = true },
				THIS_ARCH, &d), 0);
	ck_assert(attached(o, CALLNAMES_OWN "read"));
	ck_assert(attached(o, CALLNAMES_OWN "of_tomorrow"));
	ck_assert(!attached(o, CALLNAMES_OWN "ni_syscall"));
	ck_assert(callnames_any(o));
	free(o);
}
END_TEST

START_TEST(output_is_private_and_no_link)
{
	char dir[] = "/tmp/vestige-out.XXXXXX", path[64], link[64];
	struct diag d = DIAG_INIT;
	struct output o, second;
	struct stat st;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/t", dir);
	snprintf(link, sizeof(link), "%s/l", dir);
	ck_assert_int_eq(symlink(path, link), 0);
	ck_assert_int_eq(output_open(&o, link, false, &d), -E_WRITE);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(output_open(&o, path, false, &d), 0);
	ck_assert_int_eq(output_write(&o, "abc", 3), 0);
	ck_assert_int_eq(output_close(&o, path, &d), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(st.st_size, 3);
	/* a recording there is, is lost to nobody who did not ask for it */
	ck_assert_int_eq(output_open(&o, path, false, &d), -E_WRITE);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 3);
	ck_assert_int_eq(output_open(&o, path, true, &d), 0);
	/* nor is one that is being made, by anybody */
	ck_assert_int_eq(output_open(&second, path, false, &d), -E_WRITE);
	ck_assert_int_eq(output_write(&o, "abc", 3), 0);
	ck_assert_int_eq(output_open(&second, path, true, &d), -E_WRITE);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 3);
	ck_assert_int_eq(output_close(&o, path, &d), 0);
	ck_assert_int_eq(output_open(&o, path, true, &d), 0);
	ck_assert_int_eq(output_close(&o, path, &d), 0);
	ck_assert_int_eq(output_open(&o, path, false, &d), 0);	/* an empty one is nothing */
	ck_assert_int_eq(output_close(&o, path, &d), 0);
	unlink(path);
	unlink(link);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

START_TEST(a_full_disk_ends_it)
{
	struct diag d = DIAG_INIT;
	struct output o;

	if (access("/dev/full", W_OK))
		return;
	ck_assert_int_eq(output_open(&o, "/dev/full", false, &d), 0);
	ck_assert_int_eq(output_write(&o, "abc", 3), -E_FULL);
	ck_assert_int_eq(output_write(&o, "abc", 3), -E_FULL);	/* and stays so */
	ck_assert_uint_eq(o.good, 0);
	ck_assert_int_eq(output_close(&o, "/dev/full", &d), -E_FULL);
	ck_assert_uint_eq(d.errors, 1);
	diag_release(&d);
}
END_TEST

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

/* Rings to trace to events: times in order, the gap where it was. */
START_TEST(drained_and_read_again)
{
	struct vtr_meta meta = VTR_META_INIT;
	struct buf trace = BUF_INIT;
	struct evsource_next next;
	struct diag d = DIAG_INIT;
	struct evsource *s;
	struct drain dr;
	struct fake f;
	uint64_t lost = 0, last = 0;
	unsigned events = 0, after = 0;

	fake_init(&f);
	fake_add(&f, 0, 100, 0);
	fake_add(&f, 1, 110, 0);
	fake_add(&f, 0, 120, 4);	/* three are missing before it */
	fake_add(&f, 1, 130, 1);
	f.ring[1].rec[1].kind = 0x1234;	/* no kind of ours: refused, counted */
	f.ring[1].count.seen = 9;	/* seven more never came */
	f.ring[1].count.lost[RC_NET] = 7;
	f.ring[0].count.lost[RC_IO] = 2;	/* of three */
	vtr_meta_set(&meta, "host.arch", STR("x86_64"));
	drain_init(&dr, &f.b, vtr_writer_new(&meta, NULL, to_buf, &trace), 1000);
	ck_assert_int_eq(drain_rest(&dr), 0);
	ck_assert_uint_eq(dr.events, 3);
	ck_assert_uint_eq(dr.damaged, 1);
	ck_assert_uint_eq(dr.loss.unexplained, 1);
	ck_assert_int_eq(vtr_writer_close(dr.w), 0);
	drain_release(&dr);

	ck_assert_int_eq(vtr_open_mem(&s, trace.data, trace.len, "t", &d), 0);
	for (s->next(s, &next); next.what != EVS_END; s->next(s, &next)) {
		if (next.what == EVS_LOSS)
			lost += next.loss.count;
		if (next.what != EVS_EVENT)
			continue;
		ck_assert_uint_gt(next.ev->ts, last);
		last = next.ev->ts;
		after += (next.ev->flags & EVF_AFTER_LOSS) != 0;
		events++;
	}
	ck_assert_uint_eq(last, 1120);
	ck_assert_uint_eq(events, 3);
	ck_assert_uint_eq(after, 1);
	ck_assert_uint_eq(lost, 11);
	ck_assert_int_eq(s->status(s), 0);
	s->close(s);
	vtr_meta_release(&meta);
	buf_release(&trace);
	diag_release(&d);
}
END_TEST

UNIT_MAIN("capture", order_of_two_rings, counters_become_losses,
	  gaps_nobody_counted, numbers_wrap, sets_and_names,
	  rules_and_failures, like_32, whose, functions_of_calls,
	  output_is_private_and_no_link, a_full_disk_ends_it, drained_and_read_again)
