/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attachments copied from user memory.  Every function is global: the
 * verifier looks at each once, however many calls use it.
 */
#ifndef BPF_USER_BPF_H
#define BPF_USER_BPF_H

#include "bpf/emit.bpf.h"
#include "bpf/fd.bpf.h"

/* An int behind argument n: INT0 + n the first, INT1 + n the second. */
__noinline u64 src_behind(struct scratch *s, u32 src)
{
	u32 n = src & 7;
	int v = -1;

	if (!s)
		return 0;
	KEEP(n);
	if (n > 5)
		return 0;
	bpf_probe_read_user(&v, sizeof(v), (void *)(rec_hdr_of(s)->arg[n] +
						     (src >= INT1 ? 4 : 0)));
	return (s64)v;
}

/* The value of an operand (A0…A5, RET, INT0 + n, INT1 + n). */
static __always_inline u64 src_value(struct scratch *s, u32 src)
{
	const struct rec_hdr *h = rec_hdr_of(s);
	u64 n = src;

	if (src == RET)
		return h->ret;
	if (src > 5)
		return src_behind(s, src);
	KEEP(n);
	return n > 5 ? 0 : h->arg[n];
}

/* len bytes of user memory, at most max (a constant of the caller). */
static __always_inline void put_user(struct scratch *s, u64 ptr, u64 len,
				     u32 max, u32 cutflag)
{
	u64 n = len;
	u32 flags = 0;
	u8 *to;

	if (!ptr || (s64)len <= 0)
		return;
	if (len > max) {
		n = max;
		flags = cutflag;
	}
	to = att_room(s);
	if (!to)
		return;
	KEEP(n);
	if (n > REC_TEXT_MAX)	/* the largest of all */
		return;
	if (bpf_probe_read_user(to, n, (void *)ptr)) {
		n = 0;
		flags |= REC_FAULT;
	}
	att_end(s, n, flags);
}

/* A string and its NUL; of an empty one many kernels say 0 bytes, without it. */
static __always_inline long read_user_str(u8 *to, u32 max, u64 ptr)
{
	long n = bpf_probe_read_user_str(to, max, (void *)ptr);

	if (n)
		return n;
	*to = 0;
	return 1;
}

__noinline int op_ustr(struct scratch *s, u32 a)
{
	u64 ptr;
	long n;
	u8 *to;

	if (!s)
		return 0;
	ptr = src_value(s, a);
	to = ptr ? att_room(s) : NULL;
	if (!to)
		return 0;
	n = read_user_str(to, REC_PATH_MAX, ptr);
	if (!s->name_at)
		s->name_at = s->pos + sizeof(struct rec_att);
	if (n < 0)
		att_end(s, 0, REC_FAULT);
	else if (n <= REC_PATH_MAX)
		att_end(s, n, n == REC_PATH_MAX ? REC_CUT : 0);
	return 0;
}

/* Does a port of the socket behind argument 0, or of the address the call
 * names, have a snap length of its own? */
__noinline int snap_of_port(struct scratch *s)
{
	struct sock *sk;
	u32 own, peer, i;

	if (!s)
		return -1;
	sk = fd_sock(rec_hdr_of(s)->arg[0]);
	if (!sk || !sock_is_inet(sk))
		return -1;
	own = sock_port(sk);
	peer = sock_peer_port(sk);
	for (i = 0; i < SEL_MAX && i < ctl.sel.nports; i++) {
		u32 lo = ctl.sel.port[i].lo, hi = ctl.sel.port[i].hi;

		if ((own >= lo && own <= hi) || (peer >= lo && peer <= hi) ||
		    (s->named && s->named >= lo && s->named <= hi))
			return ctl.sel.port[i].snap;
	}
	return -1;
}

/* Bytes of payload to keep; got: the process got them, did not give them. */
static __always_inline u32 snap_of(struct scratch *s, bool got)
{
	u32 snap = got ? ctl.snap_read : ctl.snap_write;
	int own = -1;

	if (ctl.sel.nports && (s->cls == RC_IO || s->cls == RC_NET))
		own = snap_of_port(s);
	if (own >= 0)
		snap = own;
	return snap > REC_SNAP_MAX ? REC_SNAP_MAX : snap;
}

