/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay users: the accounts the trace knows. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/cmds.h"
#include "replay/user.h"
#include "replay/view.h"

static struct {
	struct view_opts view;
} o;

const struct opt cmd_users_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_END
};

static const struct table_col cols[] = {
	{ "UID", "uid", true },
	{ "GID", "gid", true },
	{ "USER", "user", false },
	{ "GROUP", "group", false },
	{ "CONTAINER", "container", false },
	{ "PROCS", "processes", true },
	{ "SHELL", "shell", false },
	{ "HOME", "home", false },
};

static uint64_t processes_of(const struct view *v, const struct user *u)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < v->nthreads; i++) {
		const struct thread *t = v->threads[i];

		count += t->uid == u->uid && view_is_process(t) &&
			 str_eq(rstr_str(t->container_id), rstr_str(u->container));
	}
	return count;
}

static void put_row(struct table *t, const struct view *v, const struct user *u)
{
	const struct group *g = machine_group(v->m, rstr_str(u->container), u->gid);

	table_u64(t, u->uid);
	table_u64(t, u->gid);
	table_str(t, rstr_str(u->name));
	table_str(t, g ? rstr_str(g->name) : STR(""));
	table_str(t, rstr_str(u->container));
	table_u64(t, processes_of(v, u));
	table_str(t, rstr_str(u->shell));
	table_str(t, rstr_str(u->home));
}

int cmd_users(struct opt_args *args, struct diag *d)
{
	const struct user **users;
	struct table t;
	struct view v;
	size_t n, i;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	table_init(&t, cols, ARRAY_SIZE(cols), o.view.json);
	users = machine_users(v.m, &n);
	for (i = 0; i < n; i++)
		put_row(&t, &v, users[i]);
	free(users);
	return view_finish(&v, &t, d);
}
