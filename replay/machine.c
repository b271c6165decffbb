/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/container.h"
#include "replay/machine_int.h"
#include "replay/user.h"

#define NO_CWD	"./"		/* of a process whose main thread is unknown */

static void init(struct machine *m)
{
	memset(m, 0, sizeof(*m));
	m->cur.fd = -1;
	m->exit_tid = m->close_tid = -1;
	buf_init(&m->path);
	buf_init(&m->text);
	rstr_pool_init(&m->texts, MACHINE_TEXTS_MAX, &m->counts.texts_cut);
}

struct machine *machine_new(void)
{
	struct machine *m = xmalloc(sizeof(*m));

	init(m);
	machine_ignore(m, 0);
	return m;
}

/* Everything the tables hold; order is that of the keys, not of addresses,
 * though nothing depends on it. */
static void empty(struct machine *m)
{
	size_t n, i;
	uint64_t *keys = imap_keys(&m->threads, &n);

	for (i = 0; i < n; i++) {
		struct thread *t = imap_get(&m->threads, keys[i]);

		tgroup_leave(m, t);
		thread_free(m, t);
	}
	free(keys);
	imap_release(&m->threads);
	imap_release(&m->groups);
	accounts_release_all(m);
	containers_release(m);
	rstr_pool_release(&m->texts);
	cgroup_memo_clear(&m->cgroups);
	gaps_release(&m->gaps);
	free(m->exits);
	free(m->ifaces);
	free(m->server_ports);
	free(m->switched);
	free(m->host_text[0]);
	free(m->host_text[1]);
	buf_release(&m->path);
	buf_release(&m->text);
}

void machine_reset(struct machine *m)
{
	unsigned ignored = m->ignored;
	struct vtr_pass *pass = m->pass;

	empty(m);
	init(m);
	m->pass = pass;
	machine_stir_anew(m);
	machine_ignore(m, ignored);
}

void machine_free(struct machine *m)
{
	if (!m)
		return;
	empty(m);
	free(m);
}

const struct machine_current *machine_current(const struct machine *m)
{
	return &m->cur;
}

const struct machine_counts *machine_counts(const struct machine *m)
{
	return &m->counts;
}

const struct snap_host *machine_host(const struct machine *m)
{
	return &m->host;
}

struct thread *machine_thread(const struct machine *m, int64_t tid)
{
	struct thread *t = m->last;

	if (LIKELY(t && t->tid == tid))
		return t;
	t = imap_get(&m->threads, (uint64_t)tid);
	if (t)		/* a cache: nothing anybody can see changes */
		((struct machine *)(uintptr_t)m)->last = t;
	return t;
}

struct thread *machine_main_thread(const struct machine *m, const struct thread *t)
{
	(void)m;
	if (!t)
		return NULL;
	if (thread_is_main(t))
		return (struct thread *)(uintptr_t)t;
	return tgroup_main(t->group);
}

struct thread *machine_parent(const struct machine *m, const struct thread *t)
{
	return t && t->parent ? machine_main_thread(m, t->parent) : NULL;
}

struct thread *machine_ancestor(const struct machine *m, const struct thread *t, unsigned n)
{
	struct thread *a = machine_main_thread(m, t);

	while (a && n--)
		a = machine_parent(m, a);
	return a;
}

struct thread *machine_next_ancestor(const struct machine *m, const struct thread *t,
				     struct thread *it, unsigned *steps)
{
	if (!it)
		*steps = 0;
	/* Links make no loops (machine_check), but a line of ancestors as long
	 * as the table would be walked again for every event. */
	if (++*steps > MACHINE_ANCESTORS_MAX)
		return NULL;
	(void)m;
	return it ? it->parent : t ? t->parent : NULL;
}

bool thread_in_child_pidns(const struct thread *t)
{
	return (t->flags & TF_CHILD_IN_PIDNS) || t->tid != t->vtid || t->pid != t->vpid;
}

