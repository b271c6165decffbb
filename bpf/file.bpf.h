/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and sockets behind descriptors. */
#ifndef BPF_FILE_BPF_H
#define BPF_FILE_BPF_H

#include "bpf/match.bpf.h"
#include "bpf/user.bpf.h"

/* Which layer of an overlay holds the file; memfd; no name left. */
static __always_inline u32 file_layer(struct file *f, struct inode *ino, u64 magic)
{
	u32 layer = PEEK(struct inode, ino, i_nlink) ? 0 : REC_UNLINKED;
	struct dentry *upper = NULL, *d;

	if (magic == OVERLAYFS_MAGIC) {
		/* struct ovl_inode: the upper dentry follows the inode */
		bpf_probe_read_kernel(&upper, sizeof(upper),
				      (void *)ino + bpf_core_type_size(struct inode));
		return layer | (upper ? REC_OVL_UPPER : REC_OVL_LOWER);
	}
	if (magic != TMPFS_MAGIC)
		return layer;
	d = BPF_CORE_READ(f, f_path.dentry);
	if (BPF_CORE_READ(d, d_parent) == d) {
		char name[6] = {};

		bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(d, d_name.name));
		if (name[0] == 'm' && name[1] == 'e' && name[2] == 'm' &&
		    name[3] == 'f' && name[4] == 'd' && name[5] == ':')
			layer |= REC_MEMFD;
	}
	return layer;
}

/*
 * Addresses are taken to and fro through memory: a pointer of the verifier's
 * may neither be reckoned with nor given to a function of its own.
 */
__noinline int op_fdf(struct scratch *s, u32 a)
{
	struct super_block *sb;
	struct rec_fdf *to;
	struct inode *ino;
	struct file *f;

	if (!s)
		return 0;
	f = fd_file(src_value(s, a));
	to = f ? (struct rec_fdf *)att_room(s) : NULL;
	if (!to)
		return 0;
	s->at = (u64)PEEK(struct file, f, f_inode);
	ino = (struct inode *)s->at;
	sb = PEEK(struct inode, ino, i_sb);
	to->ino = PEEK(struct inode, ino, i_ino);
	to->dev = PEEK(struct super_block, sb, s_dev);
	to->mode = PEEK(struct inode, ino, i_mode);
	to->fflags = PEEK(struct file, f, f_flags);
	to->fmode = PEEK(struct file, f, f_mode);
	to->layer = file_layer(f, ino, PEEK(struct super_block, sb, s_magic));
	att_end(s, sizeof(*to), 0);
	return 0;
}

__noinline int op_fdpath(struct scratch *s, u32 a)
{
	struct file *f;

	if (!s || (ctl.flags & CTL_NO_PATHS))
		return 0;
	f = fd_file(src_value(s, a));
	if (!f)
		return 0;
	put_path(s, __builtin_preserve_access_index(&f->f_path));
	if (ctl.sel.npaths) {
		s->path_seen = 1;
		s->path_met = path_asked_for(s);
	}
	return 0;
}

/* The process behind a pidfd: since 6.9 a file of a file system of its own. */
__noinline int op_pidfd(struct scratch *s, u32 a)
{
	struct rec_pidfd *to;
	struct pid *pid;
	struct file *f;
	char name[8] = {};

	if (!s)
		return 0;
	f = fd_file(src_value(s, a));
	if (!f)
		return 0;
	if (BPF_CORE_READ(f, f_inode, i_sb, s_magic) == PIDFS_MAGIC) {
		pid = BPF_CORE_READ(f, f_inode, i_private);
	} else {
		bpf_probe_read_kernel(name, 7, BPF_CORE_READ(f, f_path.dentry, d_name.name));
		if (name[0] != '[' || name[1] != 'p' || name[2] != 'i' ||
		    name[3] != 'd' || name[4] != 'f' || name[5] != 'd' || name[6] != ']')
			return 0;
		pid = BPF_CORE_READ(f, private_data);
	}
	to = pid ? (struct rec_pidfd *)att_room(s) : NULL;
	if (!to)
		return 0;
	to->pid = pid_first(pid);
	att_end(s, sizeof(*to), 0);
	return 0;
}

/* Path (or abstract name) a unix socket is bound to; bytes written. */
static __always_inline u64 unix_path(struct sock *sk, u8 *to)
{
	struct unix_address *addr = BPF_CORE_READ((struct unix_sock *)sk, addr);
	int len = addr ? BPF_CORE_READ(addr, len) : 0;
	u64 n = len - 2;

	if (len <= 2 || n > 108)
		return 0;
	KEEP(n);
	if (n > 108)
		return 0;
	if (bpf_probe_read_kernel(to, n, (void *)addr +
			bpf_core_field_offset(struct unix_address, name) + 2))
		return 0;
	return n;
}

static __always_inline u64 sock_unix(struct rec_sock *to, struct sock *sk, u8 *tail)
{
	struct sock *peer = BPF_CORE_READ((struct unix_sock *)sk, peer);
	u64 n = unix_path(sk, tail);

	to->own = (u64)sk;
	to->peer = (u64)peer;
	if (!n && peer)
		n = unix_path(peer, tail);
	return n;
}

static __always_inline void sock_inet(struct rec_sock *to, struct sock *sk)
{
	u32 addr = BPF_CORE_READ((struct inet_sock *)sk, inet_saddr);

	to->sport = sock_port(sk);
	to->dport = sock_peer_port(sk);
	if (to->family == AF_INET) {
		__builtin_memcpy(to->saddr, &addr, 4);
		addr = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		__builtin_memcpy(to->daddr, &addr, 4);
		return;
	}
	bpf_core_read(to->daddr, 16, &sk->__sk_common.skc_v6_daddr);
	bpf_core_read(to->saddr, 16, &sk->__sk_common.skc_v6_rcv_saddr);
}

__noinline int op_sock(struct scratch *s, u32 a)
{
	struct rec_sock *to;
	struct sock *sk;
	u64 tail = 0;

	if (!s)
		return 0;
	sk = fd_sock(src_value(s, a));
	to = sk ? (struct rec_sock *)att_room(s) : NULL;
	if (!to)
		return 0;
	__builtin_memset(to, 0, sizeof(*to));
	to->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	to->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	to->type = BPF_CORE_READ(sk, sk_type);
	to->proto = BPF_CORE_READ(sk, sk_protocol);
	if (to->family == AF_UNIX)
		tail = sock_unix(to, sk, (u8 *)(to + 1));
	else if (to->family == AF_INET || to->family == AF_INET6)
		sock_inet(to, sk);
	KEEP(tail);
	if (tail <= 108)
		att_end(s, sizeof(*to) + tail, 0);
	return 0;
}

__noinline int op_queue(struct scratch *s, u32 a)
{
	struct rec_queue *to;
	struct sock *sk;

	if (!s)
		return 0;
	sk = fd_sock(src_value(s, a));
	to = sk ? (struct rec_queue *)att_room(s) : NULL;
	if (!to)
		return 0;
	to->len = BPF_CORE_READ(sk, sk_ack_backlog);
	to->max = BPF_CORE_READ(sk, sk_max_ack_backlog);
	att_end(s, sizeof(*to), 0);
	return 0;
}

#endif
