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

static const char *role_of(const struct fd *f)
{
	return f->flags & FDF_ROLE_SERVER ? "server" :
	       f->flags & FDF_ROLE_CLIENT ? "client" : NULL;
}

static const char *state_of(const struct fd *f)
{
	if (fd_is_server_sock(f))
		return "bound";
	return f->flags & FDF_CONNECTED ? "connected" : NULL;
}

static void put_end(struct table *t, const struct fd *f, const uint8_t *ip, uint16_t port)
{
	bool v6 = f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK;
	struct buf text = BUF_INIT;

	sock_print_end(&text, v6, ip, port);
	table_str(t, buf_str(&text));
	buf_release(&text);
}

static void put_ends(struct table *t, const struct fd *f)
{
	if (fd_is_server_sock(f)) {
		table_none(t);
		put_end(t, f, f->sip, f->sport);
	} else if (fd_is_ip(f) && f->name->len) {
		put_end(t, f, f->sip, f->sport);
		put_end(t, f, f->dip, f->dport);
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
	uint32_t i;

	for (i = 0; i < th->fds.n; i++) {
		const struct fd *f = &th->fds.v[i];

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
	table_init(&t, cols, ARRAY_SIZE(cols), o.view.json);
	for (i = 0; i < v.nthreads; i++) {
		if (!o.pid || (uint64_t)v.threads[i]->pid == o.pid)
			put_process(&t, v.threads[i]);
	}
	return view_finish(&v, &t, d);
}
