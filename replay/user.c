/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "replay/machine_int.h"
#include "replay/user.h"

static const struct accounts *accounts_of(const struct machine *m, struct str container)
{
	return container.len ? smap_get(&m->accounts, container) : &m->host_accounts;
}

/* As above, made when new; NULL when there are too many. */
static struct accounts *need_accounts(struct machine *m, struct str container)
{
	struct accounts *a;

	if (!container.len)
		return &m->host_accounts;
	a = smap_get(&m->accounts, container);
	if (a)
		return a;
	if (m->accounts.live >= ACCOUNT_CONTAINERS_MAX || container.len > MACHINE_KEY_MAX)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	a->container = rstr_new(container.p, container.len);
	smap_put(&m->accounts, rstr_str(a->container), a);
	return a;
}

void user_free(struct user *u)
{
	if (!u)
		return;
	rstr_put(u->name);
	rstr_put(u->home);
	rstr_put(u->shell);
	rstr_put(u->container);
	free(u);
}

void group_free(struct group *g)
{
	if (!g)
		return;
	rstr_put(g->name);
	rstr_put(g->container);
	free(g);
}

/* Room for one more of a's; what there is none for is counted. */
static bool take_room(struct machine *m, const struct accounts *a)
{
	bool room = a && m->naccounts < ACCOUNTS_MAX;

	m->naccounts += room;
	m->counts.entries_dropped += !room;
	return room;
}

void machine_set_user(struct machine *m, const struct snap_user *s)
{
	struct accounts *a = need_accounts(m, s->container);
	struct user *u = a ? imap_get(&a->users, s->uid) : NULL;

	if (!u) {
		if (!take_room(m, a))
			return;
		u = xcalloc(1, sizeof(*u));
		u->uid = s->uid;
		u->container = rstr_ref(a->container);
		if (!u->container)
			u->container = rstr_empty();
		imap_put(&a->users, s->uid, u);
	}
	u->gid = s->gid;
	machine_set_text(m, &u->name, s->name);
	machine_set_text(m, &u->home, s->home);
	machine_set_text(m, &u->shell, s->shell);
}

void machine_set_group(struct machine *m, const struct snap_group *s)
{
	struct accounts *a = need_accounts(m, s->container);
	struct group *g = a ? imap_get(&a->groups, s->gid) : NULL;

	if (!g) {
		if (!take_room(m, a))
			return;
		g = xcalloc(1, sizeof(*g));
		g->gid = s->gid;
		g->container = rstr_ref(a->container);
		if (!g->container)
			g->container = rstr_empty();
		imap_put(&a->groups, s->gid, g);
	}
	machine_set_text(m, &g->name, s->name);
}

void machine_del_user(struct machine *m, struct str container, uint32_t uid)
{
	struct accounts *a = need_accounts(m, container);
	struct user *u = a ? imap_del(&a->users, uid) : NULL;

	m->naccounts -= u != NULL;
	user_free(u);
}

void machine_del_group(struct machine *m, struct str container, uint32_t gid)
{
	struct accounts *a = need_accounts(m, container);
	struct group *g = a ? imap_del(&a->groups, gid) : NULL;

	m->naccounts -= g != NULL;
	group_free(g);
}

const struct user *machine_user(const struct machine *m, struct str container, uint32_t uid)
{
	const struct accounts *a = accounts_of(m, container);

	return a ? imap_get(&a->users, uid) : NULL;
}

const struct group *machine_group(const struct machine *m, struct str container, uint32_t gid)
{
	const struct accounts *a = accounts_of(m, container);

	return a ? imap_get(&a->groups, gid) : NULL;
}

static void accounts_release(struct accounts *a)
{
	size_t i;

	for (i = 0; i < a->users.nslots; i++)
		user_free(a->users.slots[i].value);
	for (i = 0; i < a->groups.nslots; i++)
		group_free(a->groups.slots[i].value);
	imap_release(&a->users);
	imap_release(&a->groups);
	rstr_put(a->container);
}

void accounts_release_all(struct machine *m)
{
	struct smap_entry *e;

	accounts_release(&m->host_accounts);
	for (e = smap_next(&m->accounts, NULL); e; e = smap_next(&m->accounts, e)) {
		accounts_release(e->value);
		free(e->value);
	}
	smap_release(&m->accounts);
}

static size_t list_users(const struct accounts *a, const struct user **v)
{
	size_t n, i;
	uint64_t *keys = imap_keys(&a->users, &n);

	for (i = 0; i < n; i++)
		v[i] = imap_get(&a->users, keys[i]);
	free(keys);
	return n;
}

const struct user **machine_users(const struct machine *m, size_t *n)
{
	size_t total = m->host_accounts.users.live;
	const struct user **v;
	struct smap_entry *e;

	for (e = smap_next(&m->accounts, NULL); e; e = smap_next(&m->accounts, e))
		total += ((const struct accounts *)e->value)->users.live;
	v = xreallocarray(NULL, total + 1, sizeof(*v));
	*n = list_users(&m->host_accounts, v);
	for (e = smap_next(&m->accounts, NULL); e; e = smap_next(&m->accounts, e))
		*n += list_users(e->value, v + *n);
	return v;
}
