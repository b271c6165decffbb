/* SPDX-License-Identifier: Apache-2.0 */
/* The open family. */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "replay/apply.h"

#define AT_FDCWD_TRACE	(-100)

/* What one open call came to, whichever call it was. */
struct opened {
	int64_t dirfd;
	struct str name;
	uint32_t flags, dev;
	uint64_t ino;
};

/* The name as given, with runs of slashes made one. */
static void set_raw_name(struct machine *m, struct fd *f, struct str name)
{
	size_t i;

	if (str_eq(name, rstr_str(f->name))) {
		rstr_set(&f->nameraw, f->name);
		return;
	}
	buf_clear(&m->text);
	for (i = 0; i < name.len; i++) {
		if (name.p[i] != '/' || !i || name.p[i - 1] != '/')
			buf_addc(&m->text, name.p[i]);
	}
	machine_set_text(m, &f->nameraw, buf_str(&m->text));
}

static void opened(struct machine *m, int64_t num, const struct opened *o)
{
	struct thread *t = m->cur.thread;
	struct str path = o->name;
	struct fd *f;

	if (!t || num < 0)
		return;
	if (path.len > PATH_SHORT || !path_is_normal(path)) {
		buf_clear(&m->path);
		machine_resolve(m, t, o->dirfd, path, &m->path);
		path = buf_str(&m->path);
	}
	f = machine_open_fd(m, t, num);
	if (!f)
		return;
	f->type = o->flags & OF_DIRECTORY ? FD_DIRECTORY : FD_FILE_V2;
	f->oflags = o->flags;
	f->dev = o->dev;
	f->ino = o->ino;
	if (o->flags & OF_UPPER)
		f->flags |= FDF_UPPER;
	if (o->flags & OF_LOWER)
		f->flags |= FDF_LOWER;
	machine_name_fd(m, f, path);
	set_raw_name(m, f, o->name);
}

/* The enter event saw the name before anybody could change it. */
static void prefer_enter(struct machine *m, unsigned type, struct opened *o,
			 int dirfd, int name, int flags)
{
	const struct enter_event *e = cur_enter(m, type);
	struct str s;

	if (!e)
		return;
	s = enter_text(e, (unsigned)name);
	if (!s.p)
		return;
	o->name = s;
	if (flags >= 0)
		o->flags = (uint32_t)enter_u64(e, (unsigned)flags, 0) |
			   (o->flags & ~(uint32_t)(OF_CREATED - 1));
	if (dirfd >= 0)
		o->dirfd = (int64_t)enter_u64(e, (unsigned)dirfd, (uint64_t)-1);
}

void apply_open(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct opened o = {
		.dirfd = AT_FDCWD_TRACE,
		.name = event_text(ev, P_SYSCALL_OPEN_X_name),
		.flags = (uint32_t)event_u64(ev, P_SYSCALL_OPEN_X_flags, 0),
		.dev = (uint32_t)event_u64(ev, P_SYSCALL_OPEN_X_dev, 0),
		.ino = event_u64(ev, P_SYSCALL_OPEN_X_ino, 0),
	};

	prefer_enter(m, EV_SYSCALL_OPEN_E, &o, -1, P_SYSCALL_OPEN_E_name,
		     P_SYSCALL_OPEN_E_flags);
	opened(m, cur_ret(ev), &o);
}

void apply_creat(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { CREAT_UPPER = 1, CREAT_LOWER = 2 };
	struct opened o = {
		.dirfd = AT_FDCWD_TRACE,
		.name = event_text(ev, P_SYSCALL_CREAT_X_name),
		.dev = (uint32_t)event_u64(ev, P_SYSCALL_CREAT_X_dev, 0),
		.ino = event_u64(ev, P_SYSCALL_CREAT_X_ino, 0),
	};
	uint64_t flags = event_u64(ev, P_SYSCALL_CREAT_X_creat_flags, 0);

	if (flags & CREAT_UPPER)
		o.flags |= OF_UPPER;
	if (flags & CREAT_LOWER)
		o.flags |= OF_LOWER;
	prefer_enter(m, EV_SYSCALL_CREAT_E, &o, -1, P_SYSCALL_CREAT_E_name, -1);
	opened(m, cur_ret(ev), &o);
}

void apply_openat(struct machine *m, struct event *ev, int openat2)
{
	unsigned dev = openat2 ? (unsigned)P_SYSCALL_OPENAT2_X_dev : P_SYSCALL_OPENAT_2_X_dev;
	struct opened o;

	_Static_assert((int)P_SYSCALL_OPENAT2_X_flags == (int)P_SYSCALL_OPENAT_2_X_flags,
		       "openat and openat2 begin alike");
	if (!m->cur.thread || cur_ret(ev) < 0)
		return;
	o = (struct opened){
		.dirfd = event_i64(ev, P_SYSCALL_OPENAT_2_X_dirfd, -1),
		.name = event_text(ev, P_SYSCALL_OPENAT_2_X_name),
		.flags = (uint32_t)event_u64(ev, P_SYSCALL_OPENAT_2_X_flags, 0),
		.dev = (uint32_t)event_u64(ev, dev, 0),
		.ino = event_u64(ev, dev + 1, 0),
	};
	prefer_enter(m, openat2 ? EV_SYSCALL_OPENAT2_E : EV_SYSCALL_OPENAT_2_E, &o,
		     P_SYSCALL_OPENAT_2_E_dirfd, P_SYSCALL_OPENAT_2_E_name,
		     P_SYSCALL_OPENAT_2_E_flags);
	opened(m, cur_ret(ev), &o);
}

/* The kernel resolved the handle; a mount descriptor tells nothing more. */
void apply_open_handle(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct opened o = {
		.dirfd = AT_FDCWD_TRACE,
		.name = event_text(ev, P_SYSCALL_OPEN_BY_HANDLE_AT_X_path),
		.flags = (uint32_t)event_u64(ev, P_SYSCALL_OPEN_BY_HANDLE_AT_X_flags, 0),
		.dev = (uint32_t)event_u64(ev, P_SYSCALL_OPEN_BY_HANDLE_AT_X_dev, 0),
		.ino = event_u64(ev, P_SYSCALL_OPEN_BY_HANDLE_AT_X_ino, 0),
	};

	opened(m, cur_ret(ev), &o);
}
