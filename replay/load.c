/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshot entries into the machine. */
#include "lib/base/compat.h"

#include "replay/container.h"
#include "replay/machine_int.h"
#include "replay/sock.h"
#include "replay/user.h"

static void fill_ids(struct thread *t, const struct snap_proc *p)
{
	t->pid = p->pid;
	t->ptid = p->ptid;
	t->sid = p->sid;
	t->vpgid = p->vpgid;
	t->pgid = p->pgid;
	t->vtid = p->vtid;
	t->vpid = p->vpid;
	t->uid = p->uid;
	t->gid = p->gid;
	t->loginuid = p->loginuid;
	t->flags = p->flags;
	t->tty = p->tty;
	t->fdlimit = p->fdlimit;
	t->vmsize = p->vmsize;
	t->vmrss = p->vmrss;
	t->vmswap = p->vmswap;
	t->pfmajor = p->pfmajor;
	t->pfminor = p->pfminor;
}

static void fill_exe(struct thread *t, const struct snap_proc *p)
{
	t->pidns_init_start_ts = p->pidns_init_start;
	t->clone_ts = p->start_ts;
	t->cap_inheritable = p->cap_inheritable;
	t->cap_permitted = p->cap_permitted;
	t->cap_effective = p->cap_effective;
	t->exe_writable = p->exe_writable;
	t->exe_upper = p->exe_upper;
	t->exe_lower = p->exe_lower;
	t->exe_memfd = p->exe_memfd;
	t->exe_ino = p->exe_ino;
	t->exe_ctime = p->exe_ctime;
	t->exe_mtime = p->exe_mtime;
}

static void fill_thread(struct machine *m, struct thread *t, const struct snap_proc *p)
{
	fill_ids(t, p);
	fill_exe(t, p);
	machine_set_text(m, &t->comm, p->comm);
	machine_set_text(m, &t->exe, p->exe);
	thread_set_exepath(m, t, p->exepath);
	machine_set_text(m, &t->root, p->root);
	thread_set_args(m, t, p->args);
	thread_set_cgroups(m, t, p->cgroups);
	if (thread_is_main(t)) {
		thread_set_env(m, t, p->env);
		thread_set_cwd(m, t, STR(""), p->cwd);
	}
}

/* A later snapshot tells nothing new of who is known already. */
static void load_proc(struct machine *m, const struct snap_proc *p)
{
	struct thread *t = machine_thread(m, p->tid);

	if (t && m->started && !thread_is_placeholder(t))
		return;
	machine_remove_thread(m, p->tid);
	if (machine_thread(m, p->tid))
		return;		/* dead, but its threads live on */
	t = thread_new(p->tid);
	t->gaps = m->gaps.told;
	fill_thread(m, t, p);
	if (machine_add_thread(m, t))
		m->loading = true;
}

static void name_sock(struct machine *m, struct fd *f)
{
	buf_clear(&m->text);
	sock_print_ends(&m->text, f);
	machine_set_text(m, &f->name, buf_str(&m->text));
}

static void load_ip(struct machine *m, struct fd *f, const struct snap_fd *s)
{
	bool server = s->type == FD_IPV4_SERVSOCK || s->type == FD_IPV6_SERVSOCK;
	struct sockaddrs a = { .sport = s->sport, .dport = s->dport };

	a.family = s->type == FD_IPV4_SOCK || s->type == FD_IPV4_SERVSOCK ?
		   SOCK_AF_INET : SOCK_AF_INET6;
	memcpy(a.sip, s->sip, 16);
	memcpy(a.dip, s->dip, 16);
	if (!server)
		sock_unmap(&a);
	f->type = a.family == SOCK_AF_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	if (server)
		f->type = s->type;
	memcpy(f->sip, a.sip, 16);
	memcpy(f->dip, a.dip, 16);
	f->sport = a.sport;
	f->dport = server ? 0 : a.dport;
	f->l4proto = s->l4proto;
	if (server && f->l4proto == L4_TCP)
		f->flags |= FDF_LISTENING;	/* others are in no list of sockets */
	if (!server && f->l4proto == L4_TCP)
		f->flags |= FDF_CONNECTED;
	sock_infer_ends(m, f);
	name_sock(m, f);
	if (!server)
		return;
	if (!m->server_ports)
		m->server_ports = xcalloc(1, 65536 / 8);
	m->server_ports[s->sport / 8] |= (uint8_t)(1u << s->sport % 8);
}

