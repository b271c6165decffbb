/* SPDX-License-Identifier: Apache-2.0 */
/* Who a process talked to. */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "lib/base/xalloc.h"
#include "replay/sock.h"

static const char *const proto_names[] = {
	[L4_UNKNOWN] = "ip", [L4_NA] = "ip", [L4_TCP] = "tcp", [L4_UDP] = "udp",
	[L4_ICMP] = "icmp", [L4_RAW] = "raw",
};

const char *collect_proto(uint8_t l4)
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

struct str collect_addr_text(struct collector *c, bool v6, const uint8_t *ip)
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

static void peer_key(struct collector *c, uint32_t proc, uint8_t l4, const struct ends *e)
{
	uint16_t port = e->inbound ? e->lport : e->rport;

	buf_clear(&c->key);
	buf_add(&c->key, &proc, sizeof(proc));
	buf_add(&c->key, e->rip, e->v6 ? 16 : 4);
	buf_add(&c->key, &port, sizeof(port));
	buf_addc(&c->key, (char)l4);
	buf_addc(&c->key, e->inbound);
}

static void add_to_process(struct report *r, uint32_t proc, uint32_t i)
{
	struct report_proc *p = &r->procs[proc];

	if (p->last_peer == REPORT_NONE)
		p->first_peer = i;
	else
		r->peers[p->last_peer].next = i;
	p->last_peer = i;
	p->npeers++;
}

static struct report_peer *peer_at(struct collector *c, uint32_t proc, uint8_t l4,
				   const struct ends *e)
{
	struct report *r = c->r;
	struct smap_entry *found;
	uint32_t i = (uint32_t)r->npeers;

	peer_key(c, proc, l4, e);
	found = smap_find(&c->by_peer, buf_str(&c->key));
	if (found)
		return &r->peers[collect_index_of(found->value)];
	if (r->npeers == REPORT_PEERS_MAX) {
		r->rest.peers++;
		return NULL;
	}
	XGROW(r->peers, r->peers_cap, r->npeers + 1);
	r->peers[r->npeers++] = (struct report_peer){
		.proc = proc, .next = REPORT_NONE, .inbound = e->inbound, .v6 = e->v6,
		.failed = true, .l4 = l4, .proto = collect_proto(l4),
		.local = collect_addr_text(c, e->v6, e->lip), .remote = collect_addr_text(c, e->v6, e->rip),
		.lport = e->lport, .rport = e->rport, .first_ts = c->ev->ts,
	};
	smap_put(&c->by_peer, arena_str(&c->keys, buf_str(&c->key)), collect_index(i));
	add_to_process(r, proc, i);
	return &r->peers[i];
}

static struct report_peer *peer_of(struct collector *c, uint32_t proc, const struct fd *f)
{
	struct ends e;

	return ends_of(f, &e) ? peer_at(c, proc, f->l4proto, &e) : NULL;
}

void collect_peer(struct collector *c, uint32_t proc, const struct fd *f, bool begun)
{
	struct report_peer *p = peer_of(c, proc, f);

	if (!p)
		return;
	p->last_ts = c->ev->ts;
	p->conns++;
	p->begun += begun;
	if (!begun)
		p->failed = false;
}

/* Where a connect in vain was to go; nothing is known of our end. */
static struct report_peer *peer_asked(struct collector *c, uint32_t proc, const struct fd *f)
{
	static const uint8_t none[16];
	struct sock_aside a;
	struct report_peer *p;
	struct ends e;

	if (!(f->flags & FDF_CONN_FAILED) || !sock_aside(f, &a))
		return NULL;
	e = (struct ends){ .v6 = a.v6, .lip = none, .rip = a.ip, .rport = a.port };
	p = peer_at(c, proc, f->l4proto, &e);
	if (!p)
		return NULL;
	p->last_ts = c->ev->ts;
	p->reason = sock_failure(a.error);
	return p;
}

void collect_failure(struct collector *c, uint32_t proc, const struct fd *f)
{
	struct report_peer *p = peer_asked(c, proc, f);

	if (p)
		p->conns++;
}

void collect_answer(struct collector *c, uint32_t proc, const struct fd *f)
{
	bool in_vain = f->flags & FDF_CONN_FAILED;
	struct report_peer *p = in_vain ? peer_asked(c, proc, f) : peer_of(c, proc, f);

	if (!p)
		return;
	p->last_ts = c->ev->ts;
	p->begun -= p->begun > 0;
	p->failed &= in_vain;
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
