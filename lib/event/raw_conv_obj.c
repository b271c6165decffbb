/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets, processes, and parameters whose shape depends on a command. */
#include "lib/base/compat.h"

#include "lib/event/raw_conv.h"

#define CONVERT(id) struct param conv_##id(struct rawctx *c, \
		const struct rawmake *m UNUSED, unsigned i UNUSED)

static const struct param missing = { NULL, 0 };

enum { FAM_UNIX = 1, FAM_INET = 2, FAM_INET6 = 10 };	/* Linux, everywhere */

/* The user's sockaddr in slot `n` of this call, or an empty one. */
static struct param slot_tail(const struct rawctx *c, unsigned n)
{
	struct rawmake m = { .src = (uint8_t)(RAW_SLOT + n) };

	return raw_tail(c, &m);
}

static unsigned sa_family(struct param sa)
{
	return sa.len >= 2 ? le16(sa.p) : 0;
}

static unsigned be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* A unix path: text up to a NUL; an abstract name loses its leading NUL. */
static size_t unix_name(struct param sa, size_t skip, const uint8_t **p)
{
	const uint8_t *from = sa.p + skip;
	size_t n = sa.len > skip ? sa.len - skip : 0, len;

	if (n && !*from) {
		from++;
		n--;
	}
	for (len = 0; len < n && len < 107 && from[len]; len++)
		;
	*p = from;
	return len;
}

/* struct sockaddr to family, address, port in host order. */
CONVERT(ADDR)
{
	struct param sa = raw_tail(c, m);
	const uint8_t *name;
	uint8_t out[1 + 128];
	size_t n;

	out[0] = (uint8_t)sa_family(sa);
	if (out[0] == FAM_INET && sa.len >= 8) {
		memcpy(out + 1, sa.p + 4, 4);
		put_le16(out + 5, (uint16_t)be16(sa.p + 2));
		return raw_put(c, out, 7);
	}
	if (out[0] == FAM_INET6 && sa.len >= 24) {
		memcpy(out + 1, sa.p + 8, 16);
		put_le16(out + 17, (uint16_t)be16(sa.p + 2));
		return raw_put(c, out, 19);
	}
	if (out[0] != FAM_UNIX)
		return missing;
	n = unix_name(sa, 2, &name);
	memcpy(out + 1, name, n);
	out[1 + n] = '\0';
	return raw_put(c, out, n + 2);
}

struct tuple {
	unsigned family;
	uint8_t local[16], remote[16];
	uint16_t lport, rport;
};

