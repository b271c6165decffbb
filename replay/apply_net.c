/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets. */
#include "lib/base/compat.h"

#include "replay/apply.h"
#include "replay/outcome.h"
#include "replay/sock.h"

static bool is_stream_ip(const struct fd *f)
{
	return f->type == FD_IPV4_SOCK || f->type == FD_IPV6_SOCK;
}

static void name_from_ends(struct machine *m, struct fd *f)
{
	buf_clear(&m->text);
	sock_print_name(&m->text, f);
	machine_name_fd(m, f, buf_str(&m->text));
}

static void print_tuple_name(struct machine *m, struct fd *f, const struct sockaddrs *a)
{
	buf_clear(&m->text);
	sock_print_tuple(&m->text, a);
	machine_name_fd(m, f, buf_str(&m->text));
}

static struct fd *add_socket(struct machine *m, int64_t num, uint32_t domain, uint32_t type,
			     uint32_t protocol)
{
	struct fd *f = machine_open_fd(m, m->cur.thread, num);

	if (!f)
		return NULL;
	switch (domain) {
	case SOCK_AF_UNIX:
		f->type = FD_UNIX_SOCK;
		break;
	case SOCK_AF_INET:
	case SOCK_AF_INET6:
		f->type = domain == SOCK_AF_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
		f->l4proto = sock_l4proto(type, protocol);
		break;
	case SOCK_AF_NETLINK:
		f->type = FD_NETLINK;
		break;
	default:
		f->type = FD_UNKNOWN;
	}
	return f;
}

void apply_socket(struct machine *m, struct event *ev, int arg UNUSED)
{
	int64_t num = cur_ret(ev);
	struct fd *f;

	if (!m->cur.thread || num < 0)
		return;
	f = add_socket(m, num, (uint32_t)event_u64(ev, P_SOCKET_SOCKET_X_domain, 0),
		       (uint32_t)event_u64(ev, P_SOCKET_SOCKET_X_type, 0),
		       (uint32_t)event_u64(ev, P_SOCKET_SOCKET_X_proto, 0));
	if (f)
		f->oflags = (uint32_t)event_u64(ev, P_SOCKET_SOCKET_X_flags, 0);
}

void apply_socketpair(struct machine *m, struct event *ev, int arg UNUSED)
{
	int64_t num[2] = {
		event_i64(ev, P_SOCKET_SOCKETPAIR_X_fd1, -1),
		event_i64(ev, P_SOCKET_SOCKETPAIR_X_fd2, -1),
	};
	uint64_t ends[2] = {
		event_u64(ev, P_SOCKET_SOCKETPAIR_X_source, 0),
		event_u64(ev, P_SOCKET_SOCKETPAIR_X_peer, 0),
	};
	size_t i;

	if (!m->cur.thread || cur_ret(ev) < 0 || num[0] == num[1])
		return;
	for (i = 0; i < 2; i++) {
		struct fd *f = num[i] >= 0 ? machine_open_fd(m, m->cur.thread, num[i]) : NULL;

		if (!f)
			continue;
		f->type = FD_UNIX_SOCK;
		f->usrc = ends[i];
		f->udst = ends[!i];
	}
}

/* An address the process waits at.  Port 0 is the kernel's choice yet. */
static void bind_ip(struct fd *f, struct sockaddrs *a)
{
	memcpy(a->dip, a->sip, 16);
	sock_unmap(a);
	f->type = a->family == SOCK_AF_INET ? FD_IPV4_SERVSOCK : FD_IPV6_SERVSOCK;
	memcpy(f->sip, a->sip, 16);
	memset(f->dip, 0, 16);
	f->sport = a->sport;
	f->dport = 0;
	sock_set_role(f, FDF_ROLE_SERVER);
}

void apply_bind(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct fd *f = m->cur.fdinfo;
	struct sockaddrs a;

	if (!f || cur_ret(ev) < 0 || !sock_parse_addr(cur_param(m, P_SOCKET_BIND_X_addr), &a))
		return;
	if (a.family == SOCK_AF_UNIX) {
		machine_name_fd(m, f, a.path);
		return;
	}
	buf_clear(&m->text);
	sock_print_end(&m->text, a.family == SOCK_AF_INET6, a.sip, a.sport);
	if (a.sport)
		bind_ip(f, &a);
	machine_name_fd(m, f, buf_str(&m->text));
}

