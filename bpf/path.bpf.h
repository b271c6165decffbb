/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Paths as the kernel has them.  bpf_d_path() may not be called from a
 * tracepoint, so dentries are walked upwards and the path is built from its
 * end.
 */
#ifndef BPF_PATH_BPF_H
#define BPF_PATH_BPF_H

#include "bpf/emit.bpf.h"

/* Put len bytes of name, and a slash, before what is there; false: full. */
static __always_inline bool path_prepend(struct scratch *s, const void *name,
					 u64 len, bool slash)
{
	u64 at = s->off;

	KEEP(len);
	len &= 0xff;
	KEEP(at);
	if (at > REC_PATH_MAX || at < len + 1)
		return false;
	at -= len;
	KEEP(at);
	if (at >= REC_PATH_MAX)
		return false;
	if (len && bpf_probe_read_kernel(s->path + at, len, name))
		return false;
	if (slash) {
		at--;
		KEEP(at);
		if (at >= REC_PATH_MAX)
			return false;
		s->path[at] = '/';
	}
	s->off = at;
	return true;
}

/* The path, or just "/" when nothing was prepended; its length is returned. */
static __always_inline u64 path_copy(struct scratch *s, u8 *to)
{
	u64 off = s->off, len;

	if (off == REC_PATH_MAX - 1) {
		path_prepend(s, "", 0, true);
		off = s->off;
	}
	len = REC_PATH_MAX - off;
	KEEP(off);
	if (off >= REC_PATH_MAX)
		return 0;
	KEEP(len);
	if (len > REC_PATH_MAX)
		return 0;
	if (bpf_probe_read_kernel(to, len, s->path + off))
		return 0;
	return len;
}

static __always_inline void path_start(struct scratch *s)
{
	s->path[REC_PATH_MAX - 1] = 0;
	s->off = REC_PATH_MAX - 1;
}

/* One component upwards; 0 at the top. */
__noinline int path_step(struct scratch *s)
{
	u64 parent, up;
	const void *name;
	u32 len;

	if (!s)
		return 0;
	if (s->dentry == s->mnt_root) {
		up = (u64)PEEK(struct mount, s->mnt, mnt_parent);
		if (up == s->mnt)
			return 0;
		s->dentry = (u64)PEEK(struct mount, s->mnt, mnt_mountpoint);
		s->mnt = up;
		s->mnt_root = (u64)PEEK(struct mount, s->mnt, mnt.mnt_root);
		return 1;
	}
	parent = (u64)PEEK(struct dentry, s->dentry, d_parent);
	len = PEEK(struct dentry, s->dentry, d_name.len);
	name = PEEK(struct dentry, s->dentry, d_name.name);
	/* a parentless file of no tree (memfd, pipe): its name alone */
	if (!path_prepend(s, name, len, parent != s->dentry) || parent == s->dentry)
		return 0;
	s->dentry = parent;
	return 1;
}

/* Path of (vfsmnt, dentry) into s->path, NUL-terminated. */
__noinline int path_build(struct scratch *s, u64 vfsmnt, u64 dentry)
{
	u32 i;

	if (!s)
		return 0;
	path_start(s);
	s->dentry = dentry;
	s->mnt = vfsmnt - bpf_core_field_offset(struct mount, mnt);
	s->mnt_root = (u64)PEEK(struct vfsmount, vfsmnt, mnt_root);
	for (i = 0; dentry && i < REC_DEPTH_MAX; i++)
		if (!path_step(s))
			break;
	return 0;
}

static __always_inline void put_path(struct scratch *s, struct path *p)
{
	u64 n;
	u8 *to;

	path_build(s, (u64)BPF_CORE_READ(p, mnt), (u64)BPF_CORE_READ(p, dentry));
	to = att_room(s);
	n = to ? path_copy(s, to) : 0;
	if (n)
		att_end(s, n, 0);
}

#endif
