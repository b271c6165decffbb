/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "replay/machine_int.h"
#include "replay/sock.h"

static const uint8_t zeros[16];

static size_t ip_len(uint8_t family)
{
	return family == SOCK_AF_INET6 ? 16 : 4;
}

static struct str param_path(const uint8_t *p, size_t len)
{
	const uint8_t *nul = len ? memchr(p, '\0', len) : NULL;

	return str_mem(p, nul ? (size_t)(nul - p) : len);
}

/* One end: address, port. */
static void take_end(struct rcur *c, uint8_t family, uint8_t *ip, uint16_t *port)
{
	const uint8_t *p = rcur_take(c, ip_len(family));

	if (p)
		memcpy(ip, p, ip_len(family));
	*port = rcur_u16(c);
}

bool sock_parse_tuple(struct param p, struct sockaddrs *out)
{
	struct rcur c;

	memset(out, 0, sizeof(*out));
	if (!p.len)
		return false;
	c = rcur_of(p.p, p.len);
	out->family = rcur_u8(&c);
	switch (out->family) {
	case SOCK_AF_INET:
	case SOCK_AF_INET6:
		take_end(&c, out->family, out->sip, &out->sport);
		take_end(&c, out->family, out->dip, &out->dport);
		break;
	case SOCK_AF_UNIX:
		out->usrc = rcur_u64(&c);
		out->udst = rcur_u64(&c);
		if (!c.bad)
			out->path = param_path(c.p, rcur_left(&c));
		break;
	default:
		return false;
	}
	return !c.bad;
}

bool sock_parse_addr(struct param p, struct sockaddrs *out)
{
	struct rcur c;

	memset(out, 0, sizeof(*out));
	if (!p.len)
		return false;
	c = rcur_of(p.p, p.len);
	out->family = rcur_u8(&c);
	switch (out->family) {
	case SOCK_AF_INET:
	case SOCK_AF_INET6:
		take_end(&c, out->family, out->sip, &out->sport);
		break;
	case SOCK_AF_UNIX:
		out->path = param_path(c.p, rcur_left(&c));
		break;
	default:
		return false;
	}
	return !c.bad;
}

/* ::ffff:a.b.c.d, or :: which tells no family. */
static bool is_mapped(const uint8_t *ip)
{
	return !memcmp(ip, zeros, 10) &&
	       ((ip[10] == 0xff && ip[11] == 0xff) || !memcmp(ip, zeros, 16));
}

static void unmap(uint8_t *ip)
{
	memmove(ip, ip + 12, 4);
	memset(ip + 4, 0, 12);
}

void sock_unmap(struct sockaddrs *a)
{
	if (a->family != SOCK_AF_INET6 || !is_mapped(a->sip) || !is_mapped(a->dip))
		return;
	a->family = SOCK_AF_INET;
	unmap(a->sip);
	unmap(a->dip);
}

void sock_print_ip(struct buf *out, bool v6, const uint8_t *ip)
{
	char text[64];

	/* A pure function of the bytes: no resolver, no locale. */
	if (inet_ntop(v6 ? AF_INET6 : AF_INET, ip, text, sizeof(text)))
		buf_adds(out, text);
}

void sock_print_end(struct buf *out, bool v6, const uint8_t *ip, uint16_t port)
{
	sock_print_ip(out, v6, ip);
	buf_addc(out, ':');
	buf_addu(out, port);
}

void sock_print_tuple(struct buf *out, const struct sockaddrs *given)
{
	struct sockaddrs plain = *given;
	const struct sockaddrs *a = &plain;
	bool v6;

	sock_unmap(&plain);
	v6 = a->family == SOCK_AF_INET6;
	if (a->family == SOCK_AF_UNIX) {
		buf_addf(out, "%" PRIx64 "->%" PRIx64 " ", a->usrc, a->udst);
		buf_addstr(out, a->path);
		return;
	}
	sock_print_end(out, v6, a->sip, a->sport);
	buf_adds(out, "->");
	sock_print_end(out, v6, a->dip, a->dport);
}

void sock_print_name(struct buf *out, const struct fd *f)
{
	bool v6 = f->type == FD_IPV6_SOCK;

	switch (f->l4proto) {
	case L4_TCP:
	case L4_UDP:
		sock_print_ends(out, f);
		break;
	case L4_ICMP:
	case L4_RAW:
		sock_print_ip(out, v6, f->sip);
		buf_adds(out, "->");
		sock_print_ip(out, v6, f->dip);
		break;
	default:
		buf_adds(out, "<unknown>");
	}
}

void sock_print_ends(struct buf *out, const struct fd *f)
{
	bool v6 = f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK;

	sock_print_end(out, v6, f->sip, f->sport);
	if (fd_is_server_sock(f))
		return;
	buf_adds(out, "->");
	sock_print_end(out, v6, f->dip, f->dport);
}

static bool same_ends(const struct fd *f, const struct sockaddrs *a)
{
	return f->sport == a->sport && f->dport == a->dport &&
	       !memcmp(f->sip, a->sip, 16) && !memcmp(f->dip, a->dip, 16);
}

static bool same_ends_swapped(const struct fd *f, const struct sockaddrs *a)
{
	return f->sport == a->dport && f->dport == a->sport &&
	       !memcmp(f->sip, a->dip, 16) && !memcmp(f->dip, a->sip, 16);
}

