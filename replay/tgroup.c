/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "replay/machine_int.h"

static void own(struct tgroup *g, struct thread *t)
{
	t->group = g;
	g->n++;
	g->alive += !t->dead;
}

void tgroup_append(struct tgroup *g, struct thread *t)
{
	t->tg_next = NULL;
	t->tg_prev = g->last;
	if (g->last)
		g->last->tg_next = t;
	else
		g->first = t;
	g->last = t;
	own(g, t);
}

static void prepend(struct tgroup *g, struct thread *t)
{
	t->tg_prev = NULL;
	t->tg_next = g->first;
	if (g->first)
		g->first->tg_prev = t;
	else
		g->last = t;
	g->first = t;
	own(g, t);
}

void tgroup_join(struct machine *m, struct thread *t)
{
	struct tgroup *g = imap_get(&m->groups, (uint64_t)t->pid);

	if (!g) {
		g = xcalloc(1, sizeof(*g));
		g->pid = t->pid;
		imap_put(&m->groups, (uint64_t)t->pid, g);
	}
	if (t->pid == 1 || t->vpid == 1)
		g->reaper = true;
	if (thread_is_main(t))
		prepend(g, t);
	else
		tgroup_append(g, t);
	if (g->n == 2) {	/* neither is alone any more */
		machine_stir_thread(m, g->first->tid);
		machine_stir_thread(m, g->last->tid);
	}
}

void tgroup_leave(struct machine *m, struct thread *t)
{
	struct tgroup *g = t->group;

	if (!g)
		return;
	*(t->tg_prev ? &t->tg_prev->tg_next : &g->first) = t->tg_next;
	*(t->tg_next ? &t->tg_next->tg_prev : &g->last) = t->tg_prev;
	t->tg_next = t->tg_prev = NULL;
	t->group = NULL;
	g->n--;
	g->alive -= !t->dead;
	if (!g->n) {
		imap_del(&m->groups, (uint64_t)g->pid);
		free(g);
	}
}

struct thread *tgroup_main(const struct tgroup *g)
{
	return g && g->first && thread_is_main(g->first) ? g->first : NULL;
}
