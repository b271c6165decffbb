/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "replay/checkpoint.h"
#include "replay/container.h"
#include "replay/machine_int.h"
#include "replay/user.h"

/* Fewest bytes one of these takes, so that counts are held against what is
 * there before memory is asked for. */
enum { THREAD_MIN = 40, FD_MIN = 20, MOUNT_MIN = 5, LABEL_MIN = 2, IFACE_MIN = 33, GAP_MIN = 7 };

struct loader {
	struct machine *m;
	struct rcur c;
	struct rstr **texts;		/* by number - 1 */
	size_t ntexts, ntexts_cap;
	struct thread **threads;	/* ascending by tid */
	size_t nthreads;
};

static uint64_t get_num(struct loader *l)
{
	return rcur_varint(&l->c);
}

static int64_t get_sgn(struct loader *l)
{
	uint64_t z = rcur_varint(&l->c);

	return (int64_t)(z >> 1 ^ (0 - (z & 1)));
}

static bool get_bool(struct loader *l)
{
	uint64_t v = get_num(l);

	l->c.bad |= v > 1;
	return v == 1;
}

/* A count of things of at least `size` bytes each. */
static size_t get_count(struct loader *l, size_t size, size_t max)
{
	uint64_t n = get_num(l);

	if (n > max || n > rcur_left(&l->c) / size) {
		l->c.bad = true;
		return 0;
	}
	return (size_t)n;
}

/* Into the member that *slot is, which holds nothing or an empty string. */
static void get_txt(struct loader *l, struct rstr **slot, bool optional)
{
	uint64_t id = get_num(l);

	if (id > l->ntexts || (!id && !optional))
		l->c.bad = true;
	else if (id)
		rstr_set(slot, l->texts[id - 1]);
	if (!*slot && !optional)
		*slot = rstr_empty();
}

#define GET_NUM(l, v) do {						\
	uint64_t num_ = get_num(l);					\
	(v) = (__typeof__(v))num_;					\
	(l)->c.bad |= (uint64_t)(v) != num_;				\
} while (0)
#define GET_SGN(l, v) do {						\
	int64_t num_ = get_sgn(l);					\
	(v) = (__typeof__(v))num_;					\
	(l)->c.bad |= (int64_t)(v) != num_;				\
} while (0)
#define GET_TXT(l, v)	get_txt(l, &(v), false)
#define GET_OPT(l, v)	get_txt(l, &(v), true)

static void get_bytes(struct loader *l, void *to, size_t n)
{
	const uint8_t *p = rcur_take(&l->c, n);

	if (p)
		memcpy(to, p, n);
}

static void get_texts(struct loader *l)
{
	size_t n = get_count(l, 1, SIZE_MAX), len;
	const uint8_t *p;

	for (; n && !l->c.bad; n--) {
		len = get_count(l, 1, SIZE_MAX);
		p = rcur_take(&l->c, len);
		if (!p)
			break;
		XGROW(l->texts, l->ntexts_cap, l->ntexts + 1);
		l->texts[l->ntexts++] = rstr_pool_new(&l->m->texts, str_mem(p, len));
	}
}

/* ---- threads ---- */

static void get_fd(struct loader *l, struct fd *f)
{
#define FD(kind, member) GET_##kind(l, f->member);
#include "replay/checkpoint.def"
	if (get_bool(l)) {
		get_bytes(l, f->sip, 16);
		get_bytes(l, f->dip, 16);
	}
	l->c.bad |= f->type >= FD_TYPE_COUNT || f->l4proto > L4_RAW ||
		    (f->num < 0 && f->type != FD_MEMFD);
}

static void get_fds(struct loader *l, struct fdtab *tab)
{
	size_t n = get_count(l, FD_MIN, MACHINE_FDS_MAX);

	GET_NUM(l, tab->buckets);
	GET_NUM(l, tab->stamp);
	l->c.bad |= tab->buckets > FDTAB_BUCKETS_MAX ||
		n > MACHINE_FDS_TOTAL_MAX - l->m->nfds;
	if (!n || l->c.bad)
		return;
	while (tab->n < n && !l->c.bad) {
		struct fd f = { 0 };

		get_fd(l, &f);
		l->c.bad |= tab->n && fdtab_last(tab)->num >= f.num;
		fdtab_add(tab, &f);
	}
	l->m->nfds += tab->n;
}