/* The address the call was given when the enter event and the exit event
 * agree that the kernel was told something else meanwhile. */
static void trust_enter(const struct machine *m, struct sockaddrs *a)
{
	const struct enter_event *e = cur_enter(m, EV_SOCKET_CONNECT_E);
	struct sockaddrs said, meant;

	if (!e || !sock_parse_addr(cur_param(m, P_SOCKET_CONNECT_X_addr), &said) ||
	    !sock_parse_addr(enter_param(e, P_SOCKET_CONNECT_E_addr), &meant))
		return;
	if (said.family != a->family || meant.family != a->family || a->family == SOCK_AF_UNIX)
		return;
	if (said.sport != a->dport || memcmp(said.sip, a->dip, 16))
		return;
	memcpy(a->dip, meant.sip, 16);
	a->dport = meant.sport;
}

/* An address alone: it is the far end. */
static void far_end_only(struct sockaddrs *a)
{
	memcpy(a->dip, a->sip, 16);
	a->dport = a->sport;
	memset(a->sip, 0, 16);
	a->sport = 0;
}

static bool connect_tuple(const struct machine *m, struct sockaddrs *a)
{
	const struct enter_event *e = cur_enter(m, EV_SOCKET_CONNECT_E);

	if (sock_parse_tuple(cur_param(m, P_SOCKET_CONNECT_X_tuple), a)) {
		trust_enter(m, a);
		return true;
	}
	if (cur_param(m, P_SOCKET_CONNECT_X_tuple).len || !e ||
	    !sock_parse_addr(enter_param(e, P_SOCKET_CONNECT_E_addr), a))
		return false;
	far_end_only(a);
	return true;
}

/* Where it was to go, as far as the call tells; family 0: it does not. */
static void connect_asked(const struct machine *m, struct sockaddrs *a)
{
	const struct enter_event *e = cur_enter(m, EV_SOCKET_CONNECT_E);

	if (sock_parse_addr(cur_param(m, P_SOCKET_CONNECT_X_addr), a) ||
	    (e && sock_parse_addr(enter_param(e, P_SOCKET_CONNECT_E_addr), a)))
		far_end_only(a);
	else if (!sock_parse_tuple(cur_param(m, P_SOCKET_CONNECT_X_tuple), a))
		a->family = 0;
	if (a->family)
		sock_unmap(a);
}

/* Turn f into a connected socket of a's family.  The protocol does not
 * survive the step from IPv6 to IPv4, as in Falco. */
static void set_family(struct fd *f, uint8_t family)
{
	bool was_v6 = f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK;

	f->type = family == SOCK_AF_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	if (was_v6 && f->type == FD_IPV4_SOCK)
		f->l4proto = L4_UNKNOWN;
}

static void connect_ip(struct machine *m, struct fd *f, struct sockaddrs *a)
{
	bool changed;

	sock_unmap(a);
	set_family(f, a->family);
	changed = sock_store(f, a);
	if (changed && (f->flags & FDF_ROLE_SERVER) && f->l4proto == L4_UDP)
		sock_swap(f);
	name_from_ends(m, f);
}

void apply_connect(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { EINPROGRESS_TRACE = 115 };
	struct fd *f = m->cur.fdinfo;
	int64_t ret = cur_ret(ev);
	struct sockaddrs a;

	if (!f)
		return;
	if (ret < 0 && ret != -EINPROGRESS_TRACE) {
		connect_asked(m, &a);
		outcome_connect_failed(m, f, ret, &a);
		return;
	}
	f->flags |= FDF_CONNECTED;
	outcome_connect(m, f, ret < 0);
	if (!connect_tuple(m, &a))
		return;
	if (a.family != SOCK_AF_UNIX) {
		connect_ip(m, f, &a);
	} else {
		if (f->type != FD_UNIX_SOCK)
			return;
		print_tuple_name(m, f, &a);
		sock_store(f, &a);
	}
	if (!sock_has_role(f))
		sock_set_role(f, FDF_ROLE_CLIENT);
}