static void load_fd(struct machine *m, const struct snap_fd *s)
{
	struct thread *t = machine_thread(m, s->tid);
	struct fd *f;

	if (!t || s->fd < 0 || (m->started && fdtab_get(&t->fds, s->fd)))
		return;
	f = machine_put_fd(m, &t->fds, s->fd);
	if (!f)
		return;
	f->gaps = m->gaps.told;
	m->loading = true;
	m->counts.fds_added++;
	f->type = s->type;
	f->ino = s->ino;
	f->oflags = s->oflags;
	if (fd_is_ip(f)) {
		load_ip(m, f, s);
		return;
	}
	f->dev = s->dev;
	f->usrc = s->usrc;
	f->udst = s->udst;
	machine_set_text(m, &f->name, s->name);
	if (f->type == FD_UNIX_SOCK)
		sock_set_role(f, s->name.len ? FDF_ROLE_SERVER : FDF_ROLE_CLIENT);
}

static void load_iface(struct machine *m, const struct snap_iface *s)
{
	enum { IFACES_MAX = 65536 };
	struct iface *i;

	if (m->nifaces >= IFACES_MAX)
		return;
	XGROW(m->ifaces, m->ifaces_cap, m->nifaces + 1);
	i = &m->ifaces[m->nifaces++];
	memset(i, 0, sizeof(*i));
	i->v6 = s->v6;
	memcpy(i->addr, s->addr, s->v6 ? 16 : 4);
	memcpy(i->mask, s->mask, s->v6 ? 16 : 4);
}

static void load_host(struct machine *m, const struct snap_host *h)
{
	struct str text[2] = { h->hostname, h->arch };
	size_t i;

	m->host = *h;
	for (i = 0; i < 2; i++) {
		free(m->host_text[i]);
		m->host_text[i] = xstrndup(text[i].p ? text[i].p : "", text[i].len);
	}
	m->host.hostname = str_mem(m->host_text[0], text[0].len);
	m->host.arch = str_mem(m->host_text[1], text[1].len);
}

void machine_load(struct machine *m, const struct snap_item *item)
{
	switch (item->kind) {
	case SNAP_HOST:
		load_host(m, &item->host);
		break;
	case SNAP_PROC:
		load_proc(m, &item->proc);
		break;
	case SNAP_FD:
		load_fd(m, &item->fd);
		break;
	case SNAP_USER:
		machine_set_user(m, &item->user);
		break;
	case SNAP_GROUP:
		machine_set_group(m, &item->group);
		break;
	case SNAP_IFACE:
		load_iface(m, &item->iface);
		break;
	case SNAP_CONTAINER:
		machine_set_container(m, item->container.json);
		break;
	case SNAP_MOUNT:		/* paths are resolved as text */
	case SNAP_NAMESPACE:
	case SNAP_UNREAD:
	case SNAP_TAKEN:
	case SNAP_KIND_COUNT:
		break;
	}
}

static bool is_server_port(const struct machine *m, uint16_t port)
{
	return m->server_ports && (m->server_ports[port / 8] & 1u << port % 8);
}

/* Nobody saw these connect: who listens on the port is the server. */
static void settle_socket(struct machine *m, struct fd *f)
{
	if ((f->type != FD_IPV4_SOCK && f->type != FD_IPV6_SOCK) || sock_has_role(f))
		return;
	/* A socket made since the trace began has none before it is connected. */
	if (m->started && !f->sport && !f->dport)
		return;
	if (!is_server_port(m, f->sport)) {
		sock_set_role(f, FDF_ROLE_CLIENT);
		return;
	}
	sock_swap(f);
	name_sock(m, f);
	sock_set_role(f, FDF_ROLE_SERVER);
}

void machine_loaded(struct machine *m)
{
	struct thread **v;
	size_t n, i;
	struct fd *f;

	if (!m->loading)
		return;
	m->loading = false;
	v = machine_threads(m, &n);
	for (i = 0; i < n; i++) {
		if (!v[i]->group && !thread_is_placeholder(v[i]))
			machine_link(m, v[i]);
	}
	for (i = 0; i < n; i++) {
		for (f = fdtab_next(&v[i]->fds, NULL); f; f = fdtab_next(&v[i]->fds, f))
			settle_socket(m, f);
	}
	if (m->nfds > m->counts.fds_peak)
		m->counts.fds_peak = m->nfds;
	free(v);
}