/*
 * Is there room for payload?  Not in the last quarter of the ring.  The
 * filling the last record of this CPU found is asked first: it costs nothing.
 */
static __always_inline bool shed_payload(struct scratch *s)
{
	u64 much = RING_EIGHTHS(ctl.ring_bytes, RING_SHED);
	u32 cpu = rec_hdr_of(s)->cpu;
	void *ring;

	if (s->fill < much)
		return false;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	if (!ring || bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) < much)
		return false;
	COUNT(s, shed);
	att_end(s, 0, REC_SHED);
	return true;
}

__noinline int op_ubuf(struct scratch *s, u32 a, u32 b)
{
	u32 snap;

	if (!s || (s64)src_value(s, b) <= 0)
		return 0;
	snap = snap_of(s, b == RET);
	if (!snap || shed_payload(s))
		return 0;
	put_user(s, src_value(s, a), src_value(s, b), snap, 0);
	return 0;
}

__noinline int op_ubin(struct scratch *s, u32 a, u32 b)
{
	if (s)
		put_user(s, src_value(s, a), src_value(s, b), REC_NAME_MAX, REC_CUT);
	return 0;
}

#define NR_CLONE3	435	/* on every architecture */

__noinline int op_umem(struct scratch *s, u32 a, u32 b)
{
	/* The scheduler tells of every fork, but only clone3 passes memory. */
	if (s && (rec_hdr_of(s)->kind < REC_KIND_TRACEPOINT ||
		  rec_hdr_of(s)->nr == NR_CLONE3))
		put_user(s, src_value(s, a), b, REC_NAME_MAX, REC_CUT);
	return 0;
}

__noinline int op_uarray(struct scratch *s, u32 a, u32 b, u32 size, u32 most)
{
	u64 n;

	if (!s)
		return 0;
	n = src_value(s, b);
	put_user(s, src_value(s, a), n > most ? (u64)most * size : n * size,
		 REC_POLL_MAX * 8, REC_CUT);
	return 0;
}

/* An address; its port is remembered for the data that follows. */
static __always_inline void put_addr(struct scratch *s, u64 ptr, u64 len)
{
	u64 at = (u64)s->pos + sizeof(struct rec_att);
	u16 family;

	put_user(s, ptr, len, REC_SADDR_MAX, REC_CUT);
	KEEP(at);
	if (!ctl.sel.nports || at > REC_MAX || s->pos < at + 4)
		return;
	family = *(u16 *)(s->rec + at);
	if (family == AF_INET || family == AF_INET6)
		s->named = __builtin_bswap16(*(u16 *)(s->rec + at + 2));
}

__noinline int op_saddr(struct scratch *s, u32 a, u32 b)
{
	if (s)
		put_addr(s, src_value(s, a), (u32)src_value(s, b));
	return 0;
}

/* One segment of the iovec at s->at; 0 when it is enough. */
__noinline int iov_step(struct scratch *s)
{
	struct uiovec v;
	u64 n, pos;

	if (!s)
		return 0;
	if (bpf_probe_read_user(&v, sizeof(v), (void *)s->at)) {
		s->why = REC_FAULT;
		return 0;
	}
	s->at += sizeof(v);
	s->total += v.len;
	n = v.len > s->left ? s->left : v.len;
	pos = (u64)s->pos + s->used;
	KEEP(n);
	KEEP(pos);
	if (!n || n > REC_SNAP_MAX || pos > REC_MAX)
		return 1;
	if (bpf_probe_read_user(s->rec + pos, n, (void *)v.base)) {
		s->why = REC_FAULT;
		return 0;
	}
	s->used += n;
	s->left -= n;
	return 1;
}

