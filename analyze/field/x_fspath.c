/* SPDX-License-Identifier: Apache-2.0 */
/* fs.path.*: the paths a successful file system call worked on. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

/* What relative text is relative to. */
enum base {
	B_CWD,
	B_OPENED,	/* the new descriptor's name instead */
	B_DIR,		/* dirfd, if it was opened as a directory; cwd is not looked at */
	B_AT,		/* dirfd or cwd */
	B_UNKNOWN,
	B_FDNAME,	/* no text: the name of the descriptor used */
};

struct fspart {
	int8_t path;	/* parameter, -1: none */
	int8_t dirfd;
	uint8_t base;	/* enum base */
};

struct fsevent {
	uint16_t type;
	bool opens;	/* returns a descriptor: only -1 counts as failed */
	struct fspart name, source, target;
};

#define NONE { -1, -1, B_CWD }
#define PATH(id, p) { P_##id##_##p, -1, B_CWD }
#define REL(id, d, p, b) { P_##id##_##p, P_##id##_##d, b }
#define ONE(id, p) { EV_##id, false, PATH(id, p), NONE, NONE }
#define ONE_DIR(id, d, p) { EV_##id, false, REL(id, d, p, B_DIR), NONE, NONE }
#define BY_FD(id) { EV_##id, false, { P_##id##_fd, -1, B_FDNAME }, NONE, NONE }
#define TWO(id, s, t) { EV_##id, false, NONE, PATH(id, s), PATH(id, t) }

static const struct fsevent fsevents[] = {
	ONE(SYSCALL_MKDIR_2_X, path),
	ONE(SYSCALL_RMDIR_2_X, path),
	ONE(SYSCALL_UNLINK_2_X, path),
	ONE_DIR(SYSCALL_MKDIRAT_X, dirfd, path),
	ONE_DIR(SYSCALL_UNLINKAT_2_X, dirfd, name),
	{ EV_SYSCALL_OPEN_X, true, PATH(SYSCALL_OPEN_X, name), NONE, NONE },
	{ EV_SYSCALL_OPENAT_2_X, true, REL(SYSCALL_OPENAT_2_X, dirfd, name, B_OPENED), NONE, NONE },
	{ EV_SYSCALL_OPENAT2_X, true, REL(SYSCALL_OPENAT2_X, dirfd, name, B_OPENED), NONE, NONE },
	ONE(SYSCALL_CHMOD_X, filename),
	ONE_DIR(SYSCALL_FCHMODAT_X, dirfd, filename),
	BY_FD(SYSCALL_FCHMOD_X),
	BY_FD(SYSCALL_FCHOWN_X),
	ONE(SYSCALL_CHOWN_X, path),
	ONE(SYSCALL_LCHOWN_X, path),
	ONE_DIR(SYSCALL_FCHOWNAT_X, dirfd, pathname),
	ONE(SYSCALL_QUOTACTL_X, special),
	ONE(SYSCALL_UMOUNT_1_X, name),
	ONE(SYSCALL_UMOUNT2_X, name),
	TWO(SYSCALL_RENAME_X, oldpath, newpath),
	TWO(SYSCALL_RENAMEAT_X, oldpath, newpath),
	{ EV_SYSCALL_RENAMEAT2_X, false, NONE,
	  REL(SYSCALL_RENAMEAT2_X, olddirfd, oldpath, B_AT),
	  REL(SYSCALL_RENAMEAT2_X, newdirfd, newpath, B_AT) },
	TWO(SYSCALL_LINK_2_X, newpath, oldpath),
	TWO(SYSCALL_LINKAT_2_X, newpath, oldpath),
	TWO(SYSCALL_SYMLINK_X, linkpath, target),
	{ EV_SYSCALL_SYMLINKAT_X, false, NONE,
	  REL(SYSCALL_SYMLINKAT_X, linkdirfd, linkpath, B_DIR),
	  { P_SYSCALL_SYMLINKAT_X_target, -1, B_UNKNOWN } },
	TWO(SYSCALL_MOUNT_X, dev, dir),
};

