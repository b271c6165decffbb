/* SPDX-License-Identifier: Apache-2.0 */
/* Plain conversions: numbers, text, fields; helpers of the others. */
#include "lib/base/compat.h"

#include "lib/event/raw_conv.h"

static const struct param missing = { NULL, 0 };

struct param raw_put(struct rawctx *c, const void *p, size_t n)
{
	uint8_t *to = c->buf + c->used;

	if (!n || n > c->cap - c->used)
		return missing;
	memcpy(to, p, n);
	c->used += n;
	return (struct param){ to, (uint32_t)n };
}

struct param raw_put_u8(struct rawctx *c, uint64_t v)
{
	uint8_t b = (uint8_t)v;

	return raw_put(c, &b, 1);
}

struct param raw_put_u16(struct rawctx *c, uint64_t v)
{
	uint8_t b[2];

	put_le16(b, (uint16_t)v);
	return raw_put(c, b, sizeof(b));
}

struct param raw_put_u32(struct rawctx *c, uint64_t v)
{
	uint8_t b[4];

	put_le32(b, (uint32_t)v);
	return raw_put(c, b, sizeof(b));
}

struct param raw_put_u64(struct rawctx *c, uint64_t v)
{
	uint8_t b[8];

	put_le64(b, v);
	return raw_put(c, b, sizeof(b));
}

static uint64_t number(struct param p)
{
	int64_t v;

	return param_int(p, false, &v) ? (uint64_t)v : 0;
}

int64_t raw_ret(const struct rawctx *c)
{
	return (int64_t)number(raw_col(c, RAWCOL_RET));
}

uint64_t raw_arg(const struct rawctx *c, unsigned n)
{
	if (RAWCOL_ARGS + n >= c->kind->kind.ncols)
		return 0;
	return number(raw_col(c, RAWCOL_ARGS + n));
}

uint64_t raw_num(const struct rawctx *c, const struct rawmake *m)
{
	return m->src == RET ? (uint64_t)raw_ret(c) : raw_arg(c, m->src);
}

struct param raw_tail(const struct rawctx *c, const struct rawmake *m)
{
	unsigned col = m->src >= RAW_SLOT ? c->kind->tailcol[m->src - RAW_SLOT] : 0;

	return col ? raw_col(c, col) : missing;
}

struct param raw_field_bytes(const struct rawctx *c, const struct rawmake *m,
			     unsigned field)
{
	return raw_col(c, c->kind->slotcol[m->src - RAW_SLOT] + field);
}

uint64_t raw_field(const struct rawctx *c, const struct rawmake *m, unsigned field)
{
	return number(raw_field_bytes(c, m, field));
}

uint32_t rawmap_bits(const struct rawmap *m, size_t n, uint64_t v)
{
	uint32_t out = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if ((v & m[i].from) == m[i].from)
			out |= m[i].to;
	return out;
}

uint32_t rawmap_enum(const struct rawmap *m, size_t n, uint64_t v, uint32_t dflt)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (m[i].from == v)
			return m[i].to;
	return dflt;
}

/* The column a parameter starts from. */
static struct param source(const struct rawctx *c, unsigned i)
{
	return raw_col(c, c->kind->makecol[i]);
}

#define CONVERT(id) struct param conv_##id(struct rawctx *c, \
		const struct rawmake *m UNUSED, unsigned i UNUSED)

CONVERT(I64) { return raw_put_u64(c, raw_num(c, m)); }
CONVERT(U64) { return raw_put_u64(c, raw_num(c, m)); }
/* Descriptors, pids: int in the kernel, 64 bits in the event. */
CONVERT(FD) { return raw_put_u64(c, (uint64_t)(int64_t)(int32_t)raw_num(c, m)); }
CONVERT(I32) { return raw_put_u32(c, raw_num(c, m)); }
CONVERT(U32) { return raw_put_u32(c, raw_num(c, m)); }
CONVERT(U16) { return raw_put_u16(c, raw_num(c, m)); }
CONVERT(U8) { return raw_put_u8(c, raw_num(c, m)); }
/* unsigned int in the kernel, 64 bits in the event */
CONVERT(UINT64) { return raw_put_u64(c, (uint32_t)raw_num(c, m)); }
CONVERT(ZERO8) { return raw_put_u8(c, 0); }
CONVERT(ZERO32) { return raw_put_u32(c, 0); }
CONVERT(MASK32) { return raw_put_u32(c, raw_num(c, m) & m->aux); }
CONVERT(MODE) { return raw_put_u32(c, raw_num(c, m) & 07777); }

/* Text of a structured or plain attachment, with exactly one NUL at its end. */
static struct param text_of(struct rawctx *c, struct param t)
{
	const uint8_t *nul;
	struct param out;

