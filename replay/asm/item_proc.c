/* SPDX-License-Identifier: Apache-2.0 */
/* proc: a process that was there before, and what one most likely has. */
#include "lib/base/compat.h"

#include "replay/asm/asm_in.h"
#include "replay/machine_int.h"

#define FDLIMIT		1024

/* What the line said; the rest is filled in. */
struct given {
	bool pid, ptid, comm, exepath, uid, gid, cwd, root, cgroups, ids[5], caps[2], loginuid,
	     fdlimit;
};

static void note(struct given *g, struct str key)
{
	const struct {
		const char *name;
		bool *flag;
	} all[] = {
		{ "pid", &g->pid }, { "ptid", &g->ptid }, { "comm", &g->comm },
		{ "exepath", &g->exepath }, { "uid", &g->uid }, { "gid", &g->gid },
		{ "cwd", &g->cwd }, { "root", &g->root }, { "cgroups", &g->cgroups },
		{ "sid", &g->ids[0] }, { "vpgid", &g->ids[1] }, { "pgid", &g->ids[2] },
		{ "vtid", &g->ids[3] }, { "vpid", &g->ids[4] },
		{ "cap_permitted", &g->caps[0] }, { "cap_effective", &g->caps[1] },
		{ "loginuid", &g->loginuid }, { "fdlimit", &g->fdlimit },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (str_eq(key, str_of(all[i].name)))
			*all[i].flag = true;
}

/* Names people use for members. */
static struct str member_name(struct str key)
{
	static const char *const names[][2] = {
		{ "ppid", "ptid" }, { "user", "uid" }, { "group", "gid" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(key, str_of(names[i][0])))
			return str_of(names[i][1]);
	return key;
}

static void fill_ids(struct asm_state *s, struct snap_proc *p, const struct given *g)
{
	const struct thread *parent;

	if (!g->pid)
		p->pid = p->tid;
	if (!g->ptid && p->pid != 1 && machine_thread(s->m, 1))
		p->ptid = 1;
	parent = machine_thread(s->m, p->pid == p->tid ? p->ptid : p->pid);
	if (!g->ids[0])
		p->sid = parent && parent->sid > 0 && p->ptid != 1 ? parent->sid : p->pid;
	if (!g->ids[1])
		p->vpgid = p->pid;
	if (!g->ids[2])
		p->pgid = p->pid;
	if (!g->ids[3])
		p->vtid = p->tid;
	if (!g->ids[4])
		p->vpid = p->pid;
	if (p->tid != p->pid)
		p->flags |= TF_CLONE_THREAD | TF_CLONE_FILES;
}

static void fill_owner(struct asm_state *s, struct snap_proc *p, const struct given *g)
{
	const struct user *u = machine_user(s->m, STR(""), p->uid);

	if (!g->gid)
		p->gid = u ? u->gid : p->uid;
	if (!g->loginuid)
		p->loginuid = UINT32_MAX;
	if (!g->caps[0] && !p->uid)
		p->cap_permitted = CAPS_ALL;
	if (!g->caps[1] && !p->uid)
		p->cap_effective = CAPS_ALL;
}

/* A thread has what its process has. */
static void fill_thread(struct asm_state *s, struct snap_proc *p, struct given *g)
{
	const struct thread *main = machine_thread(s->m, p->pid);

	if (p->tid == p->pid || !g->pid || !main)
		return;
	if (!p->exe.len && !p->exepath.len) {
		p->exe = rstr_str(main->exe);
		p->exepath = rstr_str(main->exepath);
		g->exepath = true;
		if (!p->args.len)
			p->args = rstr_str(main->args);
	}
	if (!g->comm)
		p->comm = rstr_str(main->comm);
	if (!g->ptid)
		p->ptid = main->ptid;
	if (!g->uid)
		p->uid = main->uid;
	if (!g->cgroups)
		p->cgroups = rstr_str(main->cgroups);
	g->comm = g->ptid = g->uid = g->cgroups = true;
}

static void fill(struct asm_state *s, struct snap_proc *p, struct given *g)
{
	fill_thread(s, p, g);
	fill_ids(s, p, g);
	fill_owner(s, p, g);
	if (!p->exe.len)
		p->exe = p->exepath.len ? p->exepath : p->comm;
	if (!g->exepath && p->exe.len && p->exe.p[0] == '/')
		p->exepath = p->exe;
	if (!g->comm)
		p->comm = str_sub(asm_base_name(p->exe), 0, ASM_COMM_MAX);
	if (!g->cwd)
		p->cwd = STR("/");
	if (!g->root)
		p->root = STR("/");
	if (!g->cgroups)
		p->cgroups = STR("cpuset=/\0cpu=/\0");
	if (!g->fdlimit)
		p->fdlimit = FDLIMIT;
}

static bool one_word(struct asm_state *s, struct snap_item *out, struct given *g,
		     const struct word *w)
{
	struct word named = *w;

	if (w->key.p && str_eq(w->key, STR("container"))) {
		out->proc.cgroups = asm_container_cgroups(s, w);
		g->cgroups = true;
		return out->proc.cgroups.len > 0;
	}
	if (w->key.p)
		named.key = member_name(w->key);
	note(g, named.key);
	return asm_member(s, out, &named);
}

bool asm_proc(struct asm_state *s, bool exact, struct snap_item *out)
{
	struct given g = { 0 };
	bool ok = true;
	int64_t tid;
	unsigned i;

	if (s->w.n < 2 || s->w.v[1].key.p || !asm_number(s->w.v[1].v, &tid) || tid < 0) {
		diag_hint(asm_error(&s->t, s->w.v[s->w.n > 1].raw.p, "proc needs a tid"),
			  "proc 100 exe=/usr/bin/bash");
		return false;
	}
	out->proc.tid = tid;
	for (i = 2; i < s->w.n; i++)
		ok &= one_word(s, out, &g, &s->w.v[i]);
	if (!exact)
		fill(s, &out->proc, &g);
	return ok;
}
