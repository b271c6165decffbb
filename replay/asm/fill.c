/* SPDX-License-Identifier: Apache-2.0 */
/* What an author does not write: the value a parameter most likely has. */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/asm/asm_in.h"
#include "replay/machine_int.h"
#include "replay/sock.h"

#define AT_FDCWD_TRACE	(-100)
#define OPEN_RDONLY	1	/* of the file_flags table */
#define NEAR_PORT	40000
#define TYPE_STREAM	1
#define X(name)		P_SYSCALL_EXECVE_19_X_##name
#define C(name)		P_SYSCALL_CLONE_20_X_##name

struct fill {
	struct asm_state *s;
	struct event *ev;
	struct thread *t;		/* whose event it is, or NULL */
	uint64_t given;
};

static bool has(const struct fill *f, int i)
{
	return i < 0 || i >= f->ev->nparams || f->given & UINT64_C(1) << i;
}

static void put_number(struct fill *f, int i, uint64_t v)
{
	uint8_t *p;

	if (has(f, i))
		return;
	p = arena_alloc(&f->s->line, 8);
	put_le64(p, v);
	f->ev->param[i] = (struct param){ p, ptype_size[f->ev->info->params[i].ptype] };
	f->given |= UINT64_C(1) << i;
}

static void put_text(struct fill *f, int i, struct str s)
{
	if (has(f, i))
		return;
	f->ev->param[i] = (struct param){
		(uint8_t *)arena_strdup(&f->s->line, s), (uint32_t)s.len + 1 };
	f->given |= UINT64_C(1) << i;
}

static void put_bytes(struct fill *f, int i, struct str s)
{
	if (has(f, i))
		return;
	f->ev->param[i] = (struct param){ arena_dup(&f->s->line, s.p, s.len), (uint32_t)s.len };
	f->given |= UINT64_C(1) << i;
}

/* --- execve --- */

static void fill_program(struct fill *f, int filename)
{
	struct str name = event_text(f->ev, X(exe));
	struct buf abs = BUF_INIT;

	if (filename >= 0 && event_param(f->ev, (unsigned)filename).len)
		name = event_text(f->ev, (unsigned)filename);
	if (!name.p)
		name = rstr_str(f->t->exe);
	put_text(f, filename, name);
	put_text(f, X(exe), name);
	put_text(f, X(comm), str_sub(asm_base_name(name), 0, ASM_COMM_MAX));
	path_join(&abs, machine_cwd(f->s->m, f->t), name);
	put_text(f, X(trusted_exepath), buf_str(&abs));
	buf_release(&abs);
}

static void fill_exec_ids(struct fill *f)
{
	const struct thread *t = f->t;

	put_number(f, X(tid), (uint64_t)t->tid);
	put_number(f, X(pid), (uint64_t)t->pid);
	put_number(f, X(ptid), (uint64_t)t->ptid);
	put_number(f, X(fdlimit), (uint64_t)t->fdlimit);
	put_number(f, X(pgft_maj), t->pfmajor);
	put_number(f, X(pgft_min), t->pfminor);
	put_number(f, X(vm_size), t->vmsize);
	put_number(f, X(vm_rss), t->vmrss);
	put_number(f, X(vm_swap), t->vmswap);
	put_number(f, X(tty), t->tty);
	put_number(f, X(vpgid), (uint64_t)t->vpgid);
	put_number(f, X(loginuid), t->loginuid);
	put_number(f, X(cap_inheritable), t->cap_inheritable);
	put_number(f, X(cap_permitted), t->cap_permitted);
	put_number(f, X(cap_effective), t->cap_effective);
	put_number(f, X(uid), t->uid);
	put_number(f, X(gid), t->gid);
	put_number(f, X(pgid), (uint64_t)t->pgid);
}

static void fill_exec(struct fill *f, int filename)
{
	struct str cwd;

	if (!f->t)
		return;
	cwd = machine_cwd(f->s->m, f->t);
	fill_exec_ids(f);
	fill_program(f, filename);
	put_text(f, X(cwd), cwd);
	put_bytes(f, X(cgroups), rstr_str(f->t->cgroups));
	put_bytes(f, X(env), machine_env(f->s->m, f->t));
}