bool sock_store(struct fd *f, const struct sockaddrs *a)
{
	if (f->type == FD_UNIX_SOCK) {
		f->usrc = a->usrc;
		f->udst = a->udst;
		return true;
	}
	if (same_ends(f, a) || same_ends_swapped(f, a))
		return false;
	memcpy(f->sip, a->sip, sizeof(f->sip));
	memcpy(f->dip, a->dip, sizeof(f->dip));
	f->sport = a->sport;
	f->dport = a->dport;
	return true;
}

void sock_swap(struct fd *f)
{
	uint8_t ip[16];
	uint16_t port = f->sport;

	memcpy(ip, f->sip, 16);
	memcpy(f->sip, f->dip, 16);
	memcpy(f->dip, ip, 16);
	f->sport = f->dport;
	f->dport = port;
}

static bool is_v4_port(const struct fd *f, uint16_t port, bool server)
{
	if (f->type == FD_IPV4_SOCK)
		return (server ? f->dport : f->sport) == port;
	return server && f->type == FD_IPV4_SERVSOCK && f->sport == port;
}

/* Does the process have the port: as a server (far end) or as a client?  No more
 * descriptors are looked at than honest processes have, or a trace that makes a
 * hundred thousand would have all of them looked at as often. */
static bool has_port(const struct fdtab *tab, uint16_t port, bool server)
{
	enum { LOOKED_AT = 4096 };
	const struct fd *f = fdtab_next(tab, NULL);
	unsigned n;

	for (n = 0; f && n < LOOKED_AT; n++, f = fdtab_next(tab, f))
		if (is_v4_port(f, port, server))
			return true;
	return false;
}

/*
 * As Falco guesses: among the ports of the process count those of connected
 * IPv4 sockets, the socket in question included, so for IPv4 who begins with
 * a read is the server.  For IPv6 it reads the ports where an IPv4 tuple has
 * them, which is inside the source address.
 */
void sock_guess_role(const struct fdtab *tab, struct fd *f, bool incoming)
{
	uint16_t sport = le16(f->sip + 8), dport = le16(f->sip + 10);

	if (f->type == FD_IPV6_SOCK && !has_port(tab, dport, true))
		sock_set_role(f, FDF_ROLE_CLIENT);
	else if (f->type == FD_IPV6_SOCK && !has_port(tab, sport, false))
		sock_set_role(f, FDF_ROLE_SERVER);
	else
		sock_set_role(f, incoming ? FDF_ROLE_SERVER : FDF_ROLE_CLIENT);
}

static bool same_net(const struct iface *i, const uint8_t *ip, size_t len)
{
	size_t k;

	for (k = 0; k < len; k++) {
		if ((i->addr[k] ^ ip[k]) & i->mask[k])
			return false;
	}
	return true;
}

static bool is_loopback(const struct iface *i)
{
	static const uint8_t lo4[4] = { 127, 0, 0, 1 };
	static const uint8_t lo6[16] = { [15] = 1 };

	return i->v6 ? !memcmp(i->addr, lo6, 16) : !memcmp(i->addr, lo4, 4);
}

/* The interface a packet for ip would leave by, as far as the list tells. */
static const struct iface *iface_towards(const struct machine *m, bool v6, const uint8_t *ip)
{
	size_t len = v6 ? 16 : 4, i;

	for (i = 0; i < m->nifaces; i++) {
		if (m->ifaces[i].v6 == v6 && !memcmp(m->ifaces[i].addr, ip, len))
			return &m->ifaces[i];
	}
	for (i = 0; i < m->nifaces; i++) {
		if (m->ifaces[i].v6 == v6 && same_net(&m->ifaces[i], ip, len))
			return &m->ifaces[i];
	}
	for (i = 0; i < m->nifaces; i++) {
		if (m->ifaces[i].v6 == v6 && !is_loopback(&m->ifaces[i]))
			return &m->ifaces[i];
	}
	return NULL;
}

void sock_infer_ends(const struct machine *m, struct fd *f)
{
	bool v6 = f->type == FD_IPV6_SOCK, no_src, no_dst;
	const struct iface *i;

	if (f->type != FD_IPV4_SOCK && f->type != FD_IPV6_SOCK)
		return;
	no_src = !memcmp(f->sip, zeros, 16);
	no_dst = !memcmp(f->dip, zeros, 16);
	if (!no_src && !no_dst)
		return;
	i = iface_towards(m, v6, no_src ? f->dip : f->sip);
	if (i)
		memcpy(no_src ? f->sip : f->dip, i->addr, 16);
}

uint8_t sock_l4proto(uint32_t type, uint32_t protocol)
{
	enum { STREAM = 1, DGRAM = 2, RAW = 3 };

	type &= 0xf;			/* above: SOCK_NONBLOCK, SOCK_CLOEXEC */
	switch (protocol) {
	case 0:
		return type == STREAM ? L4_TCP : type == DGRAM ? L4_UDP : L4_UNKNOWN;
	case 1:
		return type == RAW ? L4_RAW : L4_ICMP;
	case 6:
		return type == RAW ? L4_RAW : L4_TCP;
	case 17:
		return type == RAW ? L4_RAW : L4_UDP;
	case 255:
		return L4_RAW;
	default:
		return L4_UNKNOWN;
	}
}
