/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/scap/writer.h"
#include "tests/scap/build.h"
#include "tests/unit/unit.h"

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static struct event event_of(unsigned type, unsigned n, const struct param *p)
{
	struct event ev = {
		.ts = 5, .tid = 7, .cpu = 1, .type = (uint16_t)type,
		.info = &evtab[type], .nparams = (uint8_t)n,
	};

	if (n)
		memcpy(ev.param, p, n * sizeof(*p));
	return ev;
}

#define EVENT_OF(type, ...)							\
	event_of(type, sizeof((struct param[]){ __VA_ARGS__ }) / sizeof(struct param),	\
		 (const struct param[]){ __VA_ARGS__ })

/* A macro: the copy in the list below must be a constant to clang, too. */
#define PROC { \
	.tid = 101, .pid = 100, .ptid = 1, .sid = 55, .vpgid = 56, .pgid = 57, \
	.vtid = 11, .vpid = 10, .comm = { "comm", 4 }, .exe = { "exe", 3 }, \
	.exepath = { "/bin/exe", 8 }, .args = { "a\0b", 4 }, .env = { "A=B", 4 }, \
	.cwd = { "/cwd", 4 }, .root = { "/", 1 }, .cgroups = { "cpu=/x", 7 }, \
	.fdlimit = 1024, .flags = 0x11, .uid = 1000, .gid = 1001, .loginuid = 1002, \
	.vmsize = 1, .vmrss = 2, .vmswap = 3, .pfmajor = 4, .pfminor = 5, \
	.pidns_init_start = 6, .tty = 34816, .cap_inheritable = 21, \
	.cap_permitted = 22, .cap_effective = 23, .exe_writable = true, \
	.exe_upper = true, .exe_lower = true, .exe_memfd = true, .exe_ino = 31, \
	.exe_ctime = 32, .exe_mtime = 33, \
}
static const struct snap_proc proc = PROC;

static bool same_proc(const struct snap_proc *a, const struct snap_proc *b)
{
	return a->tid == b->tid && a->pid == b->pid && a->ptid == b->ptid &&
	       a->sid == b->sid && a->vpgid == b->vpgid && a->pgid == b->pgid &&
	       a->vtid == b->vtid && a->vpid == b->vpid && str_eq(a->comm, b->comm) &&
	       str_eq(a->exe, b->exe) && str_eq(a->exepath, b->exepath) &&
	       str_eq(a->args, b->args) && str_eq(a->env, b->env) &&
	       str_eq(a->cwd, b->cwd) && str_eq(a->root, b->root) &&
	       str_eq(a->cgroups, b->cgroups) && a->fdlimit == b->fdlimit &&
	       a->flags == b->flags && a->uid == b->uid && a->gid == b->gid &&
	       a->loginuid == b->loginuid && a->vmsize == b->vmsize &&
	       a->vmrss == b->vmrss && a->vmswap == b->vmswap &&
	       a->pfmajor == b->pfmajor && a->pfminor == b->pfminor &&
	       a->pidns_init_start == b->pidns_init_start && a->tty == b->tty &&
	       a->cap_inheritable == b->cap_inheritable &&
	       a->cap_permitted == b->cap_permitted &&
	       a->cap_effective == b->cap_effective &&
	       a->exe_writable == b->exe_writable && a->exe_upper == b->exe_upper &&
	       a->exe_lower == b->exe_lower && a->exe_memfd == b->exe_memfd &&
	       a->exe_ino == b->exe_ino && a->exe_ctime == b->exe_ctime &&
	       a->exe_mtime == b->exe_mtime;
}

