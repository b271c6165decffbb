/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and sockets behind descriptors. */
#include <linux/fdtable.h>
#include <linux/magic.h>
#include <linux/net.h>
#include <linux/nospec.h>
#include <linux/pid.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "kmod/vestige.h"

/* A field of a structure that RCU does not protect; zero when it is gone. */
#define PEEK(field) ({							\
	typeof(field) v_;						\
	if (compat_read_kernel((void *)&v_, (const void *)&(field), sizeof(v_)))\
		memset((void *)&v_, 0, sizeof(v_));			\
	v_; })

/* The file of the current process with this number, as long as RCU lasts. */
struct file *file_of_fd(s64 fd)
{
	struct files_struct *files = READ_ONCE(current->files);
	struct fdtable *fdt;

	if (!files || fd < 0)
		return NULL;
	fdt = rcu_dereference_check(files->fdt, true);
	if (fd >= fdt->max_fds)
		return NULL;
	fd = array_index_nospec(fd, fdt->max_fds);
	return rcu_dereference_check(fdt->fd[fd], true);
}

static struct inode *inode_of(struct file *f)
{
	return f ? READ_ONCE(f->f_inode) : NULL;
}

/* Which layer of an overlay holds the file; memfd; no name left. */
u32 file_layer(struct file *f, struct inode *ino)
{
	const struct dentry *d = READ_ONCE(f->f_path.dentry);
	struct dentry *upper = NULL;
	u32 layer = ino->i_nlink ? 0 : REC_UNLINKED;
	char name[6] = "";

	if (ino->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC) {
		/* struct ovl_inode: the upper dentry follows the inode */
		compat_read_kernel(&upper, (u8 *)ino + sizeof(*ino), sizeof(upper));
		layer |= upper ? REC_OVL_UPPER : REC_OVL_LOWER;
	} else if (ino->i_sb->s_magic == TMPFS_MAGIC && d && d->d_parent == d) {
		compat_read_kernel(name, d->d_name.name, sizeof(name));
		if (!memcmp(name, "memfd:", sizeof(name)))
			layer |= REC_MEMFD;
	}
	return layer;
}

OP_FN(op_fdf)
{
	struct file *f = file_of_fd(src_value(s, a));
	struct inode *ino = inode_of(f);
	struct rec_fdf *to = ino ? att_room(s) : NULL;

	if (!to)
		return;
	to->ino = ino->i_ino;
	to->dev = ino->i_sb->s_dev;
	to->mode = ino->i_mode;
	to->fflags = f->f_flags;
	to->fmode = (__force u32)f->f_mode;
	to->layer = file_layer(f, ino);
	att_end(s, sizeof(*to), 0);
}

static struct sock *fd_sock(s64 fd)
{
	struct file *f = file_of_fd(fd);
	struct inode *ino = inode_of(f);
	struct socket *so;

	if (!ino || !S_ISSOCK(ino->i_mode))
		return NULL;
	so = READ_ONCE(f->private_data);
	return so ? PEEK(so->sk) : NULL;
}

bool sock_ports(s64 fd, u32 *own, u32 *peer)
{
	struct sock *sk = fd_sock(fd);
	u16 family = sk ? PEEK(sk->sk_family) : 0;

	if (family != AF_INET && family != AF_INET6)
		return false;
	*own = ntohs(PEEK(((struct inet_sock *)sk)->inet_sport));
	*peer = ntohs(PEEK(sk->sk_dport));
	return true;
}

/* The process behind a pidfd: since 6.9 a file of a file system of its own. */
OP_FN(op_pidfd)
{
	struct file *f = file_of_fd(src_value(s, a));
	struct inode *ino = inode_of(f);
	struct rec_pidfd *to;
	struct pid *pid;
	char name[8] = "";

	if (!ino)
		return;
	if (ino->i_sb->s_magic == COMPAT_PIDFS_MAGIC) {
		pid = READ_ONCE(ino->i_private);
	} else {
		compat_read_kernel(name, f->f_path.dentry->d_name.name, 7);
		if (memcmp(name, "[pidfd]", 7))
			return;
		pid = READ_ONCE(f->private_data);
	}
	to = pid ? att_room(s) : NULL;
	if (!to)
		return;
	to->pid = pid_nr(pid);
	att_end(s, sizeof(*to), 0);
}

/* Path (or abstract name) a unix socket is bound to; bytes written. */
static u32 unix_path(struct sock *sk, u8 *to)
{
	struct unix_address *addr = PEEK(((struct unix_sock *)sk)->addr);
	int len = addr ? PEEK(addr->len) : 0;

	if (len <= 2 || len - 2 > 108)
		return 0;
	if (compat_read_kernel(to, (u8 *)addr + offsetof(struct unix_address, name) + 2, len - 2))
		return 0;
	return len - 2;
}

static u32 sock_unix(struct rec_sock *to, struct sock *sk, u8 *tail)
{
	struct sock *peer = PEEK(((struct unix_sock *)sk)->peer);
	u32 n = unix_path(sk, tail);

	to->own = (unsigned long)sk;
	to->peer = (unsigned long)peer;
	if (!n && peer)
		n = unix_path(peer, tail);
	return n;
}

static void sock_inet(struct rec_sock *to, struct sock *sk)
{
	to->sport = ntohs(PEEK(((struct inet_sock *)sk)->inet_sport));
	to->dport = ntohs(PEEK(sk->sk_dport));
	if (to->family == AF_INET) {
		compat_read_kernel(to->saddr, &((struct inet_sock *)sk)->inet_saddr, 4);
		compat_read_kernel(to->daddr, &sk->sk_daddr, 4);
		return;
	}
#if IS_ENABLED(CONFIG_IPV6)
	compat_read_kernel(to->daddr, &sk->sk_v6_daddr, 16);
	compat_read_kernel(to->saddr, &sk->sk_v6_rcv_saddr, 16);
#endif
}

OP_FN(op_sock)
{
	struct sock *sk = fd_sock(src_value(s, a));
	struct rec_sock *to = sk ? att_room(s) : NULL;
	u32 tail = 0;

	if (!to)
		return;
	memset(to, 0, sizeof(*to));
	to->family = PEEK(sk->sk_family);
	to->state = PEEK(sk->__sk_common.skc_state);
	to->type = compat_sk_type(sk);
	to->proto = compat_sk_protocol(sk);
	if (to->family == AF_UNIX)
		tail = sock_unix(to, sk, (u8 *)(to + 1));
	else if (to->family == AF_INET || to->family == AF_INET6)
		sock_inet(to, sk);
	att_end(s, sizeof(*to) + tail, 0);
}

OP_FN(op_queue)
{
	struct sock *sk = fd_sock(src_value(s, a));
	struct rec_queue *to = sk ? att_room(s) : NULL;

	if (!to)
		return;
	to->len = PEEK(sk->sk_ack_backlog);
	to->max = PEEK(sk->sk_max_ack_backlog);
	att_end(s, sizeof(*to), 0);
}
