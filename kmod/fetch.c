/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attachments copied from user memory, as bpf/user.bpf.h copies them.  No
 * page is brought in here: what is not present is noted for retry.c and told
 * as REC_FAULT.
 */
#include "kmod/vestige.h"

static void miss_note(struct scratch *s, u64 addr, u64 len)
{
	if (s->nmiss < MISS_MAX) {
		s->miss[s->nmiss].addr = addr;
		s->miss[s->nmiss].len = len;
	}
	s->nmiss++;
}

/* n bytes, all or none; 0, or -EFAULT and zeros. */
static int user_read(struct scratch *s, void *to, u64 from, u64 n)
{
	const void __user *p = (const void __user *)(unsigned long)from;
	unsigned long left = n;

	if (current->mm && access_ok(p, n)) {
		pagefault_disable();
		left = __copy_from_user_inatomic(to, p, n);
		pagefault_enable();
		if (!left)
			return 0;
		miss_note(s, from, n);
	}
	memset(to, 0, n);
	return -EFAULT;
}

/* At most max bytes with the NUL, which is always put; bytes, or -EFAULT. */
static long user_read_str(struct scratch *s, u8 *to, u64 from, long max)
{
	long n;

	if (!current->mm)
		return -EFAULT;
	pagefault_disable();
	n = strncpy_from_user((char *)to, (const char __user *)(unsigned long)from, max);
	pagefault_enable();
	if (n < 0) {
		miss_note(s, from, 0);
		to[0] = '\0';
		return n;
	}
	if (n < max)
		return n + 1;
	to[max - 1] = '\0';
	return max;
}

/* An int behind argument n: INT0 + n the first, INT1 + n the second. */
static u64 src_behind(struct scratch *s, u32 src)
{
	u32 n = src & 7;
	int v;

	if (n > 5)
		return 0;
	user_read(s, &v, rec_hdr_of(s)->arg[n] + (src >= INT1 ? 4 : 0), sizeof(v));
	return (s64)v;
}

/* The value of an operand (A0 … A5, RET, INT0 + n, INT1 + n). */
u64 src_value(struct scratch *s, u32 src)
{
	if (src == RET)
		return rec_hdr_of(s)->ret;
	if (src > A5)
		return src_behind(s, src);
	return rec_hdr_of(s)->arg[src];
}

/* len bytes of user memory, at most max. */
void put_user_bytes(struct scratch *s, u64 ptr, u64 len, u32 max, u32 cutflag)
{
	u32 flags = 0;
	u64 n = len;
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
	if (user_read(s, to, ptr, n)) {
		n = 0;
		flags |= REC_FAULT;
	}
	att_end(s, n, flags);
}

OP_FN(op_ustr)
{
	u64 ptr = src_value(s, a);
	u8 *to = ptr ? att_room(s) : NULL;
	long n;

	if (!to)
		return;
	n = user_read_str(s, to, ptr, REC_PATH_MAX);
	if (!s->name_at)
		s->name_at = to - s->rec;
	if (n < 0)
		att_end(s, 0, REC_FAULT);
	else
		att_end(s, n, n == REC_PATH_MAX ? REC_CUT : 0);
}

/* Is there room for payload?  Not in the last quarter of the ring. */
static bool shed_payload(struct scratch *s)
{
	u64 much = RING_EIGHTHS(s->ses->ring_bytes, RING_SHED);

	if (s->fill < much || ring_fill(s) < much)
		return false;
	s->writer->n.shed[s->cls]++;
	att_end(s, 0, REC_SHED);
	return true;
}

OP_FN(op_ubuf)
{
	u32 snap;

	if ((s64)src_value(s, b) <= 0)
		return;
	snap = snap_of(s, b == RET);
	if (!snap || shed_payload(s))
		return;
	put_user_bytes(s, src_value(s, a), src_value(s, b), snap, 0);
}

OP_FN(op_ubin)
{
	put_user_bytes(s, src_value(s, a), src_value(s, b), REC_NAME_MAX, REC_CUT);
}

#define NR_CLONE3	435	/* on every architecture */

OP_FN(op_umem)
{
	/* The scheduler tells of every fork, but only clone3 passes memory. */
	if (rec_hdr_of(s)->kind < REC_KIND_TRACEPOINT || rec_hdr_of(s)->nr == NR_CLONE3)
		put_user_bytes(s, src_value(s, a), b, REC_NAME_MAX, REC_CUT);
}

static void put_array(struct scratch *s, u32 a, u32 b, u32 size, u32 most)
{
	u64 n = src_value(s, b);

	put_user_bytes(s, src_value(s, a), n > most ? (u64)most * size : n * size,
		       REC_POLL_MAX * 8, REC_CUT);
}

OP_FN(op_upoll)
{
	put_array(s, a, b, 8, REC_POLL_MAX);
}

OP_FN(op_usem)
{
	put_array(s, a, b, 6, 2);
}

/* An address; its port is remembered for the data that follows. */
static void put_addr(struct scratch *s, u64 ptr, u64 len)
{
	u32 at = s->pos + sizeof(struct rec_att);
	struct { u16 family; __be16 port; } head;

	put_user_bytes(s, ptr, len, REC_SADDR_MAX, REC_CUT);
	if (s->pos < at + sizeof(head))
		return;
	memcpy(&head, s->rec + at, sizeof(head));
	if (head.family == AF_INET || head.family == AF_INET6)
		s->named = ntohs(head.port);
}