static const struct fsevent *fsevent_of(struct fieldctx *c)
{
	const struct fsevent *e;
	int64_t ret;

	if (!c->cur->thread || !ev_is_exit(c->cur->ev->type))
		return NULL;
	for (e = fsevents; e < fsevents + ARRAY_SIZE(fsevents); e++)
		if (e->type == c->cur->ev->type)
			break;
	if (e == fsevents + ARRAY_SIZE(fsevents) || !ctx_retval(c, &ret))
		return NULL;
	event_params(c->cur->ev);
	return (e->opens ? ret != -1 : ret == 0) ? e : NULL;
}

static const struct fd *fd_param(const struct fieldctx *c, int8_t param)
{
	struct fdtab *fds = machine_fdtab(c->m, c->cur->thread);

	return fds ? fdtab_get(fds, event_i64(c->cur->ev, (unsigned)param, -1)) : NULL;
}

static struct str dir_base(struct fieldctx *c, int8_t dirfd)
{
	const struct fd *f = fd_param(c, dirfd);

	if (!f || f->type != FD_DIRECTORY)
		return STR("<UNKNOWN>");
	return dirfd_base(c, f->num, STR("<UNKNOWN>"));
}

static bool absolute(struct fieldctx *c, const struct fspart *part, struct str path,
		     struct value *v)
{
	struct str base;
	size_t n;

	switch (part->base) {
	case B_OPENED:
		base = c->cur->fdinfo ? rstr_str(c->cur->fdinfo->name) : STR("<UNKNOWN>");
		path = STR("");
		break;
	case B_DIR:
		base = dir_base(c, part->dirfd);
		break;
	case B_AT:
		base = dirfd_base(c, event_i64(c->cur->ev, (unsigned)part->dirfd, -1),
				  STR("<UNKNOWN>"));
		break;
	case B_UNKNOWN:
		base = STR("<UNKNOWN>");
		break;
	default:
		base = machine_cwd(c->m, c->cur->thread);
	}
	n = work_begin(c);
	text_path(c, base, path, &c->work);
	return val_str(v, work_end(c, n));
}

static bool part_value(struct fieldctx *c, const struct fspart *part, bool raw,
		       struct value *v)
{
	const struct fd *f;
	struct str path;
	size_t n;

	if (part->path < 0)
		return false;
	if (part->base == B_FDNAME) {
		f = fd_param(c, part->path);
		return f && val_rstr(v, f->name);
	}
	path = event_text(c->cur->ev, (unsigned)part->path);
	if (!path.p)
		path = STR("<NA>");
	if (raw || (!path.len && part->base != B_OPENED))
		return val_str(v, path);
	if (!str_starts(path, STR("/")))
		return absolute(c, part, path, v);
	n = work_begin(c);
	text_path(c, STR(""), path, &c->work);
	return val_str(v, work_end(c, n));
}

static bool fs_path(struct fieldctx *c, size_t part, bool raw, struct value *v)
{
	const struct fsevent *e = fsevent_of(c);

	return e && part_value(c, (const struct fspart *)((const char *)e + part), raw, v);
}

#define PART(which) offsetof(struct fsevent, which)

GETTER(FS_PATH_NAME) { return fs_path(c, PART(name), false, v); }
GETTER(FS_PATH_NAMERAW) { return fs_path(c, PART(name), true, v); }
GETTER(FS_PATH_SOURCE) { return fs_path(c, PART(source), false, v); }
GETTER(FS_PATH_SOURCERAW) { return fs_path(c, PART(source), true, v); }
GETTER(FS_PATH_TARGET) { return fs_path(c, PART(target), false, v); }
GETTER(FS_PATH_TARGETRAW) { return fs_path(c, PART(target), true, v); }