static void get_enter(struct loader *l, struct thread *t)
{
	struct rcur begin;
	size_t need = 0, len;
	struct enter_event *e;
	unsigned i, n;
	uint16_t type;
	const uint8_t *p;

	if (!get_bool(l))
		return;
	GET_NUM(l, type);
	n = (unsigned)get_count(l, 1, ARRAY_SIZE(e->param));
	begin = l->c;
	for (i = 0; i < n; i++) {
		len = get_count(l, 1, SIZE_MAX);
		need += len;
		rcur_take(&l->c, len);
	}
	if (l->c.bad)
		return;
	t->enter = e = xmalloc(sizeof(*e) + need);
	e->cap = e->used = need;
	l->m->enter_bytes += need;
	e->type = type;
	e->nparams = (uint8_t)n;
	l->c = begin;
	for (i = 0, need = 0; i < n; i++) {
		len = (size_t)get_num(l);
		p = rcur_take(&l->c, len);
		if (len)
			memcpy(e->data + need, p, len);
		e->param[i] = (struct param){ e->data + need, (uint32_t)len };
		need += len;
	}
}

static void get_thread(struct loader *l, struct thread *t)
{
#define THREAD(kind, member) GET_##kind(l, t->member);
#include "replay/checkpoint.def"
	get_fds(l, &t->fds);
	get_enter(l, t);
}

static void get_threads(struct loader *l)
{
	size_t n = get_count(l, THREAD_MIN, MACHINE_THREADS_MAX);
	struct thread *t;
	int64_t tid;

	l->threads = xcalloc(n + 1, sizeof(*l->threads));
	while (l->nthreads < n && !l->c.bad) {
		tid = get_sgn(l);
		/* Keys ascend as unsigned numbers, as they were saved. */
		if (l->nthreads && (uint64_t)l->threads[l->nthreads - 1]->tid >= (uint64_t)tid)
			l->c.bad = true;
		if (l->c.bad)
			return;
		t = thread_new(tid);
		imap_put(&l->m->threads, (uint64_t)tid, t);
		l->threads[l->nthreads++] = t;
		get_thread(l, t);
	}
}

static struct thread *get_member(struct loader *l)
{
	struct thread *t = machine_thread(l->m, get_sgn(l));

	if (!t || thread_is_placeholder(t))
		l->c.bad = true;
	return l->c.bad ? NULL : t;
}

static void get_families(struct loader *l)
{
	struct thread *t, *child;
	size_t i, n;

	for (i = 0; i < l->nthreads && !l->c.bad; i++) {
		t = l->threads[i];
		n = get_count(l, 1, MACHINE_THREADS_MAX);
		if (n && thread_is_placeholder(t))
			l->c.bad = true;
		for (; n && !l->c.bad; n--) {
			child = get_member(l);
			if (!child || child->parent || child == t)
				l->c.bad = true;
			else
				thread_attach_child(t, child);
		}
	}
}

/* The next one of a family: first child, sibling, or a sibling further up. */
static const struct thread *next_in_tree(const struct thread *t)
{
	if (t->first_child)
		return t->first_child;
	while (t && !t->next_sibling)
		t = t->parent;
	return t ? t->next_sibling : NULL;
}

/* Everybody descends from somebody without parent, or there is a loop. */
static void check_families(struct loader *l)
{
	const struct thread *t;
	size_t i, met = 0;

	for (i = 0; i < l->nthreads && !l->c.bad; i++) {
		if (l->threads[i]->parent)
			continue;
		for (t = l->threads[i]; t; t = next_in_tree(t))
			met++;
	}
	l->c.bad |= met != l->nthreads;
}

static void get_group(struct loader *l)
{
	bool reaper = get_bool(l);
	size_t n = get_count(l, 1, MACHINE_THREADS_MAX);
	struct tgroup *g = NULL;
	struct thread *t;

	l->c.bad |= !n;
	for (; n && !l->c.bad; n--) {
		t = get_member(l);
		if (!t || t->group || (g ? g->pid != t->pid :
		    imap_get(&l->m->groups, (uint64_t)t->pid) != NULL)) {
			l->c.bad = true;
			return;
		}
		if (!g) {
			g = xcalloc(1, sizeof(*g));
			g->pid = t->pid;
			g->reaper = reaper;
			imap_put(&l->m->groups, (uint64_t)t->pid, g);
		}
		tgroup_append(g, t);
	}
}

