/* SPDX-License-Identifier: GPL-2.0-only */
/* Is this task one whose calls are recorded? */
#ifndef BPF_SELECT_BPF_H
#define BPF_SELECT_BPF_H

#include "bpf/cgroup.bpf.h"

static __always_inline bool comm_selected(struct task_struct *t)
{
	u64 c[2] = {};
	u32 i;

	/* what lies behind a name's NUL is not always zero */
	bpf_probe_read_kernel_str(c, sizeof(c), __builtin_preserve_access_index(&t->comm));
	for (i = 0; i < SEL_MAX && i < ctl.sel.ncomms; i++) {
		const volatile u64 *w = (const volatile u64 *)ctl.sel.comm[i];

		if (c[0] == w[0] && c[1] == w[1])
			return true;
	}
	return false;
}

static __always_inline bool uid_selected(struct task_struct *t)
{
	u32 uid = BPF_CORE_READ(t, cred, euid.val), i;

	for (i = 0; i < SEL_MAX && i < ctl.sel.nuids; i++)
		if (uid >= ctl.sel.uid[i].lo && uid <= ctl.sel.uid[i].hi)
			return true;
	return false;
}

static __always_inline u64 memory_group(struct css_set *set)
{
	struct cgroup_subsys_state *css = NULL;

	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		return 0;
	bpf_probe_read_kernel(&css, sizeof(css), (void *)set +
		bpf_core_field_offset(set->subsys) +
		8 * bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
	return css ? (u64)BPF_CORE_READ(css, cgroup, kn) : 0;
}

/* One component of the path of s->dentry, a kernfs node; 1: asked for. */
__noinline int group_step(struct scratch *s)
{
	struct kernfs_node *kn;

	if (!s || !s->dentry)
		return 0;
	kn = (struct kernfs_node *)s->dentry;
	s->dentry = (u64)kn_parent(kn);
	if (!s->dentry)
		return 0;
	if (bpf_probe_read_kernel_str(s->name, REC_NAME_MAX, BPF_CORE_READ(kn, name)) <= 0)
		return 0;
	return id_asked_for(s);
}

__noinline int group_matches(struct scratch *s, u64 kn)
{
	u32 i;

	if (!s || !kn)
		return 0;
	s->dentry = kn;
	for (i = 0; i < REC_CGROUP_DEPTH; i++)
		if (group_step(s))
			return 1;
	cgroup_build(s, kn);
	if (s->off == REC_PATH_MAX - 1)
		path_prepend(s, "", 0, true);	/* the root itself */
	return group_path_asked_for(s);
}

static __always_inline bool group_selected(struct task_struct *t)
{
	struct css_set *set = BPF_CORE_READ(t, cgroups);
	u64 unified = (u64)BPF_CORE_READ(set, dfl_cgrp, kn), memory = memory_group(set);
	struct group_key key = {
		unified ? BPF_CORE_READ((struct kernfs_node *)unified, id) : 0,
		memory ? BPF_CORE_READ((struct kernfs_node *)memory, id) : 0,
	};
	u8 *known = bpf_map_lookup_elem(&groups, &key), met;
	struct scratch *s;

	if (known)
		return *known;
	s = scratch_get();
	if (!s || s->busy)
		return true;
	s->busy = 1;
	met = group_matches(s, unified) ||
	      (memory != unified && group_matches(s, memory));
	s->busy = 0;
	bpf_map_update_elem(&groups, &key, &met, BPF_ANY);
	return met;
}

/*
 * Of the followed tree, when one is followed; never the recorder itself.  The
 * process that was found last on this CPU need not be looked for again, as
 * long as none has left the tree (its number could be another's).
 */
static __always_inline bool followed(struct scratch *s, u32 tgid)
{
	u32 changes = *(volatile u32 *)&tree_changes;

	if (tgid == ctl.self)
		return false;
	if (!(ctl.flags & CTL_TREE))
		return true;
	if (s->tree_tgid == tgid && s->tree_gen == changes)
		return true;
	if (!bpf_map_lookup_elem(&tree, &tgid))
		return false;
	s->tree_tgid = tgid;
	s->tree_gen = changes;
	return true;
}

static __always_inline bool selected(struct scratch *s, struct task_struct *t, u32 tgid)
{
	if (!followed(s, tgid))
		return false;
	if (ctl.sel.ncomms && !comm_selected(t))
		return false;
	if (ctl.sel.nuids && !uid_selected(t))
		return false;
	return !ctl.sel.ncgroups || group_selected(t);
}

#endif
