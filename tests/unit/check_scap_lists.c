/* SPDX-License-Identifier: Apache-2.0 */
/* Metadata blocks: every version, built by hand. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/scap/lists.h"
#include "tests/scap/build.h"
#include "tests/unit/unit.h"

static struct scap_list l;
static struct snap_item item;

static int next(void)
{
	const char *why = NULL;
	int ret = scap_list_next(&l, &item, &why);

	ck_assert(ret >= 0 || why);
	return ret;
}

/* Cut anywhere: some items, then an end or an error; the memory behind the
 * cut is not ours (ASan sees to it). */
static void cut_everywhere(enum scap_class class, unsigned version, const struct buf *b)
{
	size_t n;

	for (n = 0; n <= b->len; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, b->data, n);
		scap_list_open(&l, class, version, copy, n);
		while (next() > 0)
			;
		free(copy);
	}
}

static void put_proc(struct buf *b, unsigned v)
{
	size_t at = b->len;

	if (v >= 9)
		buf_le32(b, 0);
	buf_le64(b, 101);
	buf_le64(b, 100);
	buf_le64(b, 1);
	if (v >= 6)
		buf_le64(b, 55);
	if (v >= 8)
		buf_le64(b, 56);
	buf_str16(b, STR("comm"));
	buf_str16(b, STR("exe"));
	if (v >= 7)
		buf_str16(b, STR("/bin/exe"));
	buf_str16(b, STR("a\0b\0"));
	buf_str16(b, STR("/cwd"));
	buf_le64(b, 1024);
	buf_le32(b, 0x11);
	buf_le32(b, 1000);
	buf_le32(b, 1001);
	if (v >= 2) {
		buf_le32(b, 1);
		buf_le32(b, 2);
		buf_le32(b, 3);
		buf_le64(b, 4);
		buf_le64(b, 5);
	}
	if (v >= 3)
		buf_str16(b, STR("A=B\0"));
	if (v >= 4) {
		buf_le64(b, 11);
		buf_le64(b, 10);
		buf_str16(b, STR("cpu=/x\0"));
	}
	if (v >= 5)
		buf_str16(b, STR("/root"));
	if (v >= 9)
		put_le32(b->data + at, (uint32_t)(b->len - at));
}

static void check_proc(unsigned v)
{
	const struct snap_proc *p = &item.proc;

	ck_assert_int_eq(item.kind, SNAP_PROC);
	ck_assert_int_eq(p->tid, 101);
	ck_assert_int_eq(p->pid, 100);
	ck_assert_int_eq(p->ptid, 1);
	ck_assert_int_eq(p->sid, v >= 6 ? 55 : -1);
	ck_assert_int_eq(p->vpgid, v >= 8 ? 56 : -1);
	ck_assert_text(p->comm, "comm");
	ck_assert_text(p->exe, "exe");
	ck_assert_text(p->exepath, v >= 7 ? "/bin/exe" : "");
	ck_assert_uint_eq(p->args.len, 4);
	ck_assert_text(p->cwd, "/cwd");
	ck_assert_int_eq(p->fdlimit, 1024);
	ck_assert_uint_eq(p->flags, 0x11);
	ck_assert_uint_eq(p->uid, 1000);
	ck_assert_uint_eq(p->gid, 1001);
	ck_assert_uint_eq(p->vmswap, v >= 2 ? 3 : 0);
	ck_assert_uint_eq(p->pfminor, v >= 2 ? 5 : 0);
	ck_assert_uint_eq(p->env.len, v >= 3 ? 4 : 0);
	ck_assert_int_eq(p->vtid, v >= 4 ? 11 : -1);
	ck_assert_int_eq(p->vpid, v >= 4 ? 10 : -1);
	ck_assert_uint_eq(p->cgroups.len, v >= 4 ? 7 : 0);
	ck_assert_text(p->root, v >= 5 ? "/root" : "");
}

START_TEST(process_versions)
{
	unsigned v;

	for (v = 1; v <= 9; v++) {
		struct buf b = BUF_INIT;

		put_proc(&b, v);
		put_proc(&b, v);
		buf_pad(&b, '\0', -b.len & 3);
		scap_list_open(&l, SCAP_PROCS, v, (uint8_t *)b.data, b.len);
		ck_assert_int_eq(next(), 1);
		check_proc(v);
		ck_assert_uint_eq(item.proc.loginuid, UINT32_MAX);
		ck_assert_int_eq(item.proc.pgid, -1);
		ck_assert_int_eq(next(), 1);
		check_proc(v);
		ck_assert_int_eq(next(), 0);
		cut_everywhere(SCAP_PROCS, v, &b);
		buf_release(&b);
	}
}
END_TEST

