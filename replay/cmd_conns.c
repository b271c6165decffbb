/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay conns: sockets at one point of a trace. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/cmds.h"
#include "replay/sock.h"
#include "replay/view.h"

static struct {
	struct view_opts view;
	bool unix_too;
	uint64_t pid;
} o;

const struct opt cmd_conns_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_FLAG('u', "unix", &o.unix_too, "unix sockets too"),
	OPT_U64('p', "pid", "PID", &o.pid, "of this process only"),
	OPT_END
};

static const struct table_col cols[] = {
	{ "PID", "pid", true },
	{ "NAME", "name", false },
	{ "FD", "fd", true },
	{ "PROTO", "proto", false },
	{ "FAMILY", "family", false },
	{ "ROLE", "role", false },
	{ "STATE", "state", false },
	{ "CONTAINER", "container", false },
	{ "CLIENT", "client", false },
	{ "SERVER", "server", false },
	{ NULL, "socket", false },
};

static const char *proto_of(const struct fd *f)
{
	static const char *const names[] = {
		[L4_TCP] = "tcp", [L4_UDP] = "udp", [L4_ICMP] = "icmp", [L4_RAW] = "raw",
	};

	return fd_is_ip(f) && f->l4proto < ARRAY_SIZE(names) ? names[f->l4proto] : NULL;
}

/* A snapshot names sockets that are not connected, too. */
static bool has_ends(const struct fd *f)
{
	return fd_is_ip(f) && f->name->len && (f->sport || f->dport || f->l4proto > L4_UDP);
}

/* Falco takes any socket of a snapshot that is no server's for a client's. */
static const char *role_of(const struct fd *f)
{
	if ((f->flags & (FDF_ROLE_SERVER | FDF_LISTENING)) || fd_is_server_sock(f))
		return "server";
	if (f->flags & FDF_CONN_FAILED)
		return "client";
	if (!(f->flags & FDF_ROLE_CLIENT) || (fd_is_ip(f) && !has_ends(f)))
		return NULL;
	return "client";
}

static const char *state_of(const struct fd *f)
{
	struct sock_aside a;

	if (f->flags & FDF_LISTENING)
		return "listening";
	if (fd_is_server_sock(f))
		return "bound";
	if ((f->flags & FDF_CONN_FAILED) && sock_aside(f, &a))
		return sock_failure(a.error);
	return f->flags & FDF_CONN_PENDING ? "connecting" :
	       (f->flags & FDF_CONNECTED) && (has_ends(f) || !fd_is_ip(f)) ? "connected" : NULL;
}

static void put_end(struct table *t, bool v6, const uint8_t *ip, uint16_t port)
{
	struct buf text = BUF_INIT;

	sock_print_end(&text, v6, ip, port);
	table_str(t, buf_str(&text));
	buf_release(&text);
}

static void put_ends(struct table *t, const struct fd *f)
{
	bool v6 = f->type == FD_IPV6_SOCK;
	struct sock_aside at;

	if (sock_waits_at(f, &at) || ((f->flags & FDF_CONN_FAILED) && sock_aside(f, &at))) {
		table_none(t);
		put_end(t, at.v6, at.ip, at.port);
	} else if (has_ends(f)) {
		put_end(t, v6, f->sip, f->sport);
		put_end(t, v6, f->dip, f->dport);
	} else {
		table_none(t);
		table_str(t, rstr_str(f->name));
	}
}

static void put_row(struct table *t, const struct thread *th, const struct fd *f)
{
	table_i64(t, th->pid);
	table_str(t, rstr_str(th->comm));
	table_i64(t, f->num);
	table_cstr(t, proto_of(f));
	table_cstr(t, fd_type_name(f->type));
	table_cstr(t, role_of(f));
	table_cstr(t, state_of(f));
	table_str(t, rstr_str(th->container_id));
	put_ends(t, f);
	table_str(t, rstr_str(f->name));
}

static void put_process(struct table *t, const struct thread *th)
{
	const struct fd *f;

	for (f = fdtab_next(&th->fds, NULL); f; f = fdtab_next(&th->fds, f)) {
		if (fd_is_ip(f) || (o.unix_too && f->type == FD_UNIX_SOCK))
			put_row(t, th, f);
	}
}

int cmd_conns(struct opt_args *args, struct diag *d)
{
	struct table t;
	struct view v;
	size_t i;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	view_tell_pid(&v, o.pid, d);
	table_init(&t, cols, ARRAY_SIZE(cols), o.view.json);
	for (i = 0; i < v.nthreads; i++) {
		if (!o.pid || (uint64_t)v.threads[i]->pid == o.pid)
			put_process(&t, v.threads[i]);
	}
	return view_finish(&v, &t, d);
}