/* --- clone --- */

static void fill_clone_from(struct fill *f, const struct thread *t)
{
	put_text(f, C(exe), rstr_str(t->exe));
	put_bytes(f, C(args), rstr_str(t->args));
	put_text(f, C(cwd), machine_cwd(f->s->m, t));
	put_number(f, C(fdlimit), (uint64_t)t->fdlimit);
	put_number(f, C(vm_size), t->vmsize);
	put_number(f, C(vm_rss), t->vmrss);
	put_text(f, C(comm), rstr_str(t->comm));
	put_bytes(f, C(cgroups), rstr_str(t->cgroups));
	put_number(f, C(uid), t->uid);
	put_number(f, C(gid), t->gid);
}

/* The child tells of itself what its maker has. */
static bool fill_child(struct fill *f)
{
	int64_t ptid = event_i64(f->ev, C(ptid), -1);
	bool thread = event_u64(f->ev, C(flags), 0) & TF_CLONE_THREAD;
	const struct thread *from = machine_thread(f->s->m, ptid);

	if (!from) {
		diag_hint(asm_error(&f->s->t, f->s->w.v[0].raw.p,
				    "whose child is it? no ptid of a known process"),
			  "'PARENT spawn CHILD' writes both ends of a clone");
		return false;
	}
	put_number(f, C(tid), (uint64_t)f->ev->tid);
	put_number(f, C(pid), (uint64_t)(thread ? from->pid : f->ev->tid));
	put_number(f, C(vtid), (uint64_t)f->ev->tid);
	put_number(f, C(vpid), (uint64_t)event_i64(f->ev, C(pid), 0));
	fill_clone_from(f, from);
	return true;
}

static bool fill_clone(struct fill *f)
{
	const struct thread *t = f->t;

	if (!(f->given & UINT64_C(1) << C(res))) {
		diag_hint(asm_error(&f->s->t, f->s->w.v[0].raw.p,
				    "%s needs res: the child's tid", f->ev->info->name),
			  "%s res=101, or on the child's side res=0 ptid=100",
			  f->ev->info->name);
		return false;
	}
	if (event_i64(f->ev, C(res), 0) == 0)
		return fill_child(f);
	if (!t)
		return true;
	put_number(f, C(tid), (uint64_t)t->tid);
	put_number(f, C(pid), (uint64_t)t->pid);
	put_number(f, C(ptid), (uint64_t)t->ptid);
	put_number(f, C(vtid), (uint64_t)t->vtid);
	put_number(f, C(vpid), (uint64_t)t->vpid);
	fill_clone_from(f, t);
	return true;
}

/* --- descriptors --- */

static int64_t lowest_free(const struct fill *f, int64_t from)
{
	const struct fdtab *tab = f->t ? machine_fdtab(f->s->m, f->t) : NULL;

	return tab ? fdtab_free_from(tab, from) : from;
}

static bool is_fd(unsigned ptype)
{
	return ptype == PT_FD || ptype == PT_FD32;
}

static bool is_dirfd(const struct evinfo *e, int i)
{
	unsigned k;

	for (k = 0; k < e->nparams; k++)
		if (e->params[k].ptype == PT_FSRELPATH && e->params[k].dirfd == i)
			return true;
	return false;
}

static int64_t last_fd(const struct fill *f)
{
	void *v = imap_get(&f->s->last_fd, (uint64_t)f->ev->tid + 1);

	return v ? (int64_t)((uintptr_t)v - 1) : 0;
}

/* dup2 and dup3 give the number they were asked for. */
static uint64_t new_fd(struct fill *f)
{
	int want = evinfo_param(f->ev->info, STR("newfd"));

	if (want >= 0 && f->given & UINT64_C(1) << want)
		return (uint64_t)event_i64(f->ev, (unsigned)want, 0);
	return (uint64_t)lowest_free(f, 3);
}

