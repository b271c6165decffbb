/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <check.h>

#include "tests/unit/world.h"

void world_init(struct world *w)
{
	w->m = machine_new();
	w->b = (struct evb)EVB_INIT;
}

void world_release(struct world *w)
{
	machine_free(w->m);
	w->m = NULL;
}

void world_proc(struct world *w, int64_t tid, int64_t pid, int64_t ptid, const char *comm)
{
	struct snap_item item = {
		.kind = SNAP_PROC,
		.proc = {
			.tid = tid, .pid = pid, .ptid = ptid, .vtid = tid, .vpid = pid,
			.sid = -1, .vpgid = -1, .pgid = -1,
			.comm = str_of(comm), .exe = str_of(comm), .cwd = STR("/root"),
			.env = STR("A=1\0"),
			.loginuid = UINT32_MAX,
		},
	};

	machine_load(w->m, &item);
}

struct thread *world_get(struct world *w, int64_t tid)
{
	struct thread *t;

	machine_loaded(w->m);
	t = machine_thread(w->m, tid);
	ck_assert_ptr_nonnull(t);
	return t;
}

void world_begin(struct world *w, unsigned type, int64_t tid)
{
	evb_begin(&w->b, type, tid);
}

bool world_apply(struct world *w)
{
	bool shown = machine_apply(w->m, evb_end(&w->b));
	const char *why = machine_check(w->m);

	ck_assert_msg(!why, "after %s: %s", w->b.ev.info->name, why);
	return shown;
}

bool world_tick(struct world *w)
{
	world_begin(w, EV_GENERIC_X, 1);
	return world_apply(w);
}

void world_call(struct world *w, unsigned type, int64_t tid, int64_t res, unsigned param,
		int64_t v)
{
	world_begin(w, type, tid);
	evb_int(&w->b, 0, res);
	if (param)
		evb_int(&w->b, param, v);
	world_apply(w);
}

#define CLONE(name) P_SYSCALL_CLONE_20_X_##name

static void clone_params(struct world *w, int64_t tid, int64_t pid, int64_t ptid, uint32_t flags)
{
	evb_str(&w->b, CLONE(exe), "sh");
	evb_int(&w->b, CLONE(tid), tid);
	evb_int(&w->b, CLONE(pid), pid);
	evb_int(&w->b, CLONE(ptid), ptid);
	evb_int(&w->b, CLONE(fdlimit), 1024);
	evb_str(&w->b, CLONE(comm), "sh");
	evb_bytes(&w->b, CLONE(cgroups), "cpu=/\0", 6);
	evb_int(&w->b, CLONE(flags), flags);
	evb_int(&w->b, CLONE(uid), 0);
	evb_int(&w->b, CLONE(gid), 0);
	evb_int(&w->b, CLONE(vtid), tid);
	evb_int(&w->b, CLONE(vpid), pid);
}

void world_clone(struct world *w, int64_t caller, int64_t child, uint32_t flags, int64_t vtid)
{
	struct thread *t = machine_thread(w->m, caller);

	world_begin(w, EV_SYSCALL_CLONE_20_X, caller);
	evb_int(&w->b, CLONE(res), child);
	clone_params(w, caller, t ? t->pid : caller, t ? t->ptid : 1, flags);
	if (vtid)
		evb_int(&w->b, CLONE(vtid), vtid);
	world_apply(w);
}

void world_child(struct world *w, int64_t tid, int64_t pid, int64_t ptid, uint32_t flags)
{
	world_begin(w, EV_SYSCALL_CLONE_20_X, tid);
	evb_int(&w->b, CLONE(res), 0);
	clone_params(w, tid, pid, ptid, flags);
	world_apply(w);
}

#define EXEC(name) P_SYSCALL_EXECVE_19_X_##name

void world_exec_args(struct world *w, int64_t tid, const char *comm, const void *args,
		     size_t len)
{
	char path[64];

	snprintf(path, sizeof(path), "/bin/%s", comm);
	world_begin(w, EV_SYSCALL_EXECVE_19_X, tid);
	evb_int(&w->b, EXEC(res), 0);
	evb_str(&w->b, EXEC(exe), comm);
	evb_bytes(&w->b, EXEC(args), args, len);
	evb_int(&w->b, EXEC(tid), tid);
	evb_int(&w->b, EXEC(pid), tid);
	evb_int(&w->b, EXEC(ptid), 1);
	evb_str(&w->b, EXEC(comm), comm);
	evb_bytes(&w->b, EXEC(env), "PATH=/bin\0", 10);
	evb_int(&w->b, EXEC(flags), 1);
	evb_str(&w->b, EXEC(trusted_exepath), path);
	evb_int(&w->b, EXEC(uid), 0);
	world_apply(w);
}

void world_exec(struct world *w, int64_t tid, const char *comm, const char *arg)
{
	world_exec_args(w, tid, comm, arg, strlen(arg) + 1);
}

void world_exit(struct world *w, int64_t tid, int64_t reaper)
{
	world_begin(w, EV_PROCEXIT_1_E, tid);
	evb_int(&w->b, P_PROCEXIT_1_E_reaper_tid, reaper);
	world_apply(w);
}

void world_chdir(struct world *w, int64_t tid, const char *path)
{
	world_begin(w, EV_SYSCALL_CHDIR_X, tid);
	evb_int(&w->b, P_SYSCALL_CHDIR_X_res, 0);
	evb_str(&w->b, P_SYSCALL_CHDIR_X_path, path);
	world_apply(w);
}

void world_openat(struct world *w, int64_t tid, int64_t fd, int64_t dirfd, const char *path,
		  uint32_t flags)
{
	world_begin(w, EV_SYSCALL_OPENAT_2_X, tid);
	evb_int(&w->b, P_SYSCALL_OPENAT_2_X_fd, fd);
	evb_int(&w->b, P_SYSCALL_OPENAT_2_X_dirfd, dirfd);
	evb_str(&w->b, P_SYSCALL_OPENAT_2_X_name, path);
	evb_int(&w->b, P_SYSCALL_OPENAT_2_X_flags, flags);
	evb_int(&w->b, P_SYSCALL_OPENAT_2_X_dev, 7);
	evb_int(&w->b, P_SYSCALL_OPENAT_2_X_ino, 1000 + fd);
	world_apply(w);
}

void world_open(struct world *w, int64_t tid, int64_t fd, const char *path)
{
	world_openat(w, tid, fd, -100, path, 1);
}

void world_close(struct world *w, int64_t tid, int64_t fd)
{
	world_begin(w, EV_SYSCALL_CLOSE_X, tid);
	evb_int(&w->b, P_SYSCALL_CLOSE_X_res, 0);
	evb_int(&w->b, P_SYSCALL_CLOSE_X_fd, fd);
	world_apply(w);
}

struct fd *world_fd(struct world *w, int64_t tid, int64_t fd)
{
	struct fdtab *tab = machine_fdtab(w->m, world_get(w, tid));

	return tab ? fdtab_get(tab, fd) : NULL;
}