static const struct snap_item items[] = {
	/* Not in the order of the file, and descriptors not by thread. */
	{ .kind = SNAP_FD, .fd = { .tid = 102, .fd = 0, .ino = 1, .type = FD_FILE_V2,
	  .oflags = 2, .dev = 3, .name = { "/x", 2 } } },
	{ .kind = SNAP_PROC, .proc = PROC },
	{ .kind = SNAP_FD, .fd = { .tid = 101, .fd = 3, .type = FD_IPV4_SOCK,
	  .l4proto = L4_TCP, .sport = 1, .dport = 2, .sip = "ssss", .dip = "dddd",
	  .name = { "", 0 } } },
	{ .kind = SNAP_FD, .fd = { .tid = 102, .fd = 1, .type = FD_IPV6_SERVSOCK,
	  .l4proto = L4_UDP, .sport = 53, .sip = "0123456789abcde", .name = { "", 0 } } },
	{ .kind = SNAP_FD, .fd = { .tid = 101, .fd = 4, .type = FD_UNIX_SOCK,
	  .usrc = 5, .udst = 6, .name = { "/s", 2 } } },
	{ .kind = SNAP_FD, .fd = { .tid = 101, .fd = 9, .type = FD_UNKNOWN } },
	{ .kind = SNAP_USER, .user = { 1, 2, { "u", 1 }, { "/h", 2 }, { "/sh", 3 }, { "", 0 } } },
	{ .kind = SNAP_GROUP, .group = { 2, { "g", 1 }, { "", 0 } } },
	{ .kind = SNAP_IFACE, .iface = { .v6 = true, .addr = "aaaaaaaaaaaaaaa",
	  .mask = "m", .bcast = "b", .speed = 10, .name = { "eth0", 4 } } },
	{ .kind = SNAP_HOST, .host = { .ncpus = 4, .memory = 5, .max_pid = 6, .boot_ts = 7,
	  .hostname = { "host", 4 } } },
	{ .kind = SNAP_MOUNT, .mount = { .id = 1 } },
	{ .kind = SNAP_USER, .user = { 7, 8, { "cu", 2 }, { "/h", 2 }, { "/sh", 3 },
	  { "3ad7b26ded6d", 12 } } },
	{ .kind = SNAP_GROUP, .group = { 9, { "cg", 2 }, { "3ad7b26ded6d", 12 } } },
	{ .kind = SNAP_CONTAINER, .container = { { "{\"container\":{}}", 16 } } },
};

static void write_all(struct buf *out, enum scap_compression how)
{
	struct scap_writer *w = scap_writer_new(how, to_buf, out);
	struct event ev = EVENT_OF(EV_SYSCALL_CLOSE_X, U64(0), U64(3));
	size_t i;

	for (i = 0; i < ARRAY_SIZE(items); i++)
		ck_assert_int_eq(scap_writer_snap(w, &items[i]), 0);
	ck_assert_int_eq(scap_writer_event(w, &ev), 0);
	ev.flags = EVF_STATE_ONLY;
	ev.ts = 6;
	ck_assert_int_eq(scap_writer_event(w, &ev), 0);
	ck_assert_int_eq(scap_writer_close(w), 0);
}

static struct evsource *s;
static struct evsource_next got;

static void next(enum evsource_what what)
{
	s->next(s, &got);
	ck_assert_int_eq(got.what, what);
}

static void next_snap(enum snap_kind kind)
{
	next(EVS_SNAP);
	ck_assert_int_eq(got.item->kind, kind);
}

static void check_fds(void)
{
	/* 102 came first; within a thread the order is kept. */
	next_snap(SNAP_FD);
	ck_assert_int_eq(got.item->fd.tid, 102);
	ck_assert_int_eq(got.item->fd.fd, 0);
	ck_assert_uint_eq(got.item->fd.oflags, 2);
	ck_assert_uint_eq(got.item->fd.dev, 3);
	ck_assert_text(got.item->fd.name, "/x");
	next_snap(SNAP_FD);
	ck_assert_int_eq(got.item->fd.tid, 102);
	ck_assert_uint_eq(got.item->fd.type, FD_IPV6_SERVSOCK);
	ck_assert_uint_eq(got.item->fd.sport, 53);
	next_snap(SNAP_FD);
	ck_assert_int_eq(got.item->fd.tid, 101);
	ck_assert_uint_eq(got.item->fd.dport, 2);
	ck_assert_mem_eq(got.item->fd.dip, "dddd", 4);
	next_snap(SNAP_FD);
	ck_assert_uint_eq(got.item->fd.udst, 6);
	ck_assert_text(got.item->fd.name, "/s");
}

static void check_facts(void)
{
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->type, EV_USER_ADDED_E);
	ck_assert_uint_eq(got.ev->ts, 5);	/* the first event's */
	ck_assert_int_eq(got.ev->tid, EVENT_NO_TID);
	ck_assert_uint_eq(event_u64(got.ev, 1, 0), 8);
	ck_assert_text(event_text(got.ev, 2), "cu");
	ck_assert_text(event_text(got.ev, 5), "3ad7b26ded6d");
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->type, EV_GROUP_ADDED_E);
	ck_assert_uint_eq(event_u64(got.ev, 0, 0), 9);
	ck_assert_text(event_text(got.ev, 1), "cg");
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->type, EV_ASYNCEVENT_E);
	ck_assert_text(event_text(got.ev, 1), "container");
	ck_assert_text(event_text(got.ev, 2), "{\"container\":{}}");
	ck_assert_uint_eq(got.ev->param[2].len, 17);
}

