/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parents, ancestors and leaders.  An ancestor field without [level] means
 * "any of them" in a condition and "all of them" in an output.
 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

#define AENV_DEPTH 20		/* proc.aenv[NAME] looks no further up */

#define SELF (c->cur->thread)

struct thread *ctx_ancestor(const struct fieldctx *c, const struct fieldref *ref)
{
	if (!SELF || ref->index < 0 || ref->index > UINT32_MAX)
		return NULL;
	return machine_ancestor(c->m, SELF, (unsigned)ref->index);
}

/* What an ancestor field shows of one process. */
enum trait { T_COMM, T_EXE, T_EXEPATH, T_ARGS, T_CMDLINE, T_ENV };

static struct str trait_of(struct fieldctx *c, const struct thread *t, enum trait what)
{
	switch (what) {
	case T_COMM:
		return rstr_str(t->comm);
	case T_EXE:
		return rstr_str(t->exe);
	case T_EXEPATH:
		return rstr_str(t->exepath);
	case T_ARGS:
		return thread_args_text(c, t);
	case T_CMDLINE:
		return thread_cmdline_text(c, t);
	default:
		return text_join(c, machine_env(c->m, t));
	}
}

/* Every ancestor as one of several candidates; none: no value. */
static bool any_of(struct fieldctx *c, enum trait what, struct value *v)
{
	unsigned n = 0, steps = 0, i = 0;
	struct thread *t;
	struct value *e;

	for (t = machine_next_ancestor(c->m, SELF, NULL, &steps); t;
	     t = machine_next_ancestor(c->m, SELF, t, &steps))
		n++;
	if (!n)
		return false;
	e = ARENA_ARRAY(&c->scratch, struct value, n);
	steps = 0;
	for (t = machine_next_ancestor(c->m, SELF, NULL, &steps); t && i < n;
	     t = machine_next_ancestor(c->m, SELF, t, &steps), i++) {
		e[i].ptype = v->ptype;
		e[i].pfmt = v->pfmt;
		if (v->ptype == PT_INT64)
			e[i].i = t->pid;
		else
			e[i].s = trait_of(c, t, what);
	}
	v->shape = VAL_ANY;
	v->list.v = e;
	v->list.n = n;
	return true;
}

static bool all_of(struct fieldctx *c, enum trait what, struct value *v)
{
	size_t begin = work_begin(c);
	struct thread *t = NULL;
	bool found = false;
	unsigned steps = 0;

	while ((t = machine_next_ancestor(c->m, SELF, t, &steps))) {
		struct str s = trait_of(c, t, what);

		if (found)
			buf_addc(&c->work, ' ');
		buf_addstr(&c->work, s);
		found = true;
	}
	if (!found)
		return false;
	return val_str(v, work_end(c, begin));
}

static bool ancestor(struct fieldctx *c, const struct fieldref *ref,
		     enum field_place place, enum trait what, struct value *v)
{
	const struct thread *t;

	if (!SELF)
		return false;
	if (ref->argkind == REF_INDEX) {
		t = ctx_ancestor(c, ref);
		return t && val_str(v, trait_of(c, t, what));
	}
	return place == FIELD_IN_FILTER ? any_of(c, what, v) : all_of(c, what, v);
}

GETTER(PROC_ANAME) { return ancestor(c, ref, place, T_COMM, v); }
GETTER(PROC_AEXE) { return ancestor(c, ref, place, T_EXE, v); }
GETTER(PROC_AEXEPATH) { return ancestor(c, ref, place, T_EXEPATH, v); }
GETTER(PROC_ACMDLINE) { return ancestor(c, ref, place, T_CMDLINE, v); }
/* One joined text in conditions, too. */
GETTER(PROC_AARGS) { return ancestor(c, ref, FIELD_IN_OUTPUT, T_ARGS, v); }

GETTER(PROC_APID)
{
	const struct thread *t;

	if (!SELF)
		return false;
	if (ref->argkind != REF_INDEX && place == FIELD_IN_FILTER)
		return any_of(c, T_COMM, v);
	t = ref->argkind == REF_INDEX ? ctx_ancestor(c, ref) :
					machine_ancestor(c->m, SELF, 0);
	return t && val_i64(v, t->pid);
}

struct str env_value(struct str env, struct str name)
{
	struct str s, val;

	while (text_next(&env, &s)) {
		if (s.len <= name.len || s.p[name.len] != '=' || !str_starts(s, name))
			continue;
		val = str_sub(s, name.len + 1, s.len);
		return str_trim(val, " \t\n\v\f\r");
	}
	return STR("");
}