static void fill_fds(struct fill *f)
{
	const struct evinfo *e = f->ev->info;
	int second = evinfo_param(e, STR("fd2")), i;

	if (evinfo_param(e, STR("fd1")) >= 0 && second >= 0) {
		put_number(f, evinfo_param(e, STR("fd1")), (uint64_t)lowest_free(f, 3));
		i = (int)event_i64(f->ev, (unsigned)evinfo_param(e, STR("fd1")), 3);
		put_number(f, second, (uint64_t)lowest_free(f, i + 1));
	}
	for (i = 0; i < e->nparams; i++) {
		if (!is_fd(e->params[i].ptype) || has(f, i))
			continue;
		if (is_dirfd(e, i))
			put_number(f, i, (uint64_t)AT_FDCWD_TRACE);
		else if (!i && ev_is_exit(e->type) && !(e->fd == 0))
			put_number(f, i, new_fd(f));
		else
			put_number(f, i, (uint64_t)last_fd(f));
	}
}

/* --- conversations --- */

static const struct fd *own_fd(const struct fill *f)
{
	int i = f->ev->info->fd;
	struct fdtab *tab = f->t ? machine_fdtab(f->s->m, f->t) : NULL;
	bool given = i >= 0 && f->given & UINT64_C(1) << i;
	int64_t num = given ? event_i64(f->ev, (unsigned)i, -1) : last_fd(f);

	return tab ? fdtab_get(tab, num) : NULL;
}

static bool is_zero(const uint8_t *ip)
{
	static const uint8_t zero[16];

	return !memcmp(ip, zero, 16);
}

/* This end of a conversation whose other end is known. */
static struct asm_addr near_end(const struct fill *f, const struct asm_addr *far, bool server)
{
	struct asm_addr near = { .family = far->family, .port = NEAR_PORT };
	const struct fd *fd = own_fd(f);
	bool v6 = far->family == SOCK_AF_INET6;

	if (v6)
		memcpy(near.ip, f->s->near6, 16);
	else
		memcpy(near.ip, far->ip[0] == 127 ? far->ip : f->s->near4, 4);
	if (fd && fd_is_ip(fd) && (server || fd->sport)) {
		if (!is_zero(fd->sip) && (fd->type == FD_IPV6_SOCK ||
					  fd->type == FD_IPV6_SERVSOCK) == v6)
			memcpy(near.ip, fd->sip, 16);
		near.port = fd->sport ? fd->sport : near.port;
	}
	return near;
}

static bool is_accept(unsigned type)
{
	return type == EV_SOCKET_ACCEPT_5_X || type == EV_SOCKET_ACCEPT4_6_X;
}

static bool comes_in(const struct evinfo *e)
{
	return is_accept(e->type) || e->flags & EF_READS_FROM_FD;
}

/* A conversation told by its far end alone gets its near one. */
static void complete_tuple(struct fill *f, int tuple)
{
	struct param p = event_param(f->ev, (unsigned)tuple);
	struct asm_addr far = { 0 }, near;
	struct sockaddrs a;

	if (!sock_parse_tuple(p, &a) || a.family == SOCK_AF_UNIX || !is_zero(a.sip) || a.sport)
		return;
	far.family = a.family;
	far.port = a.dport;
	memcpy(far.ip, a.dip, 16);
	near = near_end(f, &far, comes_in(f->ev->info));
	f->ev->param[tuple] = comes_in(f->ev->info) ? asm_tuple_bytes(&far, &near, &f->s->line) :
						      asm_tuple_bytes(&near, &far, &f->s->line);
}

