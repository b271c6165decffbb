/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold between any two events. */
#include "lib/base/compat.h"

#include "replay/machine_int.h"

struct checker {
	struct machine *m;
	size_t nfds, ngrouped, enter_bytes;
};

static bool complain(struct machine *m, const char *what, int64_t id)
{
	snprintf(m->complaint, sizeof(m->complaint), "%s (thread %" PRId64 ")", what, id);
	return false;
}

static bool check_strings(struct machine *m, const struct thread *t)
{
	const struct rstr *s[] = {
		t->comm, t->exe, t->exepath, t->args, t->cmdline, t->env, t->cwd,
		t->root, t->cgroups, t->container_id,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(s); i++) {
		if (!s[i] || !s[i]->refs)
			return complain(m, "a string is missing or was freed", t->tid);
	}
	return true;
}

static bool check_fds(struct checker *c, const struct thread *t)
{
	const struct fd *f, *before = NULL;
	uint32_t n = 0;

	for (f = fdtab_next(&t->fds, NULL); f; before = f, f = fdtab_next(&t->fds, f), n++) {
		if (before && before->num >= f->num)
			return complain(c->m, "descriptors are out of order", t->tid);
		if ((f->num < 0 && f->type != FD_MEMFD) || f->type >= FD_TYPE_COUNT)
			return complain(c->m, "a descriptor of no sense", t->tid);
		if (!f->name || !f->nameraw || !f->name->refs || !f->nameraw->refs)
			return complain(c->m, "a descriptor lost its name", t->tid);
	}
	if (n != t->fds.n)
		return complain(c->m, "descriptors are miscounted", t->tid);
	c->nfds += n;
	return true;
}

static bool check_family(struct machine *m, const struct thread *t)
{
	const struct thread *k, *slow = t, *fast = t;

	if (t->parent && t->parent->tid != t->ptid)
		return complain(m, "parent and ptid differ", t->tid);
	if (t->parent && machine_thread(m, t->ptid) != t->parent)
		return complain(m, "parent is not in the table", t->tid);
	if (t->parent && thread_is_placeholder(t->parent))
		return complain(m, "a placeholder is a parent", t->tid);
	for (k = t->first_child; k; k = k->next_sibling) {
		if (k->parent != t)
			return complain(m, "a child knows another parent", t->tid);
		if (k->next_sibling && k->next_sibling->prev_sibling != k)
			return complain(m, "siblings disagree", t->tid);
	}
	while (fast && fast->parent) {
		slow = slow->parent;
		fast = fast->parent->parent;
		if (slow && slow == fast)
			return complain(m, "parents form a loop", t->tid);
	}
	return true;
}

static bool check_group(struct checker *c, const struct thread *t)
{
	const struct tgroup *g = t->group;
	const struct thread *k;
	uint32_t n = 0, alive = 0;

	if (!g)
		return thread_is_placeholder(t) ||
		       complain(c->m, "a process without a group", t->tid);
	if (thread_is_placeholder(t))
		return complain(c->m, "a placeholder in a group", t->tid);
	if (g->pid != t->pid || imap_get(&c->m->groups, (uint64_t)t->pid) != g)
		return complain(c->m, "in the group of another process", t->tid);
	c->ngrouped++;
	if (g->first != t)	/* count a group once */
		return true;
	for (k = g->first; k; k = k->tg_next) {
		n++;
		alive += !k->dead;
		if (k->group != g || (k->tg_next && k->tg_next->tg_prev != k))
			return complain(c->m, "group links disagree", t->tid);
	}
	if (n != g->n || alive != g->alive)
		return complain(c->m, "group counts are wrong", t->tid);
	return true;
}

static bool check_thread(struct checker *c, const struct thread *t)
{
	c->enter_bytes += t->enter ? t->enter->used : 0;
	return check_strings(c->m, t) && check_fds(c, t) && check_family(c->m, t) &&
	       check_group(c, t);
}

static bool check_current(struct machine *m)
{
	const struct machine_current *cur = &m->cur;
	const struct fdtab *tab;
	const struct fd *f;

	if (cur->thread && machine_thread(m, cur->thread->tid) != cur->thread)
		return complain(m, "the current thread is not in the table", cur->thread->tid);
	if (!cur->fdinfo)
		return true;
	if (!cur->thread)
		return complain(m, "a current descriptor of nobody", -1);
	tab = machine_fdtab(m, cur->thread);
	for (f = tab ? fdtab_next(tab, NULL) : NULL; f && f != cur->fdinfo; f = fdtab_next(tab, f))
		;
	if (!f)
		return complain(m, "the current descriptor is not in the table",
				cur->thread->tid);
	return true;
}

/* Long texts are counted, and each is there once (rstr_pool). */
static bool check_texts(struct machine *m)
{
	const struct smap_entry *e;
	size_t bytes = 0;

	for (e = smap_next(&m->texts.all, NULL); e; e = smap_next(&m->texts.all, e)) {
		if (e->key.len <= RSTR_LONG || !((const struct rstr *)e->value)->refs)
			return complain(m, "a text is not long or was freed", -1);
		bytes += e->key.len;
	}
	return bytes == m->texts.bytes || complain(m, "count of texts is wrong", -1);
}

const char *machine_check(struct machine *m)
{
	struct checker c = { .m = m };
	size_t i, live = 0, groups = 0;
	bool ok = check_current(m) && check_texts(m);

	/* Until machine_loaded() the links are not there yet. */
	if (m->loading)
		return NULL;
	for (i = 0; ok && i < m->threads.nslots; i++) {
		const struct thread *t = m->threads.slots[i].value;

		if (!t)
			continue;
		live++;
		if ((uint64_t)t->tid != m->threads.slots[i].key)
			ok = complain(m, "filed under another tid", t->tid);
		ok = ok && check_thread(&c, t);
	}
	for (i = 0; ok && i < m->groups.nslots; i++) {
		const struct tgroup *g = m->groups.slots[i].value;

		if (g && !g->n)
			ok = complain(m, "an empty group", g->pid);
		groups += g ? g->n : 0;
	}
	if (ok && live != m->threads.live)
		ok = complain(m, "thread count is wrong", (int64_t)live);
	if (ok && groups != c.ngrouped)
		ok = complain(m, "group members are wrong", (int64_t)groups);
	if (ok && c.enter_bytes != m->enter_bytes)
		ok = complain(m, "count of enter events is wrong", (int64_t)c.enter_bytes);
	if (ok && c.nfds != m->nfds)
		ok = complain(m, "descriptor count is wrong", (int64_t)c.nfds);
	return ok ? NULL : m->complaint;
}
