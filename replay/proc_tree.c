/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parents and children, and who inherits the children of the dead.  A trace may
 * tell of lines of a hundred thousand ancestors, or of as many children that
 * are inherited over and over: how far is looked and how often one is adopted
 * is bounded, far above what hosts come to, so no event costs much.
 */
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

/*
 * On the way up from t: the one whose parent is `to`, or NULL when `to` is not
 * above it.  *far: the way is too long to tell.
 */
static struct thread *below(const struct thread *to, struct thread *t, bool *far)
{
	unsigned steps;

	for (steps = 0; t && steps < MACHINE_ANCESTORS_MAX; steps++, t = t->parent) {
		if (t->parent == to)
			return t;
	}
	*far = t != NULL;
	return NULL;
}

/* Would parent above child close a loop?  Only a trace that lies makes one. */
static bool closes_loop(struct thread *parent, const struct thread *child)
{
	bool far = false;

	if (parent == child)
		return true;
	return child->first_child && (below(child, parent, &far) || far);
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
	unsigned steps = 0;

	for (a = dead->parent; a && thread_in_child_pidns(a) == in_pidns; a = a->parent) {
		if (++steps > MACHINE_ANCESTORS_MAX)
			break;
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

static bool may_adopt(const struct thread *reaper, const struct thread *child)
{
	return reaper && child->adopted < MACHINE_ADOPTIONS_MAX;
}

static void reparent_children(struct machine *m, struct thread *dead)
{
	struct thread *reaper = find_reaper(m, dead), *child, *above;
	bool far = false;

	if (reaper && reaper->group && reaper->group != dead->group)
		reaper->group->reaper = true;
	/* Only a trace that lies gives a child to its own descendant. */
	above = below(dead, reaper, &far);
	if (far)
		reaper = NULL;
	while ((child = dead->first_child)) {
		thread_detach_child(child);
		if (child != above && may_adopt(reaper, child)) {
			thread_attach_child(reaper, child);
			child->adopted++;
		} else {
			child->ptid = 0;
		}
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