/* First non-empty value of the variable going up from the parent. */
static struct str env_above(struct fieldctx *c, struct str name)
{
	const struct thread *t;
	struct str s;
	unsigned n;

	for (n = 1; n <= AENV_DEPTH; n++) {
		t = machine_ancestor(c->m, SELF, n);
		if (!t)
			break;
		s = env_value(machine_env(c->m, t), name);
		if (s.len)
			return s;
	}
	return STR("");
}

GETTER(PROC_AENV)
{
	const struct thread *t;

	if (!SELF)
		return false;
	if (ref->argkind == REF_KEY)
		return val_str(v, env_above(c, ref->key));
	if (place == FIELD_IN_FILTER)
		return any_of(c, T_ENV, v);
	if (ref->argkind == REF_INDEX && thread_is_placeholder(SELF))
		return val_cstr(v, "");
	t = ref->argkind == REF_INDEX && ref->index ? ctx_ancestor(c, ref) : SELF;
	return t && val_str(v, text_join(c, machine_env(c->m, t)));
}

/* Ids. */
static bool id_or_none(struct value *v, int64_t id)
{
	return id != -1 && val_i64(v, id);
}

GETTER(PROC_PID)
{
	return SELF && SELF->pid >= -1 && SELF->pid <= UINT32_MAX && val_i64(v, SELF->pid);
}

GETTER(PROC_PPID)
{
	const struct thread *p = SELF ? machine_parent(c->m, SELF) : NULL;

	return p && val_i64(v, p->pid);
}

GETTER(PROC_PVPID)
{
	const struct thread *p = SELF ? machine_parent(c->m, SELF) : NULL;

	return p && val_i64(v, p->vpid);
}

GETTER(PROC_VPID) { return SELF && id_or_none(v, SELF->vpid); }
GETTER(THREAD_VTID) { return SELF && id_or_none(v, SELF->vtid); }
GETTER(PROC_SID) { return SELF && val_i64(v, SELF->sid); }
GETTER(PROC_VPGID) { return SELF && val_i64(v, SELF->vpgid); }
GETTER(PROC_PGID) { return SELF && val_i64(v, SELF->pgid); }
GETTER(PROC_IS_SID_LEADER) { return SELF && val_u64(v, SELF->sid == SELF->vpid); }
GETTER(PROC_IS_VPGID_LEADER) { return SELF && val_u64(v, SELF->vpgid == SELF->vpid); }
GETTER(PROC_IS_PGID_LEADER) { return SELF && val_u64(v, SELF->pgid == SELF->pid); }

/* Pid of the oldest process, going up from the event's own, that is called
 * something-sh. */
GETTER(PROC_LOGINSHELLID)
{
	const struct thread *found = NULL;
	struct thread *t = SELF;
	unsigned steps = 0;

	if (!t)
		return false;
	t = machine_ancestor(c->m, SELF, 0);
	if (t && str_ends(rstr_str(t->comm), STR("sh")))
		found = t;
	t = NULL;
	while ((t = machine_next_ancestor(c->m, SELF, t, &steps)))
		if (str_ends(rstr_str(t->comm), STR("sh")))
			found = t;
	return found && val_i64(v, found->pid);
}

/* Leaders of the session and of the process groups. */
static bool leader(struct fieldctx *c, enum machine_leader which, enum trait what,
		   struct value *v)
{
	const struct thread *t;

	if (!SELF)
		return false;
	t = machine_leader(c->m, SELF, which);
	return val_str(v, t ? trait_of(c, t, what) : STR(""));
}

GETTER(PROC_SNAME) { return leader(c, LEADER_SID, T_COMM, v); }
GETTER(PROC_SID_EXE) { return leader(c, LEADER_SID, T_EXE, v); }
GETTER(PROC_SID_EXEPATH) { return leader(c, LEADER_SID, T_EXEPATH, v); }
GETTER(PROC_VPGID_NAME) { return leader(c, LEADER_VPGID, T_COMM, v); }
GETTER(PROC_VPGID_EXE) { return leader(c, LEADER_VPGID, T_EXE, v); }
GETTER(PROC_VPGID_EXEPATH) { return leader(c, LEADER_VPGID, T_EXEPATH, v); }
GETTER(PROC_PGID_NAME) { return leader(c, LEADER_PGID, T_COMM, v); }
GETTER(PROC_PGID_EXE) { return leader(c, LEADER_PGID, T_EXE, v); }
GETTER(PROC_PGID_EXEPATH) { return leader(c, LEADER_PGID, T_EXEPATH, v); }
