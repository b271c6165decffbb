/* SPDX-License-Identifier: Apache-2.0 */
/* Who listened where. */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "lib/base/xalloc.h"

static void listen_key(struct collector *c, uint32_t proc, uint8_t l4,
		       const struct sock_aside *at)
{
	buf_clear(&c->key);
	buf_addf(&c->key, "%u/%u/%u/", proc, l4, at->port);
	buf_add(&c->key, at->ip, at->v6 ? 16 : 4);
}

static bool listen_append(struct collector *c, uint32_t proc, uint8_t l4,
			  const struct sock_aside *at, uint64_t ts)
{
	struct report *r = c->r;

	if (r->nlistens == REPORT_LISTENS_MAX) {
		r->rest.listens++;
		return false;
	}
	XGROW(r->listens, r->listens_cap, r->nlistens + 1);
	r->listens[r->nlistens++] = (struct report_listen){
		.proc = proc, .trace = c->trace, .proto = collect_proto(l4),
		.addr = collect_addr_text(c, at->v6, at->ip), .port = at->port, .ts = ts,
	};
	return true;
}

static void listen_add(struct collector *c, uint32_t proc, uint8_t l4,
		       const struct sock_aside *at, uint64_t ts)
{
	listen_key(c, proc, l4, at);
	if (smap_find(&c->by_listen, buf_str(&c->key)) || !listen_append(c, proc, l4, at, ts))
		return;
	smap_put(&c->by_listen, arena_str(&c->keys, buf_str(&c->key)), collect_index(0));
}

/* The kernel chose the port; an accept will tell it (collect_told_port()). */
static void listen_portless(struct collector *c, uint32_t proc, const struct fd *f,
			    const struct sock_aside *at)
{
	size_t i;

	for (i = 0; i < c->nportless; i++)
		if (c->portless[i].fd == f->num &&
		    c->r->listens[c->portless[i].listen].proc == proc)
			return;
	if (!listen_append(c, proc, f->l4proto, at, c->ev->ts))
		return;
	XGROW(c->portless, c->portless_cap, c->nportless + 1);
	c->portless[c->nportless].listen = (uint32_t)c->r->nlistens - 1;
	c->portless[c->nportless].fd = f->num;
	c->portless[c->nportless].l4 = f->l4proto;
	c->portless[c->nportless++].at = *at;
}

void collect_listen(struct collector *c, uint32_t proc, const struct fd *f)
{
	struct sock_aside at;

	if (!sock_waits_at(f, &at))
		return;
	if (at.port)
		listen_add(c, proc, f->l4proto, &at, c->ev->ts);
	else
		listen_portless(c, proc, f, &at);
}

/* Is it proc, or one of those it descends from and may have the socket from? */
static bool is_above(const struct report *r, uint32_t above, uint32_t proc)
{
	unsigned i;

	for (i = 0; proc != REPORT_NONE && proc != above && i < REPORT_PROC_DEPTH; i++)
		proc = r->procs[proc].parent;
	return proc == above;
}

static bool is_known_port(const struct collector *c, uint32_t proc, uint16_t port)
{
	const struct report *r = c->r;
	size_t i;

	for (i = 0; i < r->nlistens; i++)
		if (r->listens[i].port == port && r->listens[i].trace == c->trace &&
		    is_above(r, r->listens[i].proc, proc))
			return true;
	return false;
}

static void set_port(struct collector *c, size_t i, uint16_t port)
{
	struct report_listen *l = &c->r->listens[c->portless[i].listen];

	l->port = c->portless[i].at.port = port;
	listen_key(c, l->proc, c->portless[i].l4, &c->portless[i].at);
	smap_put(&c->by_listen, arena_str(&c->keys, buf_str(&c->key)), collect_index(0));
	c->nportless--;
	memmove(&c->portless[i], &c->portless[i + 1],
		(c->nportless - i) * sizeof(*c->portless));
}

void collect_told_port(struct collector *c, uint32_t proc, const struct fd *f)
{
	bool v6 = f->type == FD_IPV6_SOCK;
	size_t i;

	if (!c->nportless || (!v6 && f->type != FD_IPV4_SOCK) || is_known_port(c, proc, f->dport))
		return;
	for (i = 0; i < c->nportless; i++) {
		if (!sock_takes_in(&c->portless[i].at, v6, f->dip) ||
		    !is_above(c->r, c->r->listens[c->portless[i].listen].proc, proc))
			continue;
		set_port(c, i, f->dport);
		return;
	}
}

void collect_old_listens(struct collector *c)
{
	size_t i;

	for (i = 0; i < c->nold; i++) {
		uint32_t p = collect_proc(c, machine_thread(c->m, c->old_listens[i].tid));

		if (p != REPORT_NONE)
			listen_add(c, p, c->old_listens[i].l4, &c->old_listens[i].at, 0);
	}
	c->nold = 0;
}
