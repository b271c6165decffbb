/* SPDX-License-Identifier: Apache-2.0 */
/* A machine and the events of ordinary life, in one line each.  Every event
 * is followed by machine_check(). */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include "lib/base/compat.h"
#include "replay/machine.h"
#include "tests/unit/evbuild.h"

struct world {
	struct machine *m;
	struct evb b;
};

void world_init(struct world *w);
void world_release(struct world *w);
/* A process of the snapshot: cwd /root, one environment string. */
void world_proc(struct world *w, int64_t tid, int64_t pid, int64_t ptid, const char *comm);
/* The thread, which must be there. */
struct thread *world_get(struct world *w, int64_t tid);

void world_begin(struct world *w, unsigned type, int64_t tid);
bool world_apply(struct world *w);	/* what machine_apply() returned */
bool world_tick(struct world *w);	/* an event without effect */
/* A call with its result and one parameter. */
void world_call(struct world *w, unsigned type, int64_t tid, int64_t res,
		unsigned param, int64_t v);
/* The caller's report of a clone; the child's own. */
void world_clone(struct world *w, int64_t caller, int64_t child, uint32_t flags, int64_t vtid);
void world_child(struct world *w, int64_t tid, int64_t pid, int64_t ptid, uint32_t flags);
void world_exec(struct world *w, int64_t tid, const char *comm, const char *arg);
void world_exec_args(struct world *w, int64_t tid, const char *comm, const void *args,
		     size_t len);
void world_exit(struct world *w, int64_t tid, int64_t reaper);
void world_chdir(struct world *w, int64_t tid, const char *path);
void world_open(struct world *w, int64_t tid, int64_t fd, const char *path);
void world_openat(struct world *w, int64_t tid, int64_t fd, int64_t dirfd, const char *path,
		  uint32_t flags);
void world_close(struct world *w, int64_t tid, int64_t fd);
/* The entry of a process's table, or NULL. */
struct fd *world_fd(struct world *w, int64_t tid, int64_t fd);

#endif
