/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "replay/checkpoint.h"
#include "replay/machine_int.h"

/* Strings are told apart by their bytes, so the same state gives the same
 * checkpoint whoever shared what. */
struct saver {
	struct machine *m;
	struct buf body;
	struct buf text;		/* of the strings, each behind its length */
	struct smap ids;		/* bytes -> number + 1 */
	uintptr_t nids;
};

static void put_num(struct saver *s, uint64_t v)
{
	buf_varint(&s->body, v);
}

static void put_sgn(struct saver *s, int64_t v)
{
	put_num(s, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

/* 0 is no string at all; strings are numbered by their first use. */
static void put_txt(struct saver *s, const struct rstr *r)
{
	struct str bytes = rstr_str(r);
	uintptr_t id;

	if (!r) {
		put_num(s, 0);
		return;
	}
	id = (uintptr_t)smap_get(&s->ids, bytes);
	if (!id) {
		id = ++s->nids;
		smap_put(&s->ids, bytes, (void *)id);	/* the machine keeps them */
		buf_varint(&s->text, bytes.len);
		buf_addstr(&s->text, bytes);
	}
	put_num(s, id);
}

#define PUT_NUM(s, v)	put_num(s, v)
#define PUT_SGN(s, v)	put_sgn(s, v)
#define PUT_TXT(s, v)	put_txt(s, v)
#define PUT_OPT(s, v)	put_txt(s, v)

/* ---- threads ---- */

static void put_fds(struct saver *s, const struct fdtab *tab)
{
	static const uint8_t zeros[32];
	const struct fd *f;
	bool ends;

	put_num(s, tab->n);
	put_num(s, tab->buckets);
	put_num(s, tab->stamp);
	for (f = fdtab_next(tab, NULL); f; f = fdtab_next(tab, f)) {
#define FD(kind, member) PUT_##kind(s, f->member);
#include "replay/checkpoint.def"
		ends = memcmp(f->sip, zeros, 16) || memcmp(f->dip, zeros, 16);
		put_num(s, ends);
		if (ends) {
			buf_add(&s->body, f->sip, 16);
			buf_add(&s->body, f->dip, 16);
		}
	}
}

/* The enter event a thread's exit will want to see. */
static void put_enter(struct saver *s, const struct enter_event *e)
{
	unsigned i;

	put_num(s, e != NULL);
	if (!e)
		return;
	put_num(s, e->type);
	put_num(s, e->nparams);
	for (i = 0; i < e->nparams; i++) {
		put_num(s, e->param[i].len);
		buf_add(&s->body, e->param[i].p, e->param[i].len);
	}
}

static void put_threads(struct saver *s, struct thread **v, size_t n)
{
	size_t i;

	put_num(s, n);
	for (i = 0; i < n; i++) {
		const struct thread *t = v[i];

		put_sgn(s, t->tid);
#define THREAD(kind, member) PUT_##kind(s, t->member);
#include "replay/checkpoint.def"
		put_fds(s, &t->fds);
		put_enter(s, t->enter);
	}
}

/* Children of each thread that has some, the one that came first first. */
static void put_families(struct saver *s, struct thread **v, size_t n)
{
	const struct thread *c;
	size_t i, nchildren;

	for (i = 0; i < n; i++) {
		for (nchildren = 0, c = v[i]->first_child; c; c = c->next_sibling)
			nchildren++;
		put_num(s, nchildren);
		if (!nchildren)
			continue;
		for (c = v[i]->first_child; c->next_sibling; c = c->next_sibling)
			;
		for (; c; c = c->prev_sibling)
			put_sgn(s, c->tid);
	}
}

static void put_groups(struct saver *s)
{
	const struct machine *m = s->m;
	const struct thread *t;
	uint64_t *pids;
	size_t n, i;

	pids = imap_keys(&m->groups, &n);
	put_num(s, n);
	for (i = 0; i < n; i++) {
		const struct tgroup *g = imap_get(&m->groups, pids[i]);

		put_num(s, g->reaper);
		put_num(s, g->n);
		for (t = g->first; t; t = t->tg_next)
			put_sgn(s, t->tid);
	}
	free(pids);
}

/* ---- accounts and containers ---- */

static void put_users(struct saver *s, const struct imap *users)
{
	uint64_t *keys;
	size_t n, i;

	keys = imap_keys(users, &n);
	put_num(s, n);
	for (i = 0; i < n; i++) {
		const struct user *u = imap_get(users, keys[i]);

#define USER(kind, member) PUT_##kind(s, u->member);
#include "replay/checkpoint.def"
	}
	free(keys);
}

static void put_usergroups(struct saver *s, const struct imap *groups)
{
	uint64_t *keys;
	size_t n, i;

	keys = imap_keys(groups, &n);
	put_num(s, n);
	for (i = 0; i < n; i++) {
		const struct group *g = imap_get(groups, keys[i]);

#define GROUP(kind, member) PUT_##kind(s, g->member);
#include "replay/checkpoint.def"
	}
	free(keys);
}

static void put_accounts(struct saver *s)
{
	const struct machine *m = s->m;
	const struct smap_entry *e;

	put_users(s, &m->host_accounts.users);
	put_usergroups(s, &m->host_accounts.groups);
	put_num(s, m->accounts.live);
	for (e = smap_next(&m->accounts, NULL); e; e = smap_next(&m->accounts, e)) {
		const struct accounts *a = e->value;

		put_txt(s, a->container);
		put_users(s, &a->users);
		put_usergroups(s, &a->groups);
	}
}

static void put_labels(struct saver *s, const struct container_label *v, size_t n)
{
	const struct container_label *l;

	put_num(s, n);
	for (l = v; l < v + n; l++) {
#define LABEL(kind, member) PUT_##kind(s, l->member);
#include "replay/checkpoint.def"
	}
}

static void put_containers(struct saver *s)
{
	const struct container_mount *mnt;
	const struct smap_entry *e;

	put_num(s, s->m->containers.live);
	for (e = smap_next(&s->m->containers, NULL); e; e = smap_next(&s->m->containers, e)) {
		const struct container *c = e->value;

#define CONTAINER(kind, member) PUT_##kind(s, c->member);
#include "replay/checkpoint.def"
		put_num(s, c->nmounts);
		for (mnt = c->mounts; mnt < c->mounts + c->nmounts; mnt++) {
#define MOUNT(kind, member) PUT_##kind(s, mnt->member);
#include "replay/checkpoint.def"
		}
		put_labels(s, c->labels, c->nlabels);
		put_labels(s, c->sandbox_labels, c->nsandbox_labels);
	}
}

/* ---- the rest ---- */

static void put_ports(struct saver *s)
{
	const uint8_t *bits = s->m->server_ports;
	unsigned port;
	size_t n = 0;

	for (port = 0; bits && port < 65536; port++)
		n += bits[port / 8] >> port % 8 & 1;
	put_num(s, n);
	for (port = 0; n && port < 65536; port++)
		if (bits[port / 8] >> port % 8 & 1)
			put_num(s, port);
}

static bool exit_mark_used(const struct exit_mark *e)
{
	return e->child || e->parent || e->ts;
}

static void put_exits(struct saver *s)
{
	const struct exit_mark *e = s->m->exits;
	size_t i, n = 0;

	for (i = 0; e && i < EXIT_MARKS; i++)
		n += exit_mark_used(&e[i]);
	put_num(s, n);
	for (i = 0; n && i < EXIT_MARKS; i++) {
		if (!exit_mark_used(&e[i]))
			continue;
		put_sgn(s, e[i].child);
		put_sgn(s, e[i].parent);
		put_num(s, e[i].ts);
	}
}

static void put_gaps(struct saver *s)
{
	const struct gaps *all = &s->m->gaps;
	size_t i;

	put_num(s, all->n);
	for (i = 0; i < all->n; i++) {
#define GAP(kind, member) PUT_##kind(s, all->v[i].member);
#include "replay/checkpoint.def"
	}
}

static void put_rest(struct saver *s)
{
	const struct machine *m = s->m;
	size_t i;

#define MACHINE(kind, member) PUT_##kind(s, m->member);
#include "replay/checkpoint.def"
	for (i = 0; i < ARRAY_SIZE(m->host_text); i++) {
		struct str text = i ? m->host.arch : m->host.hostname;

		put_num(s, m->host_text[i] != NULL);
		put_num(s, text.len);
		buf_addstr(&s->body, text);
	}
	put_num(s, m->nifaces);
	for (i = 0; i < m->nifaces; i++) {
		put_num(s, m->ifaces[i].v6);
		buf_add(&s->body, m->ifaces[i].addr, 16);
		buf_add(&s->body, m->ifaces[i].mask, 16);
	}
	put_num(s, m->nswitched);
	for (i = 0; i < m->nswitched; i++)
		put_num(s, m->switched[i]);
	put_ports(s);
	put_exits(s);
	put_gaps(s);
}

bool machine_save(struct machine *m, struct buf *out)
{
	struct saver s = { .m = m, .body = BUF_INIT, .text = BUF_INIT, .ids = SMAP_INIT };
	struct thread **v;
	bool fits;
	size_t n;

	if (m->loading)
		return false;
	v = machine_threads(m, &n);
	put_threads(&s, v, n);
	put_families(&s, v, n);
	put_groups(&s);
	put_accounts(&s);
	put_containers(&s);
	put_rest(&s);
	fits = s.text.len + s.body.len < CHECKPOINT_BYTES_MAX - 16;
	if (fits) {
		buf_varint(out, s.nids);
		buf_addstr(out, buf_str(&s.text));
		buf_addstr(out, buf_str(&s.body));
	}
	free(v);
	smap_release(&s.ids);
	buf_release(&s.text);
	buf_release(&s.body);
	return fits;
}
