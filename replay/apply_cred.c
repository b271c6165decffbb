/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials, sessions, namespaces, place and limits. */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/apply.h"

void apply_uid(struct machine *m, struct event *ev, int arg)
{
	struct thread *t = m->cur.thread;

	if (t && cur_ret(ev) == 0)
		t->uid = (uint32_t)event_u64(ev, (unsigned)arg, t->uid);
}

void apply_gid(struct machine *m, struct event *ev, int arg)
{
	struct thread *t = m->cur.thread;

	if (t && cur_ret(ev) == 0)
		t->gid = (uint32_t)event_u64(ev, (unsigned)arg, t->gid);
}

void apply_setsid(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;
	int64_t sid = cur_ret(ev);

	if (t && sid >= 0)
		t->sid = sid;
}

void apply_capset(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;

	if (!t || cur_ret(ev) < 0)
		return;
	t->cap_inheritable = event_u64(ev, P_SYSCALL_CAPSET_X_cap_inheritable, 0);
	t->cap_permitted = event_u64(ev, P_SYSCALL_CAPSET_X_cap_permitted, 0);
	t->cap_effective = event_u64(ev, P_SYSCALL_CAPSET_X_cap_effective, 0);
}

/* Who enters a user namespace has every capability there. */
void apply_newuser(struct machine *m, struct event *ev, int flags)
{
	struct thread *t = m->cur.thread;

	if (!t || cur_ret(ev) < 0 || !(event_u64(ev, (unsigned)flags, 0) & TF_CLONE_NEWUSER))
		return;
	t->cap_inheritable = t->cap_permitted = t->cap_effective = CAPS_ALL;
}

static void change_dir(struct machine *m, struct thread *t, struct str path)
{
	struct thread *main = machine_main_thread(m, t);

	if (main)
		thread_set_cwd(m, main, rstr_str(main->cwd), path);
}

void apply_chdir(struct machine *m, struct event *ev, int path)
{
	struct thread *t = m->cur.thread;

	if (t && cur_ret(ev) >= 0)
		change_dir(m, t, event_text(ev, (unsigned)path));
}

void apply_fchdir(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;

	if (t && cur_ret(ev) >= 0 && m->cur.fdinfo)
		change_dir(m, t, rstr_str(m->cur.fdinfo->name));
}

void apply_chroot(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;

	if (!t || cur_ret(ev) != 0)
		return;
	buf_clear(&m->path);
	path_join(&m->path, machine_cwd(m, t), event_text(ev, P_SYSCALL_CHROOT_X_path));
	machine_set_text(m, &t->root, buf_str(&m->path));
}

enum { RLIMIT_NOFILE_TRACE = 7 };

static void set_fdlimit(const struct machine *m, const struct thread *t, int64_t limit)
{
	struct thread *main = machine_main_thread(m, t);

	if (main)
		main->fdlimit = limit;
}

void apply_rlimit(struct machine *m, struct event *ev, int resource)
{
	if (m->cur.thread && cur_ret(ev) >= 0 &&
	    event_u64(ev, (unsigned)resource, 0) == RLIMIT_NOFILE_TRACE)
		set_fdlimit(m, m->cur.thread, event_i64(ev, P_SYSCALL_SETRLIMIT_X_cur, -1));
}

void apply_prlimit(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread;
	int64_t pid = event_i64(ev, P_SYSCALL_PRLIMIT_X_pid, 0);
	int64_t limit = event_i64(ev, P_SYSCALL_PRLIMIT_X_newcur, -1);

	if (!t || cur_ret(ev) < 0 || limit == -1 ||
	    event_u64(ev, P_SYSCALL_PRLIMIT_X_resource, 0) != RLIMIT_NOFILE_TRACE)
		return;
	if (pid)
		t = machine_thread(m, pid);
	if (t)
		set_fdlimit(m, t, limit);
}
