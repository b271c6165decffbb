/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flag and command words: the kernel's numbers to those of schema/flags.def.
 * Kernel numbers stand here as numbers on purpose: a trace comes from another
 * machine, whose headers are not ours.
 */
#include "lib/base/compat.h"

#include "lib/event/raw_conv.h"

#define CONVERT(id) struct param conv_##id(struct rawctx *c, \
		const struct rawmake *m UNUSED, unsigned i UNUSED)
#define BITS(map, v) rawmap_bits(map, ARRAY_SIZE(map), v)
#define ENUM(map, v, dflt) rawmap_enum(map, ARRAY_SIZE(map), v, dflt)

/* open(2): the same on both but for four bits. */
static const struct rawmap open_common[] = {
	{ 0100, 4 },			/* O_CREAT */
	{ 0200, 32 },			/* O_EXCL */
	{ 01000, 256 },			/* O_TRUNC */
	{ 02000, 8 },			/* O_APPEND */
	{ 04000, 64 },			/* O_NONBLOCK */
	{ 010000, 16 },			/* O_DSYNC */
	{ 04010000, 128 },		/* O_SYNC */
	{ 02000000, 4096 },		/* O_CLOEXEC */
};
static const struct rawmap open_x86[] = {
	{ 040000, 512 },		/* O_DIRECT */
	{ 0100000, 2048 },		/* O_LARGEFILE */
	{ 0200000, 1024 },		/* O_DIRECTORY */
	{ 020200000, 8192 },		/* O_TMPFILE */
};
static const struct rawmap open_arm64[] = {
	{ 040000, 1024 }, { 0200000, 512 }, { 0400000, 2048 }, { 020040000, 8192 },
};

uint32_t raw_open_flags(enum arch arch, uint64_t v)
{
	static const uint32_t access[4] = { 1, 2, 3, 0 };	/* RDONLY, WRONLY, RDWR */

	return access[v & 3] | BITS(open_common, v) |
	       (arch == ARCH_ARM64 ? BITS(open_arm64, v) : BITS(open_x86, v));
}

/* What the kernel says of the file it opened. */
static uint32_t opened_bits(const struct rawctx *c, unsigned slot)
{
	struct rawmake m = { .src = (uint8_t)(RAW_SLOT + slot) };
	uint32_t layer = (uint32_t)raw_field(c, &m, RFI_fdf_layer);

	if (raw_ret(c) < 0)
		return 0;
	return (raw_field(c, &m, RFI_fdf_fmode) & 0x100000 ? 16384 : 0) |	/* FMODE_CREATED */
	       (layer & REC_OVL_UPPER ? 32768 : 0) | (layer & REC_OVL_LOWER ? 65536 : 0);
}

CONVERT(OPENFL)
{
	return raw_put_u32(c, raw_open_flags(c->arch, raw_num(c, m)) | opened_bits(c, 1));
}

CONVERT(HANDLEFL)
{
	return raw_put_u32(c, raw_open_flags(c->arch, raw_num(c, m)) | opened_bits(c, 1));
}

static uint32_t open_mode(enum arch arch, uint64_t flags, uint64_t mode)
{
	return raw_open_flags(arch, flags) & (4 | 8192) ? mode & 07777 : 0;
}

/* The mode matters only when a file may be made; flags are one before it. */
CONVERT(OPENMODE)
{
	return raw_put_u32(c, open_mode(c->arch, raw_arg(c, m->src - 1u), raw_num(c, m)));
}

/* struct open_how: flags, mode, resolve. */
static uint64_t how(const struct rawctx *c, const struct rawmake *m, unsigned n)
{
	struct param t = raw_tail(c, m);

	return t.len >= 8 * (n + 1) ? le64(t.p + 8 * n) : 0;
}

CONVERT(HOWFL)
{
	return raw_put_u32(c, raw_open_flags(c->arch, how(c, m, 0)) | opened_bits(c, 1));
}

CONVERT(HOWMODE) { return raw_put_u32(c, open_mode(c->arch, how(c, m, 0), how(c, m, 1))); }

CONVERT(HOWRES)
{
	static const struct rawmap map[] = {
		{ 1, 16 }, { 2, 4 }, { 4, 8 }, { 8, 1 }, { 0x10, 2 }, { 0x20, 32 },
	};

	return raw_put_u32(c, BITS(map, how(c, m, 2)));
}

/* Flags of calls that take only a few of open's: no access mode. */
static uint32_t open_bits(const struct rawctx *c, uint64_t v)
{
	return raw_open_flags(c->arch, v & ~3ull) & ~1u;
}

