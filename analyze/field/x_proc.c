/* SPDX-License-Identifier: Apache-2.0 */
/* The process of the event: names, command line, environment, executable. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

static bool text_of(struct value *v, const struct thread *t, size_t member)
{
	return t && val_rstr(v, *(struct rstr *const *)((const char *)t + member));
}

#define TEXT(t, member) text_of(v, (t), offsetof(struct thread, member))
#define SELF (c->cur->thread)

static struct thread *parent_of(const struct fieldctx *c)
{
	return SELF ? machine_parent(c->m, SELF) : NULL;
}

GETTER(PROC_EXE) { return TEXT(SELF, exe); }
GETTER(PROC_PEXE) { return TEXT(parent_of(c), exe); }
GETTER(PROC_EXEPATH) { return TEXT(SELF, exepath); }
GETTER(PROC_PEXEPATH) { return TEXT(parent_of(c), exepath); }
GETTER(PROC_NAME) { return TEXT(SELF, comm); }
GETTER(PROC_PNAME) { return TEXT(parent_of(c), comm); }

struct str thread_args_text(struct fieldctx *c, const struct thread *t)
{
	return text_join(c, rstr_str(t->args));
}

struct str thread_cmdline_text(struct fieldctx *c UNUSED, const struct thread *t)
{
	struct str s = rstr_str(t->cmdline);

	return s.len ? s : rstr_str(t->comm);
}

GETTER(PROC_CMDLINE)
{
	return SELF && val_str(v, thread_cmdline_text(c, SELF));
}

GETTER(PROC_PCMDLINE)
{
	const struct thread *p = parent_of(c);

	return p && val_str(v, thread_cmdline_text(c, p));
}

/* The n-th of NUL-terminated strings; empty when there are fewer. */
static struct str nth_string(struct str strings, int64_t n)
{
	struct str s;

	while (text_next(&strings, &s))
		if (n-- == 0)
			return s;
	return STR("");
}

GETTER(PROC_ARGS)
{
	if (!SELF)
		return false;
	if (ref->argkind == REF_INDEX)
		return val_str(v, nth_string(rstr_str(SELF->args), ref->index));
	return val_str(v, thread_args_text(c, SELF));
}

GETTER(PROC_CMDNARGS) { return SELF && val_u64(v, SELF->nargs); }

GETTER(PROC_CMDLENARGS)
{
	struct str rest, s;
	uint64_t n = 0;

	if (!SELF)
		return false;
	rest = rstr_str(SELF->args);
	while (text_next(&rest, &s))
		n += s.len;
	return val_u64(v, n);
}

GETTER(PROC_EXELINE)
{
	struct str args;
	size_t n;

	if (!SELF)
		return false;
	args = thread_args_text(c, SELF);
	n = work_begin(c);
	buf_addstr(&c->work, rstr_str(SELF->exe));
	buf_addc(&c->work, ' ');
	buf_addstr(&c->work, args);
	return val_str(v, work_end(c, n));
}

