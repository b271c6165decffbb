/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay fds: open descriptors at one point of a trace. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/event/evtab.h"
#include "replay/cmds.h"
#include "replay/view.h"

static struct {
	struct view_opts view;
	uint64_t pid;
} o;

const struct opt cmd_fds_opts[] = {
	VIEW_OPTIONS(o.view),
	OPT_U64('p', "pid", "PID", &o.pid, "of this process only"),
	OPT_END
};

static const struct table_col cols[] = {
	{ "PID", "pid", true },
	{ "NAME", "name", false },
	{ "FD", "fd", true },
	{ "TYPE", "type", false },
	{ "MODE", "mode", false },
	{ NULL, "flags", false },
	{ NULL, "dev", true },
	{ NULL, "ino", true },
	{ NULL, "raw", false },
	{ "FILE", "file", false },
};

/* Names of the flag bits, NUL-terminated; a value is named by the first row
 * whose bits are all there and not named yet. */
static void flag_names(struct buf *out, uint32_t flags)
{
	const struct flagtab *tab = &flagtab_file_flags;
	unsigned i;

	for (i = 0; i < tab->n; i++) {
		uint32_t bits = tab->v[i].value;

		if (!bits || (flags & bits) != bits)
			continue;
		flags &= ~bits;
		buf_adds(out, tab->v[i].name);
		buf_addc(out, '\0');
	}
}

static bool is_file(const struct fd *f)
{
	return f->type == FD_FILE || f->type == FD_FILE_V2 || f->type == FD_DIRECTORY;
}

static const char *mode_of(const struct fd *f)
{
	static const char *const modes[] = { NULL, "r", "w", "rw" };

	return is_file(f) ? modes[f->oflags & 3] : NULL;
}

static void put_row(struct table *t, const struct thread *th, const struct fd *f)
{
	struct buf flags = BUF_INIT;

	flag_names(&flags, f->oflags);
	table_i64(t, th->pid);
	table_str(t, rstr_str(th->comm));
	table_i64(t, f->num);
	table_cstr(t, fd_type_name(f->type));
	table_cstr(t, mode_of(f));
	table_list(t, buf_str(&flags));
	table_u64(t, f->dev);
	table_u64(t, f->ino);
	table_str(t, rstr_str(f->nameraw));
	table_str(t, rstr_str(f->name));
	buf_release(&flags);
}

static void put_process(struct table *t, const struct thread *th)
{
	const struct fd *f;

	for (f = fdtab_next(&th->fds, NULL); f; f = fdtab_next(&th->fds, f)) {
		if (f->num >= 0)
			put_row(t, th, f);
	}
}

int cmd_fds(struct opt_args *args, struct diag *d)
{
	struct table t;
	struct view v;
	size_t i;
	int r = view_open(&v, &o.view, args, d);

	if (r < 0)
		return err_exit(r);
	view_tell_pid(&v, o.pid, d);
	table_init(&t, cols, ARRAY_SIZE(cols), o.view.json);
	for (i = 0; i < v.nthreads; i++) {
		const struct thread *th = v.threads[i];

		if (!o.pid || (uint64_t)th->pid == o.pid)
			put_process(&t, th);
	}
	return view_finish(&v, &t, d);
}