/* Optional fields in their order, each with a value to know it by. */
static const struct {
	size_t size;
	uint64_t value;
} optional[] = {
	{ 8, 111 }, { 4, 34816 }, { 4, 1000 }, { 1, 1 }, { 8, 21 }, { 8, 22 }, { 8, 23 },
	{ 1, 1 }, { 8, 31 }, { 8, 32 }, { 8, 33 }, { 1, 1 }, { 1, 1 }, { 8, 100 },
};

/* The optional fields of an entry as they were read. */
static void optional_of(const struct snap_proc *p, uint64_t v[ARRAY_SIZE(optional)])
{
	const uint64_t got[] = {
		p->pidns_init_start, p->tty, p->loginuid, p->exe_writable,
		p->cap_inheritable, p->cap_permitted, p->cap_effective, p->exe_upper,
		p->exe_ino, p->exe_ctime, p->exe_mtime, p->exe_memfd, p->exe_lower,
		(uint64_t)p->pgid,
	};

	memcpy(v, got, sizeof(got));
}

/* An entry cut at every byte behind its fixed part: every whole field is
 * there, the rest has its default. */
START_TEST(optional_fields)
{
	uint64_t got[ARRAY_SIZE(optional)];
	struct buf b = BUF_INIT;
	size_t i, fixed, at, n;

	put_proc(&b, 9);
	fixed = b.len;
	for (i = 0; i < ARRAY_SIZE(optional); i++) {
		uint8_t le[8];

		put_le64(le, optional[i].value);
		buf_add(&b, le, optional[i].size);
	}
	buf_le64(&b, 0xdead);	/* of a later version: skipped */
	for (n = fixed + 30; n <= b.len; n++) {
		put_le32(b.data, (uint32_t)n);
		scap_list_open(&l, SCAP_PROCS, 9, (uint8_t *)b.data, n);
		ck_assert_int_eq(next(), 1);
		check_proc(9);
		optional_of(&item.proc, got);
		for (i = 0, at = fixed; i < ARRAY_SIZE(optional); i++) {
			at += optional[i].size;
			if (at <= n)
				ck_assert_uint_eq(got[i], optional[i].value);
			else if (i + 1 == ARRAY_SIZE(optional))
				ck_assert_uint_eq(got[i], UINT64_MAX);
			else
				ck_assert_uint_eq(got[i], 0);
		}
		ck_assert_int_eq(next(), 0);
	}
	buf_release(&b);
}
END_TEST

/* The first writers of v9 put loginuid right behind the root directory. */
START_TEST(early_v9)
{
	struct buf b = BUF_INIT;

	put_proc(&b, 9);
	buf_le32(&b, 1000);
	buf_le8(&b, 1);
	buf_le64(&b, 21);
	buf_le64(&b, 22);
	buf_le64(&b, 23);
	put_le32(b.data, (uint32_t)b.len);
	scap_list_open(&l, SCAP_PROCS, 9, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), 1);
	ck_assert_uint_eq(item.proc.loginuid, 1000);
	ck_assert(item.proc.exe_writable);
	ck_assert_uint_eq(item.proc.cap_effective, 23);
	ck_assert_uint_eq(item.proc.tty, 0);
	ck_assert_uint_eq(item.proc.pidns_init_start, 0);
	buf_release(&b);
}
END_TEST

START_TEST(overlong_and_lying)
{
	struct buf b = BUF_INIT;

	put_proc(&b, 9);
	put_le32(b.data, 3);			/* shorter than itself */
	scap_list_open(&l, SCAP_PROCS, 9, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), -E_DAMAGED);
	put_le32(b.data, 60);			/* in the middle of a field */
	scap_list_open(&l, SCAP_PROCS, 9, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), -E_DAMAGED);
	put_le32(b.data, UINT32_MAX);
	scap_list_open(&l, SCAP_PROCS, 9, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), -E_DAMAGED);
	buf_clear(&b);

	buf_le64(&b, 1);
	buf_le64(&b, 1);
	buf_le64(&b, 1);
	buf_le16(&b, 1025);			/* comm over its limit */
	buf_pad(&b, 'x', 5000);
	scap_list_open(&l, SCAP_PROCS, 1, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), -E_DAMAGED);
	buf_release(&b);
}
END_TEST

