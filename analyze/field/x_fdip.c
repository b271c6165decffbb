/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses and ports of the event's descriptor.  A tuple's source is the
 * client, once it is known who called whom; a listening socket has the
 * server side only.
 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

/* The descriptor when the event has one of a kind; else NULL. */
static const struct fd *known(const struct fieldctx *c)
{
	return ctx_has_fd(c) ? c->cur->fdinfo : NULL;
}

static bool is_tuple(const struct fd *f)
{
	return f->type == FD_IPV4_SOCK || f->type == FD_IPV6_SOCK;
}

static bool is_v6(const struct fd *f)
{
	return f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK;
}

static bool has_role(const struct fd *f)
{
	return f->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER);
}

static const struct fd *tuple_with_role(const struct fieldctx *c)
{
	const struct fd *f = known(c);

	return f && is_tuple(f) && has_role(f) ? f : NULL;
}

static void set_ip(struct value *v, const struct fd *f, const uint8_t *addr)
{
	v->ip.len = is_v6(f) ? 16 : 4;
	memcpy(v->ip.b, addr, v->ip.len);
}

static bool val_ip(struct value *v, const struct fd *f, const uint8_t *addr)
{
	set_ip(v, f, addr);
	return true;
}

/* Does a container's address read like this one? */
static bool container_has(struct fieldctx *c, const struct container *k, const uint8_t *addr)
{
	size_t n = work_begin(c);

	argtext_add_ip(&c->work, addr, 4);
	return str_eq(rstr_str(k->ip), work_end(c, n));
}

/*
 * Is this address, one end of the descriptor's tuple, one of the recorded
 * machine's?  For what runs in a container only addresses of containers
 * count, and IPv6 never does.
 */
static bool is_local(struct fieldctx *c, const struct fd *f, const uint8_t *addr)
{
	struct str id = rstr_str(c->cur->thread->container_id);
	const struct container *k;

	if (!id.len)
		return machine_is_local_addr(c->m, is_v6(f), addr);
	k = is_v6(f) ? NULL : machine_container(c->m, id);
	return k && rstr_str(k->ip).len && container_has(c, k, addr);
}

enum side { CLIENT, SERVER, LOCAL, REMOTE };

/* Does that side lie at the source of the tuple? */
static bool at_source(struct fieldctx *c, const struct fd *f, enum side side)
{
	if (side <= SERVER)
		return side == CLIENT;
	return is_local(c, f, f->sip) == (side == LOCAL);
}

static bool side_ip(struct fieldctx *c, enum side side, struct value *v)
{
	const struct fd *f = known(c);

	if (!f || !has_role(f))
		return false;
	if (is_tuple(f))
		return val_ip(v, f, at_source(c, f, side) ? f->sip : f->dip);
	return side == SERVER && fd_is_server_sock(f) && val_ip(v, f, f->sip);
}

static bool side_port(struct fieldctx *c, enum side side, struct value *v)
{
	const struct fd *f = known(c);

	if (!f)
		return false;
	if (side == SERVER && fd_is_server_sock(f))	/* needs no role */
		return val_u64(v, f->sport);
	if (!is_tuple(f) || !has_role(f))
		return false;
	return val_u64(v, at_source(c, f, side) ? f->sport : f->dport);
}

GETTER(FD_CIP) { return side_ip(c, CLIENT, v); }
GETTER(FD_SIP) { return side_ip(c, SERVER, v); }
GETTER(FD_LIP) { return side_ip(c, LOCAL, v); }
GETTER(FD_RIP) { return side_ip(c, REMOTE, v); }
GETTER(FD_CNET) { return side_ip(c, CLIENT, v); }
GETTER(FD_SNET) { return side_ip(c, SERVER, v); }
GETTER(FD_LNET) { return side_ip(c, LOCAL, v); }
GETTER(FD_RNET) { return side_ip(c, REMOTE, v); }
GETTER(FD_CPORT) { return side_port(c, CLIENT, v); }
GETTER(FD_SPORT) { return side_port(c, SERVER, v); }
GETTER(FD_LPORT) { return side_port(c, LOCAL, v); }
GETTER(FD_RPORT) { return side_port(c, REMOTE, v); }

/* Ports by name: this is no machine to ask for service names, so digits. */
static bool port_text(struct fieldctx *c, uint64_t port, struct value *v)
{
	size_t n = work_begin(c);

	buf_addu(&c->work, port);
	return val_str(v, work_end(c, n));
}

static bool side_proto(struct fieldctx *c, enum side side, struct value *v)
{
	struct value port;

	if (!tuple_with_role(c) || !side_port(c, side, &port))
		return false;
	return port_text(c, port.u, v);
}

GETTER(FD_CPROTO)
{
	const struct fd *f = known(c);

	if (f && has_role(f) && !is_tuple(f))
		return val_cstr(v, "");
	return side_proto(c, CLIENT, v);
}

GETTER(FD_SPROTO)
{
	const struct fd *f = known(c);

	if (f && fd_is_server_sock(f))
		return val_cstr(v, "");
	return side_proto(c, SERVER, v);
}

GETTER(FD_LPROTO) { return side_proto(c, LOCAL, v); }
GETTER(FD_RPROTO) { return side_proto(c, REMOTE, v); }

/*
 * Either end: both as candidates, with or without a role.  A descriptor that
 * is no socket exists but has no candidate.
 */
static bool candidates(struct fieldctx *c, bool ports, struct value *v)
{
	const struct fd *f = known(c);
	struct value *e;
	size_t n;

	if (!f)
		return false;
	n = is_tuple(f) ? 2 : fd_is_server_sock(f) ? 1 : 0;
	e = n ? ARENA_ARRAY(&c->scratch, struct value, n) : NULL;
	if (n)
		e[0] = (struct value){ .ptype = v->ptype, .pfmt = v->pfmt };
	if (n == 2)
		e[1] = e[0];
	if (n && ports)
		e[0].u = f->sport;
	else if (n)
		set_ip(&e[0], f, f->sip);
	if (n == 2 && ports)
		e[1].u = f->dport;
	else if (n == 2)
		set_ip(&e[1], f, f->dip);
	v->shape = VAL_ANY;
	v->list.v = e;
	v->list.n = n;
	return true;
}

GETTER(FD_IP) { return candidates(c, false, v); }
GETTER(FD_NET) { return candidates(c, false, v); }
GETTER(FD_PORT) { return candidates(c, true, v); }
GETTER(FD_PROTO) { return candidates(c, true, v); }

GETTER(FD_L4PROTO)
{
	static const char *const names[] = {
		[L4_TCP] = "tcp", [L4_UDP] = "udp", [L4_ICMP] = "icmp", [L4_RAW] = "raw",
	};
	const struct fd *f = known(c);
	unsigned proto;

	if (!f)
		return false;
	proto = fd_l4proto(f);
	return val_cstr(v, proto < ARRAY_SIZE(names) && names[proto] ? names[proto] : "<NA>");
}

GETTER(FD_SOCKFAMILY)
{
	const struct fd *f = known(c);

	if (!f || (!fd_is_ip(f) && f->type != FD_UNIX_SOCK))
		return false;
	return val_cstr(v, f->type == FD_UNIX_SOCK ? "unix" : "ip");
}

GETTER(FD_IS_SERVER)
{
	const struct fd *f = known(c);

	if (!f)
		return false;
	return val_u64(v, fd_is_server_sock(f) ||
			  (is_tuple(f) && is_local(c, f, f->dip)));
}
