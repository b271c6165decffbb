/* SPDX-License-Identifier: Apache-2.0 */
/* Users and groups: from the trace only, never from this machine.  What runs
 * in a container is looked up in the container's tables alone. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

#define NO_ID UINT32_MAX

static struct str or_na(struct str s)
{
	return s.len ? s : STR("<NA>");
}

static struct str user_name(const struct fieldctx *c, struct str container, uint32_t uid)
{
	const struct user *u = machine_user(c->m, container, uid);

	if (u)
		return or_na(rstr_str(u->name));
	return uid ? STR("<NA>") : STR("root");
}

static struct str group_name(const struct fieldctx *c, struct str container, uint32_t gid)
{
	const struct group *g = machine_group(c->m, container, gid);

	if (g)
		return or_na(rstr_str(g->name));
	return gid ? STR("<NA>") : STR("root");
}

static struct str container_of_thread(const struct thread *t)
{
	return rstr_str(t->container_id);
}

GETTER(USER_UID)
{
	return c->cur->thread && val_u64(v, c->cur->thread->uid);
}

GETTER(USER_NAME)
{
	const struct thread *t = c->cur->thread;

	return t && val_str(v, user_name(c, container_of_thread(t), t->uid));
}

GETTER(USER_HOMEDIR)
{
	const struct thread *t = c->cur->thread;
	const struct user *u;

	if (!t)
		return false;
	u = machine_user(c->m, container_of_thread(t), t->uid);
	if (u)
		return val_str(v, or_na(rstr_str(u->home)));
	return val_cstr(v, t->uid ? "<NA>" : "/root");
}

GETTER(USER_SHELL)
{
	const struct thread *t = c->cur->thread;
	const struct user *u;

	if (!t)
		return false;
	u = machine_user(c->m, container_of_thread(t), t->uid);
	return val_str(v, u ? or_na(rstr_str(u->shell)) : STR("<NA>"));
}

GETTER(USER_LOGINUID)
{
	const struct thread *t = c->cur->thread;

	return t && val_i64(v, t->loginuid == NO_ID ? -1 : (int64_t)t->loginuid);
}

GETTER(USER_LOGINNAME)
{
	const struct thread *t = c->cur->thread;

	return t && val_str(v, user_name(c, container_of_thread(t), t->loginuid));
}

GETTER(GROUP_GID)
{
	return c->cur->thread && val_u64(v, c->cur->thread->gid);
}

GETTER(GROUP_NAME)
{
	const struct thread *t = c->cur->thread;

	return t && val_str(v, group_name(c, container_of_thread(t), t->gid));
}