static void get_groups(struct loader *l)
{
	size_t n = get_count(l, 2, MACHINE_THREADS_MAX), i;

	for (; n && !l->c.bad; n--)
		get_group(l);
	for (i = 0; i < l->nthreads; i++)
		l->c.bad |= !l->threads[i]->group && !thread_is_placeholder(l->threads[i]);
}

/* ---- accounts and containers ---- */

static void get_users(struct loader *l, struct imap *users)
{
	size_t n = get_count(l, 2, ACCOUNTS_MAX - l->m->naccounts);
	struct user *u;

	for (; n && !l->c.bad; n--) {
		u = xcalloc(1, sizeof(*u));
#define USER(kind, member) GET_##kind(l, u->member);
#include "replay/checkpoint.def"
		if (imap_get(users, u->uid)) {
			l->c.bad = true;
			user_free(u);
		} else {
			imap_put(users, u->uid, u);
			l->m->naccounts++;
		}
	}
}

static void get_usergroups(struct loader *l, struct imap *groups)
{
	size_t n = get_count(l, 2, ACCOUNTS_MAX - l->m->naccounts);
	struct group *g;

	for (; n && !l->c.bad; n--) {
		g = xcalloc(1, sizeof(*g));
#define GROUP(kind, member) GET_##kind(l, g->member);
#include "replay/checkpoint.def"
		if (imap_get(groups, g->gid)) {
			l->c.bad = true;
			group_free(g);
		} else {
			imap_put(groups, g->gid, g);
			l->m->naccounts++;
		}
	}
}

static void get_accounts(struct loader *l)
{
	struct accounts *a;
	size_t n;

	get_users(l, &l->m->host_accounts.users);
	get_usergroups(l, &l->m->host_accounts.groups);
	for (n = get_count(l, 3, ACCOUNT_CONTAINERS_MAX); n && !l->c.bad; n--) {
		struct rstr *name = NULL;

		get_txt(l, &name, false);
		if (l->c.bad || !name->len || name->len > MACHINE_KEY_MAX ||
		    smap_get(&l->m->accounts, rstr_str(name))) {
			rstr_put(name);
			l->c.bad = true;
			return;
		}
		a = xcalloc(1, sizeof(*a));
		a->container = name;
		smap_put(&l->m->accounts, rstr_str(name), a);
		get_users(l, &a->users);
		get_usergroups(l, &a->groups);
	}
}

static struct container_label *get_labels(struct loader *l, size_t *n)
{
	size_t count = get_count(l, LABEL_MIN, CONTAINER_PARTS_MAX), i;
	struct container_label *v;

	*n = 0;
	if (!count)
		return NULL;
	v = xcalloc(count, sizeof(*v));
	for (i = 0; i < count; i++) {
#define LABEL(kind, member) GET_##kind(l, v[i].member);
#include "replay/checkpoint.def"
	}
	*n = count;
	return v;
}

static void get_mounts(struct loader *l, struct container *c)
{
	size_t n = get_count(l, MOUNT_MIN, CONTAINER_PARTS_MAX);
	struct container_mount *mnt;

	if (!n)
		return;
	c->mounts = xcalloc(n, sizeof(*c->mounts));
	for (mnt = c->mounts; mnt < c->mounts + n; mnt++) {
#define MOUNT(kind, member) GET_##kind(l, mnt->member);
#include "replay/checkpoint.def"
	}
	c->nmounts = n;
}

static void get_containers(struct loader *l)
{
	size_t n = get_count(l, 3, CONTAINERS_MAX);
	struct container *c;

	for (; n && !l->c.bad; n--) {
		c = xcalloc(1, sizeof(*c));
#define CONTAINER(kind, member) GET_##kind(l, c->member);
#include "replay/checkpoint.def"
		get_mounts(l, c);
		c->labels = get_labels(l, &c->nlabels);
		c->sandbox_labels = get_labels(l, &c->nsandbox_labels);
		l->m->nparts += container_parts(c);
		if (l->c.bad || !c->id->len || c->id->len > MACHINE_KEY_MAX ||
		    l->m->nparts > CONTAINER_PARTS_MAX || smap_get(&l->m->containers, rstr_str(c->id))) {
			container_free(c);
			l->c.bad = true;
			return;
		}
		smap_put(&l->m->containers, rstr_str(c->id), c);
	}
}

