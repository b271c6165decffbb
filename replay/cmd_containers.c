/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay containers: those the trace tells of, and those only their
 * processes' cgroups betray. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/map.h"
#include "lib/event/cgroup.h"
#include "replay/cmds.h"
#include "replay/container.h"
#include "replay/view.h"

static struct {
	struct view_opts view;
} o;

const struct opt cmd_containers_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_END
};

static const struct table_col cols[] = {
	{ "ID", "id", false },
	{ NULL, "full_id", false },
	{ "TYPE", "type", false },
	{ "NAME", "name", false },
	{ "IMAGE", "image", false },
	{ NULL, "image_repo", false },
	{ NULL, "image_tag", false },
	{ NULL, "image_digest", false },
	{ NULL, "ip", false },
	{ NULL, "user", false },
	{ "PRIV", "privileged", false },
	{ NULL, "host_pid", false },
	{ NULL, "host_network", false },
	{ NULL, "host_ipc", false },
	{ NULL, "sandbox", false },
	{ "MOUNTS", "mounts", true },
	{ "PROCS", "processes", true },
};

/* How many processes are in it; the counts lie in the map's values. */
static uint64_t processes_in(const struct smap *seen, struct str id)
{
	return (uintptr_t)smap_get(seen, id);
}

static void count_processes(const struct view *v, struct smap *seen)
{
	size_t i;

	for (i = 0; i < v->nthreads; i++) {
		const struct thread *t = v->threads[i];
		struct str id = rstr_str(t->container_id);

		if (id.len && view_is_process(t))
			smap_put(seen, id, (void *)(uintptr_t)(processes_in(seen, id) + 1));
	}
}

static void put_row(struct table *t, const struct container *c, uint64_t processes)
{
	table_str(t, rstr_str(c->id));
	table_str(t, rstr_str(c->full_id));
	table_cstr(t, container_type_name(c->type));
	table_str(t, rstr_str(c->name));
	table_str(t, rstr_str(c->image));
	table_str(t, rstr_str(c->repo));
	table_str(t, rstr_str(c->tag));
	table_str(t, rstr_str(c->digest));
	table_str(t, rstr_str(c->ip));
	table_str(t, rstr_str(c->user));
	table_bool(t, c->privileged);
	table_bool(t, c->host_pid);
	table_bool(t, c->host_network);
	table_bool(t, c->host_ipc);
	table_bool(t, c->is_sandbox);
	table_u64(t, c->nmounts);
	table_u64(t, processes);
}

static void put_unnamed(struct table *t, const struct thread *th, uint64_t processes)
{
	enum container_type type = CONTAINER_UNKNOWN;
	struct container c = { .id = th->container_id };
	struct str id;

	cgroup_list_container(rstr_str(th->cgroups), &id, &type);
	c.type = type;
	put_row(t, &c, processes);
}

static void put_all(struct table *t, const struct view *v, const struct smap *seen)
{
	struct smap shown = SMAP_INIT;
	const struct container **list;
	size_t n, i;

	list = machine_containers(v->m, &n);
	for (i = 0; i < n; i++)
		put_row(t, list[i], processes_in(seen, rstr_str(list[i]->id)));
	free(list);
	for (i = 0; i < v->nthreads; i++) {
		struct str id = rstr_str(v->threads[i]->container_id);

		if (!id.len || machine_container(v->m, id) || smap_get(&shown, id))
			continue;
		smap_put(&shown, id, v->threads[i]);
		put_unnamed(t, v->threads[i], processes_in(seen, id));
	}
	smap_release(&shown);
}

int cmd_containers(struct opt_args *args, struct diag *d)
{
	struct smap seen = SMAP_INIT;
	struct table t;
	struct view v;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	table_init(&t, cols, ARRAY_SIZE(cols), o.view.json);
	count_processes(&v, &seen);
	put_all(&t, &v, &seen);
	smap_release(&seen);
	return view_finish(&v, &t, d);
}