START_TEST(round_trip)
{
	enum scap_compression how;

	for (how = SCAP_PLAIN; how <= SCAP_GZIP; how++) {
		struct diag d = DIAG_INIT;
		struct buf b = BUF_INIT;

		write_all(&b, how);
		ck_assert(scap_probe(b.data, b.len));
		ck_assert_int_eq(scap_open_mem(&s, b.data, b.len, "t", &d), 0);
		next_snap(SNAP_HOST);
		ck_assert_text(got.item->host.hostname, "host");
		ck_assert_uint_eq(got.item->host.boot_ts, 7);
		next_snap(SNAP_IFACE);
		ck_assert(got.item->iface.v6);
		ck_assert_text(got.item->iface.name, "eth0");
		next_snap(SNAP_USER);
		ck_assert_text(got.item->user.shell, "/sh");
		next_snap(SNAP_GROUP);
		ck_assert_text(got.item->group.name, "g");
		next_snap(SNAP_PROC);
		ck_assert(same_proc(&got.item->proc, &proc));
		check_fds();
		check_facts();
		next(EVS_EVENT);
		ck_assert_uint_eq(got.ev->ts, 5);
		ck_assert_uint_eq(got.ev->cpu, 1);
		ck_assert_uint_eq(got.ev->flags, 0);
		ck_assert_int_eq(event_i64(got.ev, 1, 0), 3);
		next(EVS_EVENT);
		ck_assert_uint_eq(got.ev->flags, EVF_STATE_ONLY);
		next(EVS_END);
		ck_assert_int_eq(s->status(s), 0);
		ck_assert_uint_eq(d.errors + d.warnings, 0);
		s->close(s);
		buf_release(&b);
	}
}
END_TEST

/* The blocks in the order that every reader of the format expects. */
START_TEST(block_order)
{
	static const uint32_t want[] = {
		SCAP_SHB, SCAP_MI, SCAP_IL_V2, SCAP_UL_V2, SCAP_PL_V9, SCAP_FDL_V2,
		SCAP_FDL_V2, SCAP_EV_V2, SCAP_EV_V2, SCAP_EV_V2, SCAP_EV_V2, SCAP_EVF_V2,
	};
	struct buf b = BUF_INIT;
	size_t at = 0, i;

	write_all(&b, SCAP_PLAIN);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		uint32_t total = le32(b.data + at + 4);

		ck_assert_uint_eq(le32(b.data + at), want[i]);
		ck_assert_uint_eq(total % 4, 0);
		ck_assert_uint_eq(le32(b.data + at + total - 4), total);
		if (want[i] == SCAP_MI)
			ck_assert_uint_eq(total, 192);
		at += total;
	}
	ck_assert_uint_eq(at, b.len);
	buf_release(&b);
}
END_TEST

/* Long parameters: LARGE blocks, and what 16 bits cannot tell is cut. */
START_TEST(long_parameters)
{
	size_t size = 100000;
	char *text = xmalloc(size);
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct param big = { (const uint8_t *)text, (uint32_t)size };
	struct event read = EVENT_OF(EV_SYSCALL_READ_X, U64(1), big, U64(3), U32(9));
	struct event open = EVENT_OF(EV_SYSCALL_OPEN_X, U64(1), big, U32(0), U32(0), U32(0),
				     U64(0));
	struct event plugin = EVENT_OF(EV_PLUGINEVENT_E, U32(1), big);
	struct scap_writer *w = scap_writer_new(SCAP_PLAIN, to_buf, &b);

	memset(text, 'x', size - 1);
	text[size - 1] = '\0';
	scap_writer_event(w, &read);
	scap_writer_event(w, &open);
	scap_writer_event(w, &plugin);
	ck_assert_int_eq(scap_writer_close(w), 0);
	ck_assert_int_eq(scap_open_mem(&s, b.data, b.len, "t", &d), 0);
	next_snap(SNAP_HOST);
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->param[1].len, 65535);
	ck_assert_int_eq(got.ev->param[1].p[65534], 'x');
	ck_assert_int_eq(event_i64(got.ev, 2, 0), 3);
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->param[1].len, 65535);
	ck_assert_uint_eq(event_text(got.ev, 1).len, 65534);
	next(EVS_EVENT);
	ck_assert_uint_eq(got.ev->param[1].len, size);
	next(EVS_END);
	ck_assert_int_eq(s->status(s), 0);
	s->close(s);
	free(text);
	buf_release(&b);
}
END_TEST

