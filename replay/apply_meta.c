/* SPDX-License-Identifier: Apache-2.0 */
/* What the recorder tells of users, groups and containers. */
#include "lib/base/compat.h"

#include "replay/apply.h"
#include "replay/container.h"
#include "replay/user.h"

static struct str text(const struct event *ev, unsigned i)
{
	struct str s = event_text(ev, i);

	return s.p ? s : STR("");
}

void apply_user_added(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct snap_user u = {
		.uid = (uint32_t)event_u64(ev, P_USER_ADDED_E_uid, ID_UNKNOWN),
		.gid = (uint32_t)event_u64(ev, P_USER_ADDED_E_gid, ID_UNKNOWN),
		.name = text(ev, P_USER_ADDED_E_name),
		.home = text(ev, P_USER_ADDED_E_home),
		.shell = text(ev, P_USER_ADDED_E_shell),
		.container = text(ev, P_USER_ADDED_E_container_id),
	};

	machine_set_user(m, &u);
}

void apply_user_deleted(struct machine *m, struct event *ev, int arg UNUSED)
{
	machine_del_user(m, text(ev, P_USER_DELETED_E_container_id),
			 (uint32_t)event_u64(ev, P_USER_DELETED_E_uid, ID_UNKNOWN));
}

void apply_group_added(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct snap_group g = {
		.gid = (uint32_t)event_u64(ev, P_GROUP_ADDED_E_gid, ID_UNKNOWN),
		.name = text(ev, P_GROUP_ADDED_E_name),
		.container = text(ev, P_GROUP_ADDED_E_container_id),
	};

	machine_set_group(m, &g);
}

void apply_group_deleted(struct machine *m, struct event *ev, int arg UNUSED)
{
	machine_del_group(m, text(ev, P_GROUP_DELETED_E_container_id),
			  (uint32_t)event_u64(ev, P_GROUP_DELETED_E_gid, ID_UNKNOWN));
}

void apply_container_json(struct machine *m, struct event *ev, int arg UNUSED)
{
	machine_set_container(m, text(ev, P_CONTAINER_JSON_2_E_json));
}

void apply_async(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct str name = text(ev, P_ASYNCEVENT_E_name);

	if (str_eq(name, STR("container")))
		machine_set_container(m, text(ev, P_ASYNCEVENT_E_data));
	else if (str_eq(name, STR("container_removed")))
		machine_del_container(m, text(ev, P_ASYNCEVENT_E_data));
}
