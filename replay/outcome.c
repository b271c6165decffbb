/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "replay/apply.h"
#include "replay/outcome.h"

/* Of the machine that recorded. */
enum {
	EINTR_TRACE = 4, EISCONN_TRACE = 106, EALREADY_TRACE = 114, ERESTART_TRACE = 512,
};
enum { SOL_SOCKET_TRACE = 1, SO_ERROR_TRACE = 4, SOCKOPT_ERRNO = 1 };

static void answered(struct machine *m, struct fd *f)
{
	m->cur.fd_answered |= (f->flags & FDF_CONN_PENDING) != 0;
	f->flags &= (uint16_t)~FDF_CONN_PENDING;
}

void outcome_connect(struct machine *m, struct fd *f, bool pending)
{
	if (!fd_is_ip(f))
		return;
	if (!pending)
		answered(m, f);
	f->flags &= (uint16_t)~(FDF_CONN_FAILED | FDF_LISTENING);
	sock_set_aside(f, NULL);
	if (pending)
		f->flags |= FDF_CONN_PENDING;
}

static void failed(struct machine *m, struct fd *f, bool v6, const uint8_t *ip, uint16_t port,
		   int64_t error)
{
	struct sock_aside a = { .v6 = v6, .port = port, .error = (uint16_t)error };

	memcpy(a.ip, ip, v6 ? 16 : 4);
	answered(m, f);
	m->cur.fd_refused = true;
	f->flags |= FDF_CONN_FAILED;
	sock_set_aside(f, &a);
}

/* It goes on without the caller, or has not begun. */
static bool says_nothing(int64_t error)
{
	return error == EINTR_TRACE || error == EALREADY_TRACE || error >= ERESTART_TRACE;
}

/* Of a result, or of a value that is told with either sign.  A trace that lies
 * may tell any number: that says nothing. */
static int64_t errno_of(int64_t v)
{
	if (v < -ERESTART_TRACE || v > ERESTART_TRACE)
		return ERESTART_TRACE;
	return v < 0 ? -v : v;
}

void outcome_connect_failed(struct machine *m, struct fd *f, int64_t ret,
			    const struct sockaddrs *asked)
{
	int64_t error = errno_of(ret);

	if (!fd_is_ip(f) || says_nothing(error))
		return;
	if (error == EISCONN_TRACE)
		answered(m, f);
	else if (asked->family == SOCK_AF_INET || asked->family == SOCK_AF_INET6)
		failed(m, f, asked->family == SOCK_AF_INET6, asked->dip, asked->dport, error);
}

void outcome_moved(struct machine *m, struct fd *f, int64_t n)
{
	/* Of one that failed the end of data is read, too. */
	if (n > 0 && (f->flags & FDF_CONN_PENDING))
		answered(m, f);
}

/* What a connection begun came to, for who asks: 0 or an errno. */
void apply_getsockopt(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct param val = cur_param(m, P_SOCKET_GETSOCKOPT_X_val);
	struct fd *f = m->cur.fdinfo;
	int64_t error;

	if (!f || !(f->flags & FDF_CONN_PENDING) || cur_ret(ev) < 0 ||
	    event_u64(ev, P_SOCKET_GETSOCKOPT_X_level, 0) != SOL_SOCKET_TRACE ||
	    event_u64(ev, P_SOCKET_GETSOCKOPT_X_optname, 0) != SO_ERROR_TRACE ||
	    val.len != 9 || val.p[0] != SOCKOPT_ERRNO)
		return;
	error = errno_of((int64_t)le64(val.p + 1));
	if (!error)
		answered(m, f);
	else if (!says_nothing(error))
		failed(m, f, f->type == FD_IPV6_SOCK, f->dip, f->dport, error);
}

void apply_listen(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct fd *f = m->cur.fdinfo;

	if (f && cur_ret(ev) >= 0)
		f->flags |= FDF_LISTENING;
}

/* Who listens does so by one of its first descriptors; servers have many more. */
#define LISTENERS_BELOW	128

/* The listener a connection came in by; NULL: one is known to have its port. */
static struct fd *listener_of(const struct fdtab *tab, const struct sockaddrs *a)
{
	bool v6 = a->family == SOCK_AF_INET6;
	struct fd *f, *found = NULL;
	struct sock_aside at;

	for (f = fdtab_next(tab, NULL); f && f->num < LISTENERS_BELOW; f = fdtab_next(tab, f)) {
		if (!(f->flags & FDF_LISTENING) && !fd_is_server_sock(f))
			continue;
		if (!sock_waits_at(f, &at) || !sock_takes_in(&at, v6, a->dip))
			continue;
		if (at.port == a->dport)
			return NULL;
		if (!at.port && !found)
			found = f;
	}
	return found;
}

void outcome_accepted(struct machine *m, const struct sockaddrs *a)
{
	struct fdtab *tab = machine_fdtab(m, m->cur.thread);
	struct sock_aside at;
	struct fd *f;

	if (!tab || a->family == SOCK_AF_UNIX)
		return;
	f = listener_of(tab, a);
	if (!f || !sock_waits_at(f, &at))
		return;
	at.port = a->dport;
	sock_set_aside(f, &at);
}