OP_FN(op_saddr)
{
	put_addr(s, src_value(s, a), (u32)src_value(s, b));
}

OP_FN(op_saddro)
{
	op_saddr(s, a, b | INT0);
}

/* User-space shapes; fixed by the ABI of 64-bit calls. */
struct uiovec { u64 base, len; };
struct umsghdr {
	u64 name;
	u32 namelen, pad;
	u64 iov, iovlen, control, controllen;
	u32 flags, pad2;
};

/* Segments of an iovec, gathered until `want` bytes or the snap length. */
static void put_iov(struct scratch *s, u64 iov, u64 cnt, s64 want, bool got)
{
	u64 left, used = 0, n;
	struct rec_iov *fixed;
	struct uiovec v;
	u32 why = 0, i;

	fixed = iov ? att_room(s) : NULL;
	if (!fixed)
		return;
	left = snap_of(s, got);
	if (want < 0)
		left = 0;
	else if (want < (s64)left)
		left = want;
	if (left && shed_payload(s))
		return;
	fixed->total = 0;
	for (i = 0; i < REC_IOV_MAX && i < cnt; i++) {
		if (user_read(s, &v, iov + i * sizeof(v), sizeof(v))) {
			why = REC_FAULT;
			break;
		}
		fixed->total += v.len;
		n = min(v.len, left);
		if (!n)
			continue;
		if (user_read(s, (u8 *)(fixed + 1) + used, v.base, n)) {
			why = REC_FAULT;
			break;
		}
		used += n;
		left -= n;
	}
	att_end(s, sizeof(*fixed) + used, why);
}

OP_FN(op_iov)
{
	put_iov(s, src_value(s, a), src_value(s, b), REC_SNAP_MAX, false);
}

OP_FN(op_iovr)
{
	put_iov(s, src_value(s, a), src_value(s, b), rec_hdr_of(s)->ret, true);
}

static int read_msghdr(struct scratch *s, u32 a, struct umsghdr *m)
{
	u64 ptr = src_value(s, a);

	if (!ptr)
		return -EFAULT;
	if (!user_read(s, m, ptr, sizeof(*m)))
		return 0;
	att_end(s, 0, REC_FAULT);
	return -EFAULT;
}

OP_FN(op_mname)
{
	struct umsghdr m;

	if (!read_msghdr(s, a, &m))
		put_addr(s, m.name, m.namelen);
}

OP_FN(op_miov)
{
	struct umsghdr m;

	if (!read_msghdr(s, a, &m))
		put_iov(s, m.iov, m.iovlen, REC_SNAP_MAX, false);
}

/* Up to the return value; b 1: up to the first message's msg_len. */
OP_FN(op_miovr)
{
	s64 want = rec_hdr_of(s)->ret;
	struct umsghdr m;
	u32 len;

	if (read_msghdr(s, a, &m))
		return;
	if (b && want > 0) {
		user_read(s, &len, src_value(s, a) + sizeof(m), sizeof(len));
		want = len;
	}
	put_iov(s, m.iov, m.iovlen, want, true);
}

OP_FN(op_mctl)
{
	struct umsghdr m;

	if (rec_hdr_of(s)->ret >= 0 && !read_msghdr(s, a, &m))
		put_user_bytes(s, m.control, m.controllen, REC_NAME_MAX, 0);
}

/* Strings of a NULL-terminated array, one behind the other. */
OP_FN(op_uargv)
{
	u64 at = src_value(s, a), used = 0, ptr;
	u8 *to = at ? att_room(s) : NULL;
	u32 why = 0, i;
	long n;

	if (!to)
		return;
	for (i = 0; i < REC_ARGV_MAX; i++, at += sizeof(ptr)) {
		if (used >= REC_ARGS_MAX) {
			why = REC_CUT;
			break;
		}
		if (user_read(s, &ptr, at, sizeof(ptr))) {
			why = REC_FAULT;
			break;
		}
		if (!ptr || s->pos + sizeof(struct rec_att) + used > REC_MAX)
			break;
		n = user_read_str(s, to + used, ptr, REC_ARGS_MAX);
		if (n < 0) {
			why = REC_FAULT;
			break;
		}
		used += n;
	}
	if (i == REC_ARGV_MAX)
		why = REC_CUT;
	if (used > REC_ARGS_MAX) {
		used = REC_ARGS_MAX;
		why = REC_CUT;
	}
	att_end(s, used, why);
}

/* The program's own strings, from its stack. */
static void put_stack(struct scratch *s, u64 from, u64 end)
{
	u8 *to = att_room(s);
	u64 n = end - from;
	u32 flags = 0;

	if (!to || end <= from)
		return;
	if (n > REC_ARGS_MAX) {
		n = REC_ARGS_MAX;
		flags = REC_CUT;
	}
	if (user_read(s, to, from, n)) {
		n = 0;
		flags = REC_FAULT;
	}
	att_end(s, n, flags);
}

OP_FN(op_argv)
{
	struct mm_struct *mm = READ_ONCE(s->task->mm);

	if (mm)
		put_stack(s, READ_ONCE(mm->arg_start), READ_ONCE(mm->arg_end));
}

OP_FN(op_envp)
{
	struct mm_struct *mm = READ_ONCE(s->task->mm);

	if (mm)
		put_stack(s, READ_ONCE(mm->env_start), READ_ONCE(mm->env_end));
}
