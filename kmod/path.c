/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Paths as bpf/path.bpf.h has them: from the file up to the top of the mount
 * tree, whatever the process's root is, built from the end.  d_path() would
 * stop at that root, and say "(deleted)".
 */
#include <linux/dcache.h>
#include <linux/fs_struct.h>

#include "kmod/vestige.h"

void path_start(struct scratch *s)
{
	s->path[REC_PATH_MAX - 1] = '\0';
	s->off = REC_PATH_MAX - 1;
}

/* Put len bytes of name, and a slash, before what is there; false: full. */
bool path_prepend(struct scratch *s, const void *name, u32 len, bool slash)
{
	u32 at = s->off;

	len &= 0xff;
	if (at < len + 1)
		return false;
	at -= len;
	if (len && compat_read_kernel(s->path + at, name, len))
		return false;
	if (slash)
		s->path[--at] = '/';
	s->off = at;
	return true;
}

/* The path, or just "/" when nothing was prepended; its length is returned. */
u32 path_copy(struct scratch *s, u8 *to)
{
	u32 len;

	if (s->off == REC_PATH_MAX - 1)
		path_prepend(s, "", 0, true);
	len = REC_PATH_MAX - s->off;
	memcpy(to, s->path + s->off, len);
	return len;
}

/* Path of (mnt, dentry) into s->path, NUL-terminated. */
void path_of(struct scratch *s, const struct path *p)
{
	const struct compat_mount *up, *m = container_of(READ_ONCE(p->mnt), struct compat_mount, mnt);
	const struct dentry *parent, *d = READ_ONCE(p->dentry);
	u32 i;

	path_start(s);
	for (i = 0; d && i < REC_DEPTH_MAX; i++) {
		if (d == m->mnt.mnt_root) {
			up = READ_ONCE(m->mnt_parent);
			if (up == m)
				break;
			d = READ_ONCE(m->mnt_mountpoint);
			m = up;
			continue;
		}
		parent = READ_ONCE(d->d_parent);
		/* a parentless file of no tree (memfd, pipe): its name alone */
		if (!path_prepend(s, READ_ONCE(d->d_name.name), READ_ONCE(d->d_name.len),
				  parent != d) || parent == d)
			break;
		d = parent;
	}
}

static void put_path(struct scratch *s, const struct path *p)
{
	u8 *to;

	path_of(s, p);
	to = att_room(s);
	if (to)
		att_end(s, path_copy(s, to), 0);
}

OP_FN(op_fdpath)
{
	struct file *f;

	if (s->ses->cfg->ctl.flags & CTL_NO_PATHS)
		return;
	f = file_of_fd(src_value(s, a));
	if (!f)
		return;
	put_path(s, &f->f_path);
	s->path_seen = true;
	s->path_met = path_asked_for(s->ses, (const char *)s->path + s->off);
}

OP_FN(op_cwd)
{
	struct fs_struct *fs = READ_ONCE(s->task->fs);

	if (fs)
		put_path(s, &fs->pwd);
}

/*
 * Is struct mount what compat.h says?  Walking up from the root directory
 * must end, by mounts whose root and mount point are there, at a mount that
 * is its own parent.
 */
bool path_self_check(void)
{
	const struct compat_mount *m;
	struct compat_mount copy;
	struct path root;
	int i;

	get_fs_root(current->fs, &root);
	m = container_of(root.mnt, struct compat_mount, mnt);
	for (i = 0; i < REC_DEPTH_MAX; i++) {
		if (compat_read_kernel(&copy, m, sizeof(copy)) ||
		    !copy.mnt_parent || !copy.mnt_mountpoint || !copy.mnt.mnt_root ||
		    !copy.mnt.mnt_sb)
			break;
		if (copy.mnt_parent == m)
			i = REC_DEPTH_MAX;
		m = copy.mnt_parent;
	}
	path_put(&root);
	return i > REC_DEPTH_MAX;
}