static bool all_zero(const uint8_t *p, size_t n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

/* Fill what the kernel's socket does not know from the user's address. */
static void tuple_user(struct tuple *t, struct param sa, bool force)
{
	size_t n = t->family == FAM_INET ? 4 : 16, at = t->family == FAM_INET ? 4 : 8;

	if (sa_family(sa) != t->family || sa.len < at + n)
		return;
	if (!force && (t->rport || !all_zero(t->remote, n)))
		return;
	memcpy(t->remote, sa.p + at, n);
	t->rport = (uint16_t)be16(sa.p + 2);
}

static struct param put_tuple(struct rawctx *c, const struct tuple *t, bool in)
{
	size_t n = t->family == FAM_INET ? 4 : 16;
	uint8_t out[37];

	out[0] = (uint8_t)t->family;
	memcpy(out + 1, in ? t->remote : t->local, n);
	put_le16(out + 1 + n, in ? t->rport : t->lport);
	memcpy(out + 3 + n, in ? t->local : t->remote, n);
	put_le16(out + 3 + 2 * n, in ? t->lport : t->rport);
	return raw_put(c, out, 5 + 2 * n);
}

/* source, peer, path; the path is the server's. */
static struct param put_unix(struct rawctx *c, const struct rawmake *m,
			     struct param sa, bool in)
{
	uint64_t own = raw_field(c, m, RFI_sock_own), peer = raw_field(c, m, RFI_sock_peer);
	struct param path = raw_tail(c, m);
	uint8_t out[17 + 109];
	const uint8_t *name;
	size_t n;

	out[0] = FAM_UNIX;
	put_le64(out + 1, in ? peer : own);
	put_le64(out + 9, in ? own : peer);
	n = path.len ? unix_name(path, 0, &name)
		     : sa_family(sa) == FAM_UNIX ? unix_name(sa, 2, &name) : 0;
	if (n)
		memcpy(out + 17, name, n);
	out[17 + n] = '\0';
	return raw_put(c, out, 18 + n);
}

/*
 * The connection of a socket, source first.  in: the remote end is the
 * source.  The user's address (the slot before) stands in where the kernel's
 * socket has none: unconnected datagrams.
 */
static struct param tuple(struct rawctx *c, const struct rawmake *m, bool in)
{
	unsigned slot = m->src - RAW_SLOT;
	struct param sa = slot ? slot_tail(c, slot - 1u) : missing;
	struct tuple t = { .family = (unsigned)raw_field(c, m, RFI_sock_family) };
	struct param local = raw_field_bytes(c, m, RFI_sock_saddr);
	struct param remote = raw_field_bytes(c, m, RFI_sock_daddr);

	if (t.family == FAM_UNIX)
		return put_unix(c, m, sa, in);
	if ((t.family != FAM_INET && t.family != FAM_INET6) ||
	    local.len != 16 || remote.len != 16)
		return missing;
	memcpy(t.local, local.p, 16);
	memcpy(t.remote, remote.p, 16);
	t.lport = (uint16_t)raw_field(c, m, RFI_sock_sport);
	t.rport = (uint16_t)raw_field(c, m, RFI_sock_dport);
	tuple_user(&t, sa, false);
	return put_tuple(c, &t, in);
}

/* Nothing to tell of when the call failed; one that has begun did not. */
CONVERT(TUPLEOUT)
{
	enum { IN_PROGRESS = 115 };	/* EINPROGRESS, of the traced kernel */
	int64_t ret = raw_ret(c);

	return ret < 0 && ret != -IN_PROGRESS ? missing : tuple(c, m, false);
}

CONVERT(TUPLEIN) { return raw_ret(c) < 0 ? missing : tuple(c, m, true); }

CONVERT(QPCT)
{
	uint64_t len = raw_field(c, m, RFI_queue_len), max = raw_field(c, m, RFI_queue_max);

	return raw_put_u8(c, max ? len * 100 / max : 0);
}

/* Strings of an argument vector: the first, and the rest. */
static uint32_t first_string(struct param t)
{
	const uint8_t *nul = t.len ? memchr(t.p, '\0', t.len) : NULL;

	return nul ? (uint32_t)(nul - t.p) + 1 : t.len;
}

CONVERT(ARGV0) { return conv_TXT(c, m, i); }

CONVERT(ARGVN)
{
	struct param t = raw_tail(c, m);
	uint32_t n = first_string(t);

	return (struct param){ t.p ? t.p + n : NULL, t.len - n };
}

CONVERT(CGRP) { return raw_tail(c, m); }

/* Could the new program's owner have written it?  As the kernel would judge. */
static bool exe_writable(const struct rawctx *c, const struct rawmake *exe)
{
	struct rawmake task = { .src = RAW_SLOT };
	uint64_t mode = raw_field(c, exe, RFI_exe_mode);
	uint64_t fsuid = raw_field(c, &task, RFI_task_fsuid), fsgid = raw_field(c, &task, RFI_task_fsgid);
	uint64_t caps = raw_field(c, &task, RFI_task_cap_eff);

	if (raw_field(c, exe, RFI_exe_iflags) & 8 || raw_field(c, exe, RFI_exe_sflags) & 1)
		return false;		/* immutable, or mounted read-only */
	if (caps & (1u << 1 | 1u << 3))
		return true;		/* CAP_DAC_OVERRIDE, CAP_FOWNER */
	if (fsuid == raw_field(c, exe, RFI_exe_uid))
		return mode & 0200;
	if (fsgid == raw_field(c, exe, RFI_exe_gid) ||
	    raw_field(c, &task, RFI_task_bits) & REC_TASK_GROUPW)
		return mode & 0020;
	return mode & 0002;
}

CONVERT(EXEFLAGS)
{
	uint64_t layer = raw_field(c, m, RFI_exe_layer);

	if (!raw_field(c, m, RFI_exe_ino))
		return raw_put_u32(c, 0);
	return raw_put_u32(c, (exe_writable(c, m) ? 1 : 0) |
			   (layer & REC_OVL_UPPER ? 2 : 0) | (layer & REC_MEMFD ? 4 : 0) |
			   (layer & REC_OVL_LOWER ? 8 : 0));
}

static uint32_t exit_code(const struct rawctx *c, const struct rawmake *m)
{
	return (uint32_t)raw_field(c, m, RFI_exit_code);
}

CONVERT(EXITSTATUS) { return raw_put_u64(c, (uint64_t)(int64_t)(int32_t)exit_code(c, m)); }
CONVERT(EXITRET) { return raw_put_u64(c, exit_code(c, m) >> 8 & 0xff); }
CONVERT(EXITSIG) { return raw_put_u8(c, exit_code(c, m) & 0x7f); }
CONVERT(EXITCORE) { return raw_put_u8(c, exit_code(c, m) >> 7 & 1); }
CONVERT(EXITREAPER) { return raw_put_u64(c, raw_field(c, m, RFI_exit_reaper)); }

/* A value with its selector in front. */
static struct param put_dyn(struct rawctx *c, unsigned sel, struct param v)
{
	uint8_t out[1 + REC_NAME_MAX];

	if (v.len > REC_NAME_MAX)
		v.len = REC_NAME_MAX;
	out[0] = (uint8_t)sel;
	if (v.len)
		memcpy(out + 1, v.p, v.len);
	return raw_put(c, out, 1 + v.len);
}

static struct param put_dyn_num(struct rawctx *c, unsigned sel, uint64_t v, uint32_t n)
{
	uint8_t b[8];

	put_le64(b, v);
	return put_dyn(c, sel, (struct param){ b, n });
}

/* Options of SOL_SOCKET by the type of their value: 'i' int, 'e' errno,
 * 't' struct timeval, 'q' 64 bits; bytes otherwise. */
static char option_type(uint32_t name)
{
	static const char types[] = "-iiieiiiiiiiii-iiiiiitt---"
				    "---ii-iiiiiiiiii-i--i-iii";

	if (name == 57)
		return 'q';		/* SO_COOKIE */
	return name < sizeof(types) - 1 ? types[name] : '-';
}

CONVERT(SOVAL)
{
	struct param v = raw_tail(c, m);
	char type = (uint32_t)raw_arg(c, 1) == 1 ? option_type((uint32_t)raw_arg(c, 2)) : '-';

	if (type == 'e' && v.len >= 4)
		return put_dyn_num(c, 1, (uint64_t)-(int64_t)(int32_t)le32(v.p), 8);
	if (type == 'i' && v.len >= 4)
		return put_dyn_num(c, 2, le32(v.p), 4);
	if (type == 'q' && v.len >= 8)
		return put_dyn_num(c, 3, le64(v.p), 8);
	if (type == 't' && v.len >= 16)
		return put_dyn_num(c, 4, le64(v.p) * 1000000000u + le64(v.p + 8) * 1000u, 8);
	return put_dyn(c, 0, v);
}

enum { PR_SET_NAME_NR = 15, PR_GET_NAME_NR = 16, PR_GET_CHILD_SUBREAPER_NR = 37 };

CONVERT(PRCTLSTR)
{
	uint32_t option = (uint32_t)raw_arg(c, 0);

	if (option != PR_SET_NAME_NR && option != PR_GET_NAME_NR)
		return missing;
	return conv_TXT(c, m, i);
}

CONVERT(PRCTLINT)
{
	uint32_t option = (uint32_t)raw_arg(c, 0);
	struct param t = raw_tail(c, m);

	if (option == PR_SET_NAME_NR || option == PR_GET_NAME_NR)
		return raw_put_u64(c, 0);
	if (option == PR_GET_CHILD_SUBREAPER_NR)
		return raw_put_u64(c, t.len >= 4 ? (uint64_t)(int64_t)(int32_t)le32(t.p) : 0);
	return raw_put_u64(c, raw_arg(c, 1));
}

CONVERT(PTADDR)
{
	return raw_ret(c) < 0 ? put_dyn_num(c, 0, 0, 8) : put_dyn_num(c, 0, raw_num(c, m), 8);
}

/* The data argument is a signal for requests that resume the tracee. */
CONVERT(PTDATA)
{
	uint64_t req = raw_arg(c, 0);

	if (raw_ret(c) < 0)
		return put_dyn_num(c, 0, 0, 8);
	if (req == 7 || req == 9 || req == 17 || req == 24 || (req >= 31 && req <= 33))
		return put_dyn_num(c, 1, raw_num(c, m) & 0xff, 1);
	return put_dyn_num(c, 0, raw_num(c, m), 8);
}

/*
 * keyctl's arguments 2 to 5 (aux 0 to 3): text for those operations that take
 * a name there, else a number.
 */
CONVERT(KEYARG)
{
	uint32_t op = (uint32_t)raw_arg(c, 0);
	bool text = (op == 1 && m->aux == 0) ||		/* JOIN_SESSION_KEYRING */
		    (op == 10 && (m->aux == 1 || m->aux == 2)) ||	/* SEARCH */
		    (op == 29 && (m->aux == 1 || m->aux == 2));		/* RESTRICT_KEYRING */
	struct param t = text ? slot_tail(c, m->aux) : missing;

	if (t.len)
		return put_dyn(c, 1, t);
	return put_dyn_num(c, 0, raw_num(c, m), 8);
}

enum { FSCONFIG_STRING = 1, FSCONFIG_BINARY = 2, FSCONFIG_PATH = 3, FSCONFIG_PATH_EMPTY = 4 };

CONVERT(FSBYTES)
{
	return (uint32_t)raw_arg(c, 1) == FSCONFIG_BINARY ? raw_tail(c, m) : missing;
}

CONVERT(FSTEXT)
{
	uint32_t cmd = (uint32_t)raw_arg(c, 1);

	if (cmd != FSCONFIG_STRING && cmd != FSCONFIG_PATH && cmd != FSCONFIG_PATH_EMPTY)
		return missing;
	return conv_TXT(c, m, i);
}