static int64_t leader_id(const struct thread *t, enum machine_leader which)
{
	return which == LEADER_SID ? t->sid : which == LEADER_VPGID ? t->vpgid : t->pgid;
}

struct thread *machine_leader(const struct machine *m, const struct thread *t,
			      enum machine_leader which)
{
	int64_t id = leader_id(t, which);
	struct thread *leader, *up;
	unsigned steps;

	if (id == -1)
		return NULL;
	if (which == LEADER_PGID || !thread_in_child_pidns(t)) {
		leader = machine_thread(m, id);
		if (leader)
			return leader;
	}
	/* The id is one of the pid namespace: the topmost ancestor that still
	 * has it is the leader. */
	leader = NULL;
	t = machine_main_thread(m, t);
	for (up = machine_next_ancestor(m, t, NULL, &steps); up && leader_id(up, which) == id;
	     up = machine_next_ancestor(m, t, up, &steps))
		leader = up;
	return leader;
}

unsigned machine_nthreads(const struct thread *t)
{
	return t->group ? t->group->alive : 0;
}

struct fdtab *machine_fdtab(const struct machine *m, struct thread *t)
{
	struct thread *main;

	if (!(t->flags & TF_CLONE_FILES))
		return &t->fds;
	main = machine_main_thread(m, t);
	return main ? &main->fds : NULL;
}

struct str machine_cwd(const struct machine *m, const struct thread *t)
{
	const struct thread *main = machine_main_thread(m, t);

	return main ? rstr_str(main->cwd) : STR(NO_CWD);
}

struct str machine_env(const struct machine *m, const struct thread *t)
{
	const struct thread *main = machine_main_thread(m, t);

	return main ? rstr_str(main->env) : STR("");
}

bool machine_is_local_addr(const struct machine *m, bool v6, const uint8_t *addr)
{
	size_t i;

	for (i = 0; i < m->nifaces; i++) {
		/* IPv6: the interface's /64 counts as the machine's own. */
		if (m->ifaces[i].v6 == v6 && !memcmp(m->ifaces[i].addr, addr, v6 ? 8 : 4))
			return true;
	}
	return false;
}

struct thread **machine_threads(const struct machine *m, size_t *n)
{
	uint64_t *keys = imap_keys(&m->threads, n);
	struct thread **v = xreallocarray(NULL, *n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < *n; i++)
		v[i] = imap_get(&m->threads, keys[i]);
	free(keys);
	return v;
}

#define AT_FDCWD_TRACE	(-100)	/* as recorded, whatever this host's headers say */

void machine_resolve(const struct machine *m, struct thread *t, int64_t dirfd,
		     struct str path, struct buf *out)
{
	enum { PATH_MAX_TRACE = 1024 };		/* longer ones path_join refuses */
	char dir[PATH_MAX_TRACE + 16];
	struct fdtab *tab;
	struct fd *f;
	struct str name;

	if ((path.len && path.p[0] == '/') || dirfd == AT_FDCWD_TRACE) {
		path_join(out, machine_cwd(m, t), path);
		return;
	}
	tab = machine_fdtab(m, t);
	f = tab ? fdtab_get(tab, dirfd) : NULL;
	if (!f) {		/* put together as text: no slash between */
		if (path.len > PATH_MAX_TRACE)
			path.len = PATH_MAX_TRACE;	/* refused below */
		memcpy(dir, "<UNKNOWN>", 9);
		if (path.len)
			memcpy(dir + 9, path.p, path.len);
		path_join(out, STR(""), str_mem(dir, 9 + path.len));
		return;
	}
	/* A directory's name may be as long as a path; longer ones are cut
	 * where path_join would refuse them anyway. */
	name = rstr_str(f->name);
	if (name.len > sizeof(dir) - 2)
		name.len = sizeof(dir) - 2;
	memcpy(dir, name.p, name.len);
	dir[name.len] = '/';
	path_join(out, str_mem(dir, name.len + 1), path);
}

void machine_loss(struct machine *m, const struct evloss *loss)
{
	gaps_add(&m->gaps, loss);
}