START_TEST(limits)
{
	size_t size = 10000;
	char *text = xmalloc(size);
	struct snap_item p = { .kind = SNAP_PROC, .proc = PROC };
	struct snap_item f = { .kind = SNAP_FD, .fd = { .tid = 101, .type = FD_FILE } };
	struct snap_item u = { .kind = SNAP_USER };
	struct event ev = EVENT_OF(EV_SYSCALL_CLOSE_X, U64(0), U64(3));
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct scap_writer *w = scap_writer_new(SCAP_PLAIN, to_buf, &b);

	memset(text, 'x', size);
	p.proc.comm = p.proc.exe = p.proc.exepath = p.proc.args = p.proc.env = p.proc.root =
		p.proc.cgroups = str_mem(text, size);
	p.proc.cwd = STR("");
	f.fd.name = u.user.name = u.user.home = u.user.shell = str_mem(text, size);
	u.user.container = STR("");
	scap_writer_snap(w, &p);
	scap_writer_snap(w, &f);
	scap_writer_snap(w, &u);
	scap_writer_event(w, &ev);
	ck_assert_int_eq(scap_writer_close(w), 0);
	ck_assert_int_eq(scap_open_mem(&s, b.data, b.len, "t", &d), 0);
	next_snap(SNAP_HOST);
	next_snap(SNAP_USER);
	ck_assert_uint_eq(got.item->user.name.len, 255);
	next_snap(SNAP_PROC);
	ck_assert_uint_eq(got.item->proc.comm.len, 1024);
	ck_assert_uint_eq(got.item->proc.args.len, 4096);
	ck_assert_int_eq(got.item->proc.args.p[4095], 0);
	ck_assert_text(got.item->proc.cwd, "/");
	next_snap(SNAP_FD);
	ck_assert_uint_eq(got.item->fd.name.len, 1023);
	next(EVS_EVENT);
	next(EVS_END);
	ck_assert_int_eq(s->status(s), 0);
	s->close(s);
	free(text);
	buf_release(&b);
}
END_TEST

/* Sections, facts that come late, and events nobody else knows. */
START_TEST(sections)
{
	struct event ev = EVENT_OF(EV_SYSCALL_CLOSE_X, U64(0), U64(3));
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct scap_writer *w = scap_writer_new(SCAP_GZIP, to_buf, &b);
	struct drained r;

	scap_writer_snap(w, &items[1]);
	scap_writer_event(w, &ev);
	scap_writer_snap(w, &items[13]);	/* a container: an event */
	scap_writer_snap(w, &items[1]);		/* too late */
	scap_writer_restart(w);
	scap_writer_snap(w, &items[1]);
	ev.type = 0x1000;
	scap_writer_event(w, &ev);		/* our own: left out */
	ev.type = EV_SYSCALL_CLOSE_X;
	scap_writer_event(w, &ev);
	ck_assert_int_eq(scap_writer_close(w), 0);
	r = drain_mem(b.data, b.len, &d);
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(r.events, 3);
	ck_assert_uint_eq(r.restarts, 1);
	ck_assert_uint_eq(r.snaps, 4);		/* host and process, twice */
	buf_release(&b);
}
END_TEST

/* Events as a lazy source gives them. */
static void decode(struct event *ev, uint64_t wanted UNUSED)
{
	ev->nparams = 2;
	ev->param[0] = ev->param[1] = *(struct param *)ev->decode_ctx;
}

START_TEST(lazy_events)
{
	struct param p = U64(42);
	struct event ev = event_of(EV_SYSCALL_CLOSE_X, 0, NULL);
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct scap_writer *w = scap_writer_new(SCAP_PLAIN, to_buf, &b);

	ev.flags = EVF_LAZY;
	ev.decode = decode;
	ev.decode_ctx = &p;
	scap_writer_event(w, &ev);
	scap_writer_close(w);
	ck_assert_int_eq(scap_open_mem(&s, b.data, b.len, "t", &d), 0);
	next_snap(SNAP_HOST);
	next(EVS_EVENT);
	ck_assert_int_eq(event_i64(got.ev, 1, 0), 42);
	s->close(s);
	buf_release(&b);
}
END_TEST

static int full_after(void *ctx, const void *p UNUSED, size_t len)
{
	size_t *left = ctx;

	if (len > *left)
		return -E_FULL;
	*left -= len;
	return 0;
}

START_TEST(sink_fails)
{
	static const char data[60000];
	struct param p = { (const uint8_t *)data, sizeof(data) };
	struct event ev = EVENT_OF(EV_SYSCALL_READ_X, U64(1), p, U64(3), U32(9));
	enum scap_compression how;

	for (how = SCAP_PLAIN; how <= SCAP_GZIP; how++) {
		size_t left = how == SCAP_GZIP ? 10 : 300000, i;
		struct scap_writer *w = scap_writer_new(how, full_after, &left);
		int ret = 0;

		for (i = 0; i < 100 && !ret; i++)
			ret = scap_writer_event(w, &ev);
		ck_assert(how == SCAP_GZIP || ret == -E_FULL);
		ck_assert_int_eq(scap_writer_close(w), -E_FULL);
	}
}
END_TEST

UNIT_MAIN("scap_writer", round_trip, block_order, long_parameters, limits, sections,
	  lazy_events, sink_fails)