static void put_fd(struct buf *b, bool v2, unsigned type)
{
	size_t at = b->len;

	if (v2)
		buf_le32(b, 0);
	buf_le64(b, 5);
	buf_le64(b, 1234);
	buf_le8(b, (uint8_t)type);
	switch (type) {
	case FD_UNKNOWN:
		break;
	case FD_IPV4_SOCK:
		buf_adds(b, "ssssdddd");
		buf_le16(b, 80);
		buf_le16(b, 443);
		buf_le8(b, L4_TCP);
		break;
	case FD_IPV6_SOCK:
		buf_adds(b, "ssssssssssssssssdddddddddddddddd");
		buf_le16(b, 80);
		buf_le16(b, 443);
		buf_le8(b, L4_UDP);
		break;
	case FD_IPV4_SERVSOCK:
		buf_adds(b, "ssss");
		buf_le16(b, 80);
		buf_le8(b, L4_TCP);
		break;
	case FD_IPV6_SERVSOCK:
		buf_adds(b, "ssssssssssssssss");
		buf_le16(b, 80);
		buf_le8(b, L4_TCP);
		break;
	case FD_UNIX_SOCK:
		buf_le64(b, 0xaaaa);
		buf_le64(b, 0xbbbb);
		buf_str16(b, STR("/sock"));
		break;
	case FD_FILE_V2:
		buf_le32(b, 0x41);
		buf_str16(b, STR("/file"));
		if (v2)
			buf_le32(b, 99);
		break;
	default:
		buf_str16(b, STR("name"));
	}
	if (v2)
		put_le32(b->data + at, (uint32_t)(b->len - at));
}

static void check_fd(bool v2, unsigned type)
{
	const struct snap_fd *f = &item.fd;

	ck_assert_int_eq(item.kind, SNAP_FD);
	ck_assert_int_eq(f->tid, 77);
	ck_assert_int_eq(f->fd, 5);
	ck_assert_uint_eq(f->ino, 1234);
	ck_assert_uint_eq(f->type, type);
	switch (type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		ck_assert_uint_eq(f->dport, 443);
		ck_assert_mem_eq(f->dip, "dddd", 4);
		FALLTHROUGH;
	case FD_IPV4_SERVSOCK:
	case FD_IPV6_SERVSOCK:
		ck_assert_uint_eq(f->sport, 80);
		ck_assert_mem_eq(f->sip, "ssss", 4);
		ck_assert_uint_ne(f->l4proto, L4_UNKNOWN);
		break;
	case FD_UNIX_SOCK:
		ck_assert_uint_eq(f->usrc, 0xaaaa);
		ck_assert_uint_eq(f->udst, 0xbbbb);
		ck_assert_text(f->name, "/sock");
		break;
	case FD_FILE_V2:
		ck_assert_uint_eq(f->oflags, 0x41);
		ck_assert_text(f->name, "/file");
		ck_assert_uint_eq(f->dev, v2 ? 99 : 0);
		break;
	default:
		ck_assert_text(f->name, type ? "name" : "");
	}
}

START_TEST(descriptor_types)
{
	unsigned v2, type;

	for (v2 = 0; v2 < 2; v2++) {
		struct buf b = BUF_INIT;

		buf_le64(&b, 77);
		for (type = 0; type < FD_TYPE_COUNT; type++)
			put_fd(&b, v2, type);
		buf_pad(&b, '\0', -b.len & 3);
		scap_list_open(&l, SCAP_FDS, v2 + 1, (uint8_t *)b.data, b.len);
		for (type = 0; type < FD_TYPE_COUNT; type++) {
			ck_assert_int_eq(next(), 1);
			check_fd(v2, type);
		}
		ck_assert_int_eq(next(), 0);
		cut_everywhere(SCAP_FDS, v2 + 1, &b);
		buf_release(&b);
	}
}
END_TEST

START_TEST(unknown_descriptor)
{
	struct buf b = BUF_INIT;

	buf_le64(&b, 77);
	put_fd(&b, true, 200);
	put_fd(&b, true, FD_FILE);
	scap_list_open(&l, SCAP_FDS, 2, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), 1);
	ck_assert_uint_eq(item.fd.type, FD_UNSUPPORTED);
	ck_assert_text(item.fd.name, "unknown-type:[200]");
	ck_assert_int_eq(next(), 1);
	check_fd(true, FD_FILE);
	ck_assert_int_eq(next(), 0);
	buf_clear(&b);

	/* Without entry lengths nobody knows where the next one begins. */
	buf_le64(&b, 77);
	put_fd(&b, false, 200);
	scap_list_open(&l, SCAP_FDS, 1, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), -E_DAMAGED);
	buf_release(&b);
}
END_TEST

static void put_iface(struct buf *b, bool v2, unsigned type)
{
	size_t at = b->len, addr = type == 2 || type == 4 ? 16 : 4;

	if (v2)
		buf_le32(b, 0);
	buf_le16(b, (uint16_t)type);
	buf_le16(b, 4);
	buf_pad(b, 'a', addr);
	buf_pad(b, 'm', addr);
	buf_pad(b, 'b', addr);
	if (type <= 2)
		buf_le64(b, 1000);
	buf_adds(b, "eth0");
	if (v2)
		put_le32(b->data + at, (uint32_t)(b->len - at - 4));
}

