/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose calls are recorded: struct rec_select, as bpf/select.bpf.h asks it. */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/threads.h>

#include "kmod/vestige.h"

static bool comm_selected(const struct rec_select *sel, struct task_struct *t)
{
	char comm[TASK_COMM_LEN] = "";
	u32 i;

	/* what lies behind a name's NUL is not always zero */
	strscpy(comm, t->comm, sizeof(comm));
	for (i = 0; i < sel->ncomms; i++)
		if (!memcmp(comm, sel->comm[i], sizeof(comm)))
			return true;
	return false;
}

static bool uid_selected(const struct rec_select *sel, struct task_struct *t)
{
	u32 uid = __kuid_val(rcu_dereference_check(t->cred, true)->euid), i;

	for (i = 0; i < sel->nuids; i++)
		if (uid >= sel->uid[i].lo && uid <= sel->uid[i].hi)
			return true;
	return false;
}

static bool begins_with(const char *text, const struct rec_prefix *with)
{
	return !strncmp(text, (const char *)with->text, with->len);
}

static bool any_id(const struct rec_select *sel, const char *name)
{
	u32 i;

	for (i = 0; i < sel->ncgroups; i++)
		if (sel->cgroup[i].text[0] != '/' && begins_with(name, &sel->cgroup[i]))
			return true;
	return false;
}

/* A component of a group's path against the ids: its whole, and what is
 * behind its last '-'. */
static bool id_asked_for(const struct rec_select *sel, const char *name)
{
	u32 i, from = 0;

	if (any_id(sel, name))
		return true;
	for (i = 0; i < SEL_ID_PREFIX && name[i]; i++)
		if (name[i] == '-')
			from = i + 1;
	return from && any_id(sel, name + from);
}

/* Is the group, or one above it, asked for by path? */
static bool group_path_asked_for(const struct rec_select *sel, const char *path)
{
	const struct rec_prefix *with;
	u32 i;

	for (i = 0; i < sel->ncgroups; i++) {
		with = &sel->cgroup[i];
		if (with->text[0] != '/' || !begins_with(path, with))
			continue;
		if (with->len == 1 || path[with->len] == '/' || !path[with->len])
			return true;
	}
	return false;
}

static bool group_matches(struct scratch *s, struct kernfs_node *group)
{
	const struct rec_select *sel = &s->ses->cfg->ctl.sel;
	struct kernfs_node *kn, *up;
	char name[REC_NAME_MAX];
	u32 i;

	for (kn = group, i = 0; kn && i < REC_CGROUP_DEPTH; kn = up, i++) {
		up = compat_kernfs_parent(kn);
		if (!up)
			break;
		group_name(kn, name);
		if (id_asked_for(sel, name))
			return true;
	}
	if (!group)
		return false;
	group_path_of(s, group);
	return group_path_asked_for(sel, (const char *)s->path + s->off);
}

/*
 * The answer for a pair of groups is kept: the kernel never gives an id
 * twice, so it stays true.
 */
static bool group_selected(struct session *ses, struct task_struct *t)
{
	struct scratch *s = ses->cpu[smp_processor_id()];
	struct kernfs_node *unified = group_of(t, -1), *memory = group_memory(t);
	u64 a = unified ? compat_kernfs_id(unified) : 0;
	u64 b = memory ? compat_kernfs_id(memory) : 0;
	struct known_group *k = &s->known[hash_64(a ^ b << 32, KNOWN_GROUP_BITS)];

	if (k->valid && k->unified == a && k->memory == b)
		return k->met;
	if (s->busy)
		return true;
	s->busy = 1;
	barrier();
	k->met = group_matches(s, unified) || (memory != unified && group_matches(s, memory));
	k->unified = a;
	k->memory = b;
	k->valid = true;
	barrier();
	s->busy = 0;
	return k->met;
}

/* Of the followed tree, when one is followed; never the recorder itself. */
bool followed(struct session *ses, u32 tgid)
{
	if (!READ_ONCE(ses->running) || tgid == ses->cfg->ctl.self)
		return false;
	return !ses->tree || (tgid < PID_MAX_LIMIT && test_bit(tgid, ses->tree));
}

bool selected(struct session *ses, struct task_struct *t)
{
	const struct rec_ctl *ctl = &ses->cfg->ctl;

	if (!followed(ses, t->tgid))
		return false;
	if (ctl->sel.ncomms && !comm_selected(&ctl->sel, t))
		return false;
	if (ctl->sel.nuids && !uid_selected(&ctl->sel, t))
		return false;
	return !ctl->sel.ncgroups || group_selected(ses, t);
}

bool path_asked_for(const struct session *ses, const char *path)
{
	const struct rec_select *sel = &ses->cfg->ctl.sel;
	u32 i;

	for (i = 0; i < sel->npaths; i++)
		if (begins_with(path, &sel->path[i]))
			return true;
	return false;
}

/*
 * Opens by name: is this the path of one that is asked for?  Where nothing
 * was resolved the caller's own string, when it says where it is.
 */
bool wanted_path(struct scratch *s, const struct rawrow *row)
{
	const char *name = (const char *)s->rec + s->name_at;

	if (!s->ses->cfg->ctl.sel.npaths || !(row->flags & ROWF_OPEN))
		return true;
	if (s->path_seen)
		return s->path_met;
	return !s->name_at || *name != '/' || path_asked_for(s->ses, name);
}

/* Payload bytes kept for sockets of this call's port, or for the address it
 * names; -1: as for the others. */
static int snap_of_port(struct scratch *s)
{
	const struct rec_select *sel = &s->ses->cfg->ctl.sel;
	u32 own, peer, i;

	if (!sel->nports || (s->cls != RC_IO && s->cls != RC_NET) ||
	    !sock_ports(rec_hdr_of(s)->arg[0], &own, &peer))
		return -1;
	for (i = 0; i < sel->nports; i++) {
		const struct rec_ports *p = &sel->port[i];

		if ((own >= p->lo && own <= p->hi) || (peer >= p->lo && peer <= p->hi) ||
		    (s->named && s->named >= p->lo && s->named <= p->hi))
			return p->snap;
	}
	return -1;
}

/* Bytes of payload to keep; got: the process got them, did not give them. */
u32 snap_of(struct scratch *s, bool got)
{
	const struct rec_ctl *ctl = &s->ses->cfg->ctl;
	int own = snap_of_port(s);
	u32 snap = own >= 0 ? own : got ? ctl->snap_read : ctl->snap_write;

	return min_t(u32, snap, REC_SNAP_MAX);
}
