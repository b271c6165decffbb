/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Paths as bpf/path.bpf.h has them: from the file up to the top of the mount
 * tree, whatever the process's root is, built from the end.  d_path() would
 * stop at that root, and say "(deleted)".
 */
#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/fs_struct.h>

#include "kmod/vestige.h"

static void path_start(struct scratch *s)
{
	s->path[REC_PATH_MAX - 1] = '\0';
	s->off = REC_PATH_MAX - 1;
}

/* Put len bytes of name, and a slash, before what is there; false: full. */
static bool path_prepend(struct scratch *s, const void *name, u32 len, bool slash)
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
	if (f)
		put_path(s, &f->f_path);
}

OP_FN(op_cwd)
{
	struct fs_struct *fs = READ_ONCE(s->task->fs);

	if (fs)
		put_path(s, &fs->pwd);
}

/* Path of a kernfs node into s->path, NUL-terminated. */
static void cgroup_path_of(struct scratch *s, struct kernfs_node *kn)
{
	struct kernfs_node *up;
	char name[REC_NAME_MAX];
	const char *from;
	u32 i, n;

	path_start(s);
	for (i = 0; i < REC_CGROUP_DEPTH; i++, kn = up) {
		up = compat_kernfs_parent(kn);
		if (!up)
			break;
		from = compat_kernfs_name(kn);
		for (n = 0; n < sizeof(name) - 1; n++)
			if (compat_read_kernel(&name[n], from + n, 1) || !name[n])
				break;
		if (!path_prepend(s, name, n, true))
			break;
	}
}

/* Append "name=path" for one controller. */
static u32 put_cgroup(struct scratch *s, u8 *to, u32 pos, int id, const char *name,
		      struct kernfs_node **last)
{
	struct css_set *set = rcu_dereference_check(s->task->cgroups, true);
	struct cgroup_subsys_state *css = READ_ONCE(set->subsys[id]);
	struct kernfs_node *kn = css ? css->cgroup->kn : NULL;
	u32 len = strlen(name);

	if (!kn)
		return pos;
	if (kn != *last)
		cgroup_path_of(s, kn);
	*last = kn;
	if (pos > REC_TEXT_MAX - 16)
		return pos;
	memcpy(to + pos, name, len);
	return pos + len + path_copy(s, to + pos + len);
}

OP_FN(op_cgroups)
{
	struct kernfs_node *last = NULL;
	u8 *to = att_room(s);
	u32 pos = 0;

	if (!to)
		return;
#ifdef CONFIG_CPUSETS
	pos = put_cgroup(s, to, pos, cpuset_cgrp_id, "cpuset=", &last);
#endif
#ifdef CONFIG_CGROUP_SCHED
	pos = put_cgroup(s, to, pos, cpu_cgrp_id, "cpu=", &last);
#endif
#ifdef CONFIG_CGROUP_CPUACCT
	pos = put_cgroup(s, to, pos, cpuacct_cgrp_id, "cpuacct=", &last);
#endif
#ifdef CONFIG_BLK_CGROUP	/* "blkio": its name in captures */
	pos = put_cgroup(s, to, pos, io_cgrp_id, "blkio=", &last);
#endif
#ifdef CONFIG_MEMCG
	pos = put_cgroup(s, to, pos, memory_cgrp_id, "memory=", &last);
#endif
	if (pos > REC_TEXT_MAX)
		att_end(s, 0, REC_CUT);
	else if (pos)
		att_end(s, pos, 0);
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
