/* SPDX-License-Identifier: Apache-2.0 */
/* Who a process talked to. */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "lib/base/xalloc.h"

static const char *const proto_names[] = {
	[L4_UNKNOWN] = "ip", [L4_NA] = "ip", [L4_TCP] = "tcp", [L4_UDP] = "udp",
	[L4_ICMP] = "icmp", [L4_RAW] = "raw",
};

static const char *proto_name(uint8_t l4)
{
	return l4 < ARRAY_SIZE(proto_names) ? proto_names[l4] : "ip";
}

/* The longest run of zero groups, at least two: [*from, *from + n). */
static unsigned zero_run(const uint8_t *ip, unsigned *from)
{
	unsigned i, n = 0, best = 0;

	for (i = 0; i < 8; i++) {
		n = ip[2 * i] || ip[2 * i + 1] ? 0 : n + 1;
		if (n > best) {
			best = n;
			*from = i + 1 - n;
		}
	}
	return best > 1 ? best : 0;
}

void collect_addr(struct buf *out, bool v6, const uint8_t *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned i, from = 8, run;

	if (v6 && !memcmp(ip, mapped, 12)) {
		buf_adds(out, "::ffff:");
		v6 = false;
		ip += 12;
	}
	if (!v6) {
		buf_addf(out, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
		return;
	}
	run = zero_run(ip, &from);
	for (i = 0; i < 8; i++) {
		if (run && i == from) {
			buf_adds(out, "::");
			i += run - 1;
			continue;
		}
		if (i && !(run && i == from + run))
			buf_addc(out, ':');
		buf_addf(out, "%x", (unsigned)(ip[2 * i] << 8 | ip[2 * i + 1]));
	}
}

static struct str addr_text(struct collector *c, bool v6, const uint8_t *ip)
{
	buf_clear(&c->work);
	collect_addr(&c->work, v6, ip);
	return arena_str(&c->r->a, buf_str(&c->work));
}

struct ends {
	bool inbound, v6;
	const uint8_t *lip, *rip;
	uint16_t lport, rport;
};

/* Source is the client, whichever end is ours. */
static bool ends_of(const struct fd *f, struct ends *e)
{
	static const uint8_t none[16];

	if (f->type != FD_IPV4_SOCK && f->type != FD_IPV6_SOCK)
		return false;
	e->v6 = f->type == FD_IPV6_SOCK;
	e->inbound = f->flags & FDF_ROLE_SERVER;
	e->lip = e->inbound ? f->dip : f->sip;
	e->rip = e->inbound ? f->sip : f->dip;
	e->lport = e->inbound ? f->dport : f->sport;
	e->rport = e->inbound ? f->sport : f->dport;
	return e->rport || memcmp(e->rip, none, e->v6 ? 16 : 4);
}

static void peer_key(struct collector *c, uint32_t proc, const struct fd *f, const struct ends *e)
{
	uint16_t port = e->inbound ? e->lport : e->rport;

	buf_clear(&c->key);
	buf_add(&c->key, &proc, sizeof(proc));
	buf_add(&c->key, e->rip, e->v6 ? 16 : 4);
	buf_add(&c->key, &port, sizeof(port));
	buf_addc(&c->key, (char)f->l4proto);
	buf_addc(&c->key, e->inbound);
}

static struct report_peer *peer_of(struct collector *c, uint32_t proc, const struct fd *f)
{
	struct report *r = c->r;
	struct smap_entry *found;
	struct report_proc *p;
	struct ends e;
	uint32_t i = (uint32_t)r->npeers;

	if (!ends_of(f, &e))
		return NULL;
	peer_key(c, proc, f, &e);
	found = smap_find(&c->by_peer, buf_str(&c->key));
	if (found)
		return &r->peers[collect_index_of(found->value)];
	if (r->npeers == REPORT_PEERS_MAX) {
		r->rest.peers++;
		return NULL;
	}
	XGROW(r->peers, r->peers_cap, r->npeers + 1);
	r->peers[r->npeers++] = (struct report_peer){
		.proc = proc, .next = REPORT_NONE, .inbound = e.inbound, .v6 = e.v6,
		.failed = true, .l4 = f->l4proto, .proto = proto_name(f->l4proto),
		.local = addr_text(c, e.v6, e.lip), .remote = addr_text(c, e.v6, e.rip),
		.lport = e.lport, .rport = e.rport, .first_ts = c->ev->ts,
	};
	smap_put(&c->by_peer, arena_str(&c->keys, buf_str(&c->key)), collect_index(i));
	p = &r->procs[proc];
	if (p->last_peer == REPORT_NONE)
		p->first_peer = i;
	else
		r->peers[p->last_peer].next = i;
	p->last_peer = i;
	p->npeers++;
	return &r->peers[i];
}

void collect_peer(struct collector *c, uint32_t proc, const struct fd *f, bool begun)
{
	struct report_peer *p = peer_of(c, proc, f);

	if (!p)
		return;
	p->last_ts = c->ev->ts;
	p->conns++;
	p->begun |= begun;
	if (!begun && !(f->flags & FDF_CONN_FAILED))
		p->failed = false;
}

void collect_traffic(struct collector *c, uint32_t proc, const struct fd *f, uint64_t n,
		     bool sent)
{
	struct report_peer *p = peer_of(c, proc, f);

	if (!p)
		return;
	p->last_ts = c->ev->ts;
	p->failed = false;
	*(sent ? &p->sent : &p->received) += n;
}

static void listen_add(struct collector *c, uint32_t proc, uint8_t l4, bool v6,
		       const uint8_t *ip, uint16_t port, uint64_t ts)
{
	struct report *r = c->r;

	buf_clear(&c->key);
	buf_addf(&c->key, "%u/%u/%u/", proc, l4, port);
	buf_add(&c->key, ip, v6 ? 16 : 4);
	if (smap_find(&c->by_listen, buf_str(&c->key)))
		return;
	if (r->nlistens == REPORT_LISTENS_MAX) {
		r->rest.listens++;
		return;
	}
	smap_put(&c->by_listen, arena_str(&c->keys, buf_str(&c->key)), collect_index(0));
	XGROW(r->listens, r->listens_cap, r->nlistens + 1);
	r->listens[r->nlistens++] = (struct report_listen){
		.proc = proc, .trace = c->trace, .proto = proto_name(l4),
		.addr = addr_text(c, v6, ip), .port = port, .ts = ts,
	};
}

void collect_listen(struct collector *c, uint32_t proc, const struct fd *f)
{
	if (fd_is_server_sock(f))
		listen_add(c, proc, f->l4proto, f->type == FD_IPV6_SERVSOCK, f->sip, f->sport,
			   c->ev->ts);
}

void collect_old_listens(struct collector *c)
{
	size_t i;

	for (i = 0; i < c->nold; i++) {
		uint32_t p = collect_proc(c, machine_thread(c->m, c->old_listens[i].tid));

		if (p != REPORT_NONE)
			listen_add(c, p, c->old_listens[i].l4, c->old_listens[i].v6,
				   c->old_listens[i].ip, c->old_listens[i].port, 0);
	}
	c->nold = 0;
}