static void fill_conversation(struct fill *f)
{
	const struct evinfo *e = f->ev->info;
	int tuple = evinfo_param(e, STR("tuple")), addr = evinfo_param(e, STR("addr"));
	struct asm_addr far = { 0 };
	struct sockaddrs a;

	if (tuple < 0 || e->params[tuple].ptype != PT_SOCKTUPLE ||
	    !(f->given & UINT64_C(1) << tuple))
		return;
	complete_tuple(f, tuple);
	if (addr < 0 || has(f, addr) || e->params[addr].ptype != PT_SOCKADDR ||
	    !sock_parse_tuple(event_param(f->ev, (unsigned)tuple), &a))
		return;
	far.family = a.family;
	far.port = a.dport;
	memcpy(far.ip, a.dip, 16);
	far.path = a.path;
	f->ev->param[addr] = asm_addr_bytes(&far, &f->s->line);
	f->given |= UINT64_C(1) << addr;
}

/* --- everything else --- */

static void fill_io(struct fill *f)
{
	const struct evinfo *e = f->ev->info;
	int data = evinfo_param(e, STR("data")), size = evinfo_param(e, STR("size"));
	uint64_t len;

	if (data < 0 || e->params[data].ptype != PT_BYTEBUF || !e->nparams ||
	    !(e->category & EC_IO_BASE))
		return;
	len = event_param(f->ev, (unsigned)data).len;
	if (!len && size >= 0)
		len = event_u64(f->ev, (unsigned)size, 0);
	put_number(f, 0, len);
	if (size >= 0)
		put_number(f, size, len);
}

static void fill_exit(struct fill *f)
{
	uint64_t ret = event_u64(f->ev, P_PROCEXIT_1_E_ret, 0);
	uint64_t sig = event_u64(f->ev, P_PROCEXIT_1_E_sig, 0);

	put_number(f, P_PROCEXIT_1_E_status, (ret & 0xff) << 8 | (sig & 0x7f));
}

static bool opens_path(const struct evinfo *e)
{
	unsigned i;

	for (i = 0; i < e->nparams; i++)
		if (e->params[i].ptype == PT_FSPATH || e->params[i].ptype == PT_FSRELPATH)
			return e->flags & EF_CREATES_FD;
	return false;
}

static void fill_rest(struct fill *f)
{
	const struct evinfo *e = f->ev->info;
	int i;

	if (opens_path(e))
		put_number(f, evinfo_param(e, STR("flags")), OPEN_RDONLY);
	if (e->type == EV_SOCKET_SOCKET_X || e->type == EV_SOCKET_SOCKETPAIR_X) {
		put_number(f, evinfo_param(e, STR("domain")),
			   e->type == EV_SOCKET_SOCKET_X ? SOCK_AF_INET : SOCK_AF_UNIX);
		put_number(f, evinfo_param(e, STR("type")), TYPE_STREAM);
	}
	for (i = 0; i < f->ev->nparams && i < e->nwire; i++)
		if (e->params[i].ptype < PT_COUNT && ptype_size[e->params[i].ptype] &&
		    e->params[i].ptype != PT_IPV4ADDR && e->params[i].ptype != PT_IPV6ADDR)
			put_number(f, i, 0);
}

static bool fill_by_type(struct fill *f)
{
	switch (f->ev->type) {
	case EV_SYSCALL_EXECVE_19_X:
		fill_exec(f, P_SYSCALL_EXECVE_19_X_filename);
		return true;
	case EV_SYSCALL_EXECVEAT_X:
		fill_exec(f, -1);
		return true;
	case EV_SYSCALL_CLONE_20_X:
	case EV_SYSCALL_FORK_20_X:
	case EV_SYSCALL_VFORK_20_X:
	case EV_SYSCALL_CLONE3_X:
		return fill_clone(f);
	case EV_PROCEXIT_1_E:
		fill_exit(f);
		return true;
	default:
		return true;
	}
}

bool asm_fill(struct asm_state *s, struct event *ev, uint64_t given)
{
	struct fill f = { .s = s, .ev = ev, .given = given };

	machine_settle(s->m);
	if (s->unsettled)
		machine_loaded(s->m);
	s->unsettled = false;
	f.t = machine_thread(s->m, ev->tid);
	if (!fill_by_type(&f))
		return false;
	fill_conversation(&f);
	fill_io(&f);
	fill_fds(&f);
	fill_rest(&f);
	return true;
}