static bool is_number(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

GETTER(PROC_ENV)
{
	struct str env;

	if (!SELF)
		return false;
	env = machine_env(c->m, SELF);
	if (ref->argkind != REF_KEY || is_number(ref->key))
		return val_str(v, text_join(c, env));
	return val_str(v, env_value(env, ref->key));
}

GETTER(PROC_CWD) { return SELF && val_str(v, machine_cwd(c->m, SELF)); }
GETTER(PROC_TTY) { return SELF && val_u64(v, SELF->tty); }

/* Durations and start times: unknown for what ran before the trace. */
static bool since(struct value *v, uint64_t ts, uint64_t start)
{
	return start && val_u64(v, ts - start);
}

GETTER(PROC_DURATION)
{
	return SELF && since(v, c->cur->ev->ts, SELF->clone_ts);
}

GETTER(PROC_PID_TS)
{
	return SELF && SELF->clone_ts && val_u64(v, SELF->clone_ts);
}

GETTER(PROC_PPID_TS)
{
	const struct thread *p = parent_of(c);

	return p && val_u64(v, p->clone_ts);
}

/* The executable file. */
GETTER(PROC_IS_EXE_WRITABLE) { return SELF && val_u64(v, SELF->exe_writable); }
GETTER(PROC_IS_EXE_UPPER_LAYER) { return SELF && val_u64(v, SELF->exe_upper); }
GETTER(PROC_IS_EXE_LOWER_LAYER) { return SELF && val_u64(v, SELF->exe_lower); }
GETTER(PROC_IS_EXE_FROM_MEMFD) { return SELF && val_u64(v, SELF->exe_memfd); }

static bool unless_zero(struct value *v, uint64_t u)
{
	return u && val_u64(v, u);
}

GETTER(PROC_EXE_INO) { return SELF && unless_zero(v, SELF->exe_ino); }
GETTER(PROC_EXE_INO_CTIME) { return SELF && unless_zero(v, SELF->exe_ctime); }
GETTER(PROC_EXE_INO_MTIME) { return SELF && unless_zero(v, SELF->exe_mtime); }

GETTER(PROC_EXE_INO_CTIME_DURATION_PROC_START)
{
	return SELF && unless_zero(v, SELF->exe_ctime_since_clone);
}

GETTER(PROC_EXE_INO_CTIME_DURATION_PIDNS_START)
{
	return SELF && unless_zero(v, SELF->exe_ctime_since_pidns);
}

GETTER(PROC_PIDNS_INIT_START_TS)
{
	return SELF && unless_zero(v, SELF->pidns_init_start_ts);
}

/* Standard streams: the descriptors 0, 1 and 2. */
static const struct fd *stdfd(const struct fieldctx *c, int64_t num)
{
	struct fdtab *fds = SELF ? machine_fdtab(c->m, SELF) : NULL;

	return fds ? fdtab_get(fds, num) : NULL;
}

static bool stdfd_type(const struct fieldctx *c, int64_t num, struct value *v)
{
	const struct fd *f = stdfd(c, num);

	return f && val_cstr(v, fd_type_name(f->type));
}

static bool stdfd_name(const struct fieldctx *c, int64_t num, struct value *v)
{
	const struct fd *f = stdfd(c, num);

	return f && val_rstr(v, f->name);
}

GETTER(PROC_STDIN_TYPE) { return stdfd_type(c, 0, v); }
GETTER(PROC_STDOUT_TYPE) { return stdfd_type(c, 1, v); }
GETTER(PROC_STDERR_TYPE) { return stdfd_type(c, 2, v); }
GETTER(PROC_STDIN_NAME) { return stdfd_name(c, 0, v); }
GETTER(PROC_STDOUT_NAME) { return stdfd_name(c, 1, v); }
GETTER(PROC_STDERR_NAME) { return stdfd_name(c, 2, v); }

/* Descriptors in number: those of the main thread, whatever table the thread
 * itself uses; a thread whose process is not known has none. */
static uint64_t open_fds(const struct fieldctx *c)
{
	const struct thread *main = machine_main_thread(c->m, SELF);

	return main ? main->fds.n : 0;
}

static int64_t fd_limit(const struct fieldctx *c)
{
	const struct thread *main = machine_main_thread(c->m, SELF);

	return main ? main->fdlimit : 0;
}

GETTER(PROC_FDOPENCOUNT) { return SELF && val_u64(v, open_fds(c)); }
GETTER(PROC_FDLIMIT) { return SELF && val_i64(v, fd_limit(c)); }

GETTER(PROC_FDUSAGE)
{
	int64_t limit;

	if (!SELF)
		return false;
	limit = fd_limit(c);
	v->d = limit > 0 ? 100.0 * (double)open_fds(c) / (double)limit : 0;
	return true;
}

/* Falco gives the number of open descriptors when the parent's start is not
 * known; rules that compare durations see that number. */
GETTER(PROC_PPID_DURATION)
{
	const struct thread *p = parent_of(c);

	if (!p)
		return false;
	return since(v, c->cur->ev->ts, p->clone_ts) || val_u64(v, open_fds(c));
}
