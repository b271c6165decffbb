/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay ps: processes, or threads, at one point of a trace. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/cmds.h"
#include "replay/view.h"

static struct {
	struct view_opts view;
	bool threads;
} o;

const struct opt cmd_ps_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_FLAG('T', "threads", &o.threads, "every thread, not only processes"),
	OPT_END
};

static const struct table_col cols[] = {
	{ "PID", "pid", true },
	{ "TID", "tid", true },
	{ "PPID", "ppid", true },
	{ NULL, "vpid", true },
	{ NULL, "sid", true },
	{ NULL, "pgid", true },
	{ NULL, "uid", true },
	{ NULL, "gid", true },
	{ NULL, "loginuid", true },
	{ "USER", "user", false },
	{ "CONTAINER", "container", false },
	{ NULL, "tty", true },
	{ "THR", "threads", true },
	{ "FDS", "fds", true },
	{ "STARTED", "started", false },
	{ NULL, "name", false },
	{ NULL, "exe", false },
	{ NULL, "exepath", false },
	{ NULL, "cwd", false },
	{ NULL, "root", false },
	{ NULL, "cap_effective", true },
	{ NULL, "cgroups", false },
	{ NULL, "exited", false },
	{ NULL, "args", false },
	{ "COMMAND", "cmdline", false },
};

static void put_id(struct table *t, uint32_t id)
{
	if (id == UINT32_MAX)
		table_none(t);
	else
		table_u64(t, id);
}

static void put_pid(struct table *t, int64_t pid)
{
	if (pid < 0)
		table_none(t);
	else
		table_i64(t, pid);
}

static int64_t open_fds(const struct view *v, struct thread *th)
{
	const struct fdtab *tab = machine_fdtab(v->m, th);
	const struct fd *f;
	int64_t n = 0;

	for (f = tab ? fdtab_next(tab, NULL) : NULL; f; f = fdtab_next(tab, f))
		n += f->num >= 0;
	return n;
}

static void put_row(struct table *t, const struct view *v, struct thread *th)
{
	put_pid(t, th->pid);
	table_i64(t, th->tid);
	put_pid(t, th->parent ? th->parent->pid : -1);
	put_pid(t, th->vpid);
	put_pid(t, th->sid);
	put_pid(t, th->pgid);
	put_id(t, th->uid);
	put_id(t, th->gid);
	put_id(t, th->loginuid);
	table_str(t, view_user(v, th));
	table_str(t, rstr_str(th->container_id));
	table_u64(t, th->tty);
	table_u64(t, machine_nthreads(th));
	table_i64(t, open_fds(v, th));
	table_time(t, th->clone_ts);
	table_str(t, rstr_str(th->comm));
	table_str(t, rstr_str(th->exe));
	table_str(t, rstr_str(th->exepath));
	table_str(t, machine_cwd(v->m, th));
	table_str(t, rstr_str(th->root));
	table_u64(t, th->cap_effective);
	table_list(t, rstr_str(th->cgroups));
	table_bool(t, th->dead);
	table_list(t, rstr_str(th->args));
	table_str(t, view_command(th));
}

/* Without -T the thread's id repeats the process's. */
static void columns(struct table_col *c)
{
	memcpy(c, cols, sizeof(cols));
	if (!o.threads && !o.view.json)
		c[1].title = NULL;
}

int cmd_ps(struct opt_args *args, struct diag *d)
{
	struct table_col shown[ARRAY_SIZE(cols)];
	struct table t;
	struct view v;
	size_t i;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	columns(shown);
	table_init(&t, shown, ARRAY_SIZE(shown), o.view.json);
	for (i = 0; i < v.nthreads; i++) {
		if (o.threads || view_is_process(v.threads[i]))
			put_row(&t, &v, v.threads[i]);
	}
	return view_finish(&v, &t, d);
}
