/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/machine_int.h"

struct thread *thread_new(int64_t tid)
{
	struct thread *t = xcalloc(1, sizeof(*t));

	t->tid = tid;
	t->pid = t->ptid = -1;
	t->vtid = t->vpid = t->sid = t->vpgid = t->pgid = -1;
	t->uid = t->gid = t->loginuid = ID_UNKNOWN;
	t->fdlimit = -1;
	t->comm = rstr_empty();
	t->exe = rstr_empty();
	t->exepath = rstr_empty();
	t->args = rstr_empty();
	t->cmdline = rstr_empty();
	t->env = rstr_empty();
	t->cwd = rstr_empty();
	t->root = rstr_empty();
	t->cgroups = rstr_empty();
	t->container_id = rstr_empty();
	t->reaper_tid = -1;
	t->last_fd = -1;
	t->last_enter = NO_ENTER;
	return t;
}

void thread_free(struct machine *m, struct thread *t)
{
	struct rstr *strings[] = {
		t->comm, t->exe, t->exepath, t->args, t->cmdline, t->env, t->cwd,
		t->root, t->cgroups, t->container_id,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strings); i++)
		rstr_put(strings[i]);
	m->nfds -= t->fds.n;
	fdtab_release(&t->fds);
	thread_drop_enter(m, t);
	free(t);
}

void thread_drop_enter(struct machine *m, struct thread *t)
{
	if (!t->enter)
		return;
	m->enter_bytes -= t->enter->used;
	free(t->enter);
	t->enter = NULL;
}

bool machine_add_thread(struct machine *m, struct thread *t)
{
	if (m->threads.live >= MACHINE_THREADS_MAX) {
		m->counts.threads_dropped++;
		thread_free(m, t);
		return false;
	}
	imap_put(&m->threads, (uint64_t)t->tid, t);
	m->last = t;
	m->counts.threads_added++;
	if (m->threads.live > m->counts.threads_peak)
		m->counts.threads_peak = m->threads.live;
	return true;
}

struct thread *machine_need_thread(struct machine *m, int64_t tid)
{
	struct thread *t = machine_thread(m, tid);

	if (LIKELY(t != NULL))
		return t;
	m->counts.lookups_failed++;
	t = thread_new(tid);
	machine_set_text(m, &t->comm, STR("<NA>"));
	rstr_set(&t->exe, t->comm);
	rstr_set(&t->cmdline, t->comm);
	if (!machine_add_thread(m, t))
		return NULL;
	m->counts.placeholders++;
	return t;
}

void machine_drop_thread(struct machine *m, struct thread *t)
{
	imap_del(&m->threads, (uint64_t)t->tid);
	machine_forget_brief(m, t->tid);
	machine_stir_thread(m, t->tid);
	if (m->last == t)
		m->last = NULL;
	if (m->cur.thread == t) {
		m->cur.thread = NULL;
		m->cur.fdinfo = NULL;
	}
	thread_free(m, t);
}

/* What ends with a certain byte does so when it was cut, too. */
static void set_ended(struct machine *m, struct rstr **slot, struct str s, char end)
{
	char cut[RSTR_LONG];

	machine_set_text(m, slot, s);
	s = rstr_str(*slot);
	if (!s.len || s.p[s.len - 1] == end)
		return;
	memcpy(cut, s.p, sizeof(cut));
	cut[sizeof(cut) - 1] = end;
	machine_set_text(m, slot, str_mem(cut, sizeof(cut)));
}

/* NUL-terminated strings, also where the last one lost its NUL. */
static void set_strings(struct machine *m, struct rstr **slot, struct str s)
{
	if (!s.len || !s.p[s.len - 1]) {
		set_ended(m, slot, s, '\0');
		return;
	}
	buf_clear(&m->text);
	buf_addstr(&m->text, s);
	buf_addc(&m->text, '\0');
	set_ended(m, slot, buf_str(&m->text), '\0');
}

static void set_cmdline(struct machine *m, struct thread *t)
{
	struct str args = rstr_str(t->args);
	size_t i;

	buf_clear(&m->text);
	buf_addstr(&m->text, rstr_str(t->comm));
	t->nargs = 0;
	if (args.len) {
		buf_addc(&m->text, ' ');
		buf_add(&m->text, args.p, args.len - 1);
		t->nargs = 1;
	}
	for (i = m->text.len - (args.len ? args.len - 1 : 0); i < m->text.len; i++) {
		if (!m->text.data[i]) {
			m->text.data[i] = ' ';
			t->nargs++;
		}
	}
	machine_set_text(m, &t->cmdline, buf_str(&m->text));
}

void thread_set_args(struct machine *m, struct thread *t, struct str args)
{
	if (args.len == 1 && !args.p[0])
		args.len = 0;		/* how recorders write "none" */
	set_strings(m, &t->args, args);
	set_cmdline(m, t);
}

void thread_set_exepath(struct machine *m, struct thread *t, struct str path)
{
	if (str_ends(path, STR(" (deleted)")))
		path.len -= sizeof(" (deleted)") - 1;
	machine_set_text(m, &t->exepath, path);
}

void thread_set_env(struct machine *m, struct thread *t, struct str env)
{
	set_strings(m, &t->env, env);
}

void thread_set_cgroups(struct machine *m, struct thread *t, struct str cgroups)
{
	const struct cgroup_memo_entry *e;

	e = cgroup_memo_get(&m->cgroups, str_sub(cgroups, 0, MACHINE_CGROUPS_MAX));
	machine_set_text(m, &t->cgroups, rstr_str(e->list));
	machine_set_text(m, &t->container_id, rstr_str(e->id));
}

void thread_set_cwd(struct machine *m, struct thread *t, struct str base, struct str path)
{
	buf_clear(&m->path);
	path_join(&m->path, base, path);
	if (!m->path.len || m->path.data[m->path.len - 1] != '/')
		buf_addc(&m->path, '/');
	set_ended(m, &t->cwd, buf_str(&m->path), '/');
}

void thread_copy_fds(struct machine *m, struct thread *dst, struct thread *src)
{
	struct fdtab *from = machine_fdtab(m, src);

	if (!from || from == &dst->fds)
		return;
	m->nfds -= dst->fds.n;
	fdtab_release(&dst->fds);
	if (from->n > MACHINE_FDS_TOTAL_MAX - m->nfds) {
		m->counts.fds_dropped += from->n;
		return;
	}
	fdtab_copy(&dst->fds, from);
	m->nfds += dst->fds.n;
	if (m->nfds > m->counts.fds_peak)
		m->counts.fds_peak = m->nfds;
}