/* Segments of an iovec, gathered until `want` bytes or the snap length. */
static __always_inline void put_iov(struct scratch *s, u64 iov, u64 cnt, s64 want,
				    bool got)
{
	struct rec_iov *fixed;
	u64 left;
	u32 i;

	if (!iov || !att_room(s))
		return;
	left = snap_of(s, got);
	if (want < 0)
		left = 0;
	else if (want < (s64)left)
		left = want;
	if (left && shed_payload(s))
		return;
	s->at = iov;
	s->left = left;
	s->total = 0;
	s->why = 0;
	s->used = sizeof(struct rec_att) + sizeof(*fixed);
	for (i = 0; i < REC_IOV_MAX && i < cnt; i++)
		if (!iov_step(s))
			break;
	fixed = (struct rec_iov *)att_room(s);
	if (!fixed)
		return;
	fixed->total = s->total;
	att_end(s, s->used - sizeof(struct rec_att), s->why);
}

__noinline int op_iov(struct scratch *s, u32 a, u32 b, u32 byret)
{
	if (s)
		put_iov(s, src_value(s, a), src_value(s, b),
			byret ? rec_hdr_of(s)->ret : REC_SNAP_MAX, byret);
	return 0;
}

static __always_inline int read_msghdr(struct scratch *s, u32 a, struct umsghdr *m)
{
	u64 ptr = src_value(s, a);

	if (!ptr || bpf_probe_read_user(m, sizeof(*m), (void *)ptr)) {
		if (ptr)
			att_end(s, 0, REC_FAULT);
		return -1;
	}
	return 0;
}

__noinline int op_mname(struct scratch *s, u32 a)
{
	struct umsghdr m;

	if (s && !read_msghdr(s, a, &m))
		put_addr(s, m.name, m.namelen);
	return 0;
}

/* byret: 1 up to the return value, 2 up to the first message's msg_len. */
__noinline int op_miov(struct scratch *s, u32 a, u32 byret)
{
	struct umsghdr m;
	s64 want = REC_SNAP_MAX;
	u32 len = 0;

	if (!s || read_msghdr(s, a, &m))
		return 0;
	if (byret)
		want = rec_hdr_of(s)->ret;
	if (byret == 2 && want > 0) {
		bpf_probe_read_user(&len, sizeof(len),
				    (void *)(src_value(s, a) + sizeof(m)));
		want = len;
	}
	put_iov(s, m.iov, m.iovlen, want, byret);
	return 0;
}

__noinline int op_mctl(struct scratch *s, u32 a)
{
	struct umsghdr m;

	if (!s || rec_hdr_of(s)->ret < 0 || read_msghdr(s, a, &m))
		return 0;
	put_user(s, m.control, m.controllen, REC_NAME_MAX, 0);
	return 0;
}

/* One string of the array at s->at; 0 at its end. */
__noinline int argv_step(struct scratch *s)
{
	u64 ptr = 0, pos;
	long n;

	if (!s)
		return 0;
	if (s->used >= REC_ARGS_MAX) {
		s->why = REC_CUT;
		return 0;
	}
	if (bpf_probe_read_user(&ptr, sizeof(ptr), (void *)s->at)) {
		s->why = REC_FAULT;
		return 0;
	}
	pos = (u64)s->pos + sizeof(struct rec_att) + s->used;
	KEEP(pos);
	if (!ptr || pos > REC_MAX)
		return 0;
	n = read_user_str(s->rec + pos, REC_ARGS_MAX, ptr);
	if (n < 0) {
		s->why = REC_FAULT;
		return 0;
	}
	s->at += sizeof(ptr);
	s->used += n;
	return 1;
}

/* Strings of a NULL-terminated array, one behind the other. */
__noinline int op_uargv(struct scratch *s, u32 a)
{
	u32 i;

	if (!s)
		return 0;
	s->at = src_value(s, a);
	if (!s->at || !att_room(s))
		return 0;
	s->used = 0;
	s->why = 0;
	for (i = 0; i < REC_ARGV_MAX; i++)
		if (!argv_step(s))
			break;
	if (i == REC_ARGV_MAX)
		s->why = REC_CUT;
	if (s->used > REC_ARGS_MAX) {
		s->used = REC_ARGS_MAX;
		s->why = REC_CUT;
	}
	att_end(s, s->used, s->why);
	return 0;
}

#endif
