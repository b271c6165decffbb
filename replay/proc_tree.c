/* SPDX-License-Identifier: Apache-2.0 */
/* Parents and children, and who inherits the children of the dead. */
#include "lib/base/compat.h"

#include "replay/machine_int.h"

void thread_attach_child(struct thread *parent, struct thread *child)
{
	child->parent = parent;
	child->ptid = parent->tid;
	child->prev_sibling = NULL;
	child->next_sibling = parent->first_child;
	if (parent->first_child)
		parent->first_child->prev_sibling = child;
	parent->first_child = child;
}

void thread_detach_child(struct thread *child)
{
	if (!child->parent)
		return;
	*(child->prev_sibling ? &child->prev_sibling->next_sibling :
	  &child->parent->first_child) = child->next_sibling;
	if (child->next_sibling)
		child->next_sibling->prev_sibling = child->prev_sibling;
	child->parent = child->next_sibling = child->prev_sibling = NULL;
}

/* Would parent above child close a loop?  Only a trace that lies makes one. */
static bool closes_loop(const struct thread *parent, const struct thread *child)
{
	if (!child->first_child)
		return parent == child;
	for (; parent; parent = parent->parent) {
		if (parent == child)
			return true;
	}
	return false;
}

void machine_link(struct machine *m, struct thread *t)
{
	struct thread *parent;

	thread_detach_child(t);
	tgroup_leave(m, t);
	if (thread_is_placeholder(t))
		return;
	tgroup_join(m, t);
	parent = machine_thread(m, t->ptid);
	if (parent && !thread_is_placeholder(parent) && !closes_loop(parent, t))
		thread_attach_child(parent, t);
	else if (t->pid != 1)
		t->ptid = 0;
}

static struct thread *alive_in_group(const struct tgroup *g, const struct thread *but)
{
	struct thread *t;

	for (t = g ? g->first : NULL; t; t = t->tg_next) {
		if (t != but && !t->dead)
			return t;
	}
	return NULL;
}

/*
 * The nearest ancestor process that adopts orphans, as the kernel would
 * choose, looking no further than the pid namespace of the dead.
 */
static struct thread *ancestor_reaper(const struct thread *dead)
{
	bool in_pidns = thread_in_child_pidns(dead);
	struct thread *a, *r;

	for (a = dead->parent; a && thread_in_child_pidns(a) == in_pidns; a = a->parent) {
		if (!a->group || !a->group->reaper)
			continue;
		r = alive_in_group(a->group, dead);
		if (r)
			return r;
	}
	return NULL;
}

static struct thread *find_reaper(struct machine *m, const struct thread *dead)
{
	struct thread *r = NULL;

	if (dead->reaper_tid > 0)
		r = machine_thread(m, dead->reaper_tid);
	if (r && (thread_is_placeholder(r) || r == dead))
		r = NULL;
	if (!r)
		r = alive_in_group(dead->group, dead);
	return r ? r : ancestor_reaper(dead);
}

/*
 * The child of dead whose own descendant is the reaper, or NULL.  It cannot
 * be given to it; only a trace that lies asks for that.
 */
static struct thread *child_above(const struct thread *dead, struct thread *reaper)
{
	struct thread *t;

	for (t = reaper; t; t = t->parent) {
		if (t->parent == dead)
			return t;
	}
	return NULL;
}

static void reparent_children(struct machine *m, struct thread *dead)
{
	struct thread *reaper = find_reaper(m, dead), *child, *above;

	if (reaper && reaper->group && reaper->group != dead->group)
		reaper->group->reaper = true;
	above = child_above(dead, reaper);
	while ((child = dead->first_child)) {
		thread_detach_child(child);
		if (reaper && child != above)
			thread_attach_child(reaper, child);
		else
			child->ptid = 0;
	}
}

static void erase(struct machine *m, struct thread *t)
{
	if (t->first_child)
		reparent_children(m, t);
	thread_detach_child(t);
	tgroup_leave(m, t);
	machine_drop_thread(m, t);
}

void machine_remove_thread(struct machine *m, int64_t tid)
{
	struct thread *t = machine_thread(m, tid), *main;
	struct tgroup *g;

	if (!t)
		return;
	g = t->group;
	if (!g || thread_is_placeholder(t)) {
		erase(m, t);
		return;
	}
	if (!t->dead) {
		t->dead = true;
		g->alive--;
	}
	if (t->first_child)
		reparent_children(m, t);
	main = tgroup_main(g);
	if (!g->alive) {
		/* The last one takes the main thread, long dead, with it. */
		if (main && main != t)
			erase(m, main);
		erase(m, t);
	} else if (t != main) {
		erase(m, t);
	}
}