	if (!t.len)
		return missing;
	nul = memchr(t.p, '\0', t.len);
	if (nul)
		return (struct param){ t.p, (uint32_t)(nul - t.p) + 1 };
	out = raw_put(c, t.p, t.len);
	if (!out.len || !raw_put_u8(c, 0).len)
		return missing;
	out.len++;
	return out;
}

CONVERT(TXT) { return text_of(c, raw_tail(c, m)); }
/* Written by the kernel: only there when the call succeeded. */
CONVERT(OKTXT) { return raw_ret(c) < 0 ? missing : text_of(c, raw_tail(c, m)); }
CONVERT(BYT) { return raw_tail(c, m); }

/* n bytes at an offset of fetched memory. */
static struct param mem(const struct rawctx *c, const struct rawmake *m, uint32_t n)
{
	struct param t = raw_tail(c, m);

	if (t.len < m->aux + n)
		return missing;
	return (struct param){ t.p + m->aux, n };
}

CONVERT(MEM16)
{
	struct param p = mem(c, m, 2);

	return p.len ? p : raw_put_u16(c, 0);
}

CONVERT(MEM32)
{
	struct param p = mem(c, m, 4);

	return p.len ? p : raw_put_u32(c, 0);
}

CONVERT(MEM64)
{
	struct param p = mem(c, m, 8);

	return p.len ? p : raw_put_u64(c, 0);
}

CONVERT(FIELD32)
{
	struct param p = source(c, i);

	return p.len == 4 ? p : raw_put_u32(c, number(p));
}

CONVERT(FIELD64)
{
	struct param p = source(c, i);

	return p.len == 8 ? p : raw_put_u64(c, number(p));
}

/* A 32-bit id of the task facts as 64-bit pid. */
CONVERT(TASKF)
{
	struct param p = source(c, i);

	return p.len == 4 ? raw_put_u64(c, (uint64_t)(int64_t)(int32_t)le32(p.p)) : missing;
}

CONVERT(FDPAIR)
{
	struct param p = mem(c, m, 4);

	if (raw_ret(c) < 0 || !p.len)
		return raw_put_u64(c, (uint64_t)-1);
	return raw_put_u64(c, (uint64_t)(int64_t)(int32_t)le32(p.p));
}

/* Something of the record did not fit. */
CONVERT(CUT)
{
	return raw_put_u32(c, (number(raw_col(c, RAWCOL_FLAGS)) & REC_CUT) != 0);
}

CONVERT(IOVLEN)
{
	return raw_put_u32(c, raw_field(c, m, RFI_iov_total));
}

/* sendmmsg, recvmmsg: the first message's length when the call succeeded. */
CONVERT(MSGRES)
{
	struct param t = raw_tail(c, m);

	if (raw_ret(c) < 0 || t.len < 60)
		return raw_put_u64(c, (uint64_t)raw_ret(c));
	return raw_put_u64(c, le32(t.p + 56));
}

CONVERT(TIMESPEC)
{
	struct param t = raw_tail(c, m);

	if (t.len < 16)
		return raw_put_u64(c, UINT64_MAX);
	return raw_put_u64(c, le64(t.p) * 1000000000u + le64(t.p + 8));
}

/* Limits are told when the call (or the caller) filled them in. */
CONVERT(RLIM)
{
	struct param p = mem(c, m, 8);

	return p.len && raw_ret(c) >= 0 ? p : raw_put_u64(c, UINT64_MAX);
}

/* Entries with something to report: u16 count, then (i64 fd, i16 flags). */
CONVERT(POLLFDS)
{
	static const struct rawmap bits[] = {
		{ 1, 1 }, { 2, 2 }, { 4, 4 }, { 0x2000, 8 }, { 8, 16 }, { 0x10, 32 },
		{ 0x20, 64 }, { 0x40, 128 }, { 0x80, 256 }, { 0x100, 512 }, { 0x200, 1024 },
	};
	struct param t = raw_tail(c, m);
	uint8_t out[2 + REC_POLL_MAX * 10];
	size_t at = 2, k;
	uint16_t n = 0;

	for (k = 0; k + 8 <= t.len && n < REC_POLL_MAX; k += 8) {
		if (!le16(t.p + k + 6))
			continue;
		put_le64(out + at, (uint64_t)(int64_t)(int32_t)le32(t.p + k));
		put_le16(out + at + 8, (uint16_t)rawmap_bits(bits, ARRAY_SIZE(bits),
							     le16(t.p + k + 6)));
		at += 10;
		n++;
	}
	put_le16(out, n);
	return raw_put(c, out, at);
}