CONVERT(OPENBITS) { return raw_put_u32(c, open_bits(c, raw_num(c, m))); }
CONVERT(OPENBITS16) { return raw_put_u16(c, open_bits(c, raw_num(c, m))); }
/* SOCK_NONBLOCK and SOCK_CLOEXEC are open's bits. */
CONVERT(SOCKFL) { return raw_put_u32(c, open_bits(c, raw_num(c, m) & 02004000)); }

CONVERT(IFMODE)
{
	/* the file type of mknod; none is a regular file */
	uint64_t v = raw_num(c, m);

	return raw_put_u32(c, (v & 0170000 ? v : v | 0100000) & 0177777);
}

/* The kernel's dev_t to the form stat(2) and .scap use. */
CONVERT(DEV)
{
	struct param p = raw_col(c, c->kind->makecol[i]);
	uint32_t dev = p.len == 4 ? le32(p.p) : 0;
	uint32_t major = dev >> 20, minor = dev & 0xfffff;

	return raw_put_u32(c, (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12);
}

/* IOSQE_xxx; the kernel keeps its own bits above them. */
CONVERT(SQEFL)
{
	return raw_put_u32(c, raw_field(c, m, RFI_uring_flags) & 0x7f);
}

CONVERT(LAYER)
{
	uint64_t l = raw_field(c, m, RFI_fdf_layer);

	return raw_put_u16(c, (l & REC_OVL_UPPER ? 1 : 0) | (l & REC_OVL_LOWER ? 2 : 0));
}

CONVERT(CHOWNATFL)
{
	static const struct rawmap map[] = { { 0x100, 0x400 }, { 0x1000, 0x1000 } };

	return raw_put_u32(c, BITS(map, raw_num(c, m)));
}

CONVERT(MOUNTFL)
{
	uint64_t v = raw_num(c, m);

	/* an ancient magic some callers still put into the upper half */
	if ((v & 0xffff0000) == 0xc0ed0000)
		v &= 0xffff;
	return raw_put_u32(c, v);
}

static const struct rawmap clone_bits[] = {
	{ 0x00000100, 0x8000 }, { 0x00000200, 2 }, { 0x00000400, 1 },
	{ 0x00000800, 0x800 }, { 0x00002000, 0x400 }, { 0x00004000, 0x8000000 },
	{ 0x00008000, 0x100 }, { 0x00010000, 0x2000 }, { 0x00020000, 0x20 },
	{ 0x00040000, 0x1000 }, { 0x00080000, 0x2000000 }, { 0x00100000, 0x200 },
	{ 0x00200000, 0x800000 }, { 0x00800000, 0x4000 }, { 0x01000000, 0x1000000 },
	{ 0x02000000, 0x10000000 }, { 0x04000000, 0x80 }, { 0x08000000, 8 },
	{ 0x10000000, 0x100000 }, { 0x20000000, 0x40 }, { 0x40000000, 0x10 },
	{ 0x80000000, 4 },
};

CONVERT(NSFL) { return raw_put_u32(c, BITS(clone_bits, raw_num(c, m))); }

/* CLONE_CHILD_IN_PIDNS, from the task facts in slot 0. */
static uint32_t clone_ns(const struct rawctx *c)
{
	struct rawmake task = { .src = RAW_SLOT };

	return raw_field(c, &task, RFI_task_bits) & REC_TASK_IN_PIDNS ? 0x20000000 : 0;
}

CONVERT(CLONEFL) { return raw_put_u32(c, BITS(clone_bits, raw_num(c, m)) | clone_ns(c)); }
CONVERT(CLONENS) { return raw_put_u32(c, clone_ns(c)); }

CONVERT(CLONE3FL)
{
	struct param t = raw_tail(c, m);

	return raw_put_u32(c, (t.len >= 8 ? BITS(clone_bits, le64(t.p)) : 0) | clone_ns(c));
}

/* The child's side: which call it was made by tells where the flags are. */
CONVERT(CHILDFL)
{
	struct param nr = raw_col(c, RAWCOL_NR);
	const struct scinfo *sc;

	sc = nr.len == 2 ? scinfo_native(c->arch, (int16_t)le16(nr.p)) : NULL;
	if (sc && sc->exit_event == EV_SYSCALL_CLONE3_X)
		return conv_CLONE3FL(c, m, i);
	if (sc && sc->exit_event == EV_SYSCALL_CLONE_20_X)
		return raw_put_u32(c, BITS(clone_bits, raw_arg(c, 0)) | clone_ns(c));
	return raw_put_u32(c, clone_ns(c));
}

CONVERT(FCNTL)
{
	static const struct rawmap map[] = {
		{ 0, 1 }, { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 }, { 5, 6 }, { 6, 8 },
		{ 7, 9 }, { 8, 10 }, { 9, 12 }, { 10, 13 }, { 11, 15 }, { 15, 21 },
		{ 16, 22 }, { 36, 30 }, { 37, 31 }, { 38, 32 }, { 1024, 23 },
		{ 1025, 24 }, { 1026, 27 }, { 1029, 25 }, { 1030, 26 }, { 1031, 28 },
		{ 1032, 29 },
	};

	return raw_put_u8(c, ENUM(map, (uint32_t)raw_num(c, m), 0));
}

CONVERT(EPOLLFL) { return raw_put_u32(c, raw_num(c, m) & 02000000 ? 1 : 0); }
CONVERT(PIDFDFL) { return raw_put_u32(c, raw_num(c, m) & 04000 ? 1 : 0); }

CONVERT(URINGFL)
{
	static const struct rawmap map[] = {
		{ 1, 1 }, { 2, 2 }, { 4, 8 }, { 8, 16 }, { 16, 32 }, { 32, 64 }, { 64, 128 },
	};
	struct param t = raw_tail(c, m);

	return raw_put_u32(c, t.len >= 12 ? BITS(map, le32(t.p + 8)) : 0);
}

CONVERT(URINGFEAT)
{
	struct param t = raw_tail(c, m);

	return raw_put_u32(c, t.len >= 24 ? le32(t.p + 20) & 0x7ff : 0);
}

CONVERT(SOLEVEL)
{
	static const struct rawmap map[] = { { 1, 1 }, { 6, 2 } };

	return raw_put_u8(c, ENUM(map, (uint32_t)raw_num(c, m), 0));
}

CONVERT(SONAME)
{
	static const struct rawmap map[] = { { 55, 52 }, { 57, 53 }, { 59, 51 } };
	uint32_t v = (uint32_t)raw_num(c, m);

	if ((uint32_t)raw_arg(c, 1) != 1)	/* SOL_SOCKET */
		return raw_put_u8(c, 0);
	return raw_put_u8(c, ENUM(map, v, v <= 50 ? v : 0));
}

CONVERT(PTREQ)
{
	static const struct rawmap map[] = {
		{ 0, 1 }, { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 }, { 5, 6 }, { 6, 7 },
		{ 7, 8 }, { 8, 9 }, { 9, 10 }, { 12, 26 }, { 13, 27 }, { 14, 28 },
		{ 15, 29 }, { 16, 11 }, { 17, 12 }, { 18, 30 }, { 19, 31 }, { 21, 32 },
		{ 24, 13 }, { 25, 33 }, { 26, 34 }, { 30, 35 }, { 31, 36 }, { 32, 37 },
		{ 33, 38 }, { 0x4200, 14 }, { 0x4201, 15 }, { 0x4202, 16 },
		{ 0x4203, 17 }, { 0x4204, 18 }, { 0x4205, 19 }, { 0x4206, 20 },
		{ 0x4207, 21 }, { 0x4208, 22 }, { 0x4209, 23 }, { 0x420a, 24 },
		{ 0x420b, 25 },
	};

	return raw_put_u16(c, ENUM(map, raw_num(c, m), 0));
}

CONVERT(DELMODFL)
{
	static const struct rawmap map[] = { { 04000, 2 }, { 01000, 1 } };

	return raw_put_u32(c, BITS(map, raw_num(c, m)));
}

CONVERT(RESOURCE)
{
	uint32_t v = (uint32_t)raw_num(c, m);

	return raw_put_u8(c, v <= 15 ? v : 255);
}

CONVERT(PROT)
{
	static const struct rawmap map[] = {
		{ 1, 1 }, { 2, 2 }, { 4, 4 }, { 8, 8 }, { 0x01000000, 16 }, { 0x02000000, 32 },
	};

	return raw_put_u32(c, BITS(map, raw_num(c, m)));
}

CONVERT(MMAPFL)
{
	static const struct rawmap map[] = {
		{ 1, 1 }, { 2, 2 }, { 0x10, 4 }, { 0x20, 8 }, { 0x4000, 64 },
		{ 0x8000, 128 }, { 0x10000, 256 }, { 0x100, 512 }, { 0x800, 1024 },
		{ 0x1000, 2048 }, { 0x2000, 16384 },
	};
	uint64_t v = raw_num(c, m);

	return raw_put_u32(c, BITS(map, v) | (c->arch == ARCH_X86_64 && v & 0x40 ? 16 : 0));
}

CONVERT(SEMFL)
{
	static const struct rawmap map[] = { { 04000, 1 }, { 0x1000, 2 } };
	struct param t = raw_tail(c, m);

	return raw_put_u16(c, t.len >= m->aux + 2u ? BITS(map, le16(t.p + m->aux)) : 0);
}

CONVERT(SEMGETFL)
{
	static const struct rawmap map[] = { { 01000, 8192 }, { 02000, 16384 } };

	return raw_put_u32(c, BITS(map, raw_num(c, m)));
}

static const struct rawmap semctl_map[] = {
	{ 0, 4 }, { 1, 2 }, { 2, 1 }, { 3, 8 }, { 11, 256 }, { 12, 512 }, { 13, 64 },
	{ 14, 128 }, { 15, 1024 }, { 16, 4096 }, { 17, 2048 }, { 18, 32 }, { 19, 16 },
};

CONVERT(SEMCMD)
{
	return raw_put_u16(c, ENUM(semctl_map, (uint32_t)raw_num(c, m), 0));
}

/* The fourth argument is a value only for SETVAL. */
CONVERT(SEMVAL)
{
	return raw_put_u32(c, (uint32_t)raw_arg(c, 2) == 16 ? raw_num(c, m) : 0);
}

static const struct rawmap quota_map[] = {
	{ 0x800001, 128 }, { 0x800002, 1 }, { 0x800003, 2 }, { 0x800004, 4 },
	{ 0x800005, 8 }, { 0x800006, 16 }, { 0x800007, 32 }, { 0x800008, 64 },
	{ 0x5801, 256 }, { 0x5802, 512 }, { 0x5803, 1024 }, { 0x5804, 2048 },
	{ 0x5805, 4096 }, { 0x5806, 8192 }, { 0x5807, 16384 },
};

/* quotactl's command: its upper 24 bits. */
static uint32_t quota_cmd(const struct rawctx *c)
{
	return ENUM(quota_map, (uint32_t)raw_arg(c, 0) >> 8, 0);
}

static bool quota_is(const struct rawctx *c, uint32_t cmds)
{
	return raw_ret(c) >= 0 && quota_cmd(c) & cmds;
}

static uint64_t quota_word(const struct rawctx *c, const struct rawmake *m)
{
	struct param t = raw_tail(c, m);

	return t.len >= m->aux + 8u ? le64(t.p + m->aux) : 0;
}

CONVERT(QCMD) { return raw_put_u16(c, quota_cmd(c)); }

CONVERT(QTYPE)
{
	uint32_t t = (uint32_t)raw_num(c, m) & 0xff;

	return raw_put_u8(c, t < 2 ? t + 1 : 0);
}

/* The third argument is an id for these commands only. */
CONVERT(QID)
{
	return raw_put_u32(c, quota_cmd(c) & (32 | 64 | 1024 | 2048) ? raw_num(c, m) : 0);
}

static uint32_t quota_fmt(uint64_t v)
{
	static const struct rawmap map[] = { { 1, 2 }, { 2, 4 }, { 4, 8 } };

	return ENUM(map, v, 1);
}

CONVERT(QFMT) { return raw_put_u8(c, quota_cmd(c) == 1 ? quota_fmt((uint32_t)raw_num(c, m)) : 1); }
CONVERT(QFILE) { return quota_cmd(c) == 1 ? conv_TXT(c, m, i) : (struct param){ NULL, 0 }; }
CONVERT(QDQB) { return raw_put_u64(c, quota_is(c, 32 | 64) ? quota_word(c, m) : 0); }
/* times are in seconds */
CONVERT(QTIME) { return raw_put_u64(c, quota_is(c, 32 | 64) ? quota_word(c, m) * 1000000000u : 0); }
CONVERT(QINFO) { return raw_put_u64(c, quota_is(c, 8 | 16) ? quota_word(c, m) * 1000000000u : 0); }

CONVERT(QINFOFL)
{
	struct param t = raw_tail(c, m);

	if (!quota_is(c, 8 | 16) || t.len < 20)
		return raw_put_u8(c, 0);
	return raw_put_u8(c, le32(t.p + 16) & 1 ? 2 : 1);
}

CONVERT(QFMTOUT)
{
	struct param t = raw_tail(c, m);

	return raw_put_u8(c, quota_is(c, 4) && t.len >= 4 ? quota_fmt(le32(t.p)) : 1);
}
