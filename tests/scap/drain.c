/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/scap/build.h"

/* A broken promise is a bug, in tests and under the fuzzer alike. */
static void promise(bool kept)
{
	if (!kept)
		abort();
}

static bool is_text(unsigned ptype)
{
	return ptype == PT_CHARBUF || ptype == PT_FSPATH || ptype == PT_FSRELPATH ||
	       ptype == PT_CHARBUFARRAY || ptype == PT_CHARBUF_PAIR_ARRAY;
}

/* What the consumers of addresses count on. */
static void check_address(struct param p, bool tuple)
{
	unsigned n = tuple ? 2 : 1;

	switch (p.p[0]) {
	case 1:
		promise(p.len >= (tuple ? 18 : 2));
		promise(memchr(p.p + (tuple ? 17 : 1), '\0', p.len - (tuple ? 17 : 1)));
		break;
	case 2:
		promise(p.len >= 1 + n * 6);
		break;
	case 10:
		promise(p.len >= 1 + n * 18);
		break;
	default:
		break;
	}
}

static void check_param(struct param p, unsigned ptype)
{
	if (!p.len)
		return;
	if (ptype_size[ptype])
		promise(p.len == ptype_size[ptype]);
	if (is_text(ptype))
		promise(memchr(p.p, '\0', p.len));
	if (ptype == PT_SOCKADDR || ptype == PT_SOCKTUPLE)
		check_address(p, ptype == PT_SOCKTUPLE);
	if (ptype == PT_FDLIST)
		promise(p.len >= 2 && p.len >= 2 + 10U * le16(p.p));
}

static void mix(uint64_t *h, const void *p, size_t len)
{
	*h = (*h ^ str_hash(str_mem(p, len))) * 0x9E3779B97F4A7C15;
}

static void take_event(struct drained *r, const struct event *ev)
{
	unsigned i;

	promise(ev->info && ev->info == evinfo_of(ev->type));
	promise(ev->nparams <= ev->info->nwire);
	promise(!(ev->info->flags & EF_UNUSED));
	mix(&r->hash, &ev->ts, sizeof(ev->ts));
	mix(&r->hash, &ev->tid, sizeof(ev->tid));
	mix(&r->hash, &ev->type, sizeof(ev->type));
	mix(&r->hash, &ev->cpu, sizeof(ev->cpu));
	mix(&r->hash, &ev->flags, sizeof(ev->flags));
	for (i = 0; i < ev->nparams; i++) {
		check_param(ev->param[i], ev->info->params[i].ptype);
		mix(&r->hash, ev->param[i].p, ev->param[i].len);
	}
	r->events++;
}

static void take_str(struct drained *r, struct str s)
{
	mix(&r->hash, s.p, s.len);
}

static void take_snap(struct drained *r, const struct snap_item *item)
{
	r->snaps++;
	switch (item->kind) {
	case SNAP_PROC:
		mix(&r->hash, &item->proc.tid, sizeof(item->proc.tid));
		take_str(r, item->proc.comm);
		take_str(r, item->proc.exe);
		take_str(r, item->proc.exepath);
		take_str(r, item->proc.args);
		take_str(r, item->proc.env);
		take_str(r, item->proc.cwd);
		take_str(r, item->proc.root);
		take_str(r, item->proc.cgroups);
		break;
	case SNAP_FD:
		mix(&r->hash, &item->fd.fd, sizeof(item->fd.fd));
		take_str(r, item->fd.name);
		break;
	case SNAP_USER:
		take_str(r, item->user.name);
		take_str(r, item->user.home);
		take_str(r, item->user.shell);
		break;
	case SNAP_GROUP:
		take_str(r, item->group.name);
		break;
	case SNAP_IFACE:
		take_str(r, item->iface.name);
		break;
	case SNAP_HOST:
		take_str(r, item->host.hostname);
		break;
	default:
		promise(false);
	}
}

static struct drained drain(struct drained r, struct evsource *s)
{
	struct evsource_next next;

	if (r.open)
		return r;
	do {
		s->next(s, &next);
		if (next.what == EVS_EVENT)
			take_event(&r, next.ev);
		else if (next.what == EVS_SNAP)
			take_snap(&r, next.item);
		else if (next.what == EVS_RESTART)
			r.restarts++;
		else
			promise(next.what == EVS_END);
	} while (next.what != EVS_END);
	s->next(s, &next);
	promise(next.what == EVS_END);	/* and stays there */
	r.status = s->status(s);
	r.stats = *scap_stats(s);
	promise(r.stats.events == r.events);
	s->close(s);
	return r;
}

struct drained drain_mem(const void *p, size_t len, struct diag *d)
{
	struct drained r = { 0 };
	struct evsource *s = NULL;

	r.open = scap_open_mem(&s, p, len, "test", d);
	return drain(r, s);
}

struct drained drain_fd(int fd, struct diag *d)
{
	struct drained r = { 0 };
	struct evsource *s = NULL;

	r.open = scap_open_fd(&s, fd, NULL, 0, "test", d);
	if (r.open)
		close(fd);
	return drain(r, s);
}