/* ---- the rest ---- */

static struct str get_host_text(struct loader *l, char **slot)
{
	bool known = get_bool(l);
	size_t len = get_count(l, 1, SIZE_MAX);
	const uint8_t *p = rcur_take(&l->c, len);

	if (!p || !known) {
		l->c.bad |= len > 0;
		return (struct str){ 0 };
	}
	*slot = xstrndup((const char *)p, len);
	return str_mem(*slot, len);
}

static void get_ifaces(struct loader *l)
{
	size_t n = get_count(l, IFACE_MIN, CHECKPOINT_IFACES_MAX), i;

	l->m->ifaces = n ? xcalloc(n, sizeof(*l->m->ifaces)) : NULL;
	l->m->nifaces = l->m->ifaces_cap = n;
	for (i = 0; i < n; i++) {
		l->m->ifaces[i].v6 = get_bool(l);
		get_bytes(l, l->m->ifaces[i].addr, 16);
		get_bytes(l, l->m->ifaces[i].mask, 16);
	}
}

static void get_switched(struct loader *l)
{
	size_t n = get_count(l, 1, CHECKPOINT_CPUS_MAX), i;

	l->m->switched = n ? xcalloc(n, sizeof(*l->m->switched)) : NULL;
	l->m->nswitched = n;
	for (i = 0; i < n; i++)
		l->m->switched[i] = get_num(l);
}

static void get_ports(struct loader *l)
{
	size_t n = get_count(l, 1, 65536), port;

	if (n)
		l->m->server_ports = xcalloc(1, 65536 / 8);
	for (; n && !l->c.bad; n--) {
		port = (size_t)get_num(l);
		l->c.bad |= port > 65535;
		if (!l->c.bad)
			l->m->server_ports[port / 8] |= (uint8_t)(1u << port % 8);
	}
}

static void get_exits(struct loader *l)
{
	size_t n = get_count(l, 3, EXIT_MARKS);
	struct exit_mark e;

	if (n)
		l->m->exits = xcalloc(EXIT_MARKS, sizeof(*l->m->exits));
	for (; n && !l->c.bad; n--) {
		e.child = get_sgn(l);
		e.parent = get_sgn(l);
		e.ts = get_num(l);
		l->m->exits[(uint64_t)e.child % EXIT_MARKS] = e;
	}
}

static void get_gaps(struct loader *l)
{
	size_t n = get_count(l, GAP_MIN, GAPS_MAX);
	struct gaps *all = &l->m->gaps;
	struct gap *g;

	all->v = n ? xcalloc(n, sizeof(*all->v)) : NULL;
	for (all->cap = n; all->n < n && !l->c.bad; all->n++) {
		g = &all->v[all->n];
#define GAP(kind, member) GET_##kind(l, g->member);
#include "replay/checkpoint.def"
		l->c.bad |= g->last > all->told || (all->n && g[-1].last >= g->last);
	}
}

static void get_rest(struct loader *l)
{
	struct machine *m = l->m;

#define MACHINE(kind, member) GET_##kind(l, m->member);
#include "replay/checkpoint.def"
	m->host.hostname = get_host_text(l, &m->host_text[0]);
	m->host.arch = get_host_text(l, &m->host_text[1]);
	get_ifaces(l);
	get_switched(l);
	get_ports(l);
	get_exits(l);
	get_gaps(l);
}

bool machine_restore(struct machine *m, const void *p, size_t len)
{
	struct loader l = { .m = m, .c = rcur_of(p, len) };
	bool good;
	size_t i;

	machine_reset(m);
	get_texts(&l);
	get_threads(&l);
	get_families(&l);
	check_families(&l);
	get_groups(&l);
	get_accounts(&l);
	get_containers(&l);
	get_rest(&l);
	good = !l.c.bad && l.c.p == l.c.end;
	for (i = 0; i < l.ntexts; i++)
		rstr_put(l.texts[i]);
	free(l.texts);
	free(l.threads);
	if (!good)
		machine_reset(m);
	return good;
}