START_TEST(interfaces)
{
	unsigned v2, type;

	for (v2 = 0; v2 < 2; v2++) {
		struct buf b = BUF_INIT;

		for (type = 1; type <= 4; type++)
			put_iface(&b, v2, type);
		scap_list_open(&l, SCAP_IFACES, v2 + 1, (uint8_t *)b.data, b.len);
		for (type = 1; type <= 4; type++) {
			ck_assert_int_eq(next(), 1);
			ck_assert_int_eq(item.kind, SNAP_IFACE);
			ck_assert_int_eq(item.iface.v6, !(type & 1));
			ck_assert_mem_eq(item.iface.mask, "mmmm", 4);
			ck_assert_uint_eq(item.iface.speed, type <= 2 ? 1000 : 0);
			ck_assert_text(item.iface.name, "eth0");
		}
		ck_assert_int_eq(next(), 0);
		cut_everywhere(SCAP_IFACES, v2 + 1, &b);
		put_iface(&b, v2, 9);
		scap_list_open(&l, SCAP_IFACES, v2 + 1, (uint8_t *)b.data, b.len);
		while (next() > 0)
			;
		ck_assert_int_eq(next(), v2 ? 0 : -E_DAMAGED);
		buf_release(&b);
	}
}
END_TEST

START_TEST(users)
{
	unsigned v2;

	for (v2 = 0; v2 < 2; v2++) {
		struct buf b = BUF_INIT;

		if (v2)
			buf_le32(&b, 4 + 1 + 4 + 4 + 2 + 4 + 2 + 5 + 2 + 7);
		buf_le8(&b, 0);
		buf_le32(&b, 0);
		buf_le32(&b, 1);
		buf_str16(&b, STR("root"));
		buf_str16(&b, STR("/root"));
		buf_str16(&b, STR("/bin/sh"));
		if (v2)
			buf_le32(&b, 4 + 1 + 4 + 2 + 5);
		buf_le8(&b, 1);
		buf_le32(&b, 27);
		buf_str16(&b, STR("video"));
		scap_list_open(&l, SCAP_USERS, v2 + 1, (uint8_t *)b.data, b.len);
		ck_assert_int_eq(next(), 1);
		ck_assert_int_eq(item.kind, SNAP_USER);
		ck_assert_uint_eq(item.user.gid, 1);
		ck_assert_text(item.user.name, "root");
		ck_assert_text(item.user.home, "/root");
		ck_assert_text(item.user.shell, "/bin/sh");
		ck_assert_uint_eq(item.user.container.len, 0);
		ck_assert_int_eq(next(), 1);
		ck_assert_int_eq(item.kind, SNAP_GROUP);
		ck_assert_uint_eq(item.group.gid, 27);
		ck_assert_text(item.group.name, "video");
		ck_assert_int_eq(next(), 0);
		cut_everywhere(SCAP_USERS, v2 + 1, &b);
		buf_release(&b);
	}
}
END_TEST

START_TEST(machine)
{
	struct buf b = BUF_INIT;

	buf_le32(&b, 8);
	buf_le64(&b, 1 << 30);
	buf_le64(&b, 32768);
	buf_adds(&b, "host.example");
	buf_pad(&b, '\0', 128 - 12);
	buf_le64(&b, 1700000000000000000);
	buf_pad(&b, '\0', 24);
	ck_assert_uint_eq(b.len, SCAP_MI_BODY);
	scap_list_open(&l, SCAP_HOST, 1, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(item.kind, SNAP_HOST);
	ck_assert_uint_eq(item.host.ncpus, 8);
	ck_assert_uint_eq(item.host.memory, 1 << 30);
	ck_assert_uint_eq(item.host.max_pid, 32768);
	ck_assert_text(item.host.hostname, "host.example");
	ck_assert_uint_eq(item.host.boot_ts, 1700000000000000000);
	ck_assert_int_eq(next(), 0);
	cut_everywhere(SCAP_HOST, 1, &b);
	memset(b.data + 20, 'x', 128);		/* no NUL: all of it */
	scap_list_open(&l, SCAP_HOST, 1, (uint8_t *)b.data, b.len);
	ck_assert_int_eq(next(), 1);
	ck_assert_uint_eq(item.host.hostname.len, 128);
	buf_release(&b);
}
END_TEST

/* A list that breaks off leaves the events behind it readable. */
START_TEST(damage_stays_in_its_block)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct drained r;

	build_section(&b);
	build_block(&b, SCAP_UL_V2, "\3\0\0\0", 4);
	build_close(&b, 1);
	r = drain_mem(b.data, b.len, &d);
	ck_assert_int_eq(r.status, -E_DAMAGED);
	ck_assert_uint_eq(r.events, 1);
	ck_assert_int_eq(d.items[0].offset, SCAP_SHB_LEN);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

UNIT_MAIN("scap_lists", process_versions, optional_fields, early_v9, overlong_and_lying,
	  descriptor_types, unknown_descriptor, interfaces, users, machine,
	  damage_stays_in_its_block)
