/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "lib/scap/collect.h"
#include "lib/scap/format.h"
#include "lib/scap/snapwrite.h"

enum { LIST_BYTES = 32 << 20 };	/* a longer process list gets more blocks */

void collect_init(struct collect *c)
{
	*c = (struct collect){ .owner_of = IMAP_INIT };
	buf_init(&c->host);
	buf_init(&c->ifaces);
	buf_init(&c->users);
	buf_init(&c->procs);
	buf_init(&c->fd_bytes);
}

void collect_release(struct collect *c)
{
	buf_release(&c->host);
	buf_release(&c->ifaces);
	buf_release(&c->users);
	buf_release(&c->procs);
	buf_release(&c->fd_bytes);
	imap_release(&c->owner_of);
	free(c->proc_end);
	free(c->owners);
	free(c->fds);
	collect_init(c);
}

/* The place of a thread among the FDL blocks. */
static size_t owner(struct collect *c, int64_t tid)
{
	size_t known = (size_t)(uintptr_t)imap_get(&c->owner_of, (uint64_t)tid);

	if (known)
		return known - 1;
	XGROW(c->owners, c->owners_cap, c->nowners + 1);
	c->owners[c->nowners++] = tid;
	imap_put(&c->owner_of, (uint64_t)tid, (void *)(uintptr_t)c->nowners);
	return c->nowners - 1;
}

static void add_proc(struct collect *c, const struct snap_proc *p)
{
	snapwrite_proc(&c->procs, p);
	XGROW(c->proc_end, c->procs_cap, c->nprocs + 1);
	c->proc_end[c->nprocs++] = c->procs.len;
	owner(c, p->tid);
}

static void add_fd(struct collect *c, const struct snap_fd *fd)
{
	struct fd_entry e = { .at = c->fd_bytes.len };

	if (!snapwrite_fd(&c->fd_bytes, fd))
		return;
	e.len = c->fd_bytes.len - e.at;
	e.owner = owner(c, fd->tid);
	XGROW(c->fds, c->fds_cap, c->nfds + 1);
	c->fds[c->nfds++] = e;
}

bool collect_add(struct collect *c, const struct snap_item *item)
{
	switch (item->kind) {
	case SNAP_HOST:
		buf_clear(&c->host);
		snapwrite_host(&c->host, &item->host);
		return true;
	case SNAP_PROC:
		add_proc(c, &item->proc);
		return true;
	case SNAP_FD:
		add_fd(c, &item->fd);
		return true;
	case SNAP_IFACE:
		snapwrite_iface(&c->ifaces, &item->iface);
		return true;
	case SNAP_USER:
		if (item->user.container.len)
			return false;
		snapwrite_user(&c->users, &item->user);
		return true;
	case SNAP_GROUP:
		if (item->group.container.len)
			return false;
		snapwrite_group(&c->users, &item->group);
		return true;
	default:
		return false;
	}
}

static void write_host(struct collect *c, struct blockout *o)
{
	struct snap_host unknown = { .hostname = STR("") };

	if (!c->host.len)
		snapwrite_host(&c->host, &unknown);
	blockout_put(o, SCAP_MI, c->host.data, c->host.len);
}

static void write_procs(struct collect *c, struct blockout *o)
{
	size_t i, from = 0;

	for (i = 0; i < c->nprocs; i++) {
		if (i + 1 < c->nprocs && c->proc_end[i] - from < LIST_BYTES)
			continue;
		blockout_put(o, SCAP_PL_V9, c->procs.data + from, c->proc_end[i] - from);
		from = c->proc_end[i];
	}
	if (!c->nprocs)
		blockout_put(o, SCAP_PL_V9, "", 0);
}

static int by_owner(const void *a, const void *b, void *ctx UNUSED)
{
	const struct fd_entry *x = a, *y = b;

	return (x->owner > y->owner) - (x->owner < y->owner);
}

/* One block a thread, also for those without descriptors. */
static void write_fds(struct collect *c, struct blockout *o)
{
	const struct fd_entry *e;
	size_t i, next = 0;

	if (c->nfds)
		sort_stable(c->fds, c->nfds, sizeof(*c->fds), by_owner, NULL);
	for (i = 0; i < c->nowners; i++) {
		blockout_begin(o, SCAP_FDL_V2);
		buf_le64(&o->b, (uint64_t)c->owners[i]);
		for (; next < c->nfds && c->fds[next].owner == i; next++) {
			e = &c->fds[next];
			buf_add(&o->b, c->fd_bytes.data + e->at, e->len);
		}
		blockout_end(o);
	}
}

void collect_write(struct collect *c, struct blockout *o)
{
	write_host(c, o);
	blockout_put(o, SCAP_IL_V2, c->ifaces.data, c->ifaces.len);
	blockout_put(o, SCAP_UL_V2, c->users.data, c->users.len);
	write_procs(c, o);
	write_fds(c, o);
	collect_release(c);
}
