/* SPDX-License-Identifier: GPL-2.0-only */
/* Control groups of a task. */
#include <linux/cgroup.h>

#include "kmod/vestige.h"

struct kernfs_node *group_of(struct task_struct *t, int id)
{
	struct css_set *set = rcu_dereference_check(t->cgroups, true);
	struct cgroup_subsys_state *css;

	if (id < 0)
		return set->dfl_cgrp ? set->dfl_cgrp->kn : NULL;
	css = READ_ONCE(set->subsys[id]);
	return css && css->cgroup ? css->cgroup->kn : NULL;
}

struct kernfs_node *group_memory(struct task_struct *t)
{
#ifdef CONFIG_MEMCG
	return group_of(t, memory_cgrp_id);
#else
	return NULL;
#endif
}

/* The last component of its path. */
void group_name(struct kernfs_node *kn, char name[REC_NAME_MAX])
{
	const char *from = compat_kernfs_name(kn);
	u32 n;

	for (n = 0; n < REC_NAME_MAX - 1; n++)
		if (compat_read_kernel(&name[n], from + n, 1) || !name[n])
			break;
	name[n] = '\0';
}

/* Path of a group into s->path, NUL-terminated. */
void group_path_of(struct scratch *s, struct kernfs_node *kn)
{
	struct kernfs_node *up;
	char name[REC_NAME_MAX];
	u32 i;

	path_start(s);
	for (i = 0; i < REC_CGROUP_DEPTH; i++, kn = up) {
		up = compat_kernfs_parent(kn);
		if (!up)
			break;
		group_name(kn, name);
		if (!path_prepend(s, name, strlen(name), true))
			break;
	}
}

/* Append "name=path" for one controller. */
static u32 put_cgroup(struct scratch *s, u8 *to, u32 pos, int id, const char *name,
		      struct kernfs_node **last)
{
	struct kernfs_node *kn = group_of(s->task, id);
	u32 len = strlen(name);

	if (!kn)
		return pos;
	if (kn != *last)
		group_path_of(s, kn);
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
