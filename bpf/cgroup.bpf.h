/* SPDX-License-Identifier: GPL-2.0-only */
/* Control group paths, one string a controller: "cpuset=/a/b". */
#ifndef BPF_CGROUP_BPF_H
#define BPF_CGROUP_BPF_H

#include "bpf/match.bpf.h"

static __always_inline struct kernfs_node *kn_parent(struct kernfs_node *kn)
{
	struct kernfs_node___v614 *old = (void *)kn;

	if (bpf_core_field_exists(kn->__parent))
		return BPF_CORE_READ(kn, __parent);
	return (void *)BPF_CORE_READ(old, parent);
}

/* One component upwards from s->dentry, a kernfs node; 0 at the top. */
__noinline int cgroup_step(struct scratch *s)
{
	struct kernfs_node *kn, *up;
	long n;

	if (!s)
		return 0;
	kn = (struct kernfs_node *)s->dentry;
	up = kn_parent(kn);
	if (!up)
		return 0;
	n = bpf_probe_read_kernel_str(s->name, sizeof(s->name), BPF_CORE_READ(kn, name));
	if (n <= 0 || !path_prepend(s, s->name, n - 1, true))
		return 0;
	s->dentry = (u64)up;
	return 1;
}

/* Path of a kernfs node into s->path, NUL-terminated. */
__noinline int cgroup_build(struct scratch *s, u64 node)
{
	u32 i;

	if (!s)
		return 0;
	path_start(s);
	s->dentry = node;
	for (i = 0; i < REC_CGROUP_DEPTH; i++)
		if (!cgroup_step(s))
			break;
	return 0;
}

/* Append "name=path" for the controller with this id. */
static __always_inline u64 put_cgroup(struct scratch *s, u8 *to, u64 pos, u64 id,
				      const char *name, u32 namelen, u64 *last)
{
	struct task_struct *t = (struct task_struct *)s->task;
	struct cgroup_subsys_state *css = NULL;
	struct css_set *set = BPF_CORE_READ(t, cgroups);
	u64 kn, n;

	bpf_probe_read_kernel(&css, sizeof(css), (void *)set +
		bpf_core_field_offset(set->subsys) + 8 * id);
	kn = css ? (u64)BPF_CORE_READ(css, cgroup, kn) : 0;
	if (!kn)
		return pos;
	if (kn != *last)
		cgroup_build(s, kn);
	*last = kn;
	KEEP(pos);
	if (pos > REC_TEXT_MAX - 16)
		return pos;
	bpf_probe_read_kernel(to + pos, namelen, name);
	n = path_copy(s, to + pos + namelen);
	KEEP(n);
	return n <= REC_PATH_MAX ? pos + namelen + n : pos;
}

#define CONTROLLER(field, text) \
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, field)) \
		pos = put_cgroup(s, to, pos, \
				 bpf_core_enum_value(enum cgroup_subsys_id, field), \
				 text, sizeof(text) - 1, &last)

__noinline int op_cgroups(struct scratch *s)
{
	u64 pos = 0, last = 0;
	u8 *to;

	if (!s)
		return 0;
	to = att_room(s);
	if (!to)
		return 0;
	CONTROLLER(cpuset_cgrp_id, "cpuset=");
	CONTROLLER(cpu_cgrp_id, "cpu=");
	CONTROLLER(cpuacct_cgrp_id, "cpuacct=");
	CONTROLLER(io_cgrp_id, "blkio=");	/* its name in captures */
	CONTROLLER(memory_cgrp_id, "memory=");
	if (pos > REC_TEXT_MAX)
		att_end(s, 0, REC_CUT);
	else if (pos)
		att_end(s, pos, 0);
	return 0;
}

#endif