void apply_accept(struct machine *m, struct event *ev, int flags)
{
	int64_t num = cur_ret(ev);
	struct sockaddrs a;
	struct fd *f;

	if (!m->cur.thread || num < 0 ||
	    !sock_parse_tuple(cur_param(m, P_SOCKET_ACCEPT_5_X_tuple), &a))
		return;
	buf_clear(&m->text);
	sock_print_tuple(&m->text, &a);
	sock_unmap(&a);
	outcome_accepted(m, &a);
	f = machine_open_fd(m, m->cur.thread, num);
	if (!f)
		return;
	f->type = a.family == SOCK_AF_UNIX ? FD_UNIX_SOCK :
		  a.family == SOCK_AF_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	if (a.family != SOCK_AF_UNIX)
		f->l4proto = L4_TCP;
	sock_store(f, &a);
	machine_name_fd(m, f, buf_str(&m->text));
	f->flags = FDF_ROLE_SERVER | FDF_CONNECTED;
	if (flags >= 0)
		f->oflags = (uint32_t)event_u64(ev, (unsigned)flags, 0);
}

/* --- traffic --- */

void apply_io(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct fd *f = m->cur.fdinfo;

	if (!f || !is_stream_ip(f))
		return;
	event_some(ev, 1);
	if (cur_ret(ev) < 0)
		return;
	f->flags |= FDF_CONNECTED;
	outcome_moved(m, f, cur_ret(ev));
}

/*
 * A bound IPv6 socket keeps its type in Falco when a datagram tells a tuple,
 * and its port and protocol then read what the tuple's far address has in
 * that place.  Rules can see it, so it is so here.
 */
static void retarget_bound_v6(struct machine *m, struct fd *f, const struct sockaddrs *a)
{
	memcpy(f->sip, a->sip, 16);
	memcpy(f->dip, a->dip, 16);
	f->sport = le16(a->dip);
	f->dport = a->dport;
	f->l4proto = a->dip[2] <= L4_RAW ? a->dip[2] : L4_UNKNOWN;
	print_tuple_name(m, f, a);
}

/* A tuple told along with data; false when it changes nothing. */
static bool retarget(struct machine *m, struct fd *f, const struct sockaddrs *a)
{
	if (fd_is_server_sock(f)) {
		/* What it is bound to says nothing of this exchange. */
		memset(f->sip, 0, 16);
		f->sport = 0;
	}
	set_family(f, a->family);
	if (!sock_store(f, a))
		return false;
	if (f->l4proto == L4_UNKNOWN)
		f->l4proto = L4_UDP;
	sock_infer_ends(m, f);
	return true;
}

static void traffic(struct machine *m, struct param tuple, bool incoming)
{
	struct fd *f = m->cur.fdinfo;
	struct sockaddrs a;

	if (is_stream_ip(f)) {
		f->flags |= FDF_CONNECTED;
		outcome_moved(m, f, cur_ret(m->cur.ev));
	}
	if ((f->name->len && fd_is_ip(f) && f->l4proto == L4_TCP) || !sock_parse_tuple(tuple, &a))
		return;
	if (a.family == SOCK_AF_UNIX) {
		f->type = FD_UNIX_SOCK;
		sock_store(f, &a);
		print_tuple_name(m, f, &a);
		return;
	}
	sock_unmap(&a);
	if (f->type == FD_IPV6_SERVSOCK && a.family == SOCK_AF_INET6) {
		retarget_bound_v6(m, f, &a);
		return;
	}
	if (!retarget(m, f, &a))
		return;
	if (!sock_has_role(f))
		sock_guess_role(machine_fdtab(m, m->cur.thread), f, incoming);
	if (f->flags & (incoming ? FDF_ROLE_CLIENT : FDF_ROLE_SERVER))
		sock_swap(f);
	name_from_ends(m, f);
}

void apply_recv(struct machine *m, struct event *ev, int tuple)
{
	if (m->cur.fdinfo && cur_ret(ev) >= 0)
		traffic(m, cur_param(m, (unsigned)tuple), true);
}

void apply_send(struct machine *m, struct event *ev, int tuple)
{
	struct thread *t = m->cur.thread;
	struct param p = cur_param(m, (unsigned)tuple);

	if (!t || cur_ret(ev) < 0)
		return;
	if (!m->cur.fdinfo && ev->type != EV_SOCKET_SENDMMSG_X && t->last_fd >= 0 &&
	    p.len && (p.p[0] == SOCK_AF_INET || p.p[0] == SOCK_AF_INET6))
		add_socket(m, t->last_fd, p.p[0], 2, 17);
	if (m->cur.fdinfo)
		traffic(m, p, false);
}
